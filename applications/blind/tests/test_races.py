"""Those who reveal and those who switch meet."""

from __future__ import annotations

from functools import partial

import pytest

from accounts.models import User
from applications.blind.models import BlindReview, Reveal
from applications.blind.services import NothingVeiled, reveal_candidate, switch_blind_review
from applications.blind.tests.factories import make_blind_review
from applications.blind.veil import is_veiled
from applications.models import Application
from applications.tests.factories import make_application
from applications.tests.races import in_parallel
from companies.models import Company
from companies.tests.factories import make_membership
from jobs.models import Job
from jobs.tests.factories import make_job
from umemployed.audit.models import AuditEntry

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def job(acme: Company) -> Job:
    job = make_job(company=acme)
    make_blind_review(job=job)
    return job


def test_of_ten_who_reveal_at_once_one_does(job: Job, acme: Company) -> None:
    application = make_application(job=job)
    team = [make_membership(company=acme).user for _ in range(10)]
    results = in_parallel(*(partial(reveal_candidate, actor=each, application_id=application.pk) for each in team))
    assert sorted(type(result).__name__ for result in results) == ["Application"] + ["NothingVeiled"] * 9
    assert application.history.filter(kind="revealed").count() == 1
    assert AuditEntry.objects.filter(action="application:revealed").count() == 1
    assert Reveal.objects.get(application=application).revealed_by in team


def test_revealing_while_the_review_ends_is_one_or_the_other(job: Job, acme: Company, bob: User) -> None:
    """Whoever was first is true: a reveal is recorded only of what was hidden, and the end counts what was left."""
    for _ in range(10):
        BlindReview.objects.filter(job=job).update(is_on=True)
        application = make_application(job=job)
        left = Application.objects.filter(job=job, reveal=None).count()
        revealed, ended = in_parallel(
            partial(reveal_candidate, actor=bob, application_id=application.pk),
            partial(switch_blind_review, actor=bob, job_id=job.pk, is_on=False),
        )
        assert isinstance(ended, BlindReview), ended
        assert not is_veiled(Application.objects.get(pk=application.pk))
        counted = AuditEntry.objects.filter(action="blind_review:set").latest("pk").details["revealed"]
        if isinstance(revealed, NothingVeiled):
            assert counted == left
            assert not Reveal.objects.filter(application=application).exists()
        else:
            assert isinstance(revealed, Application)
            assert counted == left - 1


def test_of_many_who_switch_at_once_each_change_is_told_once(job: Job, acme: Company) -> None:
    team = [make_membership(company=acme).user for _ in range(8)]
    results = in_parallel(
        *(partial(switch_blind_review, actor=each, job_id=job.pk, is_on=at % 2 == 0) for at, each in enumerate(team))
    )
    assert {type(result) for result in results} == {BlindReview}
    told = list(AuditEntry.objects.filter(action="blind_review:set").order_by("pk"))
    assert len(told) == 8
    assert BlindReview.objects.get(job=job).is_on is told[-1].details["is_on"]
