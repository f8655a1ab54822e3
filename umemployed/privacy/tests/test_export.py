"""One's own archive: everything of one's own is in it, nothing of others', and it is gone after a week."""

from __future__ import annotations

import io
import json
import signal
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.factories import PASSWORD, make_client
from accounts.tests.racing import race
from companies.models import Company
from notifications.tests.post_office import PostOffice, links_of_text, text_of
from umemployed.api.errors import TooManyRequests
from umemployed.audit.models import AuditEntry
from umemployed.files.gateways import store
from umemployed.files.models import StoredFile
from umemployed.privacy.models import Export
from umemployed.privacy.services import ExportRunning, prepare, request_export
from umemployed.privacy.services.export import sweep
from umemployed.privacy.tests import life as doors
from umemployed.privacy.tests.factories import make_export
from umemployed.privacy.tests.life import deliver, live
from umemployed.tests.processes import start_python

URL = "/api/v1/me/export/"
pytestmark = pytest.mark.django_db(transaction=True)


def ask(client: APIClient, password: str = PASSWORD) -> Any:
    return client.post(URL, {"current_password": password})


def download(client: APIClient) -> bytes:
    """Fetch the newest archive as a frontend does: its id, a private link, the bytes."""
    shown = client.get(URL).json()["results"][0]
    assert shown["status"] == "ready"
    link = client.post(f"/api/v1/files/{shown['file']}/link/")
    assert link.status_code == 200, link.content
    answer = APIClient().get(link.json()["url"].replace("http://127.0.0.1:8000", ""))
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def test_all_own_words_are_in_it_and_none_of_others(
    acme: Company, bob: User, post_office: PostOffice, own_folder: Path
) -> None:
    mine, other = live(acme, bob), live(acme, bob, prefix="xw")
    answer = ask(mine.client, doors.PASSWORD)
    assert (answer.status_code, answer.json()["status"]) == (202, "running")
    assert prepare(Export.objects.get().pk)
    archive = zipfile.ZipFile(io.BytesIO(download(mine.client)))
    assert archive.testzip() is None
    said = {name: archive.read(name).decode() for name in archive.namelist()}
    everything = "\n".join([*said, *said.values()])
    # A name that was changed since and the headers of requests are kept nowhere; what a company says is the company's.
    gone = {"name", "idempotency_key", "company_about"}
    assert [name for name, word in mine.words.items() if name not in gone and word not in everything] == []
    assert [word for word in other.words.values() if word in everything] == []
    assert "What the recruiter said." not in everything
    assert bob.email not in everything
    index = json.loads(said["index.json"])
    assert (index["format"], index["version"], index["files"]) == ("umemployed.personal-data", 1, 2)
    for table in index["tables"]:
        assert len(json.loads(said[table["file"]])) == table["rows"], table
    assert "README.txt" in said
    assert "argon2" not in everything


def test_the_letter_carries_no_secret_and_downloads_are_audited(alice: User, post_office: PostOffice) -> None:
    client = make_client(alice)
    ask(client)
    prepare(Export.objects.get().pk)
    deliver()
    letter = post_office.accepted[-1]
    assert letter["Subject"] == "The archive of your data is ready"
    assert links_of_text(letter)[0].endswith("/settings/privacy")
    assert Export.objects.get().key not in text_of(letter)
    download(client)
    assert AuditEntry.objects.filter(action="file:read", actor=alice).count() == 1
    assert StoredFile.objects.filter(owner=alice).count() == 0, "it does not count among the person's own files"


def test_nobody_else_gets_it(alice: User, carol: User, dana: User) -> None:
    make_export(person=alice)
    prepare(Export.objects.get().pk)
    export = Export.objects.get()
    for other in (carol, dana):
        client = make_client(other)
        assert client.get(f"{URL}{export.public_id}/").status_code == 404
        assert client.get(URL).json()["results"] == []
        assert client.post(f"/api/v1/files/{export.file.public_id}/link/").status_code == 404


def test_the_password_is_asked_for_and_one_runs_at_a_time(alice: User) -> None:
    client = make_client(alice)
    assert client.post(URL, {}).json()["code"] == "reauthentication_required"
    assert ask(client).status_code == 202
    again = ask(client)
    assert (again.status_code, again.json()["code"]) == (409, "export_running")
    for _ in range(2):
        Export.objects.update(status="failed")
        assert ask(client).status_code == 202
    Export.objects.update(status="failed")
    assert ask(client).status_code == 429, "three a day"


def test_it_expires_with_its_bytes(alice: User, own_folder: Path) -> None:
    client = make_client(alice)
    ask(client)
    prepare(Export.objects.get().pk)
    download(client)
    export = Export.objects.get()
    week = (export.expires_at - timezone.now()).total_seconds() / 86_400  # type: ignore[operator]
    assert 6.9 < week <= 7
    Export.objects.update(expires_at=timezone.now())
    assert export.file is not None
    assert client.post(f"/api/v1/files/{export.file.public_id}/link/").status_code == 404, "at once"
    assert sweep() == 1
    assert client.get(URL).json()["results"][0]["status"] == "expired"
    assert not store().exists(export.key)
    assert not StoredFile.objects.exists()


def test_a_killed_worker_is_followed_by_another(alice: User, own_folder: Path) -> None:
    export = make_export(person=alice)
    slow = (
        "import django, os, signal; django.setup()\n"
        "from umemployed.privacy.services import export\n"
        "def die(person, stream):\n"
        "    stream.write(b'half an archive'); os.kill(os.getpid(), signal.SIGKILL)\n"
        "export.write_archive = die\n"
        f"export.prepare({export.pk})\n"
    )
    process = start_python("-c", slow)
    assert process.wait(60) == -signal.SIGKILL
    export.refresh_from_db()
    assert (export.status, export.attempts) == ("running", 1)
    assert prepare(export.pk) is False, "its lease still runs"
    Export.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert sweep() == 1
    assert prepare(export.pk)
    assert zipfile.ZipFile(io.BytesIO(download(make_client(alice)))).testzip() is None
    assert len([path for path in own_folder.rglob("*") if path.is_file()]) == 1


@pytest.mark.race
def test_two_requests_at_once_make_one_archive(alice: User) -> None:
    results = race(*[lambda: request_export(actor=alice) for _ in range(6)])
    assert sum(isinstance(result, Export) for result in results) == 1
    assert all(isinstance(result, Export | ExportRunning | TooManyRequests) for result in results), results


@pytest.mark.race
def test_two_workers_prepare_it_once(alice: User) -> None:
    export = make_export(person=alice)
    assert sorted(race(*[lambda: prepare(export.pk) for _ in range(4)])) == [False, False, False, True]
    assert StoredFile.objects.count() == 1


def test_a_list_of_two_costs_as_much_as_one_of_twenty(alice: User) -> None:
    client = make_client(alice)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(URL).status_code == 200
        return len(queries)

    for _ in range(2):
        make_export(person=alice, status="failed")
    few = cost()
    for _ in range(18):
        make_export(person=alice, status="failed")
    assert cost() == few
