"""Which cells of a table may be shown, so that nobody can be told from it, also not by subtraction.

No total is ever shown. Cells below LEAST are hidden. What is hidden together must be LEAST people or nobody, for
whoever learns the number of answers elsewhere can subtract: so the smallest cells that could be shown are hidden, too,
until that is so. A table in which everybody gave the same answer says what each of them answered, and is hidden.
"""

from __future__ import annotations

LEAST = 10


def suppressed(counts: dict[str, int]) -> dict[str, int | None]:
    """Return the cells of one table, ``None`` for those that are hidden; an empty cell is hidden, too."""
    shown = sorted((value for value in counts if counts[value] >= LEAST), key=lambda value: (counts[value], value))
    hidden = sum(counts.values()) - sum(counts[value] for value in shown)
    while shown and 0 < hidden < LEAST:
        hidden += counts[shown.pop(0)]
    if len(shown) == 1 and not hidden:
        shown = []
    return {value: counts[value] if value in shown else None for value in counts}
