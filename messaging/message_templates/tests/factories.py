"""Templates for tests."""

from __future__ import annotations

import itertools
from typing import Any

from companies.tests.factories import make_company
from messaging.models import MessageTemplate

_numbers = itertools.count(1)


def make_message_template(**overrides: Any) -> MessageTemplate:
    """A template of a company's team."""
    fields: dict[str, Any] = {"name": f"Template {next(_numbers)}", "body": "Hello {{candidate_name}}!", **overrides}
    if "company" not in fields:
        fields["company"] = make_company()
    return MessageTemplate.objects.create(**fields)
