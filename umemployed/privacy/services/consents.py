"""Saying yes and no. Every answer is a row; the newest of a purpose holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from umemployed.api.context import current_address
from umemployed.api.errors import Conflict
from umemployed.audit.record import record
from umemployed.events.log import publish
from umemployed.privacy.events import ConsentChanged
from umemployed.privacy.models import Consent
from umemployed.privacy.vocabulary import REQUIRED, Purpose


class ConsentRequired(Conflict):
    code = "consent_required"
    title = _("The account rests on this")
    cause = _("Without the terms and the notice on personal data there can be no account.")
    cure = _("Ask for the erasure of the account instead: /api/v1/me/erasure/.")


class TextReplaced(Conflict):
    code = "consent_text_replaced"
    title = _("The text was replaced")
    cause = _("You answered a version of the text that is not the present one.")
    cure = _("Show the present version, whose name is in `version`, and ask again.")


@dataclass(frozen=True)
class Answer:
    """What a person said last about one purpose; ``at`` is None where nothing was said."""

    purpose: str
    label: Any
    is_required: bool
    version: str
    is_given: bool
    given_version: str
    at: datetime | None


def answers_of(person: Any) -> list[Answer]:
    """Return the newest answer for every purpose; one query."""
    rows = Consent.objects.filter(person=person).order_by("purpose", "-pk").distinct("purpose")
    newest = {row.purpose: row for row in rows}
    return [
        Answer(
            purpose=purpose.value,
            label=purpose.label,
            is_required=purpose in REQUIRED,
            version=settings.CONSENT_TEXTS[purpose.value],
            is_given=row.is_given if (row := newest.get(purpose.value)) else False,
            given_version=row.version if row else "",
            at=row.at if row else None,
        )
        for purpose in Purpose
    ]


def has_consented(person: Any, purpose: Purpose) -> bool:
    """Say whether the person's last word on a purpose was yes; one query."""
    newest = Consent.objects.filter(person=person, purpose=purpose).order_by("-pk").first()
    return newest is not None and newest.is_given


def give_at_sign_up(*, person: Any) -> None:
    """Note that signing up accepted the terms and the notice; in the transaction that makes the person."""
    Consent.objects.bulk_create(_said(person, purpose, True) for purpose in Purpose if purpose in REQUIRED)


@transaction.atomic
def give_consent(*, actor: Any, purpose: str, version: str) -> Answer:
    """Say yes to the present version of a text; again is harmless. Raises TextReplaced."""
    if version != settings.CONSENT_TEXTS[purpose]:
        raise TextReplaced(version=settings.CONSENT_TEXTS[purpose])
    return _say(actor, Purpose(purpose), True)


@transaction.atomic
def withdraw_consent(*, actor: Any, purpose: str) -> Answer:
    """Say no; again is harmless. Raises ConsentRequired for what the account rests on."""
    if purpose in REQUIRED:
        raise ConsentRequired
    return _say(actor, Purpose(purpose), False)


def _say(actor: Any, purpose: Purpose, is_given: bool) -> Answer:
    type(actor)._default_manager.select_for_update(no_key=True).get(pk=actor.pk)  # one answer after the other
    before = next(answer for answer in answers_of(actor) if answer.purpose == purpose)
    if (before.is_given, before.given_version if is_given else "") != (is_given, before.version if is_given else ""):
        row = _said(actor, purpose, is_given)
        row.save()
        record(f"consent:{'given' if is_given else 'withdrawn'}", actor=actor, target=row, purpose=purpose.value)
        if purpose not in REQUIRED:
            publish(ConsentChanged(actor.pk, purpose.value, is_given), aggregate=actor, actor=actor)
    return next(answer for answer in answers_of(actor) if answer.purpose == purpose)


def _said(person: Any, purpose: Purpose, is_given: bool) -> Consent:
    return Consent(
        person=person,
        purpose=purpose,
        version=settings.CONSENT_TEXTS[purpose.value],
        is_given=is_given,
        address=current_address(),
    )
