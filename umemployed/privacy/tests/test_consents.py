"""What people say yes and no to, and that nobody can make them have said otherwise."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.factories import make_client, make_user
from accounts.tests.racing import race
from umemployed.audit.models import AuditEntry
from umemployed.events.models import EventRecord
from umemployed.privacy.models import Consent, ConsentIsAppendOnly
from umemployed.privacy.services import give_consent, has_consented
from umemployed.privacy.tests.factories import make_consent
from umemployed.privacy.vocabulary import Purpose

URL = "/api/v1/me/consents/"
pytestmark = pytest.mark.django_db


def answers(client: APIClient) -> dict[str, dict[str, Any]]:
    return {row["purpose"]: row for row in client.get(URL).json()["consents"]}


def test_signing_up_accepts_the_terms_and_the_notice_and_nothing_else(api: APIClient) -> None:
    body = {"email": "new@example.com", "password": "an uncommon battery staple"}
    assert api.post("/api/v1/auth/register/", body, REMOTE_ADDR="192.0.2.7").status_code == 202
    person = User.objects.get(email="new@example.com")
    rows = Consent.objects.filter(person=person)
    assert {(row.purpose, row.version, row.is_given, row.address) for row in rows} == {
        ("terms", "2026-11", True, "192.0.2.7"),
        ("privacy", "2026-11", True, "192.0.2.7"),
    }
    given = {purpose: row["is_given"] for purpose, row in answers(make_client(person)).items()}
    assert given == {"terms": True, "privacy": True, "talent_search": False, "marketing": False}


def test_an_optional_one_is_given_and_withdrawn_each_with_its_row(alice: User) -> None:
    client, url = make_client(alice), f"{URL}talent_search/"
    said = client.put(url, {"version": "2026-11"})
    assert (said.status_code, said.json()["is_given"], said.json()["given_version"]) == (200, True, "2026-11")
    assert client.put(url, {"version": "2026-11"}).status_code == 200
    assert Consent.objects.count() == 1, "saying it again is saying it once"
    assert has_consented(alice, Purpose.TALENT_SEARCH)
    assert client.delete(url).json()["is_given"] is False
    assert not has_consented(alice, Purpose.TALENT_SEARCH)
    assert list(Consent.objects.order_by("pk").values_list("is_given", flat=True)) == [True, False]
    assert EventRecord.objects.filter(topic="umemployed.ConsentChanged").count() == 2
    acts = AuditEntry.objects.filter(actor=alice, action__startswith="consent:").order_by("pk")
    assert [entry.action for entry in acts] == ["consent:given", "consent:withdrawn"]


def test_a_text_that_was_replaced_is_not_agreed_to(alice: User, settings: Any) -> None:
    client = make_client(alice)
    client.put(f"{URL}marketing/", {"version": "2026-11"})
    settings.CONSENT_TEXTS = {**settings.CONSENT_TEXTS, "marketing": "2027-01"}
    shown = answers(client)["marketing"]
    assert (shown["version"], shown["given_version"]) == ("2027-01", "2026-11"), "a frontend sees that it must ask anew"
    stale = client.put(f"{URL}marketing/", {"version": "2026-11"})
    assert (stale.status_code, stale.json()["code"], stale.json()["version"]) == (
        409,
        "consent_text_replaced",
        "2027-01",
    )
    assert client.put(f"{URL}marketing/", {"version": "2027-01"}).json()["given_version"] == "2027-01"


def test_what_the_account_rests_on_is_not_withdrawn_alone(alice: User) -> None:
    answer = make_client(alice).delete(f"{URL}terms/")
    assert (answer.status_code, answer.json()["code"]) == (409, "consent_required")
    assert make_client(alice).delete(f"{URL}no-such-purpose/").status_code == 404


def test_nobody_sees_or_changes_anothers(alice: User, carol: User) -> None:
    make_client(alice).put(f"{URL}marketing/", {"version": "2026-11"})
    assert answers(make_client(carol))["marketing"]["is_given"] is False
    make_client(carol).delete(f"{URL}marketing/")
    assert has_consented(alice, Purpose.MARKETING)


@pytest.mark.parametrize(
    "change", ["is_given = false", "version = 'other'", "at = now()", "purpose = 'terms'", "address = '192.0.2.1'"]
)
def test_no_statement_changes_what_was_said(change: str) -> None:
    row = make_consent()
    with pytest.raises(ConsentIsAppendOnly):
        row.save()
    with pytest.raises(ConsentIsAppendOnly):
        row.delete()
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE privacy_consent SET {change} WHERE id = %s", [row.pk])  # noqa: S608 - of this test
    with connection.cursor() as cursor:
        cursor.execute("UPDATE privacy_consent SET address = NULL")


def test_no_statement_deletes_what_was_said_of_somebody_or_lately(alice: User) -> None:
    old, lately = make_consent(person=alice, at=timezone.now() - timedelta(days=4000)), make_consent()
    Consent.objects.filter(pk=lately.pk).update(person=None)
    for row in (old, lately):
        with pytest.raises(DatabaseError, match="kept as proof"), transaction.atomic():
            Consent.objects.filter(pk=row.pk).delete()
    assert Consent.objects.filter(pk__in=[old.pk, lately.pk]).count() == 2


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_said_twenty_times_at_once_it_is_said_once() -> None:
    person = make_user()
    results = race(*[lambda: give_consent(actor=person, purpose="marketing", version="2026-11") for _ in range(20)])
    assert [result for result in results if isinstance(result, Exception)] == []
    assert Consent.objects.count() == 1


def test_the_public_list_says_what_is_held_and_for_how_long(api: APIClient) -> None:
    tables = {row["table"]: row for row in api.get("/api/v1/personal-data/").json()["tables"]}
    assert tables["applications.Capsule"]["kept"] == "application"
    assert tables["applications.Capsule"]["months"] == {"default": 24, "DE": 6, "NL": 12}
    assert tables["audit.AuditEntry"]["months"] is None
    french = api.get("/api/v1/personal-data/", headers={"Accept-Language": "fr"})
    assert french.status_code == 200
