"""The database that the tests' databases are copies of, so that a run does not begin with every migration."""

from __future__ import annotations

from django.core.management import call_command
from django.db import connection

# Any number that is ours: processes of a spread run queue on it, and the first makes the template for all.
LOCK = 7_361_550


def ensure_template(name: str) -> None:
    """Make the template database if there is none of this name, and drop those of other schemas.

    The name says what it was made from (``stores.template_name``). It is made under another name and renamed when it
    is complete, so that a run that is killed leaves nothing that looks whole.
    """
    draft = f"{name}_draft"
    with connection._nodb_cursor() as cursor:
        # The settings' limits are for requests; the second process waits here for as long as the first migrates.
        cursor.execute("SET lock_timeout = 0; SET statement_timeout = 0")
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'template\\_um\\_%'")
        found = {row[0] for row in cursor.fetchall()}
        if name in found:
            return
        for old in found:
            cursor.execute(f'DROP DATABASE "{old}"')
        cursor.execute(f'CREATE DATABASE "{draft}"')
        migrate(draft)
        cursor.execute(f'ALTER DATABASE "{draft}" RENAME TO "{name}"')


def migrate(name: str) -> None:
    """Make the schema in the database of this name, with the connection that the tests have."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
