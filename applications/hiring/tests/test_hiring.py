from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from applications.hiring.rights import team_of
from applications.hiring.services import place_on_team
from applications.hiring.vocabulary import JOB_RIGHTS, JobRole
from applications.models import Application, JobMember
from applications.tests.factories import make_application
from companies.models import Company, Membership, Role
from companies.rights import RIGHTS, Right
from companies.tests.factories import make_membership
from jobs.models import Job
from jobs.tests.factories import make_job
from umemployed.api.errors import Forbidden, NotFound

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], APIClient]


@pytest.fixture
def job(acme: Company) -> Job:
    return make_job(company=acme)


@pytest.fixture
def interviewer(acme: Company) -> Membership:
    return make_membership(company=acme, role=Role.INTERVIEWER)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("job_role", [None, *JobRole])
def test_what_one_may_do_follows_from_both_roles(
    acme: Company, bob: User, job: Job, as_user: AsUser, role: Role, job_role: JobRole | None
) -> None:
    member, elsewhere = make_membership(company=acme, role=role), make_application(job=make_job(company=acme))
    application = make_application(job=job)
    if job_role:
        place_on_team(actor=bob, job_id=job.pk, membership=member, role=job_role)
    rights = RIGHTS[role] | (JOB_RIGHTS[job_role] if job_role else frozenset())
    client = as_user(member.user)
    shown = client.get(f"/api/v1/applications/{application.public_id}/")
    moved = client.post(
        f"/api/v1/applications/{application.public_id}/reject/", {"reason": "pay", "version": application.version}
    )
    assert shown.status_code == (200 if Right.VIEW_APPLICATIONS in rights else 404)
    expected = 200 if Right.MOVE_APPLICATIONS in rights else 403 if Right.VIEW_APPLICATIONS in rights else 404
    assert moved.status_code == expected
    if shown.status_code == 200:
        offered = {action["id"]: action for action in shown.json()["actions"]}
        assert offered["reject"]["enabled"] is (expected == 200)
        assert bool(offered["reject"]["remedy"]) is (expected != 200)
    other = client.get(f"/api/v1/applications/{elsewhere.public_id}/")
    assert other.status_code == (200 if Right.VIEW_APPLICATIONS in RIGHTS[role] else 404)


def test_bob_composes_the_team_and_a_place_ends_at_once(
    job: Job, bob: User, as_user: AsUser, interviewer: Membership
) -> None:
    application = make_application(job=job)
    path, client = f"/api/v1/jobs/{job.public_id}/team/", as_user(bob)
    made = client.post(path, {"member": str(interviewer.public_id), "role": "reviewer"})
    assert (made.status_code, made.json()["role"]) == (201, "reviewer")
    assert client.post(path, {"member": str(interviewer.public_id), "role": "manager"}).json()["role"] == "manager"
    assert JobMember.objects.count() == 1
    theirs = as_user(interviewer.user)
    assert theirs.get(f"/api/v1/applications/{application.public_id}/").status_code == 200
    assert interviewer.user_id in team_of(company_id=job.company_id, job_id=job.pk, right=Right.VIEW_APPLICATIONS)
    assert theirs.post(path, {"member": str(interviewer.public_id), "role": "manager"}).status_code == 403
    assert client.delete(f"{path}{made.json()['id']}/").status_code == 204
    assert theirs.get(f"/api/v1/applications/{application.public_id}/").status_code == 404


def test_leaving_the_company_ends_every_place(job: Job, bob: User, interviewer: Membership) -> None:
    place_on_team(actor=bob, job_id=job.pk, membership=interviewer, role=JobRole.MANAGER)
    interviewer.delete()
    assert not JobMember.objects.exists()


def test_a_team_is_of_one_company(job: Job, bob: User, carol: User, globex: Company, as_user: AsUser) -> None:
    stranger = globex.memberships.get()
    with pytest.raises(NotFound):
        place_on_team(actor=bob, job_id=job.pk, membership=stranger, role=JobRole.MANAGER)
    with pytest.raises(NotFound):
        place_on_team(actor=carol, job_id=job.pk, membership=stranger, role=JobRole.MANAGER)
    answer = as_user(bob).post(
        f"/api/v1/jobs/{job.public_id}/team/", {"member": str(stranger.public_id), "role": "manager"}
    )
    assert answer.status_code == 400
    assert not JobMember.objects.exists()


def test_an_interviewer_composes_no_team(job: Job, interviewer: Membership) -> None:
    with pytest.raises(Forbidden):
        place_on_team(actor=interviewer.user, job_id=job.pk, membership=interviewer, role=JobRole.MANAGER)
    assert not Application.objects.of_team(interviewer.user).exists()
