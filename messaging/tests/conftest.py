"""The cast in conversation: Alice applied to Acme, and Bob recruits there."""

from __future__ import annotations

import pytest

from accounts.models import User
from companies.models import Company
from messaging.models import Conversation
from messaging.tests.factories import make_conversation
from umemployed.files.tests.conftest import own_folder
from umemployed.realtime.tests.fixtures import closed_clients, redis_server, web, webs

__all__ = ["closed_clients", "own_folder", "redis_server", "talk", "web", "webs"]


@pytest.fixture
def talk(alice: User, bob: User, carol: User, acme: Company, globex: Company) -> Conversation:
    """Alice's conversation with Acme, of which Carol must learn nothing."""
    return make_conversation(candidate=alice, company=acme)
