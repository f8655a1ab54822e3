from __future__ import annotations

from collections.abc import Iterator

import pytest

from notifications.tests.post_office import PostOffice


@pytest.fixture
def post_office(settings) -> Iterator[PostOffice]:
    """A real mail server, to which Django's own SMTP backend speaks."""
    office = PostOffice()
    office.open()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = office.host, office.port, False
    yield office
    office.close()
