"""No cache keeps what somebody who is signed in was answered, by any route."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from umemployed.tests.policy import ACTORS, POLICY
from umemployed.tests.test_routes import ROUTES, ask, world

__all__ = ["ask", "world"]


READS = sorted(name for name in POLICY if name.startswith("GET "))
DOORS = sorted(name for name in POLICY if name.startswith("POST auth/"))


@pytest.mark.django_db
def test_every_answer_to_somebody_who_is_signed_in_may_be_kept_by_nobody_else(ask: Any) -> None:
    kept = []
    for name in READS:
        for actor in ACTORS[1:]:
            with transaction.atomic():  # the samples make rows
                answer = ask(ROUTES[name], actor)
                transaction.set_rollback(True)
            said = {word.strip() for word in answer.get("Cache-Control", "").split(",")}
            if not said & {"no-store", "private"} or "public" in said:
                kept.append((name, actor, answer.status_code, answer.get("Cache-Control")))
    assert kept == []
    assert len(READS) > 40


@pytest.mark.django_db
@pytest.mark.parametrize("name", DOORS)
def test_no_answer_of_a_door_is_kept_anywhere(ask: Any, name: str) -> None:
    for actor in ACTORS:
        answer = ask(ROUTES[name], actor)
        assert answer["Cache-Control"] == "no-store", (actor, answer.status_code)
