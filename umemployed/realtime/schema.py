"""JSON Schemas of the catalogue, made from the same serializers as the OpenAPI document."""

from __future__ import annotations

from threading import Lock
from typing import Any, Literal

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ComponentRegistry
from jsonschema import Draft202012Validator
from rest_framework.generics import GenericAPIView

Direction = Literal["request", "response"]


class SchemaBook:
    """Collects the component schemas that serializers need; ``ref`` returns the reference to one."""

    def __init__(self) -> None:
        view: GenericAPIView[Any] = GenericAPIView()
        view.request = None  # type: ignore[assignment]  # there is none, and the mapper asks
        view.format_kwarg = None
        self._mapper = AutoSchema()
        self._mapper.registry = ComponentRegistry()
        self._mapper.view, self._mapper.method, self._mapper.path = view, "POST", "/"

    def ref(self, serializer: type, direction: Direction) -> dict[str, Any]:
        """Return ``{"$ref": "#/components/schemas/…"}`` of the serializer, or an inline empty object."""
        resolved = self._mapper.resolve_serializer(serializer(), direction)
        return resolved.ref if resolved else {"type": "object"}

    def components(self) -> dict[str, Any]:
        """Return every collected schema by its name."""
        return _cleaned(self._mapper.registry.build({}).get("schemas", {}))


def _cleaned(node: Any) -> Any:
    """Drop drf-spectacular's private marks and turn OpenAPI 3.0's ``nullable`` into JSON Schema."""
    if isinstance(node, list):
        return [_cleaned(item) for item in node]
    if not isinstance(node, dict):
        return node
    clean = {key: _cleaned(value) for key, value in node.items() if key not in ("x-spec-enum-id", "nullable")}
    if node.get("nullable") is True:
        return {"anyOf": [clean, {"type": "null"}]}
    return clean


def _strict(node: Any) -> Any:
    """Return the schema with undeclared members forbidden: what we send must be what we documented."""
    if isinstance(node, list):
        return [_strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    strict = {key: _strict(value) for key, value in node.items()}
    if node.get("type") == "object" and "additionalProperties" not in node:
        strict["additionalProperties"] = False
    return strict


_VALIDATORS: dict[tuple[type, Direction], Draft202012Validator] = {}
_mapping = Lock()  # drf-spectacular loads its extensions in a way that threads may not share


def validator_of(serializer: type, direction: Direction = "response") -> Draft202012Validator:
    """Return a validator of the serializer's JSON; made once per process."""
    with _mapping:
        if (serializer, direction) not in _VALIDATORS:
            book = SchemaBook()
            root = book.ref(serializer, direction)
            schema = {**_strict(root), "components": {"schemas": _strict(book.components())}}
            checker = Draft202012Validator.FORMAT_CHECKER
            _VALIDATORS[serializer, direction] = Draft202012Validator(schema, format_checker=checker)
        return _VALIDATORS[serializer, direction]
