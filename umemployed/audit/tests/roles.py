"""The program's role on the tests' own database, made as a deployment makes it."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

import psycopg2
from django.conf import settings
from django.db import connection

from umemployed.realtime.tests import servers


def owner_url() -> str:
    """Return the address of the tests' database for its owner."""
    return servers.test_database_url()


def url_of(role: str, password: str = "") -> str:
    """Return the address of the tests' database for a role."""
    _, _, place = owner_url().partition("@")
    return f"postgres://{role}:{quote(password, safe='')}@{place}"


def migrate(program: str, owner: str) -> None:
    """Run ``manage.py migrate`` as an operator would, with both addresses."""
    environment = {
        **os.environ,
        "DATABASE_URL": program,
        "MIGRATION_DATABASE_URL": owner,
        "DJANGO_SETTINGS_MODULE": "umemployed.settings",
    }
    command = [sys.executable, "manage.py", "migrate", "--noinput", "-v", "0"]
    done = subprocess.run(command, cwd=servers.ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]


@contextmanager
def program_role(password: str = "") -> Iterator[str]:
    """Yield the program's own address; its role is made by ``migrate`` and taken away afterwards."""
    role = f"app_{uuid.uuid4().hex[:12]}"
    address = url_of(role, password)
    try:
        migrate(address, owner_url())
        yield address
    finally:
        with connect_as(settings.DATABASES["default"]["USER"]) as owner, owner.cursor() as cursor:
            cursor.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")


@contextmanager
def connect_as(role: str) -> Iterator[psycopg2.extensions.connection]:
    """Yield a connection outside Django, that commits every statement."""
    place = connection.settings_dict
    line = psycopg2.connect(host=place["HOST"], port=place["PORT"] or None, dbname=place["NAME"], user=role)
    line.autocommit = True
    try:
        yield line
    finally:
        line.close()
