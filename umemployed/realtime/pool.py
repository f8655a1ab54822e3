"""Where the event loop's database work runs: a few threads, each with a connection that lives.

``sync_to_async(thread_sensitive=True)`` would put all of it on one thread, where one slow query delays
every socket of the process; here it delays at most its own caller until all threads are slow.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.db import close_old_connections

P = ParamSpec("P")
R = TypeVar("R")
# A connection that was used a moment ago is not asked again whether it lives: that costs a round trip.
TRUSTED_SECONDS = 1.0
_thread = threading.local()
_commands = ThreadPoolExecutor(settings.REALTIME_THREADS, "realtime")
# The sweep has a thread of its own, so that no crowd of slow commands delays a revocation.
_sweeps = ThreadPoolExecutor(1, "realtime-sweep")


def _with_live_connection(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    now = time.monotonic()
    if now - getattr(_thread, "clean_at", -TRUSTED_SECONDS) >= TRUSTED_SECONDS:
        close_old_connections()
    _thread.clean_at = -TRUSTED_SECONDS  # until the work has ended well
    result = work(*args, **kwargs)
    _thread.clean_at = now
    return result


async def in_pool(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run synchronous database work on a thread of the pool."""
    return await asyncio.get_running_loop().run_in_executor(
        _commands, lambda: _with_live_connection(work, *args, **kwargs)
    )


async def in_sweep(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run the sweep's work on its own thread."""
    return await asyncio.get_running_loop().run_in_executor(
        _sweeps, lambda: _with_live_connection(work, *args, **kwargs)
    )
