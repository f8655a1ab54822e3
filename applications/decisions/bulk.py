"""One act on many applications, each judged by itself."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.models import User
from applications.models.core import Application
from applications.services.deciding import move_application, reject_application, restore_application
from umemployed.api.errors import ApiError, NotFound

MOST = 100
ACTS: dict[str, Callable[..., Application]] = {
    "move": move_application,
    "reject": reject_application,
    "restore": restore_application,
}


@dataclass(frozen=True)
class Outcome:
    """What became of one item: the application as it is now, or the error that stopped it."""

    application: uuid.UUID
    row: Application | None = None
    error: ApiError | None = None


@transaction.atomic
def act_in_bulk(*, actor: User, action: str, items: list[dict[str, Any]], **arguments: Any) -> list[Outcome]:
    """Do the act to each item (``{application, version}``); those that are refused do not stop the others.

    Rows are locked by job and number, so that two bulks never wait for each other crosswise. The outcomes are in
    the order of the items.
    """
    named = [item["application"] for item in items]
    rows = (
        Application.objects.for_user(actor, veiled=True)
        .filter(public_id__in=named)
        .values_list("public_id", "job_id", "pk")
    )
    places = {public_id: (job_id, pk) for public_id, job_id, pk in rows}
    outcomes: dict[uuid.UUID, Outcome] = {}
    for item in sorted(items, key=lambda item: places.get(item["application"], (0, 0))):
        pk = places.get(item["application"], (0, 0))[1]
        outcomes[item["application"]] = act_on_one(actor, ACTS[action], item, pk, arguments)
    return [outcomes[public_id] for public_id in named]


def act_on_one(
    actor: User, act: Callable[..., Application], item: dict[str, Any], pk: int, arguments: dict[str, Any]
) -> Outcome:
    """Do one, in a savepoint of its own."""
    try:
        if not pk:
            raise NotFound
        row = act(actor=actor, application_id=pk, version=item["version"], **arguments)
    except ApiError as error:
        return Outcome(item["application"], error=error)
    return Outcome(item["application"], row=row)
