"""Racing threads against PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection


def in_parallel(*works: Callable[[], Any]) -> list[Any]:
    """Run everything at once; return what each returned or raised."""
    results: list[Any] = [None] * len(works)
    gate = threading.Barrier(len(works))

    def run(at: int, work: Callable[[], Any]) -> None:
        gate.wait()
        try:
            results[at] = work()
        except Exception as error:  # noqa: BLE001 - judged by the test
            results[at] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
