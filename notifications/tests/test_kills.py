"""Workers are killed fifty times, tasks kill their workers, thousands wait. Run by ``./dev faults``."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress

import pytest
import redis
from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.factories import make_user
from jobs.alerts.percolation import percolate
from jobs.alerts.tests.factories import make_saved_search
from jobs.models import AlertMatch
from jobs.tests.factories import make_indexed
from notifications.mail.services import post_mail, sweep_mails
from notifications.models import Mail, MailQueue, MailStatus, Notification
from notifications.tests.gate import Gate
from notifications.tests.post_office import PostOffice
from notifications.tests.test_mail_worker import a_worker, all_done, post, wait_until
from umemployed.events.relay import Relay
from umemployed.realtime.models import Frame
from umemployed.realtime.stream import hold
from umemployed.tests.processes import start_python

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.fault]
Tell = Callable[[str], None]
KILLS = 50
DIGESTS = 10_000
HANGS_SECONDS = 30


@pytest.fixture(autouse=True)
def _empty_queues() -> Iterator[None]:
    current_app.control.purge()
    yield
    current_app.control.purge()


def children_of(pid: int) -> list[int]:
    """Return the processes of a worker's pool."""
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(line) for line in listed.stdout.split()]


def test_fifty_killed_senders_lose_nothing_and_double_nothing(post_office: PostOffice, tell: Tell) -> None:
    """Each is killed in the dialogue with the mail server, while it holds a mail that the server has not taken."""
    mails = post(2 * KILLS)
    killed = 0
    post_office.hold = True
    with a_worker(post_office) as worker:
        while killed < KILLS:
            assert post_office.holding.wait(60), "no sender speaks to the mail server"
            post_office.holding.clear()
            for child in children_of(worker):
                with suppress(ProcessLookupError):  # it may be of an earlier round, and just buried
                    os.kill(child, signal.SIGKILL)
                    killed += 1
        assert Mail.objects.filter(status=MailStatus.SENT).count() == 0
        post_office.hold = False
        deadline = time.monotonic() + 180
        while not all_done() and time.monotonic() < deadline:
            sweep_mails()
            time.sleep(1)
    sent = Counter(message["Message-ID"] for message in post_office.accepted)
    assert sent == Counter(mail.message_id() for mail in mails), Counter(Mail.objects.values_list("status", flat=True))
    assert killed >= KILLS
    tell(f"{killed} senders killed, {len(mails)} mails: 0 lost, 0 doubled")


def test_a_reset_starts_within_five_seconds_behind_ten_thousand_digests(post_office: PostOffice, tell: Tell) -> None:
    """With the workers that the house runs: one for critical, two for the rest."""
    reader = make_user()
    Mail.objects.bulk_create(
        Mail(
            fact=f"digest-{number}",
            kind="password_changed",
            recipient=reader,
            to_address=reader.email,
            queue=MailQueue.BULK,
            due_at=timezone.now(),
        )
        for number in range(DIGESTS)
    )
    while sweep_mails():
        pass
    broker = redis.Redis.from_url(settings.BROKER_URL)
    assert broker.llen("um:jobs:bulk") == DIGESTS
    with ExitStack() as stack:
        stack.enter_context(a_worker(post_office, "critical", processes=1))
        stack.enter_context(a_worker(post_office, "default,bulk"))
        wait_until(lambda: len(post_office.accepted) > 20, 90)
        asked_at = time.monotonic()
        assert APIClient().post("/api/v1/auth/password/reset/", {"email": reader.email}).status_code < 300
        Relay().drain()
        wait_until(lambda: Mail.objects.filter(kind="password_reset", status=MailStatus.SENT).exists())
        took = time.monotonic() - asked_at
        assert took < 5, took
        tell(f"a reset behind {DIGESTS} digests was sent after {took:.2f} s")
        assert Mail.objects.filter(status=MailStatus.QUEUED).count() > DIGESTS / 2


def test_a_task_that_kills_its_worker_is_put_aside_and_a_thousand_others_end(post_office: PostOffice) -> None:
    """Three starts, then the queue of the dead; the others are sent meanwhile."""
    broker = redis.Redis.from_url(settings.BROKER_URL)
    broker.delete("um:jobs:dead", "um:test:starts")
    current_app.send_task("tests.kill_yourself", kwargs={"key": "um:test:starts"}, queue="critical")
    mails = post(1000)
    with a_worker(post_office, app="notifications.tests.poison"):
        deadline = time.monotonic() + 240
        while not (all_done() and broker.llen("um:jobs:dead")) and time.monotonic() < deadline:
            sweep_mails()
            time.sleep(1)
    starts = int(broker.get("um:test:starts") or 0)
    assert 1 <= starts <= 3
    assert broker.llen("um:jobs:dead") == 1
    assert len({message["Message-ID"] for message in post_office.accepted}) == len(mails) == 1000
    broker.delete("um:jobs:dead", "um:test:starts")


@pytest.mark.parametrize("mode", ["silent", "mute"])
def test_a_mail_server_that_hangs_slows_no_request_and_everything_leaves_when_it_is_back(
    gate: Gate, post_office: PostOffice, mode: str, tell: Tell
) -> None:
    """For thirty seconds it takes connections and says nothing, or takes whole letters and says nothing of them."""
    readers = [make_user() for _ in range(20)]
    gate.mode = mode
    pause = threading.Event()
    with ExitStack() as stack:
        stack.enter_context(a_worker(gate, "critical", processes=1))
        stack.enter_context(a_worker(gate, "default,bulk"))
        began = time.monotonic()
        times = []
        for reader in readers:
            asked_at = time.monotonic()
            assert APIClient().post("/api/v1/auth/password/reset/", {"email": reader.email}).status_code < 300
            times.append(time.monotonic() - asked_at)
            Relay().drain()
        assert sorted(times)[18] < 1, times
        wait_until(lambda: gate.connections > 0, 60)
        while time.monotonic() - began < HANGS_SECONDS:
            sweep_mails()
            pause.wait(1)
        assert post_office.accepted == []
        asked = gate.connections
        gate.mode = "open"
        back_at = time.monotonic()
        while not all_done() and time.monotonic() - back_at < 120:
            sweep_mails()
            pause.wait(1)
        took = time.monotonic() - back_at
    assert all_done(), list(Mail.objects.exclude(status=MailStatus.SENT).values_list("status", "last_error"))
    assert sorted(str(message["To"]) for message in post_office.accepted) == sorted(reader.email for reader in readers)
    assert max(Mail.objects.values_list("deaths", flat=True)) <= 1
    tell(f"{mode} for {HANGS_SECONDS} s: asked {asked} times, everything sent {took:.0f} s after it was back")


def test_a_dialogue_that_hangs_delays_no_reset(gate: Gate, post_office: PostOffice, tell: Tell) -> None:
    """The server falls silent in the dialogue of two summaries, and the worker of the urgent ones goes on."""
    reader = make_user()
    gate.mode, gate.only = "mute", 2
    with ExitStack() as stack:
        stack.enter_context(a_worker(gate, "critical", processes=1))
        stack.enter_context(a_worker(gate, "default,bulk"))
        summary = {"kind": "password_changed", "to_address": reader.email, "language": "en", "recipient": reader}
        for number in range(2):
            post_mail(fact=f"bulk-{number}", queue=MailQueue.BULK, **summary)
        wait_until(lambda: gate.letters_taken == 2, 60)
        asked_at = time.monotonic()
        assert APIClient().post("/api/v1/auth/password/reset/", {"email": reader.email}).status_code < 300
        Relay().drain()
        wait_until(lambda: Mail.objects.filter(kind="password_reset", status=MailStatus.SENT).exists())
        took = time.monotonic() - asked_at
    assert took < 5, took
    tell(f"a reset beside two dialogues that hang was sent after {took:.2f} s")


def test_two_clocks_owe_each_summary_once(post_office: PostOffice) -> None:
    """Two beats, each task twice: taking news out of the queue and owing the mail is one commit."""
    from datetime import timedelta

    from notifications.tests.factories import make_notification

    readers = [make_user() for _ in range(30)]
    for reader in readers:
        make_notification(recipient=reader, awaits_digest=True)
    Notification.objects.update(created_at=timezone.now() - timedelta(days=2))
    code = "import django; django.setup(); from notifications.tasks import post_daily_digests as d; d()"
    clocks = [start_python("-c", code) for _ in range(4)]
    assert [clock.wait(60) for clock in clocks] == [0] * 4
    assert Counter(Mail.objects.values_list("recipient", flat=True)) == Counter(reader.pk for reader in readers)


TELLERS_KILLED, READERS = 12, 40


def tellers_that_stand() -> int:
    """Return how many backends wait for a reader's stream: they have taken a chunk, and told nothing yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # within a transaction it would be the first look for ever
        cursor.execute(
            "SELECT count(DISTINCT pid) FROM pg_stat_activity WHERE datname = current_database()"
            " AND wait_event_type = 'Lock' AND query LIKE '%realtime_stream%'"
        )
        return cursor.fetchone()[0]


def kill_a_teller_in_the_middle(worker: int) -> None:
    """Let a teller stand between the taking and the telling, and kill the worker's whole pool there."""
    with transaction.atomic():
        hold("notifications", User.objects.values_list("pk", flat=True))
        call_tellers()
        wait_until(lambda: tellers_that_stand() > 0, 90)
        for child in children_of(worker):
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)


def call_tellers() -> None:
    current_app.send_task("notifications.tell_saved_searches", queue="default")


def test_killed_tellers_lose_no_match_and_double_none(post_office: PostOffice) -> None:
    """Each is killed while it holds a chunk. Whoever comes next tells it: notification, frame and mail once each."""
    for _ in range(READERS):
        make_saved_search(frequency="now")
    with transaction.atomic():
        hold("notifications", User.objects.values_list("pk", flat=True))  # makes the streams that are held later
    with a_worker(post_office) as worker:
        for number in range(TELLERS_KILLED):
            percolate(job_id=make_indexed(title=f"Engineer {number}").pk)
            kill_a_teller_in_the_middle(worker)
        deadline = time.monotonic() + 180
        while AlertMatch.objects.filter(awaits_telling=True).exists() and time.monotonic() < deadline:
            call_tellers()
            time.sleep(1)
        while not all_done() and time.monotonic() < deadline:
            sweep_mails()
            time.sleep(1)
    facts = {(str(s), str(j)) for s, j in AlertMatch.objects.values_list("search__public_id", "job__public_id")}
    assert len(facts) == TELLERS_KILLED * READERS
    rows = Notification.objects.filter(kind="saved_search_matched")
    told = Counter((row.data["search_id"], row.data["job_id"]) for row in rows)
    assert told == Counter(facts)
    frames = [frame.data["notification"]["data"] for frame in Frame.objects.filter(socket="notifications")]
    assert Counter((data["search_id"], data["job_id"]) for data in frames) == Counter(facts)
    # One at once for each search, and the rest, which came within minutes, waits for the summary: none is in both.
    assert Counter(message["To"] for message in post_office.accepted) == Counter(
        User.objects.filter(saved_searches__isnull=False).values_list("email", flat=True)
    )
    assert rows.filter(awaits_digest=True).count() == (TELLERS_KILLED - 1) * READERS
