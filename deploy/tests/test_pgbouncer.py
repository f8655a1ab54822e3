"""deploy/pgbouncer/pgbouncer.ini under the real PgBouncer, in front of the tests' own PostgreSQL."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.db import connection

from deploy.tests.ports import free_port

PGBOUNCER = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
INI = Path(__file__).resolve().parents[2] / "deploy/pgbouncer/pgbouncer.ini"
POOL = 20  # default_pool_size; the reserve is switched off here, for each of its places waits two seconds
pytestmark = [
    pytest.mark.skipif(PGBOUNCER is None, reason="PgBouncer is not installed on this machine"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def pooled(tmp_path: Path) -> Iterator[dict[str, Any]]:
    """Start PgBouncer with our configuration and yield how to connect through it."""
    server, port = connection.settings_dict, free_port()
    target = f"host={server['HOST']} port={server['PORT'] or 5432} dbname={server['NAME']}"
    text = (
        INI.read_text()
        .replace("host=postgres port=5432 dbname=umemployed", target)
        .replace("listen_addr = 0.0.0.0", "listen_addr = 127.0.0.1\nunix_socket_dir =")
        .replace("listen_port = 6432", f"listen_port = {port}")
        .replace("reserve_pool_size = 5", "reserve_pool_size = 0")
        .replace("/tmp/userlist.txt", str(tmp_path / "userlist.txt"))  # noqa: S108
    )
    if os.geteuid() == 0:
        text += f"user = {pwd.getpwuid(owner_of(server['HOST'])).pw_name}\n"
    (tmp_path / "pgbouncer.ini").write_text(text)
    (tmp_path / "userlist.txt").write_text(f'"{server["USER"]}" "open sesame"\n')
    for path in (tmp_path, tmp_path / "pgbouncer.ini", tmp_path / "userlist.txt"):
        path.chmod(0o755)
    for parent in list(tmp_path.parents)[:2]:
        parent.chmod(0o755)
    assert PGBOUNCER is not None
    process = subprocess.Popen([PGBOUNCER, str(tmp_path / "pgbouncer.ini")], stderr=subprocess.DEVNULL)
    where = {
        "host": "127.0.0.1",
        "port": port,
        "dbname": "umemployed",
        "user": server["USER"],
        "password": "open sesame",
    }
    try:
        wait_until_open(where)
        yield where
    finally:
        process.terminate()
        process.wait(10)


def owner_of(host: str) -> int:
    """Return the user who may reach the server: the owner of its socket's folder, or nobody for TCP."""
    return Path(host).stat().st_uid if host.startswith("/") else pwd.getpwnam("nobody").pw_uid


def wait_until_open(where: dict[str, Any]) -> None:
    """Return as soon as a connection through the pool answers; fail after 10 s."""
    deadline = time.monotonic() + 10
    while True:
        try:
            psycopg2.connect(**where).close()
            return
        except psycopg2.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def test_the_pool_answers_and_refuses_a_wrong_password(pooled: dict[str, Any]) -> None:
    with psycopg2.connect(**pooled) as peer, peer.cursor() as cursor:
        cursor.execute("select 41 + 1")
        assert cursor.fetchone() == (42,)
    peer.close()
    with pytest.raises(psycopg2.OperationalError):
        psycopg2.connect(**{**pooled, "password": "guess"})


def test_a_client_too_many_is_told_within_seconds_instead_of_hanging(pooled: dict[str, Any]) -> None:
    busy = [psycopg2.connect(**pooled) for _ in range(POOL)]
    try:
        for peer in busy:
            peer.cursor().execute("select 1")  # the open transaction keeps its server connection
        started = time.monotonic()
        late = psycopg2.connect(**pooled)
        busy.append(late)
        with pytest.raises(psycopg2.OperationalError):
            late.cursor().execute("select 1")
        assert time.monotonic() - started < 8
    finally:
        for peer in busy:
            peer.close()
