from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from applications.handlers import lay_out_the_pipeline
from applications.models import Application, JobPipeline, Stage, StageTemplate
from applications.pipeline.services import add_stage, create_template, edit_stage, remove_stage
from applications.services import (
    move_application,
    reject_application,
    restore_application,
    stages_of,
)
from applications.tests.factories import make_application, seen_fresh
from applications.tests.races import in_parallel
from applications.vocabulary import Progress
from companies.models import Company, Role
from companies.tests.factories import make_membership
from jobs.events import JobPublished
from jobs.models import Job
from jobs.tests.factories import make_job
from umemployed.api.errors import Forbidden, Invalid, NotFound

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], APIClient]
TEMPLATES = "/api/v1/companies/acme/stage-templates/"
STAGES = [
    {"name": "Inbox", "kind": "inbox", "phase": "received"},
    {"name": "Phone"},
    {"name": "Day on site", "kind": "interview", "phase": "interviewing"},
]


@pytest.fixture
def job(acme: Company) -> Job:
    return make_job(company=acme)


def names(job: Job) -> list[str]:
    return [stage.name for stage in Stage.objects.filter(job=job, removed_at=None).order_by("position")]


# --- Templates -------------------------------------------------------------------------------------
def test_bob_lays_out_templates_and_new_jobs_follow_the_default(acme: Company, bob: User, as_user: AsUser) -> None:
    client = as_user(bob)
    first = client.post(TEMPLATES, {"name": "Craft", "stages": STAGES})
    assert (first.status_code, first.json()["is_default"]) == (201, True)
    assert first.json()["stages"][1] == {"name": "Phone", "kind": "other", "phase": "in_review"}
    application = make_application(job=make_job(company=acme))
    assert names(application.job) == ["Inbox", "Phone", "Day on site"]
    second = client.post(TEMPLATES, {"name": "Office", "is_default": True, "stages": STAGES[:1]}).json()
    assert [row["is_default"] for row in client.get(TEMPLATES).json()["results"]] == [False, True]
    assert names(make_application(job=make_job(company=acme)).job) == ["Inbox"]
    assert names(application.job) == ["Inbox", "Phone", "Day on site"]
    assert client.post(TEMPLATES, {"name": "OFFICE", "stages": STAGES}).json()["code"] == "name_taken"
    url = f"{TEMPLATES}{second['id']}/"
    etag = client.get(url)["ETag"]
    assert client.patch(url, {"stages": STAGES}).status_code == 428
    edited = client.patch(url, {"stages": STAGES[::-1]}, headers={"If-Match": etag})
    assert [stage["name"] for stage in edited.json()["stages"]] == ["Day on site", "Phone", "Inbox"]
    assert client.patch(url, {"name": "Late"}, headers={"If-Match": etag}).status_code == 412
    assert client.delete(url, headers={"If-Match": edited["ETag"]}).status_code == 204
    assert StageTemplate.objects.count() == 1


@pytest.mark.parametrize(
    "stages",
    [[], [{"name": "a"}, {"name": "A"}], [{"name": ""}], [{"name": "x", "phase": "y"}], 7, [{"name": "s"}] * 21],
)
def test_malformed_stages_are_refused(acme: Company, bob: User, as_user: AsUser, stages: Any) -> None:
    assert as_user(bob).post(TEMPLATES, {"name": "Craft", "stages": stages}).status_code == 400
    assert not StageTemplate.objects.exists()


def test_carol_and_members_without_the_right_lay_out_nothing(
    acme: Company, carol: User, globex: Company, bob: User, job: Job, as_user: AsUser
) -> None:
    manager = make_membership(company=acme, role=Role.HIRING_MANAGER).user
    template = create_template(actor=bob, company_id=acme.pk, name="Craft", stages=[{"name": "Inbox"}])
    stage = stages_of(job)[0]
    for actor, status, error in ((carol, 404, NotFound), (manager, 403, Forbidden)):
        client = as_user(actor)
        assert client.post(TEMPLATES, {"name": "Mine", "stages": STAGES}).status_code == status
        url = f"{TEMPLATES}{template.public_id}/"
        assert client.delete(url, headers={"If-Match": '"1"'}).status_code == status
        base = f"/api/v1/jobs/{job.public_id}/stages/"
        assert client.post(base, {"name": "Mine"}).status_code == status
        assert client.patch(f"{base}{stage.public_id}/", {"name": "Mine"}).status_code == status
        with pytest.raises(error):
            remove_stage(actor=actor, job_id=job.pk, stage_id=stage.pk)
        policy = "/api/v1/companies/acme/hiring-policy/"
        answer = client.patch(policy, {"reply_days": 3}, headers={"If-Match": '"1"'})
        assert answer.status_code == status
        assert client.put(f"/api/v1/jobs/{job.public_id}/promise/", {"reply_days": 3}).status_code == status
    assert names(job) == ["Inbox"]
    assert StageTemplate.objects.count() == 1


# --- The stages of a job -----------------------------------------------------------------------------
def test_a_job_that_goes_live_gets_its_stages(job: Job) -> None:
    for _ in range(2):
        lay_out_the_pipeline(JobPublished(job.pk), None)  # type: ignore[arg-type]
    assert names(job) == ["New", "Screening", "Interview", "Offer"]
    assert JobPipeline.objects.filter(job=job).count() == 1


def test_stages_are_added_renamed_and_put_in_order(job: Job, bob: User, as_user: AsUser) -> None:
    client, base = as_user(bob), f"/api/v1/jobs/{job.public_id}/stages/"
    added = client.post(base, {"name": "Trial day", "kind": "assessment", "position": 1})
    assert (added.status_code, added.json()["phase"], added.json()["position"]) == (201, "in_review", 1)
    assert names(job) == ["New", "Trial day", "Screening", "Interview", "Offer"]
    url = f"{base}{added.json()['id']}/"
    assert client.patch(url, {"position": 20, "name": "Trial"}).json()["position"] == 4
    assert names(job) == ["New", "Screening", "Interview", "Offer", "Trial"]
    assert client.patch(url, {"name": "Offer"}).json()["code"] == "name_taken"
    assert [row["name"] for row in client.get(base).json()["results"]] == names(job)


def test_a_stage_that_holds_applications_goes_only_with_somewhere_to_go(job: Job, bob: User, as_user: AsUser) -> None:
    moved, kept = make_application(job=job), make_application(job=job)
    first, second = stages_of(job)[:2]
    client, url = as_user(bob), f"/api/v1/jobs/{job.public_id}/stages/{first.public_id}/remove/"
    refused = client.post(url, {})
    assert (refused.status_code, refused.json()["code"], refused.json()["count"]) == (
        409,
        "stage_holds_applications",
        2,
    )
    assert client.post(url, {"move_to": str(first.public_id)}).status_code == 400
    reject_application(actor=bob, application_id=kept.pk, version=1, reason="pay")
    assert client.post(url, {"move_to": str(second.public_id)}).status_code == 204
    assert names(job) == ["Screening", "Interview", "Offer"]
    moved = seen_fresh(moved)
    assert (moved.stage, moved.version, moved.progress()) == (second, 2, Progress.IN_REVIEW)
    entry = moved.history.latest("pk")
    assert (entry.from_stage, entry.to_stage, entry.actor) == (first, second, bob)
    restored = restore_application(actor=bob, application_id=kept.pk, version=2)
    assert restored.stage == second
    assert client.post(url, {}).status_code == 404
    with pytest.raises(Invalid):
        move_application(actor=bob, application_id=moved.pk, stage_id=first.public_id, version=2)


def test_the_last_stage_stays(job: Job, bob: User) -> None:
    stages = stages_of(job)
    for stage in stages[1:]:
        remove_stage(actor=bob, job_id=job.pk, stage_id=stage.pk)
    with pytest.raises(Exception, match="at least 1"):
        remove_stage(actor=bob, job_id=job.pk, stage_id=stages[0].pk)
    again = add_stage(actor=bob, job_id=job.pk, name="Screening")
    assert edit_stage(actor=bob, job_id=job.pk, stage_id=again.pk, position=0).position == 0


def test_a_template_replaces_the_stages_until_somebody_applies(
    job: Job, bob: User, acme: Company, as_user: AsUser
) -> None:
    template = create_template(actor=bob, company_id=acme.pk, name="Craft", stages=STAGES)
    client, url = as_user(bob), f"/api/v1/jobs/{job.public_id}/stages/from-template/"
    stages_of(job)
    body = {"template": str(template.public_id)}
    assert [stage["name"] for stage in client.post(url, body).json()] == ["Inbox", "Phone", "Day on site"]
    make_application(job=job)
    assert client.post(url, body).json()["code"] == "pipeline_in_use"


def test_policy_and_promise(job: Job, bob: User, as_user: AsUser) -> None:
    client, policy = as_user(bob), "/api/v1/companies/acme/hiring-policy/"
    seen = client.get(policy)
    assert seen.json() == {
        "rejection_delay_minutes": 0,
        "reply_days": None,
        "tells_first_look": True,
        "version": 1,
    }
    changed = client.patch(policy, {"reply_days": 10}, headers={"If-Match": seen["ETag"]})
    assert (changed.status_code, changed.json()["reply_days"], changed.json()["version"]) == (200, 10, 2)
    assert client.patch(policy, {"reply_days": 5}, headers={"If-Match": seen["ETag"]}).status_code == 412
    stages_of(job)
    promise = f"/api/v1/jobs/{job.public_id}/promise/"
    assert client.get(promise).json() == {"reply_days": 10}
    assert client.put(promise, {"reply_days": None}).json() == {"reply_days": None}


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_moving_into_a_stage_that_is_removed_at_once_leaves_nobody_behind(acme: Company, bob: User) -> None:
    for _ in range(8):
        job = make_job(company=acme)
        first, _second, goal, *_rest = stages_of(job)
        waiting = [make_application(job=job) for _ in range(3)]

        def drag(one: Application, goal: Stage = goal) -> Any:
            return move_application(actor=bob, application_id=one.pk, stage_id=goal.public_id, version=1)

        def remove(job: Job = job, goal: Stage = goal, first: Stage = first) -> None:
            remove_stage(actor=bob, job_id=job.pk, stage_id=goal.pk, move_to=first.public_id)

        removed, *moved = in_parallel(remove, *(partial(drag, one) for one in waiting))
        assert removed is None
        assert all(isinstance(result, Application | Invalid) for result in moved), moved
        assert not Application.objects.filter(job=job, stage__removed_at__isnull=False).exists()
