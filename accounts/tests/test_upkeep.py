from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import EmailToken, RefreshToken, Session, SignInChallenge, User
from accounts.services import sign_in
from accounts.services.second_step import challenge
from accounts.services.verification import issue_email_token
from accounts.tasks import purge
from accounts.tests.factories import PASSWORD, make_session


def test_what_is_long_over_goes_and_the_rest_stays(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.services.upkeep.BATCH", 2)
    long_ago, lately = timezone.now() - timedelta(days=31), timezone.now() - timedelta(days=29)
    stays = [
        sign_in(email=alice.email, password=PASSWORD, device="").session,
        make_session(user=alice, expires_at=lately),
        make_session(user=alice, revoked_at=lately, revoked_reason="signed_out"),
    ]
    goes = [make_session(user=alice, expires_at=long_ago) for _ in range(3)]
    goes.append(make_session(user=alice, revoked_at=long_ago, revoked_reason="signed_out"))
    for number, session in enumerate(goes):
        RefreshToken.objects.create(session=session, digest=str(number))
    issue_email_token(user=alice, purpose="verify_email")
    EmailToken.objects.update(expires_at=long_ago)
    kept = issue_email_token(user=alice, purpose="verify_email")
    challenge(user=alice, device="")
    SignInChallenge.objects.update(expires_at=long_ago)
    assert purge() == 10
    assert set(Session.objects.all()) == set(stays)
    assert (EmailToken.objects.get(), SignInChallenge.objects.count()) == (kept, 0)
    assert purge() == 0


def test_an_audited_act_is_a_line_of_json_once_it_is_committed(
    alice: User, caplog: Any, django_capture_on_commit_callbacks: Any
) -> None:
    import json
    import logging

    from umemployed.audit.record import record

    logger = logging.getLogger("umemployed.security")
    logger.addHandler(caplog.handler)
    caplog.set_level("INFO", "umemployed.security")
    try:
        with django_capture_on_commit_callbacks() as callbacks:
            entry = record("session:started", actor=alice, target=alice, secret_detail=1)
        assert caplog.messages == []
        for callback in callbacks:
            callback()
    finally:
        logger.removeHandler(caplog.handler)
    line = json.loads(caplog.messages[0])
    assert line["event"] == "session:started"
    assert (line["actor"], line["entry"]) == (str(alice.public_id), str(entry.public_id))
    assert alice.email not in caplog.messages[0]
