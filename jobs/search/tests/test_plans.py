"""Every plan finds what reading every posting finds; walks hold while the market changes."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from companies.tests.factories import make_company
from jobs.models import Job, JobSearch, JobSkill, Status
from jobs.search import asking, conditions, counting, frequencies, relevance
from jobs.search.index import index_jobs, next_ordinals, unindex_jobs
from jobs.search.postgres import Limits, PostgresBackend
from jobs.search.query import SearchQuery
from jobs.tests.factories import make_skill

WORDS = ["alpha", "bravo", "cedar", "delta", "ember", "frost"]
ALL, NONE = PostgresBackend(), PostgresBackend(Limits(0, 0, 0, 0, 0, 0))
POSTINGS = 240
RARE = {"work_mode": ("remote",), "experience_level": ("senior",), "language": ("fr",)}


def publish(number: int, seed: int = 5, offset: int = 77) -> list[int]:
    """Make live postings at once, the same ones for a seed; their ordinals lie far apart, in windows of all sizes.

    The first is published ``offset`` numbers after the beginning of the next window of the largest kind.
    """
    dice, now, company = random.Random(seed), timezone.now(), make_company()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval('jobs_search_ord', (((last_value >> 17) + 1) << 17) + %s) FROM jobs_search_ord", [offset]
        )
    ordinals = []
    for _ in range(number):
        if dice.random() < 0.05:
            next_ordinals(dice.choice([1_500, 9_000]))
        ordinals += next_ordinals(1)
    jobs = Job.objects.bulk_create(
        Job(
            company=company,
            title=" ".join(dice.sample(WORDS, 2)),
            description=" ".join(dice.choices(WORDS, k=3)),
            language=dice.choice(["en", "fr", "de"]),
            work_mode=dice.choice(["on_site", "hybrid", "remote"]),
            experience_level=dice.choice(["any", "entry", "senior"]),
            salary_yearly_max=dice.choice([None, 15_000, 30_000, 55_000, 58_000, 300_000]),
            status=Status.LIVE,
            published_at=now - timedelta(minutes=(number - n) * 60 + seed),
            search_ord=ordinal,
        )
        for n, ordinal in enumerate(ordinals)
    )
    skills = [make_skill(f"{word}") for word in WORDS[:3]] if seed == 5 else []
    JobSkill.objects.bulk_create(
        JobSkill(job=job, skill=skill) for job in jobs for skill in skills if dice.random() < 0.2
    )
    index_jobs([job.pk for job in jobs])
    return [job.pk for job in jobs]


@pytest.fixture
def market(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A market whose tokens are all counted, and plans that are content with a few candidates."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value, is_called FROM jobs_search_ord")
        before = cursor.fetchone()
    publish(POSTINGS)
    monkeypatch.setattr(frequencies, "RARE", 1)
    monkeypatch.setattr(relevance, "CANDIDATES", 12)
    frequencies.learn()
    frequencies.hold(None)
    yield
    # A sequence does not roll back, and other tests of this process count on small numbers.
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('jobs_search_ord', %s, %s)", before)


def walk(engine: PostgresBackend, query: SearchQuery, size: int = 7) -> list[int]:
    """Read all pages forth, and back again, which has to give the same."""
    pages, cursor = [], None
    while True:
        page = engine.search(query, cursor=cursor, size=size)
        pages.append([hit.job_id for hit in page.hits])
        cursor = page.next
        if cursor is None:
            break
    back, cursor = pages[-1:], page.previous
    while cursor:
        page = engine.search(query, cursor=cursor, size=size)
        back.insert(0, [hit.job_id for hit in page.hits])
        cursor = page.previous
    assert [pk for page in back for pk in page] == [pk for page in pages for pk in page]
    return [pk for page in pages for pk in page]


def oracle(query: SearchQuery) -> list[int]:
    """Read every posting, newest first."""
    found = []
    for job in Job.objects.order_by("-search_ord"):
        text = f"{job.title} {job.description} {' '.join(row.skill.name for row in job.skills.all())}".lower()
        if all((piece.text in text) != piece.excluded for piece in query.pieces) and all(
            not getattr(query, name) or getattr(job, name) in getattr(query, name)
            for name in ("work_mode", "experience_level", "language")
        ):
            found.append(job)
    if query.ordering == "-salary":
        found.sort(key=lambda job: -1 if job.salary_yearly_max is None else job.salary_yearly_max, reverse=True)
    return [job.pk for job in found]


SEARCHES = st.builds(
    SearchQuery,
    text=st.lists(st.sampled_from([*WORDS, "-alpha", "-frost", "nowhere"]), max_size=3, unique=True).map(" ".join),
    work_mode=st.lists(st.sampled_from(["on_site", "hybrid", "remote"]), max_size=2, unique=True).map(tuple),
    experience_level=st.sampled_from([(), ("senior",), ("any", "entry")]),
    language=st.sampled_from([(), ("fr",), ("en", "de")]),
    ordering=st.sampled_from(["relevance", "-published_at", "-salary"]),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=SEARCHES, size=st.integers(1, 30), nearly_all=st.sampled_from([0.1, 0.9]))
def test_every_plan_finds_what_a_reader_finds(
    query: SearchQuery, size: int, nearly_all: float, market: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = oracle(query)
    with monkeypatch.context() as patched:
        patched.setattr(conditions, "NEARLY_ALL", nearly_all)
        for engine in (ALL, NONE):
            found = walk(engine, query, size)
            if query.is_ranked():
                assert sorted(found) == sorted(expected)
            else:
                assert found == expected
            assert engine.facets(query, ["work_mode", "language"]).total == len(expected)


def test_a_promise_of_few_that_is_broken_is_given_up(market: None) -> None:
    """Words that stand together more often than their shares say are walked in tiers, as if nothing had been tried."""
    query = SearchQuery(text="alpha", ordering="relevance")
    tried = PostgresBackend(Limits(5, 0, 0, 0, 0, 10_000))
    assert tried.search(query, size=9).plan == "relevance: tiers"
    assert walk(tried, query) == walk(NONE, query)
    kept = PostgresBackend(Limits(POSTINGS, 0, 0, 0, 0, 10_000))
    assert kept.search(query, size=9).plan == "relevance: all scored"
    assert walk(kept, query) == walk(ALL, query)


def test_a_word_is_read_in_the_language_of_its_posting(market: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """English reads "bravos" as "bravo", others do not: the same are found, whichever language prevails."""
    query, found = SearchQuery(text="bravos"), []
    for nearly_all in (2.0, 0.1):
        monkeypatch.setattr(conditions, "NEARLY_ALL", nearly_all)
        found += [walk(engine, query) for engine in (ALL, NONE)]
    assert all(pages == found[0] for pages in found)
    languages = Counter(Job.objects.filter(pk__in=found[0]).values_list("language", flat=True))
    assert languages["en"] == sum(
        "bravo" in f"{job.title} {job.description}" or job.skills.filter(skill__name="bravo").exists()
        for job in Job.objects.filter(language="en")
    )
    assert not languages["de"]


@pytest.mark.parametrize("text", ["alpha", "alpha bravo", "alpha bravo -cedar"])
def test_the_tiers_score_as_all_are_scored(text: str, market: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """With as many candidates as there are postings, what has the words in its title comes in the order of scores."""
    monkeypatch.setattr(relevance, "CANDIDATES", POSTINGS)
    query = SearchQuery(text=text, ordering="relevance")
    tiers, everything = NONE.search(query, size=POSTINGS), ALL.search(query, size=POSTINGS)
    assert (tiers.plan, everything.plan) == ("relevance: tiers", "relevance: all scored")
    assert tiers.hits == everything.hits


def test_what_has_the_words_in_its_title_comes_first(market: None) -> None:
    page = NONE.search(SearchQuery(text="alpha bravo", ordering="relevance"), size=10)
    titles = Job.objects.in_bulk([hit.job_id for hit in page.hits])
    inside = [{"alpha", "bravo"} <= set(titles[hit.job_id].title.split()) for hit in page.hits]
    assert inside[0] and inside == sorted(inside, reverse=True)
    assert [hit.score for hit in page.hits] == sorted((hit.score for hit in page.hits), reverse=True)


@pytest.mark.parametrize(
    ("asked", "plan"),
    [
        ({}, "newest: walked"),
        ({"text": "alpha"}, "newest: windows"),
        ({"text": "alpha", "ordering": "relevance"}, "relevance: tiers"),
        ({"text": "alpha", "ordering": "-salary"}, "pay: walked"),
        ({**RARE, "ordering": "-salary"}, "pay: bands"),
        ({"text": "zulu", "ordering": "relevance"}, "relevance: all scored"),
    ],
    ids=str,
)
def test_plans_follow_from_frequencies(asked: dict[str, Any], plan: str, market: None) -> None:
    assert NONE.search(SearchQuery(**asked)).plan == plan
    known = {"newest: walked": plan, "pay: walked": "pay: all sorted", "pay: bands": "pay: all sorted"}
    few = known.get(plan, plan.replace("windows", "all sorted").replace("tiers", "all scored"))
    assert ALL.search(SearchQuery(**asked)).plan == few


@pytest.mark.parametrize("engine", [ALL, NONE], ids=["all", "bounded"])
@pytest.mark.parametrize("ordering", ["relevance", "-published_at", "-salary"])
def test_a_walk_holds_while_postings_come_and_go(ordering: str, engine: PostgresBackend, market: None) -> None:
    """What was there from the beginning to the end is met exactly once, in the order of the beginning."""
    query = SearchQuery(text="alpha", ordering=ordering)  # type: ignore[arg-type]
    before = walk(engine, query)
    dice, met, closed, cursor = random.Random(3), [], set(), None
    while True:
        page = engine.search(query, cursor=cursor, size=7)
        met += [hit.job_id for hit in page.hits]
        cursor = page.next
        if cursor is None:
            break
        publish(3, seed=100 + len(met))
        gone = dice.sample(before, 3)
        closed |= set(gone)
        unindex_jobs(gone)
        if dice.random() < 0.5:
            frequencies.learn()
            frequencies.hold(None)
    assert len(met) == len(set(met))
    stayed = [pk for pk in before if pk not in closed]
    assert [pk for pk in met if pk in stayed] == stayed


@pytest.mark.parametrize("ordering", ["relevance", "-published_at", "-salary"])
def test_a_page_costs_the_same_statements_whatever_is_found(
    ordering: str, market: None, django_assert_max_num_queries: Any
) -> None:
    NONE.search(SearchQuery())
    for text in ("alpha", "alpha bravo cedar", "zulu"):
        with django_assert_max_num_queries(3):
            NONE.search(SearchQuery(text=text, ordering=ordering))  # type: ignore[arg-type]
        with django_assert_max_num_queries(2):
            NONE.facets(SearchQuery(text=text), ["work_mode", "language", "company"])


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(offset=st.integers(0, (1 << 17) - 1), seed=st.integers(1_000, 2_000), bound=st.sampled_from([1, 50, 10_000]))
@example(offset=0, seed=5, bound=10_000)
@example(offset=(1 << 14) - 1, seed=5, bound=1)
@example(offset=(1 << 11) * 3 - 20, seed=7, bound=20)
def test_estimates_do_not_depend_on_where_numbers_stand(
    offset: int, seed: int, bound: int, market: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is in a window may all be at its beginning or its end: an estimate is off by its sample's luck alone."""
    sample = 15
    with transaction.atomic(), monkeypatch.context() as patched:
        patched.setattr(counting, "SAMPLE", sample)
        patched.setattr(counting, "NEWER_COUNTED", bound)
        JobSearch.objects.all().delete()
        publish(100, seed, offset)
        frequencies.learn()
        frequencies.hold(None)
        for query in (SearchQuery(text="alpha"), SearchQuery(text="bravo", language=("fr", "en"))):
            newest = oracle(query)[:sample]
            looked_at = JobSearch.objects.filter(ord__gte=JobSearch.objects.get(job=newest[-1]).ord).count()
            result = NONE.facets(query, ["work_mode"])
            assert abs(result.total - sample * 100 / looked_at) <= 1
            modes = Counter(Job.objects.filter(pk__in=newest).values_list("work_mode", flat=True))
            assert all(abs(v.count - modes[v.value] * 100 / looked_at) <= 1 for v in result.facets["work_mode"])
        transaction.set_rollback(True)


def test_everything_is_estimated_to_be_all(market: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A search that finds everything is estimated to find as many as there are."""
    for bound in (1, 30, 10_000):
        monkeypatch.setattr(counting, "NEWER_COUNTED", bound)
        for size in (1, 7, 40, 239, 240):
            monkeypatch.setattr(counting, "SAMPLE", size)
            result = NONE.facets(SearchQuery(), ["language"])
            assert abs(result.total - POSTINGS) <= 1, (bound, size)


def test_estimated_counts_say_so(market: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "SAMPLE", 40)
    query = SearchQuery(text="alpha", work_mode=("remote",))
    exact, estimated = ALL.facets(query, ["work_mode", "language"]), NONE.facets(query, ["work_mode", "language"])
    assert exact.exact and not estimated.exact
    for name, values in exact.facets.items():
        guessed = {value.value: value.count for value in estimated.facets[name]}
        for value in values:
            assert abs(guessed[value.value] - value.count) <= max(25, value.count * 0.6), (name, value)


def test_frequencies_count_and_forget(market: None) -> None:
    known = frequencies.known()
    remote = JobSearch.objects.filter(work_mode=3).count()
    assert (known.total, known.of("'R:3'"), known.of("'R:3' | 'R:1'")) == (
        POSTINGS,
        remote,
        remote + JobSearch.objects.filter(work_mode=1).count(),
    )
    assert known.of("('D:job_french' & 'nowhere') | 'R:3'") == remote
    JobSearch.objects.all().delete()
    assert frequencies.learn() == 1


@pytest.mark.django_db(transaction=True)
def test_a_search_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "PATIENCE_MS", 30)
    with pytest.raises(asking.SearchTooSlow) as raised:
        asking.ask("SELECT pg_sleep(20)", {})
    assert raised.value.status_code == 503 and raised.value.headers["Retry-After"]
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone()[0] != "30ms"
