"""Switching blind review, and revealing one candidate."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from applications.blind.conditions import veiled
from applications.blind.events import ApplicationRevealed, BlindReviewSwitched
from applications.blind.models import BlindReview, Reveal
from applications.hiring.rights import require_on_job, team_of
from applications.hiring.services import lock_job_for_team
from applications.law import side_of
from applications.models.core import Application
from applications.services.acting import lock_job_of, lock_visible, write_history
from applications.vocabulary import EventKind, Side
from companies.rights import Right
from jobs.models import Job
from umemployed.api.errors import Conflict, Forbidden
from umemployed.api.idempotency import forget_answers
from umemployed.audit.record import record
from umemployed.events.log import publish


class NothingVeiled(Conflict):
    code = "nothing_veiled"
    title = _("The candidate is not hidden")
    cause = _("The job is not reviewed blind, or the candidate was revealed already.")
    cure = _("Read the application again.")


@transaction.atomic
def switch_blind_review(*, actor: User, job_id: int, is_on: bool, shows_employers: bool = False) -> BlindReview:
    """Begin or end a job's blind review. Ending it reveals every candidate; begun again, they are veiled again.

    Raises NotFound and Forbidden.
    """
    job = lock_job_for_team(actor, job_id)
    before = BlindReview.objects.filter(job=job).first() or BlindReview(job=job)
    uncovered = Application.objects.filter(veiled(), job=job).count()
    review, _created = BlindReview.objects.update_or_create(
        job=job, defaults={"is_on": is_on, "shows_employers": shows_employers}
    )
    if before.is_on != is_on:
        publish(BlindReviewSwitched(job.pk, is_on), aggregate=job, actor=actor)
    if is_on:
        take_back_answers(job)
    revealed = 0 if is_on else uncovered
    record("blind_review:set", actor=actor, target=job, is_on=is_on, shows_employers=shows_employers, revealed=revealed)
    return review


def take_back_answers(job: Job) -> None:
    """Forget the answers kept for repeated requests of the team that name an application which is veiled now."""
    veiled_now = Application.objects.filter(veiled(), job=job).values_list("public_id", flat=True)
    team = team_of(company_id=job.company_id, job_id=job.pk, right=Right.VIEW_APPLICATIONS)
    forget_answers(team, that_name=map(str, veiled_now))


@transaction.atomic
def reveal_candidate(*, actor: User, application_id: int) -> Application:
    """Show the team who sent an application; told in its history, the audit record and to the company's owner.

    Locks the job first, so that nothing is recorded as revealed that the end of the review showed everybody.
    Raises NotFound, Forbidden and NothingVeiled.
    """
    lock_job_of(actor, application_id)
    application = lock_visible(actor, application_id)
    if side_of(actor.pk, application) is not Side.TEAM:
        raise Forbidden
    place = {"company_id": application.company_id, "job_id": application.job_id}
    require_on_job(actor, **place, right=Right.MOVE_APPLICATIONS)
    if not Application.objects.filter(veiled(), pk=application.pk).exists():
        raise NothingVeiled
    Reveal.objects.create(application=application, revealed_by=actor)
    write_history(application, EventKind.REVEALED, actor=actor, shown=False, before=application)
    publish(ApplicationRevealed(application.pk), aggregate=application, actor=actor)
    record("application:revealed", actor=actor, target=application)
    return application
