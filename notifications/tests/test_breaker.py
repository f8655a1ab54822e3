"""A mail server that is out is left alone, costs no letter a try, and is found again when it is back."""

from __future__ import annotations

import smtplib
import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from notifications.mail import breaker, sender
from notifications.metrics import mail_servers
from notifications.models import Mail, MailServer, MailStatus
from notifications.tests.factories import make_mail, make_mail_server
from notifications.tests.gate import Gate
from notifications.tests.post_office import PostOffice
from umemployed.api.errors import Forbidden
from umemployed.audit.models import AuditEntry

PAST = timedelta(seconds=1)


def an_outage(**overrides: object) -> MailServer:
    fields = {"failures": breaker.FAILURES, "out_since": timezone.now(), "probed_at": timezone.now() - PAST}
    return make_mail_server(**{"name": breaker.server_name(), **fields, **overrides})


def let_it_probe() -> None:
    """Make the pauses of letters and server run out, as minutes would."""
    past = timezone.now() - PAST
    Mail.objects.filter(status=MailStatus.QUEUED).update(due_at=past)
    MailServer.objects.filter(out_since__isnull=False).update(probed_at=past)


def measured() -> dict[str, float]:
    return {family.name: family.samples[0].value for family in mail_servers()}


@pytest.mark.parametrize("mode", ["silent", "mute"])
def test_a_server_that_falls_silent_is_left_alone_after_three_failures(gate: Gate, db: None, mode: str) -> None:
    gate.mode = mode
    mails = [make_mail() for _ in range(8)]
    for mail in mails:
        sender.send(mail.pk)
        mail.refresh_from_db()
    assert gate.connections == breaker.FAILURES
    assert [mail.status for mail in mails] == [MailStatus.QUEUED] * 8
    assert [mail.attempts for mail in mails] == [1, 1, 1, 0, 0, 0, 0, 0]
    assert all(mail.due_at > timezone.now() for mail in mails)
    assert MailServer.objects.get().out_since is not None


def test_an_outage_is_told_to_who_watches_and_makes_nobody_unready(gate: Gate, alice: User) -> None:
    assert APIClient().get("/readyz").json()["outside"]["mail"] == {"ok": True}
    gate.mode = "silent"
    for _ in range(breaker.FAILURES):
        sender.send(make_mail(recipient=alice).pk)
    answer = APIClient().get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["outside"]["mail"] == {"ok": False, "reason": "SMTPServerDisconnected"}
    assert measured()["umemployed_mail_server_out_seconds"] > 0
    assert measured()["umemployed_mail_server_failures"] == breaker.FAILURES


def test_when_it_is_back_everything_that_waited_is_due(gate: Gate, post_office: PostOffice, db: None) -> None:
    gate.mode = "silent"
    mails = [make_mail() for _ in range(5)]
    for mail in mails:
        sender.send(mail.pk)
    gate.mode = "open"
    later = make_mail(due_at=timezone.now() + timedelta(hours=1))
    let_it_probe()
    Mail.objects.filter(pk=later.pk).update(due_at=timezone.now() + timedelta(hours=1))
    sender.send(mails[4].pk)
    assert (MailServer.objects.get().out_since, MailServer.objects.get().failures) == (None, 0)
    for mail in mails:
        sender.send(mail.pk)
    assert len(post_office.accepted) == 5
    assert Mail.objects.exclude(pk=later.pk).exclude(status=MailStatus.SENT).count() == 0
    assert measured()["umemployed_mail_server_out_seconds"] == 0


def test_a_long_outage_uses_up_no_letter(gate: Gate, post_office: PostOffice, db: None) -> None:
    gate.mode = "silent"
    an_outage()
    mail = make_mail()
    for _ in range(sender.MAX_ATTEMPTS + 5):
        let_it_probe()
        sender.send(mail.pk)
    mail.refresh_from_db()
    assert (mail.status, mail.attempts, mail.excused) == (MailStatus.QUEUED, 15, 15)
    gate.mode = "open"
    let_it_probe()
    sender.send(mail.pk)
    assert len(post_office.accepted) == 1


def test_a_letter_that_may_have_been_taken_is_handed_over_three_times_at_most(gate: Gate, db: None) -> None:
    gate.mode = "mute"
    mail = make_mail()
    for _ in range(sender.MAX_DEATHS + 3):
        let_it_probe()
        sender.send(mail.pk)
        mail.refresh_from_db()
    assert (mail.status, gate.letters_taken) == (MailStatus.FAILED, sender.MAX_DEATHS)
    assert "Unanswered" in mail.last_error


def test_a_letter_that_may_have_been_taken_is_not_repeated_in_haste(gate: Gate, db: None) -> None:
    gate.mode = "mute"
    mail = make_mail()
    sender.send(mail.pk)
    mail.refresh_from_db()
    assert mail.due_at > timezone.now() + timedelta(seconds=20)
    MailServer.objects.all().delete()
    let_it_probe()
    sender.send(mail.pk)
    mail.refresh_from_db()
    assert mail.due_at > timezone.now() + timedelta(minutes=20)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_twenty_senders_one_probes(gate: Gate) -> None:
    gate.mode = "silent"
    an_outage()
    mails = [make_mail() for _ in range(20)]
    start = threading.Barrier(20)

    def race(mail_id: int) -> None:
        start.wait()
        sender.send(mail_id)
        connections.close_all()

    threads = [threading.Thread(target=race, args=(mail.pk,)) for mail in mails]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert gate.connections == 1
    assert sorted(Mail.objects.values_list("attempts", flat=True)) == [0] * 19 + [1]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_failures_of_many_workers_are_all_counted(settings) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    start = threading.Barrier(10)

    def race() -> None:
        start.wait()
        breaker.note_failure(ConnectionRefusedError("no"))
        connections.close_all()

    threads = [threading.Thread(target=race) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert MailServer.objects.get().failures == 10


def test_a_prober_that_died_is_followed_by_another(gate: Gate, post_office: PostOffice, db: None) -> None:
    server = an_outage()
    assert breaker.enter().is_probe
    with pytest.raises(breaker.Out):
        breaker.enter()
    server.refresh_from_db()
    assert server.probed_at is not None
    assert server.probed_at <= timezone.now() + breaker.PROBE
    assert breaker.PROBE.total_seconds() > sender.HARD_SECONDS
    let_it_probe()
    sender.send(make_mail().pk)
    assert len(post_office.accepted) == 1


def test_who_has_nothing_to_say_lets_the_next_probe(gate: Gate, post_office: PostOffice, db: None) -> None:
    an_outage()
    sender.send(make_mail(status=MailStatus.SENT).pk)
    sender.send(make_mail(kind="password_reset", context={"token_id": 0}).pk)
    sender.send(make_mail().pk)
    assert len(post_office.accepted) == 1
    assert MailServer.objects.get().out_since is None


def test_a_refusal_of_a_letter_is_an_answer_of_the_server(gate: Gate, post_office: PostOffice, db: None) -> None:
    an_outage()
    post_office.answers = ["554 no"]
    refused = make_mail()
    sender.send(refused.pk)
    refused.refresh_from_db()
    assert (refused.status, refused.excused) == (MailStatus.FAILED, 0)
    assert MailServer.objects.get().out_since is None


def test_letters_that_are_refused_for_now_put_no_server_out(gate: Gate, post_office: PostOffice, db: None) -> None:
    post_office.answers = ["451 later"] * 5
    for _ in range(5):
        sender.send(make_mail().pk)
    assert gate.connections == 5
    assert not MailServer.objects.exists()


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ConnectionRefusedError(), True),
        (TimeoutError(), True),
        (smtplib.SMTPServerDisconnected(), True),
        (smtplib.SMTPAuthenticationError(535, b"no"), True),
        (smtplib.SMTPDataError(421, b"bye"), True),
        (smtplib.SMTPDataError(552, b"too large"), False),
        (smtplib.SMTPRecipientsRefused({"a@example.com": (421, b"bye")}), True),
        (smtplib.SMTPRecipientsRefused({"a@example.com": (550, b"who?")}), False),
        (smtplib.SMTPSenderRefused(451, b"slow down", "us@example.com"), False),
    ],
)
def test_a_letters_trouble_is_told_from_the_servers(error: Exception, expected: bool) -> None:
    assert breaker.is_of_server(error) is expected


def test_what_is_kept_of_an_error_names_nobody(db: None) -> None:
    breaker.note_failure(smtplib.SMTPRecipientsRefused({"ada@example.com": (421, b"bye ada")}))
    breaker.note_failure(smtplib.SMTPDataError(421, b"<ada@example.com> later"))
    assert MailServer.objects.get().last_error == "SMTPDataError: 421"


def test_staff_can_have_it_asked_at_once(dana: User, gate: Gate, post_office: PostOffice) -> None:
    server = an_outage(probed_at=timezone.now() + timedelta(seconds=20))
    mail = make_mail()
    sender.send(mail.pk)
    assert post_office.accepted == []
    assert breaker.ask_again(actor=dana, ids=[server.pk, make_mail_server().pk]) == 1
    let_it_probe()
    sender.send(mail.pk)
    assert len(post_office.accepted) == 1
    assert AuditEntry.objects.filter(action="mail_server:asked", actor=dana).count() == 1


def test_others_cannot(alice: User) -> None:
    server = an_outage()
    with pytest.raises(Forbidden):
        breaker.ask_again(actor=alice, ids=[server.pk])
