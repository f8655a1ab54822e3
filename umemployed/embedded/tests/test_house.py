"""The two commands on clean clones, as root and as a normal user, and with processes killed: ``./dev house``."""

from __future__ import annotations

import json
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from umemployed.embedded import process
from umemployed.embedded.home import ROOT
from umemployed.embedded.tests.conftest import AS_ROOT, gone, needs_root

pytestmark = pytest.mark.house
START_LIMIT = 30.0
STOP_LIMIT = 10.0
SETTINGS = re.compile(r"^(DATABASE_URL|REDIS_URL|SECRET_KEY|JWT_\w+|UMEMPLOYED_\w+|DJANGO_\w+|EMAIL_\w+)$")


class Running:
    """A ``./dev run`` in a clone: its lines as they come, and all processes below it."""

    def __init__(self, clone: Path, env: dict[str, str], user: str | None = None) -> None:
        self.clone = clone
        self.lines: list[str] = []
        self.begun = time.monotonic()
        self.process = subprocess.Popen(
            ["./dev", "run", "--port", "0", "--mail-port", "0"],
            cwd=clone,
            env=env,
            user=user,
            group=pwd.getpwnam(user).pw_gid if user else None,
            extra_groups=[] if user else None,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.lines.extend(self.process.stdout)

    def await_ready(self, limit: float) -> str:
        """Return the READY line and record how long it took."""
        found = process.wait_until(lambda: bool(self.ready()) or self.process.poll() is not None, limit)
        assert found and self.ready(), "".join(self.lines[-60:])
        self.seconds = time.monotonic() - self.begun
        return self.ready()

    def ready(self) -> str:
        return next((line for line in list(self.lines) if "| READY" in line), "")

    def family(self) -> dict[int, str]:
        """Return every living process below this one, with its command line."""
        parents = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                except OSError:
                    continue
        found, waiting = {}, [self.process.pid]
        while waiting:
            parent = waiting.pop()
            for pid in (pid for pid, above in parents.items() if above == parent):
                found[pid] = process.describe(pid) or ""
                waiting.append(pid)
        return found

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self.reader.join(15)
        assert self.process.stdout is not None
        self.process.stdout.close()


def clone_to(folder: Path) -> Path:
    """Clone what is committed, as a newcomer gets it."""
    subprocess.run(["git", "clone", "-q", f"file://{ROOT}", str(folder)], check=True)
    return folder


def newcomers_environment(home: Path) -> dict[str, str]:
    """Return an environment without any setting of ours."""
    kept = {name: value for name, value in os.environ.items() if not SETTINGS.match(name) and name != "VIRTUAL_ENV"}
    return {**kept, "HOME": str(home)}


@pytest.fixture(scope="module")
def clone() -> Iterator[Path]:
    """A clean clone in a folder that only its owner may enter, as below /root."""
    folder = Path(tempfile.mkdtemp(prefix="clone-"))
    yield clone_to(folder / "umemployed")
    forget(folder / "umemployed")
    shutil.rmtree(folder)


def forget(clone: Path) -> None:
    """Delete what a clone keeps outside itself."""
    subprocess.run(["./dev", "reset", "--yes"], cwd=clone, env=newcomers_environment(Path.home()), check=False)


@pytest.fixture
def house(clone: Path) -> Iterator[Running]:
    running = Running(clone, newcomers_environment(Path.home()))
    yield running
    running.close()


def test_from_nothing_to_ready_and_back(house: Running) -> None:
    line = house.await_ready(180)
    assert house.seconds < START_LIMIT
    url = re.search(r"http://[\d.:]+/", line)
    assert url is not None
    assert urllib.request.urlopen(url[0] + "admin/login/").status == 200  # noqa: S310 - our own address
    family = house.family()
    begun = time.monotonic()
    house.process.send_signal(signal.SIGINT)
    assert house.process.wait(STOP_LIMIT + 5) == 0
    assert time.monotonic() - begun < STOP_LIMIT
    assert gone(*family, seconds=0)


def test_kill_9_leaves_no_orphan_and_the_next_start_is_clean(house: Running) -> None:
    house.await_ready(60)
    family = house.family()
    commands = " ".join(family.values())
    assert all(name in commands for name in ("postgres", "valkey", "celery", "uvicorn", "mailbox"))
    assert len(family) > 12
    house.process.kill()
    assert gone(*family)
    again = Running(house.clone, newcomers_environment(Path.home()))
    try:
        again.await_ready(60)
        again.process.send_signal(signal.SIGTERM)
        assert again.process.wait(STOP_LIMIT + 5) == 0
    finally:
        again.close()


def test_a_dead_worker_ends_the_house_with_its_reason(house: Running) -> None:
    house.await_ready(60)
    family = house.family()
    victim = next(pid for pid, command in family.items() if "-n critical@" in command)
    os.kill(victim, signal.SIGKILL)
    assert house.process.wait(STOP_LIMIT + 5) == 1
    house.reader.join(5)
    assert "critical died: killed by SIGKILL" in "".join(house.lines)
    assert gone(*family, seconds=0)


def test_a_second_terminal_joins_the_running_house_and_a_second_run_is_refused(house: Running) -> None:
    house.await_ready(60)
    env = newcomers_environment(Path.home())
    joined = subprocess.run(
        ["./dev", "manage", "migrate", "--check"], cwd=house.clone, env=env, capture_output=True, text=True, check=False
    )
    assert joined.returncode == 0, joined.stderr
    second = subprocess.run(
        ["./dev", "run", "--port", "0"], cwd=house.clone, env=env, capture_output=True, text=True, check=False
    )
    assert second.returncode == 1
    assert f"process {house.process.pid}" in second.stderr
    tests = subprocess.run(
        ["./dev", "test", "-q", "umemployed/tests"],
        cwd=house.clone,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert tests.returncode == 0, tests.stdout[-2000:]
    if logins := house.clone / "var" / "demo.json":
        assert not logins.exists() or {"role", "email", "password"} <= set(json.loads(logins.read_text())[0])


@needs_root
def test_a_normal_user_needs_nothing_from_root() -> None:
    if subprocess.run(
        ["/usr/bin/python3", "-c", "import sys, ensurepip; sys.exit(sys.version_info < (3, 11))"]
    ).returncode:
        pytest.skip("this machine has no Python 3.11 that a normal user can reach")
    folder = Path(tempfile.mkdtemp(prefix="clone-"))
    clone = clone_to(folder / "umemployed")
    subprocess.run(["chown", "-R", "nobody:", str(folder)], check=True)
    env = {**newcomers_environment(folder), "PATH": "/usr/bin:/bin"}
    running = Running(clone, env, user="nobody")
    try:
        running.await_ready(180)
        assert running.seconds < 2 * START_LIMIT  # its package cache is cold
        owners = {Path(f"/proc/{pid}").stat().st_uid for pid in running.family()}
        assert owners == {pwd.getpwnam("nobody").pw_uid}
        running.process.send_signal(signal.SIGINT)
        assert running.process.wait(STOP_LIMIT + 5) == 0
    finally:
        running.close()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.skipif(AS_ROOT, reason="root has the test above; this is the same without root")
def test_without_root_the_servers_run_as_oneself(house: Running) -> None:
    house.await_ready(180)
    assert {Path(f"/proc/{pid}").stat().st_uid for pid in house.family()} == {os.geteuid()}
