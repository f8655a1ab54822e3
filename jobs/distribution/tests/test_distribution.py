"""Markup, feeds, sitemaps and boards: right by the rules of those who read them, and never behind what is true."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.http import http_date

from accounts.models import User
from companies.models import Company
from companies.tests.factories import make_company
from jobs import services
from jobs.distribution import feeds, sitemaps
from jobs.distribution.jsonld import markup_of, script_text
from jobs.distribution.projection import in_chunks, postings_of
from jobs.models import Job, JobLocation, Status
from jobs.search.index import next_ordinals
from jobs.tests.factories import make_job

pytestmark = pytest.mark.django_db
FEEDS = ("/feeds/jobs.rss", "/feeds/indeed.xml", "/feeds/linkedin.xml", "/sitemap.xml", "/sitemaps/jobs-0.xml")
HOSTILE = "a\x01b\x0b]]>c<script>alert('&')</script>\u202eRTL \U0001f680 \ufffe\uffff end"
TYPES = {"FULL_TIME", "PART_TIME", "CONTRACTOR", "TEMPORARY", "INTERN", "VOLUNTEER", "PER_DIEM", "OTHER"}
UNITS = {"HOUR", "DAY", "WEEK", "MONTH", "YEAR"}


def read(answer: Any) -> str:
    return answer.getvalue().decode() if answer.streaming else answer.content.decode()


def parsed(text: str) -> ElementTree.Element:
    """Parse, which fails on what is not well-formed."""
    return ElementTree.fromstring(text)  # noqa: S314 - our own


def get(client: Client, path: str, **headers: str) -> Any:
    return client.get(path, headers=headers)


def old() -> None:
    """Let everything have happened a minute ago, so that Last-Modified may tell it."""
    before = timezone.now() - timedelta(minutes=1)
    Job.objects.update(updated_at=before)
    Company.objects.update(updated_at=before)


# --- schema.org markup, by Google's documentation of JobPosting ------------------------------------------------
def google_objections(said: dict[str, Any]) -> list[str]:
    """Return what Google's documentation of required and recommended properties finds wrong."""
    found = [name for name in ("datePosted", "description", "hiringOrganization", "title") if not said.get(name)]
    is_remote = said.get("jobLocationType") == "TELECOMMUTE"
    found += [] if said.get("jobLocation") or is_remote else ["jobLocation"]
    if is_remote and not said.get("jobLocation") and not said.get("applicantLocationRequirements"):
        found.append("applicantLocationRequirements")
    for place in listed(said.get("jobLocation")):
        if place["@type"] != "Place" or not place["address"].get("addressCountry"):
            found.append("jobLocation.address")
    for area in listed(said.get("applicantLocationRequirements")):
        if area["@type"] not in {"Country", "State", "AdministrativeArea"} or not area.get("name"):
            found.append("applicantLocationRequirements.name")
    organisation = said["hiringOrganization"]
    if organisation != "confidential" and (organisation["@type"] != "Organization" or not organisation["name"]):
        found.append("hiringOrganization.name")
    for name in ("datePosted", "validThrough"):
        if name in said and datetime.fromisoformat(said[name]).tzinfo is None:
            found.append(name)
    if "validThrough" in said and said["validThrough"] < said["datePosted"]:
        found.append("validThrough")
    found += [] if said["employmentType"] in TYPES else ["employmentType"]
    found += [] if "<p>" in said["description"] and "<script" not in said["description"] else ["description"]
    found += pay_objections(said["baseSalary"]) if "baseSalary" in said else []
    identifier = said["identifier"]
    found += (
        [] if identifier["@type"] == "PropertyValue" and identifier["name"] and identifier["value"] else ["identifier"]
    )
    found += [] if isinstance(said["directApply"], bool) else ["directApply"]
    return found


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def pay_objections(pay: dict[str, Any]) -> list[str]:
    value = pay["value"]
    wrong = pay["@type"] != "MonetaryAmount" or len(pay["currency"]) != 3 or value["@type"] != "QuantitativeValue"
    wrong |= value["unitText"] not in UNITS or not {"value", "minValue", "maxValue"} & set(value)
    wrong |= any(not isinstance(value.get(name, 0), int | float) for name in ("value", "minValue", "maxValue"))
    wrong |= value.get("minValue", 0) > value.get("maxValue", float("inf"))
    return ["baseSalary"] if wrong else []


PAY: list[dict[str, Any]] = [
    {},
    {"salary_min": Decimal(30), "salary_max": Decimal(40), "salary_currency": "EUR", "salary_period": "hour"},
    {"salary_min": Decimal(400000), "salary_currency": "XAF", "salary_period": "month"},
    {"salary_min": Decimal(9), "salary_max": Decimal(9), "salary_currency": "USD", "salary_period": "day"},
    {"salary_max": Decimal(0), "salary_currency": "USD", "salary_period": "week"},
]
PLACES: list[list[dict[str, Any]]] = [
    [],
    [{"city": "Douala", "country": "CM"}],
    [{"city": "Lyon", "country": "FR", "latitude": 45.7, "longitude": 4.8, "address": "1 rue"}, {"country": "CM"}],
]


@pytest.mark.parametrize(("mode", "is_anonymous"), list(product(["on_site", "hybrid", "remote"], [False, True])))
def test_the_markup_satisfies_googles_rules_for_every_kind_of_posting(mode: str, is_anonymous: bool) -> None:
    company = make_company(website="https://acme.example/", country="CM")
    for pay, places, countries in product(PAY, PLACES, [[], ["FR"], ["CM", "GA"]]):
        if not places and (mode != "remote" or (is_anonymous and not countries)):
            continue  # not publishable; or remote from nobody knows where, which Google does not take
        job = make_job(
            company=company,
            work_mode=mode,
            is_anonymous=is_anonymous,
            locations=places,
            eligible_countries=countries,
            description=f"One\n\ntwo {HOSTILE}",
            expires_at=timezone.now() + timedelta(days=5),
            timezone="Africa/Douala",
            **pay,
        )
        (posting,) = postings_of([job.pk])
        said = markup_of(posting)
        assert google_objections(said) == [], said
        assert ("baseSalary" in said) == bool(pay)
        assert (said["hiringOrganization"] == "confidential") == is_anonymous
        assert said["validThrough"].endswith("+01:00")
        assert (said.get("jobLocationType") == "TELECOMMUTE") == (mode == "remote")


def test_markup_is_served_with_validators_and_goes_with_the_posting(client: Client, bob: User, acme: Company) -> None:
    job = make_job(company=acme, title="Nurse </script>")
    path = f"/api/v1/jobs/{job.public_id}/jsonld/"
    answer = get(client, path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/ld+json")
    assert json.loads(answer.content)["title"] == "Nurse </script>"
    assert "</script>" not in script_text(postings_of([job.pk])[0])
    assert get(client, path, **{"If-None-Match": answer["ETag"]}).status_code == 304
    services.pause_job(actor=bob, job_id=job.pk)
    assert get(client, path).status_code == 404
    services.close_job(actor=bob, job_id=job.pk)
    gone = get(client, path, **{"If-None-Match": answer["ETag"]})
    assert (gone.status_code, gone.json()["code"]) == (410, "job_closed")


# --- Feeds ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", FEEDS)
def test_what_is_closed_expired_or_edited_shows_on_the_next_get(
    path: str, client: Client, bob: User, acme: Company
) -> None:
    jobs = [make_job(company=acme, title=f"Nurse {number}") for number in range(3)]
    old()
    named = [str(job.public_id) for job in jobs]

    def shown(headers: dict[str, str]) -> tuple[list[bool], dict[str, str]]:
        answer = get(client, path, **headers)
        assert answer.status_code == 200, (path, headers)
        text = read(answer)
        parsed(text)  # well-formed
        validators = {"If-None-Match": answer["ETag"]}
        if "Last-Modified" in answer:
            stamp = {"If-Modified-Since": answer["Last-Modified"]}
            assert get(client, path, **stamp).status_code == 304
        assert get(client, path, **validators).status_code == 304
        return [name in text for name in named], validators

    is_index = path == "/sitemap.xml"
    seen, validators = shown({})
    assert seen == [not is_index] * 3
    services.close_job(actor=bob, job_id=jobs[0].pk)
    seen, validators = shown(validators)
    assert seen == [False, not is_index, not is_index]
    Job.objects.filter(pk=jobs[1].pk).update(expires_at=timezone.now())  # as if its last day had just ended
    seen, validators = shown(validators)
    assert seen == [False, False, not is_index]
    services.update_job(actor=bob, job_id=jobs[2].pk, expected_version=1, title="Midwife")
    shown(validators)


@pytest.mark.parametrize("path", FEEDS)
def test_a_closing_is_seen_by_who_only_asks_since_when(path: str, client: Client, bob: User, acme: Company) -> None:
    first, second = make_job(company=acme), make_job(company=acme)
    old()
    known = get(client, path)["Last-Modified"]
    services.close_job(actor=bob, job_id=first.pk)
    assert get(client, path, **{"If-Modified-Since": known}).status_code == 200
    old()
    Job.objects.filter(pk=second.pk).update(expires_at=timezone.now() - timedelta(seconds=10))
    since = http_date((timezone.now() - timedelta(seconds=20)).timestamp())
    assert get(client, path, **{"If-Modified-Since": since}).status_code == 200


@pytest.mark.parametrize("path", FEEDS[:3])
def test_hostile_text_is_well_formed_and_arrives(path: str, client: Client) -> None:
    company = make_company(name=f"Firm {HOSTILE}"[:60].replace("\x00", ""), website="https://a.example/?a=1&b=2")
    make_job(company=company, title=HOSTILE, description=HOSTILE, locations=[{"city": HOSTILE[:60], "country": "CM"}])
    text = read(get(client, path))
    tree = parsed(text)
    titles = [node.text for node in tree.iter("title")]
    assert any("]]>c<script>" in str(title) and "🚀" in str(title) for title in titles)
    (description,) = [node.text for node in tree.iter("description") if "RTL" in str(node.text)]
    assert "&lt;script&gt;" in description and "<p>" in description
    assert "\x01" not in text and "\ufffe" not in text


def test_reference_numbers_stay_whatever_happens(client: Client, bob: User, acme: Company) -> None:
    job = make_job(company=acme)

    def references() -> list[str]:
        pairs = (
            ("/feeds/indeed.xml", "referencenumber"),
            ("/feeds/linkedin.xml", "partnerJobId"),
            ("/feeds/jobs.rss", "guid"),
        )
        return [parsed(read(get(client, path))).find(f".//{name}").text for path, name in pairs]

    before = references()
    services.update_job(actor=bob, job_id=job.pk, expected_version=1, title="Else", reference="new")
    services.close_job(actor=bob, job_id=job.pk)
    services.reopen_job(actor=bob, job_id=job.pk)
    assert references() == before == [str(job.public_id)] * 3


def test_an_anonymous_employer_is_confidential_in_feeds(client: Client) -> None:
    make_job(company=make_company(name="Vexloria"), is_anonymous=True)
    for path in ("/feeds/indeed.xml", "/feeds/linkedin.xml"):
        tree = parsed(read(get(client, path)))
        assert [node.text for node in tree.iter("company")] == ["Confidential"]


def make_many(number: int) -> None:
    company = make_company()
    text = "Build what people use. " * 40
    jobs = Job.objects.bulk_create(
        Job(company=company, title=f"Engineer {place}", description=text, status=Status.LIVE,
            published_at=timezone.now(), search_ord=ordinal)
        for place, ordinal in enumerate(next_ordinals(number))
    )  # fmt: skip
    JobLocation.objects.bulk_create(JobLocation(job=job, city="Douala", country="CM") for job in jobs)


def test_a_long_feed_costs_the_memory_of_a_chunk() -> None:
    def peak() -> int:
        tracemalloc.start()
        written = sum(len(part) for part in feeds.indeed(in_chunks(Job.objects.published()), None))
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert written > 1000 * Job.objects.count()
        return used

    make_many(1000)
    short = peak()
    make_many(3000)
    with CaptureQueriesContext(connection) as queries:
        assert peak() < short * 1.3
    assert len(queries) == 8 * 3 + 2  # eight chunks, one empty look, one count of the test's own


def test_a_feed_names_each_posting_once_in_the_order_of_publication() -> None:
    make_many(1203)
    chunks = list(in_chunks(Job.objects.published()))
    assert [len(chunk) for chunk in chunks] == [500, 500, 203]
    assert len({posting.id for chunk in chunks for posting in chunk}) == 1203
    assert [len(chunk) for chunk in in_chunks(Job.objects.published(), 600)] == [500, 100]


def test_the_sitemap_is_an_index_of_blocks(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "BLOCK", 10)
    make_many(25)
    closed = make_job(status=Status.CLOSED)
    index = parsed(read(get(client, "/sitemap.xml")))
    files = [node.text for node in index.iter() if node.tag.endswith("loc")]
    assert 3 <= len(files) <= 4
    pages: list[str] = []
    for address in files:
        tree = parsed(read(get(client, "/" + address.split("/", 3)[3])))
        entries = [node.text for node in tree.iter() if node.tag.endswith("loc")]
        assert 0 < len(entries) <= 10
        assert all(datetime.fromisoformat(node.text) for node in tree.iter() if node.tag.endswith("lastmod"))
        pages += entries
    assert len(set(pages)) == 25 and str(closed.public_id) not in "".join(pages)
    assert get(client, "/sitemaps/jobs-49999.xml").status_code == 404


# --- Boards -----------------------------------------------------------------------------------------------------
def test_a_board_is_read_from_any_origin_and_nothing_else_is(client: Client, acme: Company) -> None:
    make_job(company=acme)
    headers = {"Origin": "https://www.acme.example"}
    answer = get(client, "/api/v1/boards/acme/jobs/", **headers)
    assert answer["Access-Control-Allow-Origin"] == "https://www.acme.example"
    assert "Access-Control-Allow-Credentials" not in answer
    preflight = client.options(
        "/api/v1/boards/acme/jobs/",
        headers={**headers, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "if-none-match"},
    )
    assert preflight["Access-Control-Allow-Origin"] and "if-none-match" in preflight["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Origin" not in get(client, "/api/v1/jobs/", **headers)


def test_a_board_shows_what_is_open_under_the_companys_name(client: Client, bob: User, acme: Company) -> None:
    job = make_job(company=acme, title="Nurse")
    make_job(company=acme, title="Secret", is_anonymous=True)
    make_job(company=acme, status=Status.DRAFT)
    make_job(company=make_company())
    path = "/api/v1/boards/acme/jobs/"
    answer = get(client, path)
    (card,) = answer.json()["results"]
    assert (card["title"], card["url"].rsplit("/", 1)[1]) == ("Nurse", str(job.public_id))
    assert "description" not in card
    assert get(client, path, **{"If-None-Match": answer["ETag"]}).status_code == 304
    assert get(client, f"{path}?expand=text").json()["results"][0]["description"]
    assert get(client, f"{path}{job.public_id}/").json()["description"]
    services.close_job(actor=bob, job_id=job.pk)
    assert get(client, path).json()["results"] == []
    assert get(client, f"{path}{job.public_id}/").status_code == 410
    assert get(client, "/api/v1/boards/nobody/jobs/").status_code == 404


def test_a_board_of_another_company_knows_nothing_of_a_closed_posting(client: Client, acme: Company) -> None:
    closed = make_job(company=make_company(slug="other"), status=Status.CLOSED)
    hidden = make_job(company=acme, status=Status.CLOSED, is_anonymous=True)
    for job in (closed, hidden):
        assert get(client, f"/api/v1/boards/acme/jobs/{job.public_id}/").status_code == 404


def test_a_board_costs_the_same_for_twenty_as_for_two(client: Client, acme: Company) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert get(client, "/api/v1/boards/acme/jobs/").status_code == 200
        return len(queries)

    for _ in range(2):
        make_job(company=acme, skills=["Python"])
    few = cost()
    for _ in range(18):
        make_job(company=acme, skills=["Python"])
    assert cost() == few


@pytest.mark.parametrize("path", FEEDS)
def test_head_tells_the_validators_without_reading_a_posting(path: str, client: Client) -> None:
    make_job()
    make: Callable[..., Any] = client.head
    with CaptureQueriesContext(connection) as queries:
        answer = make(path)
    assert (answer.status_code, read(answer)) == (200, "") and answer["ETag"]
    assert len(queries) <= 4
