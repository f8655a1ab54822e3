"""Search over a market of live postings, against tantivy in process, textbook full text, and an empty statement.

``--jobs N`` says how many postings (default 50,000, a smoke test; 1,000,000 is what the targets are about); it is
kept between runs. 200 queries of six kinds; each cost is processor time, ours of this thread and of its backend.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.harness import backend_clock, prepare, report
from bench.search_data import COUNTRIES, Words, fill

FOLDER = Path(__file__).resolve().parent.parent / "var" / "bench-tantivy"
FACETS = ("work_mode", "employment_type", "experience_level", "category", "country")
COMMON = ["management", "engineer", "data", "analyst", "nurse", "developer", "software", "senior", "customer", "python"]
LEVELS = ("any", "entry", "associate", "mid", "senior", "director", "executive")
ROUNDS = 3
TEXTBOOK = """SELECT job_id, ts_rank(doc, q) AS rank FROM jobs_jobsearch, to_tsquery('job_english', %s) q WHERE doc @@ q
ORDER BY rank DESC LIMIT 20"""


@dataclass
class Asked:
    """One query for both engines: words, filters by code, order, and how many pages deep."""

    kind: str
    words: list[str]
    work_mode: int = 0
    category: int = 0
    country: str = ""
    newest: bool = False
    depth: int = 0


def queries(words: Words) -> list[Asked]:
    """Return the 200 queries, the same ones every time."""
    dice = random.Random(5)  # noqa: S311
    rare = [words.words[dice.randrange(5_000, 30_000)] for _ in range(30)]
    made = [Asked("rare", [word]) for word in rare]
    made += [Asked("common", [dice.choice(COMMON)], newest=number % 3 == 0) for number in range(30)]
    made += [
        Asked(
            "multi",
            [dice.choice(COMMON), *(words.words[dice.randrange(60, 3_000)] for _ in range(dice.choice((1, 2))))],
        )
        for _ in range(40)
    ]
    for number in range(80):
        kind = "filter" if number < 30 else "text+filter"
        text = [] if number < 30 else [dice.choice([*COMMON, words.words[dice.randrange(60, 5_000)]])]
        made.append(
            Asked(kind, text, dice.choice((0, 2, 3)), dice.randint(1, 24), dice.choice(("", *COUNTRIES)), number < 30)
        )
    return made + [Asked("deep", [dice.choice(COMMON)], newest=True, depth=dice.randint(5, 25)) for _ in range(20)]


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--jobs", type=int, default=50_000)
    wanted, _ = parser.parse_known_args()
    prepare(keep=True)
    from django.db import connection

    words, index, took = fill(wanted.jobs, FOLDER)
    from jobs.models import Category
    from jobs.search import frequencies
    from jobs.search.postgres import Limits, PostgresBackend
    from jobs.search.query import SearchQuery

    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SELECT gin_clean_pending_list('jobs_search_doc')")
    started = time.time()
    frequencies.learn()
    learned = time.time() - started
    frequencies.hold(None, 0)
    slugs = dict(Category.objects.values_list("pk", "slug"))
    engine, everything = PostgresBackend(), PostgresBackend(Limits(10**9, 10**9, 10**9, 10**9, 10**9))
    clock, limit = backend_clock(), Tantivy(index, words)

    def query_of(asked: Asked) -> SearchQuery:
        return SearchQuery(
            text=" ".join(asked.words),
            work_mode=("on_site", "hybrid", "remote")[asked.work_mode - 1 :][:1] if asked.work_mode else (),
            category=(slugs[asked.category],) if asked.category else (),
            country=(asked.country,) if asked.country else (),
            ordering="-published_at" if asked.newest or not asked.words else "relevance",
        )

    def cost(work: Callable[[], Any]) -> float:
        times = []
        for _ in range(ROUNDS):
            backend, own = clock() or 0.0, time.thread_time()
            work()
            times.append((time.thread_time() - own + (clock() or 0.0) - backend) * 1_000)
        return statistics.median(times)

    made = queries(words)
    pages: dict[str, list[tuple[float, float]]] = {}
    counts: list[tuple[float, float]] = []
    equal, shares, overlaps, errors, plans = 0, [], [], [], {}
    for asked in made:
        cursor_text = None
        for _ in range(asked.depth):
            cursor_text = engine.search(query_of(asked), cursor=cursor_text).next or cursor_text
        engine.search(query_of(asked), cursor=cursor_text)
        ours = cost(lambda asked=asked, at=cursor_text: engine.search(query_of(asked), cursor=at))
        theirs = cost(lambda asked=asked: limit.page(asked))
        pages.setdefault(asked.kind, []).append((ours, theirs))
        page = engine.search(query_of(asked))
        plans[page.plan] = plans.get(page.plan, 0) + 1
        exact = everything.facets(query_of(asked), FACETS)
        equal += abs(exact.total - limit.total(asked)) <= 0.01 * exact.total
        counts.append(
            (cost(lambda asked=asked: engine.facets(query_of(asked), FACETS)), cost(lambda a=asked: limit.counts(a)))
        )
        estimate = engine.facets(query_of(asked), FACETS)
        if not estimate.exact:
            for name, values in exact.facets.items():
                guessed = {value.value: value.count for value in estimate.facets[name]}
                whole = sum(value.count for value in values)
                errors += [abs(guessed.get(v.value, 0) - v.count) / v.count for v in values if v.count >= 0.05 * whole]
        if query_of(asked).is_ranked() and page.hits:
            best = everything.search(query_of(asked)).hits
            shares.append(sum(hit.score for hit in page.hits) / sum(hit.score for hit in best))
            overlaps.append(len({h.job_id for h in page.hits} & {h.job_id for h in best}) / len(best))
        elif not asked.depth:
            assert page.hits == everything.search(query_of(asked)).hits, asked
    textbook = [cost(lambda a=a: fetch(TEXTBOOK, [" & ".join(a.words)])) for a in made if a.words and not a.category][
        ::8
    ]
    nothing = cost(lambda: fetch("SELECT 1", []))
    lines = ["| page of 20, CPU ms p50 / p95 | PostgreSQL | tantivy | ratio |", "|---|---|---|---|"]
    every = [pair for pairs in pages.values() for pair in pairs]
    for kind, pairs in [*pages.items(), ("all", every), ("total and 5 facets", counts)]:
        (a, b), (c, d) = (quantiles([pair[side] for pair in pairs]) for side in (0, 1))
        lines.append(f"| {kind} | {a:.2f} / {b:.2f} | {c:.2f} / {d:.2f} | {a / c:.1f}x / {b / d:.1f}x |")
    low, high = quantiles(textbook)
    lines += [
        "",
        f"{wanted.jobs:,} postings ({took}; frequencies learned in {learned:.1f} s). `SELECT 1` {nothing:.2f} ms. Textbook full"  # noqa: E501
        f" text, {len(textbook)} queries: {low:.1f} / {high:.1f} ms, p95 {high / quantiles([p[0] for p in every])[1]:.0f}x ours."  # noqa: E501
        f" Exact counts equal tantivy's within 1 % on {equal} of {len(made)} queries; newest pages equal brute force on all."  # noqa: E501
        f" Relevance against scoring all: score share@20 {statistics.mean(shares):.3f} (least {min(shares):.3f}),"
        f" overlap@20 {statistics.mean(overlaps):.3f}. Error of estimated facets (values of 5 % and more):"
        f" {describe(errors)}. Plans: {', '.join(f'{name} {count}' for name, count in sorted(plans.items()))}.",
    ]
    report("search", "\n".join(lines))


def describe(errors: list[float]) -> str:
    """Return median and 95th percentile of the errors."""
    if len(errors) < 2:
        return "nothing was estimated"
    low, high = quantiles(errors)
    return f"p50 {100 * low:.1f} %, p95 {100 * high:.1f} %"


def quantiles(values: list[float]) -> tuple[float, float]:
    """Return the median and the 95th percentile."""
    cuts = statistics.quantiles(values, n=100, method="inclusive")
    return cuts[49], cuts[94]


def fetch(statement: str, params: list[Any]) -> list[Any]:
    """Ask PostgreSQL."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall()


class Tantivy:
    """The limit: boosted BM25, every word wanted, twice as much for the title, once for skills."""

    def __init__(self, index: Any, words: Words) -> None:
        self.schema, self.searcher, self.words = index.schema, index.searcher(), words

    def query(self, asked: Asked) -> Any:
        import tantivy

        must, should = tantivy.Occur.Must, tantivy.Occur.Should
        term = tantivy.Query.term_query
        parts = []
        for word in asked.words:
            stem = self.words.stem_of[word]
            parts += [
                (must, term(self.schema, "all", stem)),
                (should, tantivy.Query.boost_query(term(self.schema, "title", stem), 2.0)),
                (should, term(self.schema, "skills", stem)),
            ]
        filters = [f"R:{asked.work_mode}"] if asked.work_mode else []
        filters += [f"C:{asked.category}"] if asked.category else []
        filters += [f"N:{asked.country}"] if asked.country else []
        parts += [(must, term(self.schema, "token", token)) for token in filters]
        return tantivy.Query.boolean_query(parts)

    def page(self, asked: Asked) -> Any:
        """Find the page, without a count."""
        order = {"order_by_field": "ord"} if asked.newest or not asked.words else {}
        return self.searcher.search(self.query(asked), 20, count=False, offset=20 * asked.depth, **order)

    def total(self, asked: Asked) -> int:
        return self.searcher.search(self.query(asked), 1, count=True).count

    def counts(self, asked: Asked) -> Any:
        """Count total and facets in one pass."""
        return self.searcher.aggregate(self.query(asked), {name: {"terms": {"field": name}} for name in FACETS})


if __name__ == "__main__":
    main()
