"""What is offered to somebody who types: what is public now, the most frequent first, at a bounded cost."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override
from rest_framework.test import APIClient

from accounts.models import User
from companies.models import Company
from companies.tests.factories import make_company
from jobs import services
from jobs.models import Category, Job, PostingTerms, SearchTerm, Status, TermPrefix
from jobs.search import work
from jobs.search.backend import search_backend
from jobs.search.index import index_jobs, unindex_jobs
from jobs.search.terms import prefixes
from jobs.search.terms.learning import learn
from jobs.search.terms.suggesting import suggest
from jobs.search.terms.upkeep import mend
from jobs.tests.factories import make_indexed, make_job, make_skill
from resumes.models import SkillAlias

pytestmark = pytest.mark.django_db
PATH = "/api/v1/jobs/suggest/"


def offered(typed: str, *kinds: str, limit: int = 20) -> list[tuple[str, int]]:
    return [(found.text, found.jobs) for found in suggest(typed, kinds, limit)]


def test_terms_are_ranked_by_how_many_postings_have_them(acme: Company) -> None:
    for title, number in (("Data analyst", 1), ("Data engineer", 3), ("Senior data engineer", 2), ("Nurse", 4)):
        for _ in range(number):
            make_indexed(company=acme, title=title, skills=["Databases"] if number == 3 else [])
    assert learn() == 10
    assert offered("dat", "title") == [("Data engineer", 3), ("Senior data engineer", 2), ("Data analyst", 1)]
    assert offered("dat") == [("Data engineer", 3), ("Databases", 3), ("Senior data engineer", 2), ("Data analyst", 1)]
    assert offered("data eng", "title") == [("Data engineer", 3), ("Senior data engineer", 2)]
    assert offered("ngineer") == [] and offered("zzz") == []


def test_a_label_that_is_what_was_typed_comes_first(acme: Company) -> None:
    for _ in range(3):
        make_indexed(company=acme, title="Gopher", skills=["Golf"])
    make_indexed(company=acme, title="Clerk", skills=["Go"])
    learn()
    assert offered("go")[0] == ("Go", 1)


def test_case_and_accents_do_not_matter(acme: Company) -> None:
    place = {"city": "Saint-Étienne", "region": "", "country": "FR"}
    make_indexed(company=acme, title="Développeuse Œuvres", language="fr", locations=[place])
    learn()
    for typed in ("DEVELOPP", "développ", " dévelOPPeuse  œ", "oeuv"):
        assert offered(typed) == [("Développeuse Œuvres", 1)]
    (found,) = suggest("etienne")
    assert (found.kind, found.text, found.value) == ("place", "Saint-Étienne, FR", "saint-etienne, fr")


def test_a_place_is_offered_by_names_that_find_it(api: APIClient, acme: Company) -> None:
    places = [
        ("Berlin", "Berlin", "DE"),
        ("Lyon", "", "FR"),
        ("Saint-Étienne", "ARA", "FR"),
        ("Here, there", "X", "FR"),
    ]
    for city, region, country in places:
        make_indexed(company=acme, locations=[{"city": city, "region": region, "country": country}])
    learn()
    found = [
        *suggest("berlin", ["place"]),
        *suggest("ly", ["place"]),
        *suggest("etien", ["place"]),
        *suggest("he", ["place"]),
    ]
    assert [one.text for one in found] == ["Berlin, DE", "Lyon, FR", "Saint-Étienne, ARA, FR"]
    for one in found:
        assert api.get("/api/v1/jobs/", {"location": one.value, "count": "true"}).json()["count"] == 1


def test_what_is_offered_finds_postings_by_its_value(api: APIClient) -> None:
    company, category = make_company(name="Quartzite"), Category.objects.order_by("pk")[0]
    skill = make_skill("Quarrying")
    SkillAlias.objects.create(skill=skill, label="Quarantine of stones", normalised="quarantine of stones")
    place = {"city": "Quarré-les-Tombes", "region": "BFC", "country": "FR"}
    make_indexed(title="Quarter master", company=company, skills=["Quarrying"], locations=[place], category=category)
    learn()
    asked_by = {"title": "q", "company": "company", "skill": "skills", "place": "location", "category": "category"}
    found = api.get(PATH, {"q": "quar"}).json()["results"]
    found += api.get(PATH, {"q": category.name[:5].lower(), "kinds": "category"}).json()["results"]
    assert {one["kind"] for one in found} == set(asked_by)
    for one in found:
        page = api.get("/api/v1/jobs/", {asked_by[one["kind"]]: one["value"], "count": "true"}).json()
        assert page["count"] == one["jobs"] == 1, one
    assert [one["text"] for one in api.get(PATH, {"q": "quarantine"}).json()["results"]] == ["Quarrying"]


def test_categories_are_named_in_the_readers_language(acme: Company) -> None:
    category = Category.objects.exclude(name_fr="").exclude(name_fr__startswith="S").order_by("pk")[0]
    make_indexed(company=acme, category=category)
    learn()
    with override("fr"):
        assert (category.name_fr, 1) in offered(category.name_fr[:6], "category")
    assert (category.name, 1) in offered(category.name_fr[:6], "category")


def test_what_is_not_public_any_more_is_not_offered_though_nobody_counted_yet(bob: User, acme: Company) -> None:
    closed, expiring, hidden = (
        make_indexed(company=acme, title=title) for title in ("Zookeeper", "Zoologist", "Zombie")
    )
    Job.objects.filter(pk=expiring.pk).update(expires_at=timezone.now() + timedelta(seconds=1.2))
    index_jobs([expiring.pk])
    learn()
    assert {text for text, _ in offered("zo")} == {"Zookeeper", "Zoologist", "Zombie"} and offered("acme") != []
    services.close_job(actor=bob, job_id=closed.pk)
    assert {text for text, _ in offered("zo")} == {"Zoologist", "Zombie"}
    Job.objects.filter(pk=hidden.pk).update(is_anonymous=True)
    index_jobs([hidden.pk])
    PostingTerms.objects.filter(pk=expiring.pk).update(expires=0)
    assert offered("zo") == [] and offered("acme") == []
    learn()
    assert offered("zo") == [("Zombie", 1), ("Zoologist", 1)], "the posting is counted until its own time is over"
    assert offered("acme") == [(acme.name, 1)], "the public posting names it, the anonymous one does not"


def test_expired_postings_are_subtracted(acme: Company) -> None:
    job = make_indexed(company=acme, title="Wheelwright")
    learn()
    Job.objects.filter(pk=job.pk).update(expires_at=timezone.now() - timedelta(hours=1))
    index_jobs([job.pk])
    learn()
    assert offered("wheel") == [] and not PostingTerms.objects.filter(pk=job.pk).exists()
    assert SearchTerm.objects.get(kind="title", value="wheelwright").live == 0


def test_an_anonymous_employer_is_never_offered(api: APIClient) -> None:
    make_indexed(title="Quillwright", company=make_company(name="Vexloria Works"), is_anonymous=True)
    learn()
    assert [one["text"] for one in api.get(PATH, {"q": "qui"}).json()["results"]] == ["Quillwright"]
    assert api.get(PATH, {"q": "vex"}).json()["results"] == [] == api.get(PATH, {"q": "works"}).json()["results"]
    assert not SearchTerm.objects.filter(label__icontains="vexlo").exists()


def test_drafts_and_what_staff_took_down_say_nothing(acme: Company, dana: User) -> None:
    from jobs.moderation.services import take_down_job

    make_job(company=acme, title="Python secret", status=Status.DRAFT)
    job = make_indexed(company=acme, title="Pyramid seller")
    learn()
    assert offered("py") == [("Pyramid seller", 1)]
    take_down_job(actor=dana, job_id=job.pk)
    assert offered("py") == []


def test_learning_twice_counts_once(acme: Company) -> None:
    jobs = [make_indexed(company=acme, title="Tailor") for _ in range(3)]
    learn()
    index_jobs([job.pk for job in jobs])
    index_jobs([job.pk for job in jobs])
    assert (learn(), learn()) == (3, 0)
    assert offered("tail") == [("Tailor", 3)]
    unindex_jobs([jobs[0].pk])
    Job.objects.filter(pk=jobs[1].pk).update(title="Sailor")
    index_jobs([jobs[1].pk])
    learn()
    assert offered("tail") == [("Tailor", 1)] and offered("sail") == [("Sailor", 1)]


def test_crowded_prefixes_say_what_counting_all_would_say(acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    dice = random.Random(5)
    words = ["sale", "salt", "sand", "saddle", "sage", "sail"]
    titles = [f"{dice.choice(words)} {dice.choice('abcdefghij')}{dice.choice('klmnop')} worker" for _ in range(500)]
    jobs = [make_job(company=acme, title=title, locations=[]) for title in titles]
    for start in range(0, 500, 60):  # several rounds, so that lists are mended
        index_jobs([job.pk for job in jobs[start : start + 60]])
        learn()
    gone = [job for number, job in enumerate(jobs) if number % 5 == 0]
    unindex_jobs([job.pk for job in gone])
    learn()
    kept = Counter(title for number, title in enumerate(titles) if number % 5)
    assert TermPrefix.objects.filter(kind="title", prefix="s").exists()
    assert TermPrefix.objects.filter(kind="title", prefix="worker").exists() is False or offered("worker", "title")
    for typed in ("s", "sa", "sal", "sale", "sale a", "w", "work", "a", "ak"):
        behind = {title: n for title, n in kept.items() if f" {title}".find(f" {typed}") >= 0}
        best = sorted(behind.values(), reverse=True)[:10]
        assert [number for _, number in offered(typed, "title", limit=10)] == best, typed
    mend()
    assert [number for _, number in offered("s", "title", limit=10)] == sorted(kept.values(), reverse=True)[:10]


def test_where_much_changed_the_lists_are_made_anew(acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prefixes, "MANY", 30)
    jobs = [make_job(company=acme, title=f"Painter {n}", locations=[]) for n in range(40)]
    index_jobs([job.pk for job in jobs])
    learn()
    assert len(TermPrefix.objects.get(kind="title", prefix="painter").terms) == prefixes.LISTED
    assert not SearchTerm.objects.filter(changed=True).exists() and len(offered("p")) == 20


def test_the_nightly_round_mends_what_was_done_past_us(acme: Company) -> None:
    kept, gone = make_indexed(company=acme, title="Tinker"), make_indexed(company=acme, title="Tinsmith")
    learn()
    Job.objects.filter(pk=gone.pk).delete()
    SearchTerm.objects.filter(value="tinker").update(live=7)
    assert mend() == 1
    learn()
    assert offered("tin") == [("Tinker", 1)]
    assert mend() == 0
    assert not SearchTerm.objects.filter(value="tinsmith").exists()
    PostingTerms.objects.filter(pk=kept.pk).delete()
    assert mend() == 1 and learn() == 1


def test_a_company_under_a_new_name_is_offered_by_it(acme: Company) -> None:
    job = make_indexed(company=acme, title="Smith")
    learn()
    Company.objects.filter(pk=acme.pk).update(name="Zenith")
    index_jobs([job.pk])
    learn()
    assert offered("zen") == [("Zenith", 1)] and offered(acme.name[:3], "company") == []


def test_a_company_under_a_new_name_leaves_the_lists_of_the_old_one(acme: Company) -> None:
    companies = [make_company(name=f"Quarry {n}") for n in range(prefixes.CROWD + 1)]
    jobs = [make_job(company=company, title="Smith") for company in [*companies, *[companies[7]] * 2]]
    index_jobs([job.pk for job in jobs])
    learn()
    assert offered("quar", "company")[0] == ("Quarry 7", 3) and TermPrefix.objects.filter(prefix="quar").exists()
    Company.objects.filter(pk=companies[7].pk).update(name="Zenith")
    index_jobs([job.pk for job in jobs if job.company_id == companies[7].pk])
    learn()
    assert offered("zen", "company") == [("Zenith", 3)]
    assert {name for name, _ in offered("quar", "company")} <= {company.name for company in companies} - {"Quarry 7"}


@pytest.mark.parametrize("number", [2, 80])
def test_a_suggestion_costs_one_statement(number: int, api: APIClient, acme: Company) -> None:
    jobs = [make_job(company=acme, title=f"Painter {n}") for n in range(number)]
    index_jobs([job.pk for job in jobs])
    learn()
    with CaptureQueriesContext(connection) as sent:
        found = api.get(PATH, {"q": "p"}).json()["results"]
    assert len(sent) == 1 and len(found) == min(number, 10)


def test_the_lag_of_the_terms_is_visible(acme: Company) -> None:
    learn()
    assert work.lag()[work.TERMS] == (0, 0.0)
    make_indexed(company=acme)
    waiting, seconds = work.lag()[work.TERMS]
    assert waiting == 1 and seconds >= 0
    assert {metric.name for metric in work.index_work()} == {
        "umemployed_search_index_waiting",
        "umemployed_search_index_lag_seconds",
    }


HOSTILE = [
    "'",
    "%",
    "_",
    "\\",
    "a%",
    "\U0001f600",
    "x" * 60,
    "...",
    "\u202eabc",
    "مهندس",
    "a\u0300" * 20,
    "ß",
    "ŉ",
    "{}",
    "%(kinds)s",
]


@pytest.mark.parametrize("typed", HOSTILE, ids=ascii)
def test_whatever_is_typed_is_answered(typed: str, api: APIClient, acme: Company) -> None:
    make_indexed(company=acme, title=f"The {typed} title", locations=[])
    learn()
    answer = api.get(PATH, {"q": typed})
    assert answer.status_code == 200
    suggest("y" * 10_000)


def test_right_to_left_and_emoji_titles_are_offered(acme: Company) -> None:
    make_indexed(company=acme, title="مهندس برمجيات")
    make_indexed(company=acme, title="\U0001f40d Snake charmer")
    learn()
    assert offered("برم") == [("مهندس برمجيات", 1)]
    assert offered("snake") == offered("\U0001f40d") == [("\U0001f40d Snake charmer", 1)]


@pytest.mark.parametrize(
    ("query", "attr"),
    [({}, "q"), ({"q": ""}, "q"), ({"q": "a" * 61}, "q"), ({"q": "a", "kinds": "word"}, "kinds")],
    ids=str,
)
def test_what_cannot_be_asked_is_refused_by_name(query: dict[str, Any], attr: str, api: APIClient) -> None:
    answer = api.get(PATH, query)
    assert answer.status_code == 400 and answer.json()["errors"][0]["attr"].split(".")[0] == attr


def test_kinds_and_number_can_be_chosen(api: APIClient, acme: Company) -> None:
    make_indexed(company=acme, title="Rust developer", skills=["Rust"])
    make_indexed(company=acme, title="Rust tester", skills=["Rust"])
    learn()
    found = api.get(PATH, {"q": "rust", "kinds": "title,skill", "page_size": 2}).json()["results"]
    assert [(one["kind"], one["jobs"]) for one in found] == [("skill", 2), ("title", 1)]
    assert {one["kind"] for one in api.get(PATH, {"q": "rust", "kinds": "title"}).json()["results"]} == {"title"}
    assert search_backend().suggest("rust", kinds=["skill"])[0].value == "rust"


def test_a_learner_who_is_not_alone_leaves_the_work_to_the_other(
    acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_indexed(company=acme)
    monkeypatch.setattr("jobs.search.terms.learning.lock", lambda: False)
    assert learn() == 0 and work.lag()[work.TERMS][0] == 1
    assert prefixes.CROWD < 100
