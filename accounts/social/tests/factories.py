"""Connections for tests."""

from __future__ import annotations

import itertools
from typing import Any

from accounts.models import Connection
from accounts.tests.factories import make_user

_numbers = itertools.count(1)


def make_connection(**overrides: Any) -> Connection:
    fields: dict[str, Any] = {
        "provider": "acme",
        "issuer": "https://id.acme.example",
        "subject": f"subject-{next(_numbers)}",
        **overrides,
    }
    if "user" not in fields:
        fields["user"] = make_user()
    return Connection.objects.create(**fields)
