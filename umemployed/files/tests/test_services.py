from __future__ import annotations

import hashlib
import threading
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import make_user
from umemployed.api.errors import Forbidden, Invalid, NotFound
from umemployed.audit.models import AuditEntry
from umemployed.files import services
from umemployed.files.formats import PDF
from umemployed.files.gateways import store
from umemployed.files.models import StoredFile
from umemployed.files.purposes import Purpose, register
from umemployed.files.scanner import Clamd, ScannerUnavailable
from umemployed.files.tests.factories import READERS, a_clamd, make_file, make_uploaded
from umemployed.files.tests.samples import EICAR, LIES
from umemployed.files.tests.samples import PDF as SAMPLE

pytestmark = pytest.mark.django_db


def stored(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def age(file: StoredFile) -> None:
    long_ago = timezone.now() - timedelta(hours=25)
    StoredFile.objects.filter(pk=file.pk).update(created_at=long_ago, updated_at=long_ago)


@pytest.mark.django_db(transaction=True)
def test_a_good_file_becomes_available_under_a_new_name(alice: User, own_folder: Path) -> None:
    file = make_file(owner=alice)
    assert file.status == "available"
    assert file.sha256 == hashlib.sha256(SAMPLE).hexdigest()
    assert file.key.startswith("kept/")
    assert [path.read_bytes() for path in stored(own_folder)] == [SAMPLE]
    assert stored(own_folder)[0].stat().st_mode & 0o777 == 0o600


def test_an_upload_after_the_inspection_changes_nothing(alice: User) -> None:
    file = make_file(owner=alice)
    store().save(file.upload_key, ContentFile(b"evil"))
    assert services.complete_upload(actor=alice, file_id=file.public_id).sha256 == file.sha256
    with store().open(file.key) as kept:
        assert kept.read() == SAMPLE


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("name", "data"), LIES[::8])
def test_a_file_that_lies_is_rejected_and_its_bytes_removed(
    alice: User, own_folder: Path, name: str, data: bytes
) -> None:
    file = make_uploaded(owner=alice, name=name, data=data)
    with pytest.raises(services.FileRejected) as refused:
        services.complete_upload(actor=alice, file_id=file.public_id)
    file.refresh_from_db()
    assert file.status == "rejected"
    assert refused.value.extra == {"reason": file.rejection}
    assert stored(own_folder) == []


@pytest.mark.parametrize(
    ("overrides", "reason"),
    [({"size": len(SAMPLE) + 1}, "size_mismatch"), ({"sha256": "0" * 64}, "checksum_mismatch")],
)
def test_other_bytes_than_announced_are_rejected(alice: User, overrides: dict[str, Any], reason: str) -> None:
    file = make_uploaded(owner=alice, **overrides)
    with pytest.raises(services.FileRejected) as refused:
        services.complete_upload(actor=alice, file_id=file.public_id)
    assert refused.value.extra == {"reason": reason}


def test_the_right_checksum_passes_in_either_case(alice: User) -> None:
    assert make_file(owner=alice, sha256=hashlib.sha256(SAMPLE).hexdigest().upper()).is_available()


def test_completing_before_the_upload_is_refused(alice: User) -> None:
    file = services.announce_upload(actor=alice, purpose="test", name="a.pdf", size=10)
    with pytest.raises(services.NothingUploaded):
        services.complete_upload(actor=alice, file_id=file.public_id)


@pytest.mark.parametrize(
    "announcement",
    [
        {"purpose": "nonsense"},
        {"name": "a.exe"},
        {"name": "a.pdf.exe"},
        {"name": "a"},
        {"name": ".pdf"},
        {"name": "a.svg"},
        {"size": 5 * 1024 * 1024 + 1},
        {"size": 0},
    ],
)
def test_an_announcement_outside_the_rules_names_its_field(alice: User, announcement: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        services.announce_upload(actor=alice, **{"purpose": "test", "name": "a.pdf", "size": 10, **announcement})
    assert refused.value.errors[0]["attr"] in announcement
    assert not StoredFile.objects.exists()


def test_a_purpose_says_who_may_upload(alice: User) -> None:
    alice.full_name = "Nobody"
    with pytest.raises(Forbidden):
        services.announce_upload(actor=alice, purpose="test", name="a.pdf", size=10)


def test_a_purpose_has_one_name_and_a_limit() -> None:
    with pytest.raises(ValueError, match="already"):
        register(Purpose("test", "Again", types=(PDF,)))
    with pytest.raises(ValueError, match="more than"):
        register(Purpose("huge", "Huge", types=(PDF,), max_bytes=10**9))


def test_malware_is_found_by_the_scanner(alice: User, settings: Any) -> None:
    with a_clamd() as address:
        settings.FILES_SCANNER = address
        assert make_file(owner=alice).is_available()
        infected = make_uploaded(owner=alice, name="a.txt", data=EICAR)
        with pytest.raises(services.FileRejected) as refused:
            services.complete_upload(actor=alice, file_id=infected.public_id)
    assert refused.value.extra == {"reason": "infected"}


def test_while_the_scanner_is_away_a_file_waits_and_is_not_served(alice: User, settings: Any) -> None:
    settings.FILES_SCANNER = "clamd://127.0.0.1:1"
    file = make_file(owner=alice)
    assert file.status == "uploaded"
    with pytest.raises(services.FileNotReady):
        services.link_for(file, alice)
    with pytest.raises(services.FileNotReady):
        services.attach(actor=alice, file_id=file.public_id, purpose="test")
    assert services.inspect_waiting() == 0
    with a_clamd() as address:
        settings.FILES_SCANNER = address
        assert services.inspect_waiting() == 1
    file.refresh_from_db()
    assert file.is_available()


def test_a_scanner_address_must_make_sense() -> None:
    with pytest.raises(ImproperlyConfigured):
        Clamd("http://somewhere")
    with pytest.raises(ScannerUnavailable):
        Clamd("clamd:///nowhere/clamd.sock").find(b"x")


def test_a_file_is_attached_once_by_its_owner_for_its_purpose(alice: User, carol: User) -> None:
    file = make_file(owner=alice)
    for actor, purpose in ((carol, "test"), (alice, "other")):
        with pytest.raises(NotFound):
            services.attach(actor=actor, file_id=file.public_id, purpose=purpose)
    assert services.attach(actor=alice, file_id=file.public_id, purpose="test").attached_at
    with pytest.raises(NotFound):
        services.attach(actor=alice, file_id=file.public_id, purpose="test")
    with pytest.raises(services.FileInUse):
        services.delete_file(actor=alice, file_id=file.public_id)


def test_a_link_is_for_the_owner_and_whom_the_purpose_lets(alice: User, bob: User, carol: User) -> None:
    file = make_file(owner=alice)
    READERS.add(bob.pk)
    assert services.link_for(file, alice).expires_at <= timezone.now() + timedelta(seconds=60)
    assert services.link_for(file, bob)
    with pytest.raises(NotFound):
        services.link_for(file, carol)
    READERS.clear()
    assert list(AuditEntry.objects.values_list("action", "actor")) == [("file:read", bob.pk)]


@pytest.mark.django_db(transaction=True)
def test_deleting_removes_the_bytes(alice: User, carol: User, own_folder: Path) -> None:
    file = make_file(owner=alice)
    with pytest.raises(NotFound):
        services.delete_file(actor=carol, file_id=file.public_id)
    services.delete_file(actor=alice, file_id=file.public_id)
    assert stored(own_folder) == []
    with pytest.raises(NotFound):
        services.delete_file(actor=alice, file_id=uuid.uuid4())


@pytest.mark.django_db(transaction=True)
def test_what_nobody_refers_to_is_purged_after_a_day(alice: User, own_folder: Path) -> None:
    used, young, released = make_file(owner=alice), make_file(owner=alice), make_file(owner=alice)
    abandoned = make_uploaded(owner=alice)
    for file in (used, released):
        services.attach(actor=alice, file_id=file.public_id, purpose="test")
    services.release(file=released)
    for file in (used, released, abandoned):
        age(file)
    assert services.purge_orphans() == 2
    assert set(StoredFile.objects.values_list("pk", flat=True)) == {used.pk, young.pk}
    assert len(stored(own_folder)) == 2


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_parallel_announcements_stop_exactly_at_the_quota(settings: Any) -> None:
    settings.FILES_PER_PERSON = 5
    owner = make_user()
    refused: list[Exception] = []

    def announce() -> None:
        try:
            for _ in range(5):
                services.announce_upload(actor=owner, purpose="test", name="a.pdf", size=10)
        except services.FileQuotaReached as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=announce) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert StoredFile.objects.filter(owner=owner).count() == 5
    assert len(refused) >= 7


def test_the_quota_counts_bytes_too(alice: User, settings: Any) -> None:
    settings.FILES_BYTES_PER_PERSON = 100
    services.announce_upload(actor=alice, purpose="test", name="a.pdf", size=60)
    with pytest.raises(services.FileQuotaReached) as refused:
        services.announce_upload(actor=alice, purpose="test", name="a.pdf", size=41)
    assert refused.value.extra["bytes"] == 60


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_parallel_completions_keep_one_copy(own_folder: Path) -> None:
    owner = make_user()
    file = make_uploaded(owner=owner)

    def complete() -> None:
        try:
            services.complete_upload(actor=owner, file_id=file.public_id)
        finally:
            connection.close()

    threads = [threading.Thread(target=complete) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    file.refresh_from_db()
    assert file.is_available()
    assert [path.relative_to(own_folder).as_posix() for path in stored(own_folder)] == [file.key]
