"""Where the development stack keeps its things, and as whom its servers run."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import stat
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from umemployed.embedded.process import Account, describe
from umemployed.embedded.trouble import Trouble

ROOT = Path(__file__).resolve().parents[2]
# The kernel's limit of a Unix socket's path is 108 bytes with its closing NUL (104 on BSD and macOS).
SOCKET_PATH_LIMIT = 103
LONGEST_SOCKET = ".s.PGSQL.5432"
SYSTEM_DATA = Path("/var/lib/umemployed")
LOCK_NAME = "lock"
# What this stack writes into a folder that UMEMPLOYED_VAR names.
OURS = ("postgres*", "redis*", "test-*", "binaries-*", "mail", "beat", "files", "log", "*.json")


class Lock:
    """An exclusive ``flock`` on a file that names its holder. It ends with its last holder, however that ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.fd = -1

    def take(self) -> bool:
        """Return whether the lock is now ours; never waits."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(fd)
            return False
        self.fd = fd
        self.write(str(os.getpid()))
        return True

    def write(self, holder: str) -> None:
        """Name the holder for those who come second."""
        os.ftruncate(self.fd, 0)
        os.pwrite(self.fd, holder.encode(), 0)

    def holder(self) -> int:
        """Return the process id that the file names, or 0."""
        try:
            return int(self.path.read_text() or 0)
        except (OSError, ValueError):
            return 0

    def release(self) -> None:
        """Close our end. A child that inherited the descriptor goes on holding the lock."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1


@dataclass(frozen=True)
class Home:
    """One checkout's place on this machine."""

    root: Path
    var: Path
    elsewhere: Path = SYSTEM_DATA  # for servers' data when the user they run as cannot reach ``var``

    @classmethod
    def here(cls) -> Home:
        """Return the home of this checkout; ``UMEMPLOYED_VAR`` moves its data elsewhere."""
        return cls(root=ROOT, var=Path(os.environ.get("UMEMPLOYED_VAR", ROOT / "var")).resolve())

    @cached_property
    def account(self) -> Account | None:
        """Whom the servers run as: ourselves (None), but ``nobody`` when we are root, which PostgreSQL refuses."""
        if os.geteuid() != 0:
            return None
        account = Account.named("nobody")
        if account is None:
            raise Trouble(
                "PostgreSQL does not run as root, and this system has no user 'nobody' to run it as.",
                "run ./dev as a normal user, or set DATABASE_URL to a server that runs already",
            )
        return account

    @cached_property
    def digest(self) -> str:
        """A short name of this home, the same at every run."""
        return hashlib.sha256(os.fsencode(self.var)).hexdigest()[:10]

    def make_var(self) -> Path:
        """Make our own folder: closed to others, except that a server that runs as somebody else may pass."""
        try:
            self.var.mkdir(parents=True, exist_ok=True)
            self.var.chmod(0o711 if self.account else 0o700)
        except PermissionError:
            owner = self.var.owner() if self.var.exists() else "somebody else"
            raise Trouble(
                f"{self.var} belongs to {owner}, so this user cannot keep data there.",
                f"sudo chown -R $(id -u) {self.var}, or set UMEMPLOYED_VAR to a folder of your own",
            ) from None
        return self.var

    @cached_property
    def data(self) -> Path:
        """Where the servers' data is: in ``var``, or, where ``nobody`` cannot reach that, under /var/lib."""
        self.make_var()
        if self.account is None or self.account.can_reach(self.var):
            return self.var
        self.elsewhere.mkdir(mode=0o755, parents=True, exist_ok=True)
        data = self.elsewhere / self.digest
        data.mkdir(mode=0o711, exist_ok=True)
        return data

    def private_folder(self, path: Path) -> Path:
        """Make a 0700 folder that belongs to the servers' user, or raise if somebody else sits there."""
        uid = self.account.uid if self.account else os.geteuid()
        try:
            path.mkdir(mode=0o700, parents=True)
            if self.account:
                os.chown(path, self.account.uid, self.account.gid)
        except FileExistsError:
            pass
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != uid:
            raise Trouble(f"{path} is not a folder of user {uid}, so it is not safe to use.", f"rm -r {path}")
        if stat.S_IMODE(found.st_mode) != 0o700:
            path.chmod(0o700)
        return path

    def sockets(self, instance: str) -> Path:
        """Return the instance's socket folder: private, at a path short enough for a Unix socket."""
        name = f"um-{os.geteuid()}-{self.digest}-{instance}"
        for base in (tempfile.gettempdir(), "/tmp"):  # noqa: S108 - the folder inside is checked and private
            path = Path(base) / name
            if len(os.fsencode(path / LONGEST_SOCKET)) <= SOCKET_PATH_LIMIT and self._passes(path.parent):
                return self.private_folder(path)
        raise Trouble(f"The folder for temporary files is too deep for Unix sockets: {base}", "export TMPDIR=/tmp")

    def _passes(self, folder: Path) -> bool:
        return folder.is_dir() and (self.account is None or self.account.can_reach(folder))

    def run_lock(self) -> Lock:
        """Return the lock that one program at a time holds on the development data."""
        return Lock(self.make_var() / LOCK_NAME)

    @property
    def state_file(self) -> Path:
        """Where the holder of the lock says how to reach its servers."""
        return self.var / "running.json"

    def folder(self, instance: str, server: str) -> Path:
        """Return the data folder of one server: ``var/postgres`` for ``dev``, ``var/test-0-postgres`` for others."""
        return self.data / (server if instance == "dev" else f"{instance}-{server}")

    def contents(self) -> list[Path]:
        """List what a reset deletes: all in our own folders, and in a borrowed one only what we put there."""
        found: list[Path] = []
        for folder in sorted({self.data, self.var}):
            ours = folder == self.root / "var" or folder.parent == self.elsewhere
            found += [path for pattern in (("*",) if ours else OURS) for path in folder.glob(pattern)]
        return sorted(path for path in found if path.name != LOCK_NAME)

    def forget(self) -> None:
        """Delete all data of this home. The caller holds ``run_lock()``."""
        for path in self.contents():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()

    def refuse_second(self, lock: Lock) -> Trouble:
        """Say who holds the development data."""
        pid = lock.holder()
        what = describe(pid) or "a process that is just ending"
        return Trouble(
            f"Another ./dev already runs on this data: process {pid} ({what}).",
            f"use that one, stop it with: kill {pid}, or run a second one with UMEMPLOYED_VAR=/another/folder",
        )
