"""The page on which a reader chooses what is mailed, behind a signed link: for people, and as JSON for programs.

A plain Django view and not part of the JSON API: people arrive here from their mail program.
"""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from accounts.models import User
from notifications.kinds import KINDS
from notifications.mail.unsubscribing import reader_of_settings
from notifications.models import MailMode
from notifications.preferences import preferences_of, set_preferences, stop_all_mails
from umemployed.api.errors import Invalid, NotFound
from umemployed.api.pages import wants_json
from umemployed.api.problems import page


@method_decorator(csrf_exempt, name="dispatch")  # the signed link is the authority; there is no session to ride on
class MailSettingsView(View):
    """GET shows and changes nothing (link scanners follow links); POST changes ``{kind: mode}``, the rest stays.

    ``all=off`` stops everything that can be chosen. Programs say ``Accept: application/json``, and may post JSON.
    """

    http_method_names = ["get", "head", "post", "options"]

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Show the choices."""
        return self.show(request, reader_behind(token), done=False)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Change some choices."""
        reader = reader_behind(token)
        if reader is None:
            return self.show(request, None, done=False)
        wanted = choices_in(request)
        if wanted is None:
            return page(request, Invalid(_("Each member names a kind of mail, and one of: now, digest, off.")))
        if wanted.pop("all", None) == MailMode.OFF:
            stop_all_mails(reader=reader)
        set_preferences(actor=reader, choices=[{"kind": kind, "mail": mode} for kind, mode in wanted.items()])
        return self.show(request, reader, done=True)

    def show(self, request: HttpRequest, reader: User | None, *, done: bool) -> HttpResponse:
        """Answer in the reader's language; a link that is forged or too old gets a 404 that tells nothing."""
        if reader is None and wants_json(request):
            return page(request, NotFound())
        with override(reader.language if reader is not None else None):
            kinds = [row for row in preferences_of(reader) if not row["mandatory"]] if reader is not None else []
            if wants_json(request):
                shown = [{"kind": row["kind"], "label": str(row["label"]), "mail": row["mail"]} for row in kinds]
                response: HttpResponse = JsonResponse({"mails": shown})
            else:
                known = {"known": reader is not None, "kinds": kinds, "modes": MailMode.choices, "done": done}
                template = "notifications/mail_settings.html"
                response = render(request, template, known, status=200 if reader is not None else 404)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        return response


def reader_behind(token: str) -> User | None:
    """Return whose settings the link opens; None for a bad link or an account that is closed."""
    public_id = reader_of_settings(token)
    if public_id is None:
        return None
    return get_user_model().objects.filter(public_id=public_id, is_active=True).first()


def choices_in(request: HttpRequest) -> dict[str, str] | None:
    """Return ``{kind: mode}`` from a form or from JSON, or None when it holds anything else."""
    if request.content_type == "application/json":
        try:
            posted: Any = json.loads(request.body)
        except (ValueError, RecursionError):
            return None
    else:
        posted = request.POST.dict()
    if not isinstance(posted, dict):
        return None
    kinds = {kind.code for kind in KINDS.values() if not kind.mandatory} | {"all"}
    good = all(kind in kinds and isinstance(mode, str) and mode in MailMode.values for kind, mode in posted.items())
    return posted if good else None
