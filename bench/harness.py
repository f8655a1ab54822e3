"""What every benchmark shares: a prepared database, paired timing, percentiles, and the table it prints.

A benchmark measures *rows*: the floor first, then ours, interleaved round by round, because the speed of a
shared machine drifts and only ratios within one run can be trusted. Wall time is what a caller waits, and on a
busy machine it mostly measures the neighbours; so each row also says what it cost: processor time of our thread
and of its PostgreSQL backend (where the server runs on this machine), and how many statements it sent.
``./dev bench NAME`` gives it servers of its own; ``--write`` puts its table into ``docs/performance.md``
between the marks of its name.
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


def prepare(*, keep: bool = False) -> None:
    """Set Django up and make the benchmark's own database anew; says nothing of single requests.

    ``keep`` leaves what an earlier run put there, for those whose data take minutes to make.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "umemployed.settings")
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    import django
    from django.core.management import call_command

    django.setup()
    if not keep and os.environ.get("BENCH_OWNS_DATABASE"):
        empty()
    call_command("migrate", verbosity=0)


def empty() -> None:
    """Drop every table of the benchmark's database, which ``./dev bench`` started for it alone."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC")


@dataclass
class Row:
    """One measured thing: seconds per call, in the order they were taken.

    ``seconds`` are wall time, ``python`` and ``postgres`` processor time; ``postgres`` stays empty where the
    server is elsewhere. ``statements`` is what one call sent, BEGIN and COMMIT and savepoints included.
    """

    name: str
    work: Callable[[], object]
    seconds: list[float] = field(default_factory=list)
    python: list[float] = field(default_factory=list)
    postgres: list[float] = field(default_factory=list)
    statements: int = 0

    def percentile(self, share: int) -> float:
        """Return the given percentile (1 to 99) of the wall time in milliseconds."""
        if len(self.seconds) < 2:
            return self.seconds[0] * 1000
        return statistics.quantiles(self.seconds, n=100, method="inclusive")[share - 1] * 1000

    def cost(self) -> float:
        """Return the median processor time of a call in milliseconds, ours and PostgreSQL's."""
        return 1000 * (statistics.median(self.python) + statistics.median(self.postgres or [0.0]))

    def measure(self, clock: Callable[[], float | None]) -> None:
        """Call the work once and note what it took."""
        backend, own, started = clock(), time.thread_time(), time.perf_counter()
        self.work()
        self.seconds.append(time.perf_counter() - started)
        self.python.append(time.thread_time() - own)
        after = clock()
        if backend is not None and after is not None:
            self.postgres.append(after - backend)


def backend_clock() -> Callable[[], float | None]:
    """Return a clock of the processor time of our PostgreSQL backend; it says None where that is not to be read."""
    from django.db import connection

    connection.ensure_connection()
    path = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")

    def read() -> float | None:
        try:
            return int(path.read_text().split()[0]) / 1e9
        except OSError:
            return None

    return read


def interleave(rows: Iterable[Row], *, rounds: int, warm_up: int = 3) -> list[Row]:
    """Call each row's work once per round, in turn, and return the rows with their times.

    The warm-up's last call counts statements, so there has to be one. The rows use this thread's connection
    and must not close it.
    """
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    rows, clock = list(rows), backend_clock()
    for _ in range(warm_up - 1):
        for row in rows:
            row.work()
    for row in rows:
        with CaptureQueriesContext(connection) as sent:
            row.work()
        row.statements = len(sent)
    for _ in range(rounds):
        for row in rows:
            row.measure(clock)
    return rows


def table(rows: list[Row], *, floor: Row | None = None) -> str:
    """Return the rows as a Markdown table, with the ratios to the floor (default: the first row) of both costs."""
    floor = floor or rows[0]
    lines = [
        "| | statements | Python µs | PostgreSQL µs | CPU to floor | p50 ms | p95 ms | p99 ms | p50 to floor |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        python = f"{statistics.median(row.python) * 1e6:.0f}" if row.python else "-"
        postgres = f"{statistics.median(row.postgres) * 1e6:.0f}" if row.postgres else "-"
        waits = " | ".join(f"{row.percentile(share):.2f}" for share in (50, 95, 99))
        # What another process does (the relay, a socket) has waits but no CPU of ours.
        cost = f"{row.cost() / floor.cost():.2f}x" if row.python and floor.python else "-"
        lines.append(
            f"| {row.name} | {row.statements} | {python} | {postgres} | {cost}"
            f" | {waits} | {row.percentile(50) / floor.percentile(50):.2f}x |"
        )
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
