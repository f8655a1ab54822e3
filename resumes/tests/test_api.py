from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.factories import make_user
from resumes.models import MAX_ROWS, SECTIONS, Resume
from resumes.services import add_row, import_resume
from resumes.snapshot import snapshot_of
from resumes.tests.factories import make_published_resume, make_resume, make_skill
from resumes.tests.test_jsonresume import SAMPLE

SignIn = Callable[[User], APIClient]
ROOT = "/api/v1/resumes/"
ROWS: dict[str, dict[str, Any]] = {
    "experiences": {"company_name": "Globex", "position": "Analyst", "started_on": "2019-05", "highlights": ["Won"]},
    "education": {"institution": "Université de Buea", "started_on": "2014", "ended_on": "2017-07-01"},
    "skills": {"name": "Weaving", "level": "expert", "years": 3},
    "languages": {"language": "Français", "level": "native"},
    "certificates": {"name": "First aid", "issued_on": "2020-02-29"},
    "projects": {"name": "Tides", "url": "https://tides.example.com"},
    "links": {"network": "GitHub", "url": "https://github.example.com/alice"},
}


def url_of(resume: Resume, *parts: Any) -> str:
    return "/".join([f"{ROOT}{resume.public_id}", *map(str, parts), ""])


def tag(resume: Resume) -> dict[str, str]:
    return {"HTTP_IF_MATCH": f'"{Resume.objects.get(pk=resume.pk).version}"'}


@pytest.fixture
def resume(alice: User) -> Resume:
    return make_resume(owner=alice)


@pytest.fixture
def client(alice: User, as_user: SignIn) -> APIClient:
    return as_user(alice)


def test_a_first_resume_is_a_primary_draft_that_says_what_it_lacks(client: APIClient) -> None:
    answer = client.post(ROOT, {"title": "Backend"}, format="json")
    body = answer.json()
    assert answer.status_code == 201
    assert (body["status"], body["is_primary"], body["version"]) == ("draft", True, 1)
    assert body["missing"] == ["headline", "background", "skills"]
    assert body["full_name"] == "Alice Ndongo"
    assert body["completeness"] == 20
    assert [(act["id"], act["enabled"], act["reason"]) for act in body["actions"]] == [
        ("publish", False, "resume_incomplete"),
        ("unpublish", False, "resume_wrong_state"),
        ("make_primary", False, "already_primary"),
        ("duplicate", True, ""),
    ]
    assert answer["ETag"].startswith('"1.')


def test_an_edit_names_the_version_that_its_author_saw(client: APIClient, resume: Resume) -> None:
    seen = client.get(url_of(resume))["ETag"]
    assert client.get(url_of(resume), HTTP_IF_NONE_MATCH=seen).status_code == 304
    assert client.patch(url_of(resume), {"title": "Mine"}, format="json").status_code == 428
    edited = client.patch(url_of(resume), {"title": "Mine"}, format="json", HTTP_IF_MATCH=seen)
    assert (edited.status_code, edited.json()["title"]) == (200, "Mine")
    stale = client.patch(url_of(resume), {"title": "Late"}, format="json", HTTP_IF_MATCH=seen)
    assert (stale.status_code, stale.json()["current_version"]) == (412, resume.version + 1)
    assert client.get(url_of(resume)).json()["title"] == "Mine"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "x" * 121),
        ("title", 5),
        ("website", "javascript:alert(1)"),
        ("image_url", "ftp://example.com/me.png"),
        ("email", "nobody"),
        ("country_code", "cm"),
        ("language", "français"),
        ("summary", "x" * 20_001),
    ],
)
def test_bad_content_is_named_and_changes_nothing(client: APIClient, resume: Resume, field: str, value: Any) -> None:
    answer = client.patch(url_of(resume), {field: value}, format="json", **tag(resume))
    assert answer.status_code == 400
    assert [entry["attr"] for entry in answer.json()["errors"]] == [field]
    assert Resume.objects.get(pk=resume.pk).version == resume.version


def test_what_belongs_to_the_server_cannot_be_written(client: APIClient, resume: Resume, bob: User) -> None:
    fields = {"status": "published", "version": 99, "completeness": 100, "owner": bob.pk, "extras": {"a": 1}}
    for name, value in fields.items():
        client.patch(url_of(resume), {name: value}, format="json", **tag(resume))
    now = Resume.objects.get(pk=resume.pk)
    assert (now.status, now.owner, now.completeness) == ("draft", resume.owner, resume.completeness)
    assert now.extras == {}
    assert now.version < 99


def test_publishing_asks_for_what_is_missing_and_unpublishing_takes_it_back(client: APIClient) -> None:
    draft = client.post(ROOT, {"title": "Empty"}, format="json").json()
    path = f"{ROOT}{draft['id']}/publish/"
    assert client.post(path).status_code == 428
    refused = client.post(path, HTTP_IF_MATCH='"1"')
    assert (refused.status_code, refused.json()["code"]) == (409, "resume_incomplete")
    assert refused.json()["missing"] == ["headline", "background", "skills"]


def test_a_complete_draft_is_published_and_taken_back(client: APIClient, resume: Resume) -> None:
    published = client.post(url_of(resume, "publish"), **tag(resume))
    assert (published.status_code, published.json()["status"]) == (200, "published")
    again = client.post(url_of(resume, "publish"), **tag(resume))
    assert (again.status_code, again.json()["code"]) == (409, "resume_wrong_state")
    back = client.post(url_of(resume, "unpublish"), **tag(resume))
    assert (back.json()["status"], back.json()["published_at"]) == ("draft", None)
    assert client.post(url_of(resume, "unpublish"), **tag(resume)).status_code == 409


@pytest.mark.django_db
def test_an_unproved_address_may_write_but_not_publish(as_user: SignIn) -> None:
    owner = make_user(email_verified_at=None)
    resume = make_resume(owner=owner)
    answer = as_user(owner).post(url_of(resume, "publish"), **tag(resume))
    assert (answer.status_code, answer.json()["code"]) == (403, "email_unverified")


def test_what_a_published_resume_needs_cannot_be_taken_out(client: APIClient, alice: User) -> None:
    resume = make_published_resume(owner=alice)
    row = resume.skills.get()
    refused = client.delete(url_of(resume, "skills", row.public_id), **tag(resume))
    assert (refused.status_code, refused.json()["missing"]) == (409, ["skills"])
    assert resume.skills.exists()
    assert Resume.objects.get(pk=resume.pk).version == resume.version


@pytest.mark.parametrize("section", SECTIONS)
def test_rows_of_every_section_come_and_change_and_go(client: APIClient, resume: Resume, section: str) -> None:
    there = len(client.get(url_of(resume, section)).json()["results"])
    assert client.post(url_of(resume, section), ROWS[section], format="json").status_code == 428
    made = client.post(url_of(resume, section), ROWS[section], format="json", **tag(resume))
    assert made.status_code == 201, made.json()
    assert ROWS[section].items() <= made.json().items()
    assert made["ETag"].startswith(f'"{resume.version + 1}.')
    path = url_of(resume, section, made.json()["id"])
    name, text = next((name, text) for name, text in ROWS[section].items() if isinstance(text, str))
    edited = client.patch(path, {name: f"{text}!"}, format="json", HTTP_IF_MATCH=made["ETag"])
    assert (edited.status_code, edited.json()[name]) == (200, f"{text}!")
    assert client.patch(path, {name: "late"}, format="json", HTTP_IF_MATCH=made["ETag"]).status_code == 412
    assert client.get(path).json()[name] == f"{text}!"
    assert made.json()["id"] in [row["id"] for row in client.get(url_of(resume)).json()[section]]
    gone = client.delete(path, HTTP_IF_MATCH=edited["ETag"])
    assert gone.status_code == 204
    assert gone["ETag"].startswith(f'"{resume.version + 3}.')
    assert client.get(path).status_code == 404
    assert len(client.get(url_of(resume, section)).json()["results"]) == there


@pytest.mark.parametrize(
    ("section", "change", "attr"),
    [
        ("experiences", {"position": ""}, "position"),
        ("experiences", {"started_on": "2014-13"}, "started_on"),
        ("experiences", {"started_on": "2014-02-30"}, "started_on"),
        ("experiences", {"started_on": "0000"}, "started_on"),
        ("experiences", {"ended_on": "2019-04"}, "ended_on"),
        ("experiences", {"highlights": ["x"] * 51}, "highlights"),
        ("experiences", {"highlights": "x"}, "highlights"),
        ("experiences", {"highlights": ["x" * 2001]}, "highlights.0"),
        ("education", {"url": "javascript:alert(1)"}, "url"),
        ("skills", {"years": 81}, "years"),
        ("skills", {"years": -1}, "years"),
        ("skills", {"level": "wizard"}, "level"),
        ("languages", {"language": 7}, "language"),
        ("links", {"url": ""}, "url"),
    ],
)
def test_a_bad_row_is_named_by_its_field(
    client: APIClient, resume: Resume, section: str, change: dict[str, Any], attr: str
) -> None:
    answer = client.post(url_of(resume, section), ROWS[section] | change, format="json", **tag(resume))
    assert answer.status_code == 400
    assert {entry["attr"] for entry in answer.json()["errors"]} == {attr}


def test_rows_stand_in_the_order_that_their_owner_gives_them(client: APIClient, resume: Resume) -> None:
    for name in ("B", "C"):
        body = ROWS["experiences"] | {"company_name": name}
        client.post(url_of(resume, "experiences"), body, format="json", **tag(resume))
    ids = [row["id"] for row in client.get(url_of(resume, "experiences")).json()["results"]]
    for bad in ([], ids[:2], [*ids, ids[0]], [*ids[:2], str(uuid.uuid4())]):
        answer = client.put(url_of(resume, "experiences", "order"), {"ids": bad}, format="json", **tag(resume))
        assert answer.status_code == 400
    answer = client.put(url_of(resume, "experiences", "order"), {"ids": ids[::-1]}, format="json", **tag(resume))
    assert answer.status_code == 204
    assert [row["id"] for row in client.get(url_of(resume)).json()["experiences"]] == ids[::-1]


def test_a_section_has_an_end(client: APIClient, resume: Resume, alice: User) -> None:
    for _ in range(MAX_ROWS["links"]):
        add_row(actor=alice, resume_id=resume.pk, section="links", url="https://example.com")
    full = client.post(url_of(resume, "links"), ROWS["links"], format="json", **tag(resume))
    assert (full.status_code, full.json()["code"], full.json()["max"]) == (409, "section_full", 20)


def test_a_skill_is_matched_through_its_alias_and_named_once(client: APIClient, resume: Resume) -> None:
    javascript = make_skill("JavaScript", ("js", "ECMAScript"))
    made = client.post(url_of(resume, "skills"), {"name": "JS"}, format="json", **tag(resume)).json()
    assert (made["name"], made["skill"]["id"]) == ("JS", str(javascript.public_id))
    twin = client.post(url_of(resume, "skills"), {"name": "ecmascript"}, format="json", **tag(resume))
    assert (twin.status_code, twin.json()["code"]) == (409, "skill_twice")
    unknown = client.post(url_of(resume, "skills"), {"name": "Basketry"}, format="json", **tag(resume)).json()
    assert (unknown["name"], unknown["skill"]) == ("Basketry", None)


def test_one_resume_is_primary_and_another_inherits(client: APIClient, resume: Resume, alice: User) -> None:
    second = make_resume(owner=alice, title="Second")
    assert client.post(url_of(second, "make-primary"), **tag(second)).json()["is_primary"] is True
    assert [row["title"] for row in client.get(ROOT).json()["results"]] == ["Second", "Backend"]
    assert client.get(url_of(resume)).json()["is_primary"] is False
    assert client.delete(url_of(second), **tag(second)).status_code == 204
    assert client.get(url_of(resume)).json()["is_primary"] is True


def test_a_copy_has_all_content_and_is_a_draft(client: APIClient, alice: User) -> None:
    original = import_resume(actor=alice, document=SAMPLE)
    copy = client.post(url_of(original, "duplicate"), {}, format="json")
    assert copy.status_code == 201
    assert (copy.json()["title"], copy.json()["is_primary"]) == ("Copy of Data engineer", False)
    assert snapshot_of(Resume.objects.get(public_id=copy.json()["id"])) == SAMPLE


def test_a_person_keeps_at_most_twenty(client: APIClient, alice: User) -> None:
    for number in range(20):
        assert client.post(ROOT, {"title": f"No. {number}"}, format="json").status_code == 201
    full = client.post(f"{ROOT}import/", {}, format="json")
    assert (full.status_code, full.json()["code"]) == (409, "too_many_resumes")


def test_export_gives_back_what_was_imported(client: APIClient) -> None:
    made = client.post(f"{ROOT}import/?title=From+elsewhere", SAMPLE, format="json")
    assert (made.status_code, made.json()["title"]) == (201, "From elsewhere")
    path = f"{ROOT}{made.json()['id']}/export/"
    exported = client.get(f"{path}?format=json")
    assert exported.json() == SAMPLE
    assert "attachment" in exported["Content-Disposition"]
    assert client.get(path).json() == SAMPLE
    assert client.get(f"{path}?format=pdf").status_code == 400


@pytest.mark.parametrize("body", ["[]", '"text"', "7", "null", '{"work": 5}', '{"a": "\\u0000"}', '{"a": "\\ud800"}'])
def test_what_is_no_resume_is_refused(client: APIClient, body: str) -> None:
    answer = client.post(f"{ROOT}import/", body, content_type="application/json")
    assert answer.status_code == 400
    assert not Resume.objects.exists()


@pytest.mark.parametrize("count", [2, 15])
def test_a_list_costs_the_same_however_long(
    client: APIClient, alice: User, count: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(count):
        make_resume(owner=alice, title=f"No. {number}")
    with django_assert_max_num_queries(3):
        assert len(client.get(ROOT).json()["results"]) == count


@pytest.mark.parametrize("count", [2, 20])
def test_a_resume_costs_the_same_however_long(
    client: APIClient, alice: User, count: int, django_assert_max_num_queries: Any
) -> None:
    document = {"work": [{"name": "A"}] * count, "skills": [{"name": f"S{n}"} for n in range(count)]}
    resume = import_resume(actor=alice, document=document)
    with django_assert_max_num_queries(11):
        client.get(url_of(resume))
    with django_assert_max_num_queries(4):
        assert len(client.get(url_of(resume, "skills")).json()["results"]) == count


def routes(resume: Resume) -> list[tuple[str, str, Any]]:
    rows = [(name, getattr(resume, name).first()) for name in SECTIONS]
    inner = [
        request
        for name, row in rows
        for request in [
            ("get", url_of(resume, name), None),
            ("post", url_of(resume, name), ROWS[name]),
            ("put", url_of(resume, name, "order"), {"ids": []}),
            ("get", url_of(resume, name, row.public_id), None),
            ("patch", url_of(resume, name, row.public_id), {}),
            ("delete", url_of(resume, name, row.public_id), None),
        ]
    ]
    verbs = [("post", url_of(resume, verb), {}) for verb in ("publish", "unpublish", "make-primary", "duplicate")]
    return [
        ("get", url_of(resume), None),
        ("patch", url_of(resume), {"title": "Stolen"}),
        ("delete", url_of(resume), None),
        ("get", url_of(resume, "export"), None),
        *verbs,
        *inner,
    ]


@pytest.mark.parametrize("who", ["carol", "dana"])
def test_others_are_refused_as_if_there_were_nothing(
    who: str, alice: User, as_user: SignIn, request: pytest.FixtureRequest
) -> None:
    resume = import_resume(actor=alice, document=SAMPLE)
    other = as_user(request.getfixturevalue(who))
    for method, path, body in routes(resume):
        answers = []
        for target in (path, path.replace(str(resume.public_id), str(uuid.uuid4()))):
            answer = getattr(other, method)(target, body, format="json", HTTP_IF_MATCH='"1"')
            answers.append((answer.status_code, answer.json()["code"], answer.json()["detail"]))
        assert answers[0] == answers[1] == (404, "not_found", answers[0][2]), (method, path)
    assert Resume.objects.get().version == 1
    assert snapshot_of(resume) == SAMPLE
    assert other.get(ROOT).json()["results"] == []


def test_a_row_is_reached_only_through_its_own_resume(client: APIClient, alice: User) -> None:
    first, second = make_resume(owner=alice), make_resume(owner=alice)
    row = first.skills.get()
    path = url_of(second, "skills", row.public_id)
    for method in ("get", "patch", "delete"):
        assert getattr(client, method)(path, {}, format="json", **tag(second)).status_code == 404
    assert first.skills.get().name == row.name


def test_nobody_reads_resumes_without_signing_in(api: APIClient, resume: Resume) -> None:
    for method, path, body in routes(import_resume(actor=resume.owner, document=SAMPLE)):
        assert getattr(api, method)(path, body, format="json").status_code == 401
    assert api.get(ROOT).status_code == 401
