"""Acting on what mail providers report, once per report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from accounts.models import User, normalise_email
from notifications.deliverability.events import AddressSuppressed, MailsComplainedOf
from notifications.deliverability.models import MailReport, Outcome, SuppressedAddress
from notifications.preferences import stop_all_mails
from umemployed.api.errors import Forbidden
from umemployed.audit.record import record
from umemployed.events.log import publish

if TYPE_CHECKING:
    from notifications.mail.models import Mail


@dataclass(frozen=True)
class Report:
    """One report in our own words, whoever sent it."""

    source: str
    report_id: str
    outcome: Outcome
    address: str
    detail: str = ""


@transaction.atomic
def take_report(report: Report) -> bool:
    """Keep a report and act on it; False when it was known, which changes nothing.

    After a hard bounce the address gets only what guards the account, and its owner is told in the app. A
    complaint turns off all mails that can be chosen. A soft bounce is only kept: the mail server tried again by itself.
    """
    address = normalise_email(report.address)
    columns = {"outcome": report.outcome, "address": address, "detail": report.detail[:500].replace("\0", "")}
    row = MailReport(source=report.source, report_id=report.report_id[:128], **columns)
    MailReport.objects.bulk_create([row], ignore_conflicts=True)
    row_kept = MailReport.objects.get(source=row.source, report_id=row.report_id)
    if row_kept.public_id != row.public_id:
        return False
    owner = User.objects.filter(email=address, is_active=True).first()
    if report.outcome == Outcome.HARD_BOUNCE:
        suppress(row_kept, owner)
    elif report.outcome == Outcome.COMPLAINT and owner is not None:
        stop_all_mails(reader=owner)
        record("mails:complained", actor=None, target=owner, source=report.source)
        publish(MailsComplainedOf(owner.pk), aggregate=owner)
    return True


def suppress(report: MailReport, owner: User | None) -> None:
    """Send no more news to the report's address, and have its owner told."""
    SuppressedAddress.objects.bulk_create(
        [made := SuppressedAddress(address=report.address, report=report)], ignore_conflicts=True
    )
    if SuppressedAddress.objects.get(address=report.address).public_id != made.public_id:
        return
    record("address:suppressed", actor=None, target=owner, source=report.source)
    if owner is not None:
        publish(AddressSuppressed(owner.pk, report.address), aggregate=owner)


def takes_no(mail: Mail) -> bool:
    """Say whether the mail is kept from its address; what is critical never is. One query for the others."""
    from notifications.mail.models import MailQueue

    if mail.queue == MailQueue.CRITICAL:
        return False
    return SuppressedAddress.objects.filter(address=normalise_email(mail.to_address)).exists()


@transaction.atomic
def welcome_back(*, address: str) -> None:
    """Let an address take mails again: a link that was mailed there was followed."""
    SuppressedAddress.objects.filter(address=normalise_email(address)).delete()


@transaction.atomic
def lift_suppressions(*, actor: User, ids: Iterable[int]) -> int:
    """Let addresses take mails again; return how many. Staff only, through the admin."""
    if not actor.is_staff:
        raise Forbidden
    rows = list(SuppressedAddress.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    for row in rows:
        record("address:released", actor=actor, target=row)
    SuppressedAddress.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)
