from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib import admin
from django.core.management import call_command
from django.db import connection
from rest_framework.test import APIClient

from accounts.models import User
from applications.equality.models import EqualityReport, SelfDeclaration
from applications.equality.questionnaires import BY_COUNTRY, DECLINED, questions_for
from applications.equality.services import declarations_of, declare, keys_of, quarter_before, report_equality
from applications.equality.suppression import LEAST, suppressed
from applications.equality.tasks import report_on_equality
from applications.equality.tests.factories import declared
from applications.models import Application
from applications.tests.factories import make_application
from applications.tests.races import in_parallel
from companies.models import Company
from jobs.models import Job
from jobs.tests.factories import make_job
from umemployed.audit.models import AuditEntry
from umemployed.privacy.registry import REGISTRY

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], APIClient]
REPORTS = "/api/v1/companies/acme/equality/"


@pytest.fixture
def job(acme: Company) -> Job:
    return make_job(company=acme)


@pytest.fixture
def application(job: Job, alice: User) -> Application:
    return make_application(job=job, candidate=alice)


def door(application: Application) -> str:
    return f"/api/v1/applications/{application.public_id}/self-declaration/"


def cells(report: EqualityReport, question: str = "gender") -> dict[str, int | None]:
    return next(table["cells"] for table in report.tables if table["question"] == question)


# --- The candidate's own -----------------------------------------------------------------------------
def test_alice_declares_changes_and_takes_back(application: Application, alice: User, as_user: AsUser) -> None:
    client, url = as_user(alice), door(application)
    asked = client.get(url).json()
    assert [question["id"] for question in asked["questions"]] == ["gender", "disability"]
    assert asked["questions"][0]["options"][-1]["value"] == DECLINED
    assert asked["answers"] == {}
    assert client.put(url, {"answers": {"gender": "woman"}}).json()["answers"] == {"gender": "woman"}
    again = make_application(job=make_job(company=application.company), candidate=alice)
    assert client.get(door(again)).json()["answers"] == {"gender": "woman"}
    client.put(door(again), {"answers": {"gender": DECLINED, "disability": "no"}})
    assert client.get(url).json()["answers"] == {"gender": DECLINED, "disability": "no"}
    assert SelfDeclaration.objects.count() == 1
    assert client.delete(url).status_code == 204
    assert not SelfDeclaration.objects.exists()


@pytest.mark.parametrize(
    "answers", [{"gender": "x"}, {"ethnicity_us": "white"}, {"shoe": "42"}, {"gender": ["woman"]}, 7, None, {"": ""}]
)
def test_what_is_not_asked_is_refused(application: Application, alice: User, as_user: AsUser, answers: Any) -> None:
    assert as_user(alice).put(door(application), {"answers": answers}).status_code == 400
    assert not SelfDeclaration.objects.exists()


def test_the_employers_country_decides_what_is_asked() -> None:
    assert [one.id for one in questions_for("US")] == ["gender", "ethnicity_us", "veteran_us", "disability"]
    assert all("ethnicity" not in one.id for one in (*questions_for("FR"), *questions_for("")))
    assert all(DECLINED in one.values() for country in BY_COUNTRY for one in questions_for(country))


def test_nobody_else_has_the_door_not_even_the_team(
    application: Application, alice: User, bob: User, carol: User, dana: User, as_user: AsUser
) -> None:
    declare(actor=alice, application_id=application.pk, answers={"gender": "woman"})
    for actor in (bob, carol, dana):
        client = as_user(actor)
        assert client.get(door(application)).status_code == 404
        assert client.put(door(application), {"answers": {"gender": "man"}}).status_code == 404
        assert client.delete(door(application)).status_code == 404
    assert SelfDeclaration.objects.get().told() == {"gender": "woman"}
    assert as_user(carol).get(REPORTS).status_code == as_user(alice).get(REPORTS).status_code == 404


def test_no_column_of_the_row_leads_to_the_person(application: Application, alice: User) -> None:
    declare(actor=alice, application_id=application.pk, answers={"gender": "woman"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM applications_selfdeclaration")
        row, columns = cursor.fetchone(), [column.name for column in cursor.description]
    assert columns == ["id", "person_key", "answers", "is_counted", "company_id"]
    said = dict(zip(columns, row, strict=True))
    assert "woman" not in said["answers"]
    known = {str(value) for one in (alice, application) for value in (one.pk, one.public_id)}
    assert not known & {str(said[name]) for name in ("id", "person_key", "answers")}
    assert said["person_key"] == keys_of(alice, application.company)[0]
    assert not AuditEntry.objects.filter(action__contains="declar").exists()
    assert SelfDeclaration not in admin.site._registry


def test_a_ring_with_a_newer_key_still_finds_it(
    application: Application, alice: User, as_user: AsUser, settings: Any
) -> None:
    declare(actor=alice, application_id=application.pk, answers={"gender": "woman"})
    settings.FIELD_ENCRYPTION_KEYS = ["n" * 40, *settings.FIELD_ENCRYPTION_KEYS]
    assert as_user(alice).get(door(application)).json()["answers"] == {"gender": "woman"}
    declare(actor=alice, application_id=application.pk, answers={"gender": "man"})
    assert SelfDeclaration.objects.get().told() == {"gender": "man"}


def test_it_is_in_the_persons_archive_and_goes_with_the_person(application: Application, alice: User) -> None:
    declare(actor=alice, application_id=application.pk, answers={"gender": "woman"})
    table = REGISTRY.tables[SelfDeclaration]
    assert [row["answers"] for row in table.exported_rows(alice)] == ['{"gender": "woman"}']
    assert table.forget_some(alice, None)[0] == 1
    assert not declarations_of(alice).exists()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_declaring_twice_at_once_makes_one_declaration(acme: Company, alice: User) -> None:
    first, second = (make_application(job=make_job(company=acme), candidate=alice) for _ in range(2))
    for _ in range(8):
        SelfDeclaration.objects.all().delete()
        done = in_parallel(
            lambda: declare(actor=alice, application_id=first.pk, answers={"gender": "woman"}),
            lambda: declare(actor=alice, application_id=second.pk, answers={"gender": "man"}),
        )
        assert all(isinstance(result, dict) for result in done), done
        assert SelfDeclaration.objects.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_counting_twice_at_once_makes_one_report(acme: Company) -> None:
    job = make_job(company=acme)
    for gender in ["woman"] * 10 + ["man"] * 10:
        declared(job, gender=gender)
    for number in range(1, 5):
        SelfDeclaration.objects.update(is_counted=False)
        quarter = f"2026-Q{number}"
        made = in_parallel(*[lambda quarter=quarter: report_equality(company_id=acme.pk, quarter=quarter)] * 2)
        assert made[0] == made[1] == EqualityReport.objects.get(quarter=quarter)
        assert cells(made[0])["woman"] == 10


# --- What employers see ------------------------------------------------------------------------------
def test_no_table_tells_less_than_ten_or_lets_it_be_subtracted() -> None:
    for counts in itertools.product((0, 1, 2, 9, 10, 11, 19, 30), repeat=4):
        found = suppressed(dict(zip("abcd", counts, strict=True)))
        shown = [count for count in found.values() if count is not None]
        hidden = sum(counts) - sum(shown)
        assert all(count >= LEAST for count in shown)
        if shown:
            assert hidden == 0 or hidden >= LEAST
            assert len(shown) > 1 or hidden, "everybody said the same"


def test_bob_reads_counts_of_at_least_ten(job: Job, acme: Company, bob: User, as_user: AsUser) -> None:
    for gender, count in (("woman", 12), ("man", 11), ("other", 3)):
        for _ in range(count):
            declared(job, gender=gender, disability="no")
    report_on_equality()
    tables = {table["question"]: table for table in as_user(bob).get(REPORTS).json()["results"][0]["tables"]}
    told = {cell["value"]: cell["count"] for cell in tables["gender"]["cells"]}
    # Three others are hidden among the men, for otherwise the number of answers would tell them.
    assert told == {"woman": 12, "man": None, "other": None, DECLINED: None}
    assert {cell["count"] for cell in tables["disability"]["cells"]} == {None}
    report_on_equality()
    assert EqualityReport.objects.count() == 1


def test_subtracting_two_reports_tells_nothing_about_who_came_between(
    job: Job, acme: Company, alice: User, application: Application
) -> None:
    crowd = [declared(job, gender=gender) for gender in ["woman"] * 10 + ["man"] * 10]
    first = report_equality(company_id=acme.pk, quarter="2026-Q1")
    assert cells(first)["woman"] == cells(first)["man"] == 10
    declare(actor=alice, application_id=application.pk, answers={"gender": "woman"})
    # Asking again after Alice declared gives what was given before her.
    assert report_equality(company_id=acme.pk, quarter="2026-Q1") == first
    assert cells(EqualityReport.objects.get()) == cells(first)
    # Nor does the next quarter, in which the crowd applies and declares again, show it plus her.
    for person in crowd:
        declared(make_job(company=acme), candidate=person, gender="woman")
    second = report_equality(company_id=acme.pk, quarter="2026-Q2")
    assert set(cells(second).values()) == {None}
    # Whoever takes it back and declares anew is not counted twice either.
    mine = Application.objects.filter(candidate=crowd[0]).first()
    assert mine is not None
    SelfDeclaration.objects.filter(pk__in=declarations_of(crowd[0])).update(answers=None)
    declare(actor=crowd[0], application_id=mine.pk, answers={"gender": "woman"})
    assert SelfDeclaration.objects.filter(is_counted=False).count() == 1


def test_what_could_not_be_shown_waits_for_the_next_quarter(job: Job, acme: Company) -> None:
    for _ in range(9):
        declared(job, gender="woman")
    early = report_equality(company_id=acme.pk, quarter="2026-Q1")
    assert set(cells(early).values()) == {None}
    for gender in ["woman"] + ["man"] * 10:
        declared(job, gender=gender)
    assert report_equality(company_id=acme.pk, quarter="2026-Q1") == early
    late = report_equality(company_id=acme.pk, quarter="2026-Q2")
    assert (cells(late)["woman"], cells(late)["man"]) == (10, 10)


def test_one_person_counts_once_however_often_they_apply(acme: Company, alice: User) -> None:
    for gender in ["woman"] * 8 + ["man"] * 20:
        declared(make_job(company=acme), gender=gender)
    for _ in range(5):
        declared(make_job(company=acme), candidate=alice, gender="woman")
    # Nine women, not thirteen: they are hidden, and the men with them.
    assert set(cells(report_equality(company_id=acme.pk, quarter="2026-Q1")).values()) == {None}


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        (date(2026, 1, 1), "2025-Q4"),
        (date(2026, 3, 31), "2025-Q4"),
        (date(2026, 4, 1), "2026-Q1"),
        (date(2026, 12, 31), "2026-Q3"),
    ],
)
def test_a_quarter_is_told_when_it_is_over(day: date, quarter: str) -> None:
    assert quarter_before(day) == quarter


def test_a_report_never_changes(acme: Company) -> None:
    report = report_equality(company_id=acme.pk, quarter="2026-Q1")
    with pytest.raises(TypeError):
        report.save()


def test_a_declaration_is_still_its_persons_after_a_rotation_of_keys(job: Job, alice: User, settings: Any) -> None:
    settings.FIELD_ENCRYPTION_KEYS = ["old-" * 10]
    declared(job, candidate=alice, gender=DECLINED)
    settings.FIELD_ENCRYPTION_KEYS = ["new-" * 10, "old-" * 10]
    call_command("rotate_field_keys")
    settings.FIELD_ENCRYPTION_KEYS = ["new-" * 10]
    assert declarations_of(alice).get().told()
