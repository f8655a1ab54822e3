"""What providers report: believed only when signed, acted on once."""

from __future__ import annotations

import base64
import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from accounts.events import EmailVerified
from accounts.models import User
from accounts.tests.factories import make_user
from notifications.deliverability.services import Report, take_report
from notifications.deliverability.signatures import sign
from notifications.mail import sender
from notifications.models import (
    MailMode,
    MailQueue,
    MailReport,
    MailStatus,
    Notification,
    Outcome,
    SuppressedAddress,
)
from notifications.preferences import preferences_of
from notifications.tests.factories import make_mail
from notifications.tests.post_office import PostOffice
from notifications.tests.test_handlers import happen
from umemployed.events.relay import Relay

pytestmark = pytest.mark.django_db(transaction=True)
URL = "/api/v1/mail/reports/"
SECRET = "whsec-of-the-tests"


@pytest.fixture(autouse=True)
def _secrets(settings: Any) -> None:
    settings.MAIL_REPORT_SECRETS = ["the-next-one", SECRET]


def send(body: dict[str, Any], *, secret: str = SECRET, age: int = 0, **headers: str) -> Any:
    text, moment = json.dumps(body), str(int(time.time()) - age)
    signature = sign(secret, f"msg_1.{moment}.{text}".encode())
    given = {"webhook-id": "msg_1", "webhook-timestamp": moment, "webhook-signature": f"v1,{signature}", **headers}
    return APIClient().post(URL, text, content_type="application/json", headers=given)


def bounce(address: str, **more: Any) -> dict[str, Any]:
    return {"id": "r1", "outcome": "hard_bounce", "address": address, **more}


def test_a_hard_bounce_keeps_news_away_and_tells_the_person_in_the_app(alice: User, post_office: PostOffice) -> None:
    assert send(bounce("ALICE@example.com", detail="550 5.1.1 no such user")).json() == {"is_new": True}
    assert send(bounce("ALICE@example.com")).json() == {"is_new": False}
    Relay().drain()
    news = Notification.objects.get()
    assert (news.recipient, news.kind, news.data) == (alice, "address_undeliverable", {"address": "alice@example.com"})
    letter = make_mail(recipient=alice, queue=MailQueue.DEFAULT)
    guard = make_mail(recipient=alice, queue=MailQueue.CRITICAL)
    for mail in (letter, guard):
        sender.send(mail.pk)
        mail.refresh_from_db()
    assert (letter.status, guard.status) == (MailStatus.MOOT, MailStatus.SENT)
    assert len(post_office.accepted) == 1
    happen(EmailVerified(alice.pk), alice, actor=alice)
    assert not SuppressedAddress.objects.exists()


def test_a_complaint_stops_all_mails_that_can_be_chosen(alice: User) -> None:
    assert send({"id": "c1", "outcome": "complaint", "address": alice.email}).status_code == 200
    modes = {row["mail"] for row in preferences_of(alice) if not row["mandatory"]}
    assert modes == {MailMode.OFF}
    assert not SuppressedAddress.objects.exists()


def test_a_soft_bounce_is_only_kept(alice: User) -> None:
    assert send({"id": "s1", "outcome": "soft_bounce", "address": alice.email}).status_code == 200
    assert MailReport.objects.get().outcome == Outcome.SOFT_BOUNCE
    assert not SuppressedAddress.objects.exists()


def test_an_address_of_nobody_is_kept_away_too(db: None) -> None:
    send(bounce("nobody@example.com"))
    Relay().drain()
    assert SuppressedAddress.objects.get().address == "nobody@example.com"
    assert not Notification.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": "guessed"},
        {"age": 301},
        {"age": -301},
        {"webhook-signature": ""},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v2,AAAA"},
        {"webhook-signature": "v1,é"},
        {"webhook-timestamp": ""},
        {"webhook-timestamp": "²"},
        {"webhook-timestamp": "9" * 400},
        {"webhook-id": "another"},
    ],
)
def test_what_is_not_signed_now_by_a_secret_of_ours_changes_nothing(alice: User, wrong: dict[str, Any]) -> None:
    refused = send(bounce(alice.email), **wrong)
    assert (refused.status_code, refused.json()["code"]) == (403, "report_not_signed")
    assert not MailReport.objects.exists()


def test_without_a_secret_nobody_is_believed(alice: User, settings: Any) -> None:
    settings.MAIL_REPORT_SECRETS = []
    assert send(bounce(alice.email), secret="").status_code == 403
    assert postmark({"RecordType": "Bounce", "ID": 1, "Email": alice.email}, password="").status_code == 403


def test_a_body_that_was_changed_on_the_way_is_refused(alice: User) -> None:
    moment = str(int(time.time()))
    signature = sign(SECRET, f"m.{moment}.{json.dumps(bounce('x@example.com'))}".encode())
    given = {"webhook-id": "m", "webhook-timestamp": moment, "webhook-signature": f"v1,{signature}"}
    body = json.dumps(bounce(alice.email))
    assert APIClient().post(URL, body, content_type="application/json", headers=given).status_code == 403


@pytest.mark.parametrize("body", [{}, {"id": "x"}, bounce("no address"), bounce("a@example.com", outcome="lost"), []])
def test_a_signed_report_that_cannot_be_read_is_a_400(body: Any) -> None:
    assert send(body).status_code == 400


def postmark(body: dict[str, Any], password: str = SECRET) -> Any:
    basic = base64.b64encode(f"postmark:{password}".encode()).decode()
    return APIClient().post(f"{URL}postmark/", body, headers={"Authorization": f"Basic {basic}"})


def test_postmarks_own_words_are_understood(alice: User) -> None:
    body = {
        "RecordType": "Bounce",
        "ID": 692560173,
        "Type": "HardBounce",
        "TypeCode": 1,
        "Email": alice.email,
        "MessageID": "2c1b63fe-43f2-4db5-91b0-8bdfa44a9316",
        "Description": "The server was unable to deliver your message",
        "BouncedAt": "2026-11-25T03:00:00Z",
        "Inactive": True,
    }
    assert postmark(body).json() == {"is_new": True}
    assert postmark(body).json() == {"is_new": False}
    assert SuppressedAddress.objects.get().address == alice.email
    complaint = {"RecordType": "SpamComplaint", "ID": 2, "Type": "SpamComplaint", "Email": alice.email}
    assert postmark(complaint).json() == {"is_new": True}
    assert postmark({**body, "ID": 3}, password="guessed").status_code == 403
    assert set(MailReport.objects.values_list("outcome", flat=True)) == {Outcome.HARD_BOUNCE, Outcome.COMPLAINT}


def test_one_report_that_comes_ten_times_at_once_is_one(alice: User) -> None:
    def take(_: int) -> bool:
        try:
            return take_report(Report("standard", "r1", Outcome.HARD_BOUNCE, alice.email))
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert sorted(pool.map(take, range(10))) == [False] * 9 + [True]
    Relay().drain()
    assert Notification.objects.filter(kind="address_undeliverable").count() == 1


def test_two_people_are_told_apart(alice: User) -> None:
    make_user(email="bea@example.com")
    send(bounce("bea@example.com"))
    Relay().drain()
    assert not Notification.objects.filter(recipient=alice).exists()
