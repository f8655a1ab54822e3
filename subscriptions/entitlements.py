"""What a person or a company may still do under its plan.

Two kinds of quota:

- **Consumed** (``applications_per_day``): ``consume()`` adds to a counter by one conditional statement
  in the caller's transaction, so that parallel requests cannot pass the limit together and a roll-back
  gives back what was taken.
- **Counted** (``live_jobs``): the rows themselves are the count. The caller counts them under its own
  lock and asks ``judge()``; ``counted_by()`` lets ``usage()`` show the same number.

Days are days of UTC: a person can edit their time zone, and a quota that moved with it could be
filled up twice. ``resets_at`` tells the exact instant, so no client needs to know this.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection, models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from subscriptions.models import Audience, LimitKey, Plan, Subscription, UsageCounter
from subscriptions.querysets import subject_field
from umemployed.api.errors import PlanLimit

if TYPE_CHECKING:
    from accounts.models import User
    from companies.models import Company

    Subject = User | Company
    Counter = Callable[[Any], int]  # of a User or of a Company, as the key wants

# Quotas that a counter keeps, all by the day; every other key is counted from rows.
DAILY = frozenset({LimitKey.APPLICATIONS_PER_DAY})
AUDIENCE_OF = {"user": Audience.SEEKER, "company": Audience.COMPANY}
KEYS_OF = {
    Audience.SEEKER: (LimitKey.APPLICATIONS_PER_DAY,),
    Audience.COMPANY: (LimitKey.LIVE_JOBS,),
}
COUNTERS: dict[str, Counter] = {}

# The limits of the first of ``plans_of``, asked with every write that a plan limits: in SQL, because building that
# query by the ORM costs more than running it.
LIMITS = """
SELECT key, amount FROM subscriptions_planlimit WHERE plan_id = (
    SELECT plan.id FROM subscriptions_plan plan
    LEFT JOIN subscriptions_subscription had ON had.plan_id = plan.id AND had.{column} = %(subject)s
        AND had.status IN ('active', 'past_due') AND had.current_period_start_at <= %(now)s
        AND (had.current_period_end_at IS NULL OR had.current_period_end_at > %(now)s)
    WHERE had.id IS NOT NULL OR (plan.audience = %(audience)s AND plan.is_default)
    ORDER BY had.id IS NULL, plan.id LIMIT 1)
"""
# `WHERE` makes it conditional on both branches: a first use above the limit inserts nothing either.
CONSUME = """
INSERT INTO subscriptions_usagecounter AS counter ({column}, key, window_start_at, used)
SELECT %(subject)s, %(key)s, %(window)s, %(amount)s WHERE %(limit)s::bigint IS NULL OR %(amount)s <= %(limit)s::bigint
ON CONFLICT ({column}, key, window_start_at) WHERE {column} IS NOT NULL
DO UPDATE SET used = counter.used + excluded.used
WHERE %(limit)s::bigint IS NULL OR counter.used + excluded.used <= %(limit)s::bigint
RETURNING used
"""


class PlanLimitReached(PlanLimit):
    code = "plan_limit_reached"
    cause = _("What the plan allows of `key` is used up: `used` of `limit`.")
    cure = _("Wait until `resets_at` where it is given, or choose a larger plan.")


@dataclass(frozen=True)
class Usage:
    """One quota of a subject. ``limit`` and ``left`` are None when unlimited; ``resets_at`` when it never does."""

    key: str
    limit: int | None
    used: int
    resets_at: datetime | None

    @property
    def left(self) -> int | None:
        """Return how many more are allowed; never negative, also after a downgrade."""
        return None if self.limit is None else max(0, self.limit - self.used)


def counted_by(key: str) -> Callable[[Counter], Counter]:
    """Register how many of ``key`` a subject has in use; the app that owns the rows calls this."""

    def register(counter: Counter) -> Counter:
        COUNTERS[key] = counter
        return counter

    return register


def day_of(now: datetime) -> datetime:
    """Return the instant at which the quota's day began."""
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def plans_of(subject: Subject, now: datetime) -> models.QuerySet[Plan]:
    """Return the plan subscribed to, if any, before the default plan of the audience."""
    subscribed = Subscription.objects.of(subject).entitling(now).values("plan")
    audience = AUDIENCE_OF[subject_field(subject)]
    return Plan.objects.filter(Q(pk__in=subscribed) | Q(audience=audience, is_default=True)).order_by(
        models.Case(models.When(pk__in=subscribed, then=0), default=1), "pk"
    )


def limits_of(subject: Subject, now: datetime) -> dict[str, int | None]:
    """Return the limits of the subject's plan now, by key; None is unlimited. One query.

    A key that the plan does not name is not in the answer, and allows nothing.
    """
    field = subject_field(subject)
    with connection.cursor() as cursor:
        cursor.execute(
            LIMITS.format(column=f"{field}_id"),
            {"subject": subject.pk, "now": now, "audience": AUDIENCE_OF[field].value},
        )
        return dict(cursor.fetchall())


def consume(*, subject: Subject, key: str, amount: int = 1) -> Usage:
    """Take ``amount`` of a daily quota in the caller's transaction, or raise PlanLimitReached (402).

    Two statements; the second holds the subject's counter row until the transaction ends, so
    subjects queue behind themselves only. A roll-back refunds. Raises RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("consume() outside a transaction could not be refunded.")
    if key not in DAILY or amount < 1:
        raise ValueError(f"{key!r} of amount {amount} cannot be consumed.")
    window = day_of(timezone.now())
    limit = limits_of(subject, timezone.now()).get(key, 0)
    column = f"{subject_field(subject)}_id"
    with connection.cursor() as cursor:
        cursor.execute(
            CONSUME.format(column=column),
            {"subject": subject.pk, "key": str(key), "window": window, "amount": amount, "limit": limit},
        )
        row = cursor.fetchone()
    if row is None:
        raise refusal(Usage(key, limit, consumed(subject, window).get(key, 0), window + timedelta(days=1)))
    return Usage(key, limit, row[0], window + timedelta(days=1))


def judge(*, subject: Subject, key: str, used: int) -> Usage:
    """Judge whether one more is allowed on top of the ``used`` that the caller counted; one query.

    The caller holds the lock under which ``used`` is true (for live jobs: the company's row) until its
    transaction ends. Raises PlanLimitReached (402).
    """
    state = Usage(key, limits_of(subject, timezone.now()).get(key, 0), used, None)
    if state.left is not None and state.left < 1:
        raise refusal(state)
    return state


def usage(subject: Subject) -> list[Usage]:
    """Return every quota that concerns the subject: two queries, and one per counted key."""
    now = timezone.now()
    window = day_of(now)
    limits, counters = limits_of(subject, now), consumed(subject, window)
    return [
        Usage(key, limits.get(key, 0), counters.get(key, 0), window + timedelta(days=1))
        if key in DAILY
        else Usage(key, limits.get(key, 0), COUNTERS[key](subject) if key in COUNTERS else 0, None)
        for key in KEYS_OF[AUDIENCE_OF[subject_field(subject)]]
    ]


def consumed(subject: Subject, window: datetime) -> dict[str, int]:
    """Return what the counters of one window say, by key."""
    rows = UsageCounter.objects.filter(**{subject_field(subject): subject.pk}, window_start_at=window)
    return dict(rows.values_list("key", "used"))


def refusal(state: Usage) -> PlanLimitReached:
    """Make the error that tells the limit, and when there will be more."""
    return PlanLimitReached(
        _("Your plan allows {limit} ({what}), and {used} are in use.").format(
            limit=state.limit, what=LimitKey(state.key).label, used=state.used
        ),
        key=str(state.key),
        limit=state.limit,
        used=state.used,
        left=state.left,
        resets_at=state.resets_at.strftime("%Y-%m-%dT%H:%M:%SZ") if state.resets_at else None,
    )
