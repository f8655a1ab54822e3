"""Everything that a job and its applications know how to do, at once and crosswise: refused by name, never a 500.

Apply, move, hire, reject, restore, withdraw, close, reopen, disposition, merge, undo, offer, accept and decline run
against three jobs of one company while the workers carry out what waits. ``./dev races`` lets it run for 300 s.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Count, Q
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.factories import make_client, make_user
from applications.decisions.announcing import announce_due
from applications.decisions.closing import work_off_dispositions
from applications.models import Application, ApplicationEvent, CandidateMerge, Disposition, Offer
from applications.offers.services import expire_offers
from applications.offers.tests.test_api import TERMS
from applications.offers.vocabulary import LIVE, OfferStatus
from applications.services import stages_of
from applications.vocabulary import STANDING, Status
from companies.models import Company
from companies.tests.factories import make_membership
from jobs.models import Job
from jobs.tests.factories import make_job
from resumes.tests.factories import make_resume
from subscriptions.models import PlanLimit
from umemployed.events.relay import Relay

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
API = "/api/v1"
OPENINGS, JOBS, CANDIDATES, COLLEAGUES = 3, 3, 4, 4


class Crowd:
    """Who acts on what, what each act was answered (``answers[act, status, reason]``), and what was raised."""

    def __init__(self, company: Company, seconds: float) -> None:
        self.jobs = [make_job(company=company, openings=OPENINGS) for _ in range(JOBS)]
        self.stages = {job.pk: [str(stage.public_id) for stage in stages_of(job)] for job in self.jobs}
        self.candidates = [make_user() for _ in range(CANDIDATES)]
        self.resumes = {person.pk: str(make_resume(owner=person).public_id) for person in self.candidates}
        self.team = [make_membership(company=company).user for _ in range(COLLEAGUES)]
        self.deadline = time.monotonic() + seconds
        self.answers: Counter[tuple[str, int, str]] = Counter()
        self.failures: list[str] = []

    def any_row(self, dice: random.Random, **which: Any) -> Application | None:
        """Return one of the applications, at random."""
        rows = list(Application.objects.filter(job__in=self.jobs, **which).order_by("-pk")[:30])
        return dice.choice(rows) if rows else None

    def any_offer(self, dice: random.Random, **which: Any) -> Offer | None:
        """Return one of the offers, at random."""
        rows = list(Offer.objects.filter(application__job__in=self.jobs, **which).order_by("-pk")[:20])
        return dice.choice(rows) if rows else None

    def run(self) -> None:
        """Let everybody act until the time is over."""
        crews: list[Callable[[int], None]] = [self.acting(person, TEAM_ACTS) for person in self.team]
        crews += [self.acting(person, CANDIDATES_ACTS) for person in self.candidates]
        crews += [self.working]
        threads = [threading.Thread(target=crew, args=(seed,)) for seed, crew in enumerate(crews)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def acting(self, person: User, acts: dict[str, Act]) -> Callable[[int], None]:
        """Return what one person does all the time."""

        def act(seed: int) -> None:
            client, dice, names = make_client(person), random.Random(seed), sorted(acts)
            weights = [OFTEN.get(name, 1) for name in names]
            with self.watched():
                while time.monotonic() < self.deadline:
                    (name,) = dice.choices(names, weights)
                    answer = acts[name](self, client, dice, person)
                    if answer is not None:
                        self.answers[name, answer.status_code, reason_of(answer)] += 1

        return act

    def working(self, seed: int) -> None:
        """Do what the workers and the clock do."""
        while time.monotonic() < self.deadline:
            with self.watched():
                work_off_dispositions(seconds=0.5)
                announce_due()
                expire_offers()
                time.sleep(0.05)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Keep what was raised, and give the connection back."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - judged by the test
            self.failures.append(repr(error))
        finally:
            connection.close()


def reason_of(answer: Any) -> str:
    """Return by what name it was refused, if it was."""
    body = answer.json() if answer.status_code >= 400 else {}
    return str(body.get("reason") or body.get("code") or "")


Act = Callable[[Crowd, APIClient, random.Random, User], Any]


# --- What a team does ----------------------------------------------------------------------------
def on_one(verb: str, *statuses: Status, **body: Any) -> Act:
    """Return the act of one verb on an application that had one of these statuses a moment ago."""

    def act(crowd: Crowd, client: APIClient, dice: random.Random, person: User) -> Any:
        row = crowd.any_row(dice, status__in=statuses)
        return row and client.post(f"{API}/applications/{row.public_id}/{verb}/", {"version": row.version, **body})

    return act


def move(crowd: Crowd, client: APIClient, dice: random.Random, person: User) -> Any:
    row = crowd.any_row(dice, status=Status.ACTIVE)
    if row is None:
        return None
    body = {"stage": dice.choice(crowd.stages[row.job_id]), "version": row.version}
    return client.post(f"{API}/applications/{row.public_id}/move/", body)


def reject_many(crowd: Crowd, client: APIClient, dice: random.Random, person: User) -> Any:
    rows = list(Application.objects.filter(job__in=crowd.jobs, status=Status.ACTIVE))
    dice.shuffle(rows)
    items = [{"application": str(row.public_id), "version": row.version} for row in rows[:4]]
    body = {"action": "reject", "reason": "pay", "items": items}
    return client.post(f"{API}/applications/bulk/", body) if items else None


def on_job(verb: str, **body: Any) -> Act:
    """Return the act of one verb on any of the jobs."""

    def act(crowd: Crowd, client: APIClient, dice: random.Random, person: User) -> Any:
        job = Job.objects.get(pk=dice.choice(crowd.jobs).pk)
        return client.post(f"{API}/jobs/{job.public_id}/{verb}/", {"version": job.version, **body})

    return act


def merge(crowd: Crowd, client: APIClient, dice: random.Random, person: User) -> Any:
    one, other = crowd.any_row(dice), crowd.any_row(dice)
    if one is None or other is None:
        return None
    return client.post(f"{API}/applications/{one.public_id}/duplicates/", {"other": str(other.public_id)})


def undo(crowd: Crowd, client: APIClient, dice: random.Random, person: User) -> Any:
    standing = CandidateMerge.objects.filter(undone_at=None).order_by("-pk").first()
    row = standing and crowd.any_row(dice, candidate=standing.merged)
    return row and client.delete(f"{API}/applications/{row.public_id}/duplicates/{standing.public_id}/")


def offer(crowd: Crowd, client: APIClient, dice: random.Random, person: User) -> Any:
    row = crowd.any_row(dice, status=Status.ACTIVE)
    return row and client.post(f"{API}/applications/{row.public_id}/offers/", {"terms": TERMS})


def on_offer(verb: str, status: OfferStatus, **body: Any) -> Act:
    """Return the act of one verb on an offer that was in this state a moment ago; for candidates, on their own."""

    def act(crowd: Crowd, client: APIClient, dice: random.Random, person: User) -> Any:
        mine = {"application__candidate": person} if person in crowd.candidates else {}
        row = crowd.any_offer(dice, status=status, **mine)
        return row and client.post(f"{API}/offers/{row.public_id}/{verb}/", {"version": row.version, **body})

    return act


# --- What candidates do --------------------------------------------------------------------------
def apply(crowd: Crowd, client: APIClient, dice: random.Random, person: User) -> Any:
    body = {"resume": crowd.resumes[person.pk], "consent": True}
    return client.post(f"{API}/jobs/{dice.choice(crowd.jobs).public_id}/apply/", body)


def withdraw(crowd: Crowd, client: APIClient, dice: random.Random, person: User) -> Any:
    row = crowd.any_row(dice, candidate=person, status=Status.ACTIVE)
    return row and client.post(f"{API}/applications/{row.public_id}/withdraw/", {})


TEAM_ACTS: dict[str, Act] = {
    "move": move,
    "hire": on_one("hire", Status.ACTIVE),
    "reject": on_one("reject", Status.ACTIVE, reason="pay", delay_minutes=0),
    "reject later": on_one("reject", Status.ACTIVE, reason="pay", delay_minutes=60),
    "reject many": reject_many,
    "restore": on_one("restore", Status.REJECTED, Status.HIRED),
    "announce": on_one("announce", Status.REJECTED),
    "close": on_job("close", keep_applicants=True),
    "close, asked": on_job("close"),
    "disposition": on_job("dispositions", reason="job_closed"),
    "reopen": on_job("reopen", allow_duplicate=True),
    "merge": merge,
    "undo": undo,
    "offer": offer,
    "send": on_offer("send", OfferStatus.DRAFT),
    "take back": on_offer("withdraw", OfferStatus.SENT),
}
CANDIDATES_ACTS: dict[str, Act] = {
    "apply": apply,
    "withdraw": withdraw,
    "accept": on_offer("accept", OfferStatus.SENT, name="Alice Ndongo"),
    "decline": on_offer("decline", OfferStatus.SENT, reason="pay"),
}
# What closings would otherwise leave little of.
OFTEN = {"reopen": 9, "offer": 8, "send": 8, "accept": 3, "move": 5, "apply": 4}


def test_everything_at_once_ends_in_books_that_agree(
    acme: Company, request: pytest.FixtureRequest, settings: Any
) -> None:
    """No deadlock surfaces, whatever crosses whatever, and the invariants hold at the end."""
    settings.RATE_LIMITS = {name: {**policy, "limit": 10**6} for name, policy in settings.RATE_LIMITS.items()}
    settings.REAPPLY_COOLDOWN = timedelta(0)
    PlanLimit.objects.update(amount=None)
    crowd = Crowd(acme, seconds=300 if request.config.getoption("markexpr") == "race" else 4)
    crowd.run()
    Relay().drain()
    for (name, status, reason), count in sorted(crowd.answers.items()):
        print(f"{name}: {status} {reason} × {count}")  # noqa: T201 - the counts are the result
    assert crowd.failures == []
    assert [key for key in crowd.answers if key[1] >= 500] == []
    assert sum(crowd.answers.values()) > 20
    check_books(crowd.jobs)


def check_books(jobs: list[Job]) -> None:
    """Assert what holds after any order of acts."""
    rows = Application.objects.filter(job__in=jobs)
    for job in jobs:
        assert rows.filter(job=job, status=Status.HIRED).count() <= OPENINGS
    twice = rows.filter(status__in=STANDING).values("job", "candidate").annotate(n=Count("pk")).filter(n__gt=1)
    assert not twice.exists(), "two standing applications of one person to one job"
    for row in rows:
        history = list(ApplicationEvent.objects.filter(application=row).order_by("pk").values_list("to_status"))
        assert [status for (status,) in history if status][-1] == row.status
    assert not rows.filter(withheld_until__isnull=False).exclude(status=Status.REJECTED).exists()
    offers = Offer.objects.filter(application__in=rows)
    live = offers.filter(status__in=LIVE).values("application").annotate(n=Count("pk"))
    assert not live.filter(n__gt=1).exists(), "two live offers of one application"
    assert not offers.filter(~Q(application__status=Status.ACTIVE), status=OfferStatus.SENT).exists()
    assert Disposition.objects.filter(job__in=jobs, status="running").count() <= len(jobs)
    merged = CandidateMerge.objects.filter(undone_at=None).values("merged").annotate(n=Count("pk"))
    assert not merged.filter(n__gt=1).exists(), "one person merged into two"
