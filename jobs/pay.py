"""One figure for pay of any currency and period: whole units of the reference currency per year."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

from jobs.models.rates import ExchangeRate
from jobs.models.vocabulary import SalaryPeriod

REFERENCE_CURRENCY = "EUR"
WEEKS_A_YEAR = Decimal(52)
# Where a posting does not state its hours, pay by the hour or day is compared as full-time work.
FULL_TIME_HOURS = Decimal(40)
HOURS_A_DAY = Decimal(8)
LARGEST = 2_147_483_647
Rates = dict[str, Decimal]


def latest_rates() -> Rates:
    """Return the newest rate of every currency (units per one of the reference currency); one query."""
    rows = ExchangeRate.objects.order_by("currency", "-on").distinct("currency")
    return {**dict(rows.values_list("currency", "per_reference")), REFERENCE_CURRENCY: Decimal(1)}


def times_a_year(period: str, hours_per_week: Decimal | None) -> Decimal:
    """Return how many such periods one works in a year."""
    hours = hours_per_week or FULL_TIME_HOURS
    match SalaryPeriod(period):
        case SalaryPeriod.HOUR:
            return hours * WEEKS_A_YEAR
        case SalaryPeriod.DAY:
            return hours / HOURS_A_DAY * WEEKS_A_YEAR
        case SalaryPeriod.WEEK:
            return WEEKS_A_YEAR
        case SalaryPeriod.MONTH:
            return Decimal(12)
        case SalaryPeriod.YEAR:
            return Decimal(1)


def yearly(
    amount: Decimal | None, currency: str, period: str, hours_per_week: Decimal | None, rates: Rates
) -> int | None:
    """Return the yearly figure, or None where the amount or the currency's rate is unknown.

    Rounded half to even to whole units, so a figure never moves past another that was larger: a
    posting is never lost from a filter by rounding.
    """
    rate = rates.get(currency)
    if amount is None or rate is None:
        return None
    figure = (amount * times_a_year(period, hours_per_week) / rate).quantize(Decimal(1), ROUND_HALF_EVEN)
    return min(int(figure), LARGEST)
