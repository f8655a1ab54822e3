"""Django's SMTP backend, with one thing more: it knows when nobody can know whether a letter was taken."""

from __future__ import annotations

import smtplib
from typing import Any

from django.conf import settings
from django.core.mail.backends import smtp


class Unanswered(smtplib.SMTPServerDisconnected):
    """The letter was handed over and no answer came: it may have been taken."""


class Dialogue(smtplib.SMTP):
    """One dialogue; tells a letter that may have been taken from one that was not."""

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Hand the letter over and return the answer. Raises Unanswered when the server falls silent."""
        if self.sock is not None:
            self.sock.settimeout(settings.EMAIL_VERDICT_TIMEOUT)
        try:
            return super().data(msg)
        except (OSError, smtplib.SMTPServerDisconnected) as error:
            raise Unanswered(f"no answer to the letter ({error})") from error


class EmailBackend(smtp.EmailBackend):
    """Speaks to the server of EMAIL_HOST."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """Return whose dialogue it is; we speak plainly or by STARTTLS, as the settings say."""
        return Dialogue
