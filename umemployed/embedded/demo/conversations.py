"""What the demo world's candidates and recruiters write to each other."""

from __future__ import annotations

import uuid
from random import Random

from applications.models import Application
from applications.vocabulary import Status
from companies.models import Role
from messaging.models import Conversation
from messaging.services import add_reaction, mark_read, send_message, start_conversation
from umemployed.embedded.demo.people import DOMAIN, Cast
from umemployed.embedded.demo.words import EXCHANGES


def make_conversations(random: Random, cast: Cast, applications: list[Application]) -> list[Conversation]:
    """Let the recruiter and the candidate of every second active application talk; the last word is unread."""
    made = [application.pk for application in applications]
    active = Application.objects.filter(pk__in=made, status=Status.ACTIVE).select_related("candidate").order_by("pk")
    return [make_conversation(random, cast, application) for application in active[::2]]


def make_conversation(random: Random, cast: Cast, application: Application) -> Conversation:
    """Play one exchange: team and candidate in turn, each reading before they answer."""
    recruiter = cast.teams[application.company_id][Role.RECRUITER]
    people = (recruiter, application.candidate)
    room = start_conversation(actor=recruiter, application_id=application.public_id).public_id
    for turn, body in enumerate(random.choice(EXCHANGES)):
        speaker = people[turn % 2]
        mark_read(actor=speaker, conversation_id=room, seq=turn)
        name = f"message.{application.pk}.{turn}.{DOMAIN}"
        sent = send_message(
            actor=speaker, conversation_id=room, client_msg_id=uuid.uuid5(uuid.NAMESPACE_DNS, name), body=body
        )
        if turn == 0:  # somebody is glad to hear of it
            add_reaction(actor=application.candidate, message_id=sent.public_id, emoji="👍")
    return Conversation.objects.get(public_id=room)
