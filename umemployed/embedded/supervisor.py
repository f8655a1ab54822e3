"""Runs programs together: started in order, logged with their names, ended in reverse order, all or none."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO

from umemployed.embedded import process
from umemployed.embedded.server import Server
from umemployed.embedded.trouble import Trouble

COLOURS = (36, 35, 34, 33, 32, 96, 95, 94)
READY_GRACE = 60.0
# Ctrl-C to nothing left, in seconds: what the programs may use, and what the stores are sure to have after that.
STOP_PROGRAMS = 5.0
STOP_STORES = 4.0


class Stopped(Exception):
    """A person asked for the end while the house was still starting."""


@dataclass
class Child:
    """One program: how to start it, how to see that it is ready, how to end it.

    ``rank`` orders the end: the highest first, and all of one rank together. ``once`` says that it ends by itself.
    Lines that ``untold`` finds are remembered as its last words, and not printed.
    """

    name: str
    rank: int
    launch: Callable[[int], subprocess.Popen[str]]
    ready: Callable[[Child], bool]
    stop_signal: signal.Signals = signal.SIGTERM
    once: bool = False
    untold: re.Pattern[str] | None = None
    process: subprocess.Popen[str] | None = None
    last: deque[str] = field(default_factory=lambda: deque(maxlen=5))
    seen: str = ""

    def code(self) -> int | None:
        """Return the exit code of a program that was started and has ended."""
        return self.process.poll() if self.process else None


def program(
    name: str, rank: int, command: list[str], env: dict[str, str], ready: Callable[[Child], bool], *, once: bool = False
) -> Child:
    """Return a child of our own: killed with us, because whatever it had in hand is delivered again."""
    return Child(name, rank, lambda out: process.start(command, env=env, output=out), ready, once=once)


def store(server: Server, rank: int) -> Child:
    """Return a child that is one of the data servers."""

    def launch(output: int) -> subprocess.Popen[str]:
        server.prepare()
        return server.start(output)

    return Child(server.name, rank, launch, lambda _: server.ready(), server.stop_signal, untold=server.untold)


def said(pattern: str) -> Callable[[Child], bool]:
    """Judge a program ready when a line of its output matches."""
    compiled = re.compile(pattern)
    return lambda child: bool(compiled.search(child.seen))


def ended(child: Child) -> bool:
    """Judge a program ready when it has done its work and is gone."""
    return child.code() == 0


class Printer:
    """Writes prefixed lines of many programs to one stream, in colour where a person looks."""

    def __init__(self, stream: IO[str], width: int = 8) -> None:
        self.stream = stream
        self.width = width
        self.colour = stream.isatty() and "NO_COLOR" not in os.environ
        self.names: dict[str, int] = {}
        self.lock = threading.Lock()

    def line(self, name: str, text: str) -> None:
        """Write one line."""
        with self.lock:
            code = self.names.setdefault(name, COLOURS[len(self.names) % len(COLOURS)])
            prefix = f"{name:<{self.width}} |"
            self.stream.write(f"\033[{code}m{prefix}\033[0m {text}\n" if self.colour else f"{prefix} {text}\n")
            self.stream.flush()


class Supervisor:
    """Holds the children. Use from the main thread: signals arrive there, and leashes are tied to it."""

    def __init__(self, stream: IO[str] = sys.stdout) -> None:
        self.printer = Printer(stream)
        self.children: list[Child] = []
        self.asked = 0
        self.wake = threading.Event()

    @contextmanager
    def signals(self) -> Iterator[None]:
        """Turn Ctrl-C, SIGTERM and SIGHUP into a request to end, for the length of a block."""
        numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = {number: signal.signal(number, self._ask) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.asked += 1
        self.wake.set()

    def say(self, text: str) -> None:
        """Write a line of our own."""
        self.printer.line("dev", text)

    def start(self, *children: Child, grace: float = READY_GRACE) -> None:
        """Start programs together and wait until all are ready; raise Trouble when one dies or is late."""
        for child in children:
            self._launch(child)
        self.await_ready(*children, grace=grace)

    def await_ready(self, *children: Child, grace: float = READY_GRACE) -> None:
        """Wait until programs that were started are ready; raise Trouble when one dies or is late."""
        waiting = list(children)
        deadline = time.monotonic() + grace
        while waiting:
            self.watch_once()
            waiting = [child for child in waiting if not child.ready(child)]
            if waiting and time.monotonic() > deadline:
                names = ", ".join(child.name for child in waiting)
                raise Trouble(
                    f"{names}: not ready after {grace:.0f} seconds.", "read its lines above; then ./dev doctor"
                )

    def _launch(self, child: Child) -> None:
        reading, writing = os.pipe()
        try:
            child.process = child.launch(writing)
        except BaseException:
            os.close(reading)
            raise
        finally:
            os.close(writing)
        self.children.append(child)
        threading.Thread(target=self._copy, args=(child, reading), daemon=True).start()

    def _copy(self, child: Child, reading: int) -> None:
        """Copy a child's output until it and all its children have closed it."""
        with os.fdopen(reading, errors="replace") as lines:
            for line in lines:
                text = line.rstrip()
                child.last.append(text)
                child.seen = (child.seen + "\n" + text)[-4000:]
                if not (child.untold and child.untold.search(text)):
                    self.printer.line(child.name, text)

    def watch_once(self) -> None:
        """Look once, a twentieth of a second: raise Stopped when asked to end, Trouble when a child died."""
        self.wake.wait(0.05)
        if self.asked:
            raise Stopped
        for child in self.children:
            code = child.code()
            if code is not None and not (child.once and code == 0):
                raise self.death_of(child, code)

    def death_of(self, child: Child, code: int) -> Trouble:
        """Say how a child died, with its last words."""
        time.sleep(0.1)  # let the copying thread read what is still in the pipe
        words = "".join(f"\n    {line}" for line in child.last)
        return Trouble(
            f"{child.name} died: {process.how_it_ended(code)}. Its last lines:{words or ' none'}",
            "mend what these lines say and start again; ./dev doctor knows the usual reasons",
        )

    def watch(self) -> None:
        """Look until somebody asks for the end (returns) or a child dies (raises Trouble)."""
        try:
            while True:
                self.watch_once()
        except Stopped:
            return

    def stop(self) -> None:
        """End all in reverse order of rank, within ten seconds; a second request kills what is left at once."""
        patience = self.asked
        ranks = sorted({child.rank for child in self.children}, reverse=True)
        begun = time.monotonic()
        for rank in ranks:
            group = [child for child in self.children if child.rank == rank]
            budget = STOP_PROGRAMS + (STOP_STORES if rank < FIRST_PROGRAM else 0.0)
            self._stop_group(group, begun + budget, patience)
        self.children.clear()

    def _stop_group(self, group: list[Child], deadline: float, patience: int) -> None:
        living = [child for child in group if child.process and child.code() is None]
        for child in living:
            process.tell(child.process, child.stop_signal)  # type: ignore[arg-type]
        process.wait_until(
            lambda: all(child.code() is not None for child in living) or self.asked > patience,
            max(0.2, deadline - time.monotonic()),
        )
        for child in group:
            if child.process:
                if child.code() is None:
                    self.say(f"{child.name} did not end in time and is killed")
                process.kill_group(child.process)


# Ranks: stores are below, programs from here up.
FIRST_PROGRAM = 10


def answers(port: int, path: str) -> Callable[[Child], bool]:
    """Judge a web server ready when it answers a path, whatever it says short of a server error."""
    import http.client

    def judge(_child: Child) -> bool:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            line.request("GET", path)
            return line.getresponse().status < http.HTTPStatus.INTERNAL_SERVER_ERROR
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()

    return judge


def listens(port: int) -> Callable[[Child], bool]:
    """Judge a server ready when its port accepts connections."""
    import socket

    def judge(_child: Child) -> bool:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            return False
        return True

    return judge


def commands_of(root: Path) -> set[str]:
    """Return the names of the management commands that this checkout has, without asking Django."""
    found = {path.stem for path in root.glob("*/management/commands/*.py")}
    return found | {path.stem for path in root.glob("umemployed/*/management/commands/*.py")}
