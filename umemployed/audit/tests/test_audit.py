from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction
from django.db.models import QuerySet
from django.test import Client

from accounts.models import User
from umemployed.api.context import set_address, set_request_id
from umemployed.audit.models import AuditEntry, AuditIsAppendOnly
from umemployed.audit.record import record

pytestmark = pytest.mark.django_db


def test_an_entry_says_who_did_what_to_whom_from_where(alice: User) -> None:
    set_address("192.0.2.7")
    set_request_id("request-7")
    entry = record("user:renamed", actor=alice, target=alice, before="A", after="B")
    set_address(None)
    set_request_id("")
    entry.refresh_from_db()
    assert entry.target == f"accounts.user:{alice.public_id}"
    assert (entry.actor, entry.actor_public_id) == (alice, alice.public_id)
    assert (entry.address, entry.request_id, entry.details) == ("192.0.2.7", "request-7", {"before": "A", "after": "B"})


def test_an_entry_stays_as_it_was_when_its_actor_is_deleted(alice: User) -> None:
    entry, public_id, pk = record("user:renamed", actor=alice), alice.public_id, alice.pk
    alice.delete()
    assert AuditEntry.objects.filter(pk=entry.pk, actor_id=pk, actor_public_id=public_id).exists()


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows.update(action="x"),
        lambda rows: rows.delete(),
        lambda rows: rows.bulk_update(list(rows), ["action"]),
        lambda rows: rows.update_or_create(action="x"),
        lambda rows: rows.get().save(),
        lambda rows: rows.get().delete(),
    ],
)
def test_our_own_code_cannot_write_over_the_record(change: Callable[[QuerySet[Any]], Any]) -> None:
    record("test:happened", actor=None)
    with pytest.raises(AuditIsAppendOnly):
        change(AuditEntry.objects.all())
    assert AuditEntry.objects.get().action == "test:happened"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditentry SET action = 'x'",
        "DELETE FROM audit_auditentry",
        "TRUNCATE audit_auditentry",
        "INSERT INTO audit_auditentry SELECT * FROM audit_auditentry ON CONFLICT (id) DO UPDATE SET action = 'x'",
        "SET LOCAL session_replication_role = replica; DELETE FROM audit_auditentry",
    ],
)
def test_the_database_refuses_whoever_asks(statement: str) -> None:
    record("test:happened", actor=None)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE audit_auditentry ENABLE ALWAYS TRIGGER audit_no_truncate")
        with pytest.raises((ProgrammingError, InternalError), match="append-only"), transaction.atomic():
            cursor.execute(statement)
    assert AuditEntry.objects.get().action == "test:happened"


def test_staff_read_the_record_and_cannot_write_it(
    client: Client, dana: User, django_assert_max_num_queries: Any
) -> None:
    for _ in range(20):
        entry = record("test:happened", actor=dana)
    client.force_login(dana)
    with django_assert_max_num_queries(8):
        assert client.get("/admin/audit/auditentry/").status_code == 200
    page = f"/admin/audit/auditentry/{entry.pk}"
    assert client.get(f"{page}/change/").status_code == 200
    assert client.post(f"{page}/change/", {"action": "x"}).status_code == 403
    assert client.post(f"{page}/delete/").status_code == 403
    assert client.get("/admin/audit/auditentry/add/").status_code == 403
