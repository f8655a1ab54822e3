"""People's clocks: the hour of the daily summary and the quiet hours, in each person's own time zone.

An hour is a wall-clock reading. Where the clock jumps over it in spring, it is the moment of the jump's
other side; where it comes twice in autumn, it is the first.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from notifications.models import NotificationHours

if TYPE_CHECKING:
    from accounts.models import User

DAY = timedelta(days=1)


def hours_of(people: Iterable[User]) -> dict[int, NotificationHours]:
    """Return each person's hours, or the defaults (unsaved); one query."""
    ids = [person.pk for person in people]
    stored = NotificationHours.objects.in_bulk(ids) if ids else {}
    return {user_id: stored.get(user_id) or NotificationHours(user_id=user_id) for user_id in ids}


def instant(day: date, hour: int, zone: ZoneInfo) -> datetime:
    """Return the moment (UTC) at which the zone's clock shows that hour of that day."""
    return datetime.combine(day, time(hour), tzinfo=zone).astimezone(UTC)


def last_time(hour: int, zone: str, now: datetime) -> datetime:
    """Return the latest moment, now at the latest, at which the zone's clock showed the hour."""
    place = ZoneInfo(zone)
    today = now.astimezone(place).date()
    at = instant(today, hour, place)
    return at if at <= now else instant(today - DAY, hour, place)


def next_time(hour: int, zone: str, now: datetime) -> datetime:
    """Return the first moment after now at which the zone's clock shows the hour."""
    place = ZoneInfo(zone)
    today = now.astimezone(place).date()
    at = instant(today, hour, place)
    return at if at > now else instant(today + DAY, hour, place)


def quiet_pause(zone: str, hours: NotificationHours, now: datetime) -> timedelta:
    """Return how long a mail of news waits for the end of the quiet hours; zero outside them."""
    if hours.quiet_from is None or hours.quiet_until is None:
        return timedelta(0)
    began, ended = last_time(hours.quiet_from, zone, now), last_time(hours.quiet_until, zone, now)
    return next_time(hours.quiet_until, zone, now) - now if began > ended else timedelta(0)
