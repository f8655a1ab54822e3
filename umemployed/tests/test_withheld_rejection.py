"""A rejection that is withheld has not happened: no door that its candidate can open says otherwise before its time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Model
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from applications.assessments.tests.factories import make_assessment
from applications.decisions.announcing import announce_due
from applications.decisions.closing import start_disposition, work_off_dispositions
from applications.models import Application, DispositionItem, Offer
from applications.offers.tests.factories import make_sent_offer
from applications.services import reject_application
from applications.tests.factories import make_application
from companies.models import Company
from jobs.models import Job
from jobs.tests.factories import make_job
from messaging.tests.factories import make_conversation, say
from notifications.models import Mail, Notification
from umemployed.events.relay import Relay
from umemployed.realtime.models import Frame
from umemployed.tests.test_blind_review import OF_ONE_KIND
from umemployed.tests.test_routes import ROUTES

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], APIClient]
# What changes with every reading.
FLEETING = {"exp", "iat", "expires_at", "last_used_at", "generated_at", "request_id"}


@pytest.fixture(autouse=True)
def unhurried(settings: Any) -> None:
    """Let one reader walk through every door twice."""
    settings.RATE_LIMITS = {name: {**policy, "limit": 10**6} for name, policy in settings.RATE_LIMITS.items()}


@pytest.fixture
def job(acme: Company) -> Job:
    job = make_job(company=acme)
    make_assessment(job)
    return job


@pytest.fixture
def story(job: Job, alice: User) -> dict[str, Model]:
    application = make_application(job=job, candidate=alice)
    talk = make_conversation(application=application)
    message = say(alice, talk, "When do you decide?")
    Relay().drain()
    return {type(row).__name__: row for row in (job, application, talk, message, application.resume)}


def steady(value: Any) -> Any:
    """Return a JSON value without what changes by itself."""
    if isinstance(value, dict):
        return {name: steady(one) for name, one in value.items() if name not in FLEETING}
    return [steady(one) for one in value] if isinstance(value, list) else value


def heard(client: APIClient, story: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield (URL, status and body) of every GET route with the id in the story that it takes."""
    everything = [row.public_id for name, row in story.items() if name not in OF_ONE_KIND.values()]
    for route in ROUTES.values():
        if route.method != "GET":
            continue
        values = {"slug": "acme", "report": "funnel", "stage_id": story["Application"].stage.public_id}
        kind = OF_ONE_KIND.get(route.path.partition("/")[0])
        for public_id in [story[kind].public_id] if kind in story else everything:
            url = route.url({**values, "note_id": public_id, "public_id": public_id})
            answer = client.get(url)
            if answer.status_code != 200 or answer.streaming or "json" not in answer.headers.get("Content-Type", ""):
                yield url, answer.status_code
            else:
                yield url, steady(json.loads(answer.content))


def told(reader: User) -> list[list[Any]]:
    """Return the frames, the news and the mails of a reader."""
    frames = Frame.objects.filter(user=reader).order_by("pk").values_list("scope", "data")
    news = Notification.objects.filter(recipient=reader).order_by("pk").values_list("kind")
    return [list(frames), list(news), list(Mail.objects.filter(recipient=reader).order_by("pk").values_list("kind"))]


def test_no_door_of_the_candidate_changes_before_the_rejection_is_told(
    story: dict[str, Any], alice: User, bob: User, as_user: AsUser
) -> None:
    client, application = as_user(alice), story["Application"]
    dict(heard(client, story))  # what a first reading marks as read stays marked
    Relay().drain()
    before, told_before = dict(heard(client, story)), told(alice)
    reject_application(
        actor=bob, application_id=application.pk, version=application.version, reason="pay", delay_minutes=60
    )
    Relay().drain()
    after = dict(heard(client, story))
    assert {url: (before[url], after[url]) for url in before if before[url] != after[url]} == {}
    assert told(alice) == told_before
    assert sum(not isinstance(said, int) for said in after.values()) > 40, "many doors answered"
    Application.objects.filter(pk=application.pk).update(withheld_until=timezone.now() - timedelta(seconds=1))
    assert announce_due() == 1
    Relay().drain()
    ended = dict(heard(client, story))
    changed = {url for url in after if after[url] != ended[url]}
    assert f"/api/v1/applications/{application.public_id}/" in changed, "the walk would have noticed"
    assert told(alice) != told_before


def test_an_assessment_can_still_be_begun_until_the_rejection_is_told(
    story: dict[str, Any], alice: User, bob: User, as_user: AsUser
) -> None:
    application = story["Application"]
    url = f"/api/v1/applications/{application.public_id}/assessment/"
    reject_application(
        actor=bob, application_id=application.pk, version=application.version, reason="pay", delay_minutes=60
    )
    assert as_user(alice).get(url).json()["can_start"] is True
    assert as_user(alice).post(f"{url}start/").status_code == 201


def test_the_version_that_a_candidate_reads_rises_with_what_they_are_told_and_only_with_that(
    job: Job, alice: User, bob: User, as_user: AsUser
) -> None:
    application = make_application(job=job, candidate=alice)
    url = f"/api/v1/applications/{application.public_id}/"
    phases = {stage.phase: str(stage.public_id) for stage in job.stages.order_by("position")}
    team, own = as_user(bob), as_user(alice)
    versions = [own.get(url).json()["version"]]

    def act(verb: str, **body: Any) -> None:
        version = team.get(url).json()["version"]
        answer = team.post(f"{url}{verb}/", {"version": version, **body})
        assert answer.status_code == 200, answer.content
        assert answer.json()["version"] == version + 1
        versions.append(own.get(url).json()["version"])

    act("move", stage=phases["in_review"])  # with the team's first look, which is told: two
    tag = own.get(url).headers["ETag"]
    act("reject", reason="pay", delay_minutes=60)
    act("restore")
    act("reject", reason="pay", delay_minutes=60)
    assert own.get(url, headers={"If-None-Match": tag}).status_code == 304
    act("announce")
    act("restore")
    assert versions == [1, 3, 3, 3, 3, 4, 5]


def test_an_offer_in_the_candidates_hands_stands_against_a_rejection_that_waits(
    job: Job, alice: User, bob: User, as_user: AsUser
) -> None:
    """Beside it the offer could neither stand nor fall without telling."""
    application = make_application(job=job, candidate=alice)
    offer = make_sent_offer(application, bob)
    Relay().drain()
    before = told(alice)
    url, team = f"/api/v1/applications/{application.public_id}/", as_user(bob)
    refused = team.post(f"{url}reject/", {"version": 1, "reason": "pay", "delay_minutes": 60})
    assert (refused.status_code, refused.json()["reason"]) == (409, "offer_would_tell")
    assert refused.json()["offer"] == str(offer.public_id)
    assert "delay_minutes" in refused.json()["remedy"]
    Relay().drain()
    assert told(alice) == before
    assert as_user(alice).get(f"/api/v1/offers/{offer.public_id}/").json()["state"] == "open"
    withdrawn = team.post(f"/api/v1/offers/{offer.public_id}/withdraw/", {"version": offer.version})
    assert withdrawn.status_code == 200
    assert team.post(f"{url}reject/", {"version": 1, "reason": "pay", "delay_minutes": 60}).status_code == 200


def test_a_rejection_that_is_told_at_once_takes_the_offer_with_it(
    job: Job, alice: User, bob: User, as_user: AsUser
) -> None:
    application = make_application(job=job, candidate=alice)
    offer = make_sent_offer(application, bob)
    rejected = as_user(bob).post(
        f"/api/v1/applications/{application.public_id}/reject/", {"version": 1, "reason": "pay", "delay_minutes": 0}
    )
    assert rejected.status_code == 200
    Relay().drain()
    assert as_user(alice).get(f"/api/v1/offers/{offer.public_id}/").json()["state"] == "withdrawn"


def test_an_offer_whose_time_was_over_stays_expired_under_a_rejection_that_waits(
    job: Job, alice: User, bob: User, as_user: AsUser
) -> None:
    application = make_application(job=job, candidate=alice)
    offer = make_sent_offer(application, bob)
    Offer.objects.filter(pk=offer.pk).update(expires_at=timezone.now() - timedelta(minutes=1))
    url = f"/api/v1/offers/{offer.public_id}/"
    assert as_user(alice).get(url).json()["state"] == "expired"
    reject_application(actor=bob, application_id=application.pk, version=1, reason="pay", delay_minutes=60)
    Relay().drain()
    assert as_user(alice).get(url).json()["state"] == "expired"


def test_a_closing_that_tells_later_leaves_who_holds_an_offer_and_says_why(job: Job, alice: User, bob: User) -> None:
    application = make_application(job=job, candidate=alice)
    make_sent_offer(application, bob)
    start_disposition(actor=bob, job_id=job.pk, reason="job_closed", delay_minutes=60)
    work_off_dispositions(seconds=5)
    item = DispositionItem.objects.get(application=application)
    assert (item.status, item.problem) == ("failed", "offer_would_tell")
    assert Application.objects.get(pk=application.pk).status == "active"


def test_a_refusal_tells_a_candidate_their_progress_and_no_stage(
    job: Job, alice: User, bob: User, as_user: AsUser
) -> None:
    application = make_application(job=job, candidate=alice)
    reject_application(actor=bob, application_id=application.pk, version=1, reason="pay", delay_minutes=0)
    refused = as_user(alice).post(f"/api/v1/applications/{application.public_id}/withdraw/", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "application_wrong_state")
    assert refused.json()["state"] == {"progress": "not_selected", "version": 2}
    assert application.stage.name not in refused.content.decode()
