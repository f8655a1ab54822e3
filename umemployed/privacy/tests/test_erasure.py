"""A whole life is lived through every door, erased, and then looked for everywhere."""

from __future__ import annotations

import logging
import re
import signal
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.factories import PASSWORD, make_client, make_user
from accounts.tests.racing import race
from applications.models import Application
from companies.models import Company, Membership
from companies.services import LastOwner, remove_member
from companies.tests.factories import make_company, make_membership
from jobs.tests.factories import make_job
from messaging.models import Message
from notifications.models import Mail, Notification
from notifications.tests.post_office import PostOffice, text_of
from umemployed.api.errors import NotFound
from umemployed.audit.models import AuditEntry
from umemployed.files.models import StoredFile
from umemployed.privacy.models import Consent, Erasure
from umemployed.privacy.services import ErasureAlreadyRequested, cancel_erasure, carry_out, request_erasure
from umemployed.privacy.services.execution import advance, begin
from umemployed.privacy.tests import life as doors
from umemployed.privacy.tests.factories import make_erasure
from umemployed.privacy.tests.life import Life, deliver, live
from umemployed.realtime.models import Frame
from umemployed.tests.processes import start_python

URL = "/api/v1/me/erasure/"
pytestmark = pytest.mark.django_db(transaction=True)


def ask(life: Life) -> Any:
    return life.client.post(URL, {"current_password": doors.PASSWORD})


def erase(person: User) -> Erasure:
    """Let the cooling-off period pass, and carry the erasure out, last letter and all."""
    Erasure.objects.filter(person=person).update(due_at=timezone.now() - timedelta(seconds=1))
    erasure = carry_out(Erasure.objects.get(person=person).pk)
    deliver()
    return carry_out(erasure.pk)


def test_a_life_is_erased_everywhere_and_what_counts_still_counts(
    acme: Company,
    bob: User,
    post_office: PostOffice,
    own_folder: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.INFO)
    caplog.set_level(logging.INFO, logger="umemployed.security")
    monkeypatch.setattr(logging.getLogger("umemployed.security"), "propagate", True)
    life = live(acme, bob)
    person, words = life.person, list(life.words.values())
    assert len(words) >= 30
    assert len(doors.hits_in_database(words)) >= 20, "the search itself finds what is there"
    assert doors.hits_in_folder(own_folder, words)
    counts = (User.objects.count(), Application.objects.count(), Message.objects.count())
    assert ask(life).status_code == 202
    deliver()
    erasure = erase(person)
    assert erasure.status == "done", (erasure.progress, list(Mail.objects.values_list("kind", "status", "last_error")))
    assert doors.hits_in_database(words) == []
    assert doors.hits_in_folder(own_folder, words) == []
    assert doors.hits_in_redis(words) == []
    ours = "\n".join(line.getMessage() for line in caplog.records if line.name != "mail.log")  # the test's own server
    assert "erasure:done" in ours
    assert [word for word in words if word in ours] == []
    assert (User.objects.count(), Application.objects.count(), Message.objects.count()) == counts
    assert StoredFile.objects.filter(owner=person).count() == 0


def test_counterparts_keep_what_they_wrote_and_see_a_deleted_user(
    acme: Company, bob: User, post_office: PostOffice
) -> None:
    life = live(acme, bob)
    ask(life)
    erase(life.person)
    team = make_client(bob)
    said = team.get(f"/api/v1/conversations/{life.conversation}/messages/").json()["results"]
    assert sorted(message["body"] for message in said) == ["", "", "What the recruiter said."]
    names = {message["sender"]["name"] for message in said}
    assert names == {"Deleted user", bob.full_name}
    assert life.application is not None
    shown = team.get(f"/api/v1/applications/{life.application.public_id}/").json()
    assert shown["team"]["candidate"]["name"] == "Deleted user"
    for part in ("capsule/", "timeline/", ""):
        assert team.get(f"/api/v1/applications/{life.application.public_id}/{part}").status_code in {200, 404, 410}
    assert team.get("/api/v1/notifications/").status_code == 200
    assert Notification.objects.filter(recipient=bob).exists()
    assert Frame.objects.filter(user=bob, type="redacted").exists()


def test_the_last_letter_leads_to_a_report_that_says_what_is_kept(
    acme: Company, bob: User, post_office: PostOffice
) -> None:
    life = live(acme, bob)
    address = life.words["second_address"]
    ask(life)
    erase(life.person)
    letter = post_office.accepted[-1]
    assert letter["To"] == address
    found = re.search(r"erasure-report\?token=(\S+)", text_of(letter))
    assert found is not None
    report = APIClient().get(f"/api/v1/erasure-reports/{found[1]}/")
    assert report.status_code == 200
    lines = {line["table"]: line for line in report.json()["tables"]}
    assert lines["messaging.Message"] | {"rows": 2, "outcome": "blanked"} == lines["messaging.Message"]
    assert lines["resumes.Resume"]["outcome"] == "deleted"
    assert lines["resumes.Resume"]["rows"] == 1
    assert lines["audit.AuditEntry"]["outcome"] == "kept"
    assert lines["audit.AuditEntry"]["rows"] > 5
    assert lines["privacy.Consent"]["rows"] == 2
    Erasure.objects.update(report_expires_at=timezone.now())
    assert APIClient().get(f"/api/v1/erasure-reports/{found[1]}/").status_code == 404


def test_the_address_can_register_again_and_nothing_leads_back(
    acme: Company, bob: User, post_office: PostOffice
) -> None:
    life = live(acme, bob)
    old, address = life.person, life.words["second_address"]
    ask(life)
    erase(old)
    body = {"email": address, "password": doors.PASSWORD, "full_name": "Somebody New"}
    assert APIClient().post("/api/v1/auth/register/", body).status_code == 202
    new = User.objects.get(email=address)
    assert new.pk != old.pk
    assert Consent.objects.filter(person=new).count() == 2
    assert not AuditEntry.objects.filter(actor=new).exclude(action="user:registered").exists()


def test_without_the_password_nothing_is_asked_for(alice: User) -> None:
    client = make_client(alice)
    assert client.post(URL, {}).json()["code"] == "reauthentication_required"
    assert client.post(URL, {"current_password": "not this one"}).status_code == 400
    assert client.get(URL).status_code == 404
    assert not Erasure.objects.exists()


def test_while_it_waits_one_can_sign_in_and_call_it_off(alice: User, post_office: PostOffice) -> None:
    other, client = make_client(alice), make_client(alice)
    answer = client.post(URL, {"current_password": PASSWORD})
    assert answer.status_code == 202
    assert other.get("/api/v1/me/").status_code == 401, "every other session ended"
    again = client.post(URL, {"current_password": PASSWORD})
    assert (again.status_code, again.json()["code"]) == (409, "erasure_already_requested")
    deliver()
    assert post_office.accepted[-1]["Subject"].startswith("Your account will be erased on")
    assert carry_out(Erasure.objects.get().pk).status == "waiting", "it is not due"
    fresh = APIClient().post("/api/v1/auth/login/", {"email": alice.email, "password": PASSWORD})
    assert fresh.status_code == 200
    assert client.delete(URL).status_code == 204
    assert client.delete(URL).status_code == 404
    assert client.get(URL).status_code == 404
    deliver()
    assert post_office.accepted[-1]["Subject"] == "Your account will not be erased"
    assert client.post(URL, {"current_password": PASSWORD}).status_code == 202, "and one may ask again"


def test_a_sole_owner_hands_the_company_on_first(alice: User, bob: User, post_office: PostOffice) -> None:
    company = make_company(owner=alice)
    member = make_membership(company=company, user=bob, role="recruiter")
    client = make_client(alice)
    answer = client.post(URL, {"current_password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (409, "sole_owner")
    assert answer.json()["companies"] == [company.slug]
    member.delete()
    make_job(company=company)
    assert client.post(URL, {"current_password": PASSWORD}).json()["code"] == "sole_owner", "a posting is live"


def test_what_came_to_stand_against_it_postpones_it_and_the_person_is_told_once(
    alice: User, bob: User, post_office: PostOffice
) -> None:
    erasure = make_erasure(person=alice)
    company = make_company(owner=alice)
    make_membership(company=company, user=bob, role="recruiter")
    for _ in range(2):
        Erasure.objects.update(due_at=timezone.now())
        assert carry_out(erasure.pk).obstacle == "sole_owner"
    deliver()
    letters = [letter for letter in post_office.accepted if "could not be erased" in letter["Subject"]]
    assert len(letters) == 1
    assert "Transfer each to another member" in text_of(letters[0])
    alice.refresh_from_db()
    assert alice.is_active


def test_a_company_that_nobody_is_left_in_goes_too(alice: User) -> None:
    company = make_company(owner=alice)
    carry_out(make_erasure(person=alice).pk)
    assert not Company.objects.filter(pk=company.pk).exists()


def test_broken_off_anywhere_it_goes_on_and_counts_each_row_once(
    acme: Company, bob: User, post_office: PostOffice
) -> None:
    life = live(acme, bob)
    ask(life)
    erasure = Erasure.objects.get()
    Erasure.objects.update(due_at=timezone.now())
    assert begin(erasure.pk)
    steps = 0
    while advance(erasure.pk):
        steps += 1
        if steps % 5 == 0:  # as if the process had died and another came
            connection.close()
    deliver()
    done = carry_out(erasure.pk)
    assert done.status == "done"
    lines = {line["table"]: line["rows"] for line in done.report["tables"]}
    assert (lines["messaging.Message"], lines["applications.Capsule"], lines["files.StoredFile"]) == (2, 1, 2)


# Dies inside the transaction of its step, after the rows went and before that is committed.
DIE = """
import django, os, signal
django.setup()
from umemployed.privacy.services import execution
execution.begin({pk})
real = execution._forget
def forget(erasure, table, person):
    real(erasure, table, person)
    if table.label == {label!r}:
        os.kill(os.getpid(), signal.SIGKILL)
execution._forget = forget
execution.carry_out({pk})
"""


@pytest.mark.parametrize("label", ["messaging.Message", "applications.Capsule", "files.StoredFile"])
def test_a_worker_that_is_killed_in_the_middle_of_a_table_is_followed_by_another(
    acme: Company, bob: User, post_office: PostOffice, own_folder: Path, label: str
) -> None:
    life = live(acme, bob)
    person, words = life.person, list(life.words.values())
    ask(life)
    Erasure.objects.update(due_at=timezone.now())
    script = DIE.format(pk=Erasure.objects.get().pk, label=label)
    process = start_python("-c", script, UMEMPLOYED_VAR=str(own_folder.parent))
    assert process.wait(120) == -signal.SIGKILL
    assert Erasure.objects.get().status == "executing"
    done = erase(person)
    assert done.status == "done"
    lines = {line["table"]: line["rows"] for line in done.report["tables"]}
    assert (lines["messaging.Message"], lines["applications.Capsule"], lines["files.StoredFile"]) == (2, 1, 2)
    assert doors.hits_in_database(words) == []
    assert doors.hits_in_folder(own_folder, words) == []


@pytest.mark.race
def test_two_requests_at_once_make_one_erasure(alice: User) -> None:
    results = race(*[lambda: request_erasure(actor=alice) for _ in range(8)])
    assert sum(isinstance(result, Erasure) for result in results) == 1
    assert sum(isinstance(result, ErasureAlreadyRequested) for result in results) == 7
    assert Erasure.objects.count() == 1


@pytest.mark.race
def test_of_cancelling_and_beginning_exactly_one_wins(db: None) -> None:
    for _ in range(10):
        person = make_user()
        erasure = make_erasure(person=person)
        cancelled, begun = race(lambda p=person: cancel_erasure(actor=p), lambda e=erasure: begin(e.pk))
        erasure.refresh_from_db()
        if erasure.status == "cancelled":
            assert (cancelled, begun) == (None, False)
        else:
            assert erasure.status == "executing"
            assert isinstance(cancelled, NotFound)
        person.refresh_from_db()
        assert person.is_active == (erasure.status == "cancelled")


@pytest.mark.race
def test_an_erasure_and_the_other_owners_leaving_leave_one_owner(bob: User) -> None:
    for _ in range(10):
        leaving, erased = make_user(), make_user()
        company = make_company(owner=leaving)
        make_membership(company=company, user=erased, role="owner")
        make_membership(company=company, user=bob, role="recruiter")
        seat = Membership.objects.get(user=leaving)
        erasure = make_erasure(person=erased)
        left, begun = race(
            lambda p=leaving, s=seat: remove_member(actor=p, membership_id=s.pk), lambda e=erasure: begin(e.pk)
        )
        owners = Membership.objects.filter(company=company, role="owner", user__is_active=True)
        assert owners.count() == 1
        assert (left is None) != (begun is True), (left, begun)
        assert left is None or isinstance(left, LastOwner)


@pytest.mark.race
def test_many_workers_at_one_erasure_do_it_once(acme: Company, bob: User, post_office: PostOffice) -> None:
    life = live(acme, bob)
    ask(life)
    Erasure.objects.update(due_at=timezone.now())
    erasure = Erasure.objects.get()
    results = race(*[lambda: carry_out(erasure.pk) for _ in range(4)])
    assert [result for result in results if isinstance(result, Exception)] == []
    deliver()
    done = carry_out(erasure.pk)
    lines = {line["table"]: line["rows"] for line in done.report["tables"]}
    assert (lines["messaging.Message"], lines["applications.Capsule"]) == (2, 1)
    assert Mail.objects.filter(kind="erasure_done").count() == 0
    assert AuditEntry.objects.filter(action="erasure:begun").count() == 1
