"""The cluster: one client for the process, and one error for whatever goes wrong there."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from opensearchpy import OpenSearch
from opensearchpy.exceptions import OpenSearchException

from umemployed.api.errors import Unavailable

log = logging.getLogger(__name__)
SECONDS = 5


class SearchUnavailable(Unavailable):
    code = "search_unavailable"
    title = _("The search does not answer at the moment")
    cause = _("The search engine cannot be reached, or could not answer in time.")
    cure = _("Try again after `Retry-After` seconds. Postings are still read by their id.")


@cache
def client_of(url: str) -> OpenSearch:
    """Return the client of a cluster; it keeps its connections, and may be shared by threads."""
    return OpenSearch([url], timeout=SECONDS, max_retries=1, retry_on_timeout=False)


def cluster() -> OpenSearch:
    """Return the client of this house's cluster."""
    return client_of(settings.OPENSEARCH_URL)


@contextmanager
def reached() -> Iterator[OpenSearch]:
    """Give the client; raise SearchUnavailable for whatever the cluster, the network or the client cannot do."""
    try:
        yield cluster()
    except OpenSearchException as error:
        log.warning("OpenSearch: %s", type(error).__name__, exc_info=error)
        raise SearchUnavailable(headers={"Retry-After": "5"}) from error
