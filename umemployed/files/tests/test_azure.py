"""The gateway to Azure Blob storage against Azurite: the door that clients use, and what they may try there."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from azure.storage.blob import ContainerClient
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from umemployed.files import gateways, services
from umemployed.files.models import StoredFile
from umemployed.files.tests.blobs import ACCOUNT, Account, azurite, installed
from umemployed.files.tests.factories import a_clamd
from umemployed.files.tests.samples import EICAR, PDF
from umemployed.realtime.tests.servers import eventually

pytestmark = [pytest.mark.storage, pytest.mark.django_db(transaction=True)]
AsUser = Callable[[User], APIClient]


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with azurite() as running:
        yield running


@pytest.fixture
def container(account: Account, settings: Any) -> ContainerClient:
    """An empty container that the platform is told to use."""
    name = f"files-{uuid.uuid4().hex}"
    client = account.container(name)
    client.create_container()
    options = {"account_name": ACCOUNT, "account_key": account.key, "azure_container": name}
    backend = {
        "BACKEND": "umemployed.files.azure.AzureStorage",
        "OPTIONS": {**options, "endpoint_url": account.url},
    }
    settings.STORAGES = {**settings.STORAGES, "files": backend}
    settings.FILES_BACKEND = "azure"
    return client


@pytest.fixture
def client(alice: User, as_user: AsUser) -> APIClient:
    return as_user(alice)


def names(container: ContainerClient) -> list[str]:
    return [blob.name for blob in container.list_blobs()]


def announce(client: APIClient, **overrides: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/files/", {"purpose": "test", "name": "cv.pdf", "size": len(PDF), **overrides})
    assert answer.status_code == 201, answer.content
    return answer.json()


def send(target: dict[str, Any], data: bytes = PDF, **headers: str) -> httpx.Response:
    assert (target["method"], target["fields"]) == ("PUT", {})
    return httpx.put(target["url"], content=data, headers={**target["headers"], **headers})


def complete(client: APIClient, file: dict[str, Any]) -> Any:
    return client.post(f"/api/v1/files/{file['id']}/complete/")


def kept(client: APIClient) -> str:
    """Upload and complete; return the file's path."""
    file = announce(client)
    assert send(file["target"]).status_code == 201
    assert complete(client, file).json()["status"] == "available"
    return f"/api/v1/files/{file['id']}/"


def signed(url: str, name: str) -> str:
    return parse_qs(urlsplit(url).query)[name][0]


def age(file: StoredFile) -> None:
    long_ago = timezone.now() - timedelta(hours=25)
    StoredFile.objects.filter(pk=file.pk).update(created_at=long_ago, updated_at=long_ago)


def test_a_file_goes_up_by_signature_and_its_clean_copy_comes_back_by_link(
    container: ContainerClient, client: APIClient
) -> None:
    path = kept(client)
    file = StoredFile.objects.get()
    assert names(container) == [file.key]
    answer = httpx.get(client.post(f"{path}link/").json()["url"])
    assert (answer.status_code, answer.content) == (200, PDF)
    assert answer.headers["content-disposition"].startswith('attachment; filename="cv.pdf"')
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "private, no-store"


def test_a_target_creates_one_blob_and_does_nothing_else(container: ContainerClient, client: APIClient) -> None:
    file, other = announce(client)["target"], announce(client)["target"]
    url = file["url"]
    place, elsewhere = urlsplit(url).path, urlsplit(other["url"]).path
    foreign = url.replace(f"/{container.container_name}/", "/somebody-elses/")
    for tampered in (url.replace(place, elsewhere), foreign, url.replace("sp=c", "sp=racwdl"), url.split("?")[0]):
        assert tampered != url
        assert send({**file, "url": tampered}).status_code == 403
    assert names(container) == []
    assert send(file).status_code == 201
    assert send(file, PDF + b" ").status_code in {403, 409}
    for method, extra in (
        ("GET", ""),
        ("DELETE", ""),
        ("PUT", "&comp=lease"),
        ("PUT", "&comp=metadata"),
        ("PUT", "&comp=properties"),
    ):
        headers = {"x-ms-lease-action": "acquire", "x-ms-lease-duration": "-1"} if "lease" in extra else {}
        assert httpx.request(method, url + extra, headers=headers).status_code == 403, (method, extra)
    assert container.download_blob(names(container)[0]).readall() == PDF


def test_the_target_lives_a_minute(
    container: ContainerClient, client: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    until = datetime.fromisoformat(signed(announce(client)["target"]["url"], "se"))
    assert timezone.now() < until <= timezone.now() + timedelta(seconds=60)
    monkeypatch.setattr(gateways, "LINK_SECONDS", -1)
    assert send(announce(client)["target"]).status_code == 403
    assert names(container) == []


def test_a_link_lives_a_minute_and_opens_one_file(
    container: ContainerClient, client: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = kept(client)
    url, other = (client.post(f"{each}link/").json()["url"] for each in (path, kept(client)))
    until = datetime.fromisoformat(signed(url, "se"))
    assert timezone.now() < until <= timezone.now() + timedelta(seconds=60)
    swapped = url.replace(urlsplit(url).path, urlsplit(other).path)
    later = url.replace(f"{until:%H}%3A", f"{until - timedelta(hours=1):%H}%3A")
    for tampered in (swapped, later, url.replace("attachment", "inline"), url.replace("sp=r", "sp=rd")):
        assert tampered != url
        assert httpx.get(tampered).status_code == 403
    assert httpx.delete(url).status_code == 403
    assert send({"method": "PUT", "fields": {}, "headers": {"x-ms-blob-type": "BlockBlob"}, "url": url}).is_error
    monkeypatch.setattr(gateways, "LINK_SECONDS", 3)
    short = client.post(f"{path}link/").json()["url"]
    assert httpx.get(short).status_code == 200
    assert eventually(lambda: httpx.get(short).status_code == 403, each=0.2)


@pytest.mark.parametrize(
    ("data", "reason"),
    [(PDF + b" ", "size_mismatch"), (PDF[:-1], "size_mismatch"), (b"x" * 6 * 1024**2, "size_mismatch")],
)
def test_what_is_larger_or_smaller_than_announced_is_judged_after_the_upload_and_deleted(
    container: ContainerClient, client: APIClient, data: bytes, reason: str
) -> None:
    file = announce(client)
    assert send(file["target"], data).status_code == 201
    answer = complete(client, file)
    assert (answer.status_code, answer.json()["reason"]) == (422, reason)
    assert names(container) == []
    assert client.post(f"/api/v1/files/{file['id']}/link/").status_code == 409


def test_compressed_bytes_are_judged_as_they_lie_there(container: ContainerClient, client: APIClient) -> None:
    """A gzip of the announced size may unpack to gigabytes; nothing unpacks it."""
    bomb = gzip.compress(b"%PDF-1.7" + b"\0" * 50_000_000)
    file = announce(client, size=len(bomb))
    assert send(file["target"], bomb, **{"x-ms-blob-content-encoding": "gzip"}).status_code == 201
    with services.store().open(StoredFile.objects.get().upload_key) as stream:
        assert stream.size == len(bomb)
    answer = complete(client, file)
    assert (answer.status_code, answer.json()["reason"]) == (422, "content_mismatch")
    assert names(container) == []


def test_headers_of_the_client_break_nothing(container: ContainerClient, client: APIClient) -> None:
    sealed = json.dumps({"WrappedContentKey": {"KeyId": "x"}, "EncryptionAgent": {"Protocol": "2.0"}})
    for headers in (
        {"x-ms-access-tier": "Archive"},
        {"x-ms-meta-encryptiondata": sealed},
        {"x-ms-blob-content-disposition": "inline", "x-ms-blob-content-type": "text/html"},
        {"x-ms-blob-type": "PageBlob", "x-ms-blob-content-length": str(8 * 1024**4)},
        {"x-ms-blob-type": "AppendBlob"},
    ):
        file = announce(client)
        empty = headers.get("x-ms-blob-type")
        sent = send(file["target"], b"" if empty else PDF, **headers)
        assert sent.status_code == 201, sent.text
        assert complete(client, file).status_code in {200, 422}
    assert [name.partition("/")[0] for name in names(container)] == ["kept"] * 2
    assert set(StoredFile.objects.filter(status="rejected").values_list("rejection", flat=True)) == {
        "size_mismatch",
        "unreadable",
    }


def test_snapshots_of_an_upload_go_with_it(container: ContainerClient, client: APIClient) -> None:
    """Whoever may create a blob may take snapshots of it, and Azure deletes no blob that has some unless told to."""
    completed, abandoned = announce(client), announce(client)
    for file in (completed, abandoned):
        assert send(file["target"]).status_code == 201
        assert httpx.put(f"{file['target']['url']}&comp=snapshot", content=b"").status_code == 201
    assert complete(client, completed).json()["status"] == "available"
    assert client.delete(f"/api/v1/files/{abandoned['id']}/").status_code == 204
    left = [blob.name for blob in container.list_blobs(include=["snapshots"])]
    assert left == list(StoredFile.objects.values_list("key", flat=True))


def test_deleting_and_purging_empty_the_container(container: ContainerClient, client: APIClient) -> None:
    assert client.delete(kept(client)).status_code == 204
    assert names(container) == []
    kept(client)
    assert send(announce(client)["target"]).status_code == 201
    assert len(names(container)) == 2
    for file in StoredFile.objects.all():
        age(file)
    assert services.purge_orphans() == 2
    assert (names(container), StoredFile.objects.count()) == ([], 0)


def test_while_the_scanner_is_away_nothing_is_available(
    container: ContainerClient, client: APIClient, settings: Any
) -> None:
    settings.FILES_SCANNER = "clamd://127.0.0.1:1"
    clean, infected = announce(client), announce(client, name="a.txt", size=len(EICAR))
    assert send(clean["target"]).status_code == send(infected["target"], EICAR).status_code == 201
    for file in (clean, infected):
        assert complete(client, file).json()["status"] == "uploaded"
        assert client.post(f"/api/v1/files/{file['id']}/link/").status_code == 409
    assert {name.partition("/")[0] for name in names(container)} == {"incoming"}
    with a_clamd() as address:
        settings.FILES_SCANNER = address
        assert services.inspect_waiting() == 2
    assert client.get(f"/api/v1/files/{infected['id']}/").json()["rejection"] == "infected"
    assert names(container) == [StoredFile.objects.get(status="available").key]


def test_completing_before_the_upload_is_a_conflict(container: ContainerClient, client: APIClient) -> None:
    assert complete(client, announce(client)).json()["code"] == "nothing_uploaded"


def test_what_is_not_there_is_missing_in_djangos_terms(container: ContainerClient) -> None:
    store = services.store()
    store.delete("kept/nothing")
    for look in (store.size, store.open):
        with pytest.raises(FileNotFoundError):
            look("kept/nothing")


def test_the_environment_alone_leads_to_the_container(account: Account, container: ContainerClient) -> None:
    """A fresh process with nothing but variables writes, lists, reads and deletes."""
    act = (
        "import django; django.setup()\n"
        "from django.core.files.base import ContentFile\n"
        "from umemployed.files.gateways import AzureGateway, gateway, store\n"
        "assert isinstance(gateway(), AzureGateway)\n"
        "name = store().save('kept/a', ContentFile(b'bytes'))\n"
        "assert store().open(name).read() == b'bytes' and store().size(name) == 5\n"
        "assert store().listdir('kept') == ([], ['a'])\n"
        "store().delete(name)\n"
        "assert not store().exists(name)\n"
    )
    variables = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "umemployed.settings",
        **account.environment(container.container_name),
    }
    done = subprocess.run([sys.executable, "-c", act], env=variables, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_without_nodejs_the_failure_names_the_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(pytest.fail.Exception, match=r"need Node.js, .* Install Node.js 20 or newer"):
        installed()
