"""What the doors of matching ask. Nothing here changes a row, but for the record of who looked."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from companies.models import Block
from companies.rights import Right, require
from jobs.matching.candidates import jobs_for, resumes_for
from jobs.matching.exclusions import settled_with
from jobs.matching.facts import Asked, Claim, Offered
from jobs.matching.raising import Raise, raises_of
from jobs.matching.reading import asked_of_jobs, offered_of_resumes
from jobs.matching.scoring import Match, match_of, may_be_hired
from jobs.models import Job
from jobs.querysets import JobQuerySet
from jobs.shelf.services import hidden_by
from resumes.models import Resume
from umemployed.api.errors import Conflict, NotFound
from umemployed.audit.record import record

MOST_CANDIDATES = 50
MOST_SIMILAR = 20


class NoResume(Conflict):
    code = "no_resume"
    title = _("There is no résumé to match")
    cause = _("You have no first résumé, and named none.")
    cure = _("Write a résumé at /api/v1/resumes/, or name one of yours by `resume`.")


class JobNotLive(Conflict):
    code = "job_not_live"
    title = _("Candidates are found for open jobs only")
    cause = _("The job is not live at this moment.")
    cure = _("Publish it, and ask again.")


@dataclass(frozen=True, slots=True)
class Verdict:
    """A match with what it was judged by, and what would raise it."""

    match: Match
    asked: Asked
    offered: Offered

    @property
    def raises(self) -> list[Raise]:
        """Return the steps that would gain most."""
        return raises_of(self.asked, self.offered)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be found, by a name that says nothing: ``handle`` is the same only for the same posting."""

    handle: str
    verdict: Verdict


def resume_of(user: User, public_id: uuid.UUID | None) -> Resume:
    """Return one's own résumé of that id, or the first. Raises NotFound, and NoResume where there is no first."""
    mine = Resume.objects.for_user(user).only("pk", "public_id")
    found = mine.filter(public_id=public_id).first() if public_id else mine.filter(is_primary=True).first()
    if found is None:
        raise NotFound if public_id else NoResume
    return found


def verdict_of(job: Job, resume: Resume, pay_wish: int | None = None) -> Verdict:
    """Judge one posting, read ``with_parts()``, and one résumé; five queries."""
    asked = asked_of_jobs([job])[job.pk]
    offered = offered_of_resumes([resume.pk], pay_wish)[resume.pk]
    return Verdict(match_of(asked, offered), asked, offered)


def recommended_to(user: User, resume: Resume, pay_wish: int | None = None) -> dict[int, Verdict]:
    """Return verdicts by posting: at most 200 live ones that share a skill with the résumé.

    Left out is what the person hid or applied to, what companies that they block offer, and what does not hire where
    they live. A constant number of statements.
    """
    offered = offered_of_resumes([resume.pk], pay_wish)[resume.pk]
    blocked = Block.objects.for_user(user).filter(company__isnull=False).values_list("company_id", flat=True)
    found = jobs_for(offered, hidden=hidden_by(user), blocked=list(blocked))
    jobs = list(Job.objects.published().filter(pk__in=found).exclude(settled_with(user)).with_parts())
    asked = asked_of_jobs(jobs)
    return {
        pk: Verdict(match_of(facts, offered), facts, offered)
        for pk, facts in asked.items()
        if may_be_hired(facts, offered)
    }


def similar_to(job: Job) -> list[int]:
    """Return the keys of at most 20 live postings: those whose skills it shares, then the newest of its field.

    Knows skills and field of work only, so an anonymous employer shows through by nothing.
    """
    wanted = Offered(skills={row.skill_id: Claim() for row in job.skills.all()})
    found = jobs_for(wanted, hidden=[job.pk])[:MOST_SIMILAR]
    if len(found) < MOST_SIMILAR and job.category_id:
        kin = Job.objects.published().filter(category_id=job.category_id).exclude(pk__in=[job.pk, *found])
        found += kin.order_by("-search_ord", "-pk").values_list("pk", flat=True)[: MOST_SIMILAR - len(found)]
    return found


@transaction.atomic
def candidates_for(*, actor: User, job_id: int) -> list[Candidate]:
    """Return the best 50 among those who let themselves be found, the best first; who looked is recorded.

    Nobody is named: recruiters see what was asked for and what is claimed. Raises NotFound, Forbidden (may not
    see the company's applicants), MfaDemanded, JobNotLive.
    """
    job = postings().filter(pk=job_id).first()
    if job is None:
        raise NotFound
    require(actor, job.company_id, Right.VIEW_APPLICATIONS)
    if not job.is_open():
        raise JobNotLive
    asked = asked_of_jobs([job])[job.pk]
    ids = resumes_for(asked, company_id=job.company_id, actor_id=actor.pk)
    offered = offered_of_resumes(ids)
    verdicts = {pk: Verdict(match_of(asked, facts), asked, facts) for pk, facts in offered.items()}
    best = sorted(verdicts, key=lambda pk: (-(verdicts[pk].match.total or 0), pk))[:MOST_CANDIDATES]
    record("job:matches_read", actor=actor, target=job, shown=len(best))
    return [Candidate(handle_of(job, pk), verdicts[pk]) for pk in best]


def postings() -> JobQuerySet:
    """Return postings with all that a match reads of them."""
    return Job.objects.with_parts()


def handle_of(job: Job, resume_id: int) -> str:
    """Return a name for a résumé within one posting, from which nobody can tell whose it is."""
    text = f"match {job.public_id} {resume_id}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), text, hashlib.sha256).hexdigest()[:32]
