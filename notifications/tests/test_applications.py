"""Who hears what of an application, and what is mailed about it."""

from __future__ import annotations

import pytest

from accounts.models import User
from accounts.tests.factories import make_user
from applications.models import Application
from applications.services import move_application, reject_application, restore_application, withdraw_application
from applications.tests.factories import make_application
from companies.models import Company, Membership, Role
from companies.tests.factories import make_membership
from jobs.tests.factories import make_job
from notifications.mail import sender
from notifications.models import Mail, MailStatus, Notification
from notifications.preferences import set_preferences
from notifications.tests.post_office import PostOffice, links_of_html, links_of_text
from umemployed.events.relay import Relay

pytestmark = pytest.mark.django_db(transaction=True)


def news() -> set[tuple[str, str]]:
    rows = Notification.objects.filter(in_app=True).values_list("recipient__email", "kind")
    return {(email.partition("@")[0], kind) for email, kind in rows}


def forget() -> None:
    Relay().drain()
    Notification.objects.all().delete()
    Mail.objects.all().delete()


@pytest.fixture
def application(acme: Company, alice: User) -> Application:
    return make_application(candidate=alice, job=make_job(company=acme, title="Nurse"))


def test_the_team_hears_of_an_application_and_the_candidate_gets_a_receipt(
    acme: Company, bob: User, carol: User, application: Application, post_office: PostOffice
) -> None:
    ivy = make_membership(company=acme, role=Role.INTERVIEWER, user=make_user(email="ivy@acme.example")).user
    Relay().drain()
    assert news() == {("bob", "application_received")}
    for mail in Mail.objects.order_by("pk"):
        sender.send(mail.pk)
    to_bob, to_alice = sorted(post_office.accepted, key=lambda message: message["To"], reverse=True)
    assert (to_bob["To"], to_bob["Subject"]) == ("bob@acme.example", "Alice Ndongo applied for Nurse")
    assert (to_alice["To"], to_alice["Subject"]) == ("alice@example.com", "Your application for Nurse was sent")
    for message in (to_bob, to_alice):
        assert links_of_text(message) == links_of_html(message)
        assert links_of_text(message)[0].endswith(f"/applications/{application.public_id}")
    assert not Notification.objects.filter(recipient__in=[carol, ivy]).exists()


def test_who_lost_the_right_meanwhile_gets_no_mail(
    acme: Company, bob: User, application: Application, post_office: PostOffice
) -> None:
    Relay().drain()
    Membership.objects.filter(user=bob).update(role=Role.INTERVIEWER)
    mail = Mail.objects.get(recipient=bob)
    sender.send(mail.pk)
    mail.refresh_from_db()
    assert mail.status == MailStatus.MOOT
    assert post_office.accepted == []


def test_the_candidate_hears_the_status_that_is_meant_for_them_and_not_who_set_it(
    bob: User, alice: User, application: Application, post_office: PostOffice
) -> None:
    User.objects.filter(pk=alice.pk).update(language="fr")
    forget()
    screening = application.job.stages.get(name="Screening")
    move_application(
        actor=bob, application_id=application.pk, stage_id=screening.public_id, version=application.version
    )
    Relay().drain()
    row = Notification.objects.get()
    assert (row.recipient, row.kind, row.actor) == (alice, "application_moved", None)
    assert row.data["progress"] == "in_review"
    sender.send(Mail.objects.get().pk)
    (message,) = post_office.accepted
    assert message["Subject"] == "Du nouveau pour votre candidature : Nurse"
    assert "en cours d'examen" in message.get_body(("plain",)).get_content()
    assert "Screening" not in message.as_string()


@pytest.mark.parametrize(
    ("language", "subject"), [("en", "Your application for Nurse"), ("fr", "Votre candidature : Nurse")]
)
def test_a_rejection_has_a_letter_of_its_own_and_does_not_say_why(
    bob: User, alice: User, application: Application, post_office: PostOffice, language: str, subject: str
) -> None:
    User.objects.filter(pk=alice.pk).update(language=language)
    forget()
    reject_application(
        actor=bob, application_id=application.pk, version=application.version, reason="not_qualified", note="Too junior"
    )
    Relay().drain()
    sender.send(Mail.objects.get().pk)
    (message,) = post_office.accepted
    assert message["Subject"] == subject
    assert f"/applications/{application.public_id}" in message.get_body(("plain",)).get_content()
    for secret in ("junior", "qualifi", bob.full_name, bob.email):
        assert secret not in message.as_string()


def test_a_rejection_that_was_taken_back_at_once_is_not_mailed(
    bob: User, application: Application, post_office: PostOffice
) -> None:
    forget()
    rejected = reject_application(actor=bob, application_id=application.pk, version=application.version, reason="other")
    Relay().drain()
    restore_application(actor=bob, application_id=application.pk, version=rejected.version)
    sender.send(Mail.objects.get().pk)
    assert Mail.objects.get().status == MailStatus.MOOT
    assert post_office.accepted == []


def test_the_team_hears_of_a_withdrawal_in_the_app_only(alice: User, bob: User, application: Application) -> None:
    forget()
    withdraw_application(actor=alice, application_id=application.pk)
    Relay().drain()
    assert news() == {("bob", "application_withdrawn")}
    assert not Mail.objects.exists()


def test_who_wants_no_receipts_gets_none(acme: Company, alice: User) -> None:
    set_preferences(actor=alice, choices=[{"kind": "application_submitted", "mail": "off"}])
    make_application(candidate=alice, job=make_job(company=acme))
    Relay().drain()
    assert not Mail.objects.filter(recipient=alice).exists()
