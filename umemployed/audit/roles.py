"""Two roles in the database: the owner of the tables migrates, the program's role reads and writes rows.

``MIGRATION_DATABASE_URL`` names the owner, ``DATABASE_URL`` the program. Where they differ, every ``migrate`` ends by
making the program's role what ``app_role.sql`` says, so that no migration can leave it too much or too little. Whoever
takes the program over can then add to the audit record and read it, and neither change it nor lift its triggers.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import dj_database_url
from django.conf import settings
from django.db import connections, transaction
from psycopg2.extensions import encrypt_password

GRANTS = Path(__file__).with_name("app_role.sql")
SANE_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")


class UnfitRole(Exception):
    """The URL of the program names a role that cannot be given its rights; the text says why."""


def grants_for(role: str) -> str:
    """Return the statements that make a role the program's. Raises UnfitRole for a name that needs quoting."""
    if not SANE_NAME.fullmatch(role):
        raise UnfitRole(f"{role!r}: use small letters, digits and _ for the role in DATABASE_URL")
    return GRANTS.read_text().replace("{role}", role)


def admit_program(*, using: str = "default", **_: Any) -> None:
    """Give the program's role its rights, as the owner; the listener of ``post_migrate``.

    Does nothing where one role is both (a developer's own server, the tests). Makes the role, and sets its
    password, if the owner may; else the operator has made it.
    """
    if settings.DATABASE_URL == settings.OWNER_DATABASE_URL:
        return
    program = dj_database_url.parse(settings.DATABASE_URL)
    role, connection = program["USER"], connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
        owner, may_make_roles = cursor.fetchone()
        if owner == role:
            return
        cursor.execute(grants_for(role))
        if program["PASSWORD"] and may_make_roles:
            # Sealed here, so that no log of the server can show it.
            sealed = encrypt_password(program["PASSWORD"], role, cursor.connection, "scram-sha-256")
            cursor.execute(f"ALTER ROLE {role} PASSWORD %s", [sealed])
