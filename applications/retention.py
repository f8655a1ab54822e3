"""The clock of decided applications: what was sent goes, the row that counts stays.

The employer's country decides, because the employer keeps it. Hires are held: they are the beginning of a file of
employment, whose clock is the employer's.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from applications.models import Application, ApplicationFile
from applications.vocabulary import Status
from umemployed.files.models import StoredFile
from umemployed.files.services import release
from umemployed.privacy.registry import REGISTRY, Kept, Table

TOGETHER = 100


def end_applications(before: datetime, country: str, own: list[str], dry_run: bool) -> int:
    """Forget what was sent with applications decided before a moment; return how many.

    ``country`` is the employer's, or ``""`` for every one but those in ``own``. TOGETHER of them are a transaction.
    """
    over = _over(before, country, own)
    if dry_run:
        return over.count()
    ended = 0
    while keys := list(over.order_by("pk").values_list("pk", flat=True)[:TOGETHER]):
        with transaction.atomic():
            _end(list(Application.objects.select_for_update().filter(pk__in=keys).values_list("pk", flat=True)))
        ended += len(keys)
    return ended


def _over(before: datetime, country: str, own: list[str]) -> QuerySet[Application]:
    decided = Application.objects.filter(decided_at__lt=before).exclude(status=Status.HIRED).exclude(capsule__sha256="")
    return decided.filter(company__country=country) if country else decided.exclude(company__country__in=own)


def _end(keys: list[int]) -> None:
    for file in StoredFile.objects.filter(pk__in=ApplicationFile.objects.filter(application__in=keys).values("file")):
        release(file=file)
    for table in _tables():
        path = str(table.of).removesuffix("candidate")
        rows = table.model._base_manager.filter(**{f"{path}pk__in": keys})
        table.forget_rows(list(rows.values_list("pk", flat=True)))


def _tables() -> list[Table]:
    """Return the tables that hang on an application, as they were declared: each app's own under this clock."""
    return [
        table
        for table in REGISTRY.tables.values()
        if table.kept == Kept.APPLICATION
        and isinstance(table.of, str)
        and table.of.endswith("candidate")
        and table.model._meta.app_label == "applications"
    ]
