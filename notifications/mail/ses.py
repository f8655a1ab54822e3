"""Amazon SES as the mail server: the API v2 (SendEmail, raw), its errors told in SMTP's words.

So the sender judges them as it judges a mail server's. boto3 signs with the keys of the settings, or with what it
finds itself (the role of the machine or the container).
"""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectionClosedError, ReadTimeoutError
from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from notifications.mail.breaker import UNAVAILABLE
from notifications.mail.smtp import Unanswered

# What is said of one letter. All the rest (keys, quota, a paused account, a sender that is not proved) is about us.
REFUSED = {"BadRequestException", "MessageRejected"}
LATER = {"TooManyRequestsException", "ThrottlingException"}
CONNECT_SECONDS = 5


@cache
def client(region: str, endpoint: str, access_key: str, secret_key: str, seconds: float) -> Any:
    """Return the client of these settings; making one reads the description of the API, which takes a moment."""
    return boto3.session.Session().client(
        "sesv2",
        region_name=region,
        endpoint_url=endpoint or None,
        aws_access_key_id=access_key or None,
        aws_secret_access_key=secret_key or None,
        # One attempt: boto would repeat a letter that may have been taken, and we have our own pauses.
        config=Config(connect_timeout=CONNECT_SECONDS, read_timeout=seconds, retries={"total_max_attempts": 1}),
    )


class EmailBackend(BaseEmailBackend):
    """Hands letters to SES, each by one request."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Send them and return how many. Raises smtplib's errors, and Unanswered when the answer stayed away."""
        for message in email_messages:
            self._send(message)
        return len(email_messages)

    def _send(self, message: EmailMessage) -> None:
        keys = (settings.SES_ACCESS_KEY, settings.SES_SECRET_KEY)
        where = (settings.SES_REGION, settings.SES_ENDPOINT_URL, *keys, settings.EMAIL_VERDICT_TIMEOUT)
        request: dict[str, Any] = {
            "Destination": {"ToAddresses": message.recipients()},
            "Content": {"Raw": {"Data": message.message().as_bytes()}},
        }
        if settings.SES_CONFIGURATION_SET:
            request["ConfigurationSetName"] = settings.SES_CONFIGURATION_SET
        try:
            client(*where).send_email(**request)
        except (ReadTimeoutError, ConnectionClosedError) as error:
            raise Unanswered(f"SES took the letter and did not answer ({type(error).__name__})") from error
        except BotoCoreError as error:
            raise smtplib.SMTPServerDisconnected(f"SES cannot be asked ({type(error).__name__})") from error
        except ClientError as error:
            raise in_words_of_smtp(error) from error


def in_words_of_smtp(error: ClientError) -> smtplib.SMTPDataError:
    """Return what a mail server would have said: 554 never, 451 later, 421 nobody's letter now."""
    code = error.response.get("Error", {}).get("Code", "")
    number = 554 if code in REFUSED else 451 if code in LATER else UNAVAILABLE
    return smtplib.SMTPDataError(number, f"{code}: {error.response.get('Error', {}).get('Message', '')}")
