"""One person, two sides: GET /me/ shows the homes that a person's rows make, and no flag makes one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from applications.tests.factories import make_application
from companies.models import Company, Membership, Role
from companies.tests.factories import make_membership
from resumes.models import Resume
from resumes.tests.factories import make_resume

As = Callable[[User], APIClient]
pytestmark = pytest.mark.django_db


def homes_of(client: APIClient) -> list[str]:
    return client.get("/api/v1/me/").json()["homes"]


def test_a_resume_makes_a_seeker_and_a_membership_a_recruiter(as_user: As, alice: User, acme: Company) -> None:
    client = as_user(alice)
    assert homes_of(client) == []
    resume = make_resume(owner=alice)
    assert homes_of(client) == ["seeker"]
    membership = make_membership(company=acme, user=alice, role=Role.RECRUITER)
    assert homes_of(client) == ["recruiter", "seeker"], "one person, two sides"
    Membership.objects.filter(pk=membership.pk).delete()
    Resume.objects.filter(pk=resume.pk).delete()
    assert homes_of(client) == [], "what the rows gave, their end takes away"


def test_applications_keep_a_seeker_home_without_any_resume(as_user: As, alice: User) -> None:
    make_application(candidate=alice)
    Resume.objects.filter(owner=alice).delete()
    assert homes_of(as_user(alice)) == ["seeker"]


def test_the_other_side_of_an_application_gets_no_home_by_it(as_user: As, alice: User, carol: User) -> None:
    application = make_application(candidate=alice)
    assert "seeker" not in homes_of(as_user(carol))
    recruiter = Membership.objects.filter(company=application.job.company).first()
    assert recruiter is None or homes_of(as_user(recruiter.user)) == ["recruiter"]


def test_being_staff_is_no_home(as_user: As, dana: User) -> None:
    assert homes_of(as_user(dana)) == []


def test_no_column_of_a_person_says_which_side_they_are_on() -> None:
    flags = {
        field.name for field in User._meta.get_fields() if getattr(field, "get_internal_type", str)() == "BooleanField"
    }
    # maker_unknown says how sure the account's owner is, not what anybody may do.
    assert flags == {"is_active", "is_staff", "is_superuser", "maker_unknown"}, (
        "a right follows from rows, never from a flag of the person"
    )
