"""Secrets: those of the embedded run, made once, and a fresh ``.env`` for a deployment."""

from __future__ import annotations

import json
import os
import re
import secrets
from pathlib import Path

from umemployed.embedded.home import Home
from umemployed.embedded.trouble import Trouble

NAMES = ("SECRET_KEY", "JWT_SIGNING_KEY")
MARK = re.compile(r"^(\w+)=change-me$", re.MULTILINE)


def write_private(path: Path, text: str) -> None:
    """Create a file that only its owner reads; raise FileExistsError rather than overwrite."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


def embedded_keys(home: Home) -> dict[str, str]:
    """Return this home's own secrets; made at the first call and kept in ``var/keys.json``."""
    path = home.make_var() / "keys.json"
    if not path.exists():
        draft = path.with_name(f"keys.{os.getpid()}.json")
        write_private(draft, json.dumps({name: secrets.token_urlsafe(48) for name in NAMES}))
        try:
            os.link(draft, path)  # unlike a rename, does not replace what another run has just made
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return {name: str(value) for name, value in json.loads(path.read_text()).items()}


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
