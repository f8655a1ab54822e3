from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from notifications.tests.post_office import PostOffice
from umemployed.privacy import ledger


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> Path:
    """Keep each test's bytes, and its ledger, in a folder of its own."""
    local = settings.STORAGES["files"]
    folder = tmp_path / "files"
    folder.mkdir()
    settings.STORAGES = {**settings.STORAGES, "files": {**local, "OPTIONS": {**local["OPTIONS"], "location": folder}}}
    return folder


@pytest.fixture(autouse=True)
def fresh_ledger() -> Iterator[None]:
    """Forget what an earlier test knew of the ledger."""
    ledger.checked_in.cache_clear()
    yield
    ledger.checked_in.cache_clear()


@pytest.fixture
def post_office(settings: Any) -> Iterator[PostOffice]:
    """A real mail server, to which Django's own SMTP backend speaks."""
    office = PostOffice()
    office.open()
    settings.EMAIL_BACKEND = "notifications.mail.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = office.host, office.port, False
    yield office
    office.close()
