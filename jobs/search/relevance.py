"""The order of relevance, without ever scoring a million rows.

Few candidates are all scored. Of many, those are scored that can score high: every word in the title, newest first;
if these do not fill the candidates, every word in title or skills; then anywhere. What is not scored follows,
newest first. The first page notes how far each tier reached (``Walk``), and from then on a row's place follows
from the row and that note alone: later pages neither repeat nor skip, whatever is published or closed meanwhile.
"""

from __future__ import annotations

import re
from typing import Any

from jobs.search.asking import ask
from jobs.search.conditions import Conditions
from jobs.search.cursors import NOBODY, Walk
from jobs.search.frequencies import Frequencies
from jobs.search.resolve import Resolved, quoted
from jobs.search.windows import NEWEST, level_for, oldest_of, windowed

CANDIDATES = 200
# Title, skills, company and place weigh 1, 0.4, 0.15; fresh postings up to two thirds more, less by 1/e in three weeks.
SCORE = """(ts_rank('{0,0.15,0.4,1.0}', head, %(ranking)s::tsquery)::float8
    * (0.6 + 0.4 * exp((posted - %(since)s) / 1814400.0::float8))
    + 0.001 * exp((posted - %(since)s) / 1814400.0::float8))"""
COLUMNS = "job_id, ord, posted, head"
LEXEME = re.compile(r"'(?:[^'\\]|''|\\.)*'")
LANGUAGE = re.compile(r"'D:[a-z_]+' & ")
NEIGHBOURS = re.compile(r"<(?:-|\d+)>")
# The letters of the tokens, and the weights of the same words in ``head``, of the tiers before the last.
TIERS = (("T", "A"), ("TB", "AB"))
FIRST = """WITH t0 AS MATERIALIZED (SELECT * FROM ({0}) z),
c0 AS MATERIALIZED (SELECT count(*) AS n, min(ord) AS low FROM t0),
t1 AS MATERIALIZED (SELECT * FROM ({1}) z WHERE (SELECT n FROM c0) < %(candidates)s),
c1 AS MATERIALIZED (SELECT count(*) AS n, min(ord) AS low FROM t1),
t2 AS MATERIALIZED (SELECT * FROM ({2}) z
    WHERE (SELECT n FROM c0) < %(candidates)s AND (SELECT n FROM c1) < %(candidates)s),
c2 AS MATERIALIZED (SELECT count(*) AS n, min(ord) AS low FROM t2)
SELECT job_id, ord, {score} AS key, (SELECT max(ord) FROM jobs_jobsearch), c0.n, c0.low, c1.n, c1.low, c2.n, c2.low
FROM (SELECT DISTINCT ON (ord) * FROM (SELECT * FROM t0 UNION ALL SELECT * FROM t1 UNION ALL SELECT * FROM t2) d
    ORDER BY ord) c, c0, c1, c2
ORDER BY key DESC, ord DESC LIMIT %(size)s"""
Row = tuple[Any, ...]


class Tiers:
    """The pages of one query by relevance where candidates are many."""

    def __init__(self, found: Resolved, conditions: Conditions, frequencies: Frequencies, since: int) -> None:
        self.conditions, self.frequencies = conditions, frequencies
        self.bottom = oldest_of(conditions)
        self.params = {**conditions.params, "candidates": CANDIDATES, "since": since, "ranking": ranking_of(found)}
        for tier, (letters, weights) in enumerate(TIERS):
            for number, group in enumerate(found.groups):
                self.params[f"t{tier}_{number}"] = marked(group, letters)
                self.params[f"h{tier}_{number}"] = weighted(group, weights)
        self.words = range(len(found.groups))

    def first(self, size: int) -> tuple[list[Row], Walk]:
        """Return the first ``size`` rows, and how the walk was begun; one statement, rarely two."""
        sources = [self.source(tier, "%(candidates)s", NEWEST, self.bottom) for tier in range(3)]
        rows = ask(FIRST.format(*sources, score=SCORE), self.params | {"size": size}, "seqscan")
        if not rows:
            return [], Walk(0, (NOBODY, NOBODY, 0))
        top, *reached = rows[0][3:]
        walk = Walk(top, cuts_of(reached))
        ranked = [row[:3] for row in rows]
        if len(ranked) < size:
            ranked += self.rest(walk, None, size - len(ranked))
        return ranked, walk

    def page(self, walk: Walk, edge: dict[str, Any], size: int) -> list[Row]:
        """Return ``size`` rows beyond the edge, nearest first. A key of -1 is of those who are not scored."""
        parts = [self.ranked, self.rest] if not edge["backward"] else [self.rest, self.ranked]
        if (edge["key"] < 0) != edge["backward"]:
            parts = parts[1:]
        rows: list[Row] = []
        for part in parts:
            inside = (edge["key"] < 0) == (part == self.rest)
            rows += part(walk, edge if inside else None, size - len(rows), edge["backward"])
            if len(rows) >= size:
                break
        return rows

    def ranked(self, walk: Walk, edge: dict[str, Any] | None, size: int, backward: bool = False) -> list[Row]:
        """Return rows of the scored part; they are found again by how far each tier reached."""
        tiers = [
            tier
            for tier, cut in enumerate(walk.cuts)
            if cut < NOBODY and not any(c <= cut for c in walk.cuts[tier + 1 :])
        ]
        if not tiers:
            return []
        params = self.params | {"size": size, "top": walk.top}
        params |= {f"cut{tier}": max(1, walk.cuts[tier]) for tier in tiers}
        sources = [
            f"SELECT * FROM ({self.source(tier, str(4 * CANDIDATES), '%(top)s', f'%(cut{tier})s')}) z{tier}"  # noqa: S608
            for tier in tiers
        ]
        beyond = ""
        if edge:
            beyond = f"WHERE (key, ord) {'>' if backward else '<'} (%(edge_key)s::float8, %(edge_ord)s)"
            params |= {"edge_key": edge["key"], "edge_ord": edge["ord"]}
        way = "ASC" if backward else "DESC"
        return ask(
            f"SELECT job_id, ord, key FROM (SELECT job_id, ord, {SCORE} AS key FROM (SELECT DISTINCT ON (ord) * FROM"  # noqa: S608
            f" ({' UNION ALL '.join(sources)}) d ORDER BY ord) c OFFSET 0) f {beyond}"
            f" ORDER BY key {way}, ord {way} LIMIT %(size)s",
            params,
            "seqscan",
        )

    def rest(self, walk: Walk, edge: dict[str, Any] | None, size: int, backward: bool = False) -> list[Row]:
        """Return rows of the part that is not scored, which is in the order of publication."""
        if walk.cuts[2] == 0:
            return []
        params = self.params | {"size": size, "top": walk.top if backward or not edge else edge["ord"] - 1}
        outside = []
        for tier, cut in enumerate(walk.cuts):
            params[f"cut{tier}"] = cut
            if tier == 2:
                outside.append(f"ord + 0 < %(cut{tier})s")
            elif cut < NOBODY:
                inside = " AND ".join(f"head @@ %(h{tier}_{number})s::tsquery" for number in self.words)
                outside.append(f"NOT (ord + 0 >= %(cut{tier})s AND {inside})")
        bottom = self.bottom
        if backward and edge:
            params["edge_ord"] = edge["ord"] + 1
            bottom = "%(edge_ord)s"
        rows = ask(
            windowed(
                "job_id, ord, -1.0::float8",
                self.conditions.where(*outside),
                limit="%(size)s",
                level=level_for(self.conditions, self.frequencies, size),
                top="%(top)s",
                bottom=bottom,
                upward=backward,
            ),
            params,
            "seqscan",
        )
        return [row[:3] for row in rows]

    def source(self, tier: int, limit: str, top: str, bottom: str) -> str:
        """Return the statement of a tier's rows, newest first."""
        narrowed, level = self.conditions, level_for(self.conditions, self.frequencies, CANDIDATES)
        if tier < len(TIERS):
            names = [f"t{tier}_{number}" for number in self.words]
            groups = sorted(names, key=lambda name: self.frequencies.of(self.params[name]))
            narrowed = Conditions(
                [*(self.params[name] for name in groups), *self.conditions.groups],
                [*(f"doc @@ %({name})s::tsquery" for name in groups), *self.conditions.quals],
                self.conditions.residual,
                {},
            )
            # The words of a title are among those of the text: the first do not make the second less likely.
            level = level_for(Conditions(narrowed.groups[: len(groups)], [], [], {}), self.frequencies, CANDIDATES)
        return windowed(COLUMNS, narrowed.where(), limit=limit, level=level, top=top, bottom=bottom)


def cuts_of(reached: list[Any]) -> tuple[int, ...]:
    """Return the cuts from each tier's count and oldest row: a full tier reached it, later ones were not asked."""
    cuts: list[int] = []
    for count, low in zip(reached[::2], reached[1::2], strict=True):
        if NOBODY in cuts or any(cuts):
            cuts.append(NOBODY)
        else:
            cuts.append(low if count >= CANDIDATES else 0)
    return tuple(cuts)


def ranking_of(found: Resolved) -> str:
    """Return the tsquery that scores: any of the wanted stems."""
    return " | ".join(map(quoted, found.wanted))


def marked(group: str, letters: str) -> str:
    """Return the group asked of the tokens of title (T) or skills (B) words, which know neither order nor language."""

    def tokens(match: re.Match[str]) -> str:
        alternatives = [f"'{letter}:{match[0][1:]}" for letter in letters]
        return alternatives[0] if len(alternatives) == 1 else f"({' | '.join(alternatives)})"

    return LEXEME.sub(tokens, NEIGHBOURS.sub("&", LANGUAGE.sub("", group)))


def weighted(group: str, weights: str) -> str:
    """Return the same question to ``head``, whose words have the weights of where they stand."""
    return LEXEME.sub(lambda match: f"{match[0]}:{weights}", NEIGHBOURS.sub("&", LANGUAGE.sub("", group)))
