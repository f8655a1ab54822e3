"""Secrets: those of the embedded run, made once, and a fresh ``.env`` for a deployment."""

from __future__ import annotations

import fcntl
import json
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from umemployed.embedded.home import Home
from umemployed.embedded.trouble import Trouble

NAMES = ("SECRET_KEY", "JWT_SIGNING_KEY", "FIELD_ENCRYPTION_KEYS", "AUDIT_KEYS")
MARK = re.compile(r"^(\w+)=change-me$", re.MULTILINE)


def write_private(path: Path, text: str) -> None:
    """Create a file that only its owner reads; raise FileExistsError rather than overwrite."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


def embedded_keys(home: Home) -> dict[str, str]:
    """Return this home's own secrets; each is made when it is first asked for and kept in ``var/keys.json``."""
    path = home.make_var() / "keys.json"
    with _alone_in(path.parent):
        known = {name: str(value) for name, value in json.loads(path.read_text()).items()} if path.exists() else {}
        missing = {name: secrets.token_urlsafe(48) for name in NAMES if name not in known}
        if missing:
            draft = path.with_name(f"keys.{os.getpid()}.json")
            draft.unlink(missing_ok=True)
            write_private(draft, json.dumps(known | missing))
            draft.replace(path)
    return known | missing


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Keep other runs out meanwhile, so that none replaces a key that another has just made."""
    fd = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)


def write_env(example: Path, target: Path) -> list[str]:
    """Write ``.env`` from its example with fresh secrets, readable by its owner only; return what was generated."""
    text = example.read_text()
    try:
        write_private(target, MARK.sub(lambda found: f"{found[1]}={secrets.token_urlsafe(36)}", text))
    except FileExistsError:
        raise Trouble(
            f"{target} exists, and overwriting it would lose its secrets.", f"move it away: mv {target} {target}.old"
        ) from None
    return MARK.findall(text)
