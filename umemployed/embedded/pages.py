"""The pages that links in mails lead to where no frontend is: small forms over the public API.

In the embedded house ``FRONTEND_URL`` is this server itself, and who clicks a link in a mail must arrive somewhere. A
page does nothing by being opened (mail programs and scanners follow links); its button calls the API as any frontend
would, with the script of ``static/embedded/page.js``. With a frontend of its own the house has none of these pages.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from umemployed.api.methods import reads_only


@dataclass(frozen=True)
class Field:
    """One input: its name is the member of the API's body, ``autocomplete`` what a browser may fill in."""

    name: str
    label: Promise
    kind: str
    autocomplete: str
    required: bool = True


EMAIL = Field("email", _("E-mail address"), "email", "username")
PASSWORD = Field("password", _("Password"), "password", "current-password")
NEW_PASSWORD = Field("new_password", _("New password (at least 10 characters)"), "password", "new-password")
OWN_PASSWORD = Field("password", _("Password (at least 10 characters)"), "password", "new-password")
NAME = Field("full_name", _("Name"), "text", "name", required=False)


@dataclass(frozen=True)
class Page:
    """What a page says and calls: ``path`` below /api/v1/, where ``{token}`` and ``{id}`` are the link's.

    ``signs_in``: e-mail address and password are asked first, and the call is made as that person. Without ``path``
    the page only signs in. A GET shows what it read.
    """

    title: Promise
    lead: Promise
    button: Promise
    done: Promise
    path: str = ""
    method: str = "POST"
    fields: tuple[Field, ...] = ()
    signs_in: bool = False
    needs_token: bool = False
    more: tuple[tuple[str, Promise], ...] = ()


SIGN_UP = ("/register", _("Create an account"))
SIGN_IN = ("/login", _("Sign in"))
FORGOTTEN = ("/forgot-password", _("Choose a new password"))
READ = _("Sign in to read what the mail is about. There is no frontend here, so you see it as the API tells it.")

PAGES = {
    "verify-email": Page(
        title=_("Confirm your e-mail address"),
        lead=_("You signed up with this address. Confirm that it is yours; the link works once."),
        button=_("Confirm my address"),
        done=_("Your address is confirmed. You can sign in now."),
        path="auth/verify-email/",
        needs_token=True,
        more=(SIGN_IN,),
    ),
    "reset-password": Page(
        title=_("Choose a new password"),
        lead=_("All your sessions end, and the link works once."),
        button=_("Set the password"),
        done=_("Your new password is set. You can sign in with it now."),
        path="auth/password/reset/confirm/",
        fields=(NEW_PASSWORD,),
        needs_token=True,
        more=(SIGN_IN,),
    ),
    "change-email": Page(
        title=_("Use this address"),
        lead=_("Your account moves to the address that this mail was sent to. Both addresses are told."),
        button=_("Use this address"),
        done=_("Your account has moved to this address. Sign in with it from now on."),
        path="auth/email/change/confirm/",
        signs_in=True,
        needs_token=True,
        more=(SIGN_IN,),
    ),
    "accept-invitation": Page(
        title=_("Join a team"),
        lead=_("Sign in with the address that the invitation was sent to. Without an account, create one first."),
        button=_("Sign in and join"),
        done=_("You are a member now."),
        path="invitations/{token}/accept/",
        signs_in=True,
        needs_token=True,
        more=(SIGN_UP, FORGOTTEN),
    ),
    "register": Page(
        title=_("Create an account"),
        lead=_("You get a mail with a link that confirms your address."),
        button=_("Create an account"),
        done=_("If the address needs it, a mail is on its way. Open its link, then come back."),
        path="auth/register/",
        fields=(NAME, EMAIL, OWN_PASSWORD),
        more=(SIGN_IN,),
    ),
    "forgot-password": Page(
        title=_("Choose a new password"),
        lead=_("Say which address you signed up with; we mail you a link."),
        button=_("Send the link"),
        done=_("If the address is known, a mail is on its way."),
        path="auth/password/reset/",
        fields=(EMAIL,),
        more=(SIGN_IN,),
    ),
    "login": Page(
        title=_("Sign in"),
        lead=_("There is no frontend here: signing in shows your account as the API tells it."),
        button=_("Sign in"),
        done=_("You are signed in. This is your account:"),
        path="me/",
        method="GET",
        signs_in=True,
        more=(SIGN_UP, FORGOTTEN),
    ),
    "notifications": Page(
        title=_("Notifications"),
        lead=READ,
        button=_("Sign in and read"),
        done=_("This is what the API says:"),
        path="notifications/",
        method="GET",
        signs_in=True,
    ),
    "application": Page(
        title=_("An application"),
        lead=READ,
        button=_("Sign in and read"),
        done=_("This is what the API says:"),
        path="applications/{id}/",
        method="GET",
        signs_in=True,
    ),
    "job": Page(
        title=_("A posting"),
        lead=READ,
        button=_("Sign in and read"),
        done=_("This is what the API says:"),
        path="jobs/{id}/",
        method="GET",
        signs_in=True,
    ),
    "conversation": Page(
        title=_("A conversation"),
        lead=READ,
        button=_("Sign in and read"),
        done=_("This is what the API says:"),
        path="conversations/{id}/messages/",
        method="GET",
        signs_in=True,
    ),
}


def is_the_frontend() -> bool:
    """Say whether links in mails lead to this server, which then has to answer them."""
    return settings.FRONTEND_URL == settings.PUBLIC_URL


@never_cache
@reads_only
def page(request: HttpRequest, name: str, id: str = "") -> HttpResponse:
    """Show one page; it asks nobody and changes nothing."""
    if not is_the_frontend():
        raise Http404
    shown = PAGES[name]
    token = request.GET.get("token", "")
    whole = bool(token) or not shown.needs_token
    fields = ((EMAIL, PASSWORD) if shown.signs_in else ()) + shown.fields
    context = {"page": shown, "fields": fields, "token": token, "id": id, "whole": whole}
    response = render(request, "embedded/page.html", context, status=200 if whole else 400)
    response["Referrer-Policy"] = "no-referrer"  # the address holds a secret
    return response
