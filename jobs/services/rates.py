"""Newer exchange rates, and what they change."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from jobs.models import ExchangeRate, Job, Status
from jobs.pay import latest_rates, yearly
from jobs.search.index import index_jobs
from umemployed.audit.record import record

BATCH = 2_000


@transaction.atomic
def load_exchange_rates(*, actor: User | None, on: date, rates: dict[str, Decimal], source: str) -> int:
    """Store the rates of a day and restate all pay by the newest ones; returns the postings changed.

    Filters compare with the newest rates too, so a posting and a filter that name the same amount in
    the same currency always meet. Costs one read of all postings that state pay.
    """
    ExchangeRate.objects.bulk_create(
        [
            ExchangeRate(currency=currency, on=on, per_reference=rate, source=source)
            for currency, rate in sorted(rates.items())
        ],
        update_conflicts=True,
        unique_fields=["currency", "on"],
        update_fields=["per_reference", "source"],
    )
    changed = restate_pay()
    record("exchange_rates:loaded", actor=actor, on=on.isoformat(), currencies=len(rates), restated=changed)
    return changed


def restate_pay() -> int:
    """Recompute the yearly figures of every posting by the newest rates; returns how many changed."""
    rates = latest_rates()
    changed: list[Job] = []
    stated = Job.objects.filter(~Q(salary_currency="")).order_by("pk")
    for job in stated.select_for_update(no_key=True).iterator(chunk_size=BATCH):
        terms = (job.salary_currency, job.salary_period, job.hours_per_week, rates)
        figures = (yearly(job.salary_min, *terms), yearly(job.salary_max, *terms))
        if figures != (job.salary_yearly_min, job.salary_yearly_max):
            job.salary_yearly_min, job.salary_yearly_max = figures
            changed.append(job)
    Job.objects.bulk_update(changed, ["salary_yearly_min", "salary_yearly_max"], batch_size=BATCH)
    live = [job.pk for job in changed if job.status == Status.LIVE]
    for start in range(0, len(live), BATCH):
        index_jobs(live[start : start + BATCH])
    return len(changed)
