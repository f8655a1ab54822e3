"""Each mail is sent once, by one sender, whatever breaks in between."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import make_user
from notifications.mail import sender
from notifications.mail.services import PATIENCE, post_mail, retry_mails, sweep_mails
from notifications.models import MAIL_TRANSITIONS, Mail, MailQueue, MailStatus
from notifications.tasks import send_mail
from notifications.tests.factories import make_mail
from notifications.tests.post_office import PostOffice
from umemployed.api.errors import Forbidden
from umemployed.audit.models import AuditEntry
from umemployed.tests.processes import start_python


def post(user: User, **overrides: object) -> Mail | None:
    fields = {"fact": "one", "kind": "password_changed", "to_address": user.email, "language": "en", "recipient": user}
    return post_mail(**{**fields, **overrides})


def later(mail: Mail, **fields: object) -> Mail:
    Mail.objects.filter(pk=mail.pk).update(**fields)
    mail.refresh_from_db()
    return mail


def test_one_fact_makes_one_mail(alice: User) -> None:
    assert post(alice) is not None
    assert post(alice) is None
    assert Mail.objects.count() == 1


def test_a_mail_is_sent_once(alice: User, post_office: PostOffice) -> None:
    mail = make_mail(recipient=alice)
    sender.send(mail.pk)
    sender.send(mail.pk)
    assert len(post_office.accepted) == 1
    mail.refresh_from_db()
    assert (mail.status, mail.attempts, mail.leased_until) == (MailStatus.SENT, 1, None)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_twenty_senders_send_it_once(post_office: PostOffice) -> None:
    mail = make_mail()
    start = threading.Barrier(20)

    def race() -> None:
        start.wait()
        sender.send(mail.pk)
        connections.close_all()

    threads = [threading.Thread(target=race) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(post_office.accepted) == 1
    mail.refresh_from_db()
    assert (mail.status, mail.attempts) == (MailStatus.SENT, 1)


def test_a_mail_is_not_sent_before_it_is_due(alice: User, post_office: PostOffice) -> None:
    mail = make_mail(recipient=alice, due_at=timezone.now() + timedelta(minutes=1))
    sender.send(mail.pk)
    assert post_office.accepted == []


def test_a_passing_refusal_is_tried_again_later(alice: User, post_office: PostOffice) -> None:
    post_office.answers = ["451 try again"]
    mail = make_mail(recipient=alice)
    sender.send(mail.pk)
    mail.refresh_from_db()
    assert mail.status == MailStatus.QUEUED
    assert mail.due_at > timezone.now() + timedelta(seconds=10)
    assert "451" in mail.last_error
    sender.send(later(mail, due_at=timezone.now()).pk)
    assert len(post_office.accepted) == 1


def test_a_lasting_refusal_fails_at_once(alice: User, post_office: PostOffice) -> None:
    post_office.answers = ["554 no"]
    mail = make_mail(recipient=alice)
    sender.send(mail.pk)
    mail.refresh_from_db()
    assert mail.status == MailStatus.FAILED
    assert "554" in mail.last_error


def test_a_letter_that_is_refused_for_now_ten_times_fails(alice: User, post_office: PostOffice) -> None:
    post_office.answers = ["451 try again"] * sender.MAX_ATTEMPTS
    mail = make_mail(recipient=alice)
    for _ in range(sender.MAX_ATTEMPTS):
        assert mail.status == MailStatus.QUEUED
        sender.send(later(mail, due_at=timezone.now()).pk)
        mail.refresh_from_db()
    assert mail.status == MailStatus.FAILED
    assert "451" in mail.last_error


def test_a_lease_protects_and_then_expires(alice: User, post_office: PostOffice) -> None:
    mail = make_mail(recipient=alice)
    assert sender.claim(mail.pk) is not None
    sender.send(mail.pk)
    assert post_office.accepted == []
    later(mail, leased_until=timezone.now() - timedelta(seconds=1))
    sender.send(mail.pk)
    assert len(post_office.accepted) == 1


def test_a_lease_outlives_its_task_and_not_half_a_minute() -> None:
    assert send_mail.time_limit == sender.HARD_SECONDS < sender.LEASE.total_seconds() <= 30


def test_a_sender_whose_lease_was_taken_over_notes_nothing(alice: User, post_office: PostOffice) -> None:
    mail = make_mail(recipient=alice)
    slow = sender.claim(mail.pk)
    assert slow is not None
    later(mail, leased_until=timezone.now() - timedelta(seconds=1))
    sender.send(mail.pk)
    sender.conclude(slow, MailStatus.FAILED, last_error="too late")
    mail.refresh_from_db()
    assert mail.status == MailStatus.SENT


def test_one_whose_sender_always_dies_is_given_up(alice: User, post_office: PostOffice) -> None:
    mail = make_mail(recipient=alice)
    past = timezone.now() - timedelta(seconds=1)
    later(mail, status=MailStatus.SENDING, attempts=sender.MAX_ATTEMPTS, leased_until=past)
    sender.send(mail.pk)
    mail.refresh_from_db()
    assert mail.status == MailStatus.FAILED
    assert post_office.accepted == []


def swept() -> list[int]:
    before = set(Mail.objects.values_list("pk", "handed_over_at"))
    sweep_mails()
    return sorted(pk for pk, _ in set(Mail.objects.values_list("pk", "handed_over_at")) - before)


def test_the_sweep_finds_what_was_lost_and_nothing_else(db: None) -> None:
    now = timezone.now()
    lost = [
        make_mail(handed_over_at=None),
        make_mail(handed_over_at=now - PATIENCE[MailQueue.CRITICAL] - timedelta(seconds=1)),
        make_mail(
            status=MailStatus.SENDING,
            handed_over_at=now - timedelta(minutes=5),
            leased_until=now - timedelta(seconds=1),
        ),
    ]
    make_mail(handed_over_at=now)
    make_mail(handed_over_at=None, due_at=now + timedelta(minutes=1))
    make_mail(queue=MailQueue.BULK, handed_over_at=now - timedelta(minutes=5))
    make_mail(status=MailStatus.SENDING, handed_over_at=now, leased_until=now + timedelta(seconds=30))
    make_mail(status=MailStatus.SENT, handed_over_at=None)
    make_mail(status=MailStatus.FAILED, handed_over_at=None)
    assert swept() == [mail.pk for mail in lost]
    assert swept() == []


POST_WITHOUT_BROKER = """
import django; django.setup()
from accounts.models import User
from notifications.mail.services import post_mail
user = User.objects.get()
post_mail(fact="one", kind="password_changed", to_address=user.email, language="en", recipient=user)
"""


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_loses_nothing() -> None:
    make_user()
    process = start_python("-c", POST_WITHOUT_BROKER, REDIS_URL="redis://127.0.0.1:9/0")
    assert process.wait(60) == 0
    assert Mail.objects.get().handed_over_at is None
    assert sweep_mails() == 1


def test_staff_can_send_a_failed_mail_again(dana: User, post_office: PostOffice) -> None:
    mail = make_mail(status=MailStatus.FAILED, attempts=sender.MAX_ATTEMPTS)
    done = make_mail(status=MailStatus.SENT)
    assert retry_mails(actor=dana, mail_ids=[mail.pk, done.pk]) == 1
    sender.send(mail.pk)
    assert len(post_office.accepted) == 1
    assert AuditEntry.objects.filter(action="mail:retried", actor=dana).count() == 1


def test_others_cannot(alice: User) -> None:
    mail = make_mail(status=MailStatus.FAILED)
    with pytest.raises(Forbidden):
        retry_mails(actor=alice, mail_ids=[mail.pk])
    mail.refresh_from_db()
    assert mail.status == MailStatus.FAILED


def test_a_roll_back_takes_the_mail_back(alice: User) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        post(alice)
        raise ZeroDivisionError
    assert not Mail.objects.exists()
    assert connection.run_on_commit == []


def test_every_status_says_what_may_follow_it() -> None:
    assert set(MAIL_TRANSITIONS) == set(MailStatus)
