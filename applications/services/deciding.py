"""The team's decisions, and the candidate's one."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from applications.models import Application, Stage
from applications.services.acting import enact, lock_for, lock_job_of, wrong_state
from applications.vocabulary import HIRE, MOVE, REJECT, RESTORE, WITHDRAW
from umemployed.api.errors import Invalid


@transaction.atomic
def move_application(*, actor: User, application_id: int, stage_id: uuid.UUID, version: int) -> Application:
    """Move an active application to another stage of its job."""
    application = lock_for(MOVE, actor, application_id, version)
    stage = Stage.objects.filter(job=application.job_id, public_id=stage_id).first()
    if stage is None:
        raise Invalid.on_field("stage", _("The job has no such stage."), code="does_not_exist")
    if stage == application.stage:
        raise wrong_state("already_in_stage", application, MOVE.side)
    return enact(MOVE, application, actor, stage=stage)


@transaction.atomic
def hire_candidate(*, actor: User, application_id: int, version: int) -> Application:
    """Hire. Locks the job first, so that there are never more hires than openings."""
    lock_job_of(actor, application_id)
    return enact(HIRE, lock_for(HIRE, actor, application_id, version), actor)


@transaction.atomic
def reject_application(*, actor: User, application_id: int, version: int, reason: str, note: str = "") -> Application:
    """Turn an active application down, for a typed reason that the candidate never reads."""
    return enact(REJECT, lock_for(REJECT, actor, application_id, version), actor, reason=reason, note=note)


@transaction.atomic
def restore_application(*, actor: User, application_id: int, version: int) -> Application:
    """Take a rejection or a hiring back, into the stage in which it was decided.

    Locks the job first, as applying does, so that the candidate cannot have applied anew meanwhile.
    """
    lock_job_of(actor, application_id)
    return enact(RESTORE, lock_for(RESTORE, actor, application_id, version), actor)


@transaction.atomic
def withdraw_application(*, actor: User, application_id: int, note: str = "") -> Application:
    """Withdraw one's own application; the row stays. Needs no version: the team's moves do not matter to it."""
    return enact(WITHDRAW, lock_for(WITHDRAW, actor, application_id, None), actor, note=note)
