"""The base of every JSON socket.

An app's consumer is a thin class::

    class ChatConsumer(RealtimeConsumer):
        socket = "chat"

        @command("message.send", serializer=MessageWriteSerializer, reply=MessageSerializer)
        def send_message(self, actor, data):
            return MessageSerializer(services.send_message(actor=actor, **data)).data

Commands are synchronous functions that run on a thread of the pool; they call the same serializer and
service as REST, and what they raise becomes the same problem document. The dispatch is our own, because
Channels' costs 200 µs a frame; the channel layer is listened to once per process (``hub``).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar
from uuid import uuid4

from django.contrib.auth import get_user_model
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from rest_framework.serializers import BaseSerializer

from umemployed.api.context import set_request_id
from umemployed.api.errors import ApiError, Invalid, TooManyRequests, Unauthenticated
from umemployed.api.judging import judge
from umemployed.api.problems import as_api_error
from umemployed.api.transactions import retry_conflicts
from umemployed.realtime import entry, stream
from umemployed.realtime.authority import Principal
from umemployed.realtime.frames import COMMANDS, CommandType, Together
from umemployed.realtime.gathering import Asked, Gatherer
from umemployed.realtime.hub import Hub
from umemployed.realtime.outbox import Outbox
from umemployed.realtime.pool import in_pool
from umemployed.realtime.protocol import (
    COMMANDS_PER_MINUTE,
    CONNECTIONS_PER_PERSON,
    ENTRY_SECONDS,
    FRAME_BYTES,
    HEARTBEAT_SECONDS,
    HOLD_SECONDS,
    MAX_SEQ,
    SILENCE_SECONDS,
    AlreadyAuthenticated,
    BadFrame,
    CloseCode,
    Command,
    UnknownCommand,
    announcement,
    parse,
    refusal,
    reply,
)

logger = logging.getLogger(__name__)
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Scope = dict[str, Any]
PAGE = 200  # frames of a replay fetched at once
CLOSE_SECONDS = 5.0  # how long a peer may take to read our close frame


class Closed(Exception):
    """The connection ends with this code."""

    def __init__(self, code: CloseCode) -> None:
        self.code = code


def command(
    kind: str,
    *,
    serializer: type[BaseSerializer],
    reply: type[BaseSerializer] | None = None,
    summary: str = "",
    together: Together | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a method ``(self, actor, data)`` as the command ``kind``.

    ``data`` are the serializer's validated data, ``actor`` the person as the table has them now; the
    result is the reply's data, described by ``reply``. The service it calls checks the actor's rights.
    ``together`` executes those that wait at the same time by fewer statements (``gathering``).
    """

    def mark(method: Callable[..., Any]) -> Callable[..., Any]:
        told = summary or (method.__doc__ or "").strip()
        method.command = (kind, serializer, reply, told, method, together)  # type: ignore[attr-defined]
        return method

    return mark


class RealtimeConsumer:
    """One connection of one person to one socket. Life: enter, hello, serve until closed."""

    socket: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for method in vars(cls).values():
            if hasattr(method, "command"):
                declared = CommandType(cls.socket, *method.command)
                COMMANDS[cls.socket, declared.type] = declared

    @classmethod
    def as_asgi(cls) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
        """Return the ASGI application for the URL router."""

        async def application(scope: Scope, receive: Receive, send: Send) -> None:
            await cls(scope, receive, send).run()

        application.consumer = cls  # type: ignore[attr-defined]  # how the AsyncAPI document finds the sockets
        return application

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        self._receive = receive
        self._send = send
        self._outbox = Outbox(send, lambda: self.shut(CloseCode.SLOW_CONSUMER))
        self.name = f"ws-{uuid4().hex[:16]}"
        self.language = entry.language_of(scope)
        self.principal = Principal(0, "")
        self.epoch = 0
        # The last number sent, and the highest known to exist; while they differ, frames are fetched.
        self.sent = 0
        self.wanted = 0
        self.held = True
        self._greeted = False
        self.heard_at = self.beat_at = time.monotonic()
        self._commanded_at: deque[float] | None = None
        self._catching_up: asyncio.Task[None] | None = None
        self._shut_by: CloseCode | None = None
        self._task: asyncio.Task[Any] | None = None

    # --- Life ------------------------------------------------------------------------------------
    async def run(self) -> None:
        """Serve the connection from handshake to close."""
        self._task = asyncio.current_task()
        translation.activate(self.language)  # for this task; the threads that execute commands have theirs
        hub = Hub.current()
        try:
            await self._receive()  # websocket.connect
            if not entry.has_allowed_origin(self.scope):
                entry.note_refusal(self.scope, "foreign_origin")
                await self._send({"type": "websocket.close"})  # before accept: HTTP 403
                return
            await self._enter(hub)
            await self._serve()
        except Closed as outcome:
            if outcome.code == CloseCode.UNAUTHENTICATED:
                entry.note_refusal(self.scope, "unauthenticated")
            await self._close(outcome.code)
        except asyncio.CancelledError:
            if self._shut_by is None or self._task is None:
                raise
            self._task.uncancel()
            await self._close(self._shut_by)
        except OSError:
            pass  # the peer went away while we wrote
        finally:
            self._task = None
            hub.leave(self)
            self._outbox.stop()
            if self._catching_up is not None:
                self._catching_up.cancel()

    def shut(self, code: CloseCode) -> None:
        """End the connection with this code, from anywhere on the event loop."""
        if self._shut_by is None and self._task is not None:
            self._shut_by = code
            self._task.cancel()

    async def _close(self, code: CloseCode) -> None:
        self._outbox.stop()
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._send({"type": "websocket.close", "code": int(code), "reason": code.name.lower()})

    async def _enter(self, hub: Hub) -> None:
        """Authenticate, join the hub, and say hello. Refusals are close codes: browsers hide a refused handshake."""
        await self._send({"type": "websocket.accept", "subprotocol": entry.spoken(self.scope)})
        ticket = entry.ticket_in(self.scope)
        try:
            async with asyncio.timeout(ENTRY_SECONDS):
                self.principal = await (self._present(ticket) if ticket else self._authenticate())
        except TimeoutError:
            raise Closed(CloseCode.TIMEOUT) from None
        if hub.count(self) >= CONNECTIONS_PER_PERSON:
            raise Closed(CloseCode.SLOW_DOWN)
        # First listen, then read the position: what is emitted in between is heard, and known by its number.
        await hub.join(self)
        self.sent, self.epoch = await in_pool(stream.position, self.socket, self.principal.user_id)
        self.wanted = max(self.wanted, self.sent)
        await self._outbox.say(announcement("hello", self.hello()))
        self._greeted = True
        asyncio.get_running_loop().call_later(HOLD_SECONDS, self._release)

    async def _present(self, ticket: str) -> Principal:
        try:
            return await in_pool(entry.principal_of_ticket, ticket)
        except Unauthenticated:
            raise Closed(CloseCode.UNAUTHENTICATED) from None

    async def _authenticate(self) -> Principal:
        frame = await self._next()
        if frame.type != "authenticate":
            await self._outbox.say(refusal(frame.id, Unauthenticated(_("The first frame must be `authenticate`."))))
            raise Closed(CloseCode.UNAUTHENTICATED)
        try:
            principal = await in_pool(entry.principal_of_token, frame.data)
        except Unauthenticated as error:
            await self._outbox.say(refusal(frame.id, error))
            raise Closed(CloseCode.UNAUTHENTICATED) from None
        await self._outbox.say(reply(frame.id))
        return principal

    def hello(self) -> dict[str, Any]:
        """Return the data of the first frame."""
        return {
            "seq": self.sent,
            "heartbeat_seconds": HEARTBEAT_SECONDS,
            "silence_seconds": SILENCE_SECONDS,
            "resume_days": stream.KEPT.days,
            "limits": {
                "frame_bytes": FRAME_BYTES,
                "commands_per_minute": COMMANDS_PER_MINUTE,
                "connections": CONNECTIONS_PER_PERSON,
            },
            "reconnect": {"min_ms": 250, "max_ms": 5000},
        }

    # --- What the client says --------------------------------------------------------------------
    async def _serve(self) -> None:
        while True:
            frame = await self._next()
            if not self._may_command():
                await self._outbox.say(refusal(frame.id, TooManyRequests()))
                raise Closed(CloseCode.SLOW_DOWN)
            if frame.type != "resume":
                self._release()
            await self._answer(frame)

    async def _next(self) -> Command:
        """Return the client's next command; close on what cannot be answered."""
        message = await self._receive()
        if message["type"] == "websocket.disconnect":
            raise ConnectionResetError
        self.heard_at = time.monotonic()
        text = message.get("text")
        if len(text or message.get("bytes") or "") > FRAME_BYTES or (text and len(text.encode()) > FRAME_BYTES):
            raise Closed(CloseCode.TOO_LARGE)
        try:
            return parse(text or "")
        except BadFrame:
            raise Closed(CloseCode.BAD_FRAME) from None

    async def _answer(self, frame: Command) -> None:
        match frame.type:
            case "heartbeat":
                await self._outbox.say(reply(frame.id, {"seq": max(self.sent, self.wanted)}))
            case "resume":
                await self._resume(frame)
            case kind if found := COMMANDS.get((self.socket, kind)):
                await self._outbox.say(await self._outcome(found, frame))
            case kind:
                set_request_id(self._request_id(frame))
                error = AlreadyAuthenticated() if kind == "authenticate" else UnknownCommand()
                await self._outbox.say(refusal(frame.id, error))

    async def _outcome(self, found: CommandType, frame: Command) -> str:
        """Return the reply's text: executed together with what else waits, where that is possible, or alone."""
        if found.together is not None:
            asked = Asked(self.principal.user_id, self._request_id(frame), frame)
            text = await Gatherer.of(found).execute(asked)
            if text is not None:
                return text
        return await in_pool(self._execute_in_language, found, frame)

    def _request_id(self, frame: Command) -> str:
        return f"{self.name}-{frame.id}"

    def _may_command(self) -> bool:
        """Count a command; at most COMMANDS_PER_MINUTE pass in any minute, all at once if need be."""
        if self._commanded_at is None:
            self._commanded_at = deque(maxlen=COMMANDS_PER_MINUTE)
        past = self._commanded_at
        if len(past) == COMMANDS_PER_MINUTE and self.heard_at - past[0] < 60:
            return False
        past.append(self.heard_at)
        return True

    def _execute_in_language(self, found: CommandType, frame: Command) -> str:
        with translation.override(self.language):
            return self._execute(found, frame)

    def _execute(self, found: CommandType, frame: Command) -> str:
        """Run a command on a thread and return the reply's text; never raises for what a client sent."""
        set_request_id(self._request_id(frame))
        try:
            actor = get_user_model().objects.filter(pk=self.principal.user_id, is_active=True).first()
            if actor is None:
                raise Unauthenticated
            serializer = found.serializer(data=frame.data, context={"actor": actor})
            judge(serializer)
            data = retry_conflicts(lambda _last: found.handler(self, actor, serializer.validated_data))
            return reply(frame.id, data)
        except Exception as error:  # noqa: BLE001 - a bug in one command must not end the connection
            return refusal(frame.id, self._named(error, found))

    def _named(self, error: Exception, found: CommandType) -> ApiError:
        known = as_api_error(error)
        if known is None:
            logger.error("The command %s.%s failed.", self.socket, found.type, exc_info=error)
        return known or ApiError()

    # --- What the client is told -----------------------------------------------------------------
    def deliver(self, seq: int | None, text: str) -> None:
        """Take a frame from the hub: send it if it is next, drop it if it was sent, else fetch the gap."""
        if seq is None:
            if self._greeted:
                self._outbox.put(text)
        elif seq == self.sent + 1 and not self.held and self._catching_up is None:
            self.sent = self.wanted = seq
            self._outbox.put(text)
        elif seq > self.sent:
            self.learn(seq)

    def learn(self, seq: int) -> None:
        """Learn that the stream has reached ``seq``; fetch what is missing.

        A timer or a sweep that began before the end may still call; nobody would ever wake what it starts.
        """
        self.wanted = max(self.wanted, seq)
        if self.wanted > self.sent and self._task and not (self.held or self._catching_up):
            self._catching_up = asyncio.create_task(self._catch_up())

    def _release(self) -> None:
        if self.held:
            self.held = False
            self.learn(self.wanted)

    async def _catch_up(self) -> None:
        """Send what PostgreSQL has after ``sent``, in order, until nothing known is missing."""
        try:
            while self.wanted > self.sent:
                after = self.sent
                page = await in_pool(stream.frames_after, self.socket, self.principal.user_id, after, limit=PAGE)
                if after != self.sent:
                    continue  # a resume moved the position while we read
                if not page or page[0].seq != after + 1:
                    self._resync("too_old", self.wanted)
                    continue
                for kept in page:
                    self.sent = kept.seq
                    self._outbox.put(kept.text)
                await self._outbox.drained()
        except Exception:
            logger.warning("A connection could not catch up; the next sweep tries again.", exc_info=True)
        finally:
            self._catching_up = None

    async def _resume(self, frame: Command) -> None:
        """Replay everything after a number. What cannot be replayed without a gap is answered by ``resync``."""
        after = frame.data.get("after") if isinstance(frame.data, dict) else None
        if not isinstance(after, int) or isinstance(after, bool) or not 0 <= after <= MAX_SEQ:
            error = Invalid.on_field("after", _("Send the last sequence number that you have seen, a whole number."))
            await self._outbox.say(refusal(frame.id, error))
            return
        last, kept = await in_pool(stream.replayable, self.socket, self.principal.user_id, after)
        await self._outbox.say(reply(frame.id, {"seq": last, "replayed": max(0, last - after) if kept else 0}))
        if kept:
            self.sent = after
            self.wanted = max(last, self.wanted)
        else:
            self._resync("future" if after > last else "too_old", last)
        self._release()

    def _resync(self, reason: str, seq: int) -> None:
        """Tell the client to read the state anew (bootstrap); live frames go on after ``seq``."""
        self.sent = seq
        self.wanted = max(self.wanted, seq)
        self._outbox.put(announcement("resync", {"reason": reason, "seq": seq}))

    def beat(self, now: float) -> None:
        """Send the heartbeat when due; close a peer that has been silent for too long."""
        if now - self.heard_at > SILENCE_SECONDS:
            self.shut(CloseCode.TIMEOUT)
        elif now - self.beat_at >= HEARTBEAT_SECONDS:
            self.beat_at = now
            self._outbox.put(announcement("heartbeat", {"seq": max(self.sent, self.wanted)}))
