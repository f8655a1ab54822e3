from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> Path:
    """Keep each test's bytes in a folder of its own."""
    local = settings.STORAGES["files"]
    settings.STORAGES = {**settings.STORAGES, "files": {**local, "OPTIONS": {**local["OPTIONS"], "location": tmp_path}}}
    return tmp_path
