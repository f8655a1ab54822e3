"""A superuser changes the record behind the program's back, and ``verify_audit`` names the row."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from accounts.models import User
from accounts.tests.racing import race
from umemployed.api.context import set_address
from umemployed.audit.anchors import drop_anchor, newest_copies
from umemployed.audit.models import AuditAnchor, AuditEntry, AuditIsAppendOnly, AuditLink
from umemployed.audit.record import record
from umemployed.audit.tasks import drop
from umemployed.audit.verify import Tampered, verify

pytestmark = pytest.mark.django_db
TABLES = ("audit_auditentry", "audit_auditlink", "audit_auditanchor")


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Path) -> Path:
    """Keep the anchors' copies of this test in a folder of its own."""
    backend = "django.core.files.storage.FileSystemStorage"
    settings.STORAGES = {**settings.STORAGES, "files": {"BACKEND": backend, "OPTIONS": {"location": tmp_path}}}
    return tmp_path / "audit-anchors"


def link_now() -> None:
    """Do what COMMIT does: let the deferred trigger append the links."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def record_some(count: int = 6) -> list[AuditEntry]:
    entries = [record("test:happened", actor=None, number=number) for number in range(count)]
    link_now()
    return entries


@contextmanager
def superuser() -> Iterator[Callable[..., None]]:
    """Somebody who may switch triggers off, and does."""
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        yield lambda statement, *values: cursor.execute(statement, values)
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def refusal() -> str:
    with pytest.raises(Tampered) as found:
        verify()
    return str(found.value)


def test_an_honest_record_is_good_whatever_it_says(alice: User, capsys: pytest.CaptureFixture[str]) -> None:
    for address in ("192.0.2.7", "2001:DB8::1", "::ffff:192.0.2.7", None):
        set_address(address)
        record("test:happened", actor=alice, target=alice, ratio=0.1, words=["é", "\u2028", '"'], nothing=None, deep={})
    set_address(None)
    record_some()
    drop_anchor()
    call_command("verify_audit")
    assert capsys.readouterr().out == "10 entries and 1 anchors are as they were written.\n"


@pytest.mark.parametrize(
    "change",
    [
        "action = 'test:other'",
        "actor_id = 7",
        "details = '{}'",
        "at = at + interval '1 microsecond'",
        "target = 'accounts.user:x'",
        "address = '192.0.2.9'",
        "request_id = 'x'",
        "public_id = gen_random_uuid()",
        "seal = repeat('0', 64)",
    ],
)
def test_an_edit_names_the_entry(change: str) -> None:
    entry = record_some()[2]
    with superuser() as do:
        do(f"UPDATE audit_auditentry SET {change} WHERE id = %s", entry.pk)  # noqa: S608 - the words above
    assert refusal() == f"entry {entry.pk} was edited or forged (link 3)"


def test_a_deleted_entry_is_named() -> None:
    entry = record_some()[2]
    with superuser() as do:
        do("DELETE FROM audit_auditentry WHERE id = %s", entry.pk)
    assert refusal() == f"entry {entry.pk} is missing (link 3)"


def test_an_entry_deleted_with_its_link_leaves_a_gap() -> None:
    entry = record_some()[2]
    with superuser() as do:
        do("DELETE FROM audit_auditlink WHERE entry_id = %s", entry.pk)
        do("DELETE FROM audit_auditentry WHERE id = %s", entry.pk)
    assert refusal() == "link 3 is missing"
    with superuser() as do:
        do("UPDATE audit_auditlink SET seq = seq - 1 WHERE seq > 3")
    assert "link 3 was changed" in refusal()


def test_an_inserted_entry_is_named_whether_it_is_linked_or_not() -> None:
    record_some()
    columns = "public_id, action, target, details, request_id, at, seal"
    values = "SELECT gen_random_uuid(), 'test:forged', '', '{}', '', now(), seal FROM audit_auditentry LIMIT 1"
    with superuser() as do:
        do(f"INSERT INTO audit_auditentry ({columns}) {values}")
    forged = AuditEntry.objects.get(action="test:forged")
    assert refusal() == f"entry {forged.pk} was inserted: no link binds it"
    with superuser() as do:
        do("DELETE FROM audit_auditentry WHERE id = %s", forged.pk)
    with connection.cursor() as cursor:  # by the front door, where the trigger links it
        cursor.execute(f"INSERT INTO audit_auditentry ({columns}) {values}")
    link_now()
    forged = AuditEntry.objects.get(action="test:forged")
    assert refusal() == f"entry {forged.pk} was edited or forged (link 7)"


def test_a_copy_of_an_entry_is_named_though_its_seal_is_good_and_a_link_binds_it() -> None:
    entries = record_some()
    columns = "public_id, action, target, details, address, request_id, at, seal, actor_id, actor_public_id"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = 'audit_auditentry'::regclass AND contype = 'u'"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"ALTER TABLE audit_auditentry DROP CONSTRAINT {name}")
        copying = f"INSERT INTO audit_auditentry ({columns}) SELECT {columns} FROM audit_auditentry"  # noqa: S608
        cursor.execute(f"{copying} WHERE id = %s RETURNING id", [entries[2].pk])
        (copy,) = cursor.fetchone()
    link_now()
    assert f"entry {copy} was inserted" in refusal()


def line_of(entry: AuditEntry) -> str:
    """Return what the log of security tells of an entry."""
    return json.dumps({"event": entry.action, "entry": str(entry.public_id)})


def test_the_log_of_security_is_a_witness_of_the_newest_entries(tmp_path: Path) -> None:
    entries = record_some()
    log = tmp_path / "security.log"
    lines = [f"2026-11-25 INFO umemployed.security {line_of(entry)}" for entry in entries]
    log.write_text("\n".join(["no line of ours {", *lines, '{"entry": 7}', "\x00"]))
    call_command("verify_audit", log=log)
    assert drop_anchor() is not None
    late = record_some(1)[0]
    log.write_text(log.read_text() + "\n" + line_of(late))
    with superuser() as do:
        do("DELETE FROM audit_auditlink WHERE entry_id = %s", late.pk)
        do("DELETE FROM audit_auditentry WHERE id = %s", late.pk)
    verify()  # the end was cut off behind the newest anchor: the record alone cannot know
    with pytest.raises(CommandError, match=f"entry {late.public_id} is missing"):
        call_command("verify_audit", log=log)
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("verify_audit", log=tmp_path / "no-such.log")


def test_two_entries_that_are_swapped_are_noticed() -> None:
    entries = record_some()
    first, second = entries[1].pk, entries[3].pk
    with superuser() as do:
        do("UPDATE audit_auditentry SET id = -1 WHERE id = %s", first)
        do("UPDATE audit_auditentry SET id = %s WHERE id = %s", first, second)
        do("UPDATE audit_auditentry SET id = %s WHERE id = -1", second)
    assert refusal() == f"link 2 was changed: it does not bind entry {first} to the link before"


def test_an_end_that_is_cut_off_behind_an_anchor_is_noticed() -> None:
    record_some()
    drop_anchor()
    with superuser() as do:
        do("DELETE FROM audit_auditentry WHERE id IN (SELECT entry_id FROM audit_auditlink WHERE seq > 4)")
        do("DELETE FROM audit_auditlink WHERE seq > 4")
    assert refusal() == "link 5 is missing: the end was cut off, anchor 6 says more was there"
    with superuser() as do:
        do("DELETE FROM audit_auditanchor")
    assert refusal() == "anchor 6 is in the file storage, but not so in the database: it was changed"


def test_anchors_are_chained_and_cannot_be_forged() -> None:
    record_some(2)
    drop_anchor()
    record_some(2)
    drop_anchor()
    with superuser() as do:
        do("DELETE FROM audit_auditanchor WHERE seq = 2")
    assert refusal() == "anchor 4 was changed, or one before it is missing"


def test_a_chain_that_is_computed_anew_meets_its_anchor() -> None:
    entries = record_some()
    drop_anchor()
    with superuser() as do:
        do("DELETE FROM audit_auditentry WHERE id = %s", entries[2].pk)
        do("DELETE FROM audit_auditlink")
    with connection.cursor() as cursor:
        cursor.execute("""DO $$ DECLARE e record; before text := ''; n bigint := 0; BEGIN
            FOR e IN SELECT * FROM audit_auditentry ORDER BY id LOOP
                n := n + 1;
                before := encode(sha256(convert_to(before||':'||n||':'||e.id||':'||e.seal, 'UTF8')), 'hex');
                INSERT INTO audit_auditlink (seq, entry_id, digest) VALUES (n, e.id, before);
            END LOOP; END $$""")
    assert "the end was cut off" in refusal()


def test_an_anchor_is_dropped_when_there_is_news_and_copied_out_once(storage: Path) -> None:
    assert drop() == 0
    record_some(3)
    assert (drop(), drop()) == (3, 0)
    record_some(2)
    assert drop() == 5
    assert [copy["seq"] for copy in newest_copies(9)] == [3, 5]
    for copy in storage.iterdir():
        copy.unlink()
    record_some(1)
    drop()
    assert len(list(storage.iterdir())) == 3, "copies that got lost are written again"


def test_the_command_fails_with_the_row() -> None:
    entry = record_some()[0]
    with superuser() as do:
        do("UPDATE audit_auditentry SET action = 'x' WHERE id = %s", entry.pk)
    with pytest.raises(CommandError, match=f"entry {entry.pk} was edited"):
        call_command("verify_audit")


def test_keys_rotate_and_old_seals_stay_good(settings: Any) -> None:
    record_some(2)
    settings.AUDIT_KEYS = ["another-key-" * 4, *settings.AUDIT_KEYS]
    record_some(2)
    assert verify().entries == 4
    settings.AUDIT_KEYS = settings.AUDIT_KEYS[:1]
    assert "was edited or forged (link 1)" in refusal()


@pytest.mark.parametrize("model", [AuditLink, AuditAnchor])
def test_our_own_code_cannot_write_over_the_chain(model: Any) -> None:
    with pytest.raises(AuditIsAppendOnly):
        model.objects.all().delete()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_twenty_transactions_at_once_make_one_chain_and_a_rollback_leaves_no_gap() -> None:
    def act(number: int) -> None:
        with transaction.atomic():
            record("test:happened", actor=None, number=number)
            record("test:happened", actor=None, number=number)
            if number % 4 == 0:
                transaction.set_rollback(True)

    results = race(*[lambda n=n: act(n) for n in range(20)])
    assert results == [None] * 20
    assert verify().entries == AuditLink.objects.count() == 30
