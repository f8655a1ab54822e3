"""Finding likely duplicates of a candidate, and taking two for one, reversibly."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from applications.duplicates.events import CandidatesMerged, MergeUndone
from applications.duplicates.keys import keys_of
from applications.duplicates.models import CandidateKey, CandidateMerge, KeyKind
from applications.models.core import Application, Capsule
from companies.rights import Right, require
from companies.services import lock_company
from umemployed.api.errors import Conflict, Invalid, NotFound
from umemployed.audit.record import record
from umemployed.events.log import publish
from umemployed.vault.rotation import reindexes

MOST = 50
# How likely each likeness alone is the same person; together they add up as independent signs.
WEIGHTS = {KeyKind.EMAIL: 0.9, KeyKind.PHONE: 0.8, KeyKind.NAME_AND_EMPLOYER: 0.6}
GROUP = """
WITH RECURSIVE up(person) AS (
    SELECT %(person)s::bigint
    UNION SELECT m.kept_id FROM applications_candidatemerge m JOIN up ON m.merged_id = up.person
    WHERE m.company_id = %(company)s AND m.undone_at IS NULL
), down(person) AS (
    SELECT person FROM up
    UNION SELECT m.merged_id FROM applications_candidatemerge m JOIN down ON m.kept_id = down.person
    WHERE m.company_id = %(company)s AND m.undone_at IS NULL
)
SELECT person FROM down ORDER BY person
"""


class AlreadyMerged(Conflict):
    code = "already_merged"
    title = _("They are one person already")
    cause = _("The company takes these two candidates for the same person.")
    cure = _("Undo that merge first, if it was a mistake.")


@dataclass
class Likeness:
    """Another candidate of the company, and why it may be the same person. ``score`` is between 0 and 1."""

    application: Application
    kinds: set[str] = field(default_factory=set)

    @property
    def score(self) -> float:
        return round(1 - prod(1 - WEIGHTS[KeyKind(kind)] for kind in self.kinds), 3)

    @property
    def reasons(self) -> list[str]:
        return sorted(self.kinds, key=lambda kind: -WEIGHTS[KeyKind(kind)])


@transaction.atomic
def index_candidate(*, application_id: int) -> None:
    """Keep by what the sender of an application may be known again, under the newest key; again is the same."""
    capsule = Capsule.objects.select_related("application__company").filter(pk=application_id).first()
    if capsule is None:
        return
    company = capsule.application.company
    keys = [
        CandidateKey(application_id=application_id, company=company, kind=kind, digest=digest)
        for kind, digest in sorted(keys_of(capsule.content, company.country))
    ]
    digests = [key.digest for key in keys]
    CandidateKey.objects.filter(application=application_id).exclude(digest__in=digests).delete()
    CandidateKey.objects.bulk_create(keys, ignore_conflicts=True)


@reindexes("applications.CandidateKey.digest")
def index_all() -> int:
    """Make the keys of every application anew, one in a transaction; returns how many there were."""
    seen = 0
    for application_id in Capsule.objects.order_by("pk").values_list("pk", flat=True).iterator():
        index_candidate(application_id=application_id)
        seen += 1
    return seen


def group_of(company_id: int, user_id: int) -> list[int]:
    """Return the ids of all candidates whom the company takes for this person; one query."""
    with connection.cursor() as cursor:
        cursor.execute(GROUP, {"person": user_id, "company": company_id})
        return [row[0] for row in cursor.fetchall()]


def duplicates_of(actor: User, application: Application) -> list[Likeness]:
    """Return the most likely duplicates that the actor may see, best first; whoever is merged already is left out."""
    same = group_of(application.company_id, application.candidate_id)
    mine = CandidateKey.objects.filter(application__candidate__in=same, company=application.company_id)
    pairs = set(mine.values_list("kind", "digest"))
    rows = CandidateKey.objects.filter(company=application.company_id, digest__in=[digest for _kind, digest in pairs])
    rows = rows.filter(application__in=Application.objects.of_team(actor)).exclude(application__candidate__in=same)
    found: dict[int, Likeness] = {}
    for key in rows.select_related("application__candidate", "application__job").order_by("-application")[: MOST * 20]:
        if (key.kind, key.digest) in pairs:
            found.setdefault(key.application.candidate_id, Likeness(key.application)).kinds.add(key.kind)
    return sorted(found.values(), key=lambda each: (-each.score, -each.application.pk))[:MOST]


def merges_of(application: Application) -> list[CandidateMerge]:
    """Return the standing merges of the person who sent the application."""
    same = group_of(application.company_id, application.candidate_id)
    rows = CandidateMerge.objects.filter(company=application.company_id, undone_at=None, merged__in=same)
    return list(rows.select_related("kept", "merged").order_by("pk"))


@transaction.atomic
def merge_candidates(*, actor: User, application: Application, other: Any) -> CandidateMerge:
    """Take the senders of two applications for one person. Raises NotFound, Forbidden, Invalid and AlreadyMerged."""
    second = Application.objects.of_team(actor).filter(public_id=other, company=application.company_id).first()
    if second is None or second.candidate_id == application.candidate_id:
        raise Invalid.on_field("other", _("Name an application of another candidate of the company."))
    lock_company(application.company_id)
    require(actor, application.company_id, Right.MOVE_APPLICATIONS)
    kept, merged = (root_of(application.company_id, one.candidate_id) for one in (application, second))
    if kept == merged:
        raise AlreadyMerged
    merge = CandidateMerge.objects.create(
        company_id=application.company_id, kept_id=kept, merged_id=merged, merged_by=actor
    )
    publish(CandidatesMerged(merge.pk), aggregate=merge, actor=actor)
    record("candidates:merged", actor=actor, target=merge)
    return merge


def root_of(company_id: int, user_id: int) -> int:
    """Return the person into whom all of this one's merges lead; the caller holds the company's lock."""
    standing = CandidateMerge.objects.filter(company=company_id, undone_at=None)
    while (kept := standing.filter(merged=user_id).values_list("kept_id", flat=True).first()) is not None:
        user_id = kept
    return user_id


@transaction.atomic
def undo_merge(*, actor: User, application: Application, merge_id: Any) -> None:
    """Take them for two again: everything is as it was, for nothing was rewritten. Raises NotFound and Forbidden."""
    lock_company(application.company_id)
    require(actor, application.company_id, Right.MOVE_APPLICATIONS)
    merge = next((each for each in merges_of(application) if each.public_id == merge_id), None)
    if merge is None:
        raise NotFound
    merge.undone_at = timezone.now()
    merge.save(update_fields=["undone_at", "updated_at"])
    publish(MergeUndone(merge.pk), aggregate=merge, actor=actor)
    record("candidates:unmerged", actor=actor, target=merge)
