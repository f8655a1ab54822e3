"""Who of the people one talks with is there, as far as they let it be known."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from companies.rights import Right, roles_with
from messaging.models import ChatSettings
from messaging.services.telling import SOCKET
from umemployed.realtime.presence import on_presence
from umemployed.realtime.stream import whisper

# Pairs of who came or went and who is there to hear it: the two sides of a conversation, and colleagues of a team.
_WITNESSES = """
WITH seats AS (
    SELECT user_id, company_id FROM companies_membership WHERE role = ANY(%(roles)s)
), movers AS (
    SELECT id FROM unnest(%(movers)s::bigint[]) AS id
    WHERE NOT EXISTS (SELECT FROM messaging_chatsettings s WHERE s.user_id = id AND NOT s.shares_presence)
), pairs AS (
    SELECT m.id AS mover, s.user_id AS witness FROM movers m
    JOIN messaging_conversation c ON c.candidate_id = m.id JOIN seats s ON s.company_id = c.company_id
    UNION
    SELECT m.id, c.candidate_id FROM movers m
    JOIN seats s ON s.user_id = m.id JOIN messaging_conversation c ON c.company_id = s.company_id
    UNION
    SELECT m.id, b.user_id FROM movers m
    JOIN seats a ON a.user_id = m.id JOIN seats b ON b.company_id = a.company_id
)
SELECT mover, array_agg(witness ORDER BY witness) FROM pairs
WHERE mover <> witness
    AND EXISTS (
        SELECT FROM realtime_presence p WHERE p.user_id = witness AND p.socket = %(socket)s AND p.until > %(now)s
    )
    AND NOT EXISTS (
        SELECT FROM companies_block b WHERE b.blocker_id = mover AND b.person_id = witness
            OR b.blocker_id = witness AND b.person_id = mover
            OR b.blocker_id = mover AND b.company_id IN (SELECT company_id FROM seats WHERE user_id = witness)
            OR b.blocker_id = witness AND b.company_id IN (SELECT company_id FROM seats WHERE user_id = mover)
    )
GROUP BY mover
"""


@on_presence(SOCKET)
def tell_presence(came: set[int], went: set[int]) -> None:
    """Remember when people were last seen, and tell those who are there and talk with them."""
    now = timezone.now()
    seen = [ChatSettings(user_id=user_id, last_seen_at=now) for user_id in sorted(came | went)]
    ChatSettings.objects.bulk_create(
        seen, update_conflicts=True, unique_fields=["user"], update_fields=["last_seen_at"]
    )
    ids = dict(User.objects.filter(pk__in=came | went).values_list("pk", "public_id"))
    for mover, witnesses in _witnesses(came | went):
        online = mover in came
        whisper(SOCKET, witnesses, "presence", {"person": ids[mover], "is_online": online, "last_seen_at": now})


def _witnesses(movers: set[int]) -> list[tuple[int, list[int]]]:
    values: dict[str, Any] = {
        "movers": sorted(movers),
        "roles": roles_with(Right.MESSAGE_CANDIDATES),
        "socket": SOCKET,
        "now": timezone.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_WITNESSES, values)
        return cursor.fetchall()


def settings_of(user: User) -> ChatSettings:
    """Return a person's choices, or the default ones."""
    return ChatSettings.objects.filter(user=user).first() or ChatSettings(user=user)


@transaction.atomic
def choose_settings(*, actor: User, shares_presence: bool) -> ChatSettings:
    """Let others know when one is there, or not; from then on nobody is told, nor shown the last time."""
    ChatSettings.objects.update_or_create(user=actor, defaults={"shares_presence": shares_presence})
    return settings_of(actor)
