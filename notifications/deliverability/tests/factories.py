"""Reports and suppressed addresses for tests."""

from __future__ import annotations

import itertools
from typing import Any

from notifications.models import MailReport, Outcome, SuppressedAddress

_numbers = itertools.count(1)


def make_mail_report(**overrides: Any) -> MailReport:
    number = next(_numbers)
    fields = {"source": "standard", "report_id": f"report-{number}", "outcome": Outcome.HARD_BOUNCE}
    return MailReport.objects.create(**{**fields, "address": f"gone{number}@example.com", **overrides})


def make_suppressed_address(**overrides: Any) -> SuppressedAddress:
    report = make_mail_report()
    return SuppressedAddress.objects.create(**{"address": report.address, "report": report, **overrides})
