from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import User
from applications.hiring.tests.factories import make_job_member
from applications.models import Application, Mention, Note, Rating, Tag
from applications.teamwork.services import rate, write_note
from applications.teamwork.tests.factories import make_tag
from applications.tests.factories import make_application
from applications.tests.races import in_parallel
from companies.models import Company, Membership, Role
from companies.tests.factories import make_membership
from jobs.models import Job
from jobs.tests.factories import make_job
from umemployed.api.errors import NotFound
from umemployed.events.models import EventRecord

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], APIClient]


@pytest.fixture
def job(acme: Company) -> Job:
    return make_job(company=acme)


@pytest.fixture
def application(job: Job, alice: User) -> Application:
    return make_application(job=job, candidate=alice)


@pytest.fixture
def colleague(acme: Company) -> Membership:
    return make_membership(company=acme)


def url(application: Application, what: str) -> str:
    return f"/api/v1/applications/{application.public_id}/{what}/"


def told(topic: str) -> list[dict[str, Any]]:
    return list(
        EventRecord.objects.filter(topic=f"applications.{topic}").order_by("pk").values_list("payload", flat=True)
    )


def test_a_note_tells_who_is_mentioned_once(
    application: Application, bob: User, colleague: Membership, as_user: AsUser
) -> None:
    client, path = as_user(bob), url(application, "notes")
    note = client.post(path, {"body": "Look at this", "mentions": [str(colleague.public_id)]})
    assert note.status_code == 201, note.content
    assert note.json()["mentions"][0]["id"] == str(colleague.user.public_id)
    edited = client.patch(f"{path}{note.json()['id']}/", {"body": "Look", "mentions": [str(colleague.public_id)]})
    assert (edited.json()["body"], edited.json()["edited_at"] is not None) == ("Look", True)
    assert [fact["user_id"] for fact in told("MemberMentioned")] == [colleague.user_id]
    theirs = as_user(colleague.user)
    assert theirs.get(path).json()["results"][0]["body"] == "Look"
    assert theirs.patch(f"{path}{note.json()['id']}/", {"body": "Mine"}).status_code == 403
    assert theirs.delete(f"{path}{note.json()['id']}/").status_code == 403
    assert client.delete(f"{path}{note.json()['id']}/").status_code == 204
    assert not Note.objects.exists()


def test_only_who_may_view_is_mentioned(
    application: Application, acme: Company, globex: Company, bob: User, as_user: AsUser
) -> None:
    interviewer = make_membership(company=acme, role=Role.INTERVIEWER)
    for stranger in (interviewer, globex.memberships.get()):
        answer = as_user(bob).post(url(application, "notes"), {"body": "x", "mentions": [str(stranger.public_id)]})
        assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, "mentions")
    assert (Note.objects.count(), Mention.objects.count()) == (0, 0)
    make_job_member(membership=interviewer, job=application.job)
    answer = as_user(bob).post(url(application, "notes"), {"body": "x", "mentions": [str(interviewer.public_id)]})
    assert answer.status_code == 201


def test_a_reviewer_notes_and_rates_but_neither_tags_nor_assigns(
    application: Application, acme: Company, as_user: AsUser
) -> None:
    member = make_membership(company=acme, role=Role.INTERVIEWER)
    make_job_member(membership=member, job=application.job, role="reviewer")
    client = as_user(member.user)
    assert client.post(url(application, "notes"), {"body": "Good"}).status_code == 201
    assert client.put(url(application, "ratings"), {"attribute": "Craft", "score": 4}).status_code == 204
    assert client.put(url(application, "tags"), {"tags": []}).status_code == 403
    assert client.put(url(application, "assignee"), {"member": None}).status_code == 403


def test_tags_are_the_companys_and_one_per_word(
    application: Application, bob: User, globex: Company, as_user: AsUser
) -> None:
    client, base = as_user(bob), "/api/v1/companies/acme/tags/"
    made = client.post(base, {"name": "Remote"}).json()
    assert client.post(base, {"name": "REMOTE"}).json()["code"] == "name_taken"
    foreign = make_tag(company=globex)
    assert client.put(url(application, "tags"), {"tags": [str(foreign.public_id)]}).status_code == 400
    assert client.put(url(application, "tags"), {"tags": [made["id"]]}).json() == [made]
    other = make_application(job=application.job)
    found = client.get(f"/api/v1/applications/?tag={made['id']}").json()["results"]
    assert [row["id"] for row in found] == [str(application.public_id)]
    assert found[0]["team"]["tags"] == [made]
    assert client.patch(f"{base}{made['id']}/", {"name": "Far"}).json()["name"] == "Far"
    board = client.get(f"/api/v1/jobs/{application.job.public_id}/board/").json()
    assert [card["tags"] for card in board["columns"][0]["results"]] == [[], [{**made, "name": "Far"}]]
    assert client.delete(f"{base}{made['id']}/").status_code == 204
    assert not application.tags.exists()
    assert other.tags.count() == 0


def test_one_judges_each_attribute_once_and_may_think_again(
    application: Application, bob: User, colleague: Membership, as_user: AsUser
) -> None:
    client, path = as_user(bob), url(application, "ratings")
    for attribute, score in (("Craft", 2), ("craft", 5), ("Calm", 3)):
        assert client.put(path, {"attribute": attribute, "score": score}).status_code == 204
    rate(actor=colleague.user, application_id=application.pk, attribute="Craft", score=1)
    rows = client.get(path).json()["results"]
    assert [(row["attribute"], row["score"]) for row in rows] == [("Craft", 1), ("Calm", 3), ("Craft", 5)]
    client.put(path, {"attribute": "CALM", "score": None})
    assert Rating.objects.count() == 2
    for bad in ({"attribute": "x", "score": 6}, {"attribute": "x", "score": 0}, {"attribute": "", "score": 1}):
        assert client.put(path, bad).status_code == 400


def test_a_member_is_put_in_charge_and_told(
    application: Application, bob: User, colleague: Membership, globex: Company, as_user: AsUser
) -> None:
    client, path = as_user(bob), url(application, "assignee")
    for _ in range(2):
        assert client.put(path, {"member": str(colleague.public_id)}).status_code == 200
    assert told("ApplicationAssigned") == [{"application_id": application.pk, "user_id": colleague.user_id}]
    found = client.get(f"/api/v1/applications/?assignee={colleague.public_id}").json()["results"]
    assert found[0]["team"]["assignee"]["id"] == str(colleague.user.public_id)
    assert client.put(path, {"member": str(globex.memberships.get().public_id)}).status_code == 400
    colleague.delete()
    application.refresh_from_db()
    assert application.assignee is None


def test_carol_and_alice_see_and_change_nothing(
    application: Application, carol: User, alice: User, bob: User, globex: Company, as_user: AsUser
) -> None:
    note = write_note(actor=bob, application_id=application.pk, body="secret-note")
    tag = make_tag(company=application.company, name="secret-tag")
    application.tags.add(tag)
    for actor in (carol, alice):
        client = as_user(actor)
        answers = [client.get(url(application, what)) for what in ("notes", "tags", "ratings")]
        answers.append(client.post(url(application, "notes"), {"body": "x"}))
        answers.append(client.patch(f"{url(application, 'notes')}{note.public_id}/", {"body": "x"}))
        answers.append(client.delete(f"{url(application, 'notes')}{note.public_id}/"))
        answers.append(client.put(url(application, "tags"), {"tags": []}))
        answers.append(client.put(url(application, "ratings"), {"attribute": "x", "score": 1}))
        answers.append(client.put(url(application, "assignee"), {"member": None}))
        answers.append(client.get("/api/v1/companies/acme/tags/"))
        assert {answer.status_code for answer in answers} == {404}
        assert client.get(f"/api/v1/applications/?tag={tag.public_id}").json()["results"] == []
        with pytest.raises(NotFound):
            write_note(actor=actor, application_id=application.pk, body="x")
    mine = as_user(alice)
    for path in ("", "timeline/", "capsule/"):
        body = mine.get(f"/api/v1/applications/{application.public_id}/{path}").content
        assert b"secret" not in body
    assert (Note.objects.get().body, application.tags.count()) == ("secret-note", 1)


def test_notes_cost_the_same_however_many(
    application: Application, bob: User, colleague: Membership, as_user: AsUser
) -> None:
    client, costs = as_user(bob), []
    for more in (2, 10):
        for _ in range(more):
            write_note(actor=bob, application_id=application.pk, body="x", mentions=[colleague.public_id])
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url(application, "notes")).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 7


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_one_word_at_once_makes_one_tag(acme: Company, bob: User, as_user: AsUser) -> None:
    client = as_user(bob)
    answers = in_parallel(*[lambda: client.post("/api/v1/companies/acme/tags/", {"name": "Remote"}).status_code] * 6)
    assert sorted(answers) == [201] + [409] * 5
    assert Tag.objects.count() == 1
