"""Keeping the cluster's index: from the work rows that every change of the narrow table leaves (``jobs.search.work``).

A document carries the posting's version as its external version: whatever arrives late or twice changes nothing, so
work that a killed process did not finish is simply done again.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from jobs.search import work
from jobs.search.opensearch.cluster import SearchUnavailable, reached
from jobs.search.opensearch.documents import documents_of
from jobs.search.opensearch.mapping import index_body

log = logging.getLogger(__name__)
BATCH = 500
LOCK = 7_110_158  # an advisory lock's number: whoever writes to the cluster
NOT_THERE, OLDER = 404, 409
VERSIONS = "SELECT id, version FROM jobs_job WHERE id = ANY(%s)"


def alias() -> str:
    """Return the name by which the index is asked and fed; the index behind it is made anew now and then."""
    return settings.OPENSEARCH_INDEX


def feed() -> int:
    """Tell the cluster what changed; returns how many postings. Raises SearchUnavailable, and the work stays.

    One process at a time, and none while the index is made anew: what changes then is fed to the new one.
    """
    fed = 0
    while True:
        with transaction.atomic():
            if not lock(wait=False):
                return fed
            work_ids, job_ids = work.take(work.OPENSEARCH, BATCH)
            apply(job_ids)
            work.finish(work_ids)
        fed += len(job_ids)
        if not work_ids:
            return fed


def lock(*, wait: bool) -> bool:
    """Say whether we are the one who writes to the cluster, until the transaction ends."""
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT true FROM pg_advisory_xact_lock(%s)", [LOCK])
        else:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def apply(job_ids: Sequence[int], index: str | None = None) -> None:
    """Make the documents of these postings say what the narrow table says now; three statements, one request."""
    versions = versions_of(job_ids)
    target = {"_index": index or alias()}
    lines: list[dict[str, Any]] = []
    left = set(job_ids)
    for job_id, version, document in documents_of(job_ids):
        left.discard(job_id)
        lines += [{"index": {**target, "_id": str(job_id), **versioned(version)}}, document]
    # What has no row of its own any more has no version either; then nothing can come after it.
    lines += [
        {"delete": {**target, "_id": str(job_id), **(versioned(versions[job_id]) if job_id in versions else {})}}
        for job_id in sorted(left)
    ]
    send(lines, to_alias=index is None)


def versioned(version: int) -> dict[str, Any]:
    """Return what makes a write take effect only if nothing newer was written.

    An equal version may be written again: new exchange rates change a document and no posting.
    """
    return {"version": version, "version_type": "external_gte"}


def versions_of(job_ids: Sequence[int]) -> dict[int, int]:
    """Return the versions of the postings that there are."""
    with connection.cursor() as cursor:
        cursor.execute(VERSIONS, [list(job_ids)])
        return dict(cursor.fetchall())


def send(lines: list[dict[str, Any]], *, to_alias: bool) -> None:
    """Send one bulk. Raises SearchUnavailable if any of it was neither done, nor older than what is there.

    An alias that leads nowhere is refused, since the cluster would make an index of that name without our mapping.
    """
    if not lines:
        return
    body = "".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines)
    with reached() as cluster:
        answer = cluster.bulk(body=body, params={"require_alias": "true"} if to_alias else {})
    failed = [item for entry in answer["items"] for item in entry.values() if item["status"] not in (NOT_THERE, OLDER)]
    failed = [item for item in failed if item["status"] >= 300]
    if failed:
        log.error("OpenSearch refused %d of %d documents, first: %s", len(failed), len(answer["items"]), failed[0])
        raise SearchUnavailable(headers={"Retry-After": "5"})


@transaction.atomic
def rebuild() -> int:
    """Make a new index from the narrow table, and put it behind the alias in one step; returns the documents.

    Searches are answered by the old one until then. Changes wait meanwhile and are fed to the new one.
    """
    lock(wait=True)
    index = f"{alias()}-{timezone.now():%Y%m%d%H%M%S}"
    with reached() as cluster:
        cluster.indices.create(index=index, body=index_body())
    with connection.cursor() as cursor:
        cursor.execute("SELECT job_id FROM jobs_jobsearch ORDER BY ord")
        job_ids = [job_id for (job_id,) in cursor]
    for start in range(0, len(job_ids), BATCH):
        apply(job_ids[start : start + BATCH], index)
    with reached() as cluster:
        cluster.indices.refresh(index=index)
        standing = cluster.indices.get_alias(name=alias(), params={"ignore": 404})
        old = [name for name, known in standing.items() if isinstance(known, dict) and "aliases" in known]
        actions: list[dict[str, Any]] = [{"add": {"index": index, "alias": alias()}}]
        actions += [{"remove_index": {"index": name}} for name in old]
        cluster.indices.update_aliases(body={"actions": actions})
    return len(job_ids)
