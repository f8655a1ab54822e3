"""Reading a posting's past: which kept version a number stands for, and what two of them differ in."""

from __future__ import annotations

from typing import Any

from jobs.models import Job, JobVersion


def version_at(job: Job, number: int) -> JobVersion | None:
    """Return what the posting said at this version: the newest kept one that is not above it; one query."""
    return job.versions.filter(number__lte=number).select_related("author").order_by("-number").first()


def changes_between(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    """Return ``{"field", "before", "after"}`` of every member of the content that differs, in its order."""
    names = [name for name in {**before, **after} if name != "version"]
    return [
        {"field": name, "before": before.get(name), "after": after.get(name)}
        for name in names
        if before.get(name) != after.get(name)
    ]
