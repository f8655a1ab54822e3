"""Who is in a conversation now: read with every command, never stored."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from applications.blind.veil import is_veiled
from applications.hiring.rights import team_of
from applications.hiring.vocabulary import job_roles_with
from companies.rights import SUPERVISORS, Right, members_with, roles_with
from messaging.models import Conversation, Side
from umemployed.api.errors import Forbidden, NotFound

_FIELDS = ("id", "public_id", "application_id", "candidate_id", "company_id", "last_seq", "streak", "streak_side")
_ROOMS = """
SELECT nth, c.id, c.public_id, c.application_id, c.candidate_id, c.company_id, c.last_seq, c.streak, c.streak_side,
    ARRAY(
        SELECT m.user_id FROM companies_membership m
        JOIN accounts_user u ON u.id = m.user_id AND u.is_active
        JOIN companies_company k ON k.id = m.company_id
        WHERE m.company_id = c.company_id AND (m.role = ANY(%(roles)s) OR EXISTS (
                SELECT FROM applications_jobmember p JOIN applications_application a ON a.job_id = p.job_id
                WHERE a.id = c.application_id AND p.membership_id = m.id AND p.role = ANY(%(job_roles)s)
            ))
            AND (NOT k.demands_mfa OR m.role <> ALL(%(supervisors)s) OR u.mfa_enabled_at IS NOT NULL)
            AND NOT EXISTS (
                SELECT FROM applications_application a
                JOIN applications_blindreview v ON v.job_id = a.job_id AND v.is_on
                WHERE a.id = c.application_id
                    AND NOT EXISTS (SELECT FROM applications_reveal r WHERE r.application_id = a.id)
            )
    ),
    ARRAY(SELECT user_id FROM messaging_participant WHERE conversation_id = c.id AND left_at IS NOT NULL),
    (SELECT is_active FROM accounts_user WHERE id = c.candidate_id),
    EXISTS (
        SELECT FROM companies_block b WHERE b.blocker_id = c.candidate_id
            AND (b.person_id = asked.actor_id OR b.company_id = c.company_id AND NOT EXISTS (
                SELECT FROM applications_application a JOIN jobs_job j ON j.id = a.job_id
                WHERE a.id = c.application_id AND j.is_anonymous
            ))
    ) OR EXISTS (SELECT FROM companies_block b WHERE b.blocker_id = asked.actor_id AND b.person_id = c.candidate_id)
FROM unnest(%(public_ids)s::uuid[], %(actors)s::bigint[]) WITH ORDINALITY AS asked(public_id, actor_id, nth)
JOIN messaging_conversation c USING (public_id)
"""


class NotReachable(Forbidden):
    code = "not_reachable"
    title = _("Your message cannot be delivered")
    cause = _("The other side takes no messages here at the moment. For what reason is not told.")
    cure = _("Nothing that you can change; an application goes on without messages.")


@dataclass(frozen=True)
class Room:
    """A conversation, and the people who matter to it at this moment, by user id.

    ``team`` may message candidates for the company or on the job; ``away`` left the conversation. ``is_blocked`` says
    whether a block stands between the candidate and the company, or the candidate and the member who asks. A block
    of a company does not reach an anonymous employer's conversations: by trying, one would learn who it is.
    """

    conversation: Conversation
    team: frozenset[int]
    away: frozenset[int]
    is_candidate_active: bool
    is_blocked: bool

    def admits(self, actor: User) -> bool:
        """Say whether the actor, for whom the room was asked, may read and write here."""
        return actor.pk == self.conversation.candidate_id or actor.pk in self.team

    @property
    def candidates(self) -> frozenset[int]:
        """Return the candidate, as a set; empty when the account is closed."""
        return frozenset({self.conversation.candidate_id}) if self.is_candidate_active else frozenset()

    @property
    def readers(self) -> list[int]:
        """Return everybody who may read it, whoever left among them, in the order of ids."""
        return sorted(self.team | {self.conversation.candidate_id})

    @property
    def people(self) -> list[int]:
        """Return everybody who is told what happens here, in the order of ids."""
        return sorted((self.team | self.candidates) - self.away)

    def side(self, side: Side) -> frozenset[int]:
        """Return who of one side is told."""
        present = self.candidates if side is Side.CANDIDATE else self.team - {self.conversation.candidate_id}
        return present - self.away

    def is_reachable(self, actor: User) -> bool:
        """Say whether somebody of the other side takes messages from the actor."""
        mine = self.conversation.side_of(actor)
        other = Side.COMPANY if mine is Side.CANDIDATE else Side.CANDIDATE
        return not self.is_blocked and bool(self.side(other))

    def require_reachable(self, actor: User) -> None:
        """Raise NotReachable unless somebody of the other side takes messages from the actor."""
        if not self.is_reachable(actor):
            raise NotReachable

    def hearers_of(self, actor: User) -> list[int]:
        """Return who is told what the actor does in passing (reads): all, or the own side while a block stands."""
        if self.is_blocked:
            return sorted(self.side(self.conversation.side_of(actor)))
        return self.people


def team_of_conversation(conversation: Conversation) -> list[int]:
    """Return the user ids of all who may message the candidate: by company, or on the job's hiring team.

    Nobody while the
    application is read blind. Reads ``application``; three queries at most.
    """
    right = Right.MESSAGE_CANDIDATES
    if conversation.application is None:
        return members_with(conversation.company_id, right)
    if is_veiled(conversation.application):
        return []
    return team_of(company_id=conversation.company_id, job_id=conversation.application.job_id, right=right)


def room_for(actor: User, conversation_id: uuid.UUID) -> Room:
    """Return the conversation by its public id with its people, if the actor is one of them.

    Raises NotFound alike for a conversation that is missing and one that is foreign. One query.
    """
    room = room_of(conversation_id, actor)
    if not room.admits(actor):
        raise NotFound
    return room


def room_of(conversation_id: uuid.UUID, actor: User) -> Room:
    """Return a conversation with its people, whoever asks; for moderation. Raises NotFound. One query."""
    room = rooms_of([(conversation_id, actor)])[0]
    if room is None:
        raise NotFound
    return room


def rooms_of(asked: Sequence[tuple[uuid.UUID, User]]) -> list[Room | None]:
    """Return the room of each (conversation's public id, who asks), None where there is none; one query.

    Rooms of one conversation share the object. In one statement of our own because every message passes here:
    through the ORM it would be a third of the cost of sending. The team is ``team_of_conversation``.
    """
    values: dict[str, Any] = {
        "public_ids": [str(public_id) for public_id, _ in asked],
        "actors": [actor.pk for _, actor in asked],
        "roles": roles_with(Right.MESSAGE_CANDIDATES),
        "job_roles": job_roles_with(Right.MESSAGE_CANDIDATES),
        "supervisors": list(SUPERVISORS),
    }
    with connection.cursor() as cursor:
        cursor.execute(_ROOMS, values)
        rows = cursor.fetchall()
    rooms: list[Room | None] = [None] * len(asked)
    conversations: dict[int, Conversation] = {}
    for nth, *row in rows:
        fields, (team, away, is_active, is_blocked) = row[: len(_FIELDS)], row[len(_FIELDS) :]
        known = conversations.get(fields[0]) or Conversation.from_db(connection.alias, _FIELDS, fields)
        conversations[known.pk] = known
        rooms[nth - 1] = Room(known, frozenset(team), frozenset(away), is_active, is_blocked)
    return rooms
