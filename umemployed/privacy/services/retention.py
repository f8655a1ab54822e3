"""The clocks: nobody's data are kept because nobody thought of them. ``settings.RETENTION`` says how long.

An account that nobody used for so many months is erased, after a warning WARNED before and a reminder REMINDED before;
signing in is enough to keep it. What somebody depends on is held (``register_hold``). Other clocks belong to the apps
whose rows they end (``register_clock``). Everything is done in bounded steps and can be repeated at any time.
"""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from umemployed.audit.record import record
from umemployed.events.log import publish
from umemployed.privacy.events import InactivityWarned
from umemployed.privacy.models import Consent, Erasure, Standing
from umemployed.privacy.registry import BATCH, REGISTRY, Kept
from umemployed.privacy.services.erasure import plan
from umemployed.privacy.vocabulary import UNDECIDED, Cause, ErasureStatus

WARNED = timedelta(days=30)
REMINDED = timedelta(days=7)
LOOK_BACK = timedelta(days=3)  # so that a night that was missed loses nobody's activity
SEEN = """
INSERT INTO privacy_standing AS s (person_id, active_on) SELECT * FROM unnest(%s::bigint[], %s::date[])
ON CONFLICT (person_id) DO UPDATE SET active_on = EXCLUDED.active_on, warned_on = NULL, reminded_on = NULL
WHERE s.active_on < EXCLUDED.active_on
"""


def months_before(day: date, months: int) -> date:
    """Return the same day so many months earlier, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, or the last one of a shorter month."""
    return months_before(day, -months)


def apply_retention(*, today: date | None = None, dry_run: bool = False) -> Counter[str]:
    """Turn every clock; return what was done, or with ``dry_run`` what would be, by name of the clock and the act."""
    today = today or timezone.now().date()
    if not dry_run:
        note_activity(today)
    done: Counter[str] = Counter()
    for standing, ends_on in _long_unseen(today):
        done[f"account:{_act_on(standing, ends_on, today, dry_run)}"] += 1
    for kept, turn in REGISTRY.clocks:
        for country, before in cutoffs(kept, today):
            done[f"{kept.value}:ended"] += turn(before, country, _countries_with(kept), dry_run)
    done["consent:ended"] += _end_consents(today, dry_run)
    done = Counter({name: count for name, count in done.items() if count and not name.endswith(":none")})
    if done and not dry_run:
        with transaction.atomic():
            record("retention:applied", actor=None, acts=dict(done))
    return done


def cutoffs(kept: Kept, today: date) -> Iterator[tuple[str, datetime]]:
    """Yield (country, moment) of a clock: what is older has ended; ``""`` stands for all that have no own months."""
    for place, row in settings.RETENTION.items():
        if kept.value in row:
            before = datetime.combine(months_before(today, row[kept.value]), time.min, UTC)
            yield "" if place == "default" else place, before


def _countries_with(kept: Kept) -> list[str]:
    return [place for place, row in settings.RETENTION.items() if place != "default" and kept.value in row]


def note_activity(today: date) -> None:
    """Write down who was seen lately; newcomers, and everybody at the first run, count as seen today."""
    people = get_user_model()._default_manager.filter(~Q(pk__in=Standing.objects.values("person")))
    new = people.filter(is_active=True).order_by("pk").values_list("pk", flat=True)
    while found := list(new[:BATCH]):
        _see([(pk, today) for pk in found])
    since = datetime.combine(today - LOOK_BACK, time.min, UTC)
    for source in REGISTRY.activity:
        batch: list[tuple[int, date]] = []
        for person_id, moment in source(since):
            batch.append((person_id, moment.date()))
            if len(batch) == BATCH:
                _see(batch)
                batch = []
        _see(batch)


def _see(seen: list[tuple[int, date]]) -> None:
    newest: dict[int, date] = {}
    for person_id, day in seen:
        newest[person_id] = max(day, newest.get(person_id, day))
    if newest:
        with connection.cursor() as cursor:
            cursor.execute(SEEN, [list(newest), list(newest.values())])


def _long_unseen(today: date) -> Iterator[tuple[Standing, date]]:
    """Yield those whose clock ends within WARNED, with the day; by the country that an app knows of them."""
    months = {place: row["account"] for place, row in settings.RETENTION.items() if "account" in row}
    oldest = months_before(today + WARNED, min(months.values()))
    after = 0
    while True:
        rows = Standing.objects.select_related("person").filter(active_on__lte=oldest, pk__gt=after).order_by("pk")
        batch = list(rows.filter(person__is_active=True)[:BATCH])
        if not batch:
            return
        countries = _countries_of([row.pk for row in batch])
        for row in batch:
            ends_on = months_after(row.active_on, months.get(countries.get(row.pk, ""), months["default"]))
            if ends_on <= today + WARNED:
                yield row, ends_on
        after = batch[-1].pk


def _countries_of(person_ids: list[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for of in REGISTRY.countries:
        found |= of(person_ids)
    return found


def _act_on(standing: Standing, ends_on: date, today: date, dry_run: bool) -> str:
    """Warn, remind or erase; return which. A late warning moves the end, so that nobody is erased unwarned."""
    person = standing.person
    if (
        any(holds(person) for holds in REGISTRY.holds)
        or Erasure.objects.filter(person=person, status__in=UNDECIDED).exists()
    ):
        return "held"
    warned, reminded = standing.warned_on, standing.reminded_on
    ends_on = max(ends_on, (warned or today) + WARNED)
    if warned is None:
        return (dry_run and "warned") or _tell(standing, "warned", today, ends_on)
    if reminded is None and ends_on - REMINDED <= today:
        return (dry_run and "reminded") or _tell(standing, "reminded", today, max(ends_on, today + REMINDED))
    if reminded is not None and max(ends_on, reminded + REMINDED) <= today:
        return (dry_run and "erased") or _plan_erasure(person)
    return "none"


@transaction.atomic
def _tell(standing: Standing, act: str, today: date, ends_on: date) -> str:
    column = f"{act}_on"
    if Standing.objects.filter(pk=standing.pk, **{column: None}).update(**{column: today}):
        publish(InactivityWarned(standing.pk, ends_on.isoformat()), aggregate=standing.person)
    return act


def _plan_erasure(person: Any) -> str:
    try:
        with transaction.atomic():
            erasure = plan(person, cause=Cause.INACTIVE, due_at=timezone.now())
            record("erasure:planned", actor=None, target=erasure, cause=Cause.INACTIVE.value)
            return "erased"
    except IntegrityError:  # the person asked meanwhile
        return "held"


def _end_consents(today: date, dry_run: bool) -> int:
    """Delete proofs about people who are erased, when their clock ends."""
    before = datetime.combine(months_before(today, settings.RETENTION["default"]["consent"]), time.min, UTC)
    erased = Erasure.objects.filter(status=ErasureStatus.DONE, person__isnull=False).values("person")
    over = Consent.objects.filter(Q(person=None) | Q(person__in=erased), at__lt=before)
    return over.count() if dry_run else over.delete()[0]
