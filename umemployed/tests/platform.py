"""A whole platform for one test, on data of its own, ended when the block ends."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from umemployed.embedded import house, process, stores
from umemployed.embedded.home import Home
from umemployed.embedded.supervisor import Child, Supervisor

ROOT = Path(__file__).resolve().parents[2]
READY = re.compile(r"READY in .*?(http://127\.0\.0\.1:\d+)/")


class Platform:
    """``./dev run`` as people start it, in ``folder``; ``url`` is where it answers, ``lines`` what it said."""

    def __init__(self, folder: Path) -> None:
        self.var = folder / "var"
        kept = {name: value for name, value in os.environ.items() if name not in stores.ADDRESSES}
        self.environment = {**kept, "UMEMPLOYED_VAR": str(self.var)}
        self.lines: list[str] = []
        self.url = ""
        self._ready = threading.Event()

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            [str(ROOT / "dev"), "run", "--port", "0", "--mail-port", "0"],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if not self._ready.wait(180) or not self.url:
            self._end()
            raise AssertionError("The platform did not get ready:\n" + "\n".join(self.lines[-60:]))
        return self

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            if found := READY.search(line):
                self.url = found[1]
                self._ready.set()
        self._ready.set()

    def _end(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(5)
        self._reader.join(5)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()


class LooseHouse:
    """The same programs without the supervisor's judgement, so that a test may kill one and start it again."""

    def __init__(self, folder: Path) -> None:
        self.home = Home(root=ROOT, var=folder / "var")
        self.log = (folder / "house.log").open("w+")
        self.keeper = Supervisor(self.log)
        self.port, self.mail_port = house.free_port(0), house.free_port(0)
        self.url = f"http://127.0.0.1:{self.port}"
        self.mail = self.home.var / "mail"
        self.dead: dict[str, Child] = {}

    def __enter__(self) -> Self:
        (self.home.data / "postgres.seeded").touch()  # no demo data: this house counts its own facts
        lock = self.home.run_lock()
        assert lock.take()
        self.lock = lock
        house.raise_house(self.home, sys.executable, self.keeper, self.port, self.mail_port)
        return self

    def kill(self, name: str) -> None:
        """Kill a program and all that it started, at once."""
        child = next(child for child in self.keeper.children if child.name == name)
        self.keeper.children.remove(child)
        assert child.process is not None
        process.kill_group(child.process)
        self.dead[name] = child

    def revive(self, name: str) -> None:
        """Start a killed program again and wait until it is ready."""
        child = self.dead.pop(name)
        child.seen = ""
        self.keeper.start(child)

    def said(self) -> str:
        """Return the end of what the programs wrote."""
        self.log.flush()
        return Path(self.log.name).read_text()[-8000:]

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.keeper.stop()
        self.home.forget()
        self.lock.release()
        self.log.close()
