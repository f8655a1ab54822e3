"""The REST door: who reads what, edits with If-Match, moves with version, and what the form says."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from companies.models import Company
from jobs.models import Category, Job, JobSearch, JobVersion, Status
from jobs.search.cards import cards_of
from jobs.search.terms.learning import learn
from jobs.serializers import JobCardSerializer
from jobs.tests.factories import make_indexed, make_job, make_question, make_skill

pytestmark = pytest.mark.django_db
Client = Callable[[User], APIClient]
MAY_WORK = {"type": "boolean", "label": "May you work here?", "required": True, "knock_out": {"accept": [True]}}
POSTING: dict[str, Any] = {
    "company": "acme",
    "title": "Data engineer",
    "description": "Pipelines that hold.",
    "work_mode": "hybrid",
    "locations": [{"city": "Douala", "country": "CM", "latitude": 4.05, "longitude": 9.7}],
    "salary": {
        "min": {"amount": "350000.00", "currency": "XAF"},
        "max": {"amount": "500000.00", "currency": "XAF"},
        "period": "month",
    },
    "skills": [{"slug": "python"}, {"slug": "sql", "importance": "nice"}],
    "questions": [
        {"type": "boolean", "label": "May you work here?", "required": True, "knock_out": {"accept": [True]}}
    ],
}


def euros(amount: Any) -> dict[str, Any]:
    return {"amount": amount, "currency": "EUR"}


@pytest.fixture
def skills() -> None:
    make_skill("Python"), make_skill("SQL")


def url(job: Job, verb: str = "") -> str:
    return f"/api/v1/jobs/{job.public_id}/" + (f"{verb}/" if verb else "")


def test_a_recruiter_posts_publishes_and_everybody_finds_it(
    as_user: Client, api: APIClient, bob: User, acme: Company, skills: None
) -> None:
    client = as_user(bob)
    made = client.post("/api/v1/jobs/", POSTING, format="json")
    assert made.status_code == 201, made.json()
    draft = made.json()
    assert draft["status"] == "draft" and draft["salary"]["yearly"] == {"min": 6403, "max": 9147, "currency": "EUR"}
    assert api.get(f"/api/v1/jobs/{draft['id']}/").status_code == 404
    publish = next(action for action in draft["actions"] if action["id"] == "publish")
    assert publish["enabled"]
    live = client.post(publish["url"], {"version": draft["version"]}, format="json")
    assert live.status_code == 200 and live.json()["status"] == "live"
    found = api.get("/api/v1/jobs/", {"q": "engineers", "skills": "python", "facets": "skills"}).json()
    assert [card["id"] for card in found["results"]] == [draft["id"]]
    shown = api.get(f"/api/v1/jobs/{draft['id']}/").json()
    assert shown["questions"] is None and shown["actions"] == []


@pytest.mark.parametrize(
    ("change", "attr"),
    [
        ({"title": ""}, "title"),
        ({"title": 5}, "title"),
        ({"company": "nobody"}, "company"),
        ({"work_mode": "moon"}, "work_mode"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"expires_on": "9999-12-31"}, "expires_on"),
        ({"expires_at": "9999-12-31T23:59:59-14:00"}, "expires_at"),
        ({"locations": [{"city": "Nowhere"}]}, "locations.0.country"),
        ({"locations": [{"country": "XX"}]}, "locations.0.country"),
        ({"locations": [{"country": "CM", "latitude": 4}]}, "locations.0.longitude"),
        ({"locations": "Douala"}, "locations"),
        ({"skills": [{"slug": "python"}, {"slug": "python"}]}, "skills"),
        ({"skills": [{"slug": "telepathy"}]}, "skills"),
        ({"openings": 0}, "openings"),
        ({"salary": {"period": "month"}}, "salary.min"),
        (
            {
                "salary": {
                    "min": {"amount": "2", "currency": "EUR"},
                    "max": {"amount": "3", "currency": "USD"},
                    "period": "day",
                }
            },
            "salary.max",
        ),
        (
            {
                "salary": {
                    "min": {"amount": "5", "currency": "EUR"},
                    "max": {"amount": "3", "currency": "EUR"},
                    "period": "day",
                }
            },
            "salary.min",
        ),
        ({"salary": {"min": {"amount": 5, "currency": "EUR"}, "period": "day"}}, "salary.min"),
        ({"eligible_countries": ["Cameroon"]}, "eligible_countries.0"),
        ({"questions": [{"type": "single", "label": "?"}]}, "questions.0.options"),
        ({"questions": [{"type": "number", "label": "?", "bounds": {"min": 5, "max": 1}}]}, "questions.0.bounds"),
        ({"questions": [{"type": "date", "label": "?", "bounds": {"min": "9999-12-31"}}]}, "questions.0.bounds"),
        ({"locations": [{"country": "CM", "latitude": True, "longitude": True}]}, "locations.0.latitude"),
        ({"skills": [{"slug": "python", "level": "wizard"}]}, "skills.0.level"),
        ({"skills": [{"slug": "python", "min_years": 0}]}, "skills.0.min_years"),
        ({"skills": [{"slug": "python", "min_years": 51}]}, "skills.0.min_years"),
        ({"questions": [{"type": "text", "label": "?", "knock_out": {"accept": ["x"]}}]}, "questions.0.knock_out"),
    ],
)
def test_what_is_wrong_is_named(
    change: dict[str, Any], attr: str, as_user: Client, bob: User, acme: Company, skills: None
) -> None:
    answer = as_user(bob).post("/api/v1/jobs/", {**POSTING, **change}, format="json")
    assert answer.status_code == 400, answer.content
    assert answer.json()["errors"][0]["attr"] == attr
    assert not Job.objects.exists()


@pytest.mark.parametrize("change", [{"title": "nul\x00"}, {"title": "half \ud83d"}, {"openings": 10**30}])
def test_what_cannot_be_stored_is_refused_too(
    change: dict[str, Any], as_user: Client, bob: User, acme: Company
) -> None:
    body = json.dumps({**POSTING, "skills": [], **change})
    assert as_user(bob).post("/api/v1/jobs/", body, content_type="application/json").status_code == 400
    assert as_user(bob).get("/api/v1/jobs/?q=%00").status_code == 400


def test_carol_is_refused_at_every_door_and_nothing_changed(
    as_user: Client, bob: User, carol: User, acme: Company, globex: Company
) -> None:
    client, job, draft = as_user(carol), make_indexed(company=acme), make_job(company=acme, status=Status.DRAFT)
    before = list(Job.objects.order_by("pk").values())
    missing = "/api/v1/jobs/01890000-0000-7000-8000-000000000000/"
    nothing = client.get(missing).json()
    assert {**client.get(url(draft)).json(), "request_id": ""} == {**nothing, "request_id": ""}
    assert client.get(url(draft, "form")).status_code == 404
    for row in (job, draft):
        etag = f'"{row.version}"'
        assert client.patch(url(row), {"title": "Mine"}, format="json", headers={"If-Match": etag}).status_code == 404
        for verb in ("publish", "pause", "close", "reopen", "archive"):
            assert client.post(url(row, verb), {"version": row.version}, format="json").status_code == 404
    foreign, none = (
        client.post("/api/v1/jobs/", {**POSTING, "skills": [], "company": slug}, format="json").json()["errors"]
        for slug in (acme.slug, "nobody")
    )
    assert foreign == [{**item, "detail": item["detail"].replace("nobody", acme.slug)} for item in none]
    assert [item["code"] for item in foreign] == ["does_not_exist"]
    assert client.get("/api/v1/jobs/mine/").json()["results"] == []
    assert list(Job.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("method", ["post", "patch"])
def test_nobody_writes_without_signing_in(method: str, api: APIClient, acme: Company) -> None:
    target = "/api/v1/jobs/" if method == "post" else url(make_job(company=acme))
    assert getattr(api, method)(target, {}, format="json").status_code == 401


def test_an_unproved_address_may_not_post(as_user: Client, bob: User, acme: Company, skills: None) -> None:
    User.objects.filter(pk=bob.pk).update(email_verified_at=None)
    answer = as_user(bob).post("/api/v1/jobs/", POSTING, format="json")
    assert (answer.status_code, answer.json()["code"]) == (403, "email_unverified")


def test_an_edit_needs_the_version_that_was_seen(as_user: Client, bob: User, acme: Company) -> None:
    client, job = as_user(bob), make_indexed(company=acme, title="Gardener")
    seen = client.get(url(job))["ETag"]
    assert client.patch(url(job), {"title": "Botanist"}, format="json").status_code == 428
    edited = client.patch(url(job), {"title": "Botanist"}, format="json", headers={"If-Match": seen})
    assert edited.status_code == 200 and edited.json()["version"] == job.version + 1
    stale = client.patch(url(job), {"title": "Florist"}, format="json", headers={"If-Match": seen})
    assert (stale.status_code, stale.json()["current_version"]) == (412, job.version + 1)
    assert client.get("/api/v1/jobs/", {"q": "botanist"}).json()["results"][0]["title"] == "Botanist"
    assert client.get("/api/v1/jobs/", {"q": "gardener"}).json()["results"] == []
    assert JobVersion.objects.get(job=job).snapshot["title"] == "Botanist"


def test_an_edit_may_not_empty_a_live_posting(as_user: Client, bob: User, acme: Company) -> None:
    client, job = as_user(bob), make_indexed(company=acme)
    etag = client.get(url(job))["ETag"]
    answer = client.patch(url(job), {"locations": []}, format="json", headers={"If-Match": etag})
    assert (answer.status_code, answer.json()["reasons"]) == (409, ["missing_location"])
    assert job.locations.count() == 1


def test_kept_questions_keep_their_ids(as_user: Client, bob: User, acme: Company) -> None:
    client, job = as_user(bob), make_job(company=acme, status=Status.DRAFT)
    first, second = make_question(job=job, position=0), make_question(job=job, position=1)
    body = {
        "questions": [{"type": "text", "label": "New?"}, {"id": str(second.public_id), "type": "text", "label": "B"}]
    }
    etag = client.get(url(job))["ETag"]
    answer = client.patch(url(job), body, format="json", headers={"If-Match": etag}).json()
    assert answer["questions"][1]["id"] == str(second.public_id) and answer["questions"][0]["id"] != str(
        first.public_id
    )
    body = {"questions": [{"id": str(make_question().public_id), "type": "text", "label": "Foreign"}]}
    etag = client.get(url(job))["ETag"]
    assert client.patch(url(job), body, format="json", headers={"If-Match": etag}).status_code == 400


def test_the_last_day_ends_at_midnight_in_the_posting_s_own_zone(as_user: Client, bob: User, acme: Company) -> None:
    client, job = as_user(bob), make_job(company=acme, status=Status.DRAFT)
    body = {"expires_on": "2027-05-31", "timezone": "America/New_York"}
    etag = client.get(url(job))["ETag"]
    answer = client.patch(url(job), body, format="json", headers={"If-Match": etag})
    assert answer.json()["expires_at"] == "2027-06-01T04:00:00Z"
    body = {"timezone": "Asia/Tokyo"}
    answer = client.patch(url(job), body, format="json", headers={"If-Match": answer["ETag"]})
    assert answer.json()["expires_at"] == "2027-05-31T15:00:00Z"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"status": Status.LIVE}, 200),
        ({"status": Status.LIVE, "expires_at": timezone.now() - timedelta(seconds=1)}, 410),
        ({"status": Status.CLOSED}, 410),
        ({"status": Status.ARCHIVED, "published_at": timezone.now()}, 410),
        ({"status": Status.ARCHIVED}, 404),
        ({"status": Status.PAUSED}, 404),
        ({"status": Status.DRAFT}, 404),
    ],
)
def test_the_public_reads_what_is_live_and_hears_what_is_gone(
    fields: dict[str, Any], status: int, api: APIClient, as_user: Client, bob: User, acme: Company
) -> None:
    job = make_job(company=acme, **fields)
    assert (api.get(url(job)).status_code, api.get(url(job, "form")).status_code) == (status, status)
    assert as_user(bob).get(url(job)).status_code == 200


def test_a_rule_from_above_lets_those_who_are_tied_to_it_read_a_closed_job(
    as_user: Client, alice: User, acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db.models import Q

    from jobs import visibility

    job = make_job(company=acme, status=Status.CLOSED)
    monkeypatch.setattr(visibility, "_rules", {})
    assert as_user(alice).get(url(job)).status_code == 410
    visibility.also_readable_by("tests", lambda user: Q(pk=job.pk) if user == alice else Q(pk__in=()))
    assert as_user(alice).get(url(job)).status_code == 200


def test_an_expired_posting_leaves_the_search_by_itself(api: APIClient, acme: Company) -> None:
    make_indexed(company=acme, expires_at=timezone.now().replace(microsecond=0))
    assert JobSearch.objects.count() == 1
    assert api.get("/api/v1/jobs/", {"count": "true"}).json() | {} == {
        "next": None,
        "previous": None,
        "count": 0,
        "results": [],
    }


def test_the_team_lists_its_own_postings_in_every_state(as_user: Client, bob: User, acme: Company) -> None:
    for status in Status:
        make_job(company=acme, status=status)
    make_indexed()
    client = as_user(bob)
    assert {row["status"] for row in client.get("/api/v1/jobs/mine/").json()["results"]} == set(Status)
    drafts = client.get("/api/v1/jobs/mine/", {"status": "draft", "company": "acme"}).json()["results"]
    assert [row["status"] for row in drafts] == ["draft"]


def test_the_list_written_by_the_database_says_what_the_serializer_says(api: APIClient, acme: Company) -> None:
    rich = make_indexed(
        company=acme,
        category="software",
        skills=["Python", "C++"],
        locations=[{"country": "FR", "city": "Paris", "latitude": 48.85, "longitude": 2.35}, {"country": "CM"}],
        salary_min=10,
        salary_max=20,
        salary_currency="EUR",
        salary_period="hour",
        salary_yearly_min=20800,
        salary_yearly_max=41600,
        hours_per_week=35,
        eligible_countries=["CM", "FR"],
        expires_at=timezone.now() + timedelta(days=3),
    )
    rich.skills.filter(skill__name="C++").update(level="advanced", min_years=3)
    poor = make_indexed(company=acme, locations=[], work_mode="remote")
    for job in Job.objects.filter(pk__in=[rich.pk, poor.pk]):
        said = JobCardSerializer(job).data
        assert json.loads(cards_of([job.pk], with_text=True)) == [json.loads(json.dumps(said, default=str))]


@pytest.mark.parametrize(
    "path",
    [
        "",
        "?q=engineer&facets=skills,company,country,category&skills=python",
        "mine/",
    ],
)
def test_a_list_costs_the_same_for_two_rows_as_for_twenty(path: str, as_user: Client, bob: User, acme: Company) -> None:
    client = as_user(bob)

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(f"/api/v1/jobs/{path}").status_code == 200
        return len(queries)

    for _ in range(2):
        make_indexed(company=acme, skills=["Python", "SQL"])
    few = cost()
    for _ in range(18):
        make_indexed(company=acme, skills=["Python", "SQL", "Java"])
    assert cost() == few <= 12


def test_the_public_list_is_cheap_and_answers_304(
    api: APIClient, acme: Company, django_assert_max_num_queries: Any
) -> None:
    make_indexed(company=acme, skills=["Python"])
    with django_assert_max_num_queries(4):
        answer = api.get("/api/v1/jobs/", {"q": "engineer", "facets": "skills,company", "count": "true"})
    assert answer.json()["facets"]["company"] == {
        "exact": True,
        "values": [{"value": "acme", "label": "Acme", "count": 1}],
    }
    again = api.get(
        "/api/v1/jobs/",
        {"q": "engineer", "facets": "skills,company", "count": "true"},
        headers={"If-None-Match": answer["ETag"]},
    )
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("query", "attr"),
    [
        ("colour=red", "colour"),
        ("page_size=1000000000", "page_size"),
        ("salary_min=5", "currency"),
        ("near=48,2", "radius_km"),
        ("near=91,0&radius_km=5", "near"),
        ("near=nan,0&radius_km=5", "near"),
        ("near=1&radius_km=5", "near"),
        ("radius_km=5", "near"),
        ("near=1,2&radius_km=1e9", "radius_km"),
        ("work_mode=moon", "work_mode.0"),
        ("facets=colour", "facets.0"),
        ("ordering=title", "ordering"),
        ("posted_after=yesterday", "posted_after"),
        ("cursor=forged", "cursor"),
        ("language=english", "language.0"),
        ("expand=everything", "expand.0"),
    ],
)
def test_a_parameter_that_cannot_be_is_refused_by_name(query: str, attr: str, api: APIClient) -> None:
    answer = api.get(f"/api/v1/jobs/?{query}")
    assert answer.status_code == 400, answer.content
    assert attr.split(".")[0] in {error["attr"].split(".")[0] for error in answer.json()["errors"]}


@pytest.mark.parametrize(
    "q", ["'", '"', '"" -', "--", "& | !", "\\", "a:*", "\U0001f600", "x" * 300, "-" * 300, "(", "<->", "¦", "it"]
)
def test_no_text_breaks_the_search(q: str, api: APIClient, acme: Company) -> None:
    make_indexed(company=acme)
    assert api.get("/api/v1/jobs/", {"q": q, "location": q[:200], "skills": q[:200]}).status_code == 200
    assert api.get("/api/v1/jobs/suggest/", {"q": q[:60]}).status_code == 200


def test_suggestions_complete_what_is_public(api: APIClient, acme: Company) -> None:
    make_indexed(company=acme, title="Python developer", skills=["Python"])
    make_job(company=acme, title="Python secret", status=Status.DRAFT)
    learn()
    found = api.get("/api/v1/jobs/suggest/", {"q": "PYT"}).json()["results"]
    assert found == [
        {"kind": "skill", "text": "Python", "value": "python", "jobs": 1},
        {"kind": "title", "text": "Python developer", "value": "python developer", "jobs": 1},
    ]


def test_the_form_is_public_while_the_job_is(api: APIClient, acme: Company) -> None:
    job = make_job(company=acme)
    question = make_question(job=job, is_required=True)
    (rules,) = api.get(url(job, "form")).json()["questions"]
    assert rules.pop("schema")["allOf"][0]["maxLength"] == 500
    assert [rules] == [
        {
            "id": str(question.public_id),
            "type": "text",
            "label": question.label,
            "help_text": "",
            "required": True,
            "max_length": 500,
        }
    ]


def test_an_unknown_category_is_a_400_that_lists_those_that_there_are(api: APIClient) -> None:
    slugs = sorted(Category.objects.values_list("slug", flat=True))
    answer = api.get("/api/v1/jobs/", {"category": f"{slugs[0]},no-such-field"})
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert (error["code"], error["attr"], error["allowed"]) == ("invalid_choice", "category", slugs)
    assert "no-such-field" in error["detail"]
    assert api.get("/api/v1/jobs/", {"category": slugs[0]}).status_code == 200


def test_the_categories_are_a_dictionary_in_the_readers_language(api: APIClient) -> None:
    path = "/api/v1/dictionaries/"
    terms = {language: api.get(path, headers={"Accept-Language": language}).json() for language in ("en", "fr")}
    english, french = (terms[language]["job_category"] for language in ("en", "fr"))
    assert sorted(term["id"] for term in english) == sorted(Category.objects.values_list("slug", flat=True))
    assert [term["id"] for term in english] == [term["id"] for term in french]
    assert english != french
