"""What many do at once, through the whole stack."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.factories import make_client, make_user
from applications.models import Application, ApplicationEvent
from applications.tests.factories import make_application
from companies.models import Company
from companies.tests.factories import make_membership
from jobs.models import Job
from jobs.tests.factories import make_job
from resumes.tests.factories import make_resume

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def roomy(settings: Any) -> None:
    """Let the storm through the rate limits, which have tests of their own."""
    settings.RATE_LIMITS = {name: {**policy, "limit": 10**6} for name, policy in settings.RATE_LIMITS.items()}


def test_200_with_one_idempotency_key_make_one_row_and_one_answer() -> None:
    job, alice = make_job(), make_user()
    resume = make_resume(owner=alice)
    body = {"resume": str(resume.public_id), "consent": True}
    token = make_client(alice)._credentials
    bodies: Counter[tuple[int, bytes]] = Counter()

    def send(count: int) -> None:
        client = APIClient()
        client.credentials(**token)
        try:
            for _ in range(count):
                answer = client.post(f"/api/v1/jobs/{job.public_id}/apply/", body, headers={"Idempotency-Key": "one"})
                while answer.status_code == 409 and answer.json()["code"] == "idempotency_in_flight":
                    time.sleep(0.02)
                    answer = client.post(
                        f"/api/v1/jobs/{job.public_id}/apply/", body, headers={"Idempotency-Key": "one"}
                    )
                bodies[answer.status_code, answer.content] += 1
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(10,)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [(status, count) for (status, _body), count in bodies.items()] == [(201, 200)]
    assert (Application.objects.count(), ApplicationEvent.objects.count()) == (1, 1)
    altered = make_client(alice).post(
        f"/api/v1/jobs/{job.public_id}/apply/", {**body, "source": "x"}, headers={"Idempotency-Key": "one"}
    )
    assert altered.status_code == 422


def test_a_storm_of_crosswise_acts_breaks_nothing(acme: Company, bob: User, request: pytest.FixtureRequest) -> None:
    """Bulks in opposite orders, hires, restores, closings and applications: refused by name, never by a 500."""
    seconds = 300 if request.config.getoption("markexpr") == "race" else 4
    jobs = [make_job(company=acme, openings=2) for _ in range(2)]
    for job in jobs:
        for _ in range(4):
            make_application(job=job)
    team = [bob, make_membership(company=acme).user, make_membership(company=acme).user]
    people = [make_user() for _ in range(3)]
    resumes = {person.pk: make_resume(owner=person) for person in people}
    statuses: Counter[int] = Counter()
    deadline = time.monotonic() + seconds

    def storm(person: User, act: Any, seed: int) -> None:
        client, dice = make_client(person), random.Random(seed)
        try:
            while time.monotonic() < deadline:
                statuses[act(client, dice, person).status_code] += 1
        finally:
            connection.close()

    def decide(client: APIClient, dice: random.Random, person: User) -> Any:
        rows = list(Application.objects.filter(job__in=jobs).select_related("job"))
        dice.shuffle(rows)
        stage = dice.choice(list(rows[0].job.stages.filter(removed_at=None)))
        items = [{"application": str(row.public_id), "version": row.version} for row in rows[:6]]
        one = f"/api/v1/applications/{rows[0].public_id}"
        version = {"version": rows[0].version}
        match dice.randrange(6):
            case 0:
                return client.post(f"{one}/hire/", version)
            case 1:
                return client.post(f"{one}/restore/", version)
            case 2:
                body = {"action": "move", "stage": str(stage.public_id), "items": items}
                return client.post("/api/v1/applications/bulk/", body)
            case 3:
                return client.post("/api/v1/applications/bulk/", {"action": "restore", "items": items})
            case 4:
                return client.post("/api/v1/applications/bulk/", {"action": "reject", "reason": "pay", "items": items})
        return client.post(f"/api/v1/jobs/{dice.choice(jobs).public_id}/stages/", {"name": f"S{dice.random()}"})

    def apply(client: APIClient, dice: random.Random, person: User) -> Any:
        mine = Application.objects.filter(candidate=person, status="active").first()
        if mine is not None and dice.random() < 0.5:
            return client.post(f"/api/v1/applications/{mine.public_id}/withdraw/", {})
        body = {"resume": str(resumes[person.pk].public_id), "consent": True}
        return client.post(f"/api/v1/jobs/{dice.choice(jobs).public_id}/apply/", body)

    works = [(person, decide) for person in team * 2] + [(person, apply) for person in people]
    threads = [threading.Thread(target=storm, args=(*work, seed)) for seed, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(statuses.values()) > 20
    assert {status for status in statuses if status >= 500} == set(), statuses
    for job in Job.objects.filter(company=acme):
        assert job.applications.filter(status="hired").count() <= job.openings
