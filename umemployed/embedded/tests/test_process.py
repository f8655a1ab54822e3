from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from umemployed.embedded import process
from umemployed.embedded.home import ROOT, Home
from umemployed.embedded.tests.conftest import gone, needs_root

PARENT = """
import sys, time
from umemployed.embedded import process
child = process.start([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""


def test_a_leashed_program_dies_with_its_parent() -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    parent = subprocess.Popen([sys.executable, "-c", PARENT], env=env, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.stdout.close()
    assert process.describe(child) is not None
    parent.kill()
    parent.wait()
    assert gone(child)


def test_a_leashed_program_whose_parent_is_dead_already_does_not_start(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    command = process.leashed(["touch", str(mark)])
    command[4] = "1"  # a parent that is not ours: as if ours had died and init had taken us
    subprocess.run(command, check=True)
    assert not mark.exists()


@needs_root
def test_the_leash_holds_after_the_user_has_changed(new_home: Home) -> None:
    child = process.start(["sleep", "60"], account=new_home.account)
    assert process.wait_until(lambda: "leash" not in (process.describe(child.pid) or "leash"), 5)
    status = Path(f"/proc/{child.pid}/status").read_text()
    assert new_home.account is not None
    assert f"Uid:\t{new_home.account.uid}\t{new_home.account.uid}\t{new_home.account.uid}" in status
    assert "Groups:\t \n" in status
    process.end(child, signal.SIGTERM, 5)


def test_a_program_that_is_missing_says_so() -> None:
    done = subprocess.run(process.leashed(["/no/such/program"]), capture_output=True, text=True, check=False)
    assert done.returncode == 126
    assert "cannot run /no/such/program" in done.stderr


def test_a_zombie_is_not_alive() -> None:
    child = subprocess.Popen(["true"])
    assert process.wait_until(lambda: process.describe(child.pid) is None, 5)
    child.wait()


def test_a_program_that_ignores_the_request_is_killed_with_its_children() -> None:
    script = "trap '' TERM; sleep 61 & echo $!; wait; sleep 61"
    child = process.start(["bash", "-c", script], output=subprocess.PIPE)
    assert child.stdout is not None
    grandchild = int(child.stdout.readline())
    process.end(child, signal.SIGTERM, 0.3)
    child.stdout.close()
    assert child.returncode == -signal.SIGKILL
    assert gone(grandchild)


def test_exit_codes_are_said_in_words() -> None:
    assert process.how_it_ended(3) == "exit code 3"
    assert process.how_it_ended(-9) == "killed by SIGKILL"


def test_a_foreground_program_passes_its_exit_code_on() -> None:
    assert process.foreground([sys.executable, "-c", "raise SystemExit(7)"], os.environ, ROOT) == 7
    suicide = "import os, signal; os.kill(os.getpid(), signal.SIGTERM)"
    assert process.foreground([sys.executable, "-c", suicide], os.environ, ROOT) == 128 + signal.SIGTERM
