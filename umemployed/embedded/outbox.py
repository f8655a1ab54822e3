"""What this house has mailed, to be looked at in a browser: ``/outbox/``. Only where the house is local.

The mails are the files of ``umemployed.embedded.mailbox``. Their HTML is shown in a frame that may do nothing: no
script, no form, no request to anywhere, not even for a picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin

from umemployed.api.methods import reads_only

NEWEST = 200  # mails in the list
FORBIDDEN = ("default-src", "script-src", "connect-src", "font-src", "form-action")
NOTHING = {
    **{name: ["'none'"] for name in FORBIDDEN},
    "style-src": ["'unsafe-inline'"],
    "img-src": ["data:"],
    "frame-ancestors": ["'self'"],
    "sandbox": [],
}


@dataclass(frozen=True)
class Sent:
    """One mail as it arrived at the mail catcher."""

    name: str
    message: EmailMessage

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Every header, in its order."""
        return [(name, str(value)) for name, value in self.message.items()]

    def part(self, kind: str) -> str:
        """Return the text of a part ("plain" or "html"), or ''."""
        body = self.message.get_body((kind,))
        return str(body.get_content()) if body is not None else ""

    @property
    def text(self) -> str:
        """The part in plain text."""
        return self.part("plain")


def folder() -> Path:
    """Return where the mail catcher keeps them."""
    return settings.VAR_DIR / "mail"


def sent(name: str) -> Sent:
    """Return a mail by the name of its file, without ``.eml``. Raises Http404."""
    paths = {path.stem: path for path in folder().glob("*.eml")}  # never a path that a visitor wrote
    if name not in paths:
        raise Http404
    message = message_from_bytes(paths[name].read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return Sent(name, message)


@never_cache
@reads_only
def outbox(request: HttpRequest) -> HttpResponse:
    """List the newest mails; ``?to=`` keeps those whose file name has the address."""
    to = request.GET.get("to", "").lower()
    names = sorted((path.stem for path in folder().glob("*.eml") if to in path.stem), reverse=True)[:NEWEST]
    return render(request, "embedded/outbox.html", {"mails": [sent(name) for name in names], "to": to})


@never_cache
@csp_update({"frame-src": ["'self'"]})  # type: ignore[arg-type]  # it passes the other arguments on
@reads_only
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """Show one mail: as HTML in a frame, as text, and its headers."""
    return render(request, "embedded/mail.html", {"mail": sent(name)})


@never_cache
@xframe_options_sameorigin
@csp_replace(NOTHING)  # type: ignore[arg-type]  # as above
@reads_only
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    """Show the HTML part alone, for the frame."""
    return HttpResponse(sent(name).part("html"))
