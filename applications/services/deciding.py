"""The team's decisions, and the candidate's one."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from applications.decisions.reasons import own_reason
from applications.models import Application, Offer, Stage
from applications.pipeline.layout import stages_of
from applications.pipeline.policy import policy_of
from applications.services.acting import enact, lock_for, lock_job_of, wrong_state
from applications.vocabulary import ANNOUNCE, HIRE, MOVE, REJECT, RESTORE, WITHDRAW
from umemployed.api.errors import Invalid


@transaction.atomic
def move_application(*, actor: User, application_id: int, stage_id: uuid.UUID, version: int) -> Application:
    """Move an active application to another stage of its job."""
    application = lock_for(MOVE, actor, application_id, version)
    stage = standing_stage(application, stage_id)
    if stage is None:
        raise Invalid.on_field("stage", _("The job has no such stage."), code="does_not_exist")
    if stage == application.stage:
        raise wrong_state("already_in_stage", application, MOVE.side)
    return enact(MOVE, application, actor, stage=stage)


def standing_stage(application: Application, stage_id: uuid.UUID) -> Stage | None:
    """Return a stage of the job, held so that nobody can take it out of the pipeline before the commit.

    The lock is that of a foreign key: moves into one stage do not wait for each other.
    """
    rows = Stage.objects.raw(
        "SELECT * FROM applications_stage WHERE job_id = %s AND public_id = %s AND removed_at IS NULL FOR KEY SHARE",
        [application.job_id, str(stage_id)],
    )
    return next(iter(rows), None)


@transaction.atomic
def hire_candidate(*, actor: User, application_id: int, version: int) -> Application:
    """Hire. Locks the job first, so that there are never more hires than openings."""
    lock_job_of(actor, application_id)
    return enact(HIRE, lock_for(HIRE, actor, application_id, version), actor)


@transaction.atomic
def reject_application(
    *,
    actor: User,
    application_id: int,
    version: int | None,
    reason: str = "",
    company_reason: uuid.UUID | None = None,
    note: str = "",
    delay_minutes: int | None = None,
) -> Application:
    """Turn an active application down, for a typed reason that the candidate never reads.

    The candidate is told after ``delay_minutes`` (by default what the company's policy says), and until then
    sees nothing of it. One of the company's own reasons decides which of ours it is. Raises Invalid for one
    that is not the company's. Without a version it is judged as it stands (a job's closing decides so).
    An offer that the candidate holds cannot stand beside a rejection, nor end without telling them: while there is
    one, only a rejection without delay is taken.
    """
    application = lock_for(REJECT, actor, application_id, version)
    own = own_reason(application.company_id, company_reason)
    delay = policy_of(application.company_id).rejection_delay_minutes if delay_minutes is None else delay_minutes
    if delay and (offer := Offer.objects.held().filter(application=application).first()):
        raise wrong_state("offer_would_tell", application, REJECT.side, offer=str(offer.public_id))
    return enact(
        REJECT,
        application,
        actor,
        reason=own.reason if own else reason,
        company_reason=own,
        note=note,
        withheld_until=timezone.now() + timedelta(minutes=delay) if delay else None,
    )


@transaction.atomic
def announce_rejection(*, actor: User, application_id: int, version: int) -> Application:
    """Tell the candidate a rejection now that is withheld until later."""
    application = lock_for(ANNOUNCE, actor, application_id, version)
    return enact(ANNOUNCE, application, actor, reason=application.rejection_reason)


@transaction.atomic
def restore_application(*, actor: User, application_id: int, version: int) -> Application:
    """Take a rejection or a hiring back, into the stage in which it was decided, or the first if that is gone.

    Locks the job first, as applying does, so that the candidate cannot have applied anew meanwhile.
    """
    lock_job_of(actor, application_id)
    application = lock_for(RESTORE, actor, application_id, version)
    stage = stages_of(application.job)[0] if application.stage.removed_at else application.stage
    return enact(RESTORE, application, actor, stage=stage)


@transaction.atomic
def withdraw_application(*, actor: User, application_id: int, note: str = "") -> Application:
    """Withdraw one's own application; the row stays. Needs no version: the team's moves do not matter to it."""
    return enact(WITHDRAW, lock_for(WITHDRAW, actor, application_id, None), actor, note=note)
