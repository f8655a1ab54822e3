"""People's clocks, through the changes of summer time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import make_user
from notifications.digests import post_digests
from notifications.hours import last_time, next_time, quiet_pause
from notifications.models import Mail, MailMode, Notification, NotificationHours
from notifications.preferences import set_hours
from notifications.tests.factories import make_preference
from notifications.tests.test_services import tell


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "hour", "now", "last"),
    [
        ("Africa/Douala", 7, "2026-11-25T05:59", "2026-11-24T06:00"),
        ("Africa/Douala", 7, "2026-11-25T06:00", "2026-11-25T06:00"),
        # Paris goes from +1 to +2 on 29 March and back on 25 October: seven o'clock moves in UTC.
        ("Europe/Paris", 7, "2026-03-28T12:00", "2026-03-28T06:00"),
        ("Europe/Paris", 7, "2026-03-29T12:00", "2026-03-29T05:00"),
        ("Europe/Paris", 7, "2026-10-25T12:00", "2026-10-25T06:00"),
        # The hour that does not exist, and the one that comes twice.
        ("Europe/Paris", 2, "2026-03-29T12:00", "2026-03-29T01:00"),
        ("Europe/Paris", 2, "2026-10-25T12:00", "2026-10-25T00:00"),
        ("Asia/Kathmandu", 7, "2026-11-25T01:15", "2026-11-25T01:15"),
    ],
)
def test_the_last_time_that_the_clock_showed_an_hour(zone: str, hour: int, now: str, last: str) -> None:
    assert last_time(hour, zone, at(now)) == at(last)
    assert next_time(hour, zone, at(last) - timedelta(minutes=1)) == at(last)


def test_the_summary_comes_at_the_readers_hour_and_once(db: None) -> None:
    paris = make_user(timezone="Europe/Paris")
    make_preference(user=paris, kind="application_received", mail=MailMode.DIGEST)
    set_hours(actor=paris, digest_hour=18)
    tell([paris])
    Notification.objects.update(created_at=at("2026-03-29T10:00"))
    assert post_digests(now=at("2026-03-29T15:59")) == 0
    assert post_digests(now=at("2026-03-29T16:00")) == 1, "18:00 in Paris, in summer time since that morning"
    assert post_digests(now=at("2026-03-30T16:00")) == 0
    assert Mail.objects.count() == 1


def test_quiet_hours_over_midnight_hold_news_back_until_their_end() -> None:
    hours = NotificationHours(quiet_from=22, quiet_until=7)
    assert quiet_pause("Africa/Douala", hours, at("2026-11-25T20:59")) == timedelta(0)
    assert quiet_pause("Africa/Douala", hours, at("2026-11-25T21:00")) == timedelta(hours=9)
    assert quiet_pause("Africa/Douala", hours, at("2026-11-26T05:30")) == timedelta(minutes=30)
    assert quiet_pause("Africa/Douala", hours, at("2026-11-26T06:00")) == timedelta(0)
    # The night of the change is an hour shorter.
    assert quiet_pause("Europe/Paris", hours, at("2026-03-28T21:00")) == timedelta(hours=8)


def test_a_mail_of_news_waits_for_the_end_of_the_quiet_hours(alice: User) -> None:
    hour = timezone.now().hour
    set_hours(actor=alice, quiet_hours={"from": hour, "until": (hour + 5) % 24})
    tell([alice])
    assert Mail.objects.get().due_at > timezone.now() + timedelta(hours=3, minutes=59)
    set_hours(actor=alice, quiet_hours=None)
    tell([alice])
    assert Mail.objects.latest("pk").due_at <= timezone.now()
