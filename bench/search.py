"""Search over a market of live postings, against tantivy in process, textbook full text, and an empty statement.

``--jobs N`` says how many postings (default 50,000, a smoke test; 1,000,000 is what the targets are about); they are
kept between runs. 200 queries of six kinds. Each cost is processor time, ours of this thread and of its backend.
The same queries are asked of a tenth of the postings, for what growth costs. Every answer is compared with what reads
everything: pages by date and pay with all that is found being sorted, counts with all that is found being counted
and with tantivy's, scores with those of scoring everything.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.harness import prepare, report
from bench.search_costs import Meter, execute, over_http, publishing, quantiles, textbook_cost
from bench.search_data import SMALL, fill
from bench.search_market import FACETS
from bench.search_queries import Asked, Tantivy, queries, query_of

FOLDER = Path(__file__).resolve().parent.parent / "var" / "bench-tantivy"
Pairs = list[tuple[float, float]]


@dataclass
class Found:
    """What one run measured: CPU ms of pages by kind and of counts (ours, tantivy's), and how right the answers are."""

    pages: dict[str, Pairs] = field(default_factory=dict)
    counts: Pairs = field(default_factory=list)
    textbook: Pairs = field(default_factory=list)
    python: list[float] = field(default_factory=list)
    equal: int = 0
    asked: int = 0
    shares: list[float] = field(default_factory=list)
    overlaps: list[float] = field(default_factory=list)
    errors: list[float] = field(default_factory=list)
    plans: dict[str, int] = field(default_factory=dict)
    worst: tuple[float, str] = (0.0, "")

    @property
    def every(self) -> Pairs:
        return [pair for pairs in self.pages.values() for pair in pairs]


class Run:
    """The queries, both engines, and the one that reads everything."""

    def __init__(self, index: Any, words: Any) -> None:
        from jobs.models import Category
        from jobs.search.postgres import Limits, PostgresBackend

        self.slugs = dict(Category.objects.values_list("pk", "slug"))
        self.made = queries(words)
        self.engine = PostgresBackend()
        self.everything = PostgresBackend(Limits(10**9, 10**9, 10**9, 10**9, 10**9))
        self.meter, self.limit = Meter(), Tantivy(index, words)

    def cursor_of(self, asked: Asked) -> str | None:
        """Turn pages up to the one that is measured."""
        cursor = None
        for _ in range(asked.depth):
            cursor = self.engine.search(query_of(asked, self.slugs), cursor=cursor).next or cursor
        return cursor

    def page_cost(self, asked: Asked) -> float:
        """Return what the page costs; each time a new query, so that nothing is looked up beforehand."""
        cursor = self.cursor_of(asked)
        return self.meter.cost(lambda: self.engine.search(query_of(asked, self.slugs), cursor=cursor))

    def counts_cost(self, asked: Asked) -> float:
        return self.meter.cost(lambda: self.engine.facets(query_of(asked, self.slugs), FACETS))

    def measure(self) -> Found:
        """Measure every query, and judge the answers of every second one: scoring a million rows takes seconds."""
        found = Found()
        for number, asked in enumerate(self.made):
            ours = self.page_cost(asked)
            found.python.append(self.meter.python)
            found.pages.setdefault(asked.kind, []).append((ours, self.meter.cost(partial(self.limit.page, asked))))
            counted = self.counts_cost(asked), self.meter.cost(partial(self.limit.counts, asked))
            found.counts.append(counted)
            if asked.words and number % 6 == 0:
                found.textbook.append((ours, textbook_cost(self.meter, asked)))
            plan = self.judge(asked, found) if number % 2 else ""
            found.worst = max(found.worst, (ours, str(asked)))
            if "--explain" in sys.argv:
                print(f"{asked.kind:12} {ours:7.2f} {counted[0]:7.2f} py {found.python[-1]:.2f} {plan} {asked}")  # noqa: T201
        return found

    def judge(self, asked: Asked, found: Found) -> str:
        """Compare a query's first page and its counts with what reads everything; returns the plan."""
        from django.db import transaction

        query = query_of(asked, self.slugs)
        page, estimate = self.engine.search(query), self.engine.facets(query, FACETS)
        found.plans[page.plan] = found.plans.get(page.plan, 0) + 1
        with transaction.atomic():  # where a search has all the time that it needs
            exact, best = self.everything.facets(query, FACETS), self.everything.search(query).hits
        found.asked += 1
        found.equal += abs(exact.total - self.limit.total(asked)) <= 0.01 * exact.total
        if not estimate.exact:
            for name, values in exact.facets.items():
                guessed = {value.value: value.count for value in estimate.facets[name]}
                whole = sum(value.count for value in values)
                frequent = [value for value in values if value.count >= 0.05 * whole]
                found.errors += [abs(guessed.get(v.value, 0) - v.count) / v.count for v in frequent]
        if query.is_ranked() and page.hits:
            found.shares.append(sum(hit.score for hit in page.hits) / sum(hit.score for hit in best))
            found.overlaps.append(len({h.job_id for h in page.hits} & {h.job_id for h in best}) / len(best))
        else:
            assert page.hits == best, asked
        return page.plan

    def measure_small(self) -> tuple[list[float], list[float]]:
        """Return the costs of pages and counts over a tenth of the postings."""
        with apart():
            return [self.page_cost(asked) for asked in self.made], [self.counts_cost(asked) for asked in self.made]


class apart:  # noqa: N801 - reads like what it is used as
    """A block in which searches ask the small market."""

    def __enter__(self) -> None:
        self.turn(f"{SMALL}, public")

    def __exit__(self, *_: object) -> None:
        self.turn("public")

    def turn(self, schemas: str) -> None:
        from jobs.search import frequencies

        execute(f"SET search_path = {schemas}")
        frequencies.learn()
        frequencies.hold(frequencies.Frequencies(), 0)
        frequencies.hold(None)
        frequencies.known()


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--jobs", type=int, default=50_000)
    wanted, _ = parser.parse_known_args()
    prepare(keep=True)
    words, index, took = fill(wanted.jobs, FOLDER)
    from jobs.search import frequencies

    execute("SET statement_timeout = 0")
    execute("SELECT gin_clean_pending_list('jobs_search_doc')")
    started = time.time()
    frequencies.learn()
    learned = time.time() - started
    frequencies.hold(None, 0)
    run, load = Run(index, words), os.getloadavg()[0]
    small = run.measure_small()
    found = run.measure()
    load = (load + os.getloadavg()[0]) / 2
    published = publishing(run.meter)
    web = over_http(run)
    lines = [
        *table_of(found),
        "",
        *targets(found, small, published, web),
        "",
        f"{wanted.jobs:,} postings ({took}; frequencies learned in {learned:.1f} s), load average {load:.1f}."
        f" {describe(found, run.meter)}",
    ]
    report("search", "\n".join(lines))


def table_of(found: Found) -> list[str]:
    """Return the costs by kind."""
    lines = ["| CPU ms p50 / p95 | PostgreSQL | tantivy | ratio |", "|---|---|---|---|"]
    for kind, pairs in [*found.pages.items(), ("all pages", found.every), ("total and 5 facets", found.counts)]:
        (a, b), (c, d) = (quantiles([pair[side] for pair in pairs]) for side in (0, 1))
        lines.append(f"| {kind} | {a:.2f} / {b:.2f} | {c:.2f} / {d:.2f} | {a / c:.1f}x / {b / d:.1f}x |")
    return lines


def targets(
    found: Found, small: tuple[list[float], list[float]], published: tuple[float, float, str], web: tuple[float, float]
) -> list[str]:
    """Return each target, what was measured, and whether it is met."""
    (p50, p95), (q50, q95) = (quantiles([pair[side] for pair in found.every]) for side in (0, 1))
    counts, their_counts = (quantiles([pair[side] for pair in found.counts])[1] for side in (0, 1))
    textbook, same = (quantiles([pair[side] for pair in found.textbook])[1] for side in (1, 0))
    error = quantiles(found.errors)[1] if len(found.errors) > 1 else 0.0
    share, overlap = statistics.mean(found.shares), statistics.mean(found.overlaps)
    (pages50, pages95), (counts50, counts95) = (quantiles(costs) for costs in small)
    counted50 = quantiles([pair[0] for pair in found.counts])[0]
    insert, update, shape = published
    rows = [
        ("page p95 to tantivy", f"{p95 / q95:.2f}x", "2.0x", p95 / q95 <= 2),
        ("page p50 to tantivy", f"{p50 / q50:.2f}x", "2.2x", p50 / q50 <= 2.2),
        ("page p95, faster than textbook full text", f"{textbook / same:.0f}x", "50x", textbook / same >= 50),
        ("estimated facets p95 to tantivy", f"{counts / their_counts:.2f}x", "3x", counts / their_counts <= 3),
        ("error of estimated facets, p95", f"{100 * error:.1f} %", "20 %", error <= 0.2),
        ("score share@20", f"{share:.3f}", "0.99", share >= 0.99),
        ("overlap@20", f"{overlap:.3f}", "0.95", overlap >= 0.95),
        (f"publish, {shape}, to a keyed UPDATE", f"{insert / update:.1f}x", "8x", insert / update <= 8),
        (
            "GET /jobs/ with facets, 20 clients, p95 to the service's",
            f"{web[0] / web[1]:.2f}x",
            "4x",
            web[0] / web[1] <= 4,
        ),
        ("ten times the postings, page p95", f"{p95 / pages95:.2f}x", "1.5x", p95 / pages95 <= 1.5),
        ("ten times the postings, page p50", f"{p50 / pages50:.2f}x", "1.5x", p50 / pages50 <= 1.5),
        ("ten times the postings, facets p95", f"{counts / counts95:.2f}x", "3x", counts / counts95 <= 3),
        ("ten times the postings, facets p50", f"{counted50 / counts50:.2f}x", "3x", counted50 / counts50 <= 3),
    ]
    lines = ["| target | measured | must | |", "|---|---|---|---|"]
    return lines + [f"| {name} | {value} | {must} | {'met' if met else 'missed'} |" for name, value, must, met in rows]


def describe(found: Found, meter: Meter) -> str:
    """Return what else was found, in sentences."""
    nothing = meter.cost(lambda: execute("SELECT 1"))
    textbook = quantiles([pair[1] for pair in found.textbook])
    return (
        f"`SELECT 1` {nothing:.2f} ms; Python's share of a page {statistics.median(found.python):.2f} ms (median)."
        f" Textbook full text on {len(found.textbook)} queries with words: {textbook[0]:.0f} / {textbook[1]:.0f} ms."
        f" Exact counts equal tantivy's within 1 % on {found.equal} of {found.asked}; pages by date and pay equal"
        f" sorting everything on all. Relevance: least score share {min(found.shares):.3f}."
        f" Errors of {len(found.errors)} estimated values of 5 % and more."
        f" Slowest page {found.worst[0]:.1f} ms ({found.worst[1]})."
        f" Plans: {', '.join(f'{name} {count}' for name, count in sorted(found.plans.items()))}."
    )


if __name__ == "__main__":
    main()
