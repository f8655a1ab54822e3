"""docs/asyncapi.yaml: the catalogue of frames as an AsyncAPI 3 document, made from the code alone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.urls import URLPattern
from django.utils import translation
from django.utils.module_loading import import_string

from umemployed.realtime import dialect, frames, protocol
from umemployed.realtime.frames import CommandType, EventType
from umemployed.realtime.schema import SchemaBook

PATH = Path(settings.BASE_DIR) / "docs" / "asyncapi.yaml"
Document = dict[str, Any]
IDENT = {"oneOf": [{"type": "integer", "minimum": 0}, {"type": "string", "minLength": 1, "maxLength": 64}]}
DESCRIPTION = """\
JSON text frames, one dialect on every socket. POST `/api/v1/realtime/tickets/`, connect with the subprotocols
`umemployed.v1` and `ticket.<ticket>` (or send `authenticate` within five seconds), read `hello`, send `resume`,
and answer each `heartbeat`. The guide is `docs/realtime.md`.
"""


def sockets() -> dict[str, str]:
    """Return {socket name: address} of every socket that the house serves."""
    router = import_string(settings.ASGI_APPLICATION).application_mapping["websocket"]
    return {
        pattern.callback.consumer.socket: address_of(pattern)
        for pattern in router.routes
        if hasattr(pattern.callback, "consumer")
    }


def address_of(pattern: URLPattern) -> str:
    """Return the route as an AsyncAPI address: ``<uuid:id>`` becomes ``{id}``."""
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(pattern.pattern))


class Book:
    """Collects messages, operations and schemas of the document."""

    def __init__(self) -> None:
        self.schemas = SchemaBook()
        self.messages: Document = {}
        self.channels: Document = {}
        self.operations: Document = {}

    def add_socket(self, name: str, address: str) -> None:
        """Describe one socket: its channel, what it hears, what it tells."""
        commands = [*dialect.COMMANDS, *(c for c in frames.COMMANDS.values() if c.socket == name)]
        events = [*dialect.EVENTS, *(e for e in frames.EVENTS.values() if e.socket == name)]
        keys = [self.add_command(c) for c in commands] + [self.add_event(e) for e in events]
        replies = [self.add_reply(c) for c in commands]
        keys += [*replies, self.add_problem()]
        self.channels[name] = {
            "address": address,
            "messages": {key: {"$ref": f"#/components/messages/{key}"} for key in sorted(set(keys))},
            "bindings": {"ws": {"method": "GET", "bindingVersion": "0.1.0"}},
        }
        for command in commands:
            self.add_operation(name, command)
        for event in events:
            self.operations[f"{name}.send.{event.type}"] = {
                "action": "send",
                "channel": {"$ref": f"#/channels/{name}"},
                "summary": event.summary,
                "messages": [{"$ref": f"#/channels/{name}/messages/{self.key('event', event)}"}],
            }

    def add_operation(self, name: str, command: CommandType) -> None:
        """Describe a command and its two answers."""
        channel = {"$ref": f"#/channels/{name}"}
        within = f"#/channels/{name}/messages/"
        self.operations[f"{name}.receive.{command.type}"] = {
            "action": "receive",
            "channel": channel,
            "summary": command.summary,
            "messages": [{"$ref": within + self.key("command", command)}],
            "reply": {
                "channel": channel,
                "messages": [{"$ref": within + self.key("reply", command)}, {"$ref": within + "problem"}],
            },
        }

    @staticmethod
    def key(kind: str, frame: CommandType | EventType) -> str:
        """Return the message's name in the document."""
        return ".".join(part for part in (kind, frame.socket, frame.type) if part)

    def add_command(self, command: CommandType) -> str:
        """Describe what a client sends."""
        data = self.schemas.ref(command.serializer, "request")
        members = {"id": IDENT, "type": {"const": command.type}, "data": data}
        required = ["id", "type"] if command.serializer is frames.Nothing else ["id", "type", "data"]
        return self.add("command", command, members, required)

    def add_reply(self, command: CommandType) -> str:
        """Describe what a command is answered when it succeeds."""
        data = self.schemas.ref(command.reply, "response") if command.reply else {"type": "object"}
        return self.add("reply", command, {"re": IDENT, "ok": {"const": True}, "data": data}, ["re", "ok", "data"])

    def add_problem(self) -> str:
        """Describe what a command is answered when it fails."""
        members = {"re": IDENT, "ok": {"const": False}, "problem": {"$ref": "#/components/schemas/Problem"}}
        self.messages["problem"] = message("problem", "The command failed.", members, ["re", "ok", "problem"])
        return "problem"

    def add_event(self, event: EventType) -> str:
        """Describe what the server tells."""
        members: Document = {"seq": {"type": "integer", "minimum": 1}} if event.durable else {}
        members |= {
            "type": {"const": event.type},
            "at": {"type": "string", "format": "date-time"},
            "data": self.schemas.ref(event.serializer, "response"),
        }
        return self.add("event", event, members, list(members))

    def add(self, kind: str, frame: CommandType | EventType, members: Document, required: list[str]) -> str:
        """Enter a message and return its name."""
        key = self.key(kind, frame)
        self.messages[key] = message(frame.type, frame.summary, members, required)
        return key


def message(name: str, summary: str, members: Document, required: list[str]) -> Document:
    """Return a message object whose payload is one JSON object."""
    payload = {"type": "object", "properties": members, "required": required, "additionalProperties": False}
    return {"name": name, "summary": summary, "payload": payload}


PROBLEM = {
    "type": "object",
    "description": "What went wrong (RFC 9457), the same document as by REST.",
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    **{name: {"type": "string"} for name in ("code", "attr", "detail")},
                    "allowed": {"type": "array", "items": {"type": "string"}},
                },
                "required": ["code", "attr", "detail"],
            },
        },
    },
    "required": ["type", "title", "status", "detail", "code", "request_id", "errors"],
}


def document(served: dict[str, str]) -> Document:
    """Return the document about these sockets, ``{name: address}``."""
    with translation.override("en"):
        book = Book()
        for name in sorted(served):
            book.add_socket(name, served[name])
        codes = [{"code": int(code), "name": code.name.lower()} for code in protocol.CloseCode]
        whole = {
            "asyncapi": "3.0.0",
            "info": {"title": "Umemployed sockets", "version": "1.0.0", "description": DESCRIPTION},
            "defaultContentType": "application/json",
            "servers": {
                "local": {
                    "host": "127.0.0.1:8000",
                    "protocol": "ws",
                    "description": "The embedded house; elsewhere wss on your own host.",
                }
            },
            "channels": book.channels,
            "operations": dict(sorted(book.operations.items())),
            "components": {
                "messages": dict(sorted(book.messages.items())),
                "schemas": dict(sorted({**book.schemas.components(), "Problem": PROBLEM}.items())),
            },
            "x-close-codes": codes,
            "x-subprotocol": protocol.SUBPROTOCOL,
        }
        return plain(whole)


def plain(node: Any) -> Any:
    """Return the document with every lazy or derived string as a plain one, ready for YAML."""
    if isinstance(node, dict):
        return {str(key): plain(value) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [plain(item) for item in node]
    return node if isinstance(node, int | float | bool | type(None)) else str(node)


class _Dumper(yaml.SafeDumper):
    """Writes repeated parts out instead of anchoring them."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def asyncapi_text() -> str:
    """Return docs/asyncapi.yaml as the code says it should be."""
    return yaml.dump(document(sockets()), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
