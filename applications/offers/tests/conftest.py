"""Alice applied to Acme, where Bob recruits, Ada is an admin, and Ivo recruits too."""

from __future__ import annotations

import pytest

from accounts.models import User
from accounts.tests.factories import make_user
from applications.models import Application
from applications.tests.factories import make_application
from companies.models import Company, Role
from companies.tests.factories import make_membership
from jobs.models import Job
from jobs.tests.factories import make_job


@pytest.fixture
def job(acme: Company) -> Job:
    return make_job(company=acme, title="Carpenter", openings=1)


@pytest.fixture
def application(job: Job, alice: User) -> Application:
    return make_application(job=job, candidate=alice)


@pytest.fixture
def ada(acme: Company) -> User:
    return make_membership(company=acme, role=Role.ADMIN, user=make_user(full_name="Ada Admin")).user


@pytest.fixture
def ivo(acme: Company) -> User:
    return make_membership(company=acme, role=Role.RECRUITER, user=make_user(full_name="Ivo Recruiter")).user
