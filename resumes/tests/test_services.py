from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import product

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from accounts.tests.factories import make_user
from resumes.completeness import score_of
from resumes.models import SECTIONS, TRANSITIONS, Resume, Status
from resumes.services import (
    TooManyResumes,
    WrongState,
    add_row,
    create_resume,
    delete_resume,
    edit_resume,
    import_resume,
    make_primary,
    publish_resume,
    unpublish_resume,
)
from resumes.tests.factories import make_published_resume, make_resume
from umemployed.api.errors import ApiError, NotFound, PreconditionFailed
from umemployed.audit.models import AuditEntry
from umemployed.events.models import EventRecord

VERBS = {Status.PUBLISHED: publish_resume, Status.DRAFT: unpublish_resume}


@pytest.mark.django_db
@pytest.mark.parametrize(("source", "target"), list(product(Status, Status)))
def test_only_steps_of_the_table_are_taken(alice: User, source: Status, target: Status) -> None:
    resume = (make_published_resume if source == Status.PUBLISHED else make_resume)(owner=alice)
    if target in TRANSITIONS[source]:
        assert VERBS[target](actor=alice, resume_id=resume.pk).status == target
    else:
        with pytest.raises(WrongState):
            VERBS[target](actor=alice, resume_id=resume.pk)
        assert Resume.objects.get(pk=resume.pk).version == resume.version


@pytest.mark.django_db
def test_the_database_itself_refuses_a_published_resume_that_lacks_something(alice: User) -> None:
    resume = make_published_resume(owner=alice)
    with pytest.raises(IntegrityError), transaction.atomic():
        Resume.objects.filter(pk=resume.pk).update(missing=["skills"])


@pytest.mark.django_db
def test_every_change_is_recorded_and_told_while_published(alice: User) -> None:
    resume = make_published_resume(owner=alice)
    edit_resume(actor=alice, resume_id=resume.pk, headline="Engineer")
    delete_resume(actor=alice, resume_id=resume.pk)
    topics = list(EventRecord.objects.order_by("pk").values_list("topic", flat=True))
    assert topics == [
        "resumes.ResumePublished",
        "resumes.ResumeChanged",
        "resumes.ResumeChanged",
        "resumes.ResumeDeleted",
    ]
    actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions == [
        "resume:create",
        "resume:add_row",
        "resume:add_row",
        "resume:publish",
        "resume:edit",
        "resume:delete",
    ]


@pytest.mark.django_db
def test_the_score_is_the_sum_that_is_written(alice: User) -> None:
    nothing, everything = dict.fromkeys(SECTIONS, 0), dict.fromkeys(SECTIONS, 5)
    full = Resume(full_name="A", headline="B", email="c@d.example", city="E", summary="f" * 200)
    assert score_of(Resume(), nothing) == 0
    assert score_of(full, everything) == 100
    assert score_of(full, nothing) == 50
    assert score_of(full, nothing | {"skills": 3}) == 56
    assert score_of(Resume(summary="f" * 199), nothing | {"experiences": 1}) == 25


@pytest.mark.django_db
def test_services_ask_the_actor_whoever_calls(alice: User, carol: User, dana: User) -> None:
    resume = make_resume(owner=alice)
    calls: list[Callable[[User], object]] = [
        lambda who: edit_resume(actor=who, resume_id=resume.pk, title="Stolen"),
        lambda who: publish_resume(actor=who, resume_id=resume.pk),
        lambda who: make_primary(actor=who, resume_id=resume.pk),
        lambda who: delete_resume(actor=who, resume_id=resume.pk),
        lambda who: add_row(actor=who, resume_id=resume.pk, section="links", url="https://example.com"),
    ]
    for call, who in product(calls, (carol, dana)):
        with pytest.raises(NotFound):
            call(who)
    now = Resume.objects.get(pk=resume.pk)
    assert (now.title, now.version) == (resume.title, resume.version)


@pytest.mark.django_db
def test_no_door_can_set_what_is_not_content(alice: User) -> None:
    resume = make_resume(owner=alice)
    with pytest.raises(TypeError, match="version"):
        edit_resume(actor=alice, resume_id=resume.pk, version=7)


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [2, 40])
def test_an_import_costs_the_same_however_long(alice: User, rows: int, django_assert_max_num_queries: object) -> None:
    document = {
        "work": [{"name": "A"}] * rows,
        "skills": [{"name": f"S{n}"} for n in range(rows)],
        "projects": [{}] * rows,
    }
    with django_assert_max_num_queries(14):
        import_resume(actor=alice, document=document)


def at_once(calls: list[Callable[[], object]]) -> list[str]:
    """Run all calls in threads of their own, started together; return what came of each."""
    start, outcomes = threading.Barrier(len(calls)), []

    def attempt(call: Callable[[], object]) -> None:
        try:
            connection.ensure_connection()
            start.wait(timeout=30)
            call()
            outcomes.append("done")
        except ApiError as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_ten_edits_of_one_version_exactly_one_is_made() -> None:
    owner = make_user()
    resume = make_resume(owner=owner)

    def edit(number: int) -> Callable[[], object]:
        return lambda: edit_resume(
            actor=owner, resume_id=resume.pk, expected_version=resume.version, title=f"No. {number}"
        )

    assert at_once([edit(number) for number in range(10)]) == ["done"] + [PreconditionFailed.code] * 9
    assert Resume.objects.get().version == resume.version + 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_nobody_passes_the_cap_by_haste_and_one_resume_is_primary() -> None:
    owner = make_user()
    for number in range(17):
        create_resume(actor=owner, title=f"No. {number}")
    outcomes = at_once([lambda: create_resume(actor=owner, title="More")] * 10)
    assert outcomes == ["done"] * 3 + [TooManyResumes.code] * 7
    ids = list(Resume.objects.values_list("pk", flat=True))[:8]
    assert at_once([lambda pk=pk: make_primary(actor=owner, resume_id=pk) for pk in ids]) == ["done"] * 8
    assert Resume.objects.filter(is_primary=True).count() == 1
