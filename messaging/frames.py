"""What the chat socket tells."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from messaging.serializers import MessageSerializer, ReadFrameSerializer, TypingFrameSerializer
from umemployed.realtime.frames import declare

declare("chat", "message.created", MessageSerializer, summary=_("A message was written, by oneself or another."))
declare("chat", "message.read", ReadFrameSerializer, summary=_("Somebody has read up to a message."))
declare("chat", "typing", TypingFrameSerializer, durable=False, summary=_("Somebody types."))
