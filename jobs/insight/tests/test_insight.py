"""Views and applications: counted exactly, whoever dies, and about nobody."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from applications.tests.factories import make_application
from companies.models import Company
from jobs.insight.models import DailyCount, Visit
from jobs.insight.services import count_view, counts_of, fold_visits, today_of
from jobs.insight.visitors import is_person, source_of
from jobs.models import Job
from jobs.tasks import fold_visits as fold_task
from jobs.tests.factories import make_job

Client = Callable[[User], APIClient]
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0"
PEOPLE = [
    FIREFOX,
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML) Version/18.5 Safari/604.1",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML) Chrome/139.0.0.0 Safari/537.36 Edg/139",
    "Mozilla/5.0 (Linux; Android 14; SM-A057F) AppleWebKit/537.36 (KHTML) SamsungBrowser/28.0 Mobile Safari/537.36",
    "Opera/9.80 (J2ME/MIDP; Opera Mini/7.1.32052/191.325; U; fr) Presto/2.12.423 Version/12.16",
]  # fmt: skip
PROGRAMS = [
    "",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML; compatible; bingbot/2.0) Chrome/116.0 Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML) HeadlessChrome/139.0.0.0 Safari/537.36",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
    "WhatsApp/2.23.20.0",
    "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "curl/8.5.0",
    "python-requests/2.32",
    "Go-http-client/2.0",
    "Yandex/1.01.001 (compatible; Win16; I) YandexBot/3.0",
    "Baiduspider",
    "UptimeRobot/2.0",
]  # fmt: skip


@pytest.mark.parametrize("agent", PEOPLE)
def test_browsers_are_people(agent: str) -> None:
    assert is_person("GET", {"User-Agent": agent})


@pytest.mark.parametrize("agent", PROGRAMS)
def test_programs_are_not(agent: str) -> None:
    assert not is_person("GET", {"User-Agent": agent})


@pytest.mark.parametrize(
    "headers", [{"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}, {"X-Moz": "prefetch"}]
)
def test_a_browsers_guess_ahead_is_not_a_view(headers: dict[str, str]) -> None:
    assert not is_person("GET", {"User-Agent": FIREFOX, **headers}) and not is_person("HEAD", {"User-Agent": FIREFOX})


def test_sources_are_a_closed_list() -> None:
    found = [source_of(name) for name in ("", " Indeed ", "linkedin", "x" * 60, "'; drop")]
    assert found == ["direct", "indeed", "linkedin", "other", "other"]


@pytest.mark.django_db
def test_a_person_outside_who_opens_it_is_counted_with_the_source(
    as_user: Client, api: APIClient, alice: User, bob: User, acme: Company
) -> None:
    job = make_job(company=acme)
    path, agent = f"/api/v1/jobs/{job.public_id}/", {"User-Agent": FIREFOX}
    for client in (api, as_user(alice)):
        assert client.get(path, {"source": "indeed"}, headers=agent).status_code == 200
    api.get(path, headers=agent)
    as_user(bob).get(path, headers=agent)
    api.head(path, headers=agent)
    api.get(path, headers={"User-Agent": "Googlebot/2.1"})
    api.get(path, headers={**agent, "Sec-Purpose": "prefetch"})
    make_application(candidate=alice, job=job, source="indeed")
    assert DailyCount.objects.count() == 0
    before = as_user(bob).get(f"{path}analytics/").json()
    assert fold_task() == 4 and not Visit.objects.exists()
    after = as_user(bob).get(f"{path}analytics/").json()
    assert before == after
    assert after["total"] == {"views": 3, "applies": 1} and len(after["days"]) == 30
    assert after["days"][-1] == {"day": str(today_of(job)), "views": 3, "applies": 1}
    assert after["sources"] == [
        {"source": "direct", "views": 1, "applies": 0},
        {"source": "indeed", "views": 2, "applies": 1},
    ]


@pytest.mark.django_db
def test_a_day_is_one_of_the_jobs_own_zone(acme: Company) -> None:
    west, east = make_job(timezone="Pacific/Pago_Pago"), make_job(timezone="Pacific/Kiritimati")
    assert today_of(east) - today_of(west) == timedelta(days=1) or timezone.now().hour == 10
    count_view(job=west)
    assert Visit.objects.get().day == today_of(west)


@pytest.mark.django_db
def test_nothing_about_the_reader_is_kept() -> None:
    assert {field.name for field in Visit._meta.get_fields()} == {"id", "job", "day", "source", "is_apply"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("first=2031-01-01&last=2031-01-31", 200),
        ("first=2031-02-01&last=2031-01-31", 400),
        ("first=2025-01-01&last=2031-01-31", 400),
        ("first=0001-01-01", 400),
        ("last=9999-12-31", 400),
        ("first=2020-05-01", 200),
        ("first=2199-05-01", 200),
    ],
)
def test_ranges(query: str, status: int, as_user: Client, bob: User, acme: Company) -> None:
    path = f"/api/v1/jobs/{make_job(company=acme).public_id}/analytics/?{query}"
    assert as_user(bob).get(path).status_code == status


@pytest.mark.django_db
def test_numbers_are_for_the_team_and_cost_the_same_for_many_days(
    as_user: Client, bob: User, carol: User, acme: Company, globex: Company
) -> None:
    job = make_job(company=acme)
    path, client = f"/api/v1/jobs/{job.public_id}/analytics/", as_user(bob)
    assert as_user(carol).get(path).status_code == 404

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        return len(queries)

    cost()
    few = cost()
    DailyCount.objects.bulk_create(
        DailyCount(job=job, day=timezone.localdate() - timedelta(days=back), source=source, views=1)
        for back in range(20)
        for source in ("direct", "rss")
    )
    assert cost() == few and client.get(path).json()["total"]["views"] == 40


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_visits_while_four_fold_and_some_die_are_counted_once_each() -> None:
    job, day = make_job(), date.today()
    stop, deaths = threading.Event(), []

    def fold() -> None:
        """Fold again and again; every second time, die before the commit."""
        from django.db import transaction

        turn = 0
        while not stop.is_set():
            turn += 1
            try:
                with transaction.atomic():
                    fold_visits()
                    if turn % 2:
                        raise ConnectionError
            except ConnectionError:
                deaths.append(turn)
        connection.close()

    def visit() -> None:
        for _ in range(100):
            Visit.objects.create(job=job, day=day, source="direct")
            assert sum(row["views"] for row in counts_of(job, day, day)) <= 400
        connection.close()

    folders = [threading.Thread(target=fold) for _ in range(4)]
    visitors = [threading.Thread(target=visit) for _ in range(4)]
    for thread in [*folders, *visitors]:
        thread.start()
    for thread in visitors:
        thread.join()
    stop.set()
    for thread in folders:
        thread.join()
    assert deaths and sum(row["views"] for row in counts_of(job, day, day)) == 400
    fold_visits()
    assert DailyCount.objects.get().views == 400 and not Visit.objects.exists()
    assert Job.objects.count() == 1
