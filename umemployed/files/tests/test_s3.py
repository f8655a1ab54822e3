"""The gateway to S3 against a server that verifies every signature and policy itself."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from rest_framework.test import APIClient

from accounts.models import User
from umemployed.files.models import StoredFile
from umemployed.files.tests import factories  # noqa: F401 - registers the purpose
from umemployed.files.tests.s3 import ACCESS_KEY, BUCKET, REGION, SECRET_KEY, Bucket, a_bucket
from umemployed.files.tests.samples import PDF

pytestmark = pytest.mark.django_db(transaction=True)
AsUser = Callable[[User], APIClient]


@pytest.fixture
def bucket(settings: Any) -> Iterator[Bucket]:
    """A bucket that the platform is told to use."""
    with a_bucket() as server:
        options = {
            "bucket_name": BUCKET,
            "endpoint_url": server.url,
            "region_name": REGION,
            "access_key": ACCESS_KEY,
            "secret_key": SECRET_KEY,
            "addressing_style": "path",
            "signature_version": "s3v4",
            "file_overwrite": False,
            "default_acl": None,
        }
        backend = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
        settings.STORAGES = {**settings.STORAGES, "files": backend}
        settings.FILES_BACKEND = "s3"
        yield server


@pytest.fixture
def client(alice: User, as_user: AsUser) -> APIClient:
    return as_user(alice)


def announce(client: APIClient, **overrides: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/files/", {"purpose": "test", "name": "cv.pdf", "size": len(PDF), **overrides})
    assert answer.status_code == 201, answer.content
    return answer.json()


def send(target: dict[str, Any], data: bytes = PDF, **fields: str) -> httpx.Response:
    assert target["method"] == "POST"
    return httpx.post(target["url"], data={**target["fields"], **fields}, files={"file": ("cv.pdf", data)})


def kept(client: APIClient) -> str:
    """Upload and complete; return the file's path."""
    file = announce(client)
    assert send(file["target"]).status_code == 204
    path = f"/api/v1/files/{file['id']}/"
    assert client.post(f"{path}complete/").json()["status"] == "available"
    return path


def test_a_file_goes_through_the_form_and_its_clean_copy_comes_back_by_link(bucket: Bucket, client: APIClient) -> None:
    path = kept(client)
    file = StoredFile.objects.get()
    assert list(bucket.objects) == [file.key]
    link = client.post(f"{path}link/").json()
    answer = httpx.get(link["url"])
    assert (answer.status_code, answer.content) == (200, PDF)
    assert answer.headers["content-disposition"].startswith('attachment; filename="cv.pdf"')
    assert answer.headers["content-type"] == "application/pdf"
    assert "X-Amz-Expires=60" in link["url"]


@pytest.mark.parametrize(
    ("data", "fields", "status"),
    [
        (PDF + b" ", {}, 400),
        (PDF[:-1], {}, 400),
        (b"x" * 6 * 1024 * 1024, {}, 400),
        (PDF, {"key": "kept/somebody-elses"}, 403),
        (PDF, {"Content-Type": "text/html"}, 403),
        (PDF, {"acl": "public-read"}, 403),
        (PDF, {"x-amz-signature": "0" * 64}, 403),
        (PDF, {"policy": "e30="}, 403),
    ],
)
def test_the_form_takes_one_key_one_size_and_one_type(
    bucket: Bucket, client: APIClient, data: bytes, fields: dict[str, str], status: int
) -> None:
    assert send(announce(client)["target"], data, **fields).status_code == status
    assert bucket.objects == {}


def test_the_form_lives_a_minute(bucket: Bucket, client: APIClient) -> None:
    target = announce(client)["target"]
    bucket.skew = timedelta(seconds=62)
    assert send(target).status_code == 403


def test_a_link_lives_a_minute_and_opens_one_file(bucket: Bucket, client: APIClient) -> None:
    url = client.post(f"{kept(client)}link/").json()["url"]
    other = client.post(f"{kept(client)}link/").json()["url"]
    swapped = url.replace(url.partition("kept/")[2][:48], other.partition("kept/")[2][:48])
    for tampered in (swapped, url.replace("attachment", "inline"), url.replace("Expires=60", "Expires=600")):
        assert tampered != url
        assert httpx.get(tampered).status_code == 403
    assert httpx.get(url).status_code == 200
    bucket.skew = timedelta(seconds=62)
    assert httpx.get(url).status_code == 403


def test_deleting_a_file_empties_the_bucket(bucket: Bucket, client: APIClient) -> None:
    assert client.delete(kept(client)).status_code == 204
    assert bucket.objects == {}


def test_completing_before_the_upload_is_a_conflict(bucket: Bucket, client: APIClient) -> None:
    file = announce(client)
    assert client.post(f"/api/v1/files/{file['id']}/complete/").json()["code"] == "nothing_uploaded"


def test_the_environment_alone_leads_to_the_bucket() -> None:
    """A fresh process with nothing but variables writes, reads and deletes."""
    act = (
        "import django; django.setup()\n"
        "from django.core.files.base import ContentFile\n"
        "from umemployed.files.gateways import S3Gateway, gateway, store\n"
        "assert isinstance(gateway(), S3Gateway)\n"
        "name = store().save('kept/a', ContentFile(b'bytes'))\n"
        "assert store().open(name).read() == b'bytes' and store().size(name) == 5\n"
        "store().delete(name)\n"
        "assert not store().exists(name)\n"
    )
    with a_bucket() as server:
        variables = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "umemployed.settings",
            "FILES_BACKEND": "s3",
            "S3_BUCKET": BUCKET,
            "S3_ENDPOINT_URL": server.url,
            "S3_REGION": REGION,
            "S3_ADDRESSING_STYLE": "path",
            "S3_ACCESS_KEY": ACCESS_KEY,
            "S3_SECRET_KEY": SECRET_KEY,
        }
        done = subprocess.run([sys.executable, "-c", act], env=variables, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
