from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from applications.models import Application
from applications.pools.models import Consent, PoolEntry, TalentPool
from applications.pools.services import AlreadyInPool, answer_pool, ask_into_pool, purge_pools
from applications.pools.tests.factories import make_pool_entry, make_talent_pool
from applications.tests.factories import make_application
from applications.tests.races import in_parallel
from companies.models import Company
from jobs.tests.factories import make_job
from umemployed.api.errors import NotFound

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], APIClient]
POOLS = "/api/v1/companies/acme/pools/"
MINE = "/api/v1/applications/pools/"


@pytest.fixture
def application(acme: Company, alice: User) -> Application:
    return make_application(job=make_job(company=acme), candidate=alice)


def test_a_candidate_is_asked_agrees_and_takes_it_back(
    application: Application, bob: User, alice: User, as_user: AsUser
) -> None:
    team, mine = as_user(bob), as_user(alice)
    pool = team.post(POOLS, {"name": "Later"}).json()
    assert team.post(POOLS, {"name": "LATER"}).json()["code"] == "name_taken"
    members = f"{POOLS}{pool['id']}/members/"
    asked = team.post(members, {"application": str(application.public_id), "note": "secret-note"})
    assert (asked.status_code, asked.json()["consent"]) == (201, "asked")
    assert team.post(members, {"application": str(application.public_id)}).json()["code"] == "already_in_pool"
    seen = mine.get(MINE)
    assert (seen.json()["results"][0]["company"]["slug"], b"secret" in seen.content) == ("acme", False)
    url = f"{MINE}{asked.json()['id']}/"
    given = mine.post(f"{url}accept/")
    assert given.json()["consent"] == "given"
    assert mine.post(f"{url}accept/").json()["code"] == "pool_wrong_state"
    entry = PoolEntry.objects.get()
    assert timedelta(days=729) < entry.expires_at - timezone.now() <= timedelta(days=730)
    assert team.patch(f"{members}{asked.json()['id']}/", {"note": "Call in May"}).json()["note"] == "Call in May"
    assert mine.post(f"{url}refuse/").json()["consent"] == "refused"
    entry.refresh_from_db()
    assert entry.note == ""
    assert team.get(members).json()["results"] == []
    assert team.patch(f"{members}{asked.json()['id']}/", {"note": "x"}).status_code == 404
    assert team.post(members, {"application": str(application.public_id)}).json()["code"] == "already_in_pool"


def test_what_is_over_is_forgotten(application: Application, bob: User, alice: User) -> None:
    entry = make_pool_entry(application=application)
    PoolEntry.objects.update(expires_at=timezone.now())
    assert not PoolEntry.objects.for_user(bob).exists()
    with pytest.raises(NotFound):
        answer_pool(actor=alice, entry_id=entry.pk, consent=Consent.GIVEN)
    assert purge_pools() == 1
    assert ask_into_pool(actor=bob, pool_id=entry.pool_id, application=application.public_id).consent == "asked"


def test_carol_and_other_candidates_have_no_part_in_it(
    application: Application, carol: User, dana: User, alice: User, globex: Company, bob: User, as_user: AsUser
) -> None:
    entry = make_pool_entry(application=application)
    members = f"{POOLS}{entry.pool.public_id}/members/"
    for actor in (carol, alice, dana):
        client = as_user(actor)
        answers = [client.get(POOLS), client.post(POOLS, {"name": "x"}), client.get(members)]
        answers += [client.post(members, {}), client.delete(f"{members}{entry.public_id}/")]
        answers += [client.delete(f"{POOLS}{entry.pool.public_id}/")]
        assert {answer.status_code for answer in answers} == {404}
    for actor in (carol, bob):
        assert as_user(actor).post(f"{MINE}{entry.public_id}/accept/").status_code == 404
    foreign = make_talent_pool(company=globex)
    assert as_user(carol).post(
        f"/api/v1/companies/globex/pools/{foreign.public_id}/members/", {"application": str(application.public_id)}
    ).status_code == 400  # fmt: skip
    assert as_user(bob).get(f"{POOLS}{foreign.public_id}/members/").status_code == 404
    assert (PoolEntry.objects.get().consent, TalentPool.objects.count()) == ("asked", 2)


def test_a_pool_costs_the_same_however_full(acme: Company, bob: User, as_user: AsUser) -> None:
    pool, client, costs = make_talent_pool(company=acme), as_user(bob), []
    for more in (2, 8):
        for _ in range(more):
            make_pool_entry(pool=pool, application=make_application(job=make_job(company=acme)))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"{POOLS}{pool.public_id}/members/").status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 6


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_asking_at_once_asks_once(acme: Company, bob: User) -> None:
    application, pool = make_application(job=make_job(company=acme)), make_talent_pool(company=acme)
    results = in_parallel(*[lambda: ask_into_pool(actor=bob, pool_id=pool.pk, application=application.public_id)] * 5)
    assert sum(isinstance(result, PoolEntry) for result in results) == 1
    assert sum(isinstance(result, AlreadyInPool) for result in results) == 4
