"""Conversations and messages for tests."""

from __future__ import annotations

import uuid
from typing import Any

from applications.tests.factories import make_application
from jobs.tests.factories import make_job
from messaging import services
from messaging.models import Conversation, Message


def make_conversation(**overrides: Any) -> Conversation:
    """A conversation on a fresh application. ``candidate`` and ``company`` are made when missing."""
    fields: dict[str, Any] = {}
    if "candidate" in overrides:
        fields["candidate"] = overrides.pop("candidate")
    if "company" in overrides:
        fields["job"] = make_job(company=overrides.pop("company"))
    application = overrides.pop("application", None) or make_application(**fields)
    return services.start_conversation(actor=application.candidate, application_id=application.public_id)


def say(actor: Any, conversation: Conversation, body: str = "Hello", client_msg_id: uuid.UUID | None = None) -> Message:
    """Send a message through the true service."""
    return services.send_message(
        actor=actor,
        conversation_id=conversation.public_id,
        client_msg_id=client_msg_id or uuid.uuid4(),
        body=body,
    )
