"""The page of choices behind the link at the foot of a mail."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from accounts.models import User
from notifications.mail import unsubscribing
from notifications.mail.unsubscribing import settings_link, unsubscribe_link
from notifications.models import NotificationPreference
from notifications.preferences import preferences_of

JSON = {"Accept": "application/json"}


def path_of(reader: User) -> str:
    return urlsplit(settings_link(reader)).path


def chosen(reader: User) -> dict[str, str]:
    return {row["kind"]: row["mail"] for row in preferences_of(reader)}


def test_opening_it_changes_nothing_and_storing_changes_what_is_named(client: Client, alice: User) -> None:
    shown = client.get(path_of(alice))
    assert shown.status_code == 200
    assert shown["Cache-Control"] == "no-store"
    assert b'name="message_received" value="now" aria-label="Somebody writes to me: at once" checked' in shown.content
    assert b"account_security" not in shown.content
    assert not NotificationPreference.objects.exists()
    assert client.post(path_of(alice), {"message_received": "digest"}).status_code == 200
    assert chosen(alice)["message_received"] == "digest"
    assert NotificationPreference.objects.count() == 1


def test_programs_speak_json(client: Client, alice: User) -> None:
    first = client.get(path_of(alice), headers=JSON).json()["mails"]
    assert {"kind": "message_received", "label": "Somebody writes to me", "mail": "now"} in first
    body = {"message_received": "off"}
    after = client.post(path_of(alice), body, content_type="application/json", headers=JSON).json()["mails"]
    assert {row["kind"]: row["mail"] for row in after}["message_received"] == "off"


def test_all_can_be_stopped_but_what_guards_the_account(client: Client, alice: User) -> None:
    client.post(path_of(alice), {"all": "off"})
    assert {kind: mail for kind, mail in chosen(alice).items() if mail != "off"} == {"account_security": "now"}


@pytest.mark.parametrize("body", ['{"account_security": "off"}', '{"x": "off"}', '{"message_received": 1}', "[]", "{"])
def test_what_is_no_choice_is_a_400_and_changes_nothing(client: Client, alice: User, body: str) -> None:
    assert client.post(path_of(alice), body, content_type="application/json").status_code == 400
    assert not NotificationPreference.objects.exists()


def test_the_link_is_the_readers_own_and_ends(client: Client, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    stop = unsubscribe_link(alice, "message_received").rstrip("/").rpartition("/")[2]
    for token in ("x", stop, signing.dumps(["x"], salt=unsubscribing.SETTINGS_SALT)):
        assert client.get(f"/api/v1/mail/settings/{token}/").status_code == 404
        assert client.get(f"/api/v1/mail/settings/{token}/", headers=JSON).status_code == 404
        assert client.post(f"/api/v1/mail/settings/{token}/", {"all": "off"}).status_code == 404
    path = path_of(alice)
    later = (timezone.now() + timedelta(days=91)).timestamp()
    monkeypatch.setattr(signing.time, "time", lambda: later)
    assert client.get(path).status_code == 404
    assert not NotificationPreference.objects.exists()


def test_a_french_reader_sees_french(client: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(language="fr")
    assert "Enregistrer mes choix" in client.get(path_of(alice)).content.decode()
