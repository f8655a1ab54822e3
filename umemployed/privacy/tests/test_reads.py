"""Whoever looks at other people's data leaves a trace; people looking at their own do not."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.tests.factories import make_client
from applications.tests.factories import make_application
from companies.models import Company
from jobs.tests.factories import make_job
from resumes.tests.factories import make_resume
from umemployed.audit.models import AuditEntry

pytestmark = pytest.mark.django_db


def reads() -> list[tuple[str, int | None]]:
    return list(AuditEntry.objects.filter(action__endswith=":read").order_by("pk").values_list("action", "actor"))


def test_a_team_that_opens_an_application_is_recorded_each_time(
    alice: User, bob: User, carol: User, acme: Company
) -> None:
    application = make_application(candidate=alice, job=make_job(company=acme))
    url = f"/api/v1/applications/{application.public_id}/"
    assert make_client(alice).get(url).status_code == 200
    assert make_client(carol).get(url).status_code == 404
    assert reads() == []
    for path in (url, url, f"{url}capsule/"):
        assert make_client(bob).get(path).status_code == 200
    assert reads() == [("application:read", bob.pk), ("application:read", bob.pk), ("capsule:read", bob.pk)]
    assert AuditEntry.objects.filter(action="application:read").last().target.endswith(str(application.public_id))  # type: ignore[union-attr]


def test_staff_who_open_a_person_a_resume_or_an_application_are_recorded(
    client: Client, alice: User, dana: User
) -> None:
    client.force_login(dana)
    application = make_application(candidate=alice, resume=(resume := make_resume(owner=alice)))
    rows = [
        ("accounts_user", alice.pk, "user:read"),
        ("resumes_resume", resume.pk, "resume:read"),
        ("applications_application", application.pk, "application:read"),
        ("applications_capsule", application.pk, "capsule:read"),
    ]
    for name, key, _action in rows:
        assert client.get(reverse(f"admin:{name}_change", args=[key])).status_code == 200
    assert reads() == [(action, dana.pk) for _name, _key, action in rows]
    details = AuditEntry.objects.filter(action="user:read").get()
    assert (details.target, details.details) == (f"accounts.user:{alice.public_id}", {"door": "admin"})
