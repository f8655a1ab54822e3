"""Secrets at rest, and the rotation of their keys while the program runs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import Authenticator, User
from accounts.tests.factories import make_user
from applications.capsules import is_untouched
from applications.models import Capsule
from applications.tests.factories import make_application
from umemployed.vault import ring
from umemployed.vault.checks import field_keys_are_long_enough
from umemployed.vault.rotation import encrypted_columns, rotate_column

OLD, NEW = "old-" * 10, "new-" * 10
PURPOSE = "accounts.totp_secret"


@pytest.fixture
def keys(settings: Any) -> Callable[..., None]:
    def set_keys(*values: str) -> None:
        settings.FIELD_ENCRYPTION_KEYS = list(values)

    set_keys(OLD)
    return set_keys


def column() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM accounts_authenticator ORDER BY id")
        return [value for (value,) in cursor.fetchall()]


def keep(user: User, secret: str) -> Authenticator:
    return Authenticator.objects.create(user=user, secret=secret)


def test_a_column_holds_ciphertext_that_is_another_each_time(alice: User, bob: User, keys: Callable[..., None]) -> None:
    keep(alice, "GEZDGNBVGY3TQOJQ")
    keep(bob, "GEZDGNBVGY3TQOJQ")
    first, second = column()
    assert first != second
    assert "GEZDGNBVGY3TQOJQ" not in first + second
    assert Authenticator.objects.get(user=alice).secret == "GEZDGNBVGY3TQOJQ"


def test_what_was_sealed_for_one_column_does_not_open_in_another(keys: Callable[..., None]) -> None:
    sealed = ring.encrypt("x", purpose="accounts.totp_secret")
    with pytest.raises(ring.Undecryptable):
        ring.decrypt(sealed, purpose="accounts.telephone")


def test_only_null_can_be_looked_for(db: None) -> None:
    assert not Authenticator.objects.filter(secret__isnull=True).exists()
    with pytest.raises(FieldError):
        Authenticator.objects.filter(secret="x")


def test_a_value_that_was_written_over_is_named_not_shown(alice: User, keys: Callable[..., None]) -> None:
    row = keep(alice, "s")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_authenticator SET secret = 'rubbish'")
    with pytest.raises(ring.Undecryptable):
        Authenticator.objects.get(pk=row.pk)
    with pytest.raises(CommandError, match=rf"accounts.Authenticator.secret #{row.pk}\b"):
        call_command("rotate_field_keys")


def test_rotation_leaves_nothing_to_the_old_key_and_can_be_run_again(
    db: None, keys: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    users = [make_user() for _ in range(5)]
    for user in users[:3]:
        keep(user, f"secret of {user.pk}")
    keys(NEW, OLD)
    for user in users[3:]:
        keep(user, f"secret of {user.pk}")
    call_command("rotate_field_keys")
    assert "accounts.Authenticator.secret: 3 of 5 encrypted again" in capsys.readouterr().out
    before = column()
    call_command("rotate_field_keys")
    assert "0 of 5" in capsys.readouterr().out
    assert column() == before
    keys(NEW)
    for row in Authenticator.objects.all():
        assert row.secret == f"secret of {row.user_id}"


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_rotation_overwrites_nothing_that_is_written_meanwhile(keys: Callable[..., None], monkeypatch: Any) -> None:
    monkeypatch.setattr("umemployed.vault.rotation.BATCH", 3)
    rows = [keep(make_user(), "0") for _ in range(12)]
    keys(NEW, OLD)
    stop, written = threading.Event(), dict.fromkeys((row.pk for row in rows), "0")

    def write() -> None:
        number = 0
        try:
            while not stop.is_set() or number < 60:
                number += 1
                row = rows[number % len(rows)]
                Authenticator.objects.filter(pk=row.pk).update(secret=str(number))
                written[row.pk] = str(number)
        finally:
            connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    rotate_column(Authenticator, Authenticator._meta.get_field("secret"))
    stop.set()
    writer.join()
    keys(NEW)
    assert dict(Authenticator.objects.values_list("pk", "secret")) == written


def test_a_short_or_missing_key_stops_the_start(keys: Callable[..., None]) -> None:
    assert field_keys_are_long_enough(None) == []
    for wrong in ([], ["short"], [NEW, "short"]):
        keys(*wrong)
        assert [error.id for error in field_keys_are_long_enough(None)] == ["vault.E001"]


def test_every_encrypted_column_can_be_rotated_whatever_its_primary_key(db: None, keys: Callable[..., None]) -> None:
    """Numbers, UUIDs, one-to-one keys: each table is walked in the order of its own."""
    labels = {f"{model._meta.label}.{field.name}" for model, field in encrypted_columns()}
    assert {"applications.Capsule.content", "applications.SelfDeclaration.answers", "resumes.Resume.phone"} <= labels
    call_command("rotate_field_keys")


def test_a_document_is_sealed_as_a_whole_and_comes_back_as_it_was(db: None, keys: Callable[..., None]) -> None:
    application = make_application(cover_letter="Ring me at +237 677 12 34 56")
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM applications_capsule WHERE application_id = %s", [application.pk])
        (sealed,) = cursor.fetchone()
    assert "Ring" not in sealed
    assert not {*"{: "} & set(sealed)
    keys(NEW, OLD)
    call_command("rotate_field_keys")
    keys(NEW)
    capsule = Capsule.objects.get(pk=application.pk)
    assert capsule.content["cover_letter"] == "Ring me at +237 677 12 34 56"
    assert is_untouched(capsule)
