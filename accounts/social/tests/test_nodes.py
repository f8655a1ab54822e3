"""The dance as an outsider sees it: two web processes of the real program, and the provider a third."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
import requests

from accounts.models import Connection, Session, User
from accounts.social.tests.conftest import CLIENT, Tenant
from accounts.social.tests.provider import CLIENT_SECRET, REDIRECT_URI
from accounts.tests.nodes import AWAY, Nodes, node, nodes, visitor, within
from umemployed.audit.tests.roles import program_role
from umemployed.realtime.tests.fixtures import closed_clients
from umemployed.realtime.tests.servers import redis_process

__all__ = ["closed_clients", "nodes"]


@pytest.fixture(scope="module")
def running_nodes(django_db_setup: None, provider_url: str) -> Iterator[Nodes]:
    """Two processes that got the provider from their environment, as any deployment does."""
    keel = {**CLIENT, "kind": "oidc", "title": "Keel", "issuer": f"{provider_url}/keel", "email_domains": ["*"]}
    environment = {"SOCIAL_PROVIDERS": json.dumps({"keel": keel}), "SOCIAL_REDIRECT_URIS": REDIRECT_URI}
    with (
        program_role() as database,
        redis_process() as redis,
        node(redis, database, **environment) as one,
        node(redis, database, **environment) as two,
    ):
        yield Nodes((one, two), redis)


def begin(client: httpx.Client) -> dict[str, Any]:
    """Begin, walk to the provider and come back: returns what the second half needs."""
    started = client.post("/auth/social/keel/start/", json={}).json()
    answer = requests.get(started["authorization_url"], allow_redirects=False, timeout=10)
    back = dict(parse_qsl(urlsplit(answer.headers["Location"]).query))
    return {"state": back["state"], "code": back["code"], "browser_key": started["browser_key"]}


def test_what_began_at_one_process_ends_at_the_other_once(nodes: Nodes, keel: Tenant) -> None:
    keel.person("zoe", "zoe@example.com")
    here, there = (visitor(port) for port in nodes.ports)
    body = begin(here)
    answer = there.post("/auth/social/keel/complete/", json=body)
    assert answer.status_code == 200
    assert visitor(nodes.ports[0], token=answer.json()["access"]).get("/me/").json()["email"] == "zoe@example.com"
    again = here.post("/auth/social/keel/complete/", json=body)
    assert (again.status_code, again.json()["code"]) == (400, "bad_state")
    foreign = {**begin(here), "browser_key": begin(there)["browser_key"]}
    assert there.post("/auth/social/keel/complete/", json=foreign).status_code == 400


@pytest.mark.race
def test_twenty_at_two_processes_with_one_state_open_one_session(nodes: Nodes, keel: Tenant) -> None:
    keel.person("zoe", "zoe@example.com")
    visitors = [visitor(nodes.ports[number % 2]) for number in range(20)]
    body = begin(visitors[0])
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda one: one.post("/auth/social/keel/complete/", json=body), visitors))
    met = Counter(answer.status_code for answer in answers)
    assert met[200] == 1 and met[200] + met[400] + met[503] == 20, "503: no turn with the provider was free"
    assert (Session.objects.count(), User.objects.count(), Connection.objects.count()) == (1, 1, 1)
    assert keel.asked.count("/token") == 1


def test_forged_places_count_as_one_and_the_owner_elsewhere_is_not_shut_out(nodes: Nodes, keel: Tenant) -> None:
    stranger, owner = visitor(nodes.ports[0]), visitor(nodes.ports[1], place=AWAY)
    met = Counter(
        stranger.post(
            "/auth/social/keel/start/", json={}, headers={"X-Forwarded-For": f"203.0.113.{number}"}
        ).status_code
        for number in range(70)
    )
    assert met == {200: 60, 429: 10}
    keel.person("zoe", "zoe@example.com")
    assert owner.post("/auth/social/keel/complete/", json=begin(owner)).status_code == 200


def test_events_are_told_and_no_log_holds_what_opens_anything(nodes: Nodes, keel: Tenant) -> None:
    keel.person("zoe-of-the-logs", "zoe@example.com")
    client = visitor(nodes.ports[0])
    body = begin(client)
    pair = client.post("/auth/social/keel/complete/", json=body).json()
    client.post("/auth/social/keel/complete/", json=body)
    told = {"social:connected", "social:signed_in", "social:refused", "session:started"}
    assert within(10, lambda: told <= {event["event"] for event in nodes.events()})
    secrets = [*body.values(), pair["access"], pair["refresh"], CLIENT_SECRET, "zoe-of-the-logs", "zoe@example.com"]
    assert [secret for secret in secrets if secret in nodes.said()] == []
