"""One ladder orders the apps; this walks the syntax trees and fails on any upward use."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LADDER = {
    "accounts": 1,
    "companies": 2,
    "resumes": 3,
    "subscriptions": 3,
    "jobs": 4,
    "applications": 5,
    "messaging": 6,
    "notifications": 7,
}
GROUND = {"api", "events", "realtime", "files", "audit", "vault", "privacy", "documents", "env", "schema"}
ROOF = {"settings", "urls", "asgi", "wsgi", "celery", "dashboard", "schedule"}
MODEL_STRING = re.compile(r"(\w+)\.[A-Z]\w*")
# Development tools, which compose the whole house and are imported by nothing that serves.
OUTSIDE = {("umemployed", "embedded"), ("umemployed", "tests")}


def modules() -> Iterator[Path]:
    """Yield every shipped module below the roof, tests and migrations left out."""
    for top in ("umemployed", *LADDER):
        for path in sorted((ROOT / top).rglob("*.py")):
            parts = path.relative_to(ROOT).parts
            if {"tests", "migrations"} & set(parts) or parts[:2] in OUTSIDE:
                continue
            if top == "umemployed" and Path(parts[1]).stem in ROOF | {"__init__"}:
                continue
            yield path


def uses(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield (line, dotted name) of every import and every string that names a model."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and MODEL_STRING.fullmatch(node.value):
            yield node.lineno, node.value


def is_upward(module: tuple[str, ...], name: str) -> bool:
    """Say whether a module at ``module`` (path parts) may not use ``name``."""
    first, _, rest = name.partition(".")
    if first == "umemployed":
        return rest.partition(".")[0] in ROOF
    if first not in LADDER:
        return False
    floor = LADDER.get(module[0], 0)
    return first != module[0] and LADDER[first] >= floor


@pytest.mark.parametrize("path", list(modules()), ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_reaches_upward(path: Path) -> None:
    parts = path.relative_to(ROOT).parts
    found = [
        f"{path.name}:{line} uses {name}" for line, name in uses(ast.parse(path.read_text())) if is_upward(parts, name)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("module", "name", "expected"),
    [
        (("jobs", "models.py"), "applications.Application", True),
        (("resumes", "services.py"), "subscriptions.entitlements", True),
        (("umemployed", "api", "views.py"), "accounts.User", True),
        (("jobs", "services.py"), "umemployed.settings", True),
        (("jobs", "models.py"), "companies.Company", False),
        (("jobs", "models.py"), "umemployed.events.log", False),
    ],
)
def test_the_law_itself_can_fail(module: tuple[str, ...], name: str, expected: bool) -> None:
    assert is_upward(module, name) is expected
