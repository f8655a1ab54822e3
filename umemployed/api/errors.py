"""The families of errors. A service raises a named child; one handler renders it as RFC 9457.

Every class enters ``CATALOGUE`` by its ``code``, from which the live page ``/errors/{code}/`` and the
OpenAPI document are made, so an error cannot exist without its explanation.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException

Text = str | Promise

CATALOGUE: dict[str, type[ApiError]] = {}


class ApiError(APIException):
    """Root of everything that our API answers on purpose.

    ``cause`` and ``cure`` are shown on the error's page. ``extra`` members (RFC 9457 extension
    members, JSON-ready) are added to the problem document, e.g. the current state on a conflict.
    ``is_security_event`` errors are told to whatever watches the house, unless their service records them.
    """

    status_code: int = 500
    is_security_event: ClassVar[bool] = False
    code: ClassVar[str] = "internal_error"
    title: ClassVar[Text] = _("Internal error")
    cause: ClassVar[Text] = _("Something of ours broke; the fault is not in the request.")
    cure: ClassVar[Text] = _("Try again later. If it stays, report the `request_id`.")

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        other = CATALOGUE.setdefault(cls.code, cls)
        if (other.__module__, other.__qualname__) != (cls.__module__, cls.__qualname__):
            raise TypeError(f"The error code {cls.code!r} already belongs to {other.__qualname__}.")

    def __init__(
        self,
        detail: Text | None = None,
        *,
        errors: list[dict[str, Any]] | None = None,
        headers: dict[str, str] | None = None,
        **extra: Any,
    ) -> None:
        self.detail: Any = detail or self.cause or self.title
        self.errors = errors or []
        self.headers = headers or {}
        self.extra = extra

    def __str__(self) -> str:
        return str(self.detail)

    @classmethod
    def on_field(cls, attr: str, detail: Text, *, code: str = "invalid") -> Self:
        """Return the error pointing at one field (``attr`` is a dotted path into the body)."""
        return cls(detail, errors=[{"code": code, "attr": attr, "detail": detail}])


class Invalid(ApiError):
    status_code = 400
    code = "invalid"
    title = _("The request is not valid")
    cause = _("One or more values are missing, malformed, unknown or out of range.")
    cure = _("Mend the fields listed in `errors` and send the request again.")


class Unauthenticated(ApiError):
    status_code = 401
    is_security_event = True
    code = "unauthenticated"
    title = _("Sign in first")
    cause = _("The request carries no valid access token.")
    cure = _("Sign in at /api/v1/auth/login/, or refresh the token, and send `Authorization: Bearer …`.")


class PlanLimit(ApiError):
    status_code = 402
    code = "plan_limit"
    title = _("The plan's limit is reached")
    cause = _("The plan does not allow more of this at the moment.")
    cure = _("Wait until `resets_at`, or choose a larger plan.")


class Forbidden(ApiError):
    status_code = 403
    is_security_event = True
    code = "forbidden"
    title = _("Not allowed")
    cause = _("You are signed in, but your rights do not include this.")
    cure = _("Ask an owner or admin of the company for the right, or use another account.")


class NotFound(ApiError):
    status_code = 404
    code = "not_found"
    title = _("Not found")
    cause = _("There is no such object, or it is not yours to see.")
    cure = _("Check the id in the URL.")


class MethodNotAllowed(ApiError):
    status_code = 405
    code = "method_not_allowed"
    title = _("This method is not offered here")
    cause = _("The URL exists, but does not take this HTTP method.")
    cure = _("Use one of the methods in the `Allow` header.")


class NotAcceptable(ApiError):
    status_code = 406
    code = "not_acceptable"
    title = _("No such representation")
    cause = _("The `Accept` header names no media type that this route can answer with.")
    cure = _("Send `Accept: application/json`, or leave the header out.")


class Conflict(ApiError):
    status_code = 409
    code = "conflict"
    title = _("The current state does not allow this")
    cause = _("Somebody or something changed the object first, or its state forbids the action.")
    cure = _("Read the object again and choose among its `actions`.")


class Gone(ApiError):
    status_code = 410
    code = "gone"
    title = _("No longer there")
    cause = _("The object existed and was closed or removed.")
    cure = _("Stop asking for it.")


class PreconditionFailed(ApiError):
    status_code = 412
    code = "precondition_failed"
    title = _("You edited an old version")
    cause = _("The object changed since the version named in `If-Match`.")
    cure = _("Read it again, apply your change to the new version, and send its ETag.")


class PayloadTooLarge(ApiError):
    status_code = 413
    code = "payload_too_large"
    title = _("The body is too large")
    cause = _("The body is larger than this route reads.")
    cure = _("Send less than `limit` bytes; files go through /api/v1/files/.")


class UnsupportedMediaType(ApiError):
    status_code = 415
    code = "unsupported_media_type"
    title = _("This media type is not read here")
    cause = _("The `Content-Type` of the body is not one that this route reads.")
    cure = _("Send JSON with `Content-Type: application/json`.")


class Unprocessable(ApiError):
    status_code = 422
    code = "unprocessable"
    title = _("Understood, but cannot be done")
    cause = _("The request is well formed but contradicts an earlier one.")
    cure = _("Read `detail`.")


class PreconditionRequired(ApiError):
    status_code = 428
    code = "precondition_required"
    title = _("Send If-Match")
    cause = _("Edits of this object need the version that you saw.")
    cure = _("GET the object, and send its ETag as `If-Match`.")


class TooManyRequests(ApiError):
    status_code = 429
    is_security_event = True
    code = "too_many_requests"
    title = _("Slow down")
    cause = _("The rate limit of this route is used up.")
    cure = _("Wait for the seconds given in `Retry-After`.")


class Unavailable(ApiError):
    status_code = 503
    code = "unavailable"
    title = _("Not available at the moment")
    cause = _("Something that this route needs is down.")
    cure = _("Try again after `Retry-After` seconds; nothing was changed.")
