"""Processes of the real program, on the database of the running test."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import quote

from django.conf import settings
from django.db import connection


def start_python(*arguments: str, **environment: str) -> subprocess.Popen[bytes]:
    """Start a Python that sees the test's database; the caller waits for it or kills it."""
    database = connection.settings_dict
    host = quote(database["HOST"] or "", safe="")
    login = quote(database["USER"] or "", safe="") + (f":{quote(database['PASSWORD'])}" if database["PASSWORD"] else "")
    port = f":{database['PORT']}" if database["PORT"] else ""
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        start_new_session=True,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "umemployed.settings",
            "DATABASE_URL": f"postgres://{login}@{host}{port}/{database['NAME']}",
            **environment,
        },
    )


@contextmanager
def a_worker(queues: str, *, app: str = "umemployed", processes: int = 2, **environment: str) -> Iterator[int]:
    """Run a Celery worker in a process group of its own; yields the group, and kills what is left of it."""
    process = start_python(
        *("-m", "celery", "-A", app, "worker", "-Q", queues, "-c", str(processes), "-l", "WARNING"),
        *("--without-gossip", "--without-mingle", "-n", f"{queues.replace(',', '-')}@%h"),
        **environment,
    )
    try:
        yield process.pid
    finally:
        kill(process.pid)
        process.wait(10)


def kill(group: int) -> None:
    """Kill a process group at once, if there is anything left of it."""
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


def wait_until(is_so: Callable[[], bool], seconds: float, state: Callable[[], object]) -> None:
    """Poll until it is so; fail after ``seconds``, telling the ``state``."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, state()
        time.sleep(0.05)
