"""Who hears of offers, retakes, mentions and assignments."""

from __future__ import annotations

import pytest

from accounts.models import User
from accounts.tests.factories import make_user
from applications.assessments.services import grant_retake
from applications.assessments.tests.factories import make_attempt
from applications.models import Application
from applications.offers import services as offers
from applications.offers.tests.factories import make_offer, make_sent_offer
from applications.teamwork.services import assign, write_note
from applications.tests.factories import make_application
from companies.models import Company, Membership, Role
from companies.tests.factories import make_membership
from jobs.tests.factories import make_job
from notifications.mail import sender
from notifications.models import Mail
from notifications.tests.post_office import PostOffice, links_of_html, links_of_text
from notifications.tests.test_applications import forget, news
from umemployed.events.relay import Relay

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def owner(acme: Company) -> Membership:
    return make_membership(company=acme, role=Role.OWNER, user=make_user(email="olga@acme.example"))


@pytest.fixture
def application(acme: Company, alice: User, bob: User, owner: Membership) -> Application:
    made = make_application(candidate=alice, job=make_job(company=acme, title="Nurse"))
    forget()
    return made


def test_an_offer_is_told_to_the_candidate_when_it_is_sent_and_its_answer_to_the_team(
    alice: User, bob: User, application: Application
) -> None:
    draft = make_offer(application, bob)
    Relay().drain()
    assert news() == set(), "a draft is the team's own matter"
    offer = offers.send_offer(actor=bob, offer_id=draft.pk, version=draft.version)
    Relay().drain()
    assert ("alice", "offer_received") in news()
    forget()
    offer.refresh_from_db()
    offers.decline_offer(actor=alice, offer_id=offer.pk, version=offer.version, reason="pay")
    Relay().drain()
    assert {("bob", "offer_declined"), ("olga", "offer_declined")} <= news()
    assert not {kind for who, kind in news() if who == "alice"} & {"offer_declined"}


def test_a_withdrawn_offer_is_told_only_if_it_was_sent(alice: User, bob: User, application: Application) -> None:
    draft = make_offer(application, bob)
    offers.withdraw_offer(actor=bob, offer_id=draft.pk, version=draft.version)
    Relay().drain()
    assert ("alice", "offer_withdrawn") not in news()
    sent = make_sent_offer(application, bob)
    offers.withdraw_offer(actor=bob, offer_id=sent.pk, version=sent.version)
    Relay().drain()
    assert ("alice", "offer_withdrawn") in news()


def test_a_mention_and_an_assignment_are_told_to_whom_they_name(
    bob: User, owner: Membership, application: Application
) -> None:
    write_note(actor=bob, application_id=application.pk, body="Look", mentions=[owner.public_id])
    assign(actor=bob, application_id=application.pk, member=owner.public_id)
    Relay().drain()
    assert news() == {("olga", "note_mentions_me"), ("olga", "application_assigned")}


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "lets you take the assessment for Nurse once more."),
        ("fr", "vous permet de repasser l'évaluation pour Nurse."),
    ],
    ids=["en", "fr"],
)
def test_a_retake_is_told_to_the_candidate_in_their_language_and_names_nobody_of_the_team(
    acme: Company, alice: User, bob: User, post_office: PostOffice, language: str, sentence: str
) -> None:
    User.objects.filter(pk=alice.pk).update(language=language)
    application = make_application(candidate=alice, job=make_job(company=acme, title="Nurse"))
    make_attempt(application)
    forget()
    grant_retake(actor=bob, application_id=application.pk, reason="The line broke")
    Relay().drain()
    assert news() == {("alice", "retake_granted")}
    sender.send(Mail.objects.get().pk)
    (message,) = post_office.accepted
    # A subject that begins on a folded line is read with the fold's space before it.
    assert (message["To"], message["Subject"].strip()) == ("alice@example.com", f"{acme.name} {sentence}")
    assert links_of_text(message) == links_of_html(message)
    assert links_of_text(message)[0].endswith("/notifications")
    assert bob.full_name not in message.as_string()
    assert "The line broke" not in message.as_string()
