"""The clocks turn, two years in a moment."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import make_session, make_user
from applications.models import Application
from applications.tests.factories import make_application, set_status
from applications.vocabulary import Status
from companies.tests.factories import make_company
from jobs.tests.factories import make_job
from notifications.tests.post_office import PostOffice
from resumes.tests.factories import make_resume
from umemployed.audit.models import AuditEntry
from umemployed.privacy.models import Consent, Erasure, Standing
from umemployed.privacy.services import carry_out_due
from umemployed.privacy.services.retention import apply_retention, months_after, months_before
from umemployed.privacy.tests.factories import make_consent, make_erasure, make_standing
from umemployed.privacy.tests.life import deliver

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = timezone.now().date()


def unseen_for(months: int, **overrides: Any) -> User:
    """A person whom nobody has seen for so many months."""
    person = make_user(**overrides)
    make_standing(person=person, active_on=months_before(TODAY, months))
    return person


def test_after_25_months_a_person_is_warned_reminded_and_erased(post_office: PostOffice) -> None:
    person, address = (somebody := unseen_for(25)), somebody.email
    assert apply_retention(today=TODAY) == {"account:warned": 1}
    assert apply_retention(today=TODAY) == {}, "once"
    deliver()
    assert [letter["To"] for letter in post_office.accepted] == [address]
    assert post_office.accepted[0]["Subject"].startswith("Your account will be erased on")
    assert apply_retention(today=TODAY + timedelta(days=22)) == {}
    assert apply_retention(today=TODAY + timedelta(days=23)) == {"account:reminded": 1}
    assert apply_retention(today=TODAY + timedelta(days=29)) == {}
    assert apply_retention(today=TODAY + timedelta(days=30)) == {"account:erased": 1}
    carry_out_due()
    deliver()
    carry_out_due()
    person.refresh_from_db()
    assert person.email.endswith("@erased.invalid")
    assert Erasure.objects.get().cause == "inactive"
    assert AuditEntry.objects.filter(action="retention:applied").exists()


def test_signing_in_after_the_warning_keeps_the_account(post_office: PostOffice) -> None:
    person = unseen_for(25)
    apply_retention(today=TODAY)
    make_session(user=person, last_seen_at=timezone.now())
    apply_retention(today=TODAY + timedelta(days=1))
    standing = Standing.objects.get(person=person)
    assert (standing.active_on, standing.warned_on) == (TODAY, None)
    assert apply_retention(today=TODAY + timedelta(days=40)) == {}
    assert not Erasure.objects.exists()


def test_somebody_lately_seen_and_a_newcomer_are_left_alone(db: None) -> None:
    make_user()
    unseen_for(22)
    assert apply_retention(today=TODAY) == {}
    assert Standing.objects.count() == 2


@pytest.mark.parametrize("kind", ["staff", "owner", "applicant"])
def test_who_is_depended_on_is_held(kind: str) -> None:
    person = unseen_for(60, is_staff=kind == "staff")
    if kind == "owner":
        make_company(owner=person)
    if kind == "applicant":
        make_application(candidate=person)
    assert apply_retention(today=TODAY)["account:held"] == 1
    assert not Erasure.objects.exists()


def test_a_country_with_its_own_months_decides(settings: Any) -> None:
    settings.RETENTION = {**settings.RETENTION, "CM": {"account": 12}}
    here, elsewhere = unseen_for(13), unseen_for(13)
    make_resume(owner=here, country_code="CM")
    make_resume(owner=elsewhere, country_code="FR")
    assert apply_retention(today=TODAY) == {"account:warned": 1}
    assert Standing.objects.get(person=here).warned_on == TODAY


def test_decided_applications_lose_what_was_sent_by_the_clock_of_the_employers_country(db: None) -> None:
    def decided(months: int, country: str, status: Status) -> Application:
        application = make_application(
            job=make_job(company=make_company(country=country)), cover_letter="A letter", source="A friend"
        )
        set_status(application, status)
        moment = timezone.now() - timedelta(days=31 * months)
        Application.objects.filter(pk=application.pk).update(decided_at=moment)
        return application

    ended = [decided(25, "CM", Status.REJECTED), decided(7, "DE", Status.WITHDRAWN), decided(13, "NL", Status.REJECTED)]
    kept = [decided(23, "CM", Status.REJECTED), decided(5, "DE", Status.REJECTED), decided(60, "CM", Status.HIRED)]
    call_command("apply_retention", "--dry-run", stdout=(out := io.StringIO()))
    assert "application:ended: 3" in out.getvalue()
    assert Application.objects.exclude(source="").count() == 6, "a dry run does nothing"
    assert apply_retention(today=TODAY) == {"application:ended": 3}
    assert apply_retention(today=TODAY) == {}
    for application in ended:
        application.refresh_from_db()
        assert (application.source, application.capsule.sha256) == ("", "")
        assert "A letter" not in str(application.capsule.content)
    for application in kept:
        application.refresh_from_db()
        assert application.capsule.content["cover_letter"] == "A letter"
    assert Application.objects.count() == 6


def test_proofs_of_consent_go_when_the_person_is_erased_and_their_clock_ends(alice: User, bob: User) -> None:
    long_ago = timezone.now() - timedelta(days=31 * 61)
    for person in (alice, bob):
        make_consent(person=person, at=long_ago)
    make_erasure(person=alice, status="done")
    apply_retention(today=TODAY)
    assert list(Consent.objects.values_list("person", flat=True)) == [bob.pk]


def test_months_are_counted_as_people_count_them() -> None:
    assert months_before(date(2026, 3, 31), 1) == date(2026, 2, 28)
    assert months_before(date(2024, 3, 31), 1) == date(2024, 2, 29)
    assert months_after(date(2024, 12, 31), 2) == date(2025, 2, 28)
    assert months_before(date(2026, 1, 15), 24) == date(2024, 1, 15)
    assert settings.RETENTION["default"]["account"] == 24
