"""What all acts on an application share: who may, on which version, and how it is written down."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from applications.decisions.models import CompanyReason
from applications.events import ApplicationMoved, ApplicationWithdrawn
from applications.hiring.rights import require_on_job
from applications.law import obstacle, remedy_of, side_of
from applications.models import Application, ApplicationEvent, Stage
from applications.vocabulary import ANNOUNCE, HIRE, MOVE, REJECT, RESTORE, WITHDRAW, EventKind, Side, Status, Verb
from companies.rights import Right
from jobs.models import Job
from umemployed.api.errors import Conflict, Forbidden, NotFound
from umemployed.api.preconditions import StaleVersion
from umemployed.audit.record import record
from umemployed.events.log import publish

KIND_OF = {
    MOVE: EventKind.MOVED,
    HIRE: EventKind.HIRED,
    REJECT: EventKind.REJECTED,
    ANNOUNCE: EventKind.ANNOUNCED,
    RESTORE: EventKind.RESTORED,
    WITHDRAW: EventKind.WITHDRAWN,
}


class ApplicationWrongState(Conflict):
    code = "application_wrong_state"
    title = _("The application does not allow this now")
    cause = _("Its status, or its job, forbids the act; `reason` says which.")
    cure = _("Read the application again and choose among its `actions`.")


def visible(actor: User, application_id: int) -> Any:
    """Return the application as a queryset, empty where the actor may not see it."""
    return Application.objects.for_user(actor, veiled=True).filter(pk=application_id)


def lock_visible(actor: User, application_id: int) -> Application:
    """Return the locked application that the actor sees on either side. Raises NotFound."""
    if visible(actor, application_id).select_for_update(no_key=True).values_list("pk").first() is None:
        raise NotFound()
    return Application.objects.with_parties().get(pk=application_id)


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
        place = {"company_id": application.company_id, "job_id": application.job_id}
        require_on_job(actor, **place, right=Right.MOVE_APPLICATIONS)
    if version is not None and version != application.version:
        raise StaleVersion(current_version=application.version, **state_of(application, verb.side))
    if reason := obstacle(verb, application):
        raise wrong_state(reason, application, verb.side)
    return application


def lock_job_of(actor: User, application_id: int) -> None:
    """Lock the job of an application that the actor sees, before the application itself."""
    jobs = visible(actor, application_id).values("job_id")
    Job.objects.select_for_update(no_key=True).filter(pk__in=jobs).values_list("pk").first()


def state_of(application: Application, side: Side) -> dict[str, Any]:
    """Return the current state, as errors tell it to one side: a candidate never reads stages, nor what waits."""
    if side is Side.CANDIDATE:
        return {"state": {"progress": application.progress().value, "version": application.told_version}}
    return {
        "state": {
            "status": application.status,
            "stage": {"id": str(application.stage.public_id), "name": application.stage.name},
            "version": application.version,
        }
    }


def wrong_state(reason: str, application: Application, side: Side, **more: Any) -> ApplicationWrongState:
    """Return the refusal with its reason, what helps, and the current state."""
    return ApplicationWrongState(reason=reason, remedy=remedy_of(reason, side), **state_of(application, side), **more)


def enact(
    verb: Verb,
    application: Application,
    actor: User | None,
    *,
    stage: Stage | None = None,
    withheld_until: datetime | None = None,
    company_reason: CompanyReason | None = None,
    reason: str = "",
    note: str = "",
) -> Application:
    """Change the locked application, write its history and tell the fact; without an actor the clock does it."""
    before, entered_at, now = standing(application), application.stage_entered_at, timezone.now()
    application.status = verb.target
    application.stage = stage or application.stage
    application.stage_entered_at = now if stage else application.stage_entered_at
    if not verb.stays:
        application.decided_at = None if verb.target is Status.ACTIVE else now
        application.rejection_reason, application.company_reason = reason, company_reason
    application.withheld_until = withheld_until
    is_shown = application.progress() != before.progress()
    if verb.side is Side.TEAM and is_shown:
        application.answered_at = application.answered_at or now
    application.version += 1
    application.told_version += is_shown
    application.save()
    row = write_history(
        application,
        KIND_OF[verb],
        actor=actor,
        before=before,
        shown=is_shown,
        reason=reason,
        company_reason=company_reason,
        note=note,
        dwell=now - entered_at,
    )
    fact = ApplicationWithdrawn(application.pk) if verb is WITHDRAW else ApplicationMoved(application.pk, row.pk)
    publish(fact, aggregate=application, actor=actor)
    record(f"application:{KIND_OF[verb]}", actor=actor, target=application, version=application.version)
    return application


def standing(application: Application) -> Application:
    """Return an unsaved copy of where an application stands, for comparison after a change."""
    return Application(status=application.status, stage=application.stage, withheld_until=application.withheld_until)


def write_history(
    application: Application,
    kind: EventKind,
    *,
    actor: User | None,
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
