"""Every state against every other, who may move it, and what moves with it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from itertools import product

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from companies.models import Company, Role
from companies.tests.factories import make_membership
from jobs import services
from jobs.models import TRANSITIONS, Job, JobSearch, Status
from jobs.tests.factories import make_indexed, make_job
from jobs.verbs import VERBS, actions_of
from subscriptions.entitlements import PlanLimitReached
from umemployed.api.errors import Forbidden, NotFound
from umemployed.api.preconditions import StaleVersion
from umemployed.audit.models import AuditEntry
from umemployed.events.models import EventRecord

MOVES: dict[str, Callable[..., Job]] = {
    "publish": services.publish_job,
    "pause": services.pause_job,
    "close": services.close_job,
    "reopen": services.reopen_job,
    "archive": services.archive_job,
    "submit": services.submit_job,
    "approve": services.approve_job,
    "reject": lambda **given: services.reject_job(objections=["text"], **given),
    "recall": services.recall_job,
}


def test_the_verbs_are_the_transitions() -> None:
    pairs = {(source, verb.target) for verb in VERBS.values() for source in verb.sources}
    pairs |= {(source, Status.SCHEDULED) for verb in VERBS.values() for source in verb.waits}
    assert pairs == {(source, target) for source, targets in TRANSITIONS.items() for target in targets}
    assert set(MOVES) == set(VERBS)


@pytest.mark.django_db
@pytest.mark.parametrize(("status", "name"), list(product(Status, VERBS)))
def test_a_move_is_accepted_exactly_where_it_is_offered(status: Status, name: str, bob: User, acme: Company) -> None:
    Company.objects.filter(pk=acme.pk).update(approves_jobs=name in {"submit", "approve", "reject"})
    job = make_indexed(company=acme, status=status)
    seen = Job.objects.with_parts().with_rights_of(bob).get(pk=job.pk)
    offered = {action.id: action for action in actions_of(seen)}[name]
    verb = VERBS[name]
    assert offered.enabled == (verb.target in TRANSITIONS[status] and status in verb.sources)
    if offered.enabled:
        moved = MOVES[name](actor=bob, job_id=job.pk, version=job.version)
        assert (moved.status, moved.version) == (verb.target, job.version + 1)
        assert JobSearch.objects.filter(job=job).exists() == (verb.target == Status.LIVE)
        facts = EventRecord.objects.filter(aggregate=f"jobs.job:{job.pk}").count()
        assert facts == (2 if name == "approve" else 1)  # also that it was published
        assert AuditEntry.objects.filter(action=f"job:{name}").count() == 1
    else:
        with pytest.raises(services.WrongState) as refusal:
            MOVES[name](actor=bob, job_id=job.pk)
        assert refusal.value.extra["job_status"] == status
        job.refresh_from_db()
        assert job.status == status and not EventRecord.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("name", VERBS)
def test_carol_is_refused_and_nothing_changed(name: str, carol: User, globex: Company, acme: Company) -> None:
    job = make_indexed(company=acme, status=min(VERBS[name].sources))
    with pytest.raises(NotFound):
        MOVES[name](actor=carol, job_id=job.pk)
    assert Job.objects.get(pk=job.pk).version == job.version


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "may"), [(Role.ADMIN, True), (Role.RECRUITER, True), (Role.HIRING_MANAGER, False)])
def test_the_role_decides_who_may_publish(role: Role, may: bool, alice: User, acme: Company) -> None:
    make_membership(company=acme, user=alice, role=role)
    job = make_job(company=acme, status=Status.DRAFT)
    if may:
        assert services.publish_job(actor=alice, job_id=job.pk).status == Status.LIVE
    else:
        with pytest.raises(Forbidden):
            services.publish_job(actor=alice, job_id=job.pk)


@pytest.mark.django_db
def test_a_stale_version_moves_nothing(bob: User, acme: Company) -> None:
    job = make_indexed(company=acme)
    with pytest.raises(StaleVersion) as refusal:
        services.close_job(actor=bob, job_id=job.pk, version=job.version + 1)
    assert refusal.value.extra["current_version"] == job.version


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"description": "  "}, "missing_description"),
        ({"locations": [], "work_mode": "on_site"}, "missing_location"),
        ({"locations": [], "work_mode": "hybrid"}, "missing_location"),
        ({"expires_at": timezone.now() - timedelta(days=1)}, "expiry_passed"),
    ],
)
def test_what_is_incomplete_is_not_published_and_says_why(
    fields: dict[str, object], reason: str, bob: User, acme: Company
) -> None:
    job = make_job(company=acme, status=Status.DRAFT, **fields)
    assert {action.id: action.reason for action in actions_of(job)}["publish"] == reason
    with pytest.raises(services.JobIncomplete) as refusal:
        services.publish_job(actor=bob, job_id=job.pk)
    assert refusal.value.extra["reasons"] == [reason]


@pytest.mark.django_db
def test_remote_work_needs_no_place_and_may_still_be_bound_to_countries(bob: User, acme: Company) -> None:
    job = make_job(company=acme, status=Status.DRAFT, work_mode="remote", locations=[], eligible_countries=["CM"])
    assert services.publish_job(actor=bob, job_id=job.pk).status == Status.LIVE


@pytest.mark.django_db
def test_a_pause_keeps_the_place_in_the_order_and_a_reopening_takes_a_new_one(bob: User, acme: Company) -> None:
    job = services.publish_job(actor=bob, job_id=make_job(company=acme, status=Status.DRAFT).pk)
    first = (job.search_ord, job.published_at)
    services.pause_job(actor=bob, job_id=job.pk)
    resumed = services.publish_job(actor=bob, job_id=job.pk)
    assert (resumed.search_ord, resumed.published_at) == first
    services.close_job(actor=bob, job_id=job.pk)
    reopened = services.reopen_job(actor=bob, job_id=job.pk)
    assert reopened.search_ord > first[0] and reopened.published_at > first[1]
    topics = EventRecord.objects.order_by("pk").values_list("topic", flat=True)
    assert [topic.removeprefix("jobs.Job") for topic in topics] == [
        "Published",
        "Paused",
        "Resumed",
        "Closed",
        "Reopened",
    ]


@pytest.mark.django_db
def test_an_expired_posting_uses_no_quota_and_coming_back_does(bob: User, acme: Company) -> None:
    old = make_indexed(company=acme, expires_at=timezone.now() - timedelta(seconds=1))
    services.publish_job(actor=bob, job_id=make_job(company=acme, status=Status.DRAFT).pk)
    with pytest.raises(PlanLimitReached):
        services.update_job(
            actor=bob, job_id=old.pk, expected_version=old.version, expires_at=timezone.now() + timedelta(days=9)
        )


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_parallel_publications_with_room_for_one_make_one_live(bob: User, acme: Company) -> None:
    drafts = [make_job(company=acme, status=Status.DRAFT) for _ in range(2)]
    start, outcomes = threading.Barrier(2), []

    def publish(job: Job) -> None:
        start.wait()
        try:
            outcomes.append(services.publish_job(actor=bob, job_id=job.pk).status)
        except PlanLimitReached as refusal:
            outcomes.append((refusal.extra["limit"], refusal.extra["used"]))
        finally:
            connection.close()

    threads = [threading.Thread(target=publish, args=(job,)) for job in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes, key=str) == [(1, 1), Status.LIVE]
    assert Job.objects.filter(status=Status.LIVE).count() == JobSearch.objects.count() == 1
