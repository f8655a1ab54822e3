"""What equality does by the clock."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from applications.equality.services import companies_to_report, quarter_before, report_equality


@shared_task(name="applications.report_equality")
def report_on_equality() -> None:
    """Freeze the reports of the quarter that ended; idempotent, and a company at a time."""
    quarter = quarter_before(timezone.now().date())
    for company_id in companies_to_report(quarter):
        report_equality(company_id=company_id, quarter=quarter)
