"""Every route of the API by every actor, found in the URL configuration; the expectations are in policy/."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.test import APIClient

from umemployed.api.views import ApiView
from umemployed.tests.policy import ACTORS, BODIES, NOT_KEPT, POLICY, SAMPLES, World, nothing

PREFIX = "api/v1/"
METHODS = ("get", "post", "put", "patch", "delete")
ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")
FILLERS = {"slug": "nothing", "token": "nothing", "provider": "nothing", "number": "1"}


@dataclass(frozen=True)
class Route:
    """One method of one path, as in ``GET resumes/{public_id}/``."""

    method: str
    path: str
    view: Any

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def arguments(self) -> list[str]:
        return re.findall(r"{(\w+)}", self.path)

    def url(self, values: dict[str, Any]) -> str:
        filled = {name: values.get(name, FILLERS.get(name, uuid.UUID(int=7))) for name in self.arguments}
        return f"/{PREFIX}{self.path.format(**filled)}"


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, path)
        else:
            yield path, entry


def routes() -> Iterator[Route]:
    """Yield every method of every view below /api/v1/."""
    for path, entry in patterns(get_resolver()):
        view = getattr(entry.callback, "cls", None)
        if not path.startswith(PREFIX):
            continue
        offered = getattr(entry.callback, "actions", None) or [method for method in METHODS if hasattr(view, method)]
        for method in offered:
            if method in METHODS:
                yield Route(method.upper(), ARGUMENT.sub(r"{\1}", path.removeprefix(PREFIX)), view)


ROUTES = {str(route): route for route in routes()}


@pytest.fixture
def world(alice, bob, carol, dana, acme, globex) -> World:
    return World(candidate=alice, recruiter=bob, other=carol, staff=dana, company=acme)


@pytest.fixture
def ask(world, as_user):
    """Send a request as one of the actors; the sample's arguments fill the path."""

    def ask(route: Route, actor: str, *, query: str = "", **headers: str):
        client = APIClient() if actor == "anonymous" else as_user(getattr(world, actor))
        fits = [prefix for prefix in SAMPLES if route.path.startswith(prefix)]
        values = SAMPLES[max(fits, key=len)](world) if fits and route.arguments else nothing(world)
        body = None if route.method in {"GET", "DELETE"} else BODIES.get(str(route), {})
        send = getattr(client, route.method.lower())
        return send(route.url(values) + query, body, headers={"If-Match": '"1"', **headers})

    return ask


def outcome(status: int) -> str:
    return str(status) if status in {401, 403, 404} else "+"


def welcome_at(name: str) -> str:
    """Return an actor who may enter; anybody who is signed in gets as far as the question about parameters."""
    line = POLICY.get(name, "401 + + + +").split()
    return next((actor for actor, met in zip(ACTORS, line, strict=True) if met == "+"), "candidate")


def test_every_route_has_a_line_and_every_line_a_route():
    lines = "\n".join(f'    "{name}": "401 + + + +",' for name in sorted(set(ROUTES) - set(POLICY)))
    assert sorted(set(ROUTES) - set(POLICY)) == [], f"Write who may enter into umemployed/tests/policy/:\n{lines}"
    assert sorted(set(POLICY) - set(ROUTES)) == []


def test_every_view_follows_the_conventions():
    assert sorted({str(route) for route in ROUTES.values() if not issubclass(route.view, ApiView)}) == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(POLICY))
def test_each_actor_meets_what_the_policy_says(ask, name):
    met = " ".join(outcome(ask(ROUTES[name], actor).status_code) for actor in ACTORS)
    assert dict(zip(ACTORS, met.split(), strict=True)) == dict(zip(ACTORS, POLICY[name].split(), strict=True))


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(ROUTES))
def test_an_unknown_parameter_is_400_wherever_one_may_enter(ask, name):
    route = ROUTES[name]
    answer = ask(route, welcome_at(name), query="?no_such_parameter=1")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == "no_such_parameter"


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(ROUTES))
def test_a_missing_slash_is_308(client, name):
    url = ROUTES[name].url({})
    answer = client.generic(ROUTES[name].method, url.rstrip("/"))
    assert (answer.status_code, answer["Location"]) == (308, url)


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(name for name in ROUTES if name.startswith("POST ") and name not in NOT_KEPT))
def test_every_post_reads_the_idempotency_key(ask, name):
    answer = ask(ROUTES[name], welcome_at(name), **{"Idempotency-Key": "caf\u00e9"})
    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.json()["detail"]


def test_every_edit_of_a_versioned_row_is_guarded():
    """A resource whose rows carry a version must say ``versioned = True`` if it can be edited in place."""
    unguarded = []
    for name, route in ROUTES.items():
        model = getattr(getattr(route.view.serializer_class, "Meta", None), "model", None)
        fields = {field.name for field in model._meta.fields} if model else set()
        if "version" in fields and hasattr(route.view, "partial_update") and not route.view.versioned:
            unguarded.append(name)
    assert unguarded == []
