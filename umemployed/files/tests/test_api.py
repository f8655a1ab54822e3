from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from umemployed.files import views
from umemployed.files.models import StoredFile
from umemployed.files.tests.factories import READERS, make_file, make_uploaded
from umemployed.files.tests.samples import LIES, TRUE
from umemployed.files.tests.samples import PDF as SAMPLE

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], APIClient]


def announce(client: APIClient, name: str = "cv.pdf", size: int = len(SAMPLE), **more: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/files/", {"purpose": "test", "name": name, "size": size, **more})
    assert answer.status_code == 201, answer.content
    return answer.json()


def send(target: dict[str, Any], data: bytes, **headers: str) -> Any:
    sent = {**target["headers"], **headers}
    path = urlsplit(target["url"]).path
    return Client().put(path, data, content_type=sent.pop("Content-Type"), headers=sent)


def follow(url: str) -> Any:
    parts = urlsplit(url)
    return Client().get(f"{parts.path}?{parts.query}")


@pytest.mark.parametrize("name", TRUE)
def test_a_file_goes_in_and_comes_out_the_same(alice: User, as_user: AsUser, name: str) -> None:
    client, data = as_user(alice), TRUE[name]
    file = announce(client, name, len(data))
    assert send(file["target"], data).status_code == 204
    completed = client.post(f"/api/v1/files/{file['id']}/complete/")
    assert completed.json()["status"] == "available"
    link = client.post(f"/api/v1/files/{file['id']}/link/").json()
    answer = follow(link["url"])
    assert b"".join(answer.streaming_content) == data
    assert answer["Content-Disposition"].startswith("attachment; ")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "private, no-store"
    assert client.get(f"/api/v1/files/{file['id']}/").json()["status"] == "available"


@pytest.mark.parametrize(("name", "data"), LIES)
def test_a_file_that_lies_is_answered_422(alice: User, as_user: AsUser, name: str, data: bytes) -> None:
    client = as_user(alice)
    file = announce(client, name, len(data))
    assert send(file["target"], data).status_code == 204
    answer = client.post(f"/api/v1/files/{file['id']}/complete/")
    assert (answer.status_code, answer.json()["code"]) == (422, "file_rejected")
    assert client.post(f"/api/v1/files/{file['id']}/link/").status_code == 409


@pytest.mark.parametrize("size", [1, len(SAMPLE) + 1, 6 * 1024 * 1024])
def test_the_target_takes_exactly_the_announced_size(alice: User, as_user: AsUser, size: int) -> None:
    file = announce(as_user(alice))
    assert send(file["target"], b"x" * size).status_code == 400


def test_the_target_fits_one_file_for_one_minute(alice: User, as_user: AsUser, monkeypatch: pytest.MonkeyPatch) -> None:
    client = as_user(alice)
    mine, other = announce(client), announce(client)
    swapped = {**mine["target"], "headers": other["target"]["headers"]}
    for target in (swapped, {**mine["target"], "headers": {"Content-Type": "application/pdf"}}):
        answer = send(target, SAMPLE)
        assert (answer.status_code, answer.json()["code"]) == (403, "upload_refused")
    monkeypatch.setattr(views, "LINK_SECONDS", -1)
    assert send(mine["target"], SAMPLE).status_code == 403
    monkeypatch.undo()
    assert send(mine["target"], SAMPLE).status_code == 204
    assert client.post(f"/api/v1/files/{mine['id']}/complete/").status_code == 200
    assert send(mine["target"], SAMPLE).status_code == 403


def test_a_link_dies_after_a_minute_and_with_the_right(
    alice: User, bob: User, as_user: AsUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = make_file(owner=alice)
    READERS.add(bob.pk)
    url = as_user(bob).post(f"/api/v1/files/{file.public_id}/link/").json()["url"]
    assert b"".join(follow(url).streaming_content) == SAMPLE
    READERS.clear()
    assert follow(url).status_code == 404
    READERS.add(bob.pk)
    monkeypatch.setattr(views, "LINK_SECONDS", -1)
    assert follow(url).status_code == 404
    monkeypatch.undo()
    READERS.clear()


@pytest.mark.parametrize("change", [("token=", "token=x"), ("/download/?token=", "/download/?other=1&token=")])
def test_a_link_that_was_tampered_with_is_refused(alice: User, as_user: AsUser, change: tuple[str, str]) -> None:
    file = make_file(owner=alice)
    url = as_user(alice).post(f"/api/v1/files/{file.public_id}/link/").json()["url"]
    assert follow(url.replace(*change)).status_code in {400, 404}


def test_carol_is_refused_and_nothing_changes(alice: User, carol: User, as_user: AsUser) -> None:
    file, client = make_uploaded(owner=alice), as_user(carol)
    missing = client.get("/api/v1/files/01890000-0000-7000-8000-000000000000/").json()
    path = f"/api/v1/files/{file.public_id}/"
    for answer in (
        client.get(path),
        client.delete(path),
        client.post(f"{path}complete/"),
        client.post(f"{path}link/"),
    ):
        assert answer.status_code == 404
        assert answer.json()["detail"] == missing["detail"]
    assert list(StoredFile.objects.values_list("pk", "status")) == [(file.pk, "pending")]
    assert APIClient().post("/api/v1/files/", {}).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"purpose": "test", "name": "a.pdf", "size": "many"},
        {"purpose": "test", "name": "a.pdf", "size": 10**15},
        {"purpose": "test", "name": "a.pdf", "size": -1},
        {"purpose": "test", "name": 7, "size": 1},
        {"purpose": ["test"], "name": "a.pdf", "size": 1},
        {"purpose": "test", "name": "\0.pdf\0", "size": 1},
        {"purpose": "test", "name": "a.pdf", "size": 1, "sha256": "zz"},
        {"purpose": "test", "name": "a.exe", "size": 1},
    ],
)
def test_bad_input_is_a_precise_400(alice: User, as_user: AsUser, body: dict[str, Any]) -> None:
    answer = as_user(alice).post("/api/v1/files/", body)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


def test_one_deletes_ones_own_unused_file(alice: User, as_user: AsUser) -> None:
    file = make_file(owner=alice)
    assert as_user(alice).delete(f"/api/v1/files/{file.public_id}/").status_code == 204
    assert not StoredFile.objects.exists()


def test_staff_see_rows_and_never_keys(alice: User, dana: User, client: Client) -> None:
    file = make_file(owner=alice)
    client.force_login(dana)
    assert client.get("/admin/files/storedfile/?purpose=test").status_code == 200
    page = client.get(f"/admin/files/storedfile/{file.pk}/change/")
    assert page.status_code == 200
    assert file.key.encode() not in page.content


def test_a_purpose_that_does_not_exist_is_answered_with_those_that_do(as_user: AsUser, alice: User) -> None:
    answer = as_user(alice).post("/api/v1/files/", {"purpose": "nonsense", "name": "a.pdf", "size": 1})
    assert answer.status_code == 400
    assert re.search(r"There are: .*\btest\b", answer.json()["errors"][0]["detail"])
