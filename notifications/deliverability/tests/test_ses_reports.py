"""Reports of Amazon SES by way of SNS: signed with a real key whose certificate a real server shows."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from django.conf import settings as django_settings
from rest_framework.test import APIClient

from accounts.models import User
from notifications.deliverability import sns
from notifications.models import MailMode, MailReport, Outcome, SuppressedAddress
from notifications.preferences import preferences_of

pytestmark = pytest.mark.django_db
URL = "/api/v1/mail/reports/ses/"
TOPIC = "arn:aws:sns:eu-west-3:123456789012:mails"


def a_certificate(key: rsa.RSAPrivateKey) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(7).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


@dataclass
class Topic:
    """SNS as far as we meet it: shows its certificate, takes confirmations, signs messages."""

    url: str
    key: rsa.RSAPrivateKey
    asked: list[str] = field(default_factory=list)

    def message(self, told: Any, *, kind: str = "Notification", **more: Any) -> dict[str, Any]:
        message = {
            "Type": kind,
            "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
            "TopicArn": TOPIC,
            "Message": told if isinstance(told, str) else json.dumps(told),
            "Timestamp": "2026-11-25T10:00:00.000Z",
            "SignatureVersion": "2",
            "SigningCertURL": f"{self.url}/key.pem",
            "UnsubscribeURL": f"{self.url}/?Action=Unsubscribe",
            **more,
        }
        return {**message, "Signature": self.sign(message)}

    def sign(self, message: dict[str, Any]) -> str:
        names = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]
        if message["Type"] != "Notification":
            names = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
        text = "".join(f"{name}\n{message[name]}\n" for name in names if name in message)
        return base64.b64encode(self.key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())).decode()


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def topic(settings: Any, key: rsa.RSAPrivateKey) -> Iterator[Topic]:
    certificate = a_certificate(key)

    class Amazon(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked.append(self.path)
            self.send_response(200 if certificate else 503)
            self.end_headers()
            self.wfile.write(certificate)

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Amazon)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    made = Topic(f"http://127.0.0.1:{server.server_address[1]}", key)
    settings.SES_TOPIC_ARNS, settings.SNS_ENDPOINT_URL = ["arn:aws:sns:eu-west-3:1:other", TOPIC], made.url
    sns.key_of.cache_clear()
    yield made
    sns.key_of.cache_clear()
    server.shutdown()
    server.server_close()


def send(message: Any, content_type: str = "text/plain; charset=UTF-8") -> Any:
    return APIClient().post(
        URL, message if isinstance(message, str) else json.dumps(message), content_type=content_type
    )


def bounce(*addresses: str, kind: str = "Permanent", word: str = "notificationType") -> dict[str, Any]:
    rows = [{"emailAddress": address, "diagnosticCode": "smtp; 550 5.1.1 unknown"} for address in addresses]
    return {word: "Bounce", "bounce": {"bounceType": kind, "bouncedRecipients": rows}, "mail": {"messageId": "1"}}


@pytest.mark.parametrize("word", ["notificationType", "eventType"])
def test_a_permanent_bounce_suppresses_the_address_once(alice: User, topic: Topic, word: str) -> None:
    message = topic.message(bounce(alice.email, word=word), Subject="Amazon SES Email Event Notification")
    assert send(message).json() == {"is_new": True}
    assert send(message, "application/json").json() == {"is_new": False}
    report = MailReport.objects.get()
    assert (report.source, report.outcome, report.address) == ("ses", Outcome.HARD_BOUNCE, alice.email)
    assert "550 5.1.1" in report.detail
    assert SuppressedAddress.objects.filter(address=alice.email).exists()
    assert topic.asked == ["/key.pem"]


def test_a_passing_bounce_is_only_kept(alice: User, topic: Topic) -> None:
    assert send(topic.message(bounce(alice.email, "other@example.com", kind="Transient"))).json() == {"is_new": True}
    assert set(MailReport.objects.values_list("outcome", flat=True)) == {Outcome.SOFT_BOUNCE}
    assert MailReport.objects.count() == 2
    assert not SuppressedAddress.objects.exists()


def test_a_complaint_stops_all_mails_that_can_be_chosen(alice: User, topic: Topic) -> None:
    told = {"notificationType": "Complaint", "complaint": {"complainedRecipients": [{"emailAddress": alice.email}]}}
    assert send(topic.message(told)).json() == {"is_new": True}
    assert {row["mail"] for row in preferences_of(alice) if not row["mandatory"]} == {MailMode.OFF}


@pytest.mark.parametrize(
    "told",
    [
        {"notificationType": "Delivery", "delivery": {"recipients": ["a@example.com"]}},
        {"notificationType": "Bounce"},
        {"notificationType": "Bounce", "bounce": []},
        {"notificationType": "Bounce", "bounce": {"bouncedRecipients": [None, {}, {"emailAddress": 7}]}},
        {"notificationType": "Bounce", "bounce": {"bouncedRecipients": [{"emailAddress": "a\x00@b"}]}},
        {"notificationType": ["Bounce"]},
        [],
        "Successfully validated SNS topic for Amazon SES event publishing.",
    ],
)
def test_what_reports_nothing_changes_nothing(topic: Topic, told: Any) -> None:
    answer = send(topic.message(told))
    assert (answer.status_code, answer.json()) == (200, {"is_new": False})
    assert not MailReport.objects.exists()


def test_our_subscription_is_confirmed(topic: Topic) -> None:
    address = {"SubscribeURL": f"{topic.url}/?Action=ConfirmSubscription&Token=abc", "Token": "abc"}
    message = topic.message("You have chosen to subscribe", kind="SubscriptionConfirmation", **address)
    assert send(message).status_code == 200
    assert topic.asked == ["/key.pem", "/?Action=ConfirmSubscription&Token=abc"]


def forged(topic: Topic) -> dict[str, dict[str, Any]]:
    good = topic.message(bounce("ada@example.com"))
    stranger = Topic(topic.url, rsa.generate_private_key(public_exponent=65537, key_size=2048))
    elsewhere = {"SubscribeURL": "https://evil.example/", "Token": "abc"}
    return {
        "nothing": {},
        "another key": stranger.message(bounce("ada@example.com")),
        "another text": {**good, "Message": json.dumps(bounce("eve@example.com"))},
        "another id": {**good, "MessageId": "another"},
        "a foreign topic": topic.message(bounce("ada@example.com"), TopicArn=f"{TOPIC}-of-eve"),
        "no certificate": {**good, "SigningCertURL": ""},
        "a certificate from elsewhere": {**good, "SigningCertURL": "https://evil.example/key.pem"},
        "a host that begins alike": {**good, "SigningCertURL": f"{topic.url}.evil.example/key.pem"},
        "no certificate at all": {**good, "SigningCertURL": f"{topic.url}/key.txt"},
        "the old signature": {**good, "SignatureVersion": "1"},
        "no signature": {**good, "Signature": ""},
        "no base64": {**good, "Signature": "%%%"},
        "numbers": {**good, "Signature": 5},
        "half a pair": {**good, "Message": "\ud800"},
        "another type": {**good, "Type": "UnsubscribeConfirmation"},
        "no type": {**good, "Type": ["Notification"]},
        "a confirmation elsewhere": topic.message("x", kind="SubscriptionConfirmation", **elsewhere),
    }


@pytest.mark.parametrize("name", [
    "nothing", "another key", "another text", "another id", "a foreign topic", "no certificate",
    "a certificate from elsewhere", "a host that begins alike", "no certificate at all", "the old signature",
    "no signature", "no base64", "numbers", "half a pair", "another type", "no type", "a confirmation elsewhere",
])  # fmt: skip
def test_what_is_not_signed_by_our_topic_is_refused(topic: Topic, name: str) -> None:
    answer = send(forged(topic)[name])
    assert (answer.status_code, answer.json()["code"]) == (403, "report_not_signed")
    assert not MailReport.objects.exists()
    assert [path for path in topic.asked if path != "/key.pem"] == []


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"x"', "[" * 5000, "\x00", "é" * 200_000])
def test_what_is_no_message_is_refused(topic: Topic, body: str) -> None:
    assert send(body).status_code == 403


def test_without_topics_nothing_is_believed(topic: Topic, settings: Any) -> None:
    settings.SES_TOPIC_ARNS = []
    assert send(topic.message(bounce("ada@example.com"))).status_code == 403


def test_when_the_certificate_cannot_be_had_it_is_delivered_again(topic: Topic, settings: Any) -> None:
    message = topic.message(bounce("ada@example.com"), SigningCertURL="http://127.0.0.1:9/key.pem")
    settings.SNS_ENDPOINT_URL = "http://127.0.0.1:9"
    answer = send(message)
    assert (answer.status_code, answer.json()["code"]) == (503, "amazon_unreachable")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://sns.eu-west-3.amazonaws.com/SimpleNotificationService-9c6465fa.pem", True),
        ("https://sns.cn-north-1.amazonaws.com.cn/SimpleNotificationService-1.pem", True),
        ("http://sns.eu-west-3.amazonaws.com/x.pem", False),
        ("https://sns.eu-west-3.amazonaws.com.evil.example/x.pem", False),
        ("https://sns.eu-west-3.amazonaws.com@evil.example/x.pem", False),
        ("https://sns.eu-west-3.amazonaws.com:8443/x.pem", False),
        ("https://evil.example/?https://sns.eu-west-3.amazonaws.com/x.pem", False),
        ("https://bucket.s3.amazonaws.com/x.pem", False),
        ("https://sns.eu-west-3.amazonaws.com/x\n.pem", False),
    ],
)
def test_only_hosts_of_sns_are_amazons(url: str, expected: bool) -> None:
    assert django_settings.SNS_ENDPOINT_URL == ""
    assert sns.is_amazons(url) is expected
