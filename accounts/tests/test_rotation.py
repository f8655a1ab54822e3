"""Keys are changed while two real web processes serve: nobody is signed out, and nothing fails."""

from __future__ import annotations

import io
import itertools
import re
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any

import jwt
import pyotp
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from accounts.models import Authenticator, User
from accounts.rotation import CannotRotate, Step, new_key, plan_rotation, present_step, verify_each_other
from accounts.tests.factories import PASSWORD, make_user
from accounts.tests.nodes import Nodes, node, nodes, restart, visitor
from accounts.tokens import key_id_of
from umemployed.audit.tests.roles import program_role
from umemployed.realtime.tests.servers import ROOT, Process, redis_process

__all__ = ["nodes"]


@pytest.fixture(scope="module")
def running_nodes(django_db_setup: None) -> Iterator[Nodes]:
    """Two processes of this module's own, because it restarts them."""
    with (
        program_role() as database,
        redis_process() as redis,
        node(redis, database) as one,
        node(redis, database) as two,
    ):
        yield Nodes((one, two), redis)


def printed_steps(text: str) -> list[dict[str, str]]:
    """Read what the command printed as an operator would: three blocks of two variables."""
    pairs = re.findall(r"^   (JWT_\w+)=(.*)$", text, re.MULTILINE)
    return [dict(pairs[at : at + 2]) for at in range(0, len(pairs), 2)]


@pytest.mark.attack
def test_a_rolling_rotation_refuses_no_token_and_signs_nobody_out(nodes: Nodes) -> None:
    alice = make_user()
    out = io.StringIO()
    call_command("rotate_signing_key", stdout=out)
    steps = printed_steps(out.getvalue())
    assert [sorted(step) for step in steps] == [["JWT_PREVIOUS_KEYS", "JWT_SIGNING_KEY"]] * 3
    signed_in = visitor(nodes.ports[0]).post("/auth/login/", json={"email": alice.email, "password": PASSWORD}).json()
    tokens, refresh = [signed_in["access"]], signed_in["refresh"]

    def serve(living: list[Process]) -> None:
        """Have each living process sign a token, and all of them judge all tokens so far."""
        nonlocal refresh
        for process in living:
            answer = visitor(process.port).post("/auth/refresh/", json={"refresh": refresh})
            assert answer.status_code == 200, answer.text
            tokens.append(answer.json()["access"])
            refresh = answer.json()["refresh"]
        for process in living:
            met = [visitor(process.port, token=token).get("/me/").status_code for token in tokens]
            assert met == [200] * len(tokens)

    serve(list(nodes.web))
    for step in steps[:2]:
        for process, other in (nodes.web, nodes.web[::-1]):
            restart(process, **step)
            serve([process, other])
    kids = [jwt.get_unverified_header(token)["kid"] for token in tokens]
    assert set(kids) == {key_id_of(settings.JWT_SIGNING_KEY), key_id_of(steps[2]["JWT_SIGNING_KEY"])}
    assert kids[-1] == key_id_of(steps[2]["JWT_SIGNING_KEY"])
    for process in nodes.web:
        restart(process, **steps[2])
    old = [token for token, kid in zip(tokens, kids, strict=True) if kid != kids[-1]]
    new = [token for token, kid in zip(tokens, kids, strict=True) if kid == kids[-1]]
    for port in nodes.ports:
        assert {visitor(port, token=token).get("/me/").status_code for token in new} == {200}
        assert {visitor(port, token=token).get("/me/").status_code for token in old} == {401}, "the key is gone"
    assert visitor(nodes.ports[0]).post("/auth/refresh/", json={"refresh": refresh}).status_code == 200


def test_the_command_checks_what_is_set(settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    settings.JWT_PREVIOUS_KEYS = (other := new_key(),)
    call_command("rotate_signing_key", "--check")
    said = capsys.readouterr().out
    assert said == (
        f"Signs: {key_id_of(settings.JWT_SIGNING_KEY)}. Believed besides: {key_id_of(other)}. All verify.\n"
    )
    assert settings.JWT_SIGNING_KEY not in said


def test_keys_that_stand_in_line_stay_until_the_last_step() -> None:
    now, key = Step("a" * 40, ("b" * 40,)), "c" * 40
    assert plan_rotation(now, key) == [
        Step("a" * 40, ("b" * 40, key)),
        Step(key, ("a" * 40, "b" * 40)),
        Step(key, ()),
    ]
    assert len(new_key()) == 64
    assert present_step().signing == settings.JWT_SIGNING_KEY


def test_a_plan_that_would_sign_people_out_is_refused() -> None:
    with pytest.raises(CannotRotate):
        verify_each_other(Step("a" * 40, ()), Step("c" * 40, ("a" * 40,)))


@pytest.mark.django_db
def test_the_command_runs_from_a_terminal() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "rotate_signing_key"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert len(printed_steps(done.stdout)) == 3


@pytest.mark.attack
def test_field_keys_are_rotated_under_load_and_the_old_one_can_go(nodes: Nodes) -> None:
    new, old = new_key(), settings.FIELD_ENCRYPTION_KEYS[0]
    people = [make_user() for _ in range(400)]
    secrets = {user.pk: pyotp.random_base32() for user in people}
    for user in people:
        Authenticator.objects.create(user=user, secret=secrets[user.pk], confirmed_at=timezone.now())
    User.objects.update(mfa_enabled_at=timezone.now())
    for process in nodes.web:
        restart(process, FIELD_ENCRYPTION_KEYS=f"{new},{old}")
    stop, met = threading.Event(), Counter[int]()

    def enter(user: User, port: int, code: str) -> int:
        client = visitor(port)
        asked = client.post("/auth/login/", json={"email": user.email, "password": PASSWORD})
        if asked.status_code != 401:
            return asked.status_code
        body = {"challenge": asked.json()["challenge"], "code": code}
        return client.post("/auth/login/mfa/", json=body).status_code

    def load(number: int) -> None:
        for user in itertools.cycle(people[number::4]):
            nodes.forget_limits()
            Authenticator.objects.filter(user=user).update(last_step=0)  # the same code again, if the round is quick
            met[enter(user, nodes.ports[number % 2], pyotp.TOTP(secrets[user.pk]).now())] += 1
            if stop.is_set():
                connection.close()
                return

    threads = [threading.Thread(target=load, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    rotated = subprocess.run(
        [sys.executable, "manage.py", "rotate_field_keys"],
        cwd=ROOT,
        env={**nodes.web[0].environment, "FIELD_ENCRYPTION_KEYS": f"{new},{old}"},
        capture_output=True,
        text=True,
        check=False,
    )
    stop.set()
    for thread in threads:
        thread.join()
    assert rotated.returncode == 0, rotated.stderr
    assert "400 of 400 encrypted again" in rotated.stdout
    assert set(met) == {200}, met
    assert met[200] >= 4
    for process in nodes.web:
        restart(process, FIELD_ENCRYPTION_KEYS=new)
    nodes.forget_limits()
    Authenticator.objects.update(last_step=0)
    assert [enter(user, nodes.ports[0], pyotp.TOTP(secrets[user.pk]).now()) for user in people[::100]] == [200] * 4
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM accounts_authenticator")
        sealed = "".join(value for (value,) in cursor.fetchall())
    assert [secret for secret in secrets.values() if secret in sealed] == [], "no secret rests in clear"
