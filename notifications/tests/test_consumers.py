"""The notification socket, over a real web process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import timezone

from accounts.models import Session
from accounts.tests.factories import make_session, make_user
from notifications.models import Notification
from notifications.services import notify
from notifications.tests.factories import make_notification
from umemployed.api.ids import new_public_id
from umemployed.events.log import Meta
from umemployed.realtime.tests.servers import Client, Process, redis_process, web_process

pytestmark = pytest.mark.django_db(transaction=True)
SOCKET = "notifications"


@pytest.fixture(scope="module")
def web(django_db_setup: None) -> Iterator[Process]:
    with redis_process() as redis_server, web_process(redis_server.port) as process:
        yield process


@pytest.fixture(autouse=True)
def _closed_clients() -> Iterator[None]:
    yield
    Client.close_all()


@pytest.fixture
def session(transactional_db: None) -> Session:
    return make_session(user=make_user())


def tell(session: Session) -> Notification:
    meta = Meta(1, str(new_public_id()), "test", None, "", timezone.now())
    data = {"job": "Nurse"}
    (row,) = notify(kind="application_received", recipient_ids=[session.user_id], meta=meta, group="job:1", data=data)
    return row


def test_news_arrive_in_words_with_the_count(web: Process, session: Session) -> None:
    client = Client.of(session, web.port, SOCKET)
    row = tell(session)
    frame = client.next("notification.created")
    assert frame["data"]["unread_count"] == 1
    assert frame["data"]["notification"]["id"] == str(row.public_id)
    assert frame["data"]["notification"]["text"] == "Somebody applied for Nurse."


def test_what_one_device_reads_the_other_hears(web: Process, session: Session) -> None:
    row = make_notification(recipient=session.user)
    make_notification(recipient=session.user)
    phone, desk = Client.of(session, web.port, SOCKET), Client.of(session, web.port, SOCKET)
    reply = phone.do("notification.read", id=str(row.public_id))
    assert reply["ok"], reply
    assert reply["data"]["is_read"] is True
    assert desk.next("notification.read")["data"] == {
        "ids": [str(row.public_id)],
        "all": False,
        "up_to": None,
        "group": None,
        "unread_count": 1,
    }
    assert desk.do("notification.read_all")["data"] == {"unread_count": 0}
    assert phone.next("notification.read")["data"]["unread_count"] == 1
    assert phone.next("notification.read")["data"] == {
        "ids": [],
        "all": True,
        "up_to": None,
        "group": None,
        "unread_count": 0,
    }


def test_carol_cannot_mark_what_is_not_hers(web: Process, session: Session) -> None:
    row = make_notification()
    reply = Client.of(session, web.port, SOCKET).do("notification.read", id=str(row.public_id))
    assert (reply["ok"], reply["problem"]["code"]) == (False, "not_found")
    row.refresh_from_db()
    assert row.read_at is None
