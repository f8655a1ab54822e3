"""What a stranger left on an account is gone when the owner of the address enters it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.links import secret_of
from accounts.models import Connection, User
from accounts.services import confirm_password_reset, verify_email
from accounts.services.verification import issue_email_token
from accounts.social.tests.factories import make_connection
from accounts.tests.factories import PASSWORD, make_client, make_user
from umemployed.events.models import EventRecord
from umemployed.files.gateways import store
from umemployed.files.models import StoredFile
from umemployed.privacy.models import Erasure, Export
from umemployed.privacy.services import give_consent, has_consented
from umemployed.privacy.vocabulary import ExportStatus, Purpose

NEW_PASSWORD = "a much newer sentence"
pytestmark = pytest.mark.django_db


def reset(user: User) -> None:
    token = issue_email_token(user=user, purpose="reset_password")
    confirm_password_reset(token=secret_of(token.purpose, token.public_id), new_password=NEW_PASSWORD)


def furnish(user: User) -> Export:
    """Leave on the account what a stranger can who knows its password and proved no address."""
    client = make_client(user)
    assert client.post("/api/v1/resumes/", {"title": "Not hers"}).status_code == 201
    assert client.post("/api/v1/me/erasure/", {"current_password": PASSWORD}).status_code == 202
    give_consent(actor=user, purpose="talent_search", version="2026-11")
    export = Export.objects.create(person=user, key="exports/of-a-stranger", status=ExportStatus.READY)
    store().save(export.key, ContentFile(b"archive"))
    return export


def test_nothing_of_a_strangers_waits_for_the_owner_who_resets_the_password(
    django_capture_on_commit_callbacks: Any,
) -> None:
    trap = make_user(email="zoe@example.com", email_verified_at=None, full_name="Mallory", timezone="Asia/Tokyo")
    export = furnish(trap)
    StoredFile.objects.create(owner=trap, purpose="attachment", name="theirs.pdf", size=1, key="files/of-a-stranger")
    store().save("files/of-a-stranger", ContentFile(b"x"))
    with django_capture_on_commit_callbacks(execute=True):
        reset(trap)
    trap.refresh_from_db()
    assert (trap.full_name, trap.language, trap.timezone) == ("", "en", "UTC")
    assert trap.check_password(NEW_PASSWORD) and trap.has_verified_email() and not trap.maker_unknown
    assert [row.status for row in Erasure.objects.all()] == ["cancelled"]
    owner = make_client(trap)
    assert owner.get("/api/v1/me/erasure/").status_code == 404
    assert not StoredFile.objects.exists() and not store().exists("files/of-a-stranger")
    assert not Export.objects.exists() and not store().exists(export.key)
    assert not has_consented(trap, Purpose.TALENT_SEARCH) and owner.get("/api/v1/resumes/").json()["results"] == []
    assert EventRecord.objects.filter(topic="resumes.ResumeDeleted").count() == 1


def test_a_reset_after_a_link_alone_ends_what_the_maker_set_up_and_keeps_what_was_written() -> None:
    trap = make_user(email="zoe@example.com", email_verified_at=None, full_name="Zoe")
    furnish(trap)
    link = issue_email_token(user=trap, purpose="verify_email")
    verify_email(token=secret_of(link.purpose, link.public_id))
    trap.refresh_from_db()
    assert trap.maker_unknown and trap.check_password(PASSWORD)
    make_connection(user=trap, provider="keel", issuer="https://keel.example", subject="mallory")
    reset(trap)
    trap.refresh_from_db()
    assert (trap.full_name, trap.maker_unknown, Connection.objects.exists()) == ("Zoe", False, False)
    assert Erasure.objects.get().status == "cancelled"
    assert len(make_client(trap).get("/api/v1/resumes/").json()["results"]) == 1


def test_a_reset_of_ones_own_account_takes_nothing_away() -> None:
    alice = make_user(email_verified_at=timezone.now(), full_name="Alice")
    furnish(alice)
    make_connection(user=alice, provider="keel", issuer="https://keel.example", subject="alice")
    reset(alice)
    alice.refresh_from_db()
    assert alice.full_name == "Alice" and Connection.objects.count() == 1
    assert (Erasure.objects.get().status, Export.objects.count()) == ("waiting", 1)
