"""What the beginning of a word may become: terms of what is public at this moment, those of most postings first."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.utils.translation import get_language

from jobs.search.backend import Suggestion
from jobs.search.terms.models import OFFERED
from jobs.search.terms.prefixes import CROWD, LONGEST

# How many starts are looked at beside a list: enough for those that are the prefix itself.
BESIDE = 4
SPARE = 4  # listed terms beyond those asked for: some may not be public any more
# The function is written, and explained, in the migration that makes it.
SUGGEST = """
SELECT kind, label, value, jobs FROM jobs_suggest(
    %(typed)s, %(kinds)s, %(french)s, %(most)s, %(listed)s, %(beside)s, %(crowd)s, %(moment)s)
"""


def suggest(typed: str, kinds: Sequence[str] = (), limit: int = 10) -> list[Suggestion]:
    """Return at most ``limit`` terms that have a word beginning with what was typed; one statement.

    What it reads is bounded whatever there is: a list of the best, or at most CROWD starts, of each kind.
    """
    params: dict[str, Any] = {
        "typed": typed[: LONGEST * 2],
        "kinds": list(kinds or OFFERED),
        "french": (get_language() or "").startswith("fr"),
        "most": limit,
        "listed": limit + SPARE,
        "beside": BESIDE,
        "crowd": CROWD,
        "moment": int(time.time()),
    }
    with connection.cursor() as cursor:
        cursor.execute(SUGGEST, params)
        return [Suggestion(kind, text, value, jobs) for kind, text, value, jobs in cursor]
