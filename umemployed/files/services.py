"""The verbs of files: announce, complete, attach, release, link, delete, purge."""

from __future__ import annotations

import hashlib
import logging
import uuid
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from umemployed.api.errors import Conflict, Forbidden, Invalid, NotFound, Unprocessable
from umemployed.audit.record import record
from umemployed.files.cleaning import clean
from umemployed.files.formats import FORMATS, Mismatch
from umemployed.files.gateways import Link, Unreadable, gateway, store
from umemployed.files.models import StoredFile, random_key
from umemployed.files.names import clean_name
from umemployed.files.purposes import PURPOSES, Purpose
from umemployed.files.scanner import ScannerUnavailable, scanner

logger = logging.getLogger(__name__)
Status = StoredFile.Status
ORPHAN_AGE = timedelta(hours=24)


class FileQuotaReached(Forbidden):
    code = "file_quota_reached"
    title = _("Too many files")
    cause = _("You store as many files, or as many bytes, as one person may.")
    cure = _("Delete files that you no longer need.")


class FileRejected(Unprocessable):
    code = "file_rejected"
    title = _("The file was not accepted")
    cause = _("The bytes are not what the name, the size or the checksum promised, or they could do harm.")
    cure = _("Look at `reason`, and announce a new upload.")


class NothingUploaded(Conflict):
    code = "nothing_uploaded"
    title = _("Nothing was uploaded")
    cause = _("The upload target has not received the bytes.")
    cure = _("Send the bytes to the target first, then complete.")


class FileNotReady(Conflict):
    code = "file_not_ready"
    title = _("The file cannot be used")
    cause = _("Only a file that was completed and accepted can be attached or downloaded.")
    cure = _("Complete the upload and wait until its status is `available`.")


class FileInUse(Conflict):
    code = "file_in_use"
    title = _("The file is in use")
    cause = _("Something that you wrote or sent contains this file.")
    cure = _("Remove it there first.")


@transaction.atomic
def announce_upload(*, actor: Any, purpose: str, name: str, size: int, sha256: str = "") -> StoredFile:
    """Reserve a place for one file; the caller then asks the gateway for its target.

    Locks the owner's row, so that parallel announcements are counted one after the other. Raises
    Invalid naming the field, Forbidden, or FileQuotaReached.
    """
    rules = PURPOSES.get(purpose)
    if rules is None:
        message = _("There is no such purpose. There are: {names}").format(names=", ".join(sorted(PURPOSES)))
        raise Invalid.on_field("purpose", message, code="unknown_purpose")
    if not rules.may_upload(actor):
        raise Forbidden()
    name = clean_name(name)
    content_type = judge_announcement(rules, name, size)
    get_user_model().objects.select_for_update(no_key=True).get(pk=actor.pk)
    judge_quota(actor, size)
    return StoredFile.objects.create(
        owner=actor, purpose=purpose, name=name, size=size, sha256=sha256.lower(), content_type=content_type
    )


def judge_announcement(rules: Purpose, name: str, size: int) -> str:
    """Return the content type that the name promises; raises Invalid."""
    kind = rules.format_of(name)
    if kind is None or name.lower() in kind.extensions:
        allowed = ", ".join(extension for kind in rules.types for extension in kind.extensions)
        raise Invalid.on_field("name", _("Use a name that ends in: %s") % allowed, code="type_not_allowed")
    if not 1 <= size <= rules.max_bytes:
        raise Invalid.on_field("size", _("Must be between 1 and %d bytes.") % rules.max_bytes, code="size_not_allowed")
    return kind.content_type


def judge_quota(actor: Any, size: int) -> None:
    """Raise FileQuotaReached when one more file of that size is too much; the caller holds the owner's lock."""
    mine = StoredFile.objects.filter(owner=actor).exclude(status=Status.REJECTED)
    used = mine.aggregate(bytes=Sum("size", default=0))["bytes"]
    count = mine.count()
    if count >= settings.FILES_PER_PERSON or used + size > settings.FILES_BYTES_PER_PERSON:
        raise FileQuotaReached(
            files=count,
            bytes=used,
            max_files=settings.FILES_PER_PERSON,
            max_bytes=settings.FILES_BYTES_PER_PERSON,
        )


def complete_upload(*, actor: Any, file_id: uuid.UUID) -> StoredFile:
    """Inspect what was uploaded and make it available; repeating it is harmless.

    Moves up to 5 MiB and may wait some seconds for the scanner and the cleaner; ``size`` and ``sha256``
    then tell of the clean copy. While the scanner is away the file
    stays ``uploaded`` and a task tries again. Raises NotFound, NothingUploaded, FileRejected.
    """
    file = StoredFile.objects.filter(owner=actor, public_id=file_id).first()
    if file is None:
        raise NotFound()
    pending = StoredFile.objects.filter(pk=file.pk, status=Status.PENDING)
    if store().exists(file.upload_key):
        pending.update(status=Status.UPLOADED, updated_at=timezone.now())
    elif pending.exists():
        raise NothingUploaded()
    inspect(file)
    file.refresh_from_db()
    if file.status == Status.REJECTED:
        raise FileRejected(reason=file.rejection)
    return file


@transaction.atomic
def inspect(file: StoredFile) -> None:
    """Judge uploaded bytes and keep or reject them; holds the row's lock, so that one inspector works at a time."""
    waiting = StoredFile.objects.filter(pk=file.pk, status=Status.UPLOADED)
    if waiting.select_for_update().first() is None:
        return
    try:
        data = read_upload(file)
        FORMATS[file.content_type].check(data)
        if scanner().find(data):
            raise Mismatch("infected")
        data = clean(file.content_type, data)
    except Mismatch as mismatch:
        waiting.update(status=Status.REJECTED, rejection=mismatch.code, updated_at=timezone.now())
    except ScannerUnavailable:
        logger.exception("The scanner is away; file %s waits.", file.public_id)
        return
    else:
        keep(file, data)
    transaction.on_commit(lambda: store().delete(file.upload_key))


def read_upload(file: StoredFile) -> bytes:
    """Return the uploaded bytes, which are as many and as hashed as announced; raises Mismatch."""
    storage = store()
    if not storage.exists(file.upload_key):
        raise Mismatch("nothing_uploaded")
    try:
        if storage.size(file.upload_key) != file.size:
            raise Mismatch("size_mismatch")
        with storage.open(file.upload_key) as stream:
            data = stream.read(file.size + 1)
    except Unreadable as error:
        raise Mismatch("unreadable") from error
    if len(data) != file.size:
        raise Mismatch("size_mismatch")
    if file.sha256 and hashlib.sha256(data).hexdigest() != file.sha256:
        raise Mismatch("checksum_mismatch")
    return data


def keep(file: StoredFile, data: bytes) -> None:
    """Write the clean bytes under a name that no upload target ever had, and make them available."""
    StoredFile.objects.filter(pk=file.pk).update(
        status=Status.AVAILABLE,
        key=store().save(random_key("kept"), ContentFile(data)),
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        updated_at=timezone.now(),
    )


def inspect_waiting(*, limit: int = 100) -> int:
    """Inspect what had to wait for the scanner; returns how many are no longer waiting."""
    before = StoredFile.objects.filter(status=Status.UPLOADED).order_by("updated_at", "pk")[:limit]
    done = 0
    for file in before:
        inspect(file)
        done += not StoredFile.objects.filter(pk=file.pk, status=Status.UPLOADED).exists()
    return done


@transaction.atomic
def attach(*, actor: Any, file_id: uuid.UUID, purpose: str) -> StoredFile:
    """Take one's own available file into use; the app then refers to the row. Locks it.

    Raises NotFound (foreign, missing, other purpose, or in use already) and FileNotReady.
    """
    mine = StoredFile.objects.select_for_update().filter(owner=actor, public_id=file_id, purpose=purpose)
    file = mine.filter(attached_at=None).first()
    if file is None:
        raise NotFound()
    if not file.is_available():
        raise FileNotReady(file_status=file.status)
    file.attached_at = timezone.now()
    file.save(update_fields=["attached_at", "updated_at"])
    return file


@transaction.atomic
def release(*, file: StoredFile) -> None:
    """Let go of a file whose row the app no longer refers to; the purge takes it."""
    StoredFile.objects.filter(pk=file.pk).update(attached_at=None, updated_at=timezone.now())


def may_read(user: Any, file: StoredFile) -> bool:
    """Say whether this person may have the bytes now: the owner, or whom the purpose lets."""
    if file.owner_id == user.pk:
        return True
    purpose = PURPOSES.get(file.purpose)
    return purpose is not None and purpose.may_read(user, file)


def link_for(file: StoredFile, user: Any) -> Link:
    """Return a private link for at most a minute; raises NotFound and FileNotReady.

    A read by anybody but the owner enters the audit record.
    """
    if not user.is_active or not may_read(user, file):
        raise NotFound()
    if not file.is_available():
        raise FileNotReady(file_status=file.status)
    if file.owner_id != user.pk:
        record("file:read", actor=user, target=file, purpose=file.purpose)
    return gateway().link(file, user)


@transaction.atomic
def delete_file(*, actor: Any, file_id: uuid.UUID) -> None:
    """Delete one's own file, bytes included; raises NotFound and FileInUse."""
    file = StoredFile.objects.select_for_update().filter(owner=actor, public_id=file_id).first()
    if file is None:
        raise NotFound()
    if file.attached_at is not None:
        raise FileInUse()
    file.delete()
    transaction.on_commit(lambda: delete_bytes(file))


@transaction.atomic
def discard_files(*, owner: Any) -> None:
    """Delete a person's files that nothing refers to, when the account goes to the owner of its address."""
    for file in StoredFile.objects.select_for_update().filter(owner=owner, attached_at=None):
        file.delete()
        transaction.on_commit(partial(delete_bytes, file))


def delete_bytes(file: StoredFile) -> None:
    """Remove what the storage holds of a file; what is not there is no error."""
    for key in filter(None, (file.key, file.upload_key)):
        store().delete(key)


def purge_orphans(*, limit: int = 500) -> int:
    """Delete files that nothing refers to: never attached or released, a day old; returns how many."""
    long_ago = timezone.now() - ORPHAN_AGE
    old = StoredFile.objects.filter(attached_at=None, created_at__lt=long_ago, updated_at__lt=long_ago)
    total = 0
    for pk in list(old.order_by("created_at", "pk").values_list("pk", flat=True)[:limit]):
        with transaction.atomic():
            file = old.select_for_update(skip_locked=True).filter(pk=pk).first()
            if file is not None:
                delete_bytes(file)
                file.delete()
                total += 1
    return total
