"""Whatever is done in whatever order, the books agree: Hypothesis tries to find an order in which they do not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from accounts.tests.factories import make_user
from applications.decisions.announcing import announce_due
from applications.decisions.closing import start_disposition, work_off_dispositions
from applications.models import Application, ApplicationEvent
from applications.services import (
    announce_rejection,
    hire_candidate,
    mark_seen,
    move_application,
    reject_application,
    restore_application,
    stages_of,
    submit_application,
    withdraw_application,
)
from applications.vocabulary import STANDING, EventKind, Status
from companies.models import Role
from jobs.models import Job
from jobs.models import Status as JobStatus
from jobs.tests.factories import make_job
from resumes.tests.factories import make_resume
from umemployed.api.errors import ApiError
from umemployed.events.models import EventRecord

STEPS_PER_EXAMPLE = 50


class Ledger(RuleBasedStateMachine):
    """One job with few openings, three candidates, and everybody who may act on it."""

    def __init__(self) -> None:
        super().__init__()
        self.frame = transaction.atomic()
        self.frame.__enter__()
        self.job = make_job(openings=2)
        self.bob = self.job.company.memberships.get(role=Role.OWNER).user
        self.candidates = [make_user() for _ in range(3)]
        self.resumes = [make_resume(owner=person) for person in self.candidates]
        self.stages = stages_of(self.job)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.frame.__exit__(None, None, None)

    def attempt(self, act: Callable[..., Any], **arguments: Any) -> None:
        """Do it, or be refused by name; anything else is a bug."""
        try:
            act(**arguments)
        except ApiError as error:
            assert error.status_code < 500

    def one(self, at: int) -> Application | None:
        rows = list(Application.objects.filter(job=self.job).order_by("pk"))
        return rows[at % len(rows)] if rows else None

    def on_one(self, act: Callable[..., Any], at: int, **arguments: Any) -> None:
        row = self.one(at)
        if row is not None:
            self.attempt(act, actor=self.bob, application_id=row.pk, version=row.version, **arguments)

    @rule(who=st.integers(0, 2))
    def apply(self, who: int) -> None:
        person, resume = self.candidates[who], self.resumes[who]
        self.attempt(submit_application, actor=person, job_id=self.job.pk, resume_id=resume.public_id)

    @rule(at=st.integers(0, 9), stage=st.integers(0, 3))
    def move(self, at: int, stage: int) -> None:
        self.on_one(move_application, at, stage_id=self.stages[stage].public_id)

    @rule(at=st.integers(0, 9))
    def hire(self, at: int) -> None:
        self.on_one(hire_candidate, at)

    @rule(at=st.integers(0, 9), minutes=st.sampled_from([0, 60]))
    def reject(self, at: int, minutes: int) -> None:
        self.on_one(reject_application, at, reason="pay", delay_minutes=minutes)

    @rule(at=st.integers(0, 9))
    def restore(self, at: int) -> None:
        self.on_one(restore_application, at)

    @rule(at=st.integers(0, 9))
    def announce(self, at: int) -> None:
        self.on_one(announce_rejection, at)

    @rule(at=st.integers(0, 9))
    def withdraw(self, at: int) -> None:
        row = self.one(at)
        if row is not None:
            self.attempt(withdraw_application, actor=row.candidate, application_id=row.pk)

    @rule(at=st.integers(0, 9))
    def look(self, at: int) -> None:
        row = self.one(at)
        if row is not None:
            mark_seen(actor=self.bob, application_id=row.pk)

    @rule()
    def let_withheld_ones_fall_due(self) -> None:
        Application.objects.filter(withheld_until__isnull=False).update(withheld_until=timezone.now())
        announce_due()

    @rule()
    def let_the_cooldown_pass(self) -> None:
        Application.objects.exclude(status="active").update(decided_at=timezone.now() - timedelta(days=40))

    @rule()
    def close_and_reopen(self) -> None:
        self.attempt(start_disposition, actor=self.bob, job_id=self.job.pk)
        work_off_dispositions(seconds=30)
        Job.objects.filter(pk=self.job.pk).update(status=JobStatus.LIVE, closed_at=None)

    @invariant()
    def there_are_never_more_hires_than_openings(self) -> None:
        assert Application.objects.filter(job=self.job, status=Status.HIRED).count() <= 2

    @invariant()
    def one_person_stands_once(self) -> None:
        standing = Application.objects.filter(job=self.job, status__in=STANDING)
        assert not standing.values("candidate").annotate(n=Count("pk")).filter(n__gt=1).exists()

    @invariant()
    def the_history_tells_how_each_came_to_where_it_is(self) -> None:
        for row in Application.objects.filter(job=self.job):
            entries = [entry for entry in row.history.order_by("pk") if entry.kind != EventKind.SEEN]
            assert entries[0].kind == EventKind.SUBMITTED
            for early, late in pairwise(entries):
                assert (late.from_status, late.from_stage_id) == (early.to_status, early.to_stage_id)
            assert (entries[-1].to_status, entries[-1].to_stage_id) == (row.status, row.stage_id)
            assert [entry.version for entry in entries] == list(range(1, row.version + 1))

    @invariant()
    def every_row_of_the_history_is_one_fact(self) -> None:
        rows = ApplicationEvent.objects.filter(application__job=self.job).count()
        facts = Q(topic__startswith="applications.Application")
        assert EventRecord.objects.filter(facts).count() == rows

    @invariant()
    def the_candidate_is_told_of_a_rejection_only_when_it_is_told(self) -> None:
        for row in Application.objects.filter(job=self.job, withheld_until__isnull=False):
            last = row.history.shown_to_candidate().latest("pk")
            assert last.progress != "not_selected" or last.version < row.version


@pytest.mark.race
@pytest.mark.django_db
def test_the_books_agree_whatever_is_done(request: pytest.FixtureRequest, settings_of_plans: None) -> None:
    steps = 10_000 if request.config.getoption("markexpr") == "race" else 500
    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=steps // STEPS_PER_EXAMPLE,
            stateful_step_count=STEPS_PER_EXAMPLE,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.fixture
def settings_of_plans(db: None) -> None:
    """Let candidates apply as often as the machine likes: quotas have tests of their own."""
    from subscriptions.models import PlanLimit

    PlanLimit.objects.update(amount=None)
