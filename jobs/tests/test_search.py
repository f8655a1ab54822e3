"""The search against brute force: what PostgreSQL finds is what a patient reader would find."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from companies.models import Company
from companies.tests.factories import make_company
from jobs import services
from jobs.geography import distance_km
from jobs.models import Category, Job, JobLocation, JobSearch, JobSkill, Status
from jobs.pay import latest_rates, yearly
from jobs.search.backend import search_backend
from jobs.search.index import index_jobs, next_ordinals, rebuild
from jobs.search.query import FACETS, Circle, Pay, SearchQuery
from jobs.tests.factories import make_indexed, make_skill
from resumes.models import SkillAlias
from umemployed.api.errors import Invalid

pytestmark = pytest.mark.django_db
WORDS = ["alpha", "bravo", "cedar", "delta", "ember", "frost", "grove", "harbor", "island", "jungle", "kettle", "lumen"]
CITIES = [
    ("Paris", "IDF", "FR", 48.8566, 2.3522),
    ("Versailles", "IDF", "FR", 48.8049, 2.1204),
    ("Lyon", "ARA", "FR", 45.764, 4.8357),
    ("Douala", "Littoral", "CM", 4.0511, 9.7679),
    ("Suva", "", "FJ", -18.1416, 178.4419),
    ("Apia", "", "WS", -13.8507, -171.7514),
]
SKILLS = ["Python", "SQL", "Go", "Rust"]
ENGINE = search_backend()


@pytest.fixture
def crowd() -> list[Job]:
    """Three hundred live postings, the same ones every time."""
    dice = random.Random(7)
    companies = [make_company() for _ in range(4)]
    skills = [make_skill(name) for name in SKILLS]
    categories, rates, now = list(Category.objects.order_by("pk")[:4]), latest_rates(), timezone.now()
    jobs, places, needs = [], [], []
    for number, ordinal in enumerate(next_ordinals(300)):
        pay = {}
        if dice.random() < 0.7:
            low = Decimal(dice.randint(10, 90))
            period = dice.choice(["hour", "day", "week", "month", "year"])
            scale = {"hour": 1, "day": 8, "week": 40, "month": 170, "year": 2000}[period]
            terms = (dice.choice(["EUR", "USD", "XAF"]), period, dice.choice([None, Decimal("20"), Decimal("35")]))
            low, high = low * scale, low * scale * 2 if dice.random() < 0.8 else None
            figures = yearly(low, *terms, rates), yearly(high, *terms, rates)
            pay = dict(zip(("salary_currency", "salary_period", "hours_per_week"), terms, strict=True))
            pay |= {"salary_min": low, "salary_max": high}
            pay |= {"salary_yearly_min": figures[0], "salary_yearly_max": figures[1]}
        jobs.append(
            Job(
                company=dice.choice(companies),
                title=" ".join(dice.sample(WORDS, 2)),
                description=" ".join(dice.choices(WORDS, k=8)),
                language=dice.choice(["en", "fr", "de"]),
                category=dice.choice([*categories, None]),
                employment_type=dice.choice(["full_time", "part_time", "contract"]),
                experience_level=dice.choice(["any", "entry", "senior"]),
                work_mode=dice.choice(["on_site", "hybrid", "remote"]),
                eligible_countries=dice.choice([[], ["FR"], ["CM", "FR"]]),
                status=Status.LIVE,
                published_at=now - timedelta(hours=300 - number),
                expires_at=now - timedelta(hours=1) if dice.random() < 0.1 else None,
                search_ord=ordinal,
                **pay,
            )
        )
    Job.objects.bulk_create(jobs)
    for job in jobs:
        for city, region, country, lat, lon in dice.sample(CITIES, dice.choice([0, 1, 1, 2])):
            place = JobLocation(job=job, city=city, region=region, country=country)
            if dice.random() < 0.9:
                place.latitude, place.longitude = lat + dice.uniform(-0.3, 0.3), lon + dice.uniform(-0.3, 0.3)
            places.append(place)
        needs += [JobSkill(job=job, skill=skill) for skill in dice.sample(skills, dice.randint(0, 3))]
    JobLocation.objects.bulk_create(places)
    JobSkill.objects.bulk_create(needs)
    index_jobs([job.pk for job in jobs])
    return list(Job.objects.with_parts().order_by("-search_ord"))


def text_of(job: Job) -> list[str]:
    return f"{job.title} {job.description}".split()


def holds(job: Job, query: SearchQuery) -> bool:
    """Judge one posting by reading it."""
    rates, places = latest_rates(), list(job.locations.all())
    chosen = {
        "work_mode": {job.work_mode},
        "employment_type": {job.employment_type},
        "experience_level": {job.experience_level},
        "language": {job.language},
        "company": {job.company.slug},
        "category": {job.category.slug if job.category else ""},
        "country": {place.country for place in places},
    }
    top = job.salary_yearly_max if job.salary_yearly_max is not None else job.salary_yearly_min
    pay, circle = query.pay, query.circle
    return all(
        [
            job.is_open(),
            all(not getattr(query, name) or set(getattr(query, name)) & values for name, values in chosen.items()),
            {skill.lower() for skill in query.skills} <= {row.skill.slug for row in job.skills.all()},
            all((piece.text in text_of(job)) != piece.excluded for piece in query.pieces if not piece.phrase),
            all((piece.text in phrases_of(job)) != piece.excluded for piece in query.pieces if piece.phrase),
            not query.eligible_in or not job.eligible_countries or query.eligible_in in job.eligible_countries,
            not query.location or any(query.location.lower() in (p.city.lower(), p.region.lower()) for p in places),
            pay is None or (top is not None and top >= yearly(pay.amount, pay.currency, pay.period, None, rates)),
            query.posted_after is None or job.published_at >= query.posted_after,
            circle is None
            or any(
                distance_km((circle.latitude, circle.longitude), (p.latitude, p.longitude)) <= circle.radius_km
                for p in places
                if p.latitude is not None
            ),
        ]
    )


def phrases_of(job: Job) -> set[str]:
    """Every pair of neighbours within the title or within the description."""
    return {f"{one} {next_}" for part in (job.title, job.description) for one, next_ in pairwise(part.split())}


def walk(query: SearchQuery, size: int = 17) -> list[int]:
    """Read all pages."""
    found, cursor = [], None
    while True:
        page = ENGINE.search(query, cursor=cursor, size=size)
        found += [hit.job_id for hit in page.hits]
        cursor = page.next
        if cursor is None:
            return found


QUERIES = [
    {},
    {"text": "alpha"},
    {"text": "alpha bravo"},
    {"text": "alpha -bravo"},
    {"text": "-alpha"},
    {"text": '"alpha bravo"'},
    {"text": '"alpha bravo" -cedar'},
    {"text": 'delta -"ember frost"'},
    {"text": "nowhere"},
    {"work_mode": ("remote",)},
    {"work_mode": ("remote", "hybrid"), "employment_type": ("contract",)},
    {"experience_level": ("senior",), "text": "frost"},
    {"language": ("fr",)},
    {"language": ("de", "en"), "text": "grove"},
    {"country": ("FR",)},
    {"country": ("FR", "CM"), "skills": ("python",)},
    {"skills": ("Python", "sql")},
    {"skills": ("cobol",)},
    {"company": ("nobody",)},
    {"eligible_in": "CM"},
    {"eligible_in": "DE"},
    {"location": "paris"},
    {"location": "IDF"},
    {"circle": Circle(48.8566, 2.3522, 15)},
    {"circle": Circle(48.8566, 2.3522, 40), "text": "harbor"},
    {"circle": Circle(-16.0, 179.9, 900)},
    {"circle": Circle(45.764, 4.8357, 500)},
    {"circle": Circle(89.0, 0.0, 1000)},
    {"pay": Pay(Decimal("30"), "EUR", "hour")},
    {"pay": Pay(Decimal("60000"), "EUR", "year")},
    {"pay": Pay(Decimal("2500000"), "XAF", "month"), "skills": ("go",)},
    {"pay": Pay(Decimal("0"), "USD", "week")},
]


def test_what_is_found_is_what_a_reader_would_find(crowd: list[Job]) -> None:
    for asked in QUERIES:
        query = SearchQuery(**asked)
        expected = [job.pk for job in crowd if holds(job, query)]
        assert walk(query) == expected, asked
        counts = ENGINE.facets(query, ["work_mode", "company", "skills", "country", "category", "language"])
        assert counts.total == len(expected) and counts.exact, asked


def test_pay_in_a_currency_of_which_no_rate_is_known_finds_nothing(crowd: list[Job]) -> None:
    assert walk(SearchQuery(pay=Pay(Decimal("1"), "KPW", "week"))) == []


def test_newer_than_is_judged_to_the_second(crowd: list[Job]) -> None:
    moment = crowd[100].published_at
    query = SearchQuery(posted_after=moment.replace(microsecond=0))
    assert walk(query) == [job.pk for job in crowd if holds(job, query)]


FILTERS: list[dict[str, Any]] = [
    {},
    {"text": "alpha", "work_mode": ("remote",)},
    {"country": ("FR",), "skills": ("sql",), "language": ("fr",)},
]


@pytest.mark.parametrize("asked", FILTERS, ids=str)
def test_a_facet_counts_what_its_list_would_hold(asked: dict[str, Any], crowd: list[Job]) -> None:
    counted = ENGINE.facets(SearchQuery(**asked), FACETS).facets
    for dimension, values in counted.items():
        assert values and [value.count for value in values] == sorted((v.count for v in values), reverse=True)
        for value in values:
            chosen = (*asked.get("skills", ()), value.value) if dimension == "skills" else (value.value,)
            query = SearchQuery(**{**asked, dimension: chosen})
            assert value.count == ENGINE.facets(query, ()).total == len(walk(query, size=100)), (dimension, value)


def test_a_company_is_found_by_its_slug_alone(crowd: list[Job]) -> None:
    slug = crowd[0].company.slug
    query = SearchQuery(company=(slug,))
    assert walk(query) == [job.pk for job in crowd if holds(job, query)] != []


def test_pay_sorts_across_currency_and_period_with_the_unknown_last(crowd: list[Job]) -> None:
    query = SearchQuery(ordering="-salary")

    def key(job: Job) -> tuple[int, int]:
        top = job.salary_yearly_max if job.salary_yearly_max is not None else job.salary_yearly_min
        return (-1 if top is None else top, job.search_ord)

    expected = sorted((job for job in crowd if holds(job, query)), key=key, reverse=True)
    assert walk(query) == [job.pk for job in expected]


@pytest.mark.parametrize(("hours", "first"), [("40", "hourly"), ("20", "yearly")])
def test_thirty_an_hour_and_sixty_thousand_a_year_rank_by_the_hours(
    hours: str, first: str, bob: User, acme: Company
) -> None:
    terms = {"company": acme, "work_mode": "remote", "description": "Work.", "salary_currency": "EUR"}
    hourly = services.create_job(
        actor=bob, title="hourly", salary_min=30, salary_period="hour", hours_per_week=Decimal(hours), **terms
    )
    yearly_ = services.create_job(actor=bob, title="yearly", salary_min=60_000, salary_period="year", **terms)
    assert (hourly.salary_yearly_min, yearly_.salary_yearly_min) == (30 * int(hours) * 52, 60_000)
    assert max((hourly, yearly_), key=lambda job: job.salary_yearly_min).title == first


@pytest.mark.parametrize("ordering", ["relevance", "-published_at", "-salary"])
def test_pages_neither_repeat_nor_skip_while_postings_come_and_go(
    ordering: str, crowd: list[Job], bob: User, acme: Company
) -> None:
    query = SearchQuery(text="alpha", ordering=ordering)
    before = walk(query)
    first = ENGINE.search(query, size=20)
    for _ in range(5):
        make_indexed(title="alpha alpha", salary_yearly_max=10**9, salary_currency="EUR")
    gone = before[5]
    Job.objects.filter(pk=gone).delete()
    rest, cursor = [], first.next
    while cursor:
        page = ENGINE.search(query, cursor=cursor, size=20)
        rest += [hit.job_id for hit in page.hits]
        cursor = page.next
    assert [hit.job_id for hit in first.hits] + rest == before


@pytest.mark.parametrize("ordering", ["relevance", "-published_at", "-salary"])
def test_the_previous_page_is_the_page_that_was_left(ordering: str, crowd: list[Job]) -> None:
    query = SearchQuery(text="alpha", ordering=ordering)
    first = ENGINE.search(query, size=10)
    second = ENGINE.search(query, cursor=first.next, size=10)
    third = ENGINE.search(query, cursor=second.next, size=10)
    assert first.previous is None
    assert ENGINE.search(query, cursor=third.previous, size=10).hits == second.hits
    back = ENGINE.search(query, cursor=second.previous, size=10)
    assert (back.hits, back.previous) == (first.hits, None)


def test_a_cursor_serves_only_the_search_that_made_it(crowd: list[Job]) -> None:
    cursor = ENGINE.search(SearchQuery(text="alpha"), size=1).next
    for stolen in (cursor, cursor[:-2] + "xx"):
        with pytest.raises(Invalid):
            ENGINE.search(SearchQuery(text="bravo"), cursor=stolen)


def test_a_page_of_the_search_names_its_neighbours_in_link(acme: Company) -> None:
    for _ in range(3):
        make_indexed(company=acme, title="gardener")
    first = APIClient().get("/api/v1/jobs/", {"page_size": 1})
    assert first["Link"] == f'<{first.json()["next"]}>; rel="next"'
    second = APIClient().get(first.json()["next"])
    told = second.json()
    assert second["Link"] == f'<{told["next"]}>; rel="next", <{told["previous"]}>; rel="prev"'
    assert "Link" not in APIClient().get("/api/v1/jobs/")


def found_by(text: str, **asked: Any) -> set[str]:
    page = ENGINE.search(SearchQuery(text=text, ordering="relevance", **asked), size=100)
    return set(Job.objects.filter(pk__in=[hit.job_id for hit in page.hits]).values_list("title", flat=True))


def test_each_posting_is_read_in_its_own_language(acme: Company) -> None:
    make_indexed(title="Senior developers", language="en", description="We are hiring.")
    make_indexed(title="Développeuse confirmée", language="fr", description="Les chevaux mangent.")
    make_indexed(title="Entwickler gesucht", language="de", description="Wir suchen.")
    assert found_by("developer") == {"Senior developers"}
    assert found_by("DEVELOPPEUSES") == found_by("développeuses") == {"Développeuse confirmée"}
    assert found_by("hired") == {"Senior developers"}
    assert found_by("cheval") == {"Développeuse confirmée"}
    assert found_by("entwickler") == {"Entwickler gesucht"} and found_by("entwicklern") == set()
    assert found_by("hired", language=("fr",)) == set()


def test_small_words_count(acme: Company) -> None:
    make_indexed(title="IT support", description="Help.")
    make_indexed(title="Support", description="Director of engineering and more.")
    assert found_by("IT") == {"IT support"}
    assert found_by('"director of engineering"') == {"Support"} and found_by('"director in engineering"') == set()


def test_a_phrase_does_not_span_two_fields(acme: Company) -> None:
    make_indexed(title="Night watch", description="Dog walking")
    assert found_by('"watch dog"') == set() and found_by("watch dog") == {"Night watch"}


def test_the_title_weighs_more_than_skills_than_the_place_than_the_text(acme: Company) -> None:
    make_indexed(title="text", description="quartz")
    make_indexed(title="company", company=make_company(name="Quartz"))
    make_indexed(title="skill", skills=["Quartz"])
    make_indexed(title="quartz")
    page = ENGINE.search(SearchQuery(text="quartz", ordering="relevance"))
    titles = dict(Job.objects.values_list("pk", "title"))
    assert [titles[hit.job_id] for hit in page.hits] == ["quartz", "skill", "company", "text"]
    assert [hit.score for hit in page.hits] == sorted((hit.score for hit in page.hits), reverse=True)


@pytest.mark.parametrize("place", ["saint étienne", "Saint  Etienne, FR", "France, SAINT-etienne".replace("-", " ")])
def test_places_are_named_without_regard_to_case_accents_and_order(place: str, acme: Company) -> None:
    make_indexed(title="here", locations=[{"city": "Saint Étienne", "region": "ARA", "country": "FR"}])
    make_indexed(
        title="mixed", locations=[{"city": "Saint Étienne", "country": "CM"}, {"city": "Lyon", "country": "FR"}]
    )
    titles = found_by("", location=place)
    assert titles == ({"here", "mixed"} if "," not in place else {"here"})


def test_a_skill_is_found_by_any_of_its_labels(acme: Company) -> None:
    skill = make_skill("JavaScript")
    SkillAlias.objects.create(skill=skill, label="JS", normalised="js")
    make_indexed(title="frontend", skills=["JavaScript"])
    assert found_by("", skills=("JS",)) == found_by("", skills=("javascript",)) == {"frontend"}


def test_a_posting_that_hides_its_employer_is_counted_for_nobody(acme: Company) -> None:
    job = make_indexed(company=acme)
    query = SearchQuery(company=(acme.slug,))
    assert ENGINE.facets(SearchQuery(), ["company"]).facets["company"] != [] and walk(query) == [job.pk]
    Job.objects.filter(pk=job.pk).update(is_anonymous=True)
    index_jobs([job.pk])
    assert ENGINE.facets(SearchQuery(), ["company"]).facets["company"] == [] == walk(query)
    assert JobSearch.objects.get(job=job).company_id == 0


def test_newer_rates_restate_pay_and_move_the_filter_with_it(acme: Company, dana: User) -> None:
    job = make_indexed(company=acme, salary_min=50_000, salary_currency="USD", salary_period="year")
    services.load_exchange_rates(actor=dana, on=timezone.now().date(), rates={"USD": Decimal("2")}, source="test")
    job.refresh_from_db()
    assert job.salary_yearly_min == 25_000
    assert walk(SearchQuery(pay=Pay(Decimal("50000"), "USD", "year"))) == [job.pk]
    assert walk(SearchQuery(pay=Pay(Decimal("25001"), "EUR", "year"))) == []


def test_the_index_can_be_made_anew(crowd: list[Job]) -> None:
    before = walk(SearchQuery(text="alpha"))
    JobSearch.objects.all().delete()
    assert rebuild() == 300 and walk(SearchQuery(text="alpha")) == before


def test_the_whole_list_pages_over_http(crowd: list[Job], api: APIClient) -> None:
    seen, path = [], "/api/v1/jobs/?page_size=90&count=true"
    while path:
        body = api.get(path).json()
        seen += [card["id"] for card in body["results"]]
        path = body["next"]
    assert seen == [str(job.public_id) for job in crowd if job.is_open()] and body["count"] == len(seen)
