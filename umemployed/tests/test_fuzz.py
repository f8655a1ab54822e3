"""Requests made up from the OpenAPI document: no fault of ours, and nothing that it does not promise.

The default run sends two to every operation; ``./dev fuzz`` (marker ``fuzz``) many more. Half of
them meet an object that exists, as an actor who may enter; the others whatever the document allows.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from umemployed.tests.policy import ACTORS, POLICY, SAMPLES, World

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
PREFIX = "/api/v1/"


@cache
def operations() -> dict[str, Any]:
    document = SchemaGenerator().get_schema(request=None, public=True)
    schema = schemathesis.openapi.from_dict(document)
    schema.app = get_wsgi_application()
    found = (result.ok() for result in schema.get_all_operations())
    return {f"{operation.method.upper()} {operation.path.removeprefix(PREFIX)}": operation for operation in found}


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """Let the served requests share the test's transaction, as Django's own test client does."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def world(alice, bob, carol, dana, acme, globex) -> World:
    return World(candidate=alice, recruiter=bob, other=carol, staff=dana, company=acme)


def fuzz(name: str, world: World, as_user: Any, examples: int) -> None:
    operation = operations()[name]
    allowed = [actor for actor, met in zip(ACTORS, POLICY[name].split(), strict=True) if met == "+"]
    actor = next((actor for actor in allowed if actor != "anonymous"), "candidate")
    credentials = as_user(getattr(world, actor))._credentials["HTTP_AUTHORIZATION"]
    fits = [prefix for prefix in SAMPLES if name.partition(" ")[2].startswith(prefix)]
    sample = SAMPLES[max(fits, key=len)](world) if fits else {}

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), known=st.booleans(), signed_in=st.sampled_from([True, True, True, False]))
    def send(case: Any, known: bool, signed_in: bool) -> None:
        if known and case.path_parameters:
            values = {key: str(value) for key, value in sample.items() if key in case.path_parameters}
            case.path_parameters.update(values)
        headers = {"Authorization": credentials} if signed_in else {}
        response = case.call(headers=headers)
        case.validate_response(response, checks=CHECKS)

    send()


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(POLICY))
def test_a_few_made_up_requests(name, world, as_user, settings):
    settings.RATE_LIMITS = {scope: {**policy, "limit": 100_000} for scope, policy in settings.RATE_LIMITS.items()}
    fuzz(name, world, as_user, examples=2)


@pytest.mark.fuzz
@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(POLICY))
def test_many_made_up_requests(name, world, as_user, settings):
    settings.RATE_LIMITS = {scope: {**policy, "limit": 100_000} for scope, policy in settings.RATE_LIMITS.items()}
    fuzz(name, world, as_user, examples=60)
