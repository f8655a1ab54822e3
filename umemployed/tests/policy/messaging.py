"""Who may enter the doors of conversations, on Alice's application to Bob's company."""

from __future__ import annotations

from messaging.tests.factories import make_conversation
from umemployed.tests.policy.world import Sample, sent_application

POLICY: dict[str, str] = {
    "GET conversations/": "401 + + + +",
    "POST conversations/": "401 + + + +",
    "GET conversations/{public_id}/": "401 + + 404 404",
    "POST conversations/{public_id}/read/": "401 + + 404 404",
    "GET conversations/{conversation_id}/messages/": "401 + + 404 404",
    "POST conversations/{conversation_id}/messages/": "401 + + 404 404",
}

SAMPLES: dict[str, Sample] = {
    "conversations/": lambda world: {
        name: make_conversation(application=sent_application(world)).public_id
        for name in ("public_id", "conversation_id")
    },
}
