"""The small tools beside the launcher: secrets, environment, mail catcher, doctor, verbs, and the pages about them."""

from __future__ import annotations

import email
import email.policy
import json
import os
import re
import shutil
import signal
import smtplib
import socket
import stat
import subprocess
import sys
from collections import Counter
from email.message import EmailMessage
from pathlib import Path

import pytest

from umemployed.embedded import cli, doctor, house, keys, process, venv
from umemployed.embedded.home import ROOT, Home
from umemployed.embedded.supervisor import listens
from umemployed.embedded.trouble import Trouble


@pytest.fixture
def env() -> dict[str, str]:
    return {**os.environ, venv.OWN_INTERPRETER: sys.executable}


def dev(*words: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "dev"), *words], env=env, capture_output=True, text=True, check=False
    )


def test_secrets_are_made_once_and_only_their_owner_reads_them(new_home: Home) -> None:
    first = keys.embedded_keys(new_home)
    assert keys.embedded_keys(new_home) == first
    assert min(map(len, first.values())) >= 48
    assert first["SECRET_KEY"] != first["JWT_SIGNING_KEY"]
    assert stat.S_IMODE((new_home.var / "keys.json").stat().st_mode) == 0o600


def test_a_house_that_is_older_than_a_secret_gets_it_and_keeps_the_others(new_home: Home) -> None:
    (new_home.make_var() / "keys.json").write_text('{"SECRET_KEY": "old"}')
    made = keys.embedded_keys(new_home)
    assert (made["SECRET_KEY"], set(made)) == ("old", set(keys.NAMES))
    assert keys.embedded_keys(new_home) == made


def test_the_example_environment_becomes_a_private_file_with_fresh_secrets(tmp_path: Path) -> None:
    target = tmp_path / ".env"
    made = keys.write_env(ROOT / ".env.example", target)
    assert "SECRET_KEY" in made
    assert "=change-me" not in target.read_text()
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    with pytest.raises(Trouble, match="would lose its secrets"):
        keys.write_env(ROOT / ".env.example", target)


def test_a_fresh_environment_costs_nothing_and_a_changed_lock_is_noticed(tmp_path: Path) -> None:
    home = Home(root=tmp_path, var=tmp_path / "var")
    (tmp_path / venv.LOCK_FILE).write_text("one==1\n")
    venv.python_of(home).parent.mkdir(parents=True)
    venv.python_of(home).touch()
    assert not venv.is_fresh(home)
    (tmp_path / ".venv" / venv.STAMP).write_text(venv.stamp_of(home))
    assert venv.make(home) == venv.python_of(home)
    (tmp_path / venv.LOCK_FILE).write_text("one==2\n")
    assert not venv.is_fresh(home)


def test_uv_takes_packages_from_where_pip_would(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("UV_FIND_LINKS", "UV_INDEX", "UV_DEFAULT_INDEX"):
        monkeypatch.delenv(name, raising=False)
    settings = tmp_path / "pip.conf"
    settings.write_text(
        "[global]\nindex-url = https://one.example/simple\nextra-index-url = https://two.example/simple\n"
    )
    monkeypatch.setenv("PIP_CONFIG_FILE", str(settings))
    monkeypatch.setenv("PIP_FIND_LINKS", "/wheels /more")
    monkeypatch.setenv("PIP_INDEX_URL", "https://mine.example/simple")
    env = venv.uv_environment(Path(sys.executable))
    assert env["UV_FIND_LINKS"] == "/wheels,/more"
    assert env["UV_DEFAULT_INDEX"] == "https://mine.example/simple"  # the environment comes before the file
    assert "https://two.example/simple" in env["UV_INDEX"]
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://told.example/simple")
    assert venv.uv_environment(Path(sys.executable))["UV_DEFAULT_INDEX"] == "https://told.example/simple"


def test_uv_itself_is_locked_with_hashes() -> None:
    pinned = re.search(r"^uv==(?:.*\\\n)*.*\n", (ROOT / venv.LOCK_FILE).read_text(), re.MULTILINE)
    assert pinned is not None
    assert "--hash=sha256:" in pinned[0]


def test_the_mail_catcher_speaks_smtp_and_keeps_what_it_hears(tmp_path: Path) -> None:
    port = house.free_port(0)
    command = [sys.executable, "-m", "umemployed.embedded.mailbox", "--port", str(port), "--folder", str(tmp_path)]
    catcher = process.start(command, cwd=ROOT, output=subprocess.DEVNULL)
    try:
        assert process.wait_until(lambda: listens(port)(None), 20)  # type: ignore[arg-type]
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = "no-reply@umemployed.example", "Zoé@exemple.example", "Été"
        letter.set_content("Bonjour à tous\n.\nfin")
        with smtplib.SMTP("127.0.0.1", port) as line:
            line.send_message(letter)
        (kept,) = tmp_path.glob("*.eml")
        read = email.message_from_bytes(kept.read_bytes(), policy=email.policy.default)
        assert (read["Subject"], read.get_content().replace("\r\n", "\n").strip()) == ("Été", "Bonjour à tous\n.\nfin")
    finally:
        process.end(catcher, signal.SIGTERM, 5)
    assert catcher.returncode == 0


def test_a_taken_port_is_named_with_its_cure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Trouble, match=f"Port {port} is taken") as refused:
            house.web_port(port)
        assert "--port" in refused.value.cure
        assert house.free_port(port) != port


def test_a_second_run_is_refused_and_told_who_holds_the_data(new_home: Home, env: dict[str, str]) -> None:
    lock = new_home.run_lock()
    assert lock.take()
    second = dev("run", "--port", "0", env={**env, "UMEMPLOYED_VAR": str(new_home.var)})
    lock.release()
    assert second.returncode == 1
    assert f"process {os.getpid()}" in second.stderr
    assert "cure:" in second.stderr


def test_reset_asks_and_deletes_only_what_is_ours(new_home: Home, env: dict[str, str]) -> None:
    keys.embedded_keys(new_home)
    (new_home.var / "somebody-elses.txt").touch()
    env["UMEMPLOYED_VAR"] = str(new_home.var)
    asked = subprocess.run(
        [sys.executable, str(ROOT / "dev"), "reset"], env=env, input="no\n", capture_output=True, text=True, check=False
    )
    assert (asked.returncode, (new_home.var / "keys.json").exists()) == (1, True)
    assert dev("reset", "--yes", env=env).returncode == 0
    assert not (new_home.var / "keys.json").exists()
    assert (new_home.var / "somebody-elses.txt").exists()


def test_a_reset_ends_with_a_message_when_there_is_no_one_to_ask(new_home: Home, env: dict[str, str]) -> None:
    keys.embedded_keys(new_home)
    command = [sys.executable, str(ROOT / "dev"), "reset"]
    env["UMEMPLOYED_VAR"] = str(new_home.var)
    asked = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert asked.returncode == 1
    assert "Traceback" not in asked.stderr
    assert (new_home.var / "keys.json").exists()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DEBUG", "yes", "DEBUG='yes' is not a boolean"),
        ("DATABASE_URL", "mysql://here/db", "does not begin with postgres://"),
        ("DATABASE_URL", "nonsense", "does not begin with postgres://"),
        ("DATABASE_URL", "postgres://u:p@127.0.0.1:port/db", "is no URL"),
        ("DATABASE_URL", "postgres://u:p@127.0.0.1:1/db", "nothing answers at"),
        ("DATABASE_URL", "postgres://u@%2Fno%2Fsuch/db", "nothing answers at /no/such"),
        ("REDIS_URL", "unix:///no/such.sock", "nothing answers at /no/such.sock"),
        ("REDIS_URL", "redis://127.0.0.1:1", "nothing answers at"),
        ("UMEMPLOYED_SERVERS", "docker", "must be wheel or system"),
        ("UMEMPLOYED_PYTHON", "/no/such/python", "is no program"),
    ],
)
def test_the_doctor_names_what_is_wrong_and_its_cure(
    new_home: Home, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    wrong = [finding for finding in doctor.all_findings(new_home) if finding.level == "wrong"]
    assert [said in finding.what for finding in wrong] == [True]
    assert wrong[0].cure


def test_the_doctor_says_what_the_next_run_will_take(
    new_home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(doctor, "interpreter", lambda home: str(tmp_path / "no-python-yet"))
    monkeypatch.setattr(doctor.stores, "system_binary", lambda kind: Path("/usr/lib/server"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)
    for finding in doctor.server_programs(new_home):
        assert finding.level == "odd" and "comes with the packages" in finding.cure
        assert "/usr/lib/server is taken where the wheel has none" in finding.cure


def test_the_doctor_sees_secrets_that_others_can_read(new_home: Home) -> None:
    keys.embedded_keys(new_home)
    (new_home.var / "keys.json").chmod(0o644)
    assert any("others can read" in finding.what for finding in doctor.permissions(new_home))


def test_the_doctor_finds_a_healthy_home_well(new_home: Home, env: dict[str, str]) -> None:
    done = dev("doctor", env={**env, "UMEMPLOYED_VAR": str(new_home.var), "UMEMPLOYED_ENV": "embedded"})
    assert done.returncode == 0, done.stdout
    assert "All is well." in done.stdout


def test_the_command_needs_no_package_at_all(new_home: Home) -> None:
    bare = {"PATH": os.environ["PATH"], "UMEMPLOYED_VAR": str(new_home.var), "UMEMPLOYED_PYTHON": "/no/such/python"}
    for words, code in (["--help"], 0), (["doctor"], 1), (["reset", "--yes"], 0):
        command = [sys.executable, "-I", "-S", str(ROOT / "dev"), *words]
        done = subprocess.run(command, env=bare, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (code, ""), done.stderr


def test_an_unknown_verb_gets_the_list_of_verbs(env: dict[str, str]) -> None:
    done = dev("fly", env=env)
    assert done.returncode == 2
    assert all(f"  {verb}" in done.stderr for verb in (*cli.VERBS, *cli.SUITES))


def test_the_ready_line_shows_the_demo_logins(new_home: Home) -> None:
    new_home.make_var()
    rows = [{"role": "recruiter", "email": "bob@acme.example", "password": "pass word"}]
    (new_home.var / "demo.json").write_text(json.dumps(rows))
    line = house.ready_line(new_home, 8123, 3.21)
    assert line.startswith("READY in 3.2 s: http://127.0.0.1:8123/")
    assert "recruiter bob@acme.example / pass word" in line
    assert "http://127.0.0.1:8123/api/docs/" in line


def test_every_variable_that_the_settings_read_is_on_the_operations_page() -> None:
    sections = "".join(path.read_text() for path in (ROOT / "umemployed/settings").glob("*.py"))
    read = set(re.findall(r"env\.\w+\(\s*\"(\w+)\"", sections))
    assert len(read) > 60
    told = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", (ROOT / "docs/operations.md").read_text()))
    assert read - told == set()


def test_no_section_of_the_settings_overwrites_another_and_none_is_left_out() -> None:
    sections = {path.stem: path.read_text() for path in (ROOT / "umemployed/settings").glob("*.py")}
    whole = sections.pop("__init__")
    assert set(re.findall(r"from umemployed\.settings\.(\w+) import \*", whole)) == set(sections)
    named = Counter(
        name
        for text in sections.values()
        for line in set(re.findall(r"^[A-Z][A-Z_ =]+(?= = )", text, re.MULTILINE))
        for name in line.split(" = ")
    )
    assert len(named) > 100
    assert [name for name, times in named.items() if times > 1] == []


def test_the_readme_fits_on_a_page_and_names_real_verbs() -> None:
    text = (ROOT / "README.md").read_text()
    assert len(text.splitlines()) < 80
    assert set(re.findall(r"\./dev (\w+)", text)) <= {*cli.VERBS, *cli.SUITES}
    assert all((ROOT / page).exists() for page in re.findall(r"\]\(([\w./]+)\)", text))


def test_an_old_python_is_told_what_it_needs() -> None:
    old = next(filter(None, map(shutil.which, ("python3.8", "python3.9", "python3.10"))), None)
    if old is None or subprocess.run([old, "-c", ""], check=False, capture_output=True).returncode:
        pytest.skip("this machine has no Python older than 3.11")
    env = {**os.environ, "UMEMPLOYED_SOUGHT_PYTHON": "1"}
    done = subprocess.run([old, str(ROOT / "dev"), "run"], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "needs 3.11" in done.stderr
