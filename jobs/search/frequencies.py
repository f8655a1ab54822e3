"""In how many live postings a token stands: what plans are chosen by.

The planner's own statistics hold the thousand commonest tokens of a column, and a posting has two hundred; what
they leave out may still be in twenty thousand. So every frequent token is counted, by ``ts_stat`` over a
random sample, and kept in a small table that each process reads once a minute. A token that is not in it is
rare, or became frequent since; that costs time, never a posting: plans differ in what they cost alone.
"""

from __future__ import annotations

import re
import time
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate

from django.db import connection, transaction

from jobs.search.models import TokenFrequency

PART = re.compile(r"'((?:[^'\\]|''|\\.)*)'|([|])")
ALL = ""
SAMPLE = 50_000
RARE = 500
FRESH_SECONDS = 60.0
LEARN = r"""
INSERT INTO jobs_tokenfrequency (token, postings)
SELECT word, round(ndoc / %(share)s) FROM ts_stat(%(sample)s)
WHERE ndoc / %(share)s >= %(rare)s AND word !~ '^(Zzzz|W[123]:)'
"""
BLOCK = 11  # bits: the smallest windows of publication, of 2,048 each, are counted exactly
LEARN_BLOCKS = f"""
INSERT INTO jobs_tokenfrequency (token, postings)
SELECT 'W1:' || (ord >> {BLOCK}), count(*) FROM jobs_jobsearch GROUP BY ord >> {BLOCK}
"""  # noqa: S608


@dataclass(frozen=True)
class Frequencies:
    """What is known of the tokens at one moment."""

    total: int = 0
    postings: dict[str, int] = field(default_factory=dict)

    def most(self, groups: Sequence[str]) -> int:
        """Return how many postings can have all the groups at most: as many as the rarest group."""
        return min((self.of(group) for group in groups), default=self.total)

    def likely(self, groups: Sequence[str]) -> float:
        """Return how many postings have all the groups if they do not depend on one another."""
        share = 1.0
        for group in groups:
            share *= min(1.0, self.of(group) / max(1, self.total))
        return share * self.total

    def of(self, group: str) -> int:
        """Return how many postings a group has at most: of each alternative its rarest token, all added."""
        alternatives: list[list[str]] = [[]]
        for token, bar in PART.findall(group):
            if bar:
                alternatives.append([])
            else:
                alternatives[-1].append(token.replace("''", "'").replace("\\\\", "\\"))
        counts = [min(self.postings.get(token, 0) for token in tokens) for tokens in alternatives if tokens]
        return min(sum(counts), self.total)

    def between(self, first: int, last: int) -> int:
        """Return how many live postings the smallest windows from ``first`` to before ``last`` hold."""
        numbers, sums = self.blocks
        return sums[bisect_left(numbers, max(first, last))] - sums[bisect_left(numbers, first)]

    @cached_property
    def blocks(self) -> tuple[list[int], list[int]]:
        """The smallest windows that hold something, ascending, and before each how many are in earlier ones."""
        counts = sorted((int(token[3:]), count) for token, count in self.postings.items() if token.startswith("W1:"))
        return [number for number, _ in counts], [0, *accumulate(count for _, count in counts)]


class Held:
    """What this process knows, and until when it trusts it."""

    frequencies = Frequencies()
    until = 0.0


def known() -> Frequencies:
    """Return the frequencies; one statement, once a minute in each process."""
    if time.monotonic() >= Held.until:
        rows = dict(TokenFrequency.objects.order_by().values_list("token", "postings"))
        Held.frequencies, Held.until = Frequencies(rows.pop(ALL, 0), rows), time.monotonic() + FRESH_SECONDS
    return Held.frequencies


def hold(frequencies: Frequencies | None, seconds: float = FRESH_SECONDS) -> None:
    """Trust these frequencies for so long; with None, read them anew at the next search."""
    Held.frequencies, Held.until = frequencies or Frequencies(), time.monotonic() + seconds if frequencies else 0.0


@transaction.atomic
def learn() -> int:
    """Count the frequent tokens anew; returns how many there are. Some seconds at a million postings."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM jobs_jobsearch")
        total = cursor.fetchone()[0]
        share = min(1.0, SAMPLE / max(1, total))
        how = "" if share == 1 else f" TABLESAMPLE BERNOULLI ({100 * share})"
        TokenFrequency.objects.all().delete()
        TokenFrequency.objects.create(token=ALL, postings=total)
        cursor.execute(LEARN, {"sample": f"SELECT doc FROM jobs_jobsearch{how}", "share": share, "rare": RARE})  # noqa: S608
        tokens = cursor.rowcount
        cursor.execute(LEARN_BLOCKS)
        return tokens + cursor.rowcount + 1
