"""From an event, through the real relay, to rows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.events import (
    EmailVerificationRequested,
    PasswordChanged,
    PasswordResetRequested,
    RefreshTokenReplayed,
    SignInAddressKnown,
)
from accounts.links import digest_of, secret_of
from accounts.models import EmailToken, User
from accounts.social.events import AccountReclaimed, ConnectionChanged
from accounts.tests.factories import make_session, make_user
from companies.events import InvitationAccepted, InvitationSent
from companies.links import link_for
from companies.models import Company, Invitation, Role
from companies.tests.factories import make_membership
from notifications.mail import sender
from notifications.models import Mail, MailQueue, MailStatus, Notification
from notifications.tests.factories import make_email_token
from notifications.tests.post_office import PostOffice, links_of_html, links_of_text, text_of
from umemployed.api.ids import new_public_id
from umemployed.events.log import Event, publish
from umemployed.events.models import Delivery
from umemployed.events.relay import Relay

pytestmark = pytest.mark.django_db(transaction=True)


def happen(event: Event, aggregate: object, actor: User | None = None) -> None:
    with transaction.atomic():
        publish(event, aggregate=aggregate, actor=actor)
    Relay().drain()
    assert not Delivery.objects.exclude(status=Delivery.Status.DONE).exists()


@pytest.mark.parametrize(
    ("purpose", "event", "kind"),
    [
        (EmailToken.Purpose.VERIFY_EMAIL, EmailVerificationRequested, "email_verification"),
        (EmailToken.Purpose.RESET_PASSWORD, PasswordResetRequested, "password_reset"),
    ],
)
def test_a_token_is_mailed_at_once_to_the_address_it_was_made_for(
    alice: User, purpose: str, event: type[Event], kind: str
) -> None:
    token = make_email_token(alice, purpose=purpose, email="new@example.com")
    happen(event(token.pk), alice)
    mail = Mail.objects.get()
    assert (mail.kind, mail.to_address, mail.queue) == (kind, "new@example.com", MailQueue.CRITICAL)


def test_the_guards_of_an_account_are_mailed(alice: User) -> None:
    session = make_session(user=alice)
    happen(SignInAddressKnown(alice.pk), alice)
    happen(PasswordChanged(alice.pk), alice, actor=alice)
    happen(RefreshTokenReplayed(session.pk), session)
    assert set(Mail.objects.values_list("kind", "queue")) == {
        ("address_already_known", "critical"),
        ("password_changed", "critical"),
        ("session_ended", "critical"),
    }


def test_a_way_into_the_account_that_was_added_or_taken_away_is_mailed(alice: User, post_office: PostOffice) -> None:
    User.objects.filter(pk=alice.pk).update(language="fr")
    happen(ConnectionChanged(alice.pk, "gone-since", "added"), alice, actor=alice)
    happen(ConnectionChanged(alice.pk, "gone-since", "removed"), alice, actor=alice)
    happen(AccountReclaimed(alice.pk), alice, actor=alice)
    for mail in Mail.objects.order_by("pk"):
        assert (mail.queue, mail.to_address) == (MailQueue.CRITICAL, alice.email)
        sender.send(mail.pk)
    assert [message["Subject"] for message in post_office.accepted] == [
        "Vous pouvez désormais vous connecter avec gone-since",
        "gone-since n'ouvre plus votre compte",
        "Votre adresse avait déjà un compte ici",
    ]
    assert all(links_of_text(message) == links_of_html(message) for message in post_office.accepted)


def make_invitation(company: Company, invited_by: User, **overrides: object) -> Invitation:
    public_id = new_public_id()
    fields = {"email": "zoe@example.com", "role": Role.RECRUITER, "expires_at": timezone.now() + timedelta(days=7)}
    return Invitation.objects.create(
        company=company,
        invited_by=invited_by,
        public_id=public_id,
        digest=digest_of(secret_of("invitation", public_id)),
        **{**fields, **overrides},
    )


def test_an_invitation_is_mailed_with_its_link(acme: Company, bob: User, post_office: PostOffice) -> None:
    invitation = make_invitation(acme, bob)
    happen(InvitationSent(invitation.pk), acme, actor=bob)
    sender.send(Mail.objects.get().pk)
    (message,) = post_office.accepted
    assert message["To"] == "zoe@example.com"
    assert message["Subject"] == "Acme invites you to its team"
    assert links_of_text(message) == links_of_html(message) == [link_for(invitation)]
    assert f"Bob Fotso invites you to join Acme on Umemployed as {Role.RECRUITER.label}." in text_of(message)


def test_an_invitation_that_was_withdrawn_is_not_mailed(acme: Company, bob: User, post_office: PostOffice) -> None:
    invitation = make_invitation(acme, bob, revoked_at=timezone.now())
    happen(InvitationSent(invitation.pk), acme, actor=bob)
    sender.send(Mail.objects.get().pk)
    assert Mail.objects.get().status == MailStatus.MOOT
    assert post_office.accepted == []


def test_the_inviter_hears_who_joined(acme: Company, bob: User) -> None:
    zoe = make_user(email="zoe@example.com", full_name="Zoe")
    invitation = make_invitation(acme, bob, accepted_at=timezone.now(), accepted_by=zoe)
    membership = make_membership(company=acme, user=zoe)
    happen(InvitationAccepted(invitation.pk, membership.pk), acme, actor=zoe)
    news = Notification.objects.get()
    assert (news.recipient, news.actor, news.data["company"]) == (bob, zoe, "Acme")


def test_a_fact_whose_row_is_gone_is_told_to_nobody(alice: User) -> None:
    happen(PasswordChanged(10**9), alice)
    happen(EmailVerificationRequested(10**9), alice)
    happen(InvitationSent(10**9), alice)
    assert not Mail.objects.exists()
