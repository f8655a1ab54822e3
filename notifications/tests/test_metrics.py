"""The numbers of the house, and who may read them."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from celery import current_app
from django.db import transaction
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from accounts.events import UserRegistered
from accounts.models import User
from companies.events import InvitationSent
from notifications.models import MailQueue, MailStatus
from notifications.tasks import send_mail
from notifications.tests.factories import make_mail
from umemployed.api.middleware import trusted_networks
from umemployed.events.log import publish
from umemployed.events.models import Delivery

Numbers = dict[tuple[str, ...], float]


def numbers(client: Client) -> Numbers:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    families = text_string_to_metric_families(answer.content.decode())
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


@pytest.fixture
def _empty_queues() -> Any:
    current_app.control.purge()
    yield
    current_app.control.purge()


def test_what_waits_is_counted_and_aged(client: Client, alice: User, _empty_queues: None) -> None:
    long_ago = timezone.now() - timedelta(minutes=3)
    make_mail(recipient=alice, queue=MailQueue.BULK, due_at=long_ago)
    make_mail(recipient=alice, queue=MailQueue.CRITICAL, status=MailStatus.FAILED)
    for number in range(3):
        send_mail.apply_async(kwargs={"mail_id": -number}, queue="bulk")
    with transaction.atomic():
        publish(UserRegistered(alice.pk), aggregate=alice)
        publish(InvitationSent(1), aggregate=alice)
    Delivery.objects.create(
        event_id=Delivery.objects.latest("pk").event_id,
        handler="x",
        aggregate="x",
        status=Delivery.Status.DEAD,
        next_attempt_at=timezone.now(),
    )
    found = numbers(client)
    assert found["umemployed_queue_depth", "bulk"] == 3
    assert found["umemployed_queue_depth", "critical"] == 0
    assert 0 <= found["umemployed_queue_oldest_seconds", "bulk"] < 60
    assert found["umemployed_mails", "bulk", "queued"] == found["umemployed_mails", "critical", "failed"] == 1
    assert found["umemployed_mail_oldest_seconds", "bulk"] >= 180
    assert found["umemployed_outbox_deliveries", "dead"] == 1
    assert found["umemployed_outbox_deliveries", "pending"] >= 1
    assert found["umemployed_outbox_lag_seconds", "oldest"] >= 0
    assert {found["umemployed_source_up", source] for source in ("mails", "outbox", "queues", "sockets")} == {1}


def test_a_source_that_is_down_hides_no_other(client: Client, db: None, settings: Any) -> None:
    from umemployed.api import queues

    settings.BROKER_URL = "redis://127.0.0.1:1/0"
    queues._broker.cache_clear()
    try:
        found = numbers(client)
    finally:
        queues._broker.cache_clear()
    assert found["umemployed_source_up", "queues"] == 0
    assert found["umemployed_source_up", "outbox"] == 1


def test_who_is_not_near_finds_no_such_page(client: Client, db: None, settings: Any) -> None:
    missing = client.get("/no-such-page").status_code
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == missing == 404
    settings.METRICS_NETWORKS = []
    assert client.get("/metrics").status_code == 404
    # Behind our own proxy it is the client that counts, not the proxy.
    settings.METRICS_NETWORKS, settings.TRUSTED_PROXIES = [ip_network("127.0.0.0/8")], ["127.0.0.1"]
    trusted_networks.cache_clear()
    try:
        assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 404
        assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.5"}).status_code == 200
    finally:
        trusted_networks.cache_clear()
