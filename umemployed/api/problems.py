"""The one place where anything that went wrong becomes an RFC 9457 problem document."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from rest_framework import exceptions as drf
from rest_framework.exceptions import ErrorDetail
from rest_framework.response import Response

from umemployed.api import errors
from umemployed.api.context import current_request_id
from umemployed.api.security import tell_refusal

logger = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
BODY = "non_field_errors"


def type_of(code: str) -> str:
    """Return the absolute URL of the page that explains ``code``."""
    return f"{settings.PUBLIC_URL}/errors/{code}/"


def problem(error: errors.ApiError) -> dict[str, Any]:
    """Return the document: the standard members, ours, then the error's own extension members."""
    return {
        "type": type_of(error.code),
        "title": str(error.title),
        "status": error.status_code,
        "detail": str(error.detail),
        "code": error.code,
        "request_id": current_request_id(),
        "errors": [{**item, "detail": str(item["detail"])} for item in error.errors],
        **error.extra,
    }


def headers_of(error: errors.ApiError) -> dict[str, str]:
    """Return the error's headers, with those that its status demands."""
    headers = dict(error.headers)
    if error.status_code == 401:
        headers.setdefault("WWW-Authenticate", 'Bearer realm="umemployed"')
    if error.status_code == 503:
        headers.setdefault("Retry-After", "1")
    return headers


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's EXCEPTION_HANDLER. What is not an answer on purpose returns None and is raised further."""
    error = as_api_error(exc)
    if error is None:
        return None
    if error.is_security_event:
        request = context["request"]
        # Not request.user, which would authenticate again, and fail again.
        tell_refusal(request._request, error, actor=getattr(getattr(request, "_user", None), "public_id", None))
    return Response(problem(error), error.status_code, headers=headers_of(error), content_type=MEDIA_TYPE)


def as_api_error(exc: Exception) -> errors.ApiError | None:
    """Translate what Django, DRF and the database raise into our families; None means a bug of ours."""
    match exc:
        case errors.ApiError():
            return exc
        case drf.ValidationError():
            return errors.Invalid(errors=list(flatten(exc.detail)))
        case DjangoValidationError():
            return errors.Invalid(errors=list(flatten(drf.ValidationError(drf_detail(exc)).detail)))
        case Http404() | drf.NotFound():
            # Never the exception's own words: "missing" and "not yours" must read the same.
            return errors.NotFound()
        case RequestDataTooBig():
            return errors.PayloadTooLarge(limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        case drf.APIException():
            return from_drf(exc)
        case PermissionDenied():
            return errors.Forbidden()
        case BadRequest() | SuspiciousOperation():
            return errors.Invalid()
        case OperationalError() | InterfaceError():
            logger.warning("The database refused: %s", type(exc.__cause__ or exc).__name__)
            return errors.Unavailable()
    return None


def from_drf(exc: drf.APIException) -> errors.ApiError:
    """Translate DRF's own exceptions."""
    match exc:
        case drf.NotAuthenticated():
            return errors.Unauthenticated()
        case drf.AuthenticationFailed():
            return errors.Unauthenticated(first_words(exc.detail))
        case drf.PermissionDenied():
            return errors.Forbidden()
        case drf.MethodNotAllowed():
            return errors.MethodNotAllowed()
        case drf.NotAcceptable():
            return errors.NotAcceptable()
        case drf.UnsupportedMediaType():
            return errors.UnsupportedMediaType()
        case drf.Throttled():
            return errors.TooManyRequests(headers={"Retry-After": str(int(getattr(exc, "wait", None) or 1))})
        case _ if exc.status_code < 500:
            return errors.Invalid(first_words(exc.detail))
    return errors.Unavailable()


def first_words(detail: Any) -> str:
    """Return the first sentence of a DRF detail, which may be a list or a dict of lists."""
    return next((item["detail"] for item in flatten(detail)), "")


def drf_detail(exc: Any) -> Any:
    """Return the detail of a model's or validator's ValidationError in DRF's shape."""
    if hasattr(exc, "error_dict"):
        return {attr.replace("__all__", BODY): drf_detail(error) for attr, error in exc.error_dict.items()}
    return [
        ErrorDetail(item.message % (item.params or {}) if item.params else item.message, item.code or "invalid")
        for item in exc.error_list
    ]


def flatten(detail: Any, attr: str = "") -> Iterator[dict[str, str]]:
    """Yield {code, attr, detail} of a nested DRF detail; ``attr`` is a dotted path, ``""`` the whole body."""
    if isinstance(detail, dict):
        for key, value in detail.items():
            inner = attr if key == BODY else f"{attr}.{key}".lstrip(".")
            yield from flatten(value, inner)
    elif isinstance(detail, list):
        for index, item in enumerate(detail):
            # A list of words belongs to one field; a list of dicts or lists is one entry per element.
            yield from flatten(item, attr if isinstance(item, str) else f"{attr}.{index}".lstrip("."))
    else:
        yield {"code": getattr(detail, "code", "invalid"), "attr": attr, "detail": str(detail)}


# --- Outside DRF: Django's own handlers ----------------------------------------------------------
def page(request: HttpRequest, error: errors.ApiError) -> HttpResponse:
    """Answer outside DRF: HTML to a browser that asks for a page, the problem document to everyone else."""
    document = problem(error)
    if not request.path.startswith("/api/") and "text/html" in request.headers.get("Accept", ""):
        response = render(request, "api/problem.html", {"problem": document}, status=error.status_code)
    else:
        response = JsonResponse(document, status=error.status_code, content_type=MEDIA_TYPE)
    for name, value in headers_of(error).items():
        response[name] = value
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400."""
    return page(request, as_api_error(exception) or errors.Invalid())


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler403."""
    return page(request, errors.Forbidden())


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404."""
    return page(request, errors.NotFound())


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500: no trace, only the id under which the log has it."""
    return page(request, errors.ApiError())
