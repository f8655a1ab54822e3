"""Rows of the engine for tests."""

from __future__ import annotations

import itertools
from typing import Any

from jobs.models import TokenFrequency

_numbers = itertools.count(1)


def make_token_frequency(**overrides: Any) -> TokenFrequency:
    return TokenFrequency.objects.create(**{"token": f"word{next(_numbers)}", "postings": 1_000, **overrides})
