"""The sitemap: an index of files, each of one block of 50,000 publications (sitemaps.org).

Blocks are ranges of the order of publication, so a file never holds more URLs than the standard allows, keeps
its address whatever is published later, and is found by a range of one index.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet

from jobs.distribution.projection import live_blocks, page_of
from jobs.distribution.xml import HEADER, element
from jobs.models import Job

BLOCK = 50_000
CHUNK = 2_000
NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def block_of(number: int) -> QuerySet[Job]:
    """Return the postings of a block, in every state."""
    return Job.objects.filter(search_ord__gte=number * BLOCK, search_ord__lt=(number + 1) * BLOCK)


def index() -> Iterator[str]:
    """Write the index of all files that have a URL."""
    yield f"{HEADER}<sitemapindex {NAMESPACE}>"
    for number, changed_at in live_blocks(BLOCK):
        yield entry("sitemap", f"{settings.PUBLIC_URL}/sitemaps/jobs-{number}.xml", changed_at)
    yield "</sitemapindex>\n"


def urls(jobs: QuerySet[Job]) -> Iterator[str]:
    """Write the pages of the published postings of a block."""
    yield f"{HEADER}<urlset {NAMESPACE}>"
    rows = jobs.published().order_by("-search_ord").values_list("public_id", "updated_at")  # type: ignore[attr-defined]
    for public_id, changed_at in rows.iterator(chunk_size=CHUNK):
        yield entry("url", page_of(public_id), changed_at)
    yield "</urlset>\n"


def entry(name: str, address: str, changed_at: datetime) -> str:
    """Return one address with its newest change."""
    return f"<{name}>{element('loc', address)}{element('lastmod', changed_at.isoformat(timespec='seconds'))}</{name}>"
