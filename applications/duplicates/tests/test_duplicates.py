from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import User
from applications.duplicates.keys import keys_of, normal_email, normal_phone, normal_words
from applications.duplicates.models import CandidateKey, CandidateMerge, KeyKind
from applications.duplicates.services import (
    AlreadyMerged,
    duplicates_of,
    group_of,
    index_candidate,
    merge_candidates,
)
from applications.models import Application
from applications.tests.factories import make_application
from applications.tests.races import in_parallel
from companies.models import Company, Role
from companies.tests.factories import make_membership
from jobs.tests.factories import make_job
from umemployed.api.errors import Forbidden, Invalid

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], APIClient]


def capsule(*, email: str = "", phone: str = "", name: str = "", employer: str = "") -> dict[str, Any]:
    work = [{"name": employer}] if employer else []
    return {"candidate": {"email": email}, "resume": {"basics": {"name": name, "phone": phone}, "work": work}}


def sent(company: Company, **content: str) -> Application:
    """An application whose capsule says this, indexed as the relay would."""
    application = make_application(job=make_job(company=company))
    type(application.capsule).objects.filter(pk=application.pk).update(content=capsule(**content))
    index_candidate(application_id=application.pk)
    return application


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ann.Lee+jobs@Gmail.com", "annlee@googlemail.com", True),
        ("ann.lee@example.com", "annlee@example.com", False),
        ("a+b@example.com", "A@EXAMPLE.com", True),
    ],
)
def test_addresses_are_compared_as_mail_is_delivered(one: str, other: str, same: bool) -> None:
    assert (normal_email(one) == normal_email(other)) is same


def test_numbers_are_compared_in_e164_and_names_without_order_and_accents() -> None:
    assert normal_phone("6 77 12 34 56", "CM") == normal_phone("+237 677-123-456", "") == "+237677123456"
    assert normal_phone("none of your business", "CM") == normal_phone("12", "CM") == ""
    assert normal_words("José Álvarez") == normal_words("alvarez, jose")


def test_a_capsule_that_was_emptied_gives_no_key() -> None:
    assert keys_of({"shape": 1, "erased": True}, "CM") == set()


def test_likely_duplicates_are_found_with_their_reasons_best_first(acme: Company, bob: User, globex: Company) -> None:
    first = sent(acme, email="ann@example.com", phone="+237677123456", name="Ann Lee", employer="Initech")
    by_name = sent(acme, email="x@example.com", name="LEE Ann", employer="initech")
    by_both = sent(acme, email="ann+2@example.com", phone="677 12 34 56")
    sent(acme, email="stranger@example.com")
    sent(globex, email="ann@example.com")
    found = duplicates_of(bob, first)
    assert [(each.application, each.reasons, each.score) for each in found] == [
        (by_both, [KeyKind.EMAIL, KeyKind.PHONE], 0.98),
        (by_name, [KeyKind.NAME_AND_EMPLOYER], 0.6),
    ]
    rows = CandidateKey.objects.count()
    index_candidate(application_id=first.pk)
    assert CandidateKey.objects.count() == rows


def test_merging_and_undoing_restores_exactly(acme: Company, bob: User, as_user: AsUser) -> None:
    one, two, three = (sent(acme, email="ann@example.com") for _ in range(3))
    client, path = as_user(bob), f"/api/v1/applications/{one.public_id}/duplicates/"
    before = client.get(path).json()
    merged = client.post(path, {"other": str(two.public_id)})
    assert merged.status_code == 201, merged.content
    merge_candidates(actor=bob, application=two, other=three.public_id)
    everybody = sorted(each.candidate_id for each in (one, two, three))
    assert group_of(acme.pk, three.candidate_id) == group_of(acme.pk, one.candidate_id) == everybody
    shown = client.get(path).json()
    assert (shown["likely"], len(shown["merges"])) == ([], 2)
    listed = client.get(f"/api/v1/applications/?same_person_as={three.public_id}").json()["results"]
    assert {row["id"] for row in listed} == {str(each.public_id) for each in (one, two, three)}
    assert client.post(path, {"other": str(three.public_id)}).json()["code"] == "already_merged"
    for merge in shown["merges"]:
        assert client.delete(f"{path}{merge['id']}/").status_code == 204
    assert client.get(path).json() == before
    assert client.delete(f"{path}{shown['merges'][0]['id']}/").status_code == 404
    assert group_of(acme.pk, one.candidate_id) == [one.candidate_id]


def test_a_merge_needs_two_people_and_the_right(
    acme: Company, bob: User, globex: Company, carol: User, as_user: AsUser
) -> None:
    one = sent(acme, email="ann@example.com")
    foreign = sent(globex, email="ann@example.com")
    for other in (foreign, one):
        with pytest.raises(Invalid):
            merge_candidates(actor=bob, application=one, other=other.public_id)
    two = sent(acme, email="ann@example.com")
    reviewer = make_membership(company=acme, role=Role.INTERVIEWER)
    from applications.hiring.tests.factories import make_job_member

    for job in (one.job, two.job):
        make_job_member(membership=reviewer, job=job)
    with pytest.raises(Forbidden):
        merge_candidates(actor=reviewer.user, application=one, other=two.public_id)
    path = f"/api/v1/applications/{one.public_id}/duplicates/"
    for actor in (carol, one.candidate):
        assert as_user(actor).get(path).status_code == 404
        assert as_user(actor).post(path, {"other": str(two.public_id)}).status_code == 404
    assert not CandidateMerge.objects.exists()


def test_the_list_costs_the_same_however_many(acme: Company, bob: User, as_user: AsUser) -> None:
    first, costs = sent(acme, email="ann@example.com"), []
    client = as_user(bob)
    for more in (2, 6):
        for _ in range(more):
            sent(acme, email="ann@example.com")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/api/v1/applications/{first.public_id}/duplicates/")
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 10


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_merging_each_into_the_other_at_once_makes_no_circle(acme: Company, bob: User) -> None:
    for _ in range(5):
        one, two = sent(acme, email="ann@example.com"), sent(acme, email="ann@example.com")
        results = in_parallel(
            lambda one=one, two=two: merge_candidates(actor=bob, application=one, other=two.public_id),
            lambda one=one, two=two: merge_candidates(actor=bob, application=two, other=one.public_id),
        )
        assert sum(isinstance(result, CandidateMerge) for result in results) == 1
        assert sum(isinstance(result, AlreadyMerged) for result in results) == 1


def test_likenesses_outlive_a_rotation_of_keys(acme: Company, settings: Any) -> None:
    settings.FIELD_ENCRYPTION_KEYS = ["old-" * 10]
    first = sent(acme, phone="+237 677 12 34 56")
    settings.FIELD_ENCRYPTION_KEYS = ["new-" * 10, "old-" * 10]
    second = sent(acme, phone="00237677123456")
    owner = make_membership(company=acme, role=Role.OWNER).user
    call_command("rotate_field_keys")
    settings.FIELD_ENCRYPTION_KEYS = ["new-" * 10]
    assert [each.reasons for each in duplicates_of(owner, first)] == [["phone"]]
    assert [each.application.pk for each in duplicates_of(owner, second)] == [first.pk]


def test_a_number_cannot_be_guessed_from_its_digest(acme: Company) -> None:
    application = sent(acme, phone="+237 677 12 34 56")
    (key,) = CandidateKey.objects.filter(application=application)
    assert key.digest != hashlib.sha256(b"phone:+237677123456").hexdigest()
