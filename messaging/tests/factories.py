"""Conversations and messages for tests."""

from __future__ import annotations

import uuid
from typing import Any

from accounts.tests.factories import make_user
from applications.tests.factories import make_application
from jobs.tests.factories import make_job
from messaging import services
from messaging.models import Attachment, ChatSettings, Conversation, Message
from umemployed.files.models import StoredFile
from umemployed.files.tests.factories import make_file


def make_conversation(**overrides: Any) -> Conversation:
    """A conversation on a fresh application. ``candidate`` and ``company`` are made when missing."""
    fields: dict[str, Any] = {}
    if "candidate" in overrides:
        fields["candidate"] = overrides.pop("candidate")
    if "company" in overrides:
        fields["job"] = make_job(company=overrides.pop("company"))
    application = overrides.pop("application", None) or make_application(**fields)
    return services.start_conversation(actor=application.candidate, application_id=application.public_id)


def say(
    actor: Any,
    conversation: Conversation,
    body: str = "Hello",
    client_msg_id: uuid.UUID | None = None,
    files: tuple[StoredFile, ...] = (),
) -> Message:
    """Send a message through the true service."""
    return services.send_message(
        actor=actor,
        conversation_id=conversation.public_id,
        client_msg_id=client_msg_id or uuid.uuid4(),
        body=body,
        attachments=[file.public_id for file in files],
    )


def make_team_conversation(*, candidate: Any, company: Any) -> Conversation:
    """A conversation with a company's team that everybody may write to."""
    company.accepts_messages = True
    company.save()
    return services.start_conversation(actor=candidate, company_slug=company.slug)


def make_letter_file(owner: Any, **overrides: Any) -> StoredFile:
    """A file that is ready to be sent in a message."""
    return make_file(owner=owner, purpose="message_attachment", **overrides)


def make_attachment(**overrides: Any) -> Attachment:
    """A file in a message."""
    conversation = make_conversation()
    sender = conversation.candidate
    say(sender, conversation, "Here it is", files=(make_letter_file(sender),))
    return Attachment.objects.get(message__conversation=conversation)


def make_chat_settings(**overrides: Any) -> ChatSettings:
    """What somebody lets the others know."""
    fields: dict[str, Any] = {"user": overrides.pop("user", None) or make_user(), **overrides}
    return ChatSettings.objects.create(**fields)
