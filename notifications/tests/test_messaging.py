"""Who hears of a message, and when a mail goes out about it."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.models import User
from companies.models import Company
from messaging.models import Conversation
from messaging.services import mark_read
from messaging.tests.factories import make_conversation, say
from notifications.mail import sender
from notifications.models import Mail, MailStatus, Notification
from notifications.tests.post_office import PostOffice, links_of_html, links_of_text
from umemployed.events.relay import Relay

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def conversation(acme: Company, alice: User) -> Conversation:
    made = make_conversation(candidate=alice, company=acme)
    Relay().drain()
    Notification.objects.all().delete()
    Mail.objects.all().delete()
    return made


def send_all() -> None:
    Mail.objects.update(due_at=timezone.now())
    for mail in Mail.objects.filter(status=MailStatus.QUEUED):
        sender.send(mail.pk)


def test_the_other_side_hears_each_message_and_gets_one_mail_until_it_has_read(
    alice: User, bob: User, conversation: Conversation, post_office: PostOffice
) -> None:
    for text in ("one", "two", "three"):
        say(bob, conversation, text)
    Relay().drain()
    assert list(Notification.objects.values_list("recipient", "actor")) == [(alice.pk, bob.pk)] * 3
    mail = Mail.objects.get()
    assert mail.due_at > timezone.now()
    send_all()
    (message,) = post_office.accepted
    assert (message["To"], message["Subject"]) == ("alice@example.com", "New message from Bob Fotso")
    assert links_of_text(message) == links_of_html(message)
    assert "three" not in message.as_string()
    mark_read(actor=alice, conversation_id=conversation.public_id, seq=3)
    say(bob, conversation, "four")
    Relay().drain()
    send_all()
    assert len(post_office.accepted) == 2


def test_what_is_read_at_once_is_not_mailed(
    alice: User, bob: User, conversation: Conversation, post_office: PostOffice
) -> None:
    say(alice, conversation)
    Relay().drain()
    assert Notification.objects.get().recipient == bob
    mark_read(actor=bob, conversation_id=conversation.public_id, seq=1)
    send_all()
    assert Mail.objects.get().status == MailStatus.MOOT
    assert post_office.accepted == []


def test_carol_hears_nothing(carol: User, alice: User, conversation: Conversation) -> None:
    say(alice, conversation)
    Relay().drain()
    assert not Notification.objects.filter(recipient=carol).exists()
