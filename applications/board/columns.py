"""The board of a job as it is read: columns with counts and their first cards, whatever their number."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.urls import reverse

from applications.models.core import Application, Stage
from applications.vocabulary import Status
from jobs.models import Job
from umemployed.api.pagination import Position

# Knocked out sinks and is never taken away; then the newest first.
ORDER = ("is_knocked_out", "-pk")


def cards_of(job: Job) -> QuerySet[Application]:
    """Return the cards of a job's board."""
    return (
        Application.objects.filter(job=job, status=Status.ACTIVE)
        .select_related("candidate")
        .with_teamwork()
        .with_veil()
    )


def board_of(job: Job, *, size: int) -> dict[str, Any]:
    """Return the columns with ``size`` cards each, and how many were decided; four queries."""
    stages = list(Stage.objects.filter(job=job, removed_at=None).order_by("position", "pk"))
    place = Window(RowNumber(), partition_by=F("stage_id"), order_by=[F("is_knocked_out").asc(), F("pk").desc()])
    cards: dict[int, list[Application]] = {}
    for card in cards_of(job).annotate(place=place).filter(place__lte=size).order_by(*ORDER):
        cards.setdefault(card.stage_id, []).append(card)
    counts: dict[int, int] = {}
    decided = {str(status): 0 for status in Status if status != Status.ACTIVE}
    rows = Application.objects.filter(job=job).order_by().values_list("status", "stage").annotate(n=Count("pk"))
    for status, stage, number in rows:
        if status == Status.ACTIVE:
            counts[stage] = number
        else:
            decided[status] += number
    return {"columns": [column(job, each, counts.get(each.pk, 0), cards.get(each.pk, []), size) for each in stages],
            "decided": decided}  # fmt: skip


def column(job: Job, stage: Stage, count: int, cards: list[Application], size: int) -> dict[str, Any]:
    """Return one column; ``next`` leads on where its first cards end."""
    further = None
    if count > len(cards) and cards:
        last = cards[-1]
        cursor = Position(list(ORDER), [last.is_knocked_out, last.pk]).encode()
        url = reverse("job-board-column", kwargs={"public_id": job.public_id, "stage_id": stage.public_id})
        further = f"{url}?{urlencode({'cursor': cursor, 'page_size': size})}"
    return {"stage": stage, "count": count, "next": further, "results": cards}
