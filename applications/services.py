"""The verbs of applications, and the errors that they raise."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts.models import User
from accounts.services import require_verified
from applications.capsules import freeze
from applications.events import ApplicationMoved, ApplicationSeen, ApplicationSubmitted, ApplicationWithdrawn
from applications.law import obstacle, side_of
from applications.models import Application, ApplicationEvent, ApplicationFile, Stage
from applications.vocabulary import (
    DEFAULT_STAGES,
    HIRE,
    MOVE,
    REJECT,
    RESTORE,
    STANDING,
    WITHDRAW,
    EventKind,
    Side,
    Status,
    Verb,
)
from companies.rights import Right, require
from jobs.forms import check_answers
from jobs.models import Job, QuestionType
from jobs.services import lock_open_job
from resumes.snapshot import whole_resume_of
from subscriptions.entitlements import consume
from umemployed.api.errors import Conflict, Forbidden, Invalid, NotFound
from umemployed.api.gather import gather
from umemployed.api.preconditions import StaleVersion
from umemployed.audit.record import record
from umemployed.events.log import publish
from umemployed.files.services import FileNotReady, attach

FILE_PURPOSE = "application_answer"
ONE_APPLICATION = {"application_one_standing", "application_once_per_attempt"}
KIND_OF = {
    MOVE: EventKind.MOVED,
    HIRE: EventKind.HIRED,
    REJECT: EventKind.REJECTED,
    RESTORE: EventKind.RESTORED,
    WITHDRAW: EventKind.WITHDRAWN,
}


class AlreadyApplied(Conflict):
    code = "already_applied"
    title = _("You have applied already")
    cause = _("One person has one application to a job at a time.")
    cure = _("Look at `application`; withdraw it if you want to apply anew.")


class CooldownRunning(Conflict):
    code = "cooldown_running"
    title = _("Too early to apply again")
    cause = _("After a withdrawal or a rejection one waits before applying to the same job again.")
    cure = _("Apply again after `may_apply_at`.")


class ApplicationWrongState(Conflict):
    code = "application_wrong_state"
    title = _("The application does not allow this now")
    cause = _("Its status, or its job, forbids the act; `reason` says which.")
    cure = _("Read the application again and choose among its `actions`.")


# --- Applying --------------------------------------------------------------------------------------
def submit_application(
    *,
    actor: User,
    job_id: int,
    resume_id: uuid.UUID,
    answers: Any = None,
    cover_letter: str = "",
    source: str = "",
) -> Application:
    """Apply, and freeze what was sent. Locks the job, so closing it wins or loses cleanly.

    Calling this is the person's consent that the company keeps the capsule. Raises EmailUnverified,
    NotFound, JobNotOpen, AlreadyApplied, CooldownRunning, Invalid, PlanLimitReached. The application comes
    with its parties, ready to be shown to the candidate.
    """
    require_verified(actor)
    try:
        with transaction.atomic():
            return apply_to(lock_open_job(job_id), actor, resume_id, answers, cover_letter, source)
    except IntegrityError as error:
        if getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) in ONE_APPLICATION:
            raise AlreadyApplied() from None
        raise


def apply_to(job: Job, actor: User, resume_id: uuid.UUID, answers: Any, cover_letter: str, source: str) -> Application:
    """Judge and write everything, under the job's lock."""
    attempt = next_attempt(actor, job)
    gather(job, "locations", "skills__skill", "questions", "stages")
    resume = whole_resume_of(actor, resume_id)
    if resume is None:
        raise Invalid.on_field("resume", _("There is no such résumé, or it is not yours."), code="does_not_exist")
    checked = check_answers(job, answers)
    consume(subject=actor, key="applications_per_day")
    application = Application.objects.create(
        job=job,
        company=job.company,
        candidate=actor,
        resume=resume,
        attempt=attempt,
        stage=stages_of(job)[0],
        source=source,
        is_knocked_out=any(answer["knocked_out"] for answer in checked),
    )
    freeze(application, resume=resume, answers=checked, cover_letter=cover_letter)
    attach_files(actor, application, checked)
    write_history(application, EventKind.SUBMITTED, actor=actor, shown=True)
    publish(ApplicationSubmitted(application.pk), aggregate=application, actor=actor)
    record("application:submitted", actor=actor, target=application, attempt=attempt)
    return application


def next_attempt(actor: User, job: Job) -> int:
    """Return the number of the next attempt; raises AlreadyApplied and CooldownRunning."""
    last = Application.objects.filter(job=job, candidate=actor).order_by("-attempt").first()
    if last is None:
        return 1
    if last.status in STANDING:
        raise AlreadyApplied(application=str(last.public_id))
    may_apply_at = (last.decided_at or timezone.now()) + settings.REAPPLY_COOLDOWN
    if may_apply_at > timezone.now():
        raise CooldownRunning(application=str(last.public_id), may_apply_at=may_apply_at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    return last.attempt + 1


def stages_of(job: Job) -> list[Stage]:
    """Return the job's stages in order, made from the default ones at first; the caller holds the job's lock."""
    stages = list(job.stages.all())
    if stages:
        return stages
    with override(job.language):
        rows = [
            Stage(job=job, name=str(name), phase=phase, position=at) for at, (name, phase) in enumerate(DEFAULT_STAGES)
        ]
    return Stage.objects.bulk_create(rows)


def attach_files(actor: User, application: Application, checked: list[dict[str, Any]]) -> None:
    """Take the files that answers name into use; raises Invalid naming the answers."""
    for answer in checked:
        if answer["type"] != QuestionType.FILE or answer["value"] is None:
            continue
        try:
            file = attach(actor=actor, file_id=uuid.UUID(answer["value"]), purpose=FILE_PURPOSE)
        except (NotFound, FileNotReady):
            raise Invalid.on_field(
                "answers", f"{answer['label']}: {_('there is no such file, or it cannot be used.')}", code="bad_file"
            ) from None
        ApplicationFile.objects.create(application=application, file=file)


# --- The team's acts -------------------------------------------------------------------------------
@transaction.atomic
def move_application(*, actor: User, application_id: int, stage_id: uuid.UUID, version: int) -> Application:
    """Move an active application to another stage of its job."""
    application = lock_for(MOVE, actor, application_id, version)
    stage = Stage.objects.filter(job=application.job_id, public_id=stage_id).first()
    if stage is None:
        raise Invalid.on_field("stage", _("The job has no such stage."), code="does_not_exist")
    if stage == application.stage:
        raise ApplicationWrongState(reason="already_in_stage", **state_of(application))
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


@transaction.atomic
def mark_seen(*, actor: User, application_id: int) -> None:
    """Note that the team opened the application, once; does nothing for the candidate."""
    application = visible(actor, application_id).filter(seen_at=None).exclude(candidate=actor)
    if not application.update(seen_at=timezone.now()):
        return
    row = Application.objects.select_related("stage").get(pk=application_id)
    write_history(row, EventKind.SEEN, actor=actor, shown=True)
    publish(ApplicationSeen(row.pk), aggregate=row, actor=actor)


# --- What they share -------------------------------------------------------------------------------
def visible(actor: User, application_id: int) -> Any:
    """Return the application as a queryset, empty where the actor may not see it."""
    return Application.objects.for_user(actor).filter(pk=application_id)


def lock_for(verb: Verb, actor: User, application_id: int, version: int | None) -> Application:
    """Return the locked application if the actor may do this to it now.

    Raises NotFound (not theirs to see), Forbidden (the other side's act, or a role without the right),
    StaleVersion, ApplicationWrongState; in this order.
    """
    if visible(actor, application_id).select_for_update(no_key=True).values_list("pk").first() is None:
        raise NotFound()
    application = Application.objects.with_parties().with_circumstances().get(pk=application_id)
    if side_of(actor.pk, application) is not verb.side:
        raise Forbidden()
    if verb.side is Side.TEAM:
        require(actor, application.company_id, Right.MOVE_APPLICATIONS)
    if version is not None and version != application.version:
        raise StaleVersion(current_version=application.version, **state_of(application))
    if reason := obstacle(verb, application):
        raise ApplicationWrongState(reason=reason, **state_of(application))
    return application


def lock_job_of(actor: User, application_id: int) -> None:
    """Lock the job of an application that the actor sees, before the application itself."""
    jobs = visible(actor, application_id).values("job_id")
    Job.objects.select_for_update(no_key=True).filter(pk__in=jobs).values_list("pk").first()


def state_of(application: Application) -> dict[str, Any]:
    """Return the current state, as errors tell it."""
    return {
        "state": {
            "status": application.status,
            "stage": {"id": str(application.stage.public_id), "name": application.stage.name},
            "version": application.version,
        }
    }


def enact(
    verb: Verb, application: Application, actor: User, *, stage: Stage | None = None, reason: str = "", note: str = ""
) -> Application:
    """Change the locked application, write its history and tell the fact."""
    before, entered_at, now = standing(application), application.stage_entered_at, timezone.now()
    application.status = verb.target
    application.stage = stage or application.stage
    application.stage_entered_at = now if stage or verb is RESTORE else application.stage_entered_at
    application.decided_at = None if verb.target is Status.ACTIVE else now
    application.rejection_reason = reason
    application.version += 1
    application.save()
    row = write_history(
        application,
        KIND_OF[verb],
        actor=actor,
        before=before,
        shown=application.progress() != before.progress(),
        reason=reason,
        note=note,
        dwell=now - entered_at,
    )
    fact = ApplicationWithdrawn(application.pk) if verb is WITHDRAW else ApplicationMoved(application.pk, row.pk)
    publish(fact, aggregate=application, actor=actor)
    record(f"application:{KIND_OF[verb]}", actor=actor, target=application, version=application.version)
    return application


def standing(application: Application) -> Application:
    """Return an unsaved copy of where an application stands, for comparison after a change."""
    return Application(status=application.status, stage=application.stage)


def write_history(
    application: Application,
    kind: EventKind,
    *,
    actor: User,
    shown: bool,
    before: Application | None = None,
    **details: Any,
) -> ApplicationEvent:
    """Insert one row of history in the transaction of what it tells."""
    return ApplicationEvent.objects.create(
        application=application,
        kind=kind,
        actor=actor,
        from_status=before.status if before else "",
        to_status=application.status,
        from_stage=before.stage if before else None,
        to_stage=application.stage,
        progress=application.progress(),
        is_shown_to_candidate=shown,
        version=application.version,
        **details,
    )
