"""How messages get their numbers: under the lock of their conversation, from which everything else follows.

Whoever sends takes the lock first (``hold``) and judges then, so that what was judged is still true when the
message is committed, and what is counted in memory (numbers, what is unanswered) is what the row says.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from messaging.models import Conversation, Message
from messaging.search import WORDS

_HOLD = """
SELECT public_id::text FROM messaging_conversation WHERE public_id = ANY(%s::uuid[]) ORDER BY id FOR NO KEY UPDATE
"""
_SENT = """
SELECT conversation_id, sender_id, client_msg_id::text FROM messaging_message m
JOIN unnest(%s::bigint[], %s::bigint[], %s::uuid[]) AS asked(conversation_id, sender_id, client_msg_id)
    USING (conversation_id, sender_id, client_msg_id)
"""
_APPEND = f"""
WITH counted AS (
    UPDATE messaging_conversation c SET last_seq = n.last_seq, streak = n.streak, streak_side = n.streak_side,
        last_message_at = %(now)s, updated_at = %(now)s
    FROM unnest(%(ids)s::bigint[], %(last_seqs)s::bigint[], %(streaks)s::int[], %(streak_sides)s::text[])
        AS n(id, last_seq, streak, streak_side)
    WHERE c.id = n.id
    RETURNING c.id, c.candidate_id, c.company_id, c.application_id
)
INSERT INTO messaging_message
    (public_id, conversation_id, seq, sender_id, side, client_msg_id, body, words, created_at, updated_at)
SELECT m.public_id, m.conversation_id, m.seq, m.sender_id, m.side, m.client_msg_id, m.body,
    {WORDS.format(body="m.body", row="counted")}, %(now)s, %(now)s
FROM unnest(
    %(public_ids)s::uuid[], %(conversations)s::bigint[], %(seqs)s::bigint[], %(senders)s::bigint[], %(sides)s::text[],
    %(client_msg_ids)s::uuid[], %(bodies)s::text[]
) AS m(public_id, conversation_id, seq, sender_id, side, client_msg_id, body)
JOIN counted ON counted.id = m.conversation_id
RETURNING id, conversation_id, seq
"""  # noqa: S608 - the parameters travel as parameters
Key = tuple[int, int, str]


def hold(public_ids: Collection[uuid.UUID], *, waits: bool = True) -> set[str]:
    """Lock conversations until commit, in the order of their keys, and return the public ids of those that were got.

    All that exist, or, without waiting, those that nobody else holds. Moving pointers go on meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute(_HOLD + ("" if waits else " SKIP LOCKED"), [[str(each) for each in public_ids]])
        return {public_id for (public_id,) in cursor.fetchall()}


def sent_already(messages: Sequence[Message]) -> set[Key]:
    """Return the keys of those that are stored, under whatever text; the caller holds the conversations."""
    keys = [key_of(message) for message in messages]
    with connection.cursor() as cursor:
        cursor.execute(_SENT, [[key[0] for key in keys], [key[1] for key in keys], [key[2] for key in keys]])
        return set(cursor.fetchall())


def key_of(message: Message) -> Key:
    """Return what makes a message the same message: conversation, sender, and the client's id."""
    assert message.sender_id is not None
    return message.conversation_id, message.sender_id, str(message.client_msg_id)


def take_number(message: Message) -> bool:
    """Give the message its conversation's next number, in memory; say no if its side has written enough."""
    conversation = message.conversation
    is_answer = conversation.streak_side != message.side
    if not is_answer and conversation.streak >= settings.MESSAGES_UNANSWERED:
        return False
    conversation.streak = 1 if is_answer else conversation.streak + 1
    conversation.streak_side = message.side
    conversation.last_seq += 1
    message.seq = conversation.last_seq
    return True


def store(messages: Sequence[Message]) -> None:
    """Insert numbered messages, and what was counted with them; one statement. The caller holds the conversations."""
    now = timezone.now()
    conversations: list[Conversation] = list({each.conversation_id: each.conversation for each in messages}.values())
    values: dict[str, Any] = {
        "now": now,
        "ids": [each.pk for each in conversations],
        "last_seqs": [each.last_seq for each in conversations],
        "streaks": [each.streak for each in conversations],
        "streak_sides": [each.streak_side for each in conversations],
        "public_ids": [str(each.public_id) for each in messages],
        "conversations": [each.conversation_id for each in messages],
        "seqs": [each.seq for each in messages],
        "senders": [each.sender_id for each in messages],
        "sides": [each.side for each in messages],
        "client_msg_ids": [str(each.client_msg_id) for each in messages],
        "bodies": [each.body for each in messages],
    }
    with connection.cursor() as cursor:
        cursor.execute(_APPEND, values)
        keys = {(conversation, seq): key for key, conversation, seq in cursor.fetchall()}
    for message in messages:
        message.pk = keys[message.conversation_id, message.seq]
        message.created_at = message.updated_at = now
        message._state.adding = False
        message._state.db = connection.alias
