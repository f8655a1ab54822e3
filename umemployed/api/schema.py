"""OpenAPI 3.1 from what the views declare, with every error that an operation can answer.

Nothing here is written by hand per route: parameters come from the query serializers, bodies and
answers from the read and write serializers, errors from what the view's own declarations make possible
(a person is needed, a path can miss, a body can be wrong, a version can be stale, a key can be reused)
plus the named errors in ``errors = […]``.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Literal

import uritemplate
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent, force_instance
from rest_framework.permissions import SAFE_METHODS, AllowAny

from umemployed.api import errors
from umemployed.api.idempotency import IdempotencyInFlight, IdempotencyKeyReused
from umemployed.api.views import ApiView, ApiViewSet

PROBLEM = "application/problem+json"
STANDARD_ACTIONS = {"list", "retrieve", "create", "update", "partial_update", "destroy"}
SUFFIXES = {"GET": "_retrieve", "PUT": "_update", "PATCH": "_partial_update", "DELETE": "_destroy", "POST": ""}


def text_header(description: str, **schema: Any) -> dict[str, Any]:
    """Return a header object."""
    return {"description": description, "schema": {"type": "string", **schema}}


def header_parameter(name: str, description: str, *, required: bool = False, **schema: Any) -> dict[str, Any]:
    """Return a parameter object that is sent as a header."""
    return {
        "name": name,
        "in": "header",
        "description": description,
        "required": required,
        "schema": {"type": "string", **schema},
    }


COMPONENTS = {
    "parameters": {
        "IdempotencyKey": header_parameter(
            "Idempotency-Key",
            "Makes the request safe to repeat for 24 hours: the same key and body get the same answer.",
            minLength=1,
            maxLength=255,
            pattern="^[ -~]+$",
        ),
        "IfMatch": header_parameter(
            "If-Match", "The `ETag` of the version that you edit.", required=True, examples=['"3.5f0c…"']
        ),
        "IfNoneMatch": header_parameter("If-None-Match", "An `ETag` that you have: unchanged is answered 304."),
        "AcceptLanguage": header_parameter("Accept-Language", "Language of messages: en or fr."),
    },
    "headers": {
        "ETag": text_header("Names this version; send it as `If-Match` or `If-None-Match`."),
        "Link": text_header('The neighbouring pages, `rel="next"` and `rel="prev"` (RFC 8288).'),
        "Location": text_header("Where the new object is."),
        "RateLimit": text_header("What is left of the policy and when its window moves."),
        "RateLimitPolicy": text_header("The limit that applies, its quota `q` and window `w` in seconds."),
        "RetryAfter": text_header("Seconds to wait before the next attempt.", pattern=r"^\d+$"),
        "IdempotentReplayed": text_header("`true` when the answer was given before under this key."),
        "RequestId": text_header("Name this in a report of a fault."),
    },
    "schemas": {
        "Problem": {
            "type": "object",
            "description": "What went wrong (RFC 9457). Some codes add members of their own.",
            "properties": {
                "type": {"type": "string", "format": "uri", "description": "A page with cause, cure and example."},
                "title": {"type": "string"},
                "status": {"type": "integer"},
                "detail": {"type": "string"},
                "code": {"type": "string", "description": "Machine-readable; tolerate new ones."},
                "request_id": {"type": "string"},
                "errors": {
                    "type": "array",
                    "description": "Which members of the request are wrong.",
                    "items": {
                        "type": "object",
                        "properties": {
                            "code": {"type": "string"},
                            "attr": {"type": "string", "description": "Dotted path into the body, or a parameter."},
                            "detail": {"type": "string"},
                            "allowed": {
                                "type": "array",
                                "items": {"type": "string"},
                                "description": "What there is instead, where that is not too much to repeat.",
                            },
                        },
                        "required": ["code", "attr", "detail"],
                    },
                },
            },
            "required": ["type", "title", "status", "detail", "code", "request_id", "errors"],
        },
    },
}


def add_components(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Put the shared parameters, headers and the problem's schema into the document (a postprocessing hook)."""
    for kind, entries in COMPONENTS.items():
        mine = result["components"].setdefault(kind, {})
        mine.update(entries)
        result["components"][kind] = dict(sorted(mine.items()))
    for name, schema in result["components"]["schemas"].items():
        if name.endswith("Request") and "properties" in schema:
            schema.setdefault("additionalProperties", False)  # umemployed.api.judging
    return result


def only_versioned(endpoints: list[tuple[str, str, str, Any]], **kwargs: Any) -> list[tuple[str, str, str, Any]]:
    """Document /api/v1/ and nothing else (a preprocessing hook)."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith("/api/v1/")]


def may_be_blank(field: Any) -> bool:
    """Say whether a read-only choice shows a column that may be blank; DRF forgets that of read-only fields."""
    model = getattr(getattr(field.parent, "Meta", None), "model", None)
    if not field.read_only or model is None or not field.source:
        return False
    column = next((column for column in model._meta.fields if column.name == field.source), None)
    return column is not None and column.blank


class ConventionSchema(AutoSchema):
    """Describes one operation of an ApiView."""

    @property
    def is_ours(self) -> bool:
        """Say whether the view follows the conventions."""
        return isinstance(self.view, ApiView)

    view: Any  # an ApiView where ``is_ours``; the library's own views have less

    @property
    def is_page(self) -> bool:
        """Say whether the operation answers a page."""
        return isinstance(self.view, ApiViewSet) and self.view.is_paginated()

    def get_operation_id(self) -> str:
        """Return ``resumes_list``, ``resumes_publish``, ``auth_login``, …: path words, then the verb."""
        words = [word.replace("-", "_") for word in self._tokenize_path()]
        action = getattr(self.view, "action", None)
        if action in STANDARD_ACTIONS:
            return "_".join([*words, action])
        return "_".join(words) + ("_list" if self.is_page else SUFFIXES[self.method])

    def get_request_serializer(self) -> Any:
        """Return what the body is read by; None for none."""
        return self.view.body_serializer_class() if self.is_ours else super().get_request_serializer()

    def get_response_serializers(self) -> Any:
        """Return the success answer's serializer under its status."""
        if not self.is_ours:
            return super().get_response_serializers()
        return {self.view.status(): self.view.read_serializer_class()}

    def _is_list_view(self, serializer: Any = None) -> bool:
        return self.is_page or self.view.answers_list if self.is_ours else super()._is_list_view(serializer)

    def _map_serializer_field(self, field: Any, direction: str, bypass_extensions: bool = False) -> dict[str, Any]:
        schema = super()._map_serializer_field(field, direction, bypass_extensions)
        if "enum" in schema and "" not in schema["enum"] and may_be_blank(field):
            return {**schema, "enum": [*schema["enum"], ""]}
        if "oneOf" in schema and {} in schema["oneOf"]:  # any JSON, or null: null is any JSON
            return {key: value for key, value in schema.items() if key != "oneOf"}
        return schema

    # --- Parameters ---
    def _get_parameters(self) -> list[dict[str, Any]]:
        parameters = super()._get_parameters()
        if not self.is_ours:
            return parameters
        known = {(parameter["name"], parameter["in"]) for parameter in parameters}
        parameters += [item for item in self.query_parameters() if (item["name"], "query") not in known]
        return parameters + [{"$ref": f"#/components/parameters/{name}"} for name in self.header_parameters()]

    def query_parameters(self) -> list[dict[str, Any]]:
        """Return the query serializer's fields as parameters."""
        serializer = force_instance(self.view.query_class())
        schema = self._map_serializer(serializer, "request")
        return [
            self.query_parameter(name, dict(field), name in schema.get("required", []))
            for name, field in schema.get("properties", {}).items()
        ]

    @staticmethod
    def query_parameter(name: str, schema: dict[str, Any], required: bool) -> dict[str, Any]:
        """Return one parameter; lists are comma-separated."""
        parameter = {"name": name, "in": "query", "description": schema.pop("description", ""), "schema": schema}
        if not parameter["description"]:
            del parameter["description"]
        if required:
            parameter["required"] = True
        if schema.get("type") == "array":
            parameter |= {"style": "form", "explode": False}
        return parameter

    def header_parameters(self) -> list[str]:
        """Return the names of the shared header parameters that the operation reads."""
        names = ["AcceptLanguage"]
        if self.method == "POST" and self.view.transactional:
            names.append("IdempotencyKey")
        if self.view.is_versioned_edit():
            names.append("IfMatch")
        if self.method == "GET":
            names.append("IfNoneMatch")
        return names

    # --- Answers ---
    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        responses = super()._get_response_bodies(direction)
        if not self.is_ours:
            return responses
        if self.method == "GET":
            responses["304"] = {"description": "You have it already.", "headers": self.headers("ETag", "RequestId")}
        for status, found in self.possible_errors().items():
            responses.setdefault(str(status), self.problem_response(found))
        return dict(sorted(responses.items()))

    def _get_response_for_code(
        self, serializer: Any, status_code: str, media_types: Any = None, direction: str = "response"
    ) -> Any:
        response = super()._get_response_for_code(serializer, status_code, media_types, direction)
        if self.is_ours:
            response.setdefault("headers", {}).update(self.headers(*self.success_headers()))
            response["description"] = response["description"] or "Done."
        return response

    def success_headers(self) -> list[str]:
        """Return the headers of an answer that succeeds."""
        names = ["RateLimit", "RateLimit-Policy", "RequestId"]
        if self.method == "GET" or self.view.versioned:
            names.append("ETag")
        if self.is_page or self.view.operation in getattr(self.view, "linked_actions", ()):
            names.append("Link")
        if self.method == "POST" and self.view.transactional:
            names.append("Idempotent-Replayed")
        return names

    @staticmethod
    def headers(*names: str) -> dict[str, Any]:
        """Return references to the shared headers."""
        spelled = {"RequestId": "X-Request-ID"}
        return {
            spelled.get(name, name): {"$ref": f"#/components/headers/{name.replace('-', '')}"} for name in sorted(names)
        }

    def problem_response(self, found: list[type[errors.ApiError]]) -> dict[str, Any]:
        """Return a reference to the shared answer that carries one of these errors."""
        codes = sorted({error.code for error in found})
        component = ResolvedComponent(
            name="Or".join("".join(word.title() for word in code.split("_")) for code in codes),
            type=ResolvedComponent.RESPONSE,
            schema=self.problem_answer(found, codes),
            object=tuple(codes),
        )
        self.registry.register_on_missing(component)
        return component.ref

    def problem_answer(self, found: list[type[errors.ApiError]], codes: list[str]) -> dict[str, Any]:
        """Return the response object for these codes."""
        schema = {
            "allOf": [
                {"$ref": "#/components/schemas/Problem"},
                {"type": "object", "properties": {"code": {"type": "string", "enum": codes}}},
            ]
        }
        retry = {"Retry-After"} if found[0].status_code in {429, 503} or "idempotency_in_flight" in codes else set()
        return {
            "description": " ".join(f"`{error.code}`: {error.title}." for error in sorted(found, key=lambda e: e.code)),
            "headers": self.headers("RequestId", *retry),
            "content": {PROBLEM: {"schema": schema}},
        }

    def possible_errors(self) -> dict[int, list[type[errors.ApiError]]]:
        """Return every error that the operation can answer, by status."""
        found: dict[int, list[type[errors.ApiError]]] = defaultdict(list)
        declared = [*type(self.view).errors, *self.view.errors]
        for error in dict.fromkeys([*self.conventional_errors(), *declared]):
            found[error.status_code].append(error)
        return found

    def conventional_errors(self) -> list[type[errors.ApiError]]:
        """Return the errors that follow from the conventions."""
        found: list[type[errors.ApiError]] = [errors.Invalid, errors.NotAcceptable]
        found += [errors.TooManyRequests, errors.Unavailable]
        public = all(isinstance(permission, AllowAny) for permission in self.view.get_permissions())
        if self.view.get_authenticators():
            found.append(errors.Unauthenticated)
        if not public:
            found.append(errors.Forbidden)
        if uritemplate.variables(self.path):
            found.append(errors.NotFound)
        if self.method not in SAFE_METHODS and self.get_request_serializer() is not None:
            found += [errors.PayloadTooLarge, errors.UnsupportedMediaType]
        if self.method == "POST" and self.view.transactional:
            found += [IdempotencyInFlight, IdempotencyKeyReused]
        if self.view.is_versioned_edit():
            found += [errors.PreconditionFailed, errors.PreconditionRequired]
        return found
