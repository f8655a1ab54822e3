"""What every benchmark shares: a prepared database, paired timing, percentiles, and the table it prints.

A benchmark measures *rows*: the floor first, then ours, interleaved round by round, because the speed of a
shared machine drifts and only ratios within one run can be trusted. ``./dev bench NAME`` gives it servers of
its own; ``--write`` puts its table into ``docs/performance.md`` between the marks of its name.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "performance.md"


def prepare() -> None:
    """Set Django up and migrate the benchmark's own database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "umemployed.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


@dataclass
class Row:
    """One measured thing: seconds of wall time per call, in the order they were taken."""

    name: str
    work: Callable[[], object]
    seconds: list[float] = field(default_factory=list)

    def percentile(self, share: int) -> float:
        """Return the given percentile (1 to 99) in milliseconds."""
        if len(self.seconds) < 2:
            return self.seconds[0] * 1000
        return statistics.quantiles(self.seconds, n=100, method="inclusive")[share - 1] * 1000


def interleave(rows: Iterable[Row], *, rounds: int, warm_up: int = 3) -> list[Row]:
    """Call each row's work once per round, in turn, and return the rows with their times."""
    rows = list(rows)
    for number in range(warm_up + rounds):
        for row in rows:
            started = time.perf_counter()
            row.work()
            if number >= warm_up:
                row.seconds.append(time.perf_counter() - started)
    return rows


def table(rows: list[Row], *, floor: Row | None = None) -> str:
    """Return the rows as a Markdown table, with each median's ratio to the floor (default: the first row)."""
    floor = floor or rows[0]
    lines = ["| | p50 ms | p95 ms | p99 ms | p50 to floor |", "|---|---|---|---|---|"]
    for row in rows:
        cells = [f"{row.percentile(share):.2f}" for share in (50, 95, 99)]
        lines.append(f"| {row.name} | {' | '.join(cells)} | {row.percentile(50) / floor.percentile(50):.2f}x |")
    return "\n".join(lines)


def machine() -> str:
    """Say what this was measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"Python {platform.python_version()}, {os.cpu_count()} cores, {memory:.0f} GiB, {time.strftime('%Y-%m-%d')}"


def report(name: str, text: str) -> None:
    """Print a benchmark's result; with ``--write``, also put it into docs/performance.md."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--write", action="store_true")
    wanted, _ = parser.parse_known_args()
    text = f"{text}\n\n{machine()}"
    print(text)  # noqa: T201 - a benchmark's output is its table
    if wanted.write:
        write_between_marks(PAGE, name, text)


def write_between_marks(page: Path, name: str, text: str) -> None:
    """Replace what stands between ``<!-- bench:NAME -->`` and its end mark; append the marks if missing."""
    begin, end = f"<!-- bench:{name} -->", f"<!-- /bench:{name} -->"
    block = f"{begin}\n{text}\n{end}"
    old = (
        page.read_text() if page.exists() else "# Performance\n\nEach table is one run of `./dev bench NAME --write`.\n"
    )
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    new = pattern.sub(lambda _: block, old) if pattern.search(old) else f"{old.rstrip()}\n\n## {name}\n\n{block}\n"
    page.write_text(new)
