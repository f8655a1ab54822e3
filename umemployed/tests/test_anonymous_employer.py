"""An anonymous employer is named by no door: every route, feed, frame, notification and mail is asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Model
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from applications.assessments.models import Attempt
from applications.assessments.tests.factories import make_attempt
from applications.models import Application
from applications.pools.services import EmployerHidden, ask_into_pool
from applications.pools.tests.factories import make_talent_pool
from applications.referrals.tests.factories import make_referral
from applications.services import mark_seen, move_application, reject_application
from applications.tests.factories import make_application
from companies.models import Company
from companies.tests.factories import make_company
from jobs import services
from jobs.distribution.sitemaps import BLOCK
from jobs.models import Job, Status
from jobs.search.terms.learning import learn
from jobs.tests.factories import make_job, make_question
from messaging.models import Conversation, Message
from messaging.services import send_message
from messaging.tests.factories import make_conversation, say
from notifications.mail.letters import Moot, write_letter
from notifications.mail.rendering import Letter
from notifications.models import Mail, Notification
from umemployed.events.relay import Relay
from umemployed.realtime.models import Frame
from umemployed.tests.test_routes import ROUTES, Route

pytestmark = pytest.mark.django_db
Client = Callable[[User], APIClient]
# What would tell whose posting it is, and what tells which posting it is.
NAME, SLUG, HOST, STREET, REFERENCE = (
    "Vexloria Works",
    "vexloria-works",
    "vexloria.example",
    "Wobblegate 7",
    "VX-REF-91",
)
CANARIES = ("vexloria", "wobblegate", "vx-ref-91", "4.0511", "9.7085")
TITLE = "Quillwright"
# Pages of companies name companies, and say nothing of anonymous postings.
OF_COMPANIES = ("companies/",)
FEEDS = ("/feeds/jobs.rss", "/feeds/indeed.xml", "/feeds/linkedin.xml", "/sitemap.xml")
SEARCHES: dict[str, list[dict[str, Any]]] = {
    "jobs/": [
        {"q": TITLE, "count": "true", "facets": "company,country,skills,category", "expand": "text"},
        {"ordering": "-published_at", "facets": "company"},
        {"ordering": "-salary"},
        {"q": TITLE, "highlight": "true"},
        {"q": "vexlorai"},
        {"q": "quillwirght"},
    ],
    "jobs/suggest/": [{"q": "vex"}, {"q": "works"}, {"q": "wob"}, {"q": "qui"}],
}


@pytest.fixture
def hidden(bob: User) -> Job:
    """A live posting of a company that stays anonymous."""
    company = make_company(name=NAME, slug=SLUG, owner=bob, website=f"https://www.{HOST}/")
    place = {"city": "Douala", "country": "CM", "address": STREET, "latitude": 4.0511, "longitude": 9.7085}
    job = make_job(
        company=company,
        status=Status.DRAFT,
        title=TITLE,
        is_anonymous=True,
        reference=REFERENCE,
        locations=[place],
        expires_at=timezone.now() + timedelta(days=9),
    )
    make_question(job=job, label="Can you hold a quill?")
    return services.publish_job(actor=bob, job_id=job.pk)


@pytest.fixture
def story(hidden: Job, alice: User, bob: User) -> dict[str, Model]:
    """Alice applies, is seen, moved and written to; everybody is told."""
    sent = make_application(candidate=alice, job=hidden)
    mark_seen(actor=bob, application_id=sent.pk)
    application = Application.objects.get(pk=sent.pk)
    stage = hidden.stages.order_by("position")[1]
    move_application(actor=bob, application_id=sent.pk, version=application.version, stage_id=stage.public_id)
    talk = make_conversation(application=application)
    say(bob, talk, "Good morning")
    Relay().drain()
    learn()
    return {"job": hidden, "application": application, "conversation": Conversation.objects.get(pk=talk.pk)}


def leaks(said: str) -> list[str]:
    return [canary for canary in CANARIES if canary in said.lower()]


def urls_of(route: Route, ids: list[Any]) -> Iterator[str]:
    """Every URL of the route: with the id of each object of the story, and the company's slug."""
    for public_id in ids if "public_id" in route.path else ids[:1]:
        yield route.url({"public_id": public_id, "slug": SLUG, "number": 2})


def test_no_get_of_the_api_names_the_employer_to_people_outside(
    as_user: Client, api: APIClient, alice: User, carol: User, globex: Company, story: dict[str, Any]
) -> None:
    ids = [row.public_id for row in story.values()]
    ids += list(Message.objects.values_list("public_id", flat=True))
    ids += list(Notification.objects.filter(recipient=alice).values_list("public_id", flat=True))
    asked, told_of = 0, set()
    for client in (api, as_user(alice), as_user(carol)):
        for route in ROUTES.values():
            if route.method != "GET":
                continue
            for url in urls_of(route, ids):
                for query in SEARCHES.get(route.path, [{}]):
                    answer = client.get(url, query)
                    said = answer.content.decode() + json.dumps(dict(answer.headers))
                    asked += 1
                    if route.path.startswith(OF_COMPANIES):
                        assert TITLE not in said, url
                        continue
                    assert leaks(said.replace(SLUG, "") if answer.status_code == 404 else said) == [], url
                    told_of |= {route.path} if TITLE in said else set()
        # Other tests of this process may have taken many numbers of publication.
        for path in (*FEEDS, f"/sitemaps/jobs-{story['job'].search_ord // BLOCK}.xml"):
            answer = client.get(path)
            said = answer.getvalue().decode() + json.dumps(dict(answer.headers))
            assert answer.status_code == 200 and leaks(said) == [], path
            told_of |= {path} if TITLE in said or str(ids[0]) in said else set()
    assert asked > 200
    assert set(FEEDS) - {"/sitemap.xml"} <= told_of
    assert {
        "jobs/",
        "jobs/{public_id}/",
        "applications/",
        "jobs/{public_id}/jsonld/",
        "jobs/suggest/",
        "conversations/",
        "notifications/",
    } <= told_of


def test_nothing_that_follows_an_application_names_it(
    as_user: Client, alice: User, bob: User, carol: User, hidden: Job, story: dict[str, Any]
) -> None:
    """An assessment, a referral, a rejection, the end of the posting. (An offer does name it: decision 0242.)"""
    sent = Application.objects.get(pk=story["application"].pk)
    make_attempt(sent)
    make_referral(application=sent)
    pool = make_talent_pool(company=hidden.company)
    with pytest.raises(EmployerHidden):
        ask_into_pool(actor=bob, pool_id=pool.pk, application=sent.public_id)
    Relay().drain()
    other = make_application(candidate=carol, job=hidden)
    for application in (sent, other):
        application.refresh_from_db()
        reject_application(
            actor=bob, application_id=application.pk, version=application.version, reason="other", delay_minutes=0
        )
    fresh = Job.objects.get(pk=hidden.pk)
    services.close_job(actor=bob, job_id=hidden.pk, version=fresh.version, keep_applicants=True)
    Relay().drain()
    ids = [hidden.public_id, sent.public_id, other.public_id]
    ids += [*Attempt.objects.values_list("public_id", flat=True)]
    told = set()
    for person in (alice, carol):
        client = as_user(person)
        for route in ROUTES.values():
            if route.method != "GET" or route.path.startswith(OF_COMPANIES):
                continue
            for url in urls_of(route, ids):
                answer = client.get(url)
                said = (answer.getvalue() if answer.streaming else answer.content).decode(errors="replace")
                assert leaks(said.replace(SLUG, "") if answer.status_code == 404 else said) == [], url
                told |= {route.path} if answer.status_code == 200 else set()
        assert leaks(json.dumps([[row.scope, row.data] for row in Frame.objects.filter(user=person)])) == []
        assert leaks("".join(letters_to(person))) == []
    assert {"applications/pools/", "applications/{public_id}/timeline/"} <= told
    assert Notification.objects.filter(recipient=alice).count() >= 4


@pytest.mark.parametrize(
    "query",
    [
        {"company": SLUG},
        {"q": "vexloria"},
        {"q": "wobblegate"},
        {"q": REFERENCE},
        {"near": "4.0511,9.7085", "radius_km": 3},
    ],
)
def test_no_search_by_what_is_hidden_finds_it(query: Any, api: APIClient, hidden: Job) -> None:
    assert api.get("/api/v1/jobs/", query).json()["results"] == []
    assert api.get("/api/v1/jobs/", {"q": TITLE}).json()["results"][0]["company"] is None


def test_circles_narrow_down_to_no_better_than_a_tenth_of_a_degree(api: APIClient, hidden: Job) -> None:
    near: dict[str, Any] = {"near": "4.1,9.7", "radius_km": 0.2}  # the rounded spot, where nobody works
    assert [card["title"] for card in api.get("/api/v1/jobs/", near).json()["results"]] == [TITLE]


def test_the_team_itself_is_told(as_user: Client, bob: User, hidden: Job) -> None:
    shown = as_user(bob).get(f"/api/v1/jobs/{hidden.public_id}/").json()
    assert (shown["company"]["name"], shown["reference"], shown["locations"][0]["address"]) == (NAME, REFERENCE, STREET)


def test_no_frame_notification_capsule_or_mail_names_it_to_the_candidate(
    as_user: Client, alice: User, story: dict[str, Any]
) -> None:
    frames = Frame.objects.filter(user=alice)
    assert frames.exists() and leaks(json.dumps([[row.scope, row.data] for row in frames])) == []
    news = as_user(alice).get("/api/v1/notifications/").json()["results"]
    assert len(news) >= 2 and leaks(json.dumps(news)) == []
    assert leaks(json.dumps(Application.objects.get().capsule.content)) == []
    letters = [whole(write_letter(mail)) for mail in Mail.objects.filter(recipient=alice)]
    assert any(TITLE in text for text in letters) and leaks("".join(letters)) == []
    assert any("an anonymous employer" in text.lower() for text in letters)


def letters_to(person: User) -> Iterator[str]:
    """The letters that are still worth sending; that one is moot is judged when it is written."""
    for mail in Mail.objects.filter(recipient=person):
        with suppress(Moot):
            yield whole(write_letter(mail))


def whole(written: tuple[Letter, dict[str, str]]) -> str:
    letter, headers = written
    return json.dumps([vars(letter), headers], default=str)


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Quillwright at VEXLORIA works"},
        {"description": "Write to jobs@vexloria.example"},
        {"benefits": "Vexloria   Wörks pays well"},
    ],
)
def test_a_posting_whose_words_name_the_employer_is_not_published(change: dict[str, str], bob: User) -> None:
    company = make_company(name=NAME, slug=SLUG, owner=bob, website=f"https://www.{HOST}/")
    job = make_job(company=company, status=Status.DRAFT, is_anonymous=True, **change)
    with pytest.raises(services.JobIncomplete) as refusal:
        services.publish_job(actor=bob, job_id=job.pk)
    assert refusal.value.extra["reasons"] == ["employer_named"]


def test_a_message_of_the_team_is_signed_by_a_person_only(
    as_user: Client, alice: User, bob: User, story: dict[str, Any]
):
    send_message(
        actor=bob, conversation_id=story["conversation"].public_id, client_msg_id=story["job"].public_id, body="Hello"
    )
    said = as_user(alice).get(f"/api/v1/conversations/{story['conversation'].public_id}/messages/").content.decode()
    assert "Bob Fotso" in said and leaks(said) == []
