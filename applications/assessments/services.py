"""The verbs of assessments, and the errors that they raise. Reading starts, spends and creates nothing."""

from __future__ import annotations

import secrets
import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from applications.assessments import marking
from applications.assessments.events import AssessmentFinished, AssessmentStarted, RetakeGranted
from applications.assessments.models import (
    Assessment,
    AssessmentPool,
    Attempt,
    AttemptQuestion,
    BankQuestion,
    RetakeGrant,
)
from applications.assessments.vocabulary import AttemptStatus
from applications.hiring.rights import require_on_job
from applications.law import side_of
from applications.models.core import Application
from applications.services.acting import lock_visible
from applications.vocabulary import Side
from companies.models import Company
from companies.rights import Right, require
from jobs.models import Job
from resumes.models import Skill
from umemployed.api.errors import Conflict, Forbidden, Invalid, NotFound
from umemployed.api.preconditions import check_version
from umemployed.audit.record import record
from umemployed.events.log import publish

FINISH_AT_ONCE = 200  # attempts in one transaction of the clock's task
MOST_QUESTIONS = 100


class NoAttemptLeft(Conflict):
    code = "no_attempt_left"
    title = _("No attempt is left")
    cause = _("The assessment was taken, and nobody has granted another attempt.")
    cure = _("Ask the employer for a retake.")


class AssessmentNotOpen(Conflict):
    code = "assessment_not_open"
    title = _("The assessment cannot be begun")
    cause = _("The job has none that is active, the application is decided, or its pools lack questions; see `reason`.")
    cure = _("Ask the employer.")


class AttemptOver(Conflict):
    code = "attempt_over"
    title = _("The attempt is over")
    cause = _("It was submitted, or its time is over.")
    cure = _("Read the attempt: what was saved in time is what counts.")


class AssessmentExists(Conflict):
    code = "assessment_exists"
    title = _("The job has an assessment already")
    cause = _("A job has one assessment.")
    cure = _("Change it by PATCH.")


# --- The bank --------------------------------------------------------------------------------------
@transaction.atomic
def add_question(*, actor: User, company_id: int, **content: Any) -> BankQuestion:
    """Put a question into the company's bank. Raises NotFound, Forbidden, Invalid."""
    require(actor, company_id, Right.POST_JOBS)
    check_content(content)
    question = BankQuestion.objects.create(company_id=company_id, author=actor, **content)
    record("bank_question:added", actor=actor, target=question)
    return question


@transaction.atomic
def edit_question(*, actor: User, question_id: int, expected_version: int, **changes: Any) -> BankQuestion:
    """Change a question for attempts that begin from now on. Raises PreconditionFailed, Invalid."""
    question = BankQuestion.objects.for_user(actor).select_for_update(no_key=True).filter(pk=question_id).first()
    if question is None:
        raise NotFound
    check_version(question, expected_version)
    content = {name: changes.get(name, getattr(question, name)) for name in ("kind", "options", "key", "code")}
    check_content(content)
    for name, value in {**changes, "version": question.version + 1}.items():
        setattr(question, name, value)
    question.save()
    record("bank_question:edited", actor=actor, target=question, version=question.version)
    return question


def check_content(content: dict[str, Any]) -> None:
    """Raise Invalid unless the parts of a question fit each other."""
    options, code = content.get("options") or [], content.get("code") or ""
    marking.check_question(content["kind"], options, content["key"], code)


# --- The assessment of a job -----------------------------------------------------------------------
@transaction.atomic
def create_assessment(*, actor: User, job_id: int, pools: list[dict[str, Any]], **content: Any) -> Assessment:
    """Attach an assessment to a job. Raises NotFound, Forbidden, Invalid, AssessmentExists."""
    job = lock_job(actor, job_id)
    try:
        with transaction.atomic():
            assessment = Assessment.objects.create(job=job, **content)
    except IntegrityError:
        raise AssessmentExists() from None
    write_pools(assessment, job.company_id, pools)
    record("assessment:created", actor=actor, target=assessment)
    return assessment


@transaction.atomic
def edit_assessment(
    *,
    actor: User,
    job_id: int,
    expected_version: int,
    pools: list[dict[str, Any]] | None = None,
    **changes: Any,
) -> Assessment:
    """Change it for attempts that begin from now on. Raises PreconditionFailed, Invalid."""
    job = lock_job(actor, job_id)
    assessment = Assessment.objects.select_for_update(no_key=True).filter(job=job).first()
    if assessment is None:
        raise NotFound
    check_version(assessment, expected_version)
    for name, value in {**changes, "version": assessment.version + 1}.items():
        setattr(assessment, name, value)
    assessment.save()
    if pools is not None:
        assessment.pools.all().delete()
        write_pools(assessment, job.company_id, pools)
    record("assessment:edited", actor=actor, target=assessment, version=assessment.version)
    return assessment


def lock_job(actor: User, job_id: int) -> Job:
    """Return the locked job if the actor may say how its applicants are tested. Raises NotFound and Forbidden."""
    job = Job.objects.select_for_update(no_key=True).filter(pk=job_id).first()
    if job is None:
        raise NotFound
    require(actor, job.company_id, Right.POST_JOBS)
    return job


def write_pools(assessment: Assessment, company_id: int, pools: list[dict[str, Any]]) -> None:
    """Insert the pools; each must have its questions in the bank. Raises Invalid naming the pool."""
    if len({pool["skill"].pk for pool in pools}) < len(pools):
        raise Invalid.on_field("pools", _("Each skill has one pool."))
    if sum(pool["count"] for pool in pools) > MOST_QUESTIONS:
        raise Invalid.on_field("pools", _("At most 100 questions in all."))
    for position, pool in enumerate(pools):
        have = usable(company_id, pool["skill"], pool["kinds"]).count()
        if have < pool["count"]:
            detail = _("The bank has %(have)s such questions.") % {"have": have}
            raise Invalid.on_field(f"pools.{position}.count", detail, code="too_few_questions")
    AssessmentPool.objects.bulk_create(
        AssessmentPool(assessment=assessment, position=position, **pool) for position, pool in enumerate(pools)
    )


def usable(company_id: int, skill: Skill, kinds: list[str]) -> Any:
    """Return the questions that a pool draws from."""
    questions = BankQuestion.objects.usable().filter(company=company_id, skill=skill)
    return questions.filter(kind__in=kinds) if kinds else questions


# --- Taking it -------------------------------------------------------------------------------------
@transaction.atomic
def start_attempt(*, actor: User, application_id: int) -> Attempt:
    """Begin, or return the attempt that runs: asking twice begins once, on one deadline.

    Draws and freezes the questions under the application's lock. Raises NotFound, Forbidden,
    AssessmentNotOpen, NoAttemptLeft.
    """
    application = lock_visible(actor, application_id)
    if side_of(actor.pk, application) is not Side.CANDIDATE:
        raise Forbidden
    last = Attempt.objects.filter(application=application).order_by("-number").first()
    if last is not None and last.is_open():
        return last
    if last is not None and last.status == AttemptStatus.RUNNING:
        finish(last, AttemptStatus.TIMED_OUT)
    return begin(application, actor, number=last.number + 1 if last else 1)


def begin(application: Application, actor: User, *, number: int) -> Attempt:
    """Make the attempt with its questions; the caller holds the application's lock."""
    assessment = Assessment.objects.filter(job=application.job_id, is_active=True).first()
    if assessment is None:
        raise AssessmentNotOpen(reason="no_assessment")
    if not application.is_active_as_told():
        raise AssessmentNotOpen(reason="application_not_active")
    if number > 1 + RetakeGrant.objects.filter(application=application).count():
        raise NoAttemptLeft
    drawn = draw(assessment, application.company_id)
    deadline = timezone.now() + timedelta(minutes=assessment.minutes)
    attempt = Attempt.objects.create(
        application=application,
        assessment=assessment,
        number=number,
        deadline_at=deadline,
        closes_at=deadline + settings.ASSESSMENT_GRACE,
    )
    AttemptQuestion.objects.bulk_create(frozen(attempt, position, question) for position, question in enumerate(drawn))
    publish(AssessmentStarted(attempt.pk), aggregate=application, actor=actor)
    record("assessment:started", actor=actor, target=attempt, number=number)
    return attempt


def draw(assessment: Assessment, company_id: int) -> list[BankQuestion]:
    """Return the questions of one attempt: from each pool at random, then all shuffled."""
    chance = secrets.SystemRandom()
    drawn: list[BankQuestion] = []
    for pool in assessment.pools.select_related("skill"):
        questions = list(usable(company_id, pool.skill, pool.kinds))
        if len(questions) < pool.count:
            raise AssessmentNotOpen(reason="too_few_questions")
        drawn += chance.sample(questions, pool.count)
    chance.shuffle(drawn)
    return drawn


def frozen(attempt: Attempt, position: int, question: BankQuestion) -> AttemptQuestion:
    """Return the question as this attempt keeps it, whatever becomes of the bank."""
    kept = marking.freeze(question.kind, question.options, question.key)
    return AttemptQuestion(
        attempt=attempt,
        position=position,
        source=question,
        kind=question.kind,
        prompt=question.prompt,
        code=question.code,
        options=kept.options,
        key=kept.key,
        points=question.points,
    )


@transaction.atomic
def save_answer(*, actor: User, attempt_id: int, question_id: uuid.UUID, value: Any) -> Attempt:
    """Keep the one answer to a question, over any earlier one. Raises NotFound, AttemptOver, Invalid on ``value``."""
    attempt = lock_attempt(actor, attempt_id)
    question = attempt.questions.filter(public_id=question_id).first()
    if question is None:
        raise NotFound
    if not attempt.is_open():
        raise AttemptOver
    question.answer = marking.read_answer(question.kind, question.options, value)
    question.answered_at = timezone.now()
    question.save(update_fields=["answer", "answered_at", "updated_at"])
    return attempt


@transaction.atomic
def submit_attempt(*, actor: User, attempt_id: int) -> Attempt:
    """Hand it in and mark it. Submitting again changes nothing; too late, what was saved in time counts."""
    attempt = lock_attempt(actor, attempt_id)
    if attempt.status != AttemptStatus.RUNNING:
        return attempt
    return finish(attempt, AttemptStatus.SUBMITTED if attempt.is_open() else AttemptStatus.TIMED_OUT, actor)


def lock_attempt(actor: User, attempt_id: int) -> Attempt:
    """Return the candidate's own attempt, locked. Raises NotFound, and Forbidden to the team."""
    seen = Attempt.objects.for_user(actor).filter(pk=attempt_id)
    attempt = seen.select_for_update(no_key=True, of=("self",)).select_related("application", "assessment").first()
    if attempt is None:
        raise NotFound
    if attempt.application.candidate_id != actor.pk:
        raise Forbidden
    return attempt


@transaction.atomic
def finish_overdue() -> int:
    """Mark attempts whose time is over, and return how many; rows that others work on are left to them."""
    rows = Attempt.objects.overdue().select_related("application", "assessment").order_by("pk")
    overdue = list(rows.select_for_update(skip_locked=True, no_key=True, of=("self",))[:FINISH_AT_ONCE])
    for attempt in overdue:
        finish(attempt, AttemptStatus.TIMED_OUT)
    return len(overdue)


def finish(attempt: Attempt, status: AttemptStatus, actor: User | None = None) -> Attempt:
    """Mark every question and end the locked attempt. A score decides nothing: people do."""
    questions = list(attempt.questions.all())
    marks = [marking.mark(each.kind, each.key, each.points, each.answer) for each in questions]
    for question, earned in zip(questions, marks, strict=True):
        question.earned = earned.quantize(marking.CENT)
    AttemptQuestion.objects.bulk_update(questions, ["earned"])
    attempt.status = status
    attempt.finished_at = min(timezone.now(), attempt.closes_at)
    attempt.score = marking.score_of(zip(marks, (each.points for each in questions), strict=True))
    attempt.save()
    publish(AssessmentFinished(attempt.pk), aggregate=attempt, actor=actor)
    record("assessment:finished", actor=actor, target=attempt, status=str(status))
    return attempt


@transaction.atomic
def grant_retake(*, actor: User, application_id: int, reason: str = "") -> RetakeGrant:
    """Let the candidate try once more; older attempts stay. Raises NotFound, Forbidden, AssessmentNotOpen."""
    application = lock_visible(actor, application_id)
    if side_of(actor.pk, application) is not Side.TEAM:
        raise Forbidden
    place = {"company_id": application.company_id, "job_id": application.job_id}
    require_on_job(actor, **place, right=Right.MOVE_APPLICATIONS)
    if not Attempt.objects.filter(application=application).exists():
        raise AssessmentNotOpen(reason="not_taken_yet")
    grant = RetakeGrant.objects.create(application=application, granted_by=actor, reason=reason)
    publish(RetakeGranted(application.pk), aggregate=application, actor=actor)
    record("assessment:retake_granted", actor=actor, target=application)
    return grant


def company_of(actor: User, slug: str) -> Company:
    """Return the company whose bank the actor keeps. Raises NotFound to strangers, Forbidden to other members."""
    company = Company.objects.of_member(actor).filter(slug=slug).first()
    if company is None:
        raise NotFound
    require(actor, company.pk, Right.POST_JOBS)
    return company
