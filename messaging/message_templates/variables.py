"""The variables of templates, and their filling in: one pass over the text, so that a value is never read again."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from jobs.anonymity import employer_name
from messaging.models import Conversation
from umemployed.api.errors import Invalid, Unprocessable

VARIABLE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
LEFT_OVER = re.compile(r"\{\{|\}\}")


class TemplateDoesNotFit(Unprocessable):
    code = "template_does_not_fit"
    title = _("The template does not fit this conversation")
    cause = _("It has variables, named in `missing`, for which this conversation has no value, e.g. no posting.")
    cure = _("Choose another template, or write the message yourself.")


def _job_title(conversation: Conversation, sender: User) -> str:
    return conversation.application.job.title if conversation.application else ""


def _company_name(conversation: Conversation, sender: User) -> str:
    application = conversation.application
    return employer_name(application.job) if application else conversation.company.name


def _first_name(conversation: Conversation, sender: User) -> str:
    return conversation.candidate.display_name().partition(" ")[0]


VARIABLES: dict[str, Callable[[Conversation, User], str]] = {
    "candidate_name": lambda conversation, sender: conversation.candidate.display_name(),
    "candidate_first_name": _first_name,
    "job_title": _job_title,
    "company_name": _company_name,
    "sender_name": lambda conversation, sender: sender.display_name(),
}


def check(body: str) -> None:
    """Raise Invalid naming what the text asks for and we do not know, or a brace that is not closed."""
    unknown = sorted({name.strip() for name in VARIABLE.findall(body)} - VARIABLES.keys())
    if unknown or LEFT_OVER.search(VARIABLE.sub("", body)):
        raise Invalid.on_field(
            "body",
            _("Unknown or broken variables: {names}. There are: {known}.").format(
                names=", ".join(unknown)[:200] or "{{", known=", ".join(f"{{{{{name}}}}}" for name in VARIABLES)
            ),
            code="unknown_variable",
        )


def fill_in(body: str, *, conversation: Conversation, sender: User) -> str:
    """Return the text for one conversation. Raises TemplateDoesNotFit.

    Values are plain text on one line: control characters and line breaks are taken out, and braces in a
    candidate's name are only braces.
    """
    values = {name: clean(value(conversation, sender)) for name, value in VARIABLES.items()}
    missing = sorted({name.strip() for name in VARIABLE.findall(body) if not values.get(name.strip())})
    if missing:
        raise TemplateDoesNotFit(missing=missing)
    return VARIABLE.sub(lambda found: values[found[1].strip()], body)


def clean(value: str) -> str:
    """Return a value without control and formatting characters, on one line."""
    kept = "".join(" " if unicodedata.category(char) in {"Cc", "Zl", "Zp"} else char for char in value)
    return " ".join("".join(char for char in kept if unicodedata.category(char) != "Cf").split())
