"""What this process says about its sockets."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client.metrics_core import Metric

from umemployed.api.metrics import gauge, measures
from umemployed.realtime.hub import open_connections


@measures
def sockets() -> Iterable[Metric]:
    """Count the connections that this process holds; asks nobody. Sum over the processes."""
    yield gauge("sockets_open", "Sockets that are open in this process.", "socket", open_connections())
