"""What the chat socket tells."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from messaging.serializers import (
    DeletionFrameSerializer,
    MessageSerializer,
    PresenceFrameSerializer,
    ReactionFrameSerializer,
    ReadFrameSerializer,
    StandingFrameSerializer,
    TypingFrameSerializer,
)
from umemployed.realtime.frames import declare

declare("chat", "message.created", MessageSerializer, summary=_("A message was written, by oneself or another."))
declare("chat", "message.updated", MessageSerializer, summary=_("A message was edited; this is all of it."))
declare("chat", "message.deleted", DeletionFrameSerializer, summary=_("A message was deleted; its number stays."))
declare("chat", "message.reacted", ReactionFrameSerializer, summary=_("The reactions to a message changed."))
declare("chat", "message.read", ReadFrameSerializer, summary=_("Somebody has read up to a message."))
declare("chat", "conversation.updated", StandingFrameSerializer, summary=_("Oneself muted, archived or left it."))
declare("chat", "typing", TypingFrameSerializer, durable=False, summary=_("Somebody types."))
declare("chat", "presence", PresenceFrameSerializer, durable=False, summary=_("Somebody came or went."))
