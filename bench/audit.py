"""What an entry of the audit record costs: a transaction that writes one, against the same without seal and chain.

Then the same by eight threads at once, because the chain is appended to under one lock, which COMMIT holds.
"""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import harness

harness.prepare()
# ruff: noqa: E402 - models can be imported only now

from django.db import connection, transaction

from umemployed.audit.record import record

ROUNDS, THREADS, SECONDS = 1000, 8, 4.0
UNCHAIN = "ALTER TABLE audit_auditentry DISABLE TRIGGER audit_chain"
CHAIN = "ALTER TABLE audit_auditentry ENABLE ALWAYS TRIGGER audit_chain"


def write() -> None:
    """Commit one entry."""
    with transaction.atomic():
        record("bench:happened", actor=None, number=1)


def write_bare() -> None:
    """Commit the same row by one INSERT."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO audit_auditentry (public_id, action, target, details, request_id, at, seal)
               VALUES (gen_random_uuid(), 'bench:happened', '', '{"number": 1}', '', now(), '')"""
        )


def set_chain(statement: str) -> None:
    """Switch the chain off or on for the floor."""
    with connection.cursor() as cursor:
        cursor.execute(statement)


def pace(work: object) -> float:
    """Return transactions per second of THREADS threads."""
    end = time.monotonic() + SECONDS

    def run(_: int) -> int:
        done = 0
        while time.monotonic() < end:
            work()
            done += 1
        connection.close()
        return done

    with ThreadPoolExecutor(THREADS) as pool:
        return sum(pool.map(run, range(THREADS))) / SECONDS


def main() -> None:
    """Measure and report."""
    rows = [harness.Row("`record()` without the chain", write), harness.Row("bare `INSERT` without it", write_bare)]
    set_chain(UNCHAIN)
    harness.interleave(rows, rounds=ROUNDS)
    floor = pace(write)
    set_chain(CHAIN)
    chained = harness.Row("`record()` with seal and chain", write)
    harness.interleave([chained], rounds=ROUNDS)
    ours = pace(write)
    lines = [
        harness.table([rows[1], rows[0], chained]),
        "",
        f"{THREADS} threads, transactions per second: {floor:.0f} without the chain, {ours:.0f} with it.",
    ]
    harness.report("audit", "\n".join(lines))


if __name__ == "__main__":
    main()
