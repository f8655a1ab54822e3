"""Which methods a page beside the API answers."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from umemployed.api import problems
from umemployed.api.errors import MethodNotAllowed

READS = ("GET", "HEAD")


def reads_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Answer GET and HEAD; anything else is the problem document 405, which names them in ``Allow``.

    Exempt from CSRF, which is judged before the view and would hide the true answer behind a 403:
    a page that changes nothing has nothing to protect.
    """

    @wraps(view)
    def judged(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in READS:
            return problems.page(request, MethodNotAllowed(headers={"Allow": ", ".join(READS)}))
        return view(request, *args, **kwargs)

    return csrf_exempt(judged)
