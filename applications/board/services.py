"""Watching a board, and what its watchers are told."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from applications.board.models import MOST_WATCHED, BoardWatch
from applications.hiring.rights import jobs_where, team_of
from applications.models.core import ApplicationEvent
from companies.rights import Right, companies_where
from jobs.models import Job
from umemployed.api.errors import NotFound
from umemployed.realtime.frames import moment
from umemployed.realtime.stream import cut, emit, redact

SOCKET = "board"


def scope_of(job_id: int) -> str:
    """Name the frames about one job's board."""
    return f"board:{job_id}"


@transaction.atomic
def watch_board(*, actor: User, job: uuid.UUID) -> Job:
    """Follow a job's board from now on; again is the same. Raises NotFound.

    Of more than MOST_WATCHED the oldest watch ends.
    """
    right = Right.VIEW_APPLICATIONS
    mine = Q(company__in=companies_where(actor, right)) | Q(pk__in=jobs_where(actor, right))
    found = Job.objects.filter(mine, public_id=job).first()
    if found is None:
        raise NotFound
    User.objects.select_for_update(no_key=True).filter(pk=actor.pk).values_list("pk").first()
    BoardWatch.objects.get_or_create(user=actor, job=found)
    kept = BoardWatch.objects.filter(user=actor).order_by("-pk").values_list("pk", flat=True)[:MOST_WATCHED]
    BoardWatch.objects.filter(user=actor).exclude(pk__in=list(kept)).delete()
    return found


@transaction.atomic
def unwatch_board(*, actor: User, job: uuid.UUID) -> None:
    """Stop following; what one does not follow is no error."""
    BoardWatch.objects.filter(user=actor, job__public_id=job).delete()


def watched_by(user: User) -> list[str]:
    """Return the public ids of the jobs whose boards a person follows."""
    rows = BoardWatch.objects.filter(user=user).order_by("pk").values_list("job__public_id", flat=True)
    return [str(public_id) for public_id in rows]


def watchers_of(job: Job) -> list[int]:
    """Return who follows the board and may still see it, at this moment."""
    watching = set(BoardWatch.objects.filter(job=job).values_list("user_id", flat=True))
    if not watching:
        return []
    return [
        user_id
        for user_id in team_of(company_id=job.company_id, job_id=job.pk, right=Right.VIEW_APPLICATIONS)
        if user_id in watching
    ]


@transaction.atomic
def tell_watchers(*, entry: ApplicationEvent) -> None:
    """Put one row of the history into the streams of the board's watchers; nobody hears of their own application."""
    application = entry.application
    watchers = set(watchers_of(application.job)) - {application.candidate_id}
    emit(SOCKET, watchers, "card.changed", card_data(entry), scope=scope_of(application.job_id))


def card_data(entry: ApplicationEvent) -> dict[str, Any]:
    """Return what changed about a card. It names nobody but the member who did it; the card is read by REST."""
    actor = entry.actor if entry.actor_id != entry.application.candidate_id else None
    return {
        "job": str(entry.application.job.public_id),
        "application": str(entry.application.public_id),
        "change": str(entry.kind),
        "status": str(entry.to_status),
        "from_stage": str(entry.from_stage.public_id) if entry.from_stage else None,
        "to_stage": str(entry.to_stage.public_id),
        "version": entry.version,
        "by": {"id": str(actor.public_id), "name": actor.display_name()} if actor else None,
        "at": moment(entry.created_at),
    }


@transaction.atomic
def tell_of_columns(*, job: Job) -> None:
    """Tell the watchers that the stages are others now."""
    emit(SOCKET, watchers_of(job), "columns.changed", {"job": str(job.public_id)}, scope=scope_of(job.pk))


@transaction.atomic
def forget_boards(*, user_id: int, job_ids: Iterable[int]) -> None:
    """End a person's watches of boards that they may not see any more, close their socket, blank what waits in it."""
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        return
    right = Right.VIEW_APPLICATIONS
    seen = Q(company__in=companies_where(user, right)) | Q(pk__in=jobs_where(user, right))
    lost = list(Job.objects.filter(pk__in=job_ids).exclude(seen).values_list("pk", flat=True))
    if not lost:
        return
    BoardWatch.objects.filter(user=user, job__in=lost).delete()
    redact(*[scope_of(pk) for pk in lost], user_ids=[user_id])
    cut([user_id], [SOCKET])
