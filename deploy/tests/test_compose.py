"""docker-compose.yml and the Dockerfiles, checked without a Docker engine: schema, references, secrets, lint."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = ROOT / "docker-compose.yml"
TLS = ROOT / "docker-compose.tls.yml"
ONE_SHOT = {"migrate"}
# The clock and the relay have no door to knock at; a dead process is restarted by the engine.
NO_DOOR = {"beat", "relay"}


def compose() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())
    return document


SERVICES = compose()["services"]


def variables(text: str) -> dict[str, str | None]:
    """Return each ${NAME…} of the text with its default (None where it must be given)."""
    found = re.findall(r"(?<!\$)\$\{(\w+)(?::([-?])([^}]*))?\}", text)
    return {name: value if sign == "-" else None for name, sign, value in found}


@pytest.mark.parametrize("path", [COMPOSE, TLS], ids=lambda path: path.name)
def test_the_file_holds_to_the_compose_specification(path: Path) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(path)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_services_are_those_of_the_house() -> None:
    expected = {"postgres", "pgbouncer", "redis", "migrate", "web-1", "web-2", "sockets-1", "sockets-2", "relay"}
    expected |= {"worker-critical", "worker-default", "worker-bulk", "beat", "nginx", "mail", "objectstore", "clamav"}
    assert set(SERVICES) == expected


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_reference_of_a_service_leads_somewhere(name: str) -> None:
    service, document = SERVICES[name], compose()
    for other, condition in (service.get("depends_on") or {}).items():
        assert other in SERVICES, f"{name} waits for {other}, which does not exist"
        if condition["condition"] == "service_healthy":
            assert "healthcheck" in SERVICES[other], f"{name} waits for the health of {other}, which has no check"
    assert set(service.get("networks", [])) <= set(document["networks"])
    for mount in service.get("volumes", []):
        source = mount.split(":")[0]
        known = (ROOT / source).exists() if source.startswith("./") else source in document["volumes"]
        assert known, f"{name} mounts {source}, which does not exist"
    if isinstance(service.get("build"), str):
        assert (ROOT / service["build"] / "Dockerfile").is_file()


@pytest.mark.parametrize("name", sorted(set(SERVICES) - ONE_SHOT - NO_DOOR))
def test_every_server_says_whether_it_is_well(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_images_are_pinned_to_a_version(name: str) -> None:
    image = SERVICES[name].get("image", "built:here")
    assert ":" in image
    assert not image.endswith(":latest")


def test_no_secret_stands_in_the_file() -> None:
    for name, default in variables(COMPOSE.read_text()).items():
        if re.search(r"SECRET|PASSWORD|KEY", name):
            assert not default, f"{name} has a default; a secret must be given, or be empty where it is not needed"


def test_only_nginx_is_reachable_from_outside() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if service.get("ports")}
    assert set(published) == {"nginx", "mail", "objectstore"}
    assert all(port.startswith("127.0.0.1:") for name in ("mail", "objectstore") for port in published[name])


def test_the_example_environment_names_every_variable_that_must_be_given() -> None:
    example = (ROOT / ".env.example").read_text()
    needed = {name for name, default in variables(COMPOSE.read_text()).items() if default is None}
    assert {name for name in needed if not re.search(rf"^#?\s*{name}=", example, re.MULTILINE)} == set()


def test_what_the_containers_run_exists_here() -> None:
    from django.core.management import get_commands

    for name, service in SERVICES.items():
        command = service.get("command") or []
        if command[:2] == ["python", "manage.py"]:
            assert command[2] in get_commands(), f"{name} runs the unknown command {command[2]}"
        for word in command:
            if word.startswith("umemployed.") and ":" in word:
                assert (ROOT / word.split(":")[0].replace(".", "/")).with_suffix(".py").is_file()
    assert "deploy/gunicorn.py" in (ROOT / "Dockerfile").read_text()


def resolve(value: str, given: dict[str, str]) -> str:
    """Fill ${NAME:-default} and ${NAME:?…} as Compose does."""
    return re.sub(
        r"\$\{(\w+)(?::-([^}]*)|:\?[^}]*)?\}", lambda found: given.get(found[1], found[2] or ""), str(value)
    ).replace("$$", "$")


def test_the_application_starts_with_the_environment_that_the_file_gives_it() -> None:
    example = (ROOT / ".env.example").read_text()
    given = dict(line.split("=", 1) for line in example.splitlines() if re.match(r"\w+=", line))
    given = {name: "x" * 43 + "=" if value == "change-me" else value for name, value in given.items()}
    environment = {name: resolve(value, given) for name, value in compose()["x-app"]["environment"].items()}
    command = [sys.executable, str(ROOT / "manage.py"), "check", "--deploy", "--fail-level", "ERROR"]
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    result = subprocess.run(command, env=kept | environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr[-2000:]


def test_every_queue_has_a_worker() -> None:
    from umemployed.celery import app

    served = {
        service["command"][service["command"].index("-Q") + 1]
        for name, service in SERVICES.items()
        if name.startswith("worker-")
    }
    assert served == {queue.name for queue in app.conf.task_queues}


@pytest.mark.parametrize("path", ["Dockerfile", "deploy/pgbouncer/Dockerfile"])
def test_the_dockerfile_is_clean_and_drops_root(path: str) -> None:
    hadolint = shutil.which("hadolint", path=str(Path(sys.executable).parent)) or shutil.which("hadolint")
    if hadolint is None:
        pytest.skip("hadolint has no wheel for this machine")
    result = subprocess.run([hadolint, str(ROOT / path)], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout
    user = re.findall(r"^USER (\d+)", (ROOT / path).read_text(), re.MULTILINE)
    assert user
    assert int(user[-1]) > 0


@pytest.mark.parametrize("path", sorted((ROOT / "deploy").rglob("*.sh")), ids=lambda path: path.parent.name)
def test_start_scripts_parse(path: Path) -> None:
    assert subprocess.run(["sh", "-n", str(path)], check=False).returncode == 0
