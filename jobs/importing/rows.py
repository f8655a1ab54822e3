"""What a row is, whatever file it stands in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Row:
    """What one row holds; ``fault`` says why it cannot become a posting, though its cells may tell its id.

    ``cause`` is then one of ``jobs.importing.vocabulary.RowCause``.
    """

    cells: dict[str, Any] = field(default_factory=dict)
    fault: str = ""
    cause: str = "unreadable"


def distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the object; of two equal names nobody knows which is meant."""
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("an object names a member twice")
    return members
