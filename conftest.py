"""The standing cast of every test, and the clients that they use."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

PASSWORD = "correct horse battery staple"


@pytest.fixture
def api() -> APIClient:
    """A client that is nobody yet."""
    return APIClient()
