"""Imports by API: an uploaded file becomes postings and a report, batch by batch, under rights, plan and lease."""

from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from companies.models import Company, Membership, Role
from companies.tests.factories import make_membership
from jobs.importing import fetching, services, working
from jobs.importing.frames import PROGRESS, SOCKET
from jobs.importing.models import JobImport, JobImportRow
from jobs.importing.tests.factories import MAPPING, make_job_import, make_job_import_row, make_upload
from jobs.models import Job, Status
from jobs.tests.test_importing_postings import BOARD, NURSE, Page, site  # noqa: F401 - a fixture
from subscriptions.models import Plan
from umemployed.audit.models import AuditEntry
from umemployed.events.models import EventRecord
from umemployed.files.models import StoredFile
from umemployed.files.services import purge_orphans
from umemployed.realtime import stream

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], APIClient]
URL = "/api/v1/jobs/imports/"
WORDS = [
    "care",
    "build",
    "plan",
    "draw",
    "mend",
    "teach",
    "serve",
    "write",
    "count",
    "lead",
    "sell",
    "ship",
    "cook",
    "clean",
    "drive",
    "guard",
    "plant",
    "weld",
    "paint",
    "sew",
]


def text_of(number: int) -> str:
    """A text that resembles no other number's."""
    return " ".join(f"{word}{number * 31 + at}" for at, word in enumerate(WORDS))


def table(count: int, *, first: int = 1, **columns: str) -> bytes:
    """A CSV of so many postings, unlike each other."""
    out = io.StringIO()
    writer = csv.DictWriter(out, ["id", "title", "text", "city"])
    writer.writeheader()
    for number in range(first, first + count):
        row = {"id": f"E-{number}", "title": f"Job {number}", "text": text_of(number), "city": "Douala", **columns}
        writer.writerow(row)
    return out.getvalue().encode()


def start(client: APIClient, file: StoredFile, **more: Any) -> Any:
    body = {"company": "acme", "file": str(file.public_id), "mapping": MAPPING, **more}
    if "map" in more:
        del body["mapping"]
    return client.post(URL, body, format="json")


def work(job_import: dict[str, Any]) -> JobImport:
    row = JobImport.objects.get(public_id=job_import["id"])
    working.work_off(import_id=row.pk)
    row.refresh_from_db()
    return row


@pytest.fixture
def big_plan(acme: Company) -> None:
    """The plan lets hundreds be live."""
    Plan.objects.get(code="company-free").limits.filter(key="live_jobs").update(amount=1_000)


# --- From file to postings -----------------------------------------------------------------------
def test_a_table_becomes_postings_and_every_row_is_accounted_for(
    acme: Company, bob: User, as_user: AsUser, big_plan: None, api: APIClient
) -> None:
    client = as_user(bob)
    data = table(3) + b"E-4,,no title,Douala\r\nE-1,Job 1," + text_of(1).encode() + b",Douala\r\nE-1,Other,x,Douala\r\n"
    answer = start(client, make_upload(owner=bob, data=data), publish=True)
    assert answer.status_code == 201, answer.content
    begun = answer.json()
    assert (begun["status"], begun["kind"], begun["total"], begun["done"]) == ("queued", "table", None, 0)
    assert {action["id"]: action["enabled"] for action in begun["actions"]} == {"cancel": True, "resume": False}
    work(begun)
    shown = client.get(f"{URL}{begun['id']}/").json()
    assert (shown["status"], shown["total"], shown["done"], shown["rows"]) == ("done", 6, 6, 6)
    assert shown["counts"] == {
        "created": 3,
        "updated": 0,
        "unchanged": 1,
        "duplicate": 0,
        "rejected": 2,
        "published": 3,
    }
    rows = client.get(f"{URL}{begun['id']}/rows/").json()["results"]
    assert [(row["number"], row["outcome"], row["code"]) for row in rows] == [
        *((number, "created", "") for number in (1, 2, 3)),
        (4, "rejected", "invalid_value"),
        (5, "unchanged", "repeated_row"),
        (6, "rejected", "repeated_id"),
    ]
    assert rows[3]["field"] == "title" and rows[3]["cause"] and "mapping" in rows[3]["cure"]
    assert rows[0]["job"] == str(Job.objects.get(external_id="E-1").public_id)
    assert len(api.get("/api/v1/boards/acme/jobs/").json()["results"]) == 3
    acts = AuditEntry.objects.filter(action__startswith="jobs:import").order_by("pk").values_list("action", flat=True)
    assert list(acts) == ["jobs:import_started", "jobs:import_ended"]
    assert EventRecord.objects.filter(topic="jobs.ImportEnded").count() == 1


def test_the_same_file_again_changes_nothing(acme: Company, bob: User, as_user: AsUser, big_plan: None) -> None:
    client, file = as_user(bob), make_upload(owner=bob, data=table(5))
    for outcome in ("created", "unchanged"):
        done = work(start(client, file, publish=True).json())
        assert services.counts_of(done)[outcome] == 5
    assert Job.objects.count() == 5


def test_a_dry_run_tells_the_same_and_keeps_nothing(
    acme: Company, bob: User, as_user: AsUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "BATCH", 2)
    Plan.objects.get(code="company-free").limits.filter(key="live_jobs").update(amount=4)
    client, file = (
        as_user(bob),
        make_upload(owner=bob, data=table(5) + b"E-9,Job 1," + text_of(1).encode() + b",Douala\r\n"),
    )
    reports = []
    for dry in (True, False):
        done = work(start(client, file, publish=True, dry_run=dry).json())
        rows = list(done.rows.values_list("external_id", "outcome", "cause", "is_published", "detail"))
        reports.append((services.counts_of(done), rows))
        assert Job.objects.count() == (0 if dry else 5)
    assert reports[0] == reports[1]
    counts = {"created": 5, "updated": 0, "unchanged": 0, "duplicate": 1, "rejected": 0, "published": 4}
    assert reports[0][0] == counts, "the plan's room and twins are known across batches, also in a rehearsal"
    assert EventRecord.objects.filter(topic="jobs.JobPublished").count() == 4


@pytest.mark.parametrize(
    ("name", "data", "map_name", "ids"),
    [
        ("board.json", json.dumps(BOARD), "greenhouse", {"127817", "2"}),
        ("nurse.jsonld", json.dumps(NURSE), "jsonld", {"N-7"}),
    ],
)
def test_boards_and_markup_are_read(
    acme: Company, bob: User, as_user: AsUser, name: str, data: str, map_name: str, ids: set[str]
) -> None:
    upload = make_upload(owner=bob, name=name, data=data.encode())
    done = work(start(as_user(bob), upload, map=map_name).json())
    assert (done.status, set(Job.objects.values_list("external_id", flat=True))) == ("done", ids)
    assert done.rows.count() == done.total


def test_a_list_of_addresses_is_asked_page_by_page(
    acme: Company,
    bob: User,
    as_user: AsUser,
    site: str,  # noqa: F811 - the fixture
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Page.pages = {"/nurse": (200, "application/ld+json", json.dumps(NURSE).encode())}
    data = f"{site}/nurse\n\n{site}/missing\n".encode()
    done = work(start(as_user(bob), make_upload(owner=bob, name="list.txt", data=data), map="jsonld").json())
    assert {row.cause for row in done.rows.all()} == {"page_unavailable"}, "our own network is not asked"
    monkeypatch.setattr(fetching, "is_public", lambda address: str(address) == "127.0.0.1")
    done = work(start(as_user(bob), make_upload(owner=bob, name="list.txt", data=data), map="jsonld").json())
    assert (done.kind, done.total, done.position) == ("addresses", 2, 2)
    assert next((row.external_id, row.outcome) for row in done.rows.all()) == ("N-7", "created")


@pytest.mark.parametrize(
    ("data", "problem"),
    [(b"id,title,text\r\nE-1,a,b\r\n", "unreadable_file"), (b"id,id,title\r\n1,2,3\r\n", "unreadable_file")],
)
def test_a_file_that_the_mapping_does_not_fit_fails_whole(
    acme: Company, bob: User, as_user: AsUser, data: bytes, problem: str
) -> None:
    failed = work(start(as_user(bob), make_upload(owner=bob, data=data)).json())
    assert (failed.status, failed.problem, failed.rows.count()) == ("failed", problem, 0)
    assert failed.detail and not Job.objects.exists()


def test_more_rows_than_one_import_takes_are_refused_before_anything_is_written(
    acme: Company, bob: User, as_user: AsUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "MOST_ROWS", 3)
    failed = work(start(as_user(bob), make_upload(owner=bob, data=table(4))).json())
    assert (failed.status, failed.problem) == ("failed", "too_many_rows") and not Job.objects.exists()


# --- Duplicates ----------------------------------------------------------------------------------
def test_a_row_that_says_what_is_public_is_told_with_what_it_repeats_and_may_be_meant(
    acme: Company, bob: User, as_user: AsUser, big_plan: None
) -> None:
    client = as_user(bob)
    work(start(client, make_upload(owner=bob, data=table(2)), publish=True).json())
    first = Job.objects.get(external_id="E-1")
    again = b"id,title,text,city\r\nX-1,JOB 1," + text_of(1).encode() + b" and more,Douala\r\n"
    done = work(start(client, make_upload(owner=bob, data=again), publish=True).json())
    (row,) = client.get(f"{URL}{done.public_id}/rows/", {"outcome": "duplicate"}).json()["results"]
    assert row["duplicates"] == [{"id": str(first.public_id), "title": "Job 1", "status": "live", "external_id": "E-1"}]
    assert row["code"] == "duplicate_posting" and "allow_duplicates" in row["cure"] and Job.objects.count() == 2
    done = work(start(client, make_upload(owner=bob, data=again), publish=True, allow_duplicates=True).json())
    assert (done.created_count, done.duplicate_count, Job.objects.count()) == (1, 0, 3)


def test_a_known_draft_that_repeats_stays_a_draft(acme: Company, bob: User, as_user: AsUser, big_plan: None) -> None:
    client = as_user(bob)
    work(start(client, make_upload(owner=bob, data=table(1, id="D-1"))).json())
    work(start(client, make_upload(owner=bob, data=table(1)), publish=True, allow_duplicates=True).json())
    done = work(start(client, make_upload(owner=bob, data=table(1, id="D-1")), publish=True).json())
    (row,) = done.rows.all()
    assert (row.outcome, row.cause, len(row.duplicates)) == ("unchanged", "duplicate_posting", 1)
    assert Job.objects.get(external_id="D-1").status == Status.DRAFT


def test_another_place_or_another_company_is_no_duplicate(
    acme: Company, bob: User, globex: Company, carol: User, as_user: AsUser, big_plan: None
) -> None:
    work(start(as_user(bob), make_upload(owner=bob, data=table(1)), publish=True).json())
    elsewhere = make_upload(owner=bob, data=table(1, id="Y-1", city="Yaoundé"))
    assert work(start(as_user(bob), elsewhere, publish=True).json()).created_count == 1
    theirs = make_upload(owner=carol, data=table(1))
    assert work(start(as_user(carol), theirs, publish=True, company="globex").json()).created_count == 1


# --- Rights, plan, states ------------------------------------------------------------------------
def test_carol_sees_and_moves_nothing(acme: Company, globex: Company, bob: User, carol: User, as_user: AsUser) -> None:
    begun = start(as_user(bob), make_upload(owner=bob, data=table(1))).json()
    stranger = as_user(carol)
    for method, path in (("get", ""), ("get", "rows/"), ("get", "report/"), ("post", "cancel/"), ("post", "resume/")):
        assert getattr(stranger, method)(f"{URL}{begun['id']}/{path}").status_code == 404
    assert stranger.get(URL).json()["results"] == []
    foreign = start(stranger, make_upload(owner=carol, data=table(1)))
    assert foreign.status_code in {400, 404}, "no company of hers"
    theirs = StoredFile.objects.get(owner=bob)
    assert start(stranger, theirs, company="globex").status_code == 404, "no file of hers"
    assert JobImport.objects.get().status == "queued"


def test_who_may_not_post_may_not_import(acme: Company, alice: User, as_user: AsUser) -> None:
    answer = as_user(alice).post("/api/v1/files/", {"purpose": "job_import", "name": "a.csv", "size": 10})
    assert answer.status_code == 403
    make_membership(company=acme, user=alice, role=Role.INTERVIEWER)
    begun = make_job_import(company=acme)
    assert as_user(alice).get(f"{URL}{begun.public_id}/").status_code == 404


def test_who_leaves_the_company_imports_no_further(
    acme: Company, alice: User, as_user: AsUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_membership(company=acme, user=alice)
    monkeypatch.setattr(working, "BATCH", 2)
    begun = start(as_user(alice), make_upload(owner=alice, data=table(6))).json()
    import_id = JobImport.objects.get().pk
    working.work_off(import_id=import_id, seconds=-1)
    Membership.objects.filter(user=alice).delete()
    ended = work(begun)
    assert (ended.status, ended.problem, ended.position, Job.objects.count()) == ("failed", "right_lost", 2, 2)


def test_the_plan_bounds_what_goes_live(acme: Company, bob: User, as_user: AsUser) -> None:
    done = work(start(as_user(bob), make_upload(owner=bob, data=table(3)), publish=True).json())
    assert [row.cause for row in done.rows.all()] == ["", "plan_limit", "plan_limit"]
    assert (done.created_count, done.published_count) == (3, 1)


def test_what_staff_took_down_does_not_come_back_by_an_import(
    acme: Company, bob: User, as_user: AsUser, big_plan: None
) -> None:
    file = make_upload(owner=bob, data=table(1))
    work(start(as_user(bob), file).json())
    Job.objects.update(taken_down_at=timezone.now())
    (row,) = work(start(as_user(bob), file, publish=True).json()).rows.all()
    assert (row.cause, Job.objects.get().status) == ("taken_down", Status.DRAFT)


def test_one_import_at_a_time_and_a_cancelled_one_goes_on(
    acme: Company, bob: User, as_user: AsUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "BATCH", 2)
    client, file = as_user(bob), make_upload(owner=bob, data=table(5))
    begun = start(client, file).json()
    assert start(client, file).json()["code"] == "import_running"
    import_id = JobImport.objects.get().pk
    working.work_off(import_id=import_id, seconds=-1)
    cancelled = client.post(f"{URL}{begun['id']}/cancel/").json()
    assert (cancelled["status"], cancelled["done"]) == ("cancelled", 2)
    assert working.work_off(import_id=import_id) is False and Job.objects.count() == 2
    refused = client.post(f"{URL}{begun['id']}/cancel/")
    assert (refused.status_code, refused.json()["import_status"]) == (409, "cancelled")
    assert client.post(f"{URL}{begun['id']}/resume/").json()["status"] == "queued"
    done = work(begun)
    assert (done.status, done.created_count, Job.objects.count()) == ("done", 5, 5)
    assert list(done.rows.values_list("number", flat=True)) == [1, 2, 3, 4, 5]


def test_a_slow_worker_whose_lease_was_taken_writes_nothing_more(acme: Company, bob: User, as_user: AsUser) -> None:
    start(as_user(bob), make_upload(owner=bob, data=table(2)))
    slow = working.claim(JobImport.objects.get().pk)
    assert slow is not None and working.claim(slow.pk) is None, "one holds it"
    JobImport.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert working.claim(slow.pk) is not None
    with pytest.raises(working.Overtaken):
        working.go_on(slow, 0)
    assert not Job.objects.exists() and not JobImportRow.objects.exists()


def test_workers_that_die_at_the_same_place_are_ended(acme: Company, bob: User, as_user: AsUser) -> None:
    start(as_user(bob), make_upload(owner=bob, data=table(2)))
    import_id = JobImport.objects.get().pk
    for _ in range(working.MOST_ATTEMPTS):
        assert working.claim(import_id) is not None
        JobImport.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert working.claim(import_id) is None
    assert JobImport.objects.get().problem == "worker_lost"


def test_the_sweep_hands_over_what_a_dead_worker_left(
    acme: Company, bob: User, as_user: AsUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed: list[int] = []
    monkeypatch.setattr(working, "hand_over", handed.append)
    start(as_user(bob), make_upload(owner=bob, data=table(2)))
    left = working.claim(JobImport.objects.get().pk)
    assert left is not None and working.sweep() == 0
    JobImport.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert working.sweep() == 1 and handed == [left.pk]


# --- The mapping ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "wrong",
    [
        {"salary": {"currency": "USD"}},
        {"salary": {"min": "a", "max": "b", "period_column": "c"}},
        {"location": {"parts": ["city"]}},
        {"location": {"column": "c", "parts": ["planet"]}},
        {"location": {"column": "c", "parts": ["city"], "separator": ""}},
        {"description": [{"label": "x"}]},
        {"description": "text"},
        {"employment_type": {"column": "c", "values": ["full_time"]}},
        {"language": "english"},
        {"title": ["a"]},
        {"external_id": []},
        {"title": "a\0b"},
        {"title": "\ud800"},
        {"salary": {"range": "r", "bands": {"year": ["a", 1]}}},
    ],
    ids=str,
)
def test_a_mapping_that_cannot_work_is_a_400_that_says_why(
    acme: Company, bob: User, as_user: AsUser, wrong: dict[str, Any]
) -> None:
    body = {"company": "acme", "mapping": {**MAPPING, **wrong}}
    body["file"] = str(make_upload(owner=bob, data=table(1)).public_id)
    answer = as_user(bob).post(URL, json.dumps(body), content_type="application/json")
    assert answer.status_code == 400, answer.content
    assert not JobImport.objects.exists()


def test_a_mapping_is_named_or_given_and_no_path(acme: Company, bob: User, as_user: AsUser) -> None:
    file = make_upload(owner=bob, data=table(1))
    client, body = as_user(bob), {"company": "acme", "file": str(file.public_id)}
    for more in ({}, {"map": "nyc", "mapping": MAPPING}, {"map": "../nyc"}, {"map": "/etc/passwd"}):
        assert client.post(URL, {**body, **more}, format="json").status_code == 400


# --- Reports -------------------------------------------------------------------------------------
def test_the_report_is_a_table_without_formulas(acme: Company, bob: User, as_user: AsUser) -> None:
    done = make_job_import(company=acme)
    make_job_import_row(
        job_import=done, number=1, external_id="=1+1", outcome="rejected", cause="unreadable", detail="@x"
    )
    make_job_import_row(job_import=done, number=2, outcome="duplicate", duplicates=[{"id": None, "external_id": "E-7"}])
    answer = as_user(bob).get(f"{URL}{done.public_id}/report/", headers={"Accept": "text/csv"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8" and answer["Content-Disposition"].startswith(
        "attachment"
    )
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    first, second = csv.DictReader(io.StringIO(text))
    assert (first["external_id"], first["detail"], first["code"]) == ("'=1+1", "'@x", "unreadable")
    assert first["cause"] and first["cure"] and second["duplicates"] == "E-7"


@pytest.mark.parametrize("path", ["", "{id}/rows/"])
def test_two_rows_cost_as_many_queries_as_twenty(acme: Company, bob: User, as_user: AsUser, path: str) -> None:
    client, costs = as_user(bob), []
    done = make_job_import(company=acme, started_by=bob)
    for count in (2, 18):
        for _ in range(count):
            make_job_import_row(job_import=done)
            make_job_import(company=acme, started_by=bob)
        with CaptureQueriesContext(connection) as sent:
            assert client.get(URL + path.format(id=done.public_id)).status_code == 200
        costs.append(len(sent))
    assert costs[0] == costs[1]


def test_old_reports_go_and_let_go_of_their_file(acme: Company, bob: User, as_user: AsUser) -> None:
    client, file = as_user(bob), make_upload(owner=bob, data=table(1))
    for dry in (True, False):
        work(start(client, file, dry_run=dry).json())
    long_ago = timezone.now() - services.REPORTS_KEPT - timedelta(days=1)
    JobImport.objects.filter(is_dry_run=True).update(finished_at=long_ago)
    assert services.purge_imports() == 1
    file.refresh_from_db()
    assert file.attached_at is not None, "the other import has it"
    JobImport.objects.update(finished_at=long_ago)
    assert services.purge_imports() == 1 and not JobImportRow.objects.exists()
    StoredFile.objects.update(created_at=long_ago, updated_at=long_ago)
    assert purge_orphans() == 1 and Job.objects.count() == 1


def test_progress_is_told_on_the_socket_of_who_started(
    acme: Company, bob: User, as_user: AsUser, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    pushed: list[Any] = []
    monkeypatch.setattr(stream, "push", pushed.extend)
    monkeypatch.setattr(working, "BATCH", 2)
    begun = start(as_user(bob), make_upload(owner=bob, data=table(3))).json()
    with django_capture_on_commit_callbacks(execute=True):
        work(begun)
    told = [packet for packet in pushed if PROGRESS in str(packet)]
    assert len(told) == 3 and SOCKET in str(told), "two batches and the end"


# --- Races ---------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_of_ten_who_start_at_once_one_does(acme: Company, bob: User, as_user: AsUser) -> None:
    file = make_upload(owner=bob, data=table(1))
    client_answers: list[int] = []

    def begin() -> None:
        client_answers.append(start(as_user(bob), file).status_code)
        connection.close()

    threads = [threading.Thread(target=begin) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(client_answers) == [201] + [409] * 9
    assert JobImport.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_five_workers_at_once_double_nothing(
    acme: Company, bob: User, as_user: AsUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "BATCH", 3)
    start(as_user(bob), make_upload(owner=bob, data=table(20)))
    import_id = JobImport.objects.get().pk

    def labour() -> None:
        working.work_off(import_id=import_id)
        connection.close()

    threads = [threading.Thread(target=labour) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    done = JobImport.objects.get()
    assert (done.status, done.created_count, Job.objects.count(), done.rows.count()) == ("done", 20, 20, 20)
