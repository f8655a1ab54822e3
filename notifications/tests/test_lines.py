"""Facts that nobody has read yet are one line; each is told once; the counts are exact under race."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.factories import make_user
from notifications.models import Notification
from notifications.services import mark_all_read, mark_read
from notifications.tests.test_services import frames_of, meta_of, tell

URL = "/api/v1/notifications/"
AsUser = Callable[[User], APIClient]


def test_twelve_applications_to_a_job_are_one_line_with_a_count(as_user: AsUser, bob: User) -> None:
    for _ in range(12):
        tell([bob], meta_of(actor=make_user()))
    tell([bob], group="job:2", data={"job": "Cook"})
    client = as_user(bob)
    assert len(client.get(URL).json()["results"]) == 13
    other, line = client.get(f"{URL}?grouped=true").json()["results"]
    assert (line["line_size"], line["line_text"]) == (12, "12 applications for Nurse.")
    assert (other["line_size"], other["line_text"]) == (1, "Somebody applied for Cook.")
    assert len(client.get(f"{URL}?line={line['line']}").json()["results"]) == 12
    assert client.get(f"{URL}unread-count/").json() == {"unread_count": 13}
    assert client.post(f"{URL}{line['id']}/read/", {"whole_line": True}).json()["is_read"] is True
    assert client.get(f"{URL}unread-count/").json() == {"unread_count": 1}
    kind, data = frames_of(bob)[-1]
    assert (kind, len(data["ids"]), data["unread_count"]) == ("notification.read", 12, 1)


def test_what_was_read_stays_a_line_and_the_next_begins_another(as_user: AsUser, bob: User) -> None:
    tell([bob])
    tell([bob])
    mark_all_read(actor=bob)
    tell([bob])
    rows = as_user(bob).get(f"{URL}?grouped=true").json()["results"]
    assert [(row["line_size"], row["is_read"]) for row in rows] == [(1, False), (2, True)]


def test_a_kind_without_a_sentence_for_many_has_a_line_for_each_fact(as_user: AsUser, bob: User) -> None:
    tell([bob], kind="application_seen")
    tell([bob], kind="application_seen")
    assert len(as_user(bob).get(f"{URL}?grouped=true").json()["results"]) == 2


def test_a_group_is_read_as_one(as_user: AsUser, bob: User) -> None:
    tell([bob], group="conversation:1", kind="message_received")
    tell([bob])
    assert as_user(bob).post(f"{URL}read-all/", {"group": "conversation:1"}).json() == {"unread_count": 1}
    kind, data = frames_of(bob)[-1]
    assert (kind, data["all"], data["group"]) == ("notification.read", True, "conversation:1")


def at_once(jobs: list[Callable[[], object]]) -> None:
    def run(job: Callable[[], object]) -> None:
        try:
            job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        for done in [pool.submit(run, job) for job in jobs]:
            done.result()


@pytest.mark.django_db(transaction=True)
def test_counts_and_lines_are_exact_when_many_tell_and_read_at_once(bob: User) -> None:
    """Every frame's count is that of its commit: told in the order of the stream, it moves by what the frame says."""
    first = tell([bob])
    jobs: list[Callable[[], object]] = [lambda: tell([bob]) for _ in range(10)]
    jobs[3:3] = [lambda: mark_read(actor=bob, public_id=first[0].public_id) for _ in range(2)]
    at_once(jobs)
    count = 0
    for kind, data in frames_of(bob):
        count += 1 if kind == "notification.created" else -len(data["ids"])
        assert data["unread_count"] == count
    assert count == Notification.objects.for_user(bob).unread().count() == 10
    sizes = [row.line_size for row in Notification.objects.for_user(bob).lines()]
    assert sum(sizes) == 11
    assert len(sizes) <= 2
