"""The program's role cannot touch what was recorded, nor what guards it; every migration leaves it so."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.db import connection, transaction

from accounts.tests.factories import make_user
from umemployed.audit.models import AuditEntry, AuditLink
from umemployed.audit.record import record
from umemployed.audit.roles import UnfitRole, grants_for
from umemployed.audit.tests.roles import connect_as, migrate, owner_url, program_role

pytestmark = pytest.mark.django_db(transaction=True)
ATTACKS = [
    "UPDATE audit_auditentry SET action = 'x'",
    "UPDATE audit_auditentry SET action = 'x' WHERE false",
    "DELETE FROM audit_auditentry",
    "TRUNCATE audit_auditentry",
    "TRUNCATE audit_auditlink",
    "DELETE FROM audit_auditlink",
    "UPDATE audit_auditanchor SET seal = 'x'",
    "INSERT INTO audit_auditlink (seq, entry_id, digest) VALUES (1000000, 1, 'x')",
    "INSERT INTO audit_auditentry SELECT * FROM audit_auditentry ON CONFLICT (id) DO UPDATE SET action = 'x'",
    "ALTER TABLE audit_auditentry DISABLE TRIGGER audit_append_only",
    "ALTER TABLE audit_auditentry DISABLE TRIGGER ALL",
    "ALTER TABLE audit_auditentry ALTER COLUMN action TYPE text",
    "ALTER TABLE audit_auditentry RENAME TO gone",
    "ALTER TABLE audit_auditentry OWNER TO CURRENT_USER",
    "DROP TRIGGER audit_append_only ON audit_auditentry",
    "DROP TABLE audit_auditentry",
    "CREATE TABLE mine (n int)",
    "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "SET session_replication_role = replica",
    "SET ROLE {owner}",
    "SET SESSION AUTHORIZATION {owner}",
    "GRANT UPDATE ON audit_auditentry TO CURRENT_USER; UPDATE audit_auditentry SET action = 'x'",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "CREATE ROLE another SUPERUSER",
    "INSERT INTO django_migrations (app, name, applied) VALUES ('audit', '9999', now())",
    "COPY audit_auditentry FROM PROGRAM 'true'",
    "COPY audit_auditentry (action) TO '/tmp/x'",
    "SELECT pg_read_file('PG_VERSION')",
    "BEGIN; LOCK TABLE audit_auditentry IN ACCESS EXCLUSIVE MODE",
    "CREATE TRIGGER mine BEFORE INSERT ON audit_auditentry EXECUTE FUNCTION audit_refuse()",
    "CREATE RULE mine AS ON INSERT TO audit_auditentry DO INSTEAD NOTHING",
    "UPDATE privacy_consent SET person_id = NULL",
    "TRUNCATE privacy_consent",
    "ALTER TABLE privacy_consent DISABLE TRIGGER consent_is_kept",
    "DROP TRIGGER consent_is_kept ON privacy_consent",
]


@pytest.fixture
def program(transactional_db: None) -> Iterator[str]:
    """The name of the program's role."""
    with program_role("open sesame") as address:
        yield urlsplit(address).username or ""


def test_the_program_may_neither_change_the_record_nor_lift_what_guards_it(program: str) -> None:
    record("test:happened", actor=None)
    before = list(AuditEntry.objects.values())
    owner = connection.settings_dict["USER"]
    passed = []
    with connect_as(program) as line, line.cursor() as cursor:
        for attack in ATTACKS:
            try:
                cursor.execute(attack.replace("{owner}", owner))
                passed.append(attack)
            except psycopg2.errors.InsufficientPrivilege:
                cursor.execute("ROLLBACK")
    assert passed == []
    assert list(AuditEntry.objects.values()) == before


def test_the_program_reads_and_writes_rows_and_its_entries_are_chained(program: str) -> None:
    alice = make_user()
    links = AuditLink.objects.count()
    with connect_as(program) as line, line.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET full_name = 'Alice N.' WHERE id = %s", [alice.pk])
        cursor.execute(
            """INSERT INTO audit_auditentry (public_id, action, target, details, request_id, at, seal)
               VALUES (gen_random_uuid(), 'test:happened', '', '{}', '', now(), '')"""
        )
        cursor.execute("SELECT count(*) FROM audit_auditlink")
        assert cursor.fetchone() == (links + 1,)
    alice.refresh_from_db()
    assert alice.full_name == "Alice N."


def test_its_password_rests_sealed(program: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolpassword FROM pg_authid WHERE rolname = %s", [program])
        assert cursor.fetchone()[0].startswith("SCRAM-SHA-256$")


def test_tables_of_later_migrations_are_as_they_should_be() -> None:
    with program_role() as address, connect_as(connection.settings_dict["USER"]) as owner, owner.cursor() as cursor:
        role = urlsplit(address).username or ""
        try:
            cursor.execute("CREATE TABLE later (n int); CREATE TABLE audit_later (n int)")
            with connect_as(role) as line, line.cursor() as program:
                program.execute("INSERT INTO later VALUES (1); UPDATE later SET n = 2; DELETE FROM later")
            cursor.execute(f"GRANT UPDATE ON audit_auditentry TO {role}; GRANT CREATE ON SCHEMA public TO {role}")
            migrate(address, owner_url())
            with connect_as(role) as line, line.cursor() as program:
                program.execute("INSERT INTO audit_later VALUES (1)")
                for attack in ("UPDATE audit_later SET n = 2", "UPDATE audit_auditentry SET action = 'x'", ATTACKS[16]):
                    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                        program.execute(attack)
        finally:
            cursor.execute("DROP TABLE IF EXISTS later, audit_later")


def test_a_role_that_could_become_the_owner_is_refused() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE too_strong LOGIN")
        try:
            cursor.execute(f"GRANT {connection.settings_dict['USER']} TO too_strong")
            with pytest.raises(psycopg2.errors.RaiseException), transaction.atomic():
                try:
                    cursor.execute(grants_for("too_strong"))
                except Exception as error:
                    raise error.__cause__ from error
        finally:
            cursor.execute("DROP ROLE too_strong")
    with pytest.raises(UnfitRole):
        grants_for('x"; DROP TABLE accounts_user; --')
