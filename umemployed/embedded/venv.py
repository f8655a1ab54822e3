"""The checkout's ``.venv``: made from the hashed lock in seconds, and free when nothing has changed."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from umemployed.embedded import process
from umemployed.embedded.home import Home, Lock
from umemployed.embedded.trouble import Trouble

LOCK_FILE = "requirements-dev.txt"
STAMP = ".installed"
OWN_INTERPRETER = "UMEMPLOYED_PYTHON"
NO_VENV = "Debian: apt-get install python3-venv; elsewhere install a complete Python 3.11 or newer"
# What pip reads from its files and environment → the same wish in uv's words. uv reads neither.
PIP_TO_UV = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "cert": "SSL_CERT_FILE",
    "trusted-host": "UV_INSECURE_HOST",
    "timeout": "UV_HTTP_TIMEOUT",
}


def interpreter(home: Home) -> str:
    """Return the Python that runs the platform: ``UMEMPLOYED_PYTHON``, or that of an up-to-date ``.venv``."""
    own = os.environ.get(OWN_INTERPRETER)
    return own or str(make(home))


def python_of(home: Home) -> Path:
    """Return the path of the checkout's own interpreter, which may not exist yet."""
    return home.root / ".venv" / "bin" / "python"


def stamp_of(home: Home) -> str:
    """Return what the environment must have been made from: this lock, by this Python, at this place."""
    said = hashlib.sha256((home.root / LOCK_FILE).read_bytes())
    said.update(f"{sys.version}|{home.root}".encode())
    return said.hexdigest()


def is_fresh(home: Home) -> bool:
    """Say whether ``.venv`` is complete and made from the lock as it stands."""
    stamp = home.root / ".venv" / STAMP
    return stamp.is_file() and stamp.read_text() == stamp_of(home) and python_of(home).exists()


def make(home: Home) -> Path:
    """Return the interpreter of ``.venv``, made first where the lock or the Python has changed."""
    python = python_of(home)
    if is_fresh(home):
        return python
    lock = Lock(home.make_var() / "venv.lock")
    if not process.wait_until(lock.take, 600, every=0.2):
        raise Trouble("Another ./dev has been installing packages for ten minutes.", f"kill {lock.holder()}")
    try:
        if not is_fresh(home):
            install(home, python)
            (home.root / ".venv" / STAMP).write_text(stamp_of(home))
    finally:
        lock.release()
    return python


def install(home: Home, python: Path) -> None:
    """Make the environment, put uv into it, and let uv install the rest; pip does it where uv cannot."""
    say("making .venv")
    if not made_by_this_python(home):
        shutil.rmtree(home.root / ".venv", ignore_errors=True)
        bare = ["--without-pip"] if bundled_pip() else []
        command = [sys.executable, "-m", "venv", *bare, str(home.root / ".venv")]
        run(command, "The virtual environment cannot be made", NO_VENV)
    lock = home.root / LOCK_FILE
    say("installing packages")
    with ThreadPoolExecutor(1) as beside:  # each start of pip is a second or two of one processor
        environment = beside.submit(uv_environment, python)
        if install_uv(python, lock) and install_with_uv(python, lock, environment.result()):
            return
    say("uv could not do it; pip takes a minute")
    command = [*pip(python), "install", "-q", "--require-hashes", "-r", str(lock)]
    run(command, "The packages cannot be installed", "check the network and pip's configuration: pip config list")


def bundled_pip() -> Path | None:
    """Return the wheel of pip that Python itself carries; it runs as it is, which saves installing it (seconds)."""
    import sysconfig

    places = [sysconfig.get_config_var("WHEEL_PKG_DIR"), Path(os.__file__).parent / "ensurepip" / "_bundled"]
    wheels = [wheel for place in places if place for wheel in sorted(Path(place).glob("pip-*.whl"))]
    return wheels[-1] if wheels else None


def pip(python: Path) -> list[str]:
    """Return the command line of a pip that installs for ``python``."""
    wheel = bundled_pip()
    return [str(python), str(wheel / "pip")] if wheel else [str(python), "-m", "pip"]


def made_by_this_python(home: Home) -> bool:
    """Say whether ``.venv`` exists and belongs to the Python that runs now and to this place."""
    python = python_of(home)
    if not python.exists():
        return False
    ask = "import sys; print(sys.version + '|' + sys.prefix)"
    said = subprocess.run([str(python), "-I", "-c", ask], capture_output=True, text=True, check=False).stdout
    return said.rstrip("\n") == f"{sys.version}|{home.root / '.venv'}"


def install_uv(python: Path, lock: Path) -> bool:
    """Install the locked uv, hash and all, with pip."""
    pinned = re.search(r"^uv==(?:.*\\\n)*.*\n", lock.read_text(), re.MULTILINE)
    if pinned is None:
        return False
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as wanted:
        wanted.write(pinned[0])
        wanted.flush()
        command = [*pip(python), "install", "-q", "--no-deps", "--require-hashes", "-r", wanted.name]
        return subprocess.run(command, check=False, stdin=subprocess.DEVNULL).returncode == 0


def install_with_uv(python: Path, lock: Path, environment: dict[str, str]) -> bool:
    """Install the whole lock with uv, from wherever pip would have taken it."""
    command = [str(python.with_name("uv")), "pip", "install", "-q", "--python", str(python)]
    command += ["--require-hashes", "-r", str(lock)]
    return subprocess.run(command, env=environment, check=False, stdin=subprocess.DEVNULL).returncode == 0


def uv_environment(python: Path) -> dict[str, str]:
    """Translate pip's configuration (files and ``PIP_*``) for uv. What uv was told itself stays.

    pip takes the best version over all indexes and uv the first index that knows the name; with every
    file pinned by hash pip's way is as safe, and it finds what pip finds.
    """
    env = {"UV_INDEX_STRATEGY": "unsafe-best-match", **os.environ}
    for option, value in pip_options(python).items():
        name = PIP_TO_UV.get(option)
        if name and name not in env:
            separator = "," if name == "UV_FIND_LINKS" else " "
            env[name] = separator.join(value.split())
    return env


def pip_options(python: Path) -> dict[str, str]:
    """Return pip's options by name, the environment over its files, the files for install over the global ones."""
    command = [*pip(python), "config", "list"]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    found: dict[tuple[int, str], str] = {}
    order = {"global": 0, "install": 1, ":env:": 2}
    for line in said.splitlines():
        key, _, value = line.partition("=")
        section, _, option = key.rpartition(".")
        if section in order:
            found[order[section], option] = json.loads(requoted(value))
    return {option: value for (_, option), value in sorted(found.items())}


def requoted(value: str) -> str:
    """Turn Python's ``repr`` of a string into JSON."""
    import ast

    return json.dumps(str(ast.literal_eval(value)))


def compile_locks(home: Home) -> None:
    """Write both locks anew from their ``.in`` files: hashed, for every platform, without the maker's addresses."""
    python = Path(interpreter(home))
    options = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-header"]
    options += ["--no-emit-index-url", "--no-emit-find-links"]
    for name in ("requirements", "requirements-dev"):
        command = [str(python.with_name("uv")), "pip", "compile", "-q", *options, f"{name}.in", "-o", f"{name}.txt"]
        done = subprocess.run(command, cwd=home.root, env=uv_environment(python), check=False)
        if done.returncode:
            raise Trouble(f"{name}.in cannot be locked.", "mend what uv names above, then ./dev lock again")


def run(command: list[str], what: str, cure: str) -> None:
    """Run a step of the installation; raise Trouble with its last words."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode:
        last = " | ".join((done.stderr or done.stdout).strip().splitlines()[-3:])
        raise Trouble(f"{what}: {last}", cure)


def say(what: str) -> None:
    """Tell the person who waits."""
    print(f"dev: {what} …", file=sys.stderr, flush=True)
