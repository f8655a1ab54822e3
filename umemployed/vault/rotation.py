"""Encrypt again, with the newest key, whatever an older key still guards; while the program runs."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models.functions import Cast

from umemployed.vault.fields import EncryptedTextField
from umemployed.vault.ring import Undecryptable, decrypt, is_current

BATCH = 200


@dataclasses.dataclass
class Outcome:
    """What became of one column: values seen, values encrypted again, and the rows that no key opens."""

    column: str
    seen: int = 0
    rotated: int = 0
    lost: list[Any] = dataclasses.field(default_factory=list)


# What makes keyed hashes (``umemployed.vault.blind``) anew, by the column that they are in.
Reindex = Callable[[], int]
REINDEXES: dict[str, Reindex] = {}


def reindexes(column: str) -> Callable[[Reindex], Reindex]:
    """Have the function called when keys are rotated.

    It writes every hash of its column anew under the newest key, online, in short transactions, and may be broken
    off and run again; it returns how many it looked at or wrote.
    """

    def register(reindex: Reindex) -> Reindex:
        REINDEXES[column] = reindex
        return reindex

    return register


def encrypted_columns() -> Iterator[tuple[type[models.Model], EncryptedTextField]]:
    """Yield every encrypted field of every installed model."""
    for model in apps.get_models():
        yield from ((model, field) for field in model._meta.local_fields if isinstance(field, EncryptedTextField))


def rotate_column(model: type[models.Model], field: EncryptedTextField) -> Outcome:
    """Rotate one column in batches of BATCH rows, each in a transaction that locks its rows.

    Whoever writes meanwhile waits at most for a batch. Broken off, it is simply run again: values that
    the newest key opens are left alone. Rows that are added meanwhile already have the newest key.
    """
    outcome, last = Outcome(f"{model._meta.label}.{field.name}"), None
    while True:
        with transaction.atomic():
            batch = _locked_batch(model, field, last)
            for pk, sealed in batch:
                _rotate(model, field, pk, sealed, outcome)
        if not batch:
            return outcome
        last = batch[-1][0]


def _locked_batch(model: type[models.Model], field: EncryptedTextField, after: Any) -> list[tuple[Any, str]]:
    beyond = {} if after is None else {"pk__gt": after}  # keys are numbers or UUIDs
    rows = (
        model._base_manager.filter(**beyond, **{f"{field.name}__isnull": False})
        .select_for_update(no_key=True)
        .annotate(sealed=Cast(field.name, models.TextField()))  # as it stands in the column
        .order_by("pk")
    )
    return list(rows.values_list("pk", "sealed")[:BATCH])


def _rotate(model: type[models.Model], field: EncryptedTextField, pk: Any, sealed: str, outcome: Outcome) -> None:
    outcome.seen += 1
    if is_current(sealed, purpose=field.purpose):
        return
    try:
        plain = decrypt(sealed, purpose=field.purpose)
    except Undecryptable:
        outcome.lost.append(pk)
        return
    model._base_manager.filter(pk=pk).update(**{field.name: field.opened(plain)})
    outcome.rotated += 1
