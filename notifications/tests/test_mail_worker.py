"""A real Celery worker, a real broker and a real mail server; and SIGKILL in the middle."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from django.utils import timezone

from accounts.tests.factories import make_user
from notifications.mail.services import post_mail, sweep_mails
from notifications.models import Mail, MailQueue, MailStatus
from notifications.tests.gate import Gate
from notifications.tests.post_office import PostOffice
from umemployed.tests import processes as processes_of_tests
from umemployed.tests.processes import kill

pytestmark = pytest.mark.django_db(transaction=True)


def a_worker(
    office: PostOffice | Gate, queues: str = "critical,default,bulk", *, app: str = "umemployed", processes: int = 2
) -> AbstractContextManager[int]:
    """Run a worker that hands its mails to this office; gives its process group."""
    mail = {"EMAIL_HOST": office.host, "EMAIL_PORT": str(office.port)}
    return processes_of_tests.a_worker(queues, app=app, processes=processes, **mail)


def wait_until(is_so: Callable[[], bool], seconds: float = 40) -> None:
    processes_of_tests.wait_until(
        is_so, seconds, lambda: list(Mail.objects.values_list("status", "attempts", "last_error"))
    )


def let_time_pass() -> None:
    """Make every lease and every patience run out, as minutes would."""
    past = timezone.now() - timedelta(hours=1)
    Mail.objects.filter(status=MailStatus.SENDING).update(leased_until=past)
    Mail.objects.exclude(status=MailStatus.SENT).update(handed_over_at=past)


@pytest.fixture(autouse=True)
def _empty_queues() -> None:
    current_app.control.purge()


def post(count: int) -> list[Mail]:
    reader = make_user()
    facts: list[dict[str, Any]] = [
        {"fact": f"fact-{number}", "queue": list(MailQueue)[number % 3], "recipient": reader} for number in range(count)
    ]
    mails = [post_mail(kind="password_changed", to_address=reader.email, language="en", **fact) for fact in facts]
    return [mail for mail in mails if mail is not None]


def all_done() -> bool:
    return not Mail.objects.exclude(status=MailStatus.SENT).exists()


def test_a_worker_killed_in_the_middle_of_a_mail_loses_nothing_and_doubles_nothing(post_office: PostOffice) -> None:
    mails = post(12)
    post_office.hold = True
    with a_worker(post_office) as group:
        assert post_office.holding.wait(40), "the worker never spoke to the mail server"
        kill(group)
    assert Mail.objects.filter(status=MailStatus.SENDING).exists()
    post_office.hold = False
    let_time_pass()
    with a_worker(post_office):
        sweep_mails()
        wait_until(all_done)
    sent = Counter(message["Message-ID"] for message in post_office.accepted)
    assert sent == Counter(mail.message_id() for mail in mails)


def test_an_urgent_mail_does_not_wait_behind_hundreds_of_others(post_office: PostOffice) -> None:
    reader = make_user()
    Mail.objects.bulk_create(
        Mail(
            fact=f"bulk-{number}",
            kind="password_changed",
            recipient=reader,
            to_address=reader.email,
            queue=MailQueue.BULK,
            due_at=timezone.now(),
        )
        for number in range(400)
    )
    while sweep_mails():
        pass
    with a_worker(post_office):
        wait_until(lambda: len(post_office.accepted) > 10)
        start = time.monotonic()
        urgent = post_mail(
            fact="urgent",
            kind="password_changed",
            to_address=reader.email,
            language="en",
            recipient=reader,
            queue=MailQueue.CRITICAL,
        )
        assert urgent is not None
        wait_until(lambda: Mail.objects.get(pk=urgent.pk).status == MailStatus.SENT)
        assert time.monotonic() - start < 5
        assert Mail.objects.filter(status=MailStatus.QUEUED).count() > 100
