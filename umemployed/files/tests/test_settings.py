"""What the settings of file storage refuse at the start, without showing a secret."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

AZURE = {
    "FILES_BACKEND": "azure",
    "AZURE_ACCOUNT_NAME": "housefiles",
    "AZURE_ACCOUNT_KEY": "c2VjcmV0IGtleSBvZiB0aGUgYWNjb3VudA==",
    "AZURE_CONTAINER": "files",
}


def start(**variables: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AZURE_")}
    kept["DJANGO_SETTINGS_MODULE"] = "umemployed.settings"
    command = [sys.executable, "-c", "from django.conf import settings; print(settings.STORAGES['files'])"]
    return subprocess.run(command, env=kept | variables, capture_output=True, text=True, timeout=60)


def test_azure_needs_a_name_a_key_and_a_container() -> None:
    assert "umemployed.files.azure.AzureStorage" in start(**AZURE).stdout
    assert start(**AZURE, AZURE_ENDPOINT_URL="http://127.0.0.1:10000/housefiles").returncode == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AZURE_ACCOUNT_NAME", "House.Files"),
        ("AZURE_ACCOUNT_KEY", "not-base64-but-secret"),
        ("AZURE_ACCOUNT_KEY", ""),
        ("AZURE_CONTAINER", "-files"),
        ("AZURE_CONTAINER", "f"),
        ("AZURE_ENDPOINT_URL", "files.example.com"),
        ("AZURE_ENDPOINT_URL", "https://files.example.com/"),
    ],
)
def test_a_value_of_another_shape_stops_the_start(name: str, value: str) -> None:
    done = start(**{**AZURE, name: value})
    assert done.returncode != 0
    assert f"ImproperlyConfigured: {name} must be " in done.stderr
    assert "secret" not in done.stderr
