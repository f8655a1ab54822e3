"""Feeds over a market of live postings, against the bare statements that read the same rows, chunk by chunk.

Postings are made by PostgreSQL, the same ones every time. ``--postings N`` says how many (default 2,000, which is a
smoke test; the target is 100,000). Of every answer: the time to its first byte, the time to its last, its size, and
how much the process grew meanwhile (the high-water mark of its resident memory, which is reset before). Of the
validators: what a 304 costs.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.harness import prepare, report

COMPANIES = 100
CHUNK = 500
FILL = """
INSERT INTO jobs_job (public_id, created_at, updated_at, company_id, title, description, requirements, benefits,
    language, employment_type, experience_level, work_mode, eligible_countries, openings, salary_min, salary_max,
    salary_currency, salary_period, salary_basis, status, version, published_at, search_ord, timezone, reference,
    is_anonymous, external_id, source, source_digest, hold_reason)
SELECT gen_random_uuid(), now() - interval '1 day', now() - interval '1 day', c.ids[1 + n %% %(companies)s],
    'Engineer ' || n, repeat('Build what people use, with care and with others. ', 30),
    repeat('Experience with ' || md5(n::text) || '. ', 10), 'Time off.', 'en', 'full_time', 'any', 'on_site', '{}', 1,
    30000, 40000, 'EUR', 'year', 'gross', 'live', 1, now() - interval '1 day', n, 'UTC', '', n %% 50 = 0, '', '', '', ''
FROM generate_series(1, %(postings)s) n,
    (SELECT array_agg(id ORDER BY id) AS ids FROM companies_company) c
"""
PLACES = """
INSERT INTO jobs_joblocation (job_id, position, city, region, country, address)
SELECT id, 0, 'Douala', 'Littoral', 'CM', '' FROM jobs_job
"""


@dataclass
class Seen:
    """What one answer took, round by round."""

    first: list[float] = field(default_factory=list)
    total: list[float] = field(default_factory=list)
    grown: list[float] = field(default_factory=list)
    size: int = 0


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--postings", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=3)
    wanted, _ = parser.parse_known_args()
    prepare()
    from django.conf import settings
    from django.test import Client

    settings.RATE_LIMIT_PREFIX = f"um:bench:{uuid.uuid4().hex}"
    settings.RATE_LIMITS = {name: {**limit, "limit": 1_000_000} for name, limit in settings.RATE_LIMITS.items()}
    fill(wanted.postings)
    client = Client()
    slug = board()

    def get(path: str, **headers: str) -> Callable[[], Iterable[bytes]]:
        return lambda: parts_of(client.get(path, headers=headers))

    paths = {
        "sitemap index": "/sitemap.xml",
        "sitemap, one file of 50,000": "/sitemaps/jobs-0.xml",
        "RSS, the 100 newest": "/feeds/jobs.rss",
        "Indeed": "/feeds/indeed.xml",
        "LinkedIn": "/feeds/linkedin.xml",
        "board, a page of 20": f"/api/v1/boards/{slug}/jobs/",
    }
    works: dict[str, Callable[[], Iterable[bytes]]] = {
        "floor: the cards of all, in chunks": cards,
        "floor: ids and changes of one block": ids,
        "floor: SELECT 1": nothing,
        **{name: get(path) for name, path in paths.items()},
    }
    for name, path in paths.items():
        tag = client.get(path)["ETag"]
        works[f"304: {name}"] = get(path, **{"If-None-Match": tag})
    seen = measured(works, wanted.rounds)
    load = os.getloadavg()
    said = f"{wanted.postings:,} live postings of {COMPANIES} companies, rounds: {wanted.rounds}"
    said += f", load {load[0]:.1f} {load[1]:.1f}"
    report("feeds", f"{table(seen)}\n\n{said}. Medians; memory is the most of all rounds.")


def parts_of(answer: Any) -> Iterable[bytes]:
    """Return the answer's parts as they are written."""
    return answer.streaming_content if answer.streaming else [answer.content]


def measured(works: dict[str, Callable[[], Iterable[bytes]]], rounds: int) -> dict[str, Seen]:
    """Run each in turn, round by round; one round before them warms up."""
    seen = {name: Seen() for name in works}
    for at in range(rounds + 1):
        for name, work in works.items():
            before = mark()
            began, first, size = time.perf_counter(), 0.0, 0
            for part in work():
                first = first or time.perf_counter() - began
                size += len(part)
            total = time.perf_counter() - began
            row = seen[name]
            row.grown.append(high_water() - before)  # the first round's counts too: later ones reuse what it took
            if at:
                row.first.append(first or total)
                row.total.append(total)
                row.size = size
    return seen


def table(seen: dict[str, Seen]) -> str:
    """Return the rows as Markdown, with the ratio to the floor that reads the same rows."""
    floors = {"Indeed": "floor: the cards of all, in chunks", "LinkedIn": "floor: the cards of all, in chunks"}
    floors["sitemap, one file of 50,000"] = "floor: ids and changes of one block"
    lines = ["| | first byte ms | total ms | to floor | size MiB | memory MiB |", "|---|---|---|---|---|---|"]
    for name, row in seen.items():
        floor = seen.get(floors.get(name, ""))
        ratio = f"{middle(row.total) / middle(floor.total):.2f}x" if floor else "-"
        lines.append(
            f"| {name} | {1000 * middle(row.first):.1f} | {1000 * middle(row.total):.1f} | {ratio}"
            f" | {row.size / 2**20:.2f} | {max(row.grown):.1f} |"
        )
    return "\n".join(lines)


def middle(values: list[float]) -> float:
    """Return the median."""
    return sorted(values)[len(values) // 2]


# --- Memory --------------------------------------------------------------------------------------
def mark() -> float:
    """Reset the high-water mark of resident memory and return it, in MiB (Linux, proc(5): clear_refs)."""
    Path("/proc/self/clear_refs").write_text("5")
    return high_water()


def high_water() -> float:
    """Return the high-water mark of resident memory in MiB."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


# --- Data and floors -----------------------------------------------------------------------------
def fill(number: int) -> None:
    """Make companies and postings."""
    from django.db import connection

    from companies.models import Company

    Company.objects.bulk_create(
        Company(name=f"Company {at}", slug=f"company-{at}", country="CM") for at in range(COMPANIES)
    )
    with connection.cursor() as cursor:
        cursor.execute(FILL, {"companies": COMPANIES, "postings": number})
        cursor.execute(PLACES)
        cursor.execute("VACUUM ANALYZE jobs_job, jobs_joblocation, companies_company")


def board() -> str:
    """Return the slug of a company with postings."""
    from jobs.models import Job

    return Job.objects.filter(is_anonymous=False).values_list("company__slug", flat=True)[0]


def cards() -> Iterable[bytes]:
    """Read what a feed of everything is written from, and write nothing."""
    from jobs.models import Job
    from jobs.search.cards import cards_of

    keys = list(Job.objects.published().order_by("-search_ord").values_list("pk", flat=True))
    for start in range(0, len(keys), CHUNK):
        yield cards_of(keys[start : start + CHUNK], with_text=True).encode()


def ids() -> Iterable[bytes]:
    """Read what a file of the sitemap is written from."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT public_id, updated_at FROM jobs_job WHERE status = 'live' AND search_ord < 50000")
        yield b"".join(str(row).encode() for row in cursor)


def nothing() -> Iterable[bytes]:
    """Ask the database for nothing."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        yield str(cursor.fetchone()).encode()


if __name__ == "__main__":
    main()
