"""The page behind the link at the foot of a mail: one click, no signing in (RFC 8058).

A plain Django view and not part of the JSON API: mail programs post forms to it, people read it.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import override
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from notifications.mail.unsubscribing import read_token
from notifications.preferences import Choice, choice_behind, stop_mails


@method_decorator(csrf_exempt, name="dispatch")  # the signed link is the authority; there is no session to ride on
class UnsubscribeView(View):
    """GET explains and changes nothing (link scanners follow links); POST stops the mails, again is the same."""

    http_method_names = ["get", "head", "post", "options"]

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Show the button."""
        return self.page(request, choice_behind(read_token(token)), done=False)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Stop the mails of the kind that the link names."""
        choice = choice_behind(read_token(token))
        if choice is not None:
            stop_mails(choice=choice)
        return self.page(request, choice, done=True)

    def page(self, request: HttpRequest, choice: Choice | None, *, done: bool) -> HttpResponse:
        """Render in the reader's language; a forged link gets a 404 that tells nothing."""
        with override(choice.reader.language if choice is not None else None):
            label = choice.label() if choice is not None else ""
            response = render(
                request,
                "notifications/unsubscribe.html",
                {"known": choice is not None, "label": label, "done": done},
                status=200 if choice is not None else 404,
            )
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        return response
