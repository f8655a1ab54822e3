from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import EmailUnverified
from accounts.tests.factories import make_user
from applications.capsules import is_untouched
from applications.hiring.rights import rights_of
from applications.law import actions_of
from applications.models import Application, ApplicationEvent, Capsule
from applications.services import (
    AlreadyApplied,
    ApplicationWrongState,
    CooldownRunning,
    announce_rejection,
    hire_candidate,
    mark_seen,
    move_application,
    reject_application,
    restore_application,
    submit_application,
    withdraw_application,
)
from applications.tests.factories import make_application, seen_fresh, set_status
from applications.tests.races import in_parallel
from applications.vocabulary import TRANSITIONS, VERBS, Phase, Progress, Side, Status, Verb
from companies.models import Company, Role
from companies.rights import RIGHTS, Right
from companies.tests.factories import make_membership
from jobs.models import Job, QuestionType
from jobs.models import Status as JobStatus
from jobs.services import JobNotOpen
from jobs.tests.factories import make_job, make_question
from resumes.models import Resume
from resumes.tests.factories import make_resume
from subscriptions.entitlements import PlanLimitReached
from umemployed.api.errors import Forbidden, Invalid, NotFound
from umemployed.api.preconditions import StaleVersion
from umemployed.audit.models import AuditEntry
from umemployed.events.models import EventRecord
from umemployed.files.models import StoredFile
from umemployed.files.services import link_for
from umemployed.files.tests.samples import PDF

pytestmark = pytest.mark.django_db


def topics() -> list[str]:
    rows = EventRecord.objects.filter(topic__startswith="applications.").order_by("pk")
    return [topic.partition(".")[2] for topic in rows.values_list("topic", flat=True)]


@pytest.fixture
def job(acme: Company) -> Job:
    return make_job(company=acme, openings=2)


@pytest.fixture
def application(job: Job, alice: User) -> Application:
    return make_application(job=job, candidate=alice)


def enact(verb: Verb, actor: User, application: Application) -> Application:
    """Do what the verb says, with good arguments and the current version."""
    target = {"actor": actor, "application_id": application.pk}
    version = {"version": application.version}
    match verb.id:
        case "move":
            other = application.job.stages.exclude(pk=application.stage_id).first()
            return move_application(**target, **version, stage_id=other.public_id)
        case "hire":
            return hire_candidate(**target, **version)
        case "reject":
            return reject_application(**target, **version, reason="pay")
        case "announce":
            return announce_rejection(**target, **version)
        case "restore":
            return restore_application(**target, **version)
    return withdraw_application(**target)


# --- Applying --------------------------------------------------------------------------------------
def test_applying_makes_a_row_a_capsule_a_history_and_a_fact(job: Job, alice: User) -> None:
    application = make_application(job=job, candidate=alice, cover_letter="Bonjour", source="friend")
    assert (application.status, application.attempt, application.version) == ("active", 1, 1)
    assert application.stage.name == "New"
    assert application.progress() is Progress.RECEIVED
    entry = application.history.get()
    assert (entry.kind, entry.actor, entry.is_shown_to_candidate) == ("submitted", alice, True)
    assert topics() == ["ApplicationSubmitted"]
    assert AuditEntry.objects.filter(action="application:submitted", actor=alice).count() == 1


def test_the_capsule_holds_what_was_sent_and_survives_its_sources(job: Job, alice: User) -> None:
    question = make_question(job=job, label="Why?")
    resume = make_resume(owner=alice, headline="Builder")
    application = make_application(
        job=job,
        candidate=alice,
        resume=resume,
        cover_letter="Bonjour",
        answers=[{"question": str(question.public_id), "value": "Because"}],
    )
    title = job.title
    Job.objects.filter(pk=job.pk).update(title="Other")
    Resume.objects.get(pk=resume.pk).delete()
    capsule = Capsule.objects.get(pk=application.pk)
    assert capsule.content["posting"]["title"] == title
    assert capsule.content["resume"]["basics"]["label"] == "Builder"
    assert capsule.content["answers"][0]["value"] == "Because"
    assert "knocked_out" not in capsule.content["answers"][0]
    assert capsule.content["cover_letter"] == "Bonjour"
    assert is_untouched(capsule)
    assert enact_for_bob(application).version == 2
    with pytest.raises(TypeError, match="never changed"):
        capsule.save()


def enact_for_bob(application: Application) -> Application:
    bob = application.company.memberships.get(role=Role.OWNER).user
    return enact(VERBS[0], bob, seen_fresh(application))


def test_a_capsule_that_was_touched_is_found_out(application: Application) -> None:
    capsule = application.capsule
    capsule.content["cover_letter"] = "I am the best"
    assert not is_untouched(capsule)


def test_whoever_did_not_prove_an_address_may_not_apply(job: Job) -> None:
    with pytest.raises(EmailUnverified):
        make_application(job=job, candidate=make_user(email_verified_at=None))


@pytest.mark.parametrize("status", [status for status in JobStatus if status != JobStatus.LIVE])
def test_one_applies_to_open_jobs_only(acme: Company, alice: User, status: JobStatus) -> None:
    with pytest.raises(JobNotOpen):
        make_application(job=make_job(company=acme, status=status), candidate=alice)


def test_an_expired_job_is_not_open(acme: Company, alice: User) -> None:
    with pytest.raises(JobNotOpen):
        make_application(job=make_job(company=acme, expires_at=timezone.now()), candidate=alice)


def test_ones_second_application_is_refused_and_names_the_first(application: Application, job: Job) -> None:
    with pytest.raises(AlreadyApplied) as refused:
        make_application(job=job, candidate=application.candidate)
    assert refused.value.extra == {"application": str(application.public_id)}
    assert Application.objects.count() == 1


def test_the_database_itself_allows_one_standing_application(application: Application) -> None:
    application.pk = application.public_id = None
    application.attempt, application.public_id, application._state.adding = 2, uuid.uuid4(), True
    with pytest.raises(IntegrityError, match="application_one_standing"), transaction.atomic():
        application.save()


def test_somebody_elses_resume_cannot_be_sent(job: Job, alice: User) -> None:
    with pytest.raises(Invalid) as refused:
        submit_application(actor=alice, job_id=job.pk, resume_id=make_resume().public_id)
    assert refused.value.errors[0]["attr"] == "resume"


def test_a_wrong_answer_is_named_and_nothing_is_kept(job: Job, alice: User) -> None:
    make_question(job=job, is_required=True)
    with pytest.raises(Invalid):
        make_application(job=job, candidate=alice)
    assert not Application.objects.exists()
    assert topics() == []


def test_a_knock_out_marks_and_never_rejects(job: Job, alice: User) -> None:
    question = make_question(job=job, type=QuestionType.BOOLEAN, knock_out={"accept": [True]})
    application = make_application(
        job=job, candidate=alice, answers=[{"question": str(question.public_id), "value": False}]
    )
    assert application.is_knocked_out
    assert application.is_active()


def test_a_file_in_an_answer_is_taken_into_use_and_the_team_may_read_it(
    job: Job, alice: User, bob: User, carol: User, globex: Company
) -> None:
    from umemployed.files.tests.factories import make_file

    question = make_question(job=job, type=QuestionType.FILE)
    file = make_file(owner=alice, purpose="application_answer", data=PDF)
    answers = [{"question": str(question.public_id), "value": str(file.public_id)}]
    make_application(job=job, candidate=alice, answers=answers)
    assert StoredFile.objects.get().attached_at
    assert link_for(file, bob)
    with pytest.raises(NotFound):
        link_for(file, carol)
    with pytest.raises(Invalid):
        make_application(job=make_job(company=globex), candidate=alice, answers=answers)


def test_the_sixth_application_of_a_day_is_over_the_free_plan(alice: User) -> None:
    for _ in range(5):
        make_application(candidate=alice)
    with pytest.raises(PlanLimitReached):
        make_application(candidate=alice)
    assert Application.objects.filter(candidate=alice).count() == 5


def test_one_applies_again_after_the_cooldown_as_the_next_attempt(
    application: Application, job: Job, alice: User
) -> None:
    withdraw_application(actor=alice, application_id=application.pk)
    with pytest.raises(CooldownRunning):
        make_application(job=job, candidate=alice)
    Application.objects.update(decided_at=timezone.now() - timedelta(days=31))
    again = make_application(job=job, candidate=alice)
    assert (again.attempt, again.status) == (2, "active")
    assert Application.objects.for_user(alice).count() == 2
    assert Application.objects.get(attempt=1).status == "withdrawn"


# --- The law ---------------------------------------------------------------------------------------
def reached(verb: Verb) -> set[tuple[Status, Status]]:
    return {(status, verb.target) for status in Status if verb.accepts(status)}


def test_the_verbs_reach_exactly_what_the_table_allows() -> None:
    allowed = {(before, after) for before, targets in TRANSITIONS.items() for after in targets}
    assert set(TRANSITIONS) == set(Status)
    assert set().union(*map(reached, VERBS)) == allowed


@pytest.mark.parametrize("before", Status)
@pytest.mark.parametrize("after", Status)
def test_only_tabled_transitions_succeed(
    before: Status, after: Status, application: Application, alice: User, bob: User
) -> None:
    # Only a rejection that the candidate does not know of can be told, or crossed by a withdrawal.
    circumstance = {"withheld_until": timezone.now()} if before is Status.REJECTED else {}
    set_status(application, before, **circumstance)
    for verb in (verb for verb in VERBS if verb.target is after):
        actor = alice if verb.side is Side.CANDIDATE else bob
        fresh = seen_fresh(application)
        rows = ApplicationEvent.objects.count()
        if verb.accepts(before):
            changed = enact(verb, actor, fresh)
            assert after in TRANSITIONS[before]
            assert (changed.status, changed.version) == (after, fresh.version + 1)
            entry = application.history.latest("pk")
            assert (entry.from_status, entry.to_status, entry.actor) == (before, after, actor)
            set_status(application, before, **circumstance)
        else:
            with pytest.raises(ApplicationWrongState) as refused:
                enact(verb, actor, fresh)
            assert refused.value.extra["reason"] == f"is_{before}"
            state = refused.value.extra["state"]
            if verb.side is Side.TEAM:
                assert state["status"] == before
            else:
                assert state == {"progress": fresh.progress(), "version": fresh.told_version}
            assert ApplicationEvent.objects.count() == rows
            assert seen_fresh(application).version == fresh.version


def situations(application: Application, name: str) -> None:
    """Arrange one of the circumstances that matter beside the status."""
    if name == "full":
        other = make_application(job=application.job)
        set_status(other, Status.HIRED)
        Job.objects.filter(pk=application.job_id).update(openings=1)
    if name == "superseded":
        set_status(application, Status.REJECTED, attempt=1)
        later = make_application(job=make_job(company=application.company), candidate=application.candidate)
        Application.objects.filter(pk=later.pk).update(
            job=application.job, attempt=2, status=Status.WITHDRAWN, decided_at=timezone.now()
        )


@pytest.mark.parametrize("circumstance", ["plain", "full", "superseded", "withheld"])
@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("role", [None, *Role])
def test_what_is_offered_is_what_is_accepted(
    application: Application, acme: Company, alice: User, status: Status, role: Role | None, circumstance: str
) -> None:
    situations(application, circumstance)
    withheld = circumstance == "withheld" and status is Status.REJECTED
    set_status(application, status, withheld_until=timezone.now() if withheld else None)
    actor = alice if role is None else make_membership(company=acme, role=role).user
    side = Side.CANDIDATE if role is None else Side.TEAM
    rights = rights_of(role, None)
    actions = actions_of(seen_fresh(application), side, rights)
    assert all(bool(action.reason) is bool(action.remedy) is not action.enabled for action in actions)
    offered = {action.id for action in actions if action.enabled}
    accepted = set()
    for verb in VERBS:
        try:
            with transaction.atomic():
                enact(verb, actor, seen_fresh(application))
                accepted.add(verb.id)
                transaction.set_rollback(True)
        except (ApplicationWrongState, Forbidden, NotFound):
            continue
    assert offered == accepted


def test_a_stale_version_is_refused_with_the_current_state(application: Application, bob: User) -> None:
    enact(VERBS[0], bob, application)
    with pytest.raises(StaleVersion) as refused:
        reject_application(actor=bob, application_id=application.pk, version=1, reason="pay")
    assert refused.value.extra["current_version"] == 2
    assert refused.value.extra["state"]["stage"]["name"] == "Screening"


def test_history_tells_who_moved_it_from_where_and_how_long_it_had_been_there(
    application: Application, bob: User
) -> None:
    Application.objects.update(stage_entered_at=timezone.now() - timedelta(hours=3))
    enact(VERBS[0], bob, seen_fresh(application))
    entry = application.history.latest("pk")
    assert (entry.from_stage.name, entry.to_stage.name, entry.actor) == ("New", "Screening", bob)
    assert timedelta(hours=3) <= entry.dwell < timedelta(hours=3, minutes=1)
    assert topics() == ["ApplicationSubmitted", "ApplicationMoved"]
    assert EventRecord.objects.latest("pk").payload == {"application_id": application.pk, "transition_id": entry.pk}


def test_a_move_needs_another_stage_of_the_same_job(application: Application, bob: User) -> None:
    foreign = make_application().stage
    for stage_id, error in ((foreign.public_id, Invalid), (application.stage.public_id, ApplicationWrongState)):
        with pytest.raises(error):
            move_application(actor=bob, application_id=application.pk, stage_id=stage_id, version=1)


def test_the_candidate_is_told_a_phase_and_never_a_stage(application: Application, bob: User) -> None:
    told = []
    for stage in application.job.stages.all()[1:]:
        fresh = seen_fresh(application)
        move_application(actor=bob, application_id=fresh.pk, stage_id=stage.public_id, version=fresh.version)
        told.append(seen_fresh(application).progress())
    assert told == [Progress.IN_REVIEW, Progress.INTERVIEWING, Progress.DECIDING]


def test_a_move_within_a_phase_is_not_shown_to_the_candidate(application: Application, bob: User) -> None:
    application.job.stages.update(phase=Phase.RECEIVED)
    enact(VERBS[0], bob, seen_fresh(application))
    assert not application.history.latest("pk").is_shown_to_candidate


def test_the_first_look_is_told_once(application: Application, alice: User, bob: User, carol: User) -> None:
    for actor in (alice, carol, bob, bob):
        mark_seen(actor=actor, application_id=application.pk)
    assert topics() == ["ApplicationSubmitted", "ApplicationSeen"]
    assert application.history.filter(kind="seen", actor=bob).count() == 1


def test_carol_and_strangers_may_do_nothing(application: Application, carol: User, globex: Company) -> None:
    for actor in (carol, make_user()):
        for verb in VERBS:
            with pytest.raises(NotFound):
                enact(verb, actor, application)
    assert seen_fresh(application).version == 1
    assert application.history.count() == 1


def test_nobody_judges_their_own_application(acme: Company, bob: User, job: Job) -> None:
    own = make_application(job=job, candidate=bob)
    with pytest.raises(Forbidden):
        enact(VERBS[0], bob, own)
    with pytest.raises(Forbidden):
        withdraw_application(actor=bob, application_id=make_application(job=job).pk)


def test_rights_follow_the_role(application: Application, acme: Company) -> None:
    for role in Role:
        member = make_membership(company=acme, role=role).user
        if Right.MOVE_APPLICATIONS in RIGHTS[role]:
            set_status(application, Status.ACTIVE)
            enact(VERBS[2], member, seen_fresh(application))
        else:
            with pytest.raises(NotFound):
                enact(VERBS[2], member, seen_fresh(application))


# --- Races -----------------------------------------------------------------------------------------
@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_applying_and_closing_at_once_ends_cleanly() -> None:
    def close(job_id: int) -> None:
        with transaction.atomic():
            Job.objects.select_for_update().get(pk=job_id)
            Job.objects.filter(pk=job_id).update(status=JobStatus.CLOSED, closed_at=timezone.now())

    for _ in range(5):
        job, candidate = make_job(), make_user()
        resume = make_resume(owner=candidate)
        applied, closed = in_parallel(
            lambda job=job, candidate=candidate, resume=resume: submit_application(
                actor=candidate, job_id=job.pk, resume_id=resume.public_id
            ),
            lambda job=job: close(job.pk),
        )
        assert closed is None
        assert isinstance(applied, Application | JobNotOpen)
        assert Application.objects.filter(job=job).exists() is isinstance(applied, Application)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_openings_are_filled_by_two_whoever_hires_at_once(acme: Company, bob: User, job: Job) -> None:
    waiting = [make_application(job=job) for _ in range(6)]
    results = in_parallel(
        *(lambda one=one: hire_candidate(actor=bob, application_id=one.pk, version=one.version) for one in waiting)
    )
    assert sum(isinstance(result, Application) for result in results) == 2
    refused = [result.extra["reason"] for result in results if isinstance(result, ApplicationWrongState)]
    assert refused == ["no_opening_left"] * 4
    assert Application.objects.filter(status=Status.HIRED).count() == 2


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_recruiters_who_drag_the_same_card_are_told_apart(acme: Company, bob: User, job: Job) -> None:
    application = make_application(job=job)
    stages = list(job.stages.all())[1:3]
    results = in_parallel(
        *(
            lambda stage=stage: move_application(
                actor=bob, application_id=application.pk, stage_id=stage.public_id, version=1
            )
            for stage in stages
        )
    )
    assert sorted(type(result).__name__ for result in results) == ["Application", "StaleVersion"]
    assert application.history.count() == 2


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_restoring_while_the_candidate_applies_anew_leaves_one_standing(acme: Company, bob: User, job: Job) -> None:
    old = make_application(job=job, status=Status.REJECTED)
    Application.objects.update(decided_at=timezone.now() - timedelta(days=60))
    results = in_parallel(
        lambda: restore_application(actor=bob, application_id=old.pk, version=1),
        lambda: submit_application(
            actor=old.candidate, job_id=job.pk, resume_id=old.resume.public_id, cover_letter="again"
        ),
    )
    assert sum(isinstance(result, Application) for result in results) == 1
    assert sum(isinstance(result, ApplicationWrongState | AlreadyApplied) for result in results) == 1
    assert Application.objects.filter(job=job, status=Status.ACTIVE).count() == 1
