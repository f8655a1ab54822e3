"""Numbers about the running house for whoever watches it: ``/metrics``, in Prometheus' text format.

Each room registers what it measures, when it is ready::

    @measures
    def outbox() -> Iterable[Metric]: ...

A scrape asks PostgreSQL and Redis anew; a source that cannot answer is left out and named in
``umemployed_source_up``, so that one that is down does not hide the others. Only the networks of
``METRICS_NETWORKS`` are answered: to everybody else there is no such page.
"""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Callable, Iterable, Mapping

import redis
from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from umemployed.api.context import current_address
from umemployed.api.methods import reads_only

logger = logging.getLogger(__name__)
Source = Callable[[], Iterable[Metric]]
SOURCES: dict[str, Source] = {}


def measures(source: Source) -> Source:
    """Register a source; its function's name is its name. A few queries at most: it is asked every few seconds."""
    SOURCES[source.__name__] = source
    return source


def gauge(name: str, help_text: str, label: str, values: Mapping[str, float]) -> Metric:
    """Return one gauge of the house with a value for each of its label's."""
    family = GaugeMetricFamily(f"umemployed_{name}", help_text, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family


class House:
    """Collects from every source, at the moment of the scrape."""

    def collect(self) -> Iterable[Metric]:
        """Yield what can be measured now, and which sources answered."""
        up: dict[str, float] = {}
        for name, source in sorted(SOURCES.items()):
            try:
                found = list(source())
            except (DatabaseError, redis.RedisError) as error:
                logger.warning("%s cannot be measured (%s).", name, type(error).__name__)
                up[name] = 0
                continue
            up[name] = 1
            yield from found
        yield gauge("source_up", "Whether what is measured could be asked.", "source", up)


REGISTRY = CollectorRegistry()
REGISTRY.register(House())  # type: ignore[arg-type]  # anything with collect() will do


def is_near(address: str | None) -> bool:
    """Say whether numbers may be told to this client."""
    if address is None:
        return False
    host = ipaddress.ip_address(address)
    return any(host in network for network in settings.METRICS_NETWORKS)


@never_cache
@reads_only
def metrics(request: HttpRequest) -> HttpResponse:
    """Tell the numbers; a 404 for who is not near."""
    if not is_near(current_address()):
        raise Http404
    return HttpResponse(generate_latest(REGISTRY), content_type=CONTENT_TYPE_PLAIN_0_0_4)
