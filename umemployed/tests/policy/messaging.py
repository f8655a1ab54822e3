"""Who may enter the doors of conversations, on Alice's application to Bob's company."""

from __future__ import annotations

from messaging.models import Message
from messaging.tests.factories import make_conversation, say
from umemployed.tests.policy.world import Sample, World, sent_application

POLICY: dict[str, str] = {
    "GET conversations/": "401 + + + +",
    "POST conversations/": "401 + + + +",
    "GET conversations/{public_id}/": "401 + + 404 404",
    "POST conversations/{public_id}/read/": "401 + + 404 404",
    "POST conversations/{public_id}/mute/": "401 + + 404 404",
    "DELETE conversations/{public_id}/mute/": "401 + + 404 404",
    "POST conversations/{public_id}/archive/": "401 + + 404 404",
    "DELETE conversations/{public_id}/archive/": "401 + + 404 404",
    "POST conversations/{public_id}/leave/": "401 + + 404 404",
    "POST conversations/{public_id}/typing/": "401 + + 404 404",
    "GET conversations/{conversation_id}/participants/": "401 + + 404 404",
    # 400 without a question.
    "GET messages/": "401 + + + +",
    "GET messages/{public_id}/": "401 + + 404 404",
    # Only whoever wrote it edits it; both may delete it for themselves.
    "PATCH messages/{public_id}/": "401 + 403 404 404",
    "DELETE messages/{public_id}/": "401 + + 404 404",
    "POST messages/{public_id}/reactions/": "401 + + 404 404",
    # 400 without an emoji.
    "DELETE messages/{public_id}/reactions/": "401 + + + +",
    "GET conversations/{conversation_id}/messages/": "401 + + 404 404",
    "POST conversations/{conversation_id}/messages/": "401 + + 404 404",
}

SAMPLES: dict[str, Sample] = {
    "conversations/": lambda world: {
        name: make_conversation(application=sent_application(world)).public_id
        for name in ("public_id", "conversation_id")
    },
    "messages/": lambda world: {"public_id": sent_message(world).public_id},
}

BODIES: dict[str, dict[str, object]] = {
    "PATCH messages/{public_id}/": {"body": "What I meant"},
    "POST messages/{public_id}/reactions/": {"emoji": "👍"},
}


def sent_message(world: World) -> Message:
    """Alice's message to Bob's company."""
    return say(world.candidate, make_conversation(application=sent_application(world)))
