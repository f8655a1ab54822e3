"""A backup that is older than an erasure is put back: nobody comes back with it."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.core.management import call_command
from django.db import connection
from django.test import Client

from accounts.models import User
from accounts.tests.factories import make_user
from companies.models import Company
from notifications.models import Mail
from notifications.tests.post_office import PostOffice
from umemployed.privacy import ledger
from umemployed.privacy.models import Erasure
from umemployed.privacy.services import carry_out
from umemployed.privacy.tests import life as doors
from umemployed.privacy.tests.factories import make_erasure
from umemployed.privacy.tests.life import live
from umemployed.privacy.tests.test_erasure import ask, erase

pytestmark = pytest.mark.django_db(transaction=True)
TABLES = """
SELECT c.relname, string_agg(format('%I', a.attname), ', ') FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
    AND NOT starts_with(c.relname, 'audit_') AND c.relname <> 'django_migrations'
GROUP BY c.relname
"""


@contextmanager
def a_backup() -> Iterator[None]:
    """Copy every table aside, let the block run, and put the copies back in place of what is there then."""
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS backup CASCADE; CREATE SCHEMA backup")
        cursor.execute(TABLES)
        tables = cursor.fetchall()
        for table, _columns in tables:
            cursor.execute(f'CREATE TABLE backup."{table}" AS TABLE public."{table}"')
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for table, _columns in tables:
            cursor.execute(f'DELETE FROM public."{table}"')  # noqa: S608 - names out of the catalogue
        for table, columns in tables:
            cursor.execute(f'INSERT INTO public."{table}" ({columns}) SELECT {columns} FROM backup."{table}"')  # noqa: S608
        cursor.execute("SET session_replication_role = origin; DROP SCHEMA backup CASCADE")
    ledger.checked_in.cache_clear()  # as the program starts anew


def readiness() -> tuple[int, bool]:
    answer = Client().get("/readyz")
    return answer.status_code, answer.json()["checks"]["erasures"]["ok"]


def test_an_older_backup_is_not_served_until_the_erasures_are_replayed(
    acme: Company, bob: User, post_office: PostOffice, own_folder: Path
) -> None:
    life = live(acme, bob)
    words = list(life.words.values())
    with a_backup():
        assert ask(life).status_code == 202
        assert erase(life.person).status == "done"
        assert doors.hits_in_database(words) == []
        assert readiness() == (200, True)
    assert len(doors.hits_in_database(words)) >= 20, "the restore brought everything back"
    assert readiness() == (503, False)
    letters = len(post_office.accepted)
    call_command("replay_erasures", stdout=(out := io.StringIO()))
    assert out.getvalue().startswith("1 erasures of the ledger were replayed")
    assert doors.hits_in_database(words) == []
    assert doors.hits_in_folder(own_folder, words) == []
    assert readiness() == (200, True)
    doors.deliver()
    assert len(post_office.accepted) == letters, "nobody is told twice"
    assert Erasure.objects.get().cause == "replayed"
    call_command("replay_erasures", stdout=(out := io.StringIO()))
    assert out.getvalue().startswith("0 erasures")


def test_a_backup_from_the_cooling_off_period_erases_though_it_was_cancelled_there(
    alice: User, post_office: PostOffice
) -> None:
    make_erasure(person=alice)
    with a_backup():
        assert erase(alice).status == "done"
    Erasure.objects.update(status="cancelled")
    make_erasure(person=alice)
    call_command("replay_erasures", stdout=io.StringIO())
    alice.refresh_from_db()
    assert alice.email.endswith("@erased.invalid")
    assert Mail.objects.filter(to_address="alice@example.com").count() == 0
    assert set(Erasure.objects.values_list("status", flat=True)) == {"done", "cancelled"}


def test_an_entry_about_somebody_whom_the_backup_never_knew_is_noted(db: None) -> None:
    with a_backup():
        carry_out(make_erasure().pk)
    assert readiness() == (503, False)
    call_command("replay_erasures", stdout=io.StringIO())
    assert readiness() == (200, True)
    assert Erasure.objects.get().person is None


def test_a_backup_that_is_put_back_below_a_running_program_is_noticed(
    alice: User, own_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_erasure(person=alice)
    assert erase(alice).status == "done"
    now = time.monotonic()
    monkeypatch.setattr(ledger.time, "monotonic", lambda: now)
    assert readiness() == (200, True)
    Erasure.objects.all().delete()
    now += ledger.KEPT_SECONDS
    assert readiness() == (503, False)


def test_the_ledger_names_nobody(alice: User, own_folder: Path) -> None:
    carry_out(make_erasure(person=alice).pk)
    names = storages["files"].listdir(ledger.FOLDER)[1]
    assert len(names) == 1
    assert str(alice.public_id) not in names[0]
    assert alice.public_id.hex not in names[0]
    assert doors.hits_in_folder(own_folder, [alice.email, alice.full_name]) == []
    entry = next(ledger.entries())
    assert entry.person == ledger.hash_of(alice.public_id)
    assert ledger.person_of(entry) == alice
    assert ledger.person_of(ledger.Entry(entry.erasure, "0" * 64)) is None


def test_nothing_is_forgotten_while_the_ledger_cannot_be_written(
    alice: User, post_office: PostOffice, own_folder: Path
) -> None:
    erasure = make_erasure(person=alice)
    (own_folder / ledger.FOLDER).write_text("a file where the folder should be")
    with pytest.raises(OSError, match=r"exist|directory"):
        carry_out(erasure.pk)
    alice.refresh_from_db()
    assert alice.email == "alice@example.com"
    (own_folder / ledger.FOLDER).unlink()
    assert erase(alice).status == "done"


def test_a_ledger_that_cannot_be_read_is_not_a_good_one(db: None, own_folder: Path) -> None:
    (own_folder / ledger.FOLDER).write_text("a file where the folder should be")
    make_user()
    assert readiness() == (503, False)
