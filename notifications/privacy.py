"""The letters about people's own data: what will be erased, what was, and where an archive waits."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import formats
from django.utils.translation import gettext

from accounts.models import User
from notifications.handlers import guard
from notifications.mail.letters import Draft, Moot, frontend, letter, moment
from notifications.mail.models import Mail, MailQueue, MailStatus
from notifications.mail.services import post_mail
from umemployed.api.errors import CATALOGUE
from umemployed.events.log import Meta, on
from umemployed.events.models import Delivery
from umemployed.privacy.events import (
    ErasureCancelled,
    ErasureObstructed,
    ErasureRequested,
    ErasureTold,
    ExportReady,
    InactivityWarned,
)
from umemployed.privacy.links import report_link
from umemployed.privacy.models import Erasure, Export
from umemployed.privacy.registry import register_farewell
from umemployed.privacy.vocabulary import ErasureStatus, ExportStatus

FINAL = (MailStatus.SENT, MailStatus.FAILED, MailStatus.MOOT)


@on(ErasureRequested)
def tell_what_will_be_erased(event: ErasureRequested, meta: Meta) -> None:
    """Tell the person what will happen, when, and how to call it off."""
    _guard_erasure(event.erasure_id, "erasure_requested", meta)


@on(ErasureCancelled)
def tell_that_nothing_is_erased(event: ErasureCancelled, meta: Meta) -> None:
    """Tell the person that it was called off."""
    _guard_erasure(event.erasure_id, "erasure_cancelled", meta)


@on(ErasureObstructed)
def tell_what_stands_against_it(event: ErasureObstructed, meta: Meta) -> None:
    """Tell the person what to do first."""
    _guard_erasure(event.erasure_id, "erasure_obstructed", meta)


def _guard_erasure(erasure_id: int, kind: str, meta: Meta) -> None:
    erasure = Erasure.objects.select_related("person").filter(pk=erasure_id).first()
    if erasure is not None:
        guard(erasure.person, kind, meta, erasure_id=erasure.pk)


@on(ErasureTold)
def send_the_last_letter(event: ErasureTold, meta: Meta) -> None:
    """Write to the address before it is forgotten. The letter has no recipient: nobody is there any more."""
    erasure = Erasure.objects.select_related("person").filter(pk=event.erasure_id).first()
    person = erasure.person if erasure is not None else None
    if erasure is None or person is None or erasure.status != ErasureStatus.EXECUTING:
        return
    post_mail(
        fact=fact_of(erasure),
        kind="erasure_done",
        to_address=person.email,
        language=person.language,
        queue=MailQueue.CRITICAL,
        erasure_id=erasure.pk,
    )


def fact_of(erasure: Erasure) -> str:
    """Name the last letter."""
    return f"erasure_done:{erasure.public_id}"


@register_farewell
def is_telling(erasure: Erasure) -> bool:
    """Say whether the last letter is still owed or on its way."""
    mail = Mail.objects.filter(fact=fact_of(erasure)).first()
    if mail is not None:
        return mail.status not in FINAL
    lane = f"{User._meta.label_lower}:{erasure.person_id}"
    return Delivery.objects.filter(
        aggregate=lane, event__topic=ErasureTold.topic, status=Delivery.Status.PENDING
    ).exists()


@on(ExportReady)
def tell_where_the_archive_is(event: ExportReady, meta: Meta) -> None:
    """Tell the person that the archive waits; the link leads to the frontend, where they sign in."""
    export = Export.objects.select_related("person").filter(pk=event.export_id).first()
    if export is not None:
        guard(export.person, "export_ready", meta, export_id=export.pk)


@on(InactivityWarned)
def warn_of_the_clock(event: InactivityWarned, meta: Meta) -> None:
    """Tell a person whom we have not seen for long when the account will be erased."""
    person = User.objects.filter(pk=event.person_id).first()
    guard(person, "inactivity_warned", meta, erased_on=event.erased_on)


@letter("erasure_requested")
@letter("erasure_cancelled")
def say_what_becomes_of_the_account(mail: Mail) -> Draft:
    """Tell the day, and lead to where it can be called off."""
    erasure = Erasure.objects.get(pk=mail.context["erasure_id"])
    wanted = ErasureStatus.WAITING if mail.kind == "erasure_requested" else ErasureStatus.CANCELLED
    if erasure.status != wanted:
        raise Moot("It has gone on since.")
    return Draft(link=frontend("/settings/privacy"), values={"day": moment(erasure.due_at)})


@letter("erasure_obstructed")
def say_what_to_do_first(mail: Mail) -> Draft:
    """Tell what stands against the erasure, in the words of the error's own page."""
    erasure = Erasure.objects.get(pk=mail.context["erasure_id"])
    if erasure.status != ErasureStatus.WAITING or not erasure.obstacle:
        raise Moot("It has gone on since.")
    error: Any = CATALOGUE.get(erasure.obstacle)
    reason = f"{error.title}. {error.cure}" if error is not None else gettext("Something stands against it.")
    return Draft(link=frontend("/settings/privacy"), values={"reason": reason, "day": moment(erasure.due_at)})


@letter("erasure_done")
def say_that_all_is_erased(mail: Mail) -> Draft:
    """Say good-bye, and lead to the report."""
    erasure = Erasure.objects.get(pk=mail.context["erasure_id"])
    if erasure.report_expires_at is None:
        raise Moot("There is no report.")
    return Draft(link=report_link(erasure), values={"until": moment(erasure.report_expires_at)})


@letter("export_ready")
def say_where_the_archive_is(mail: Mail) -> Draft:
    """Lead to the frontend; no secret is in the letter."""
    export = Export.objects.get(pk=mail.context["export_id"])
    if export.status != ExportStatus.READY or export.expires_at is None:
        raise Moot("The archive is gone.")
    return Draft(link=frontend("/settings/privacy"), values={"until": moment(export.expires_at)})


@letter("inactivity_warned")
def say_when_the_clock_ends(mail: Mail) -> Draft:
    """Tell the day, and that signing in is enough."""
    day = date.fromisoformat(mail.context["erased_on"])
    return Draft(link=frontend("/login"), values={"day": formats.date_format(day, "DATE_FORMAT")})
