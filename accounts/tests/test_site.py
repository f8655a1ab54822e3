"""The door of the admin."""

from __future__ import annotations

import io
import time
from typing import Any

import pyotp
import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Authenticator, User
from accounts.services.second_step import STEP
from accounts.tests.factories import PASSWORD
from accounts.tests.test_mfa import code_of, with_mfa
from umemployed.audit.models import AuditEntry

pytestmark = pytest.mark.django_db
DOOR = "/admin/login/?next=/admin/"


def enter(client: Client, user: User, password: str = PASSWORD, code: str = "") -> int:
    """Try the door; 302 is in, 200 is the form again."""
    body = {"username": user.email, "password": password, "code": code, "next": "/admin/"}
    return client.post(DOOR, body).status_code


def test_a_newcomers_house_lets_staff_in_with_the_password(client: Client, dana: User) -> None:
    assert "code" in client.get(DOOR).content.decode()
    assert enter(client, dana) == 302
    assert client.get("/admin/").status_code == 200


def test_where_it_is_demanded_staff_without_it_stay_outside(client: Client, dana: User, settings: Any) -> None:
    settings.ADMIN_REQUIRES_MFA = True
    assert enter(client, dana) == 200
    client.force_login(dana)
    assert client.get("/admin/").status_code == 302
    with_mfa(dana)
    client.force_login(dana)
    assert client.get("/admin/").status_code == 302, "a session from before has not passed the second step"


@pytest.mark.parametrize("demanded", [True, False])
def test_whoever_has_it_enters_with_a_code_and_with_each_code_once(
    client: Client, dana: User, settings: Any, demanded: bool
) -> None:
    settings.ADMIN_REQUIRES_MFA = demanded
    with_mfa(dana)
    assert enter(client, dana) == 200
    assert enter(client, dana, code="000000") == 200
    code = code_of(dana)
    assert enter(client, dana, code=code) == 302
    assert client.get("/admin/").status_code == 200
    assert enter(Client(), dana, code=code) == 200
    assert AuditEntry.objects.filter(action="admin:refused").count() == 3


def test_the_door_counts_guesses(client: Client, dana: User) -> None:
    for _ in range(10):
        assert enter(client, dana, password="not this one") == 200
    assert enter(client, dana) == 200, "the right password comes too late"


def test_staff_enrol_from_the_terminal(dana: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def typed(prompt: str) -> str:
        return pyotp.TOTP(Authenticator.objects.get(user=dana).secret).at(time.time() - STEP)

    monkeypatch.setattr("builtins.input", typed)
    out = io.StringIO()
    call_command("enrol_mfa", dana.email, stdout=out)
    dana.refresh_from_db()
    assert dana.has_mfa()
    assert Authenticator.objects.get().secret in out.getvalue()
    with pytest.raises(CommandError, match="confirmed authenticator"):
        call_command("enrol_mfa", dana.email, stdout=out)
    with pytest.raises(CommandError, match="Nobody"):
        call_command("enrol_mfa", "nobody@example.com")
