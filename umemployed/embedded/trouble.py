"""The one error that the development stack shows to people: what is wrong, and what to do about it."""

from __future__ import annotations


class Trouble(Exception):
    """Something that a person has to mend; ``cure`` is the exact command or change that mends it."""

    def __init__(self, what: str, cure: str) -> None:
        super().__init__(what)
        self.what = what
        self.cure = cure

    def __str__(self) -> str:
        return f"{self.what}\n  cure: {self.cure}"
