"""The verbs of reports."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import require_verified
from companies.blocks.acquaintances import have_met
from companies.models import Company
from messaging.events import ReportFiled, ReportResolved
from messaging.models import Conversation, Message, Report
from messaging.reports.models import Reason, Status
from messaging.rooms import room_of
from messaging.services.changing import erase_message
from umemployed.api.errors import Conflict, Forbidden, Invalid, NotFound
from umemployed.audit.record import record
from umemployed.events.log import publish
from umemployed.realtime.frames import moment

AROUND = 10  # messages before and after the reported one
LATEST = 20  # messages of a reported person


class ReportStillOpen(Conflict):
    code = "report_still_open"
    title = _("You have reported this already")
    cause = _("Your report, named in `report`, waits for a decision.")
    cure = _("Wait for it.")


class ReportWrongState(Conflict):
    code = "report_wrong_state"
    title = _("The report does not allow this now")
    cause = _("Somebody else decided on it, or it was not decided yet.")
    cure = _("Look at it again.")


@transaction.atomic
def file_report(
    *,
    actor: User,
    reason: Reason,
    note: str = "",
    message_id: uuid.UUID | None = None,
    person_id: uuid.UUID | None = None,
    company_slug: str | None = None,
) -> Report:
    """Report a message that one sees, a person whom one has met, or a company, with the evidence of this moment.

    Whom it is about never learns who reported. Raises EmailUnverified, Invalid (not exactly one thing, or
    oneself), NotFound and ReportStillOpen.
    """
    require_verified(actor)
    if sum(target is not None for target in (message_id, person_id, company_slug)) != 1:
        raise Invalid(_("Name a message, a person or a company, and only one of them."))
    if message_id is not None:
        target, evidence = _message(actor, message_id)
    elif person_id is not None:
        target, evidence = _person(actor, person_id)
    else:
        target, evidence = _company(company_slug), []
    made = Report(reporter=actor, reason=reason, note=note, evidence=evidence, **target)
    Report.objects.bulk_create([made], ignore_conflicts=True)
    report = Report.objects.get(reporter=actor, status=Status.OPEN, **target)
    if report.public_id != made.public_id:
        raise ReportStillOpen(report=str(report.public_id))
    record("report:filed", actor=actor, target=report, reason=str(reason))
    publish(ReportFiled(report.pk), aggregate=report, actor=actor)
    return report


def _message(actor: User, message_id: uuid.UUID) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    message = Message.objects.for_user(actor).filter(public_id=message_id).first()
    if message is None:
        raise NotFound
    if message.sender_id == actor.pk:
        raise Invalid.on_field("message", _("Nobody reports themselves."), code="oneself")
    around = Message.objects.filter(
        conversation=message.conversation_id, seq__range=(message.seq - AROUND, message.seq + AROUND)
    )
    return {"message": message}, _evidence(around)


def _person(actor: User, person_id: uuid.UUID) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    if person_id == actor.public_id:
        raise Invalid.on_field("person", _("Nobody reports themselves."), code="oneself")
    person = User.objects.filter(public_id=person_id).first()
    if person is None or not have_met(actor, person):
        raise NotFound
    said = Message.objects.for_user(actor).filter(sender=person).order_by("-pk")[:LATEST]
    return {"person": person}, _evidence(Message.objects.filter(pk__in=[message.pk for message in said]))


def _company(slug: str | None) -> dict[str, Any]:
    company = Company.objects.filter(slug=slug).first()
    if company is None:
        raise NotFound
    return {"company": company}


def _evidence(rows: QuerySet[Message]) -> list[dict[str, Any]]:
    """Return messages as they are now, with what they said before; three queries."""
    found: Any = rows.order_by("conversation", "seq")
    return [
        {
            "id": str(message.public_id),
            "conversation": str(message.conversation.public_id),
            "seq": message.seq,
            "sender": str(message.sender.public_id) if message.sender else None,
            "side": message.side,
            "body": message.body,
            "before": [revision.body for revision in message.revisions.all()],
            "files": [attachment.file.name for attachment in message.shown_attachments],
            "at": moment(message.created_at),
        }
        for message in found.with_sender().with_details().prefetch_related("revisions")
    ]


@transaction.atomic
def resolve_report(*, actor: User, report_id: int, status: Status, remove_message: bool = False) -> Report:
    """Uphold or dismiss a report, or open it again; with ``remove_message`` the reported message goes for everybody.

    Raises Forbidden (no staff), NotFound and ReportWrongState. A removed message stays removed.
    """
    if not (actor.is_active and actor.is_staff):
        raise Forbidden
    report = Report.objects.select_for_update(no_key=True).filter(pk=report_id).first()
    if report is None:
        raise NotFound
    if not report.can_become(status):
        raise ReportWrongState(status=report.status)
    report.status = status
    report.resolved_by, report.resolved_at = (None, None) if status is Status.OPEN else (actor, timezone.now())
    _make_room(report, status)
    report.save(update_fields=["status", "resolved_by", "resolved_at", "updated_at"])
    record(f"report:{status}", actor=actor, target=report, removed=remove_message)
    publish(ReportResolved(report.pk), aggregate=report, actor=actor)
    if remove_message and report.message_id is not None:
        _remove(actor, report.message_id)
    return report


def _make_room(report: Report, status: Status) -> None:
    """Refuse to open a report beside another open one of the same person about the same thing."""
    if status is not Status.OPEN:
        return
    same = Report.objects.filter(reporter=report.reporter_id, status=Status.OPEN)
    target = {"message": report.message_id, "person": report.person_id, "company": report.company_id}
    if same.filter(**{name: value for name, value in target.items() if value is not None}).exists():
        raise ReportWrongState(status=report.status)


def _remove(actor: User, message_id: int) -> None:
    place = Message.objects.filter(pk=message_id).values("conversation")
    conversation = Conversation.objects.select_for_update().get(pk__in=place)
    message = Message.objects.with_sender().get(pk=message_id)
    if not message.is_deleted():
        erase_message(actor=actor, message=message, people=room_of(conversation.public_id, actor).readers)
