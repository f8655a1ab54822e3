from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from umemployed.realtime.asyncapi import PATH
from umemployed.realtime.protocol import CloseCode
from umemployed.realtime.tests.servers import ROOT


@pytest.fixture(scope="module")
def committed() -> dict[str, Any]:
    return yaml.safe_load(PATH.read_text())


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def test_the_committed_document_matches_the_code() -> None:
    # In a process of its own, because the tests enter frames of their own into the catalogue.
    command = [sys.executable, "manage.py", "export_asyncapi", "--check"]
    run = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def test_every_reference_leads_somewhere(committed: dict[str, Any]) -> None:
    for reference in set(references(committed)):
        node: Any = committed
        for step in reference.removeprefix("#/").split("/"):
            assert step in node, reference
            node = node[step]


def test_every_schema_is_a_json_schema(committed: dict[str, Any]) -> None:
    for schema in committed["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    for message in committed["components"]["messages"].values():
        Draft202012Validator.check_schema(message["payload"])


def test_every_operation_says_what_it_is_for(committed: dict[str, Any]) -> None:
    assert [name for name, operation in committed["operations"].items() if not operation["summary"]] == []


def test_every_close_code_is_told(committed: dict[str, Any]) -> None:
    assert {entry["code"] for entry in committed["x-close-codes"]} == set(CloseCode)


def test_the_document_is_asyncapi_3(committed: dict[str, Any]) -> None:
    assert committed["asyncapi"] == "3.0.0"
    assert {operation["action"] for operation in committed["operations"].values()} == {"send", "receive"}
