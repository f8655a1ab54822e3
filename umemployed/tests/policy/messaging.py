"""Who may enter the doors of conversations, on Alice's application to Bob's company."""

from __future__ import annotations

from messaging.message_templates.tests.factories import make_message_template
from messaging.models import Message, Report
from messaging.reports.models import Reason
from messaging.reports.services import file_report
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
    "GET message-templates/": "401 + + + +",
    # 404 for whoever may not message the company's candidates.
    "POST message-templates/": "401 404 + 404 404",
    "GET message-templates/{public_id}/": "401 404 + 404 404",
    "PATCH message-templates/{public_id}/": "401 404 + 404 404",
    "DELETE message-templates/{public_id}/": "401 404 + 404 404",
    "POST message-templates/{public_id}/preview/": "401 404 + 404 404",
    "GET chat-settings/": "401 + + + +",
    "PATCH chat-settings/": "401 + + + +",
    "GET reports/": "401 + + + +",
    "POST reports/": "401 + + + +",
    "GET reports/{public_id}/": "401 + 404 404 404",
    "GET conversations/{conversation_id}/messages/": "401 + + 404 404",
    "POST conversations/{conversation_id}/messages/": "401 + + 404 404",
}

SAMPLES: dict[str, Sample] = {
    "conversations/": lambda world: {
        name: make_conversation(application=sent_application(world)).public_id
        for name in ("public_id", "conversation_id")
    },
    "message-templates/": lambda world: {"public_id": make_message_template(company=world.company).public_id},
    "reports/": lambda world: {"public_id": filed_report(world).public_id},
    "messages/": lambda world: {"public_id": sent_message(world).public_id},
}

BODIES: dict[str, dict[str, object]] = {
    "POST message-templates/": {"company": "acme", "name": "Welcome", "body": "Hello {{candidate_name}}"},
    "PATCH messages/{public_id}/": {"body": "What I meant"},
    "POST messages/{public_id}/reactions/": {"emoji": "👍"},
}


def sent_message(world: World) -> Message:
    """Alice's message to Bob's company."""
    return say(world.candidate, make_conversation(application=sent_application(world)))


def filed_report(world: World) -> Report:
    """Alice's report about Bob's company."""
    filed = Report.objects.filter(reporter=world.candidate).first()
    return filed or file_report(actor=world.candidate, company_slug=world.company.slug, reason=Reason.SPAM)
