"""Azurite, a server of the Azure Blob protocol, on loopback; it judges every signature, and keeps all in memory."""

from __future__ import annotations

import base64
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from azure.storage.blob import BlobServiceClient, ContainerClient

from umemployed.realtime.tests.servers import Process, free_port

FOLDER = Path(__file__).parent / "azurite"
PROGRAM = FOLDER / "node_modules" / "azurite" / "dist" / "src" / "blob" / "main.js"
ACCOUNT = "housefiles"
OLDEST_NODE = 20
CURE = f"Install Node.js {OLDEST_NODE} or newer with npm (https://nodejs.org), and run ./dev storage again."


@dataclass(frozen=True)
class Account:
    """One account of a running server; the owner's eyes and hands for tests."""

    url: str
    key: str

    def container(self, name: str) -> ContainerClient:
        credential = {"account_name": ACCOUNT, "account_key": self.key}
        return BlobServiceClient(self.url, credential=credential).get_container_client(name)

    def environment(self, container: str) -> dict[str, str]:
        """Return the variables that lead the platform to the container."""
        return {
            "FILES_BACKEND": "azure",
            "AZURE_ACCOUNT_NAME": ACCOUNT,
            "AZURE_ACCOUNT_KEY": self.key,
            "AZURE_CONTAINER": container,
            "AZURE_ENDPOINT_URL": self.url,
        }


def installed() -> None:
    """Install the locked packages where they are missing; without Node.js, fail with the cure."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.fail(f"The tests of Azure storage need Node.js, which is not here. {CURE}", pytrace=False)
    said = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=30).stdout.strip()
    if int(said.removeprefix("v").partition(".")[0] or 0) < OLDEST_NODE:
        pytest.fail(f"Node.js {said} is too old. {CURE}", pytrace=False)
    if not PROGRAM.exists():
        done = subprocess.run([npm, "ci"], cwd=FOLDER, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, f"npm ci in {FOLDER}:\n{done.stdout}\n{done.stderr}"


@contextmanager
def azurite() -> Iterator[Account]:
    """A server with one account and a key of its own."""
    installed()
    port, key = free_port(), base64.b64encode(secrets.token_bytes(64)).decode()
    command = ["node", str(PROGRAM), "--blobHost", "127.0.0.1", "--blobPort", str(port)]
    # The client's library speaks a newer version of the protocol than this server knows by name.
    command += ["--inMemoryPersistence", "--disableTelemetry", "--skipApiVersionCheck"]
    process = Process(command, port, AZURITE_ACCOUNTS=f"{ACCOUNT}:{key}")
    try:
        yield Account(f"http://127.0.0.1:{port}/{ACCOUNT}", key)
    finally:
        process.close()
