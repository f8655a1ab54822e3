"""A pytest plugin: each process of a spread test run takes a Redis of its own, before the settings are read.

Publications know no database numbers, so processes that shared a server would hear each other's. ``./dev test`` starts
the servers, names them in ``UMEMPLOYED_TEST_REDIS``, and names this plugin in ``PYTEST_PLUGINS``: an option in
pytest.ini would be as early, but a bare ``pytest`` could not import it.
"""

from __future__ import annotations

import os

import pytest

POOL = os.environ.get("UMEMPLOYED_TEST_REDIS", "").split()
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")

if WORKER:
    os.environ["REDIS_URL"] = POOL[int(WORKER.removeprefix("gw"))]


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to spread over more processes than there are servers."""
    wanted = getattr(config.option, "numprocesses", None) or 0
    if wanted > len(POOL):
        raise pytest.UsageError(
            f"{wanted} processes need as many Redis servers, and there are {len(POOL)}. Cure: ./dev test -n {wanted}"
        )
