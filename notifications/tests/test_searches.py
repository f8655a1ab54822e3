"""Saved searches, from the publication of a posting to the notification, the socket and the mailbox."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.factories import make_session, make_user
from companies.blocks.models import Block
from companies.models import Company
from companies.tests.factories import make_company
from jobs import services as postings
from jobs.alerts import services as searches
from jobs.alerts.percolation import percolate
from jobs.alerts.tests.factories import make_saved_search
from jobs.models import AlertMatch, HiddenJob, Job, SavedSearch, Status
from jobs.tests.factories import make_indexed, make_job
from notifications import searches as telling
from notifications.digests import post_digests
from notifications.mail import sender
from notifications.models import Mail, MailStatus, Notification
from notifications.searches import tell_chunk, tell_matches
from notifications.tests.factories import make_preference
from notifications.tests.post_office import PostOffice, links_of_html, links_of_text, text_of
from notifications.tests.test_mail_worker import a_worker, wait_until
from umemployed.events.relay import Relay
from umemployed.realtime.models import Frame
from umemployed.realtime.tests.servers import Client as Socket
from umemployed.realtime.tests.servers import Process, redis_process, web_process

pytestmark = pytest.mark.django_db
Client = Callable[[User], APIClient]


@pytest.fixture(scope="module")
def web(django_db_setup: None) -> Iterator[Process]:
    with redis_process() as redis_server, web_process(redis_server.port) as process:
        yield process


@pytest.fixture(autouse=True)
def _closed_sockets() -> Iterator[None]:
    yield
    Socket.close_all()


@pytest.fixture
def _empty_queues() -> Iterator[None]:
    current_app.control.purge()
    yield
    current_app.control.purge()


def find(**overrides: Any) -> Job:
    """A posting that has just gone live and that the searches were asked about."""
    job = make_indexed(**{"title": "Engineer", **overrides})
    percolate(job_id=job.pk)
    return job


def told() -> list[Notification]:
    return list(Notification.objects.filter(kind=telling.KIND).order_by("pk"))


def letters(office: PostOffice) -> list[Any]:
    """Send what is owed; returns what arrived."""
    before = len(office.accepted)
    for mail in Mail.objects.filter(status=MailStatus.QUEUED).order_by("pk"):
        sender.send(mail.pk)
    return office.accepted[before:]


# --- What is told, and how ---


def test_it_is_told_in_the_application_and_mailed_at_once(alice: User, acme: Company, post_office: PostOffice) -> None:
    search = make_saved_search(user=alice, name="Engineers", frequency="now")
    job = find(company=acme, title="Engineer of bridges")
    assert tell_matches().count == 1
    (row,) = told()
    assert (row.recipient, row.in_app, row.awaits_digest) == (alice, True, False)
    assert row.data == {
        "search_id": str(search.public_id),
        "search": "Engineers",
        "job_id": str(job.public_id),
        "job": "Engineer of bridges",
    }
    (message,) = letters(post_office)
    assert message["Subject"] == "New for your search Engineers: Engineer of bridges"
    assert "your search Engineers found a new job: Engineer of bridges (Acme)." in text_of(message)
    assert links_of_text(message)[0] == links_of_html(message)[0]
    assert links_of_text(message)[0].endswith(f"/jobs/{job.public_id}")
    assert letters(post_office) == []


def test_a_french_reader_reads_french(post_office: PostOffice) -> None:
    search = make_saved_search(user=make_user(full_name="Amélie", language="fr"), name="Ponts", frequency="now")
    find(title="Engineer")
    tell_matches()
    (message,) = letters(post_office)
    assert message["Subject"] == "Du nouveau pour votre recherche Ponts\N{NO-BREAK SPACE}: Engineer"
    assert "a trouvé une nouvelle offre" in text_of(message)
    assert search.matches.count() == 1


def test_the_letter_does_not_name_an_anonymous_employer(acme: Company, post_office: PostOffice) -> None:
    make_saved_search(frequency="now")
    find(company=acme, is_anonymous=True)
    tell_matches()
    (message,) = letters(post_office)
    assert "Acme" not in message.as_string()
    assert "Acme" not in str(told()[0].data)


def test_by_default_it_is_mailed_in_the_summary_of_the_day(alice: User, post_office: PostOffice) -> None:
    make_saved_search(user=alice, name="Engineers")
    first, second = find(title="Engineer of ships"), find(title="Engineer of trains")
    tell_matches()
    assert [row.awaits_digest for row in told()] == [True, True]
    assert letters(post_office) == []
    gone = find(title="Engineer of dreams")
    tell_matches()
    Job.objects.filter(pk=gone.pk).update(status=Status.CLOSED)
    assert post_digests(now=timezone.now() + timedelta(days=2)) == 1
    (message,) = letters(post_office)
    assert first.title in text_of(message) and second.title in text_of(message)
    assert gone.title not in text_of(message), "it is closed"
    assert post_digests(now=timezone.now() + timedelta(days=4)) == 0


def test_an_import_brings_one_mail_and_the_rest_in_the_summary(alice: User, post_office: PostOffice) -> None:
    make_saved_search(user=alice, frequency="now")
    for number in range(5):
        find(title=f"Engineer {number}")
    assert tell_matches().count == 5
    assert len(letters(post_office)) == 1
    assert [row.awaits_digest for row in told()] == [False, True, True, True, True]
    assert [row.line_size for row in told()] == [1, 2, 3, 4, 5], "and one line in the application"
    Notification.objects.update(created_at=timezone.now() - telling.PAUSE - timedelta(seconds=1))
    find(title="Engineer later")
    tell_matches()
    assert len(letters(post_office)) == 1


@pytest.mark.parametrize(
    ("frequency", "mail", "in_app", "expected"),
    [
        ("now", "digest", True, (True, True, 0)),
        ("now", "off", True, (True, False, 0)),
        ("daily", "off", False, (False, False, 0)),
        ("now", "now", False, (False, False, 1)),
    ],
)
def test_the_persons_own_choice_bounds_the_searchs(
    alice: User, post_office: PostOffice, frequency: str, mail: str, in_app: bool, expected: tuple[bool, bool, int]
) -> None:
    make_preference(user=alice, kind=telling.KIND, mail=mail, in_app=in_app)
    make_saved_search(user=alice, frequency=frequency)
    find()
    tell_matches()
    (row,) = told()
    assert (row.in_app, row.awaits_digest, len(letters(post_office))) == expected
    assert Frame.objects.filter(user=alice).count() == int(in_app)


def test_a_search_that_is_off_finds_and_does_not_tell(as_user: Client, alice: User) -> None:
    search = make_saved_search(user=alice, frequency="off")
    find()
    assert tell_matches().count == 0
    assert told() == []
    assert as_user(alice).get(f"/api/v1/saved-searches/{search.public_id}/").json()["new_count"] == 1


def test_the_link_of_the_letter_stops_this_search_alone(api: APIClient, alice: User, post_office: PostOffice) -> None:
    one, other = (make_saved_search(user=alice, name=name, frequency="now") for name in ("Bridges", "Others"))
    find()
    tell_matches()
    by_search = {name: message for message in letters(post_office) for name in ("Bridges", "Others")
                 if name in message["Subject"]}  # fmt: skip
    message = by_search["Bridges"]
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = message["List-Unsubscribe"].strip("<>")
    path = link[link.index("/api/") :]
    page = api.get(path)
    assert "Bridges" in page.content.decode()
    one.refresh_from_db()
    assert one.frequency == "now", "a scanner that follows the link changes nothing"
    for _again in range(2):
        assert api.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.frequency, one.version, other.frequency) == ("off", 2, "now")
    find()
    tell_matches()
    assert Counter(row.data["search"] for row in told()) == {"Bridges": 1, "Others": 2}
    one.delete()
    assert api.get(path).status_code == 404


def test_news_arrive_at_the_socket_with_the_count(transactional_db: None, web: Process) -> None:
    session = make_session(user=make_user())
    make_saved_search(user=session.user, name="Engineers")
    client = Socket.of(session, web.port, "notifications")
    for number in (1, 2):
        job = find(title=f"Engineer {number}")
        tell_matches()
        frame = client.next("notification.created")["data"]
        assert frame["unread_count"] == number
        assert frame["notification"]["data"]["job_id"] == str(job.public_id)
        assert frame["notification"]["text"].startswith("New for your search")
    assert "2 new jobs" in frame["notification"]["line_text"]


# --- Who is not told ---


def test_what_is_not_news_any_more_is_not_told(alice: User, bob: User, acme: Company) -> None:
    people = {name: make_user() for name in ("blocker", "hider", "suspended", "silent", "gone", "listener")}
    theirs = {name: make_saved_search(user=person, frequency="now") for name, person in people.items()}
    member = make_saved_search(user=bob, frequency="now")
    job = find(company=acme)
    assert AlertMatch.objects.filter(awaits_telling=True).count() == len(people)
    assert not member.matches.exists(), "one's own posting is no news"
    Block.objects.create(blocker=people["blocker"], company=acme)
    HiddenJob.objects.create(user=people["hider"], job=job)
    User.objects.filter(pk=people["suspended"].pk).update(is_active=False)
    searches.silence_search(search=theirs["silent"])
    people["gone"].delete()
    assert tell_matches().count == 5
    assert [row.recipient for row in told()] == [people["listener"]]
    assert [mail.recipient for mail in Mail.objects.all()] == [people["listener"]]
    User.objects.filter(pk=people["suspended"].pk).update(is_active=True)
    assert tell_matches().count == 0, "what was not told at its time is not told later"


@pytest.mark.parametrize("status", [Status.PAUSED, Status.CLOSED])
def test_a_posting_that_went_again_before_is_not_told(status: Status) -> None:
    make_saved_search(frequency="now")
    job = find()
    Job.objects.filter(pk=job.pk).update(status=status)
    assert tell_matches().count == 1
    assert told() == []


def test_the_letter_is_not_sent_when_the_reader_has_read_it_or_the_search_is_gone(post_office: PostOffice) -> None:
    read, gone, closed = (make_saved_search(frequency="now", parameters=f"q={word}") for word in "abc")
    for word in "abc":
        find(title=word)
    tell_matches()
    Notification.objects.filter(recipient=read.user).update(read_at=timezone.now())
    gone.delete()
    Job.objects.filter(title="c").update(status=Status.CLOSED)
    assert letters(post_office) == []
    assert {mail.status for mail in Mail.objects.all()} == {MailStatus.MOOT}
    assert closed.matches.count() == 1


def test_a_search_that_is_saved_after_the_publication_does_not_find_it() -> None:
    job = make_indexed(title="Engineer")
    late = make_saved_search()
    percolate(job_id=job.pk)
    assert not late.matches.exists()


# --- Once ---


def publish(owner: User, company: Company, title: str = "Engineer of bridges") -> Job:
    job = make_job(company=company, title=title, status=Status.DRAFT, description="Build bridges over rivers. " * 10)
    return postings.publish_job(actor=owner, job_id=job.pk)


def run_the_relay() -> None:
    while Relay().drain():
        pass


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_empty_queues")
def test_edits_pauses_and_reopening_never_tell_again(
    bob: User, carol: User, acme: Company, globex: Company, post_office: PostOffice
) -> None:
    """Through the verbs, the relay, a real worker and a real mail server."""
    now, daily = make_saved_search(frequency="now"), make_saved_search()
    with a_worker(post_office):
        job = publish(bob, acme)
        run_the_relay()
        wait_until(lambda: len(told()) == 2 and len(post_office.accepted) == 1)
        late = make_saved_search(frequency="now")
        job = postings.update_job(actor=bob, job_id=job.pk, expected_version=job.version, title="Engineer of boats")
        postings.pause_job(actor=bob, job_id=job.pk)
        postings.publish_job(actor=bob, job_id=job.pk)
        postings.close_job(actor=bob, job_id=job.pk)
        postings.reopen_job(actor=bob, job_id=job.pk)
        # The worker is shown to be awake by another posting, which all three are told of.
        publish(carol, globex, title="Engineer of trains")
        run_the_relay()
        wait_until(lambda: len(told()) == 5 and not AlertMatch.objects.filter(awaits_telling=True).exists())
    pairs = Counter((row.data["search_id"], row.data["job_id"]) for row in told())
    assert set(pairs.values()) == {1}
    mine = [row for row in told() if row.data["job_id"] == str(job.public_id)]
    assert {row.recipient for row in mine} == {now.user, daily.user}
    assert late.matches.count() == 1


def test_one_fact_is_one_notification_whatever_happens(alice: User) -> None:
    make_saved_search(user=alice, frequency="now")
    find()
    tell_matches()
    AlertMatch.objects.update(awaits_telling=True)
    assert tell_matches().count == 1
    assert len(told()) == 1
    assert Mail.objects.count() == 1
    assert Frame.objects.filter(user=alice).count() == 1


def test_a_chunk_costs_the_same_for_twenty_people_as_for_two() -> None:
    costs = []
    for number in (2, 18):
        for _ in range(number):
            make_saved_search(frequency="now")
        find()
        Notification.objects.all().delete()
        with CaptureQueriesContext(connection) as queries:
            assert tell_chunk() == SavedSearch.objects.count()
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_much_is_told_in_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "CHUNK", 3)
    for _ in range(7):
        make_saved_search()
    find()
    first = tell_matches(chunks=2)
    assert (first.count, first.has_more) == (6, True)
    rest = tell_matches(chunks=2)
    assert (rest.count, rest.has_more) == (1, False)
    assert len({row.recipient_id for row in told()}) == 7


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_tell_each_match_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of five, so that they meet often; the same people are in chunks of different workers."""
    monkeypatch.setattr(telling, "CHUNK", 5)
    people = [make_user() for _ in range(12)]
    for person in people:
        make_saved_search(user=person, frequency="now")
        make_saved_search(user=person)
    for _ in range(3):
        find()
    gate, errors = threading.Barrier(4), []

    def work() -> None:
        gate.wait()
        try:
            while AlertMatch.objects.filter(awaits_telling=True).exists():
                tell_matches()
        except Exception as error:  # noqa: BLE001 - a deadlock is what this looks for
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    pairs = Counter((row.data["search_id"], row.data["job_id"]) for row in told())
    assert len(pairs) == 72 and set(pairs.values()) == {1}
    for person in people:
        frames = Frame.objects.filter(user=person, socket="notifications").order_by("seq")
        assert [frame.data["unread_count"] for frame in frames] == [1, 2, 3, 4, 5, 6]
    assert Mail.objects.count() == len(people), "at once for one search of each, the rest in the summary"


# --- The door ---


def test_the_frequency_is_read_and_written(as_user: Client, alice: User) -> None:
    client = as_user(alice)
    body = {"name": "Mine", "parameters": "q=nurse"}
    made = client.post("/api/v1/saved-searches/", body, format="json")
    assert made.json()["frequency"] == "daily"
    one = f"/api/v1/saved-searches/{made.json()['id']}/"
    edited = client.patch(one, {"frequency": "off"}, format="json", headers={"If-Match": made["ETag"]})
    assert (edited.status_code, edited.json()["frequency"], edited.json()["parameters"]) == (200, "off", "q=nurse")
    wrong = client.patch(one, {"frequency": "hourly"}, format="json", headers={"If-Match": edited["ETag"]})
    assert wrong.status_code == 400
    assert [item["attr"] for item in wrong.json()["errors"]] == ["frequency"]


def test_a_search_of_what_is_gone_can_still_be_silenced(as_user: Client, alice: User) -> None:
    company = make_company(slug="ephemeral")
    search, client = make_saved_search(user=alice, parameters="company=ephemeral"), as_user(alice)
    Company.objects.filter(pk=company.pk).update(slug="elsewhere")
    one = f"/api/v1/saved-searches/{search.public_id}/"
    etag = client.get(one)["ETag"]
    edited = client.patch(one, {"frequency": "off"}, format="json", headers={"If-Match": etag})
    assert (edited.status_code, edited.json()["frequency"]) == (200, "off")
