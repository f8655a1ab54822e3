"""Walk the whole record and find the first thing that is not as it was written."""

from __future__ import annotations

import dataclasses
import json
import uuid
from collections.abc import Iterable, Iterator

from django.db.models import Count

from umemployed.audit.anchors import newest_copies
from umemployed.audit.chain import anchor_content, content_of, is_sealed, link_digest
from umemployed.audit.models import AuditAnchor, AuditEntry, AuditLink

COPIES = 1000  # so many anchors of the storage are compared; the newest one vouches for all before it


class Tampered(Exception):
    """Somebody changed the record behind the program's back; the text names the first bad row."""


@dataclasses.dataclass(frozen=True)
class Verdict:
    """How much was walked and found good."""

    entries: int
    anchors: int


def verify() -> Verdict:
    """Check every link, entry and anchor, in their order. Raises Tampered; reads each row once."""
    anchors = _verify_anchors()
    entries = _verify_chain({anchor.seq: anchor.digest for anchor in anchors})
    for copy in newest_copies(COPIES):
        if not any(anchor.seq == copy["seq"] and anchor.seal == copy["seal"] for anchor in anchors):
            raise Tampered(f"anchor {copy['seq']} is in the file storage, but not so in the database: it was changed")
    return Verdict(entries, len(anchors))


def _verify_anchors() -> list[AuditAnchor]:
    anchors, before = list(AuditAnchor.objects.order_by("seq")), ""
    for anchor in anchors:
        if not is_sealed(anchor_content(anchor.seq, anchor.digest, anchor.at, before), anchor.seal):
            raise Tampered(f"anchor {anchor.seq} was changed, or one before it is missing")
        before = anchor.seal
    return anchors


def _verify_chain(anchored: dict[int, str]) -> int:
    expected, before, newest_id = 1, "", 0
    entries = AuditEntry.objects.in_bulk
    for batch in _batches():
        found = entries([link.entry_id for link in batch])
        for link in batch:
            if link.seq != expected:
                raise Tampered(f"link {expected} is missing")
            _verify_link(link, found.get(link.entry_id), before)
            if anchored.pop(link.seq, link.digest) != link.digest:
                raise Tampered(f"link {link.seq} (entry {link.entry_id}) is not the one that was anchored")
            expected, before, newest_id = expected + 1, link.digest, max(newest_id, link.entry_id)
    if anchored:
        raise Tampered(f"link {expected} is missing: the end was cut off, anchor {min(anchored)} says more was there")
    _refuse_unlinked()
    _refuse_repeated()
    return expected - 1


def _batches(size: int = 2000) -> Iterator[list[AuditLink]]:
    last = 0
    while batch := list(AuditLink.objects.filter(seq__gt=last).order_by("seq")[:size]):
        yield batch
        last = batch[-1].seq


def _verify_link(link: AuditLink, entry: AuditEntry | None, before: str) -> None:
    if entry is None:
        raise Tampered(f"entry {link.entry_id} is missing (link {link.seq})")
    if not is_sealed(content_of(entry), entry.seal):
        raise Tampered(f"entry {entry.pk} was edited or forged (link {link.seq})")
    if link_digest(before, link.seq, entry.pk, entry.seal) != link.digest:
        raise Tampered(f"link {link.seq} was changed: it does not bind entry {entry.pk} to the link before")


def _refuse_unlinked() -> None:
    linked = AuditLink.objects.values("entry_id")
    stranger = AuditEntry.objects.exclude(pk__in=linked).order_by("pk").first()
    if stranger is not None:
        raise Tampered(f"entry {stranger.pk} was inserted: no link binds it")


def _refuse_repeated() -> None:
    """An entry that was inserted as the copy of another has that one's name and seal."""
    again = AuditEntry.objects.values("public_id").annotate(times=Count("pk")).filter(times__gt=1).order_by("public_id")
    repeated = again.values_list("public_id", flat=True).first()
    if repeated is not None:
        copy = AuditEntry.objects.filter(public_id=repeated).latest("pk")
        raise Tampered(f"entry {copy.pk} was inserted: it repeats another one")


def confirm(witness: Iterable[str]) -> int:
    """Demand every entry that the log of security names, and return how many those are. Raises Tampered.

    ``witness`` are lines of a log that was kept elsewhere; what is no line of ours is passed over. It closes the minute
    between two anchors, in which the end of the record could be cut off unseen. A line without its entry may also
    come from a commit that the database lost in a crash. One query per 1,000 lines.
    """
    confirmed, batch = 0, []
    for line in witness:
        name = named_by(line)
        batch += [name] if name else []
        if len(batch) == COPIES:
            confirmed, batch = confirmed + _confirm(batch), []
    return confirmed + _confirm(batch)


def named_by(line: str) -> uuid.UUID | None:
    """Return the entry that a line of the log names, or None for another sort of line."""
    _before, brace, rest = line.partition("{")
    try:
        told = json.loads(brace + rest)
        return uuid.UUID(told["entry"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _confirm(names: list[uuid.UUID]) -> int:
    known = set(AuditEntry.objects.filter(public_id__in=names).values_list("public_id", flat=True))
    for name in names:
        if name not in known:
            raise Tampered(f"entry {name} is missing: the log tells of it, the record does not")
    return len(names)
