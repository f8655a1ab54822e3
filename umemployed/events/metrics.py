"""What the outbox says about itself."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client.metrics_core import Metric

from umemployed.api.metrics import gauge, measures
from umemployed.events.upkeep import lag


@measures
def outbox() -> Iterable[Metric]:
    """Measure the outbox; one query that reads only what is pending or dead."""
    now = lag()
    counts = {"pending": now.pending, "retrying": now.retrying, "dead": now.dead}
    yield gauge("outbox_deliveries", "Deliveries of facts that are owed, failed before, or are dead.", "state", counts)
    oldest = {"oldest": now.oldest_seconds}
    yield gauge("outbox_lag_seconds", "Age of the oldest fact that is still owed to somebody.", "of", oldest)
