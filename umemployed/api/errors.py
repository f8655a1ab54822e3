"""The families of errors. A service raises a named child; one handler renders it as RFC 9457.

Every class enters ``CATALOGUE`` by its ``code``, from which the live page ``/errors/{code}/`` and the
OpenAPI document are made, so an error cannot exist without its explanation.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

from rest_framework.exceptions import APIException

CATALOGUE: dict[str, type[ApiError]] = {}


class ApiError(APIException):
    """Root of everything that our API answers on purpose.

    ``cause`` and ``cure`` are shown on the error's page. ``extra`` members (RFC 9457 extension
    members, JSON-ready) are added to the problem document, e.g. the current state on a conflict.
    """

    status_code: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    title: ClassVar[str] = "Internal error"
    cause: ClassVar[str] = ""
    cure: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        other = CATALOGUE.setdefault(cls.code, cls)
        if (other.__module__, other.__qualname__) != (cls.__module__, cls.__qualname__):
            raise TypeError(f"The error code {cls.code!r} already belongs to {other.__qualname__}.")

    def __init__(
        self,
        detail: str | None = None,
        *,
        errors: list[dict[str, str]] | None = None,
        headers: dict[str, str] | None = None,
        **extra: Any,
    ) -> None:
        self.detail = detail or self.cause or self.title
        self.errors = errors or []
        self.headers = headers or {}
        self.extra = extra

    def __str__(self) -> str:
        return str(self.detail)

    @classmethod
    def on_field(cls, attr: str, detail: str, *, code: str = "invalid") -> Self:
        """Return the error pointing at one field (``attr`` is a dotted path into the body)."""
        return cls(detail, errors=[{"code": code, "attr": attr, "detail": detail}])


class Invalid(ApiError):
    status_code = 400
    code = "invalid"
    title = "The request is not valid"
    cause = "One or more values are missing, malformed or out of range."
    cure = "Mend the fields listed in `errors` and send the request again."


class Unauthenticated(ApiError):
    status_code = 401
    code = "unauthenticated"
    title = "Sign in first"
    cause = "The request carries no valid access token."
    cure = "Sign in at /api/v1/auth/login/, or refresh the token, and send `Authorization: Bearer …`."


class PlanLimit(ApiError):
    status_code = 402
    code = "plan_limit"
    title = "The plan's limit is reached"
    cause = "The plan does not allow more of this at the moment."
    cure = "Wait until `resets_at`, or choose a larger plan."


class Forbidden(ApiError):
    status_code = 403
    code = "forbidden"
    title = "Not allowed"
    cause = "You are signed in, but your rights do not include this."
    cure = "Ask an owner or admin of the company for the right, or use another account."


class NotFound(ApiError):
    status_code = 404
    code = "not_found"
    title = "Not found"
    cause = "There is no such object, or it is not yours to see."
    cure = "Check the id in the URL."


class Conflict(ApiError):
    status_code = 409
    code = "conflict"
    title = "The current state does not allow this"
    cause = "Somebody or something changed the object first, or its state forbids the action."
    cure = "Read the object again and choose among its `actions`."


class Gone(ApiError):
    status_code = 410
    code = "gone"
    title = "No longer there"
    cause = "The object existed and was closed or removed."
    cure = "Stop asking for it."


class PreconditionFailed(ApiError):
    status_code = 412
    code = "precondition_failed"
    title = "You edited an old version"
    cause = "The object changed since the version named in `If-Match`."
    cure = "Read it again, apply your change to the new version, and send its ETag."


class Unprocessable(ApiError):
    status_code = 422
    code = "unprocessable"
    title = "Understood, but cannot be done"
    cause = "The request is well formed but contradicts an earlier one."
    cure = "Read `detail`."


class PreconditionRequired(ApiError):
    status_code = 428
    code = "precondition_required"
    title = "Send If-Match"
    cause = "Edits of this object need the version that you saw."
    cure = "GET the object, and send its ETag as `If-Match`."


class TooManyRequests(ApiError):
    status_code = 429
    code = "too_many_requests"
    title = "Slow down"
    cause = "The rate limit of this route is used up."
    cure = "Wait for the seconds given in `Retry-After`."


class Unavailable(ApiError):
    status_code = 503
    code = "unavailable"
    title = "Not available at the moment"
    cause = "Something that this route needs is down."
    cure = "Try again after `Retry-After` seconds; nothing was changed."
