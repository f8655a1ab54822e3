"""A row and its parts in one statement: the same as by many."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Model

from jobs.models import Job
from jobs.tests.factories import make_job, make_question
from resumes.models import Resume
from resumes.tests.factories import make_resume
from umemployed.api.gather import gather, whole

pytestmark = pytest.mark.django_db
PARTS = ("locations", "skills__skill", "questions")


def said(row: Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def parts_of(job: Job) -> list[list[dict[str, Any]]]:
    return [
        [said(row) for row in job.locations.all()],
        [said(row) | said(row.skill) for row in job.skills.all()],
        [said(row) for row in job.questions.all()],
    ]


def test_the_parts_are_those_that_many_statements_read(django_assert_num_queries: Any) -> None:
    job = make_job(
        skills=["Python", "Ægir \"quoted\" \\ 'too'"],
        locations=[{"city": "Douala", "country": "CM", "latitude": 4.05, "longitude": 1e-7}, {"country": "FR"}],
    )
    make_question(job=job, type="single", options=["a", "é"], bounds={"max_choices": 1}, knock_out=None)
    expected = parts_of(Job.objects.with_parts().get(pk=job.pk))
    fresh = Job.objects.get(pk=job.pk)
    with django_assert_num_queries(1):
        gather(fresh, *PARTS)
        assert parts_of(fresh) == expected
        assert all(row.job is fresh for row in fresh.locations.all())


def test_what_has_no_parts_has_empty_sets(django_assert_num_queries: Any) -> None:
    resume = make_resume()
    with django_assert_num_queries(1):
        found = whole(Resume, "projects", "languages", id=resume.pk)
        assert found is not None
        assert not found.projects.all() and not found.languages.all()
    assert said(found) == said(Resume.objects.get(pk=resume.pk))


def test_the_columns_given_all_have_to_hold(alice: Any, bob: Any) -> None:
    resume = make_resume(owner=alice)
    assert whole(Resume, public_id=resume.public_id, owner_id=bob.pk) is None
    assert whole(Resume, public_id=resume.public_id, owner_id=alice.pk) == resume


def test_a_row_that_json_would_spoil_is_refused(db: None) -> None:
    with pytest.raises(TypeError, match="Job has a column"):
        whole(Job, id=make_job().pk)
