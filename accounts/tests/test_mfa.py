"""Two-step sign-in through the REST door: on, used, attacked, off."""

from __future__ import annotations

import json
import time
from typing import Any

import pyotp
import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.links import digest_of, secret_of
from accounts.models import Authenticator, RecoveryCode, Session, SignInChallenge, User
from accounts.services import confirm_password_reset, finish_sign_in, sign_in
from accounts.services.second_step import STEP, make_recovery_codes
from accounts.services.sessions import MfaRequired
from accounts.services.verification import issue_email_token
from accounts.tests.factories import PASSWORD, make_client, make_session, make_user
from accounts.tests.racing import race
from umemployed.api.errors import ApiError
from umemployed.audit.models import AuditEntry
from umemployed.events.models import EventRecord

pytestmark = pytest.mark.django_db
AUTH = "/api/v1/auth/"


def with_mfa(user: User) -> list[str]:
    """Turn two-step sign-in on and return the recovery codes."""
    Authenticator.objects.create(user=user, secret=pyotp.random_base32(), confirmed_at=timezone.now())
    User.objects.filter(pk=user.pk).update(mfa_enabled_at=timezone.now())
    user.refresh_from_db()
    return make_recovery_codes(user)


def code_of(user: User, *, steps: int = 0) -> str:
    secret = Authenticator.objects.get(user=user).secret
    return pyotp.TOTP(secret).at(time.time() + steps * STEP)


def challenge_of(user: User) -> str:
    with pytest.raises(MfaRequired) as asked:
        sign_in(email=user.email, password=PASSWORD, device="Phone")
    return asked.value.extra["challenge"]


def post(client: APIClient, path: str, **body: Any) -> Any:
    return client.post(f"{AUTH}{path}", body)


def test_a_person_turns_it_on_and_signs_in_with_a_code(alice: User, api: APIClient) -> None:
    elsewhere, client = make_session(user=alice), make_client(alice)
    offer = post(client, "mfa/totp/", current_password=PASSWORD).json()
    assert offer["otpauth_url"].startswith("otpauth://totp/Umemployed:alice%40example.com?secret=" + offer["secret"])
    assert offer["qr_svg"].startswith("data:image/svg+xml")
    assert post(api, "login/", email=alice.email, password=PASSWORD).status_code == 200, "an offer guards nothing"
    totp = pyotp.TOTP(offer["secret"])
    answer = post(client, "mfa/totp/confirm/", code=totp.at(time.time() - STEP))
    assert answer.status_code == 200
    assert len(set(answer.json()["recovery_codes"])) == 10
    elsewhere.refresh_from_db()
    assert elsewhere.revoked_reason == Session.EndReason.MFA_CHANGED
    assert client.get(f"{AUTH}mfa/").json()["recovery_codes_left"] == 10

    asked = post(api, "login/", email=alice.email, password=PASSWORD)
    assert (asked.status_code, asked.json()["code"], asked.json()["expires_in"]) == (401, "mfa_required", 300)
    done = post(api, "login/mfa/", challenge=asked.json()["challenge"], code=totp.now())
    assert done.status_code == 200
    opened = Session.objects.get(public_id=done.json()["session_id"])
    assert (opened.user, opened.device) == (alice, SignInChallenge.objects.get().device)
    assert EventRecord.objects.filter(topic__endswith="MfaChanged").count() == 1


def test_a_code_used_once_is_refused_and_so_are_those_before_it(alice: User, api: APIClient) -> None:
    with_mfa(alice)
    code = code_of(alice)
    assert post(api, "login/mfa/", challenge=challenge_of(alice), code=code).status_code == 200
    for stale in (code, code_of(alice, steps=-1)):
        answer = post(api, "login/mfa/", challenge=challenge_of(alice), code=stale)
        assert (answer.status_code, answer.json()["code"]) == (401, "bad_code")
    assert post(api, "login/mfa/", challenge=challenge_of(alice), code=code_of(alice, steps=1)).status_code == 200


def test_a_recovery_code_works_once_however_it_is_spelled(alice: User, api: APIClient) -> None:
    code = with_mfa(alice)[3]
    spelled = code.lower().replace("-", " ")
    assert post(api, "login/mfa/", challenge=challenge_of(alice), code=spelled).status_code == 200
    assert post(api, "login/mfa/", challenge=challenge_of(alice), code=code).status_code == 401
    assert RecoveryCode.objects.filter(user=alice, used_at=None).count() == 9
    assert AuditEntry.objects.filter(action="mfa:recovery_code_used").count() == 1


def test_no_secret_of_it_rests_in_clear(alice: User, django_db_blocker: Any) -> None:
    from django.db import connection

    codes = with_mfa(alice)
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM accounts_authenticator")
        assert Authenticator.objects.get().secret not in cursor.fetchone()[0]
    stored = set(RecoveryCode.objects.values_list("digest", flat=True))
    assert digest_of(codes[0].replace("-", "")) in stored
    challenge = challenge_of(alice)
    assert SignInChallenge.objects.get().digest == digest_of(challenge)


@pytest.mark.parametrize("code", ["", "000000000", "abc", "１２３４５６", "\ud800", "-", "12 34"])
def test_nonsense_is_refused_as_a_code(alice: User, api: APIClient, code: str) -> None:
    with_mfa(alice)
    body = json.dumps({"challenge": challenge_of(alice), "code": code})
    answer = api.post(f"{AUTH}login/mfa/", body, content_type="application/json")
    assert answer.status_code in {400, 401}
    assert not Session.objects.exists()


def test_a_challenge_is_single_use_short_and_ends_with_the_password(alice: User, api: APIClient) -> None:
    with_mfa(alice)
    used, old, outlived = (challenge_of(alice) for _ in range(3))
    assert post(api, "login/mfa/", challenge=used, code=code_of(alice)).status_code == 200
    SignInChallenge.objects.filter(digest=digest_of(old)).update(expires_at=timezone.now())
    token = issue_email_token(user=alice, purpose="reset_password")
    confirm_password_reset(token=secret_of(token.purpose, token.public_id), new_password="quite another battery")
    for challenge in (used, old, outlived, "umc_nothing"):
        answer = post(api, "login/mfa/", challenge=challenge, code=code_of(alice, steps=1))
        assert (answer.status_code, answer.json()["code"]) == (401, "bad_challenge")


def test_a_reset_does_not_go_around_the_code(alice: User, api: APIClient) -> None:
    with_mfa(alice)
    token = issue_email_token(user=alice, purpose="reset_password")
    body = {"token": secret_of(token.purpose, token.public_id), "new_password": "quite another battery"}
    assert "access" not in (post(api, "password/reset/confirm/", **body).data or {})
    answer = post(api, "login/", email=alice.email, password="quite another battery")
    assert (answer.status_code, answer.json()["code"]) == (401, "mfa_required")


def test_a_reset_takes_a_strangers_second_step_off_an_account_that_was_never_proved(api: APIClient) -> None:
    """Whoever made it with somebody's address must not lock the owner out with an authenticator of their own."""
    trap = make_user(email_verified_at=None)
    with_mfa(trap)
    token = issue_email_token(user=trap, purpose="reset_password")
    body = {"token": secret_of(token.purpose, token.public_id), "new_password": "quite another battery"}
    assert post(api, "password/reset/confirm/", **body).status_code == 204
    assert post(api, "login/", email=trap.email, password="quite another battery").status_code == 200
    trap.refresh_from_db()
    assert trap.has_verified_email() and not trap.has_mfa() and not Authenticator.objects.exists()


def test_a_suspended_person_does_not_finish(alice: User, api: APIClient) -> None:
    with_mfa(alice)
    challenge = challenge_of(alice)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert post(api, "login/mfa/", challenge=challenge, code=code_of(alice)).json()["code"] == "bad_challenge"


def test_codes_cannot_be_guessed_at_length(alice: User, api: APIClient) -> None:
    with_mfa(alice)
    wrong = str((int(code_of(alice)) + 7) % 1_000_000).zfill(6)
    answers = [post(api, "login/mfa/", challenge=challenge_of(alice), code=wrong).status_code for _ in range(7)]
    assert answers == [401] * 5 + [429] * 2


@pytest.mark.parametrize("path", ["mfa/totp/", "mfa/disable/", "mfa/recovery-codes/"])
def test_a_token_alone_changes_nothing(alice: User, path: str) -> None:
    client = make_client(alice)
    assert post(client, path).json()["code"] == "reauthentication_required"
    assert post(client, path, current_password="not this one").json()["code"] == "wrong_password"
    with_mfa(alice)
    client = make_client(alice)
    assert post(client, path, current_password=PASSWORD).json()["code"] == "reauthentication_required"
    assert post(client, path, current_password=PASSWORD, code="111111").json()["code"] == "wrong_code"
    alice.refresh_from_db()
    assert alice.has_mfa()


def test_it_is_turned_off_with_password_and_code(alice: User, api: APIClient) -> None:
    with_mfa(alice)
    answer = post(make_client(alice), "mfa/disable/", current_password=PASSWORD, code=code_of(alice))
    assert answer.status_code == 204
    assert not Authenticator.objects.exists() and not RecoveryCode.objects.exists()
    assert post(api, "login/", email=alice.email, password=PASSWORD).status_code == 200
    assert post(make_client(alice), "mfa/disable/", current_password=PASSWORD).json()["code"] == "mfa_not_on"


def test_recovery_codes_are_replaced(alice: User) -> None:
    before = with_mfa(alice)
    client = make_client(alice)
    after = post(client, "mfa/recovery-codes/", current_password=PASSWORD, code=code_of(alice)).json()["recovery_codes"]
    assert len(after) == 10 and not set(after) & set(before)


def test_nothing_is_confirmed_that_was_not_offered_and_nothing_offered_twice(alice: User) -> None:
    client = make_client(alice)
    assert post(client, "mfa/totp/confirm/", code="123456").json()["code"] == "nothing_offered"
    with_mfa(alice)
    client = make_client(alice)
    assert post(client, "mfa/totp/confirm/", code="123456").json()["code"] == "mfa_already_on"
    answer = post(client, "mfa/totp/", current_password=PASSWORD, code=code_of(alice))
    assert answer.json()["code"] == "mfa_already_on"


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["totp", "recovery"])
def test_twenty_at_once_with_one_code_open_one_session(alice: User, settings: Any, kind: str) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "mfa": {"limit": 100, "seconds": 300}}
    settings.RATE_LIMITS["login"] = {"limit": 100, "seconds": 300}
    recovery = with_mfa(alice)
    code = code_of(alice) if kind == "totp" else recovery[0]
    challenges = [challenge_of(alice) for _ in range(20)]
    results = race(*[lambda c=c: finish_sign_in(challenge=c, code=code) for c in challenges])
    assert sum(not isinstance(result, Exception) for result in results) == 1
    assert {result.code for result in results if isinstance(result, ApiError)} == {"bad_code"}
    assert Session.objects.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_with_one_challenge_open_one_session(alice: User, settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "mfa": {"limit": 100, "seconds": 300}}
    codes, challenge = with_mfa(alice) * 2, challenge_of(alice)
    results = race(*[lambda c=c: finish_sign_in(challenge=challenge, code=c) for c in codes])
    assert sum(not isinstance(result, Exception) for result in results) == 1
    assert Session.objects.count() == 1
    assert RecoveryCode.objects.filter(used_at=None).count() == 9
