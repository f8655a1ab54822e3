"""Handing people all that we hold about them: one archive, prepared by a worker, gone after a week."""

from __future__ import annotations

import hashlib
import tempfile
from datetime import timedelta
from typing import IO, Any

from django.conf import settings
from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from umemployed.api.errors import Conflict
from umemployed.api.limits import spend
from umemployed.audit.record import record
from umemployed.events.log import publish
from umemployed.files.gateways import store
from umemployed.files.models import StoredFile, random_key
from umemployed.files.purposes import Purpose, register
from umemployed.files.services import delete_bytes
from umemployed.privacy.archive import write_archive
from umemployed.privacy.events import ExportReady
from umemployed.privacy.models import Export
from umemployed.privacy.vocabulary import ExportStatus

HARD_SECONDS = 100  # less than the broker's visibility timeout, so that a task is never run twice while it runs
LEASE = timedelta(seconds=HARD_SECONDS + 10)
MAX_ATTEMPTS = 5


class ExportRunning(Conflict):
    code = "export_running"
    title = _("An export is being prepared")
    cause = _("One archive at a time is prepared for a person.")
    cure = _("Wait for it: /api/v1/me/export/ tells when it is ready, and a mail does.")


def may_download(user: Any, file: StoredFile) -> bool:
    """Say whether this is the person's own archive, and its week is not over."""
    return Export.objects.filter(
        person=user, file=file, status=ExportStatus.READY, expires_at__gt=timezone.now()
    ).exists()


# The row has no owner, so that it does not count among a person's files and every download is audited.
ARCHIVE = register(
    Purpose(
        "personal_data_export", _("Export of personal data"), (), may_upload=lambda user: False, may_read=may_download
    )
)


def request_export(*, actor: Any) -> Export:
    """Ask for one's own archive; the caller has established who asks. Raises ExportRunning and TooManyRequests."""
    if Export.objects.filter(person=actor, status=ExportStatus.RUNNING).exists():
        raise ExportRunning
    spend("export", f"user:{actor.pk}")
    try:
        with transaction.atomic():
            export = Export.objects.create(person=actor, key=random_key("exports"))
            record("export:requested", actor=actor, target=export)
            transaction.on_commit(lambda: _hand_over(export.pk))
            return export
    except IntegrityError as error:
        raise ExportRunning from error


def _hand_over(export_id: int) -> None:
    """Queue the task; the sweep finds what a broker that is away did not take."""
    from kombu.exceptions import OperationalError
    from redis import RedisError

    from umemployed.privacy.tasks import prepare_export

    try:
        prepare_export.apply_async(kwargs={"export_id": export_id}, queue="bulk", retry=False)
    except (OperationalError, RedisError):
        return


def prepare(export_id: int) -> bool:
    """Prepare one archive, if nobody else does now; say whether it is ready.

    Starts from the beginning after a kill: the key was chosen before, so no half archive is left anywhere.
    """
    now = timezone.now()
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    mine = Export.objects.filter(free, pk=export_id, status=ExportStatus.RUNNING)
    if not mine.update(leased_until=now + LEASE, attempts=F("attempts") + 1, updated_at=now):
        return False
    export = Export.objects.select_related("person").get(pk=export_id)
    if export.attempts > MAX_ATTEMPTS:
        Export.objects.filter(pk=export_id).update(status=ExportStatus.FAILED, leased_until=None)
        return False
    with tempfile.TemporaryFile() as stream:
        write_archive(export.person, stream)
        return _keep(export, stream)


def _keep(export: Export, stream: IO[bytes]) -> bool:
    size, digest = stream.tell(), hashlib.sha256()
    stream.seek(0)
    while piece := stream.read(1 << 20):
        digest.update(piece)
    stream.seek(0)
    store().delete(export.key)
    store().save(export.key, File(stream))
    announced = _announce(export, size, digest.hexdigest())
    if not announced and not Export.objects.filter(pk=export.pk).exists():  # withdrawn meanwhile
        store().delete(export.key)
    return announced


@transaction.atomic
def _announce(export: Export, size: int, sha256: str) -> bool:
    """Make the archive available, if this attempt is still the one that counts."""
    now = timezone.now()
    ours = Export.objects.select_for_update().filter(
        pk=export.pk, status=ExportStatus.RUNNING, attempts=export.attempts, person__is_active=True
    )
    if ours.first() is None:
        return False
    file = StoredFile.objects.create(
        owner=None,
        purpose=ARCHIVE.name,
        name=f"umemployed-{now:%Y-%m-%d}.zip",
        size=size,
        sha256=sha256,
        content_type="application/zip",
        status=StoredFile.Status.AVAILABLE,
        key=export.key,
        attached_at=now,
    )
    Export.objects.filter(pk=export.pk).update(
        status=ExportStatus.READY,
        file=file,
        leased_until=None,
        ready_at=now,
        expires_at=now + settings.EXPORT_LIFETIME,
        updated_at=now,
    )
    record("export:ready", actor=None, target=export, size=size)
    publish(ExportReady(export.pk), aggregate=export.person)
    return True


def sweep() -> int:
    """Hand over again what was lost on the way, and end what has expired; returns how many rows were acted on."""
    now = timezone.now()
    stale = Q(leased_until=None, updated_at__lt=now - timedelta(minutes=2)) | Q(leased_until__lt=now)
    lost = list(Export.objects.filter(stale, status=ExportStatus.RUNNING).values_list("pk", flat=True)[:100])
    for export_id in lost:
        _hand_over(export_id)
    over = Export.objects.filter(status=ExportStatus.READY, expires_at__lte=now)
    return len(lost) + sum(_end(pk) for pk in list(over.values_list("pk", flat=True)[:100]))


@transaction.atomic
def _end(export_id: int) -> int:
    export = Export.objects.select_for_update().get(pk=export_id)
    forget_archive(export)
    Export.objects.filter(pk=export_id).update(status=ExportStatus.EXPIRED, updated_at=timezone.now())
    return 1


def forget_archive(export: Export) -> None:
    """Delete the bytes, then the row of the file."""
    store().delete(export.key)
    file = export.file
    if file is not None:
        delete_bytes(file)
        file.delete()
