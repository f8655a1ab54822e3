"""Over how many processes a run is spread, and that each of them stands on servers of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from umemployed.embedded import spread
from umemployed.embedded.home import ROOT
from umemployed.embedded.trouble import Trouble

# Of the run that these tests are a part of; their own environment has none (conftest.py).
OURS = os.environ["DATABASE_URL"]
# A test of its own run: each process says on which servers it stands.
WITNESS = """
import os
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection

@pytest.mark.parametrize("number", range(20))
@pytest.mark.django_db
def test_where_am_i(number):
    cache.set("who", os.environ["PYTEST_XDIST_WORKER"])
    with open(os.environ["WITNESS"], "a") as said:
        print(os.environ["PYTEST_XDIST_WORKER"], settings.CACHE_URL, connection.settings_dict["NAME"], file=said)
    assert cache.get("who") == os.environ["PYTEST_XDIST_WORKER"]
"""


@pytest.fixture(autouse=True)
def four_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spread, "cores", lambda: 4)


@pytest.mark.parametrize("words", [[], ["-q"], ["-q", "--durations=20"], ["--tb", "short"], ["--maxfail=3"]])
def test_the_whole_suite_takes_the_cores(words: list[str]) -> None:
    assert spread.spread(words, ROOT) == (4, words)


@pytest.mark.parametrize(
    "words",
    [
        ["-q", "umemployed/tests/test_ladder.py"],
        ["jobs"],
        ["jobs/tests/test_api.py::test_carol_is_refused"],
        ["-x", "--pdb"],
        ["-k", "carol"],
        ["-m", "race"],
        ["--collect-only"],
        ["--capture=no"],
    ],
)
def test_a_part_or_a_terminal_takes_one_process(words: list[str]) -> None:
    assert spread.spread(words, ROOT) == (0, words)


@pytest.mark.parametrize(
    ("words", "processes"),
    [(["-n", "3", "jobs"], 3), (["-n3", "jobs"], 3), (["jobs", "--numprocesses=2"], 2), (["-n", "0"], 0)],
)
def test_a_number_that_is_given_is_taken(words: list[str], processes: int) -> None:
    found, rest = spread.spread(words, ROOT)
    assert found == processes
    assert rest == [word for word in words if word == "jobs"]


def test_automatic_takes_the_cores_and_nonsense_is_refused() -> None:
    assert spread.spread(["-n", "auto", "jobs"], ROOT) == (4, ["jobs"])
    with pytest.raises(Trouble, match="not a number"):
        spread.spread(["-n", "many"], ROOT)


def test_never_more_than_four_and_one_core_needs_no_second_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spread, "cores", lambda: 64)
    assert spread.spread([], ROOT)[0] == spread.MOST
    monkeypatch.setattr(spread, "cores", lambda: 1)
    assert spread.spread([], ROOT)[0] == 0


def test_on_a_redis_that_was_given_everything_runs_in_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://given")
    assert spread.spread([], ROOT)[0] == 0


def test_each_process_stands_on_servers_of_its_own(tmp_path: Path) -> None:
    told = tmp_path / "told"
    (tmp_path / "test_witness.py").write_text(WITNESS)
    shutil.copy(ROOT / "conftest.py", tmp_path)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "REDIS_"))}
    # On the same PostgreSQL, under another name: an initdb costs seconds.
    ours = {"DATABASE_URL": OURS.rpartition("/")[0] + "/witness", "WITNESS": str(told)}
    done = subprocess.run(
        [
            sys.executable,
            "dev",
            "test",
            "-q",
            "-n",
            "2",
            "-c",
            "pytest.ini",
            "--rootdir",
            ".",
            str(tmp_path),
        ],
        cwd=ROOT,
        env={**kept, **ours, "UMEMPLOYED_PYTHON": sys.executable},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    places = {tuple(line.split()) for line in told.read_text().splitlines()}
    assert len(places) == len({redis for _, redis, _ in places}) == len({name for *_, name in places}) == 2


def test_more_processes_than_servers_are_refused() -> None:
    given = {"DATABASE_URL": OURS, "REDIS_URL": "redis://given", "UMEMPLOYED_TEST_REDIS": "redis://given"}
    env = {**os.environ, **given}
    env.pop("PYTEST_XDIST_WORKER", None)
    command = [sys.executable, "-m", "pytest", "-n", "2", "umemployed/tests/test_ladder.py"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == pytest.ExitCode.USAGE_ERROR, done.stdout + done.stderr
    assert "./dev test -n 2" in done.stderr
