from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from notifications.tests.gate import Gate
from notifications.tests.post_office import PostOffice


@pytest.fixture
def post_office(settings) -> Iterator[PostOffice]:
    """A real mail server, to which our SMTP backend speaks."""
    office = PostOffice()
    office.open()
    settings.EMAIL_BACKEND = "notifications.mail.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = office.host, office.port, False
    yield office
    office.close()


@pytest.fixture
def gate(post_office: PostOffice, settings) -> Iterator[Gate]:
    """The same server behind a gate that may fall silent; waits for its answers are short."""
    made = Gate(post_office)
    settings.EMAIL_HOST, settings.EMAIL_PORT = made.host, made.port
    settings.EMAIL_TIMEOUT = settings.EMAIL_VERDICT_TIMEOUT = 0.3
    yield made
    made.close()


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Show a figure to whoever runs a suite for its sake, past pytest's capture."""

    def show(text: str) -> None:
        with capsys.disabled():
            print(f"\n{text}")  # noqa: T201

    return show
