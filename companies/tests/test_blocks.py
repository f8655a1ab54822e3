"""Blocks: made by one side, felt by both, told to nobody."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.tests.factories import make_user
from accounts.tests.racing import race
from companies.blocks import questions, services
from companies.models import Block, Company
from companies.services import invite_member
from companies.tests.factories import make_block, make_membership
from umemployed.api.errors import NotFound
from umemployed.audit.models import AuditEntry
from umemployed.events.models import EventRecord

URL = "/api/v1/blocks/"


def test_a_person_blocks_a_company_and_lifts_the_block(as_user: Any, alice: User, acme: Company) -> None:
    client = as_user(alice)
    made = client.post(URL, {"company": "acme"})
    again = client.post(URL, {"company": "acme"})
    assert (made.status_code, again.json()["id"]) == (201, made.json()["id"])
    assert made.json()["company"] == {"slug": "acme", "name": "Acme"}
    assert client.get(URL).json()["results"] == [made.json()]
    assert client.delete(f"{URL}{made.json()['id']}/").status_code == 204
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == ["block:made", "block:lifted"]


def test_one_blocks_whom_one_has_met_and_others_do_not_exist(
    as_user: Any, bob: User, carol: User, acme: Company
) -> None:
    colleague = make_membership(company=acme).user
    assert as_user(bob).post(URL, {"person": str(colleague.public_id)}).status_code == 201
    foreign = as_user(bob).post(URL, {"person": str(carol.public_id)})
    missing = as_user(bob).post(URL, {"person": str(uuid.uuid4())})
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert {**foreign.json(), "request_id": ""} == {**missing.json(), "request_id": ""}


@pytest.mark.parametrize("wrong", [{}, {"company": 5.5}, {"company": "acme", "person": str(uuid.uuid4())}])
def test_a_senseless_block_is_refused(as_user: Any, alice: User, acme: Company, wrong: dict[str, Any]) -> None:
    assert as_user(alice).post(URL, wrong).status_code == 400
    assert not Block.objects.exists()


def test_nobody_blocks_themselves(as_user: Any, alice: User) -> None:
    answer = as_user(alice).post(URL, {"person": str(alice.public_id)})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "oneself")


def test_carol_neither_sees_nor_lifts_anothers_block(as_user: Any, alice: User, carol: User, acme: Company) -> None:
    block = make_block(blocker=alice, company=acme)
    assert as_user(carol).get(URL).json()["results"] == []
    assert as_user(carol).delete(f"{URL}{block.public_id}/").status_code == 404
    with pytest.raises(NotFound):
        services.lift_block(actor=carol, block_id=block.public_id)
    assert Block.objects.count() == 1


def test_the_questions_answer_the_same_from_both_ends(alice: User, bob: User, carol: User, acme: Company) -> None:
    make_block(blocker=alice, person=bob)
    assert questions.blocked_with(alice.pk, [bob.pk, carol.pk]) == {bob.pk}
    assert questions.blocked_with(bob.pk, [alice.pk, carol.pk]) == {alice.pk}
    assert not questions.is_blocked(person_id=alice.pk, company_id=acme.pk)
    assert questions.is_blocked(person_id=alice.pk, company_id=acme.pk, actor_id=bob.pk)
    make_block(blocker=carol, company=acme)
    assert questions.blockers_of_company(acme.pk, [alice.pk, carol.pk]) == {carol.pk}


def test_an_invitation_to_who_blocked_is_answered_alike_and_never_told(bob: User, acme: Company) -> None:
    unwilling, willing = make_user(), make_user()
    make_block(blocker=unwilling, company=acme)
    offers = [
        invite_member(actor=bob, company_id=acme.pk, email=person.email, role="recruiter")  # type: ignore[arg-type]
        for person in (unwilling, willing)
    ]
    told = EventRecord.objects.filter(topic="companies.InvitationSent").values_list("payload", flat=True)
    assert list(told) == [{"invitation_id": offers[1].pk}]


def test_a_list_of_blocks_costs_the_same_for_two_and_for_twenty(as_user: Any, alice: User) -> None:
    client, costs = as_user(alice), []
    for rows in (2, 20):
        for _ in range(rows - Block.objects.count()):
            make_block(blocker=alice)
        with CaptureQueriesContext(connection) as queries:
            assert len(client.get(URL).json()["results"]) == rows
        costs.append(len(queries))
    assert costs[0] == costs[1]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_parallel_blocks_of_one_company_are_one(alice: User, acme: Company) -> None:
    made = race(*[lambda: services.block(actor=alice, company_slug="acme")] * 10)
    assert {block.pk for block in made} == {Block.objects.get().pk}
    assert AuditEntry.objects.filter(action="block:made").count() == 1
