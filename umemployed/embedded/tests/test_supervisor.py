from __future__ import annotations

import io
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from umemployed.embedded.redis import Redis
from umemployed.embedded.supervisor import Child, Stopped, Supervisor, ended, program, said
from umemployed.embedded.tests.conftest import gone
from umemployed.embedded.trouble import Trouble

PATIENT = "import signal, sys, time; signal.signal(15, lambda *_: (print('bye', flush=True), sys.exit())); "
PATIENT += "print('up', flush=True); time.sleep(60)"
STUBBORN = "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"


def child(name: str, script: str, rank: int = 20, *, once: bool = False) -> Child:
    ready = ended if once else said("^up|\nup")
    return program(name, rank, [sys.executable, "-c", script], dict(os.environ), ready, once=once)


@pytest.fixture
def keeper() -> Iterator[Supervisor]:
    keeper = Supervisor(io.StringIO())
    with keeper.signals():
        yield keeper
        keeper.stop()


def log(keeper: Supervisor) -> str:
    time.sleep(0.2)
    return keeper.printer.stream.getvalue()  # type: ignore[attr-defined]


def test_lines_carry_the_name_of_their_program_and_no_colour_without_a_terminal(keeper: Supervisor) -> None:
    keeper.start(child("web", PATIENT))
    assert "web      | up\n" in log(keeper)
    assert "\033" not in log(keeper)


def test_a_terminal_gets_colours_unless_it_asks_for_none(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.delenv("NO_COLOR", raising=False)
    assert Supervisor(Terminal()).printer.colour
    monkeypatch.setenv("NO_COLOR", "1")
    assert not Supervisor(Terminal()).printer.colour


def test_what_is_known_to_be_harmless_is_kept_and_not_printed(keeper: Supervisor) -> None:
    redis = child(
        "redis", f"print('12:M # WARNING Memory overcommit must be enabled! Without it', flush=True); {PATIENT}"
    )
    redis.untold = Redis.untold
    keeper.start(redis)
    assert "overcommit" not in log(keeper)
    assert "redis    | up\n" in log(keeper)
    assert any("overcommit" in line for line in redis.last)


def test_stops_in_reverse_order(keeper: Supervisor) -> None:
    keeper.start(child("first", PATIENT, rank=0))
    keeper.start(child("second", PATIENT, rank=20), child("third", PATIENT, rank=30))
    keeper.stop()
    said_last = [line.split()[0] for line in log(keeper).splitlines() if line.endswith("bye")]
    assert said_last == ["third", "second", "first"]


def test_a_dead_child_is_named_with_its_exit_code_and_last_words(keeper: Supervisor) -> None:
    keeper.start(child("web", PATIENT))
    keeper.start(child("beat", "import time; print('up', flush=True); time.sleep(0.3); raise SystemExit('no clock')"))
    with pytest.raises(Trouble, match=r"(?s)beat died: exit code 1\..*no clock"):
        keeper.watch()


def test_a_killed_child_is_named_with_its_signal(keeper: Supervisor) -> None:
    victim = child("worker", PATIENT)
    keeper.start(victim)
    assert victim.process is not None
    os.kill(victim.process.pid, signal.SIGKILL)
    with pytest.raises(Trouble, match="worker died: killed by SIGKILL"):
        keeper.watch()


def test_a_step_may_end_well_but_not_badly(keeper: Supervisor) -> None:
    keeper.start(child("migrate", "print('done')", once=True))
    with pytest.raises(Trouble, match="migrate died: exit code 4"):
        keeper.start(child("migrate", "raise SystemExit(4)", once=True))


def test_a_program_that_is_never_ready_is_named(keeper: Supervisor) -> None:
    with pytest.raises(Trouble, match="web: not ready after 1 seconds"):
        keeper.start(child("web", "import time; time.sleep(60)"), grace=1)


def test_ctrl_c_ends_the_watch_and_the_start(keeper: Supervisor) -> None:
    keeper.start(child("web", PATIENT))
    threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
    keeper.watch()
    with pytest.raises(Stopped):
        keeper.start(child("late", "import time; time.sleep(60)"))


def test_stubborn_programs_are_killed_within_ten_seconds(keeper: Supervisor) -> None:
    stubborn = child("web", STUBBORN), child("store", STUBBORN, rank=0)
    keeper.start(*stubborn)
    pids = [one.process.pid for one in stubborn if one.process]
    begun = time.monotonic()
    threading.Timer(6, os.kill, (os.getpid(), signal.SIGINT)).start()  # impatience cuts the second wait short
    keeper.stop()
    assert time.monotonic() - begun < 10
    assert gone(*pids, seconds=0)
    assert "web did not end in time and is killed" in log(keeper)
