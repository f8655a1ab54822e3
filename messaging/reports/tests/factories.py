"""Reports for tests."""

from __future__ import annotations

from typing import Any

from messaging.models import Report
from messaging.reports.models import Reason
from messaging.reports.services import file_report
from messaging.tests.factories import make_conversation, say


def make_report(**overrides: Any) -> Report:
    """A report of a candidate about a message of the recruiter."""
    conversation = make_conversation()
    recruiter = conversation.company.memberships.get().user
    message = say(recruiter, conversation, "Pay me first")
    fields: dict[str, Any] = {"reason": Reason.SCAM, "note": "Asks for money", **overrides}
    return file_report(actor=conversation.candidate, message_id=message.public_id, **fields)
