"""Saved searches: percolation is what each search alone would find, once for ever."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.factories import make_user
from companies.blocks.models import Block
from companies.models import Company
from jobs import services as postings
from jobs.alerts import services
from jobs.alerts.percolation import percolate
from jobs.alerts.tests.factories import make_alert_match, make_saved_search
from jobs.geography import COUNTRIES
from jobs.models import AlertMatch, EmploymentType, ExperienceLevel, HiddenJob, SavedSearch, WorkMode
from jobs.search.backend import search_backend
from jobs.tests.factories import make_indexed, make_skill

pytestmark = pytest.mark.django_db
Client = Callable[[User], APIClient]
URL = "/api/v1/saved-searches/"
WORDS = ["data", "engineer", "nurse", "night", "driver", "développeur", "senior", "l'art"]
CHOICES: dict[str, list[str]] = {
    "work_mode": ["remote", "hybrid,remote", "on_site"],
    "employment_type": ["full_time", "part_time,contract"],
    "country": ["FR", "CM,FR"],
    "language": ["en", "fr"],
    "location": ["Lyon", "Lyon, FR", "Douala"],
    "eligible_in": ["CM", "FR"],
    "skills": ["python", "python,sql"],
    "salary_min": ["30000&currency=EUR&period=year", "1&currency=EUR&period=year"],
    "near": ["45.76,4.83&radius_km=30", "4.05,9.7&radius_km=400"],
    "posted_after": ["2020-01-01T00:00:00Z", "2036-01-01T00:00:00Z"],
}
# Letters of four bytes each, none like the next: nothing makes them shorter.
WIDE = "".join(chr(0x20000 + 17 * n) for n in range(500))
PLACES = [
    {"city": "Lyon", "region": "Rhône", "country": "FR", "latitude": 45.75, "longitude": 4.85},
    {"city": "Douala", "region": "Littoral", "country": "CM", "latitude": 4.05, "longitude": 9.7},
]


def random_parameters(chance: random.Random) -> str:
    words = [chance.choice(["", "", "-"]) + chance.choice(WORDS) for _ in range(chance.randint(0, 3))]
    if chance.random() < 0.2:
        words.append('"data engineer"')
    parts = [f"q={' '.join(words)}"] if words else []
    parts += [f"{name}={chance.choice(CHOICES[name])}" for name in chance.sample(sorted(CHOICES), chance.randint(0, 2))]
    return "&".join(parts)


def make_random_job(chance: random.Random) -> int:
    salary = {"salary_yearly_min": 20_000, "salary_yearly_max": chance.choice([25_000, 60_000])}
    return make_indexed(
        title=" ".join(chance.sample(WORDS, 3)),
        language=chance.choice(["en", "fr", "de"]),
        work_mode=chance.choice(["remote", "hybrid", "on_site"]),
        employment_type=chance.choice(["full_time", "part_time"]),
        eligible_countries=chance.choice([[], ["FR"]]),
        locations=chance.sample(PLACES, chance.randint(1, 2)),
        skills=chance.sample(["Python", "SQL"], chance.randint(0, 2)),
        **(salary if chance.random() < 0.6 else {}),
    ).pk


def test_percolation_finds_what_each_search_alone_finds() -> None:
    chance = random.Random(41)
    for name in ("Python", "SQL"):
        make_skill(name)
    people = [make_user() for _ in range(6)]
    searches = [make_saved_search(user=people[n % 6], parameters=random_parameters(chance)) for n in range(300)]
    jobs = [make_random_job(chance) for _ in range(40)]
    for job in jobs:
        percolate(job_id=job)
    found = set(AlertMatch.objects.values_list("search_id", "job_id"))
    expected = set()
    for search in searches:
        query = services.query_of_parameters(search.parameters)
        expected |= {(search.pk, hit.job_id) for hit in search_backend().search(query, size=100).hits}
    assert found == expected
    assert len(expected) > 300


def test_a_posting_is_found_once_for_ever(bob: User, acme: Company) -> None:
    search = make_saved_search()
    job = make_indexed(company=acme, title="Engineer")
    assert percolate(job_id=job.pk) == [search.pk]
    assert percolate(job_id=job.pk) == []
    services.mark_seen(actor=search.user, search_id=search.pk)
    postings.close_job(actor=bob, job_id=job.pk)
    assert percolate(job_id=make_indexed(title="Nurse").pk) == []
    assert AlertMatch.objects.get().seen


def test_hidden_blocked_and_own_postings_are_left_out(alice: User, bob: User, acme: Company) -> None:
    blocker, hider = make_user(), make_user()
    theirs = {person: make_saved_search(user=person) for person in (alice, bob, blocker, hider)}
    job = make_indexed(company=acme, title="Engineer")
    Block.objects.create(blocker=blocker, company=acme)
    HiddenJob.objects.create(user=hider, job=job)
    assert percolate(job_id=job.pk) == [theirs[alice].pk]


def test_a_block_does_not_tell_who_is_anonymous(acme: Company) -> None:
    search = make_saved_search()
    Block.objects.create(blocker=search.user, company=acme)
    assert percolate(job_id=make_indexed(company=acme, title="Engineer", is_anonymous=True).pk) == [search.pk]
    named = make_saved_search(parameters=f"company={acme.slug}")
    assert named.pk not in percolate(job_id=make_indexed(company=acme, title="Cook", is_anonymous=True).pk)


def test_a_search_is_saved_read_edited_and_deleted(as_user: Client, alice: User, carol: User) -> None:
    client = as_user(alice)
    made = client.post(URL, {"name": "Nurses", "parameters": "q=nurse&country=FR"}, format="json")
    assert (made.status_code, made.json()["new_count"], made.json()["version"]) == (201, 0, 1)
    one = f"{URL}{made.json()['id']}/"
    assert as_user(carol).get(one).status_code == 404
    assert client.post(URL, {"name": "Nurses", "parameters": ""}, format="json").status_code == 409
    edited = client.patch(one, {"parameters": "q=cook"}, format="json", headers={"If-Match": made["ETag"]})
    assert (edited.status_code, edited.json()["parameters"]) == (200, "q=cook")
    stale = client.patch(one, {"name": "Cooks"}, format="json", headers={"If-Match": made["ETag"]})
    assert stale.status_code == 412
    assert client.delete(one, headers={"If-Match": edited["ETag"]}).status_code == 204
    assert not SavedSearch.objects.exists()


def largest_parameters() -> str:
    """The search that compiles to the most: a circle of 400 cells, all words that fit, and many alternatives."""
    words = " ".join(f"mak{letter}ing" for letter in "abcdefghijklmnopqrstuvwx")
    places = "Leeds, United Kingdom"
    choices = {"work_mode": WorkMode, "employment_type": EmploymentType, "experience_level": ExperienceLevel}
    facets = "&".join(f"{name}={','.join(kind.values)}" for name, kind in choices.items())
    countries = ",".join(["GB", *sorted(COUNTRIES)][:50])
    languages = ",".join(f"{a}{b}" for a in "abcde" for b in "abcdefghij")
    return (
        f"near=-0.1,-140.1&radius_km=520&q={words}&location={places}&{facets}&country={countries}&language={languages}"
        "&salary_min=90000&currency=EUR&period=year&eligible_in=FR"
    )


def test_the_largest_search_is_saved_and_finds(as_user: Client, alice: User) -> None:
    parameters = largest_parameters()
    answer = as_user(alice).post(URL, {"name": "All", "parameters": parameters}, format="json")
    assert answer.status_code == 201, answer.content
    search = SavedSearch.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_column_size(wanted::tsquery) FROM jobs_savedsearch")
        assert cursor.fetchone()[0] > 8_160, "it would fit into a page, so this tries nothing"
    job = make_indexed(
        title=parameters.split("q=")[1].split("&")[0],
        description="Running.",
        locations=[{"city": "Leeds", "region": "", "country": "GB", "latitude": 0.1, "longitude": -140.2}],
        salary_yearly_min=90_000,
        salary_yearly_max=100_000,
        eligible_countries=["FR"],
        language="aa",
    )
    alone = services.query_of_parameters(parameters)
    assert [hit.job_id for hit in search_backend().search(alone, size=5).hits] == [job.pk]
    assert percolate(job_id=job.pk) == [search.pk]


@pytest.mark.parametrize(
    "parameters",
    [
        "q={}".format(" ".join(WIDE[n : n + 74] for n in range(0, 296, 74))),
        f"q={WIDE[:300]}&location={WIDE[300:500]}",
        "q={}&location={}".format("㎯" * 300, "㎯" * 200),
        "location={}".format(",".join(WIDE[n] for n in range(100))),
    ],
)
def test_words_as_long_as_they_may_be_are_saved(as_user: Client, alice: User, parameters: str) -> None:
    """A token and its needs are one row of an index, which takes 2,704 bytes."""
    answer = as_user(alice).post(URL, {"name": "Wide", "parameters": parameters}, format="json")
    assert answer.status_code == 201, answer.content


@pytest.mark.parametrize(
    ("parameters", "attr"),
    [
        ("colour=red", "colour"),
        ("work_mode=flying", "work_mode.0"),
        ("company=nobody", "company"),
        ("skills=unheard-of", "skills"),
        ("category=none", "category"),
        ("page_size=3", "page_size"),
        ("near=1,2", "radius_km"),
    ],
)
def test_what_the_list_would_not_read_is_named(as_user: Client, alice: User, parameters: str, attr: str) -> None:
    answer = as_user(alice).post(URL, {"name": "Mine", "parameters": parameters}, format="json")
    assert answer.status_code == 400
    assert [item["attr"] for item in answer.json()["errors"]] == [attr]


def test_what_is_new_is_counted_listed_and_seen(as_user: Client, alice: User) -> None:
    search, client = make_saved_search(user=alice), as_user(alice)
    old = make_indexed(title="Engineer of old")
    new = make_indexed(title="Engineer of today")
    percolate(job_id=new.pk)
    one = f"{URL}{search.public_id}/"
    assert client.get(one).json()["new_count"] == 1
    assert [job["id"] for job in client.get(f"{one}jobs/?new=true").json()["results"]] == [str(new.public_id)]
    everything = {job["id"] for job in client.get(f"{one}jobs/").json()["results"]}
    assert everything == {str(old.public_id), str(new.public_id)}
    assert client.post(f"{one}seen/").json()["new_count"] == 0
    assert client.get(f"{one}jobs/?new=true").json()["results"] == []


def test_the_list_costs_the_same_for_twenty_as_for_two(as_user: Client, alice: User) -> None:
    client, costs = as_user(alice), []
    for number in (2, 18):
        for _ in range(number):
            make_alert_match(search=make_saved_search(user=alice), job=make_indexed())
        with CaptureQueriesContext(connection) as queries:
            rows = client.get(f"{URL}?page_size=50").json()["results"]
        assert all(row["new_count"] == 1 for row in rows)
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_one_keeps_at_most_so_many(as_user: Client, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST_SEARCHES", 1)
    make_saved_search(user=alice)
    answer = as_user(alice).post(URL, {"name": "Another", "parameters": ""}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_saved_searches")


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_find_it_once() -> None:
    searches = {make_saved_search().pk for _ in range(10)}
    job, found, gate = make_indexed(title="Engineer"), [], threading.Barrier(4)

    def work() -> None:
        gate.wait()
        found.extend(percolate(job_id=job.pk))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 10 and set(found) == searches
