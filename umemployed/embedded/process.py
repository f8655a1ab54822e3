"""Starting, knowing and ending other programs."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

LEASH = Path(__file__).with_name("leash.py")
PROC = Path("/proc/self/stat")


@dataclass(frozen=True)
class Account:
    """A user that programs run as."""

    name: str
    uid: int
    gid: int

    @classmethod
    def named(cls, name: str) -> Account | None:
        """Return the system's user of that name, or None."""
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            return None
        return cls(entry.pw_name, entry.pw_uid, entry.pw_gid)

    def can_reach(self, path: Path) -> bool:
        """Ask the kernel, as this user, whether the file can be executed or the folder passed."""
        return subprocess.run(leashed(["?", str(path)], account=self), check=False).returncode == 0


def leashed(
    command: Sequence[str], *, account: Account | None = None, death: signal.Signals = signal.SIGKILL
) -> list[str]:
    """Return the command line that runs ``command`` on a leash: it gets ``death`` when this process dies."""
    who = f"{account.uid}:{account.gid}" if account else "-"
    program = shutil.which(command[0]) or command[0]
    return [sys.executable, "-I", "-S", str(LEASH), str(os.getpid()), str(int(death)), who, program, *command[1:]]


def start(
    command: Sequence[str],
    *,
    account: Account | None = None,
    death: signal.Signals = signal.SIGKILL,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    output: IO[Any] | int | None = None,
    keep: Sequence[int] = (),
) -> subprocess.Popen[str]:
    """Start a program on a leash in a session of its own, so that a terminal's Ctrl-C reaches only us.

    ``keep`` are file descriptors that it inherits. Call this from the main thread (see leash.py).
    """
    return subprocess.Popen(
        leashed(command, account=account, death=death),
        env=dict(env) if env is not None else None,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        pass_fds=tuple(keep),
        start_new_session=True,
        text=True,
        errors="replace",
    )


def describe(pid: int) -> str | None:
    """Return the command line of a living process; None for a dead one and for a zombie."""
    if PROC.exists():
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
            command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        except (OSError, IndexError):
            return None
    else:
        shown = subprocess.run(
            ["ps", "-o", "stat=,args=", "-p", str(pid)], capture_output=True, text=True, check=False
        ).stdout
        state, _, command = shown.strip().partition(" ")
    return None if not state or state[0] in "ZX" else command.strip()


def wait_until(judge: Callable[[], bool], seconds: float, *, every: float = 0.02) -> bool:
    """Return True as soon as ``judge()`` does, or False when the seconds have passed."""
    deadline = time.monotonic() + seconds
    while not judge():
        if time.monotonic() >= deadline:
            return False
        time.sleep(every)
    return True


def tell(process: subprocess.Popen[str], number: signal.Signals) -> None:
    """Send a signal to a process that we started; one that has just ended is fine."""
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(number)


def end(process: subprocess.Popen[str], number: signal.Signals, seconds: float) -> None:
    """Ask a process to end, and after the grace kill its whole group."""
    tell(process, number)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(max(seconds, 0.05))
    kill_group(process)


def kill_group(process: subprocess.Popen[str]) -> None:
    """Kill what is left of a process and of everything that it started in its group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def how_it_ended(code: int) -> str:
    """Say an exit code in words: ``exit code 3`` or ``killed by SIGKILL``."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"killed by signal {-code}"


def foreground(command: Sequence[str], env: Mapping[str, str], cwd: Path) -> int:
    """Run a program on our terminal and return its exit code, 128 + n for signal n, as a shell says it.

    The terminal's Ctrl-C reaches the program itself; we wait for it and clean up after it.
    """
    started = subprocess.Popen(leashed(command, death=signal.SIGTERM), env=dict(env), cwd=cwd)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    before_term = signal.signal(signal.SIGTERM, lambda *_: tell_any(started))
    try:
        code = started.wait()
    finally:
        signal.signal(signal.SIGINT, before)
        signal.signal(signal.SIGTERM, before_term)
    return code if code >= 0 else 128 - code


def tell_any(started: subprocess.Popen[Any]) -> None:
    """Pass our own SIGTERM on."""
    with contextlib.suppress(ProcessLookupError):
        started.send_signal(signal.SIGTERM)
