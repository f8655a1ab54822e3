"""Carrying an erasure out: in steps that are each a transaction of their own, so that it can be broken off anywhere.

The erasure's row lock orders the steps, and ``progress`` moves in the same transaction as what was forgotten. So any
number of workers may carry out one erasure, or be killed at it: nothing is counted twice and nothing is left out.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from umemployed.api.errors import Conflict
from umemployed.audit.record import record
from umemployed.events.log import publish
from umemployed.privacy import ledger
from umemployed.privacy.events import ErasureObstructed, ErasureTold
from umemployed.privacy.links import digest_of, secret_of
from umemployed.privacy.models import Erasure
from umemployed.privacy.registry import REGISTRY, By, Delete, Keep, Table, tables_from_the_top
from umemployed.privacy.vocabulary import Cause, ErasureStatus

SECONDS = 40  # of one run; the next minute's goes on
PATIENCE = timedelta(days=1)  # with the last letter, before the address is forgotten unheard
OBSTRUCTED = timedelta(days=1)  # until an erasure that could not begin is tried again


def carry_out(erasure_id: int, *, seconds: float = SECONDS, insist: bool = False) -> Erasure:
    """Go on with an erasure for so many seconds; return it as it is then. Does nothing to one that is not due.

    ``insist`` lets no guard stand against it: after a restore it has happened already.
    """
    deadline = time.monotonic() + seconds
    if begin(erasure_id, insist=insist):
        while time.monotonic() < deadline and advance(erasure_id):
            pass
    return Erasure.objects.get(pk=erasure_id)


def begin(erasure_id: int, *, insist: bool = False) -> bool:
    """Pass the point of no return, if it is due and nothing stands against it; say whether it is being carried out."""
    try:
        return _begin(erasure_id, insist)
    except Conflict as obstacle:
        _postpone(erasure_id, obstacle.code)
        return False


@transaction.atomic
def _begin(erasure_id: int, insist: bool) -> bool:
    erasure = Erasure.objects.select_for_update().get(pk=erasure_id)
    if not erasure.is_waiting() or erasure.due_at > timezone.now():
        return erasure.status == ErasureStatus.EXECUTING
    person = _locked(erasure)
    for guard in () if insist else REGISTRY.guards:
        guard(person)
    for opening in REGISTRY.openings:
        opening(person)
    erasure.status, erasure.begun_at, erasure.obstacle = ErasureStatus.EXECUTING, timezone.now(), ""
    erasure.progress = {"done": [], "after": None, "counts": {}}
    erasure.save()
    record("erasure:begun", actor=None, target=erasure, cause=erasure.cause)
    return True


@transaction.atomic
def _postpone(erasure_id: int, obstacle: str) -> None:
    erasure = Erasure.objects.select_for_update().get(pk=erasure_id)
    if not erasure.is_waiting():
        return
    is_news = erasure.obstacle != obstacle
    erasure.obstacle, erasure.due_at = obstacle, timezone.now() + OBSTRUCTED
    erasure.save(update_fields=["obstacle", "due_at", "updated_at"])
    if is_news:
        record("erasure:obstructed", actor=None, target=erasure, obstacle=obstacle)
        publish(ErasureObstructed(erasure.pk, obstacle), aggregate=erasure)


def _locked(erasure: Erasure) -> Any:
    person_id: Any = erasure.person_id  # only what was replayed for nobody has none, and that is done
    return get_user_model()._default_manager.select_for_update(no_key=True).get(pk=person_id)


@transaction.atomic
def advance(erasure_id: int) -> bool:
    """Take one step; say whether there is another to take now."""
    erasure = Erasure.objects.select_for_update().get(pk=erasure_id)
    if erasure.status != ErasureStatus.EXECUTING:
        return False
    person = _locked(erasure)
    if erasure.ledgered_at is None:
        ledger.write(erasure, person)
        erasure.ledgered_at = timezone.now()
    elif (outside := _next_outside(erasure)) is not None:
        REGISTRY.outside[outside](person)
        erasure.progress["done"].append(outside)
    elif (table := _next_table(erasure)) is not None:
        if table.last and erasure.told_at is None:
            _tell(erasure, person)
        elif table.last and _is_still_told(erasure):
            return False
        else:
            _forget(erasure, table, person)
    else:
        _conclude(erasure)
    erasure.save()
    return True


def _next_outside(erasure: Erasure) -> str | None:
    return next((name for name in REGISTRY.outside if name not in erasure.progress["done"]), None)


def _next_table(erasure: Erasure) -> Table | None:
    return next((table for table in tables_from_the_top() if table.label not in erasure.progress["done"]), None)


def _forget(erasure: Erasure, table: Table, person: Any) -> None:
    """Forget some rows of one table, and remember how far that is."""
    progress, counts = erasure.progress, erasure.progress["counts"]
    count, progress["after"] = table.forget_some(person, progress["after"])
    counts[table.label] = counts.get(table.label, 0) + count + table.count_kept(person)
    is_done = progress["after"] is None if not isinstance(table.forget, By) else count == 0
    if is_done:
        progress["done"].append(table.label)
        progress["after"] = None


def _tell(erasure: Erasure, person: Any) -> None:
    """Owe the last letter; after a restore, and to an address that was never proved, none is owed."""
    erasure.told_at = timezone.now()
    erasure.report_digest = digest_of(secret_of(erasure))
    erasure.report_expires_at = timezone.now() + settings.ERASURE_REPORT_LIFETIME
    if erasure.cause != Cause.REPLAYED:
        publish(ErasureTold(erasure.pk), aggregate=person)


def _is_still_told(erasure: Erasure) -> bool:
    if erasure.told_at is None or erasure.told_at < timezone.now() - PATIENCE or erasure.cause == Cause.REPLAYED:
        return False
    return any(is_telling(erasure) for is_telling in REGISTRY.farewells)


def _conclude(erasure: Erasure) -> None:
    erasure.status, erasure.done_at = ErasureStatus.DONE, timezone.now()
    erasure.report = report_of(erasure)
    erasure.progress = {}
    record("erasure:done", actor=None, target=erasure, rows=sum(line["rows"] for line in erasure.report["tables"]))


WORDS: dict[type, str] = {Delete: "deleted", By: "deleted", Keep: "kept"}


def report_of(erasure: Erasure) -> dict[str, Any]:
    """Return what was erased and what is kept: a line for each table, with counts and reasons."""
    counts = erasure.progress["counts"]
    lines = [
        {
            "table": table.label,
            "outcome": WORDS.get(type(table.forget), "blanked"),
            "rows": counts.get(table.label, 0),
            "kept": table.kept.value if isinstance(table.forget, Keep) else "",
            "months": months_of(table) if isinstance(table.forget, Keep) else None,
        }
        for table in tables_from_the_top()
    ]
    return {"version": 1, "begun_at": erasure.begun_at, "done_at": erasure.done_at, "tables": lines} | {
        name: value.isoformat()
        for name, value in (("begun_at", erasure.begun_at), ("done_at", erasure.done_at))
        if value is not None
    }


def months_of(table: Table) -> int | None:
    """Return after how many months a table's clock ends, where no country says otherwise; None where none is set."""
    return settings.RETENTION["default"].get(table.kept.value)


def carry_out_due(*, seconds: float = SECONDS) -> int:
    """Go on with every erasure that is due or begun, oldest first; returns how many were looked at."""
    deadline = time.monotonic() + seconds
    due = Erasure.objects.filter(status=ErasureStatus.EXECUTING) | Erasure.objects.filter(
        status=ErasureStatus.WAITING, due_at__lte=timezone.now()
    )
    looked_at = 0
    for erasure_id in list(due.order_by("due_at", "pk").values_list("pk", flat=True)[:1000]):
        left = deadline - time.monotonic()
        if left <= 0:
            break
        carry_out(erasure_id, seconds=left)
        looked_at += 1
    return looked_at


def replay() -> int:
    """Carry out again what the ledger knows and this database does not; returns how many. Call before serving."""
    waiting = ledger.unexecuted()
    for entry in waiting:
        erasure = _reborn(entry)
        while erasure.status in {ErasureStatus.WAITING, ErasureStatus.EXECUTING}:
            erasure = carry_out(erasure.pk, insist=True)
    return len(waiting)


@transaction.atomic
def _reborn(entry: ledger.Entry) -> Erasure:
    """Return the row for an entry of the ledger; one without a person, who came after the backup, is done."""
    person, now = ledger.person_of(entry), timezone.now()
    if person is not None:
        others = Erasure.objects.filter(person=person, status=ErasureStatus.WAITING)
        others.exclude(public_id=entry.erasure).update(status=ErasureStatus.CANCELLED, updated_at=now)
    fields: dict[str, Any] = {"person": person, "cause": Cause.REPLAYED, "due_at": now, "status": ErasureStatus.WAITING}
    if person is None:
        fields |= {"status": ErasureStatus.DONE, "done_at": now}
    erasure, _made = Erasure.objects.update_or_create(public_id=entry.erasure, defaults=fields)
    record("erasure:replayed", actor=None, target=erasure)
    return erasure
