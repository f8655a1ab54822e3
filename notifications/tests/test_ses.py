"""Letters through Amazon SES, at a server that verifies every signature."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.mail import EmailMessage

from accounts.models import User
from notifications.mail import breaker, sender
from notifications.models import MailServer, MailStatus
from notifications.tests.factories import make_mail
from notifications.tests.ses_office import ACCESS_KEY, REGION, SECRET_KEY, SesOffice, a_ses_office


@pytest.fixture
def ses(settings: Any) -> Iterator[SesOffice]:
    with a_ses_office() as office:
        settings.MAIL_TRANSPORT, settings.EMAIL_BACKEND = "ses", "notifications.mail.ses.EmailBackend"
        settings.SES_REGION, settings.SES_ENDPOINT_URL = REGION, office.url
        settings.SES_ACCESS_KEY, settings.SES_SECRET_KEY = ACCESS_KEY, SECRET_KEY
        settings.EMAIL_VERDICT_TIMEOUT = 2
        yield office


def sent(mail: Any) -> Any:
    sender.send(mail.pk)
    mail.refresh_from_db()
    return mail


def test_a_letter_goes_out_whole_and_to_its_reader_alone(alice: User, ses: SesOffice, settings: Any) -> None:
    settings.SES_CONFIGURATION_SET = "umemployed"
    assert sent(make_mail(recipient=alice)).status == MailStatus.SENT
    (request,), (message,) = ses.requests, ses.accepted
    assert request["Destination"] == {"ToAddresses": [alice.email]}
    assert request["ConfigurationSetName"] == "umemployed"
    assert message["To"] == alice.email
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


@pytest.mark.parametrize(
    ("status", "code", "state", "is_ours"),
    [
        (400, "MessageRejected", MailStatus.FAILED, False),
        (400, "BadRequestException", MailStatus.FAILED, False),
        (429, "TooManyRequestsException", MailStatus.QUEUED, False),
        (400, "SendingPausedException", MailStatus.QUEUED, True),
        (400, "AccountSuspendedException", MailStatus.QUEUED, True),
        (400, "MailFromDomainNotVerifiedException", MailStatus.QUEUED, True),
        (400, "LimitExceededException", MailStatus.QUEUED, True),
        (500, "InternalFailure", MailStatus.QUEUED, True),
    ],
)
def test_its_errors_are_of_the_letter_or_of_the_service(
    alice: User, ses: SesOffice, status: int, code: str, state: MailStatus, is_ours: bool
) -> None:
    ses.answers = [(status, code)]
    mail = sent(make_mail(recipient=alice))
    assert (mail.status, len(ses.requests)) == (state, 1)
    assert code in mail.last_error
    kept = MailServer.objects.filter(name=f"ses {REGION}").first()
    assert (kept is not None and kept.failures == 1) is is_ours
    assert kept is None or "ada@" not in kept.last_error


def test_wrong_keys_cost_no_letter_a_try(alice: User, ses: SesOffice, settings: Any) -> None:
    settings.SES_SECRET_KEY = "another"
    mails = [sent(make_mail(recipient=alice)) for _ in range(5)]
    assert [mail.attempts for mail in mails] == [1, 1, 1, 0, 0]
    assert ses.accepted == []
    settings.SES_SECRET_KEY = SECRET_KEY
    assert breaker.condition() == {"ok": False, "reason": "SMTPDataError"}


def test_no_answer_is_doubt_and_nothing_is_repeated_behind_our_back(alice: User, ses: SesOffice, settings: Any) -> None:
    ses.silent = True
    settings.EMAIL_VERDICT_TIMEOUT = 0.5
    mail = sent(make_mail(recipient=alice))
    assert (mail.status, mail.deaths) == (MailStatus.QUEUED, 1)
    assert "Unanswered" in mail.last_error


def test_no_server_at_all_is_no_doubt(alice: User, ses: SesOffice, settings: Any) -> None:
    settings.SES_ENDPOINT_URL = "http://127.0.0.1:9"
    mail = sent(make_mail(recipient=alice))
    assert (mail.status, mail.deaths) == (MailStatus.QUEUED, 0)
    assert "EndpointConnectionError" in mail.last_error


@pytest.mark.parametrize("address", ["Ådne <ada@example.com>", "ada@bücher.example"])
def test_names_and_hosts_beyond_ascii_arrive(ses: SesOffice, address: str) -> None:
    from django.core.mail import get_connection

    EmailMessage("Été", "Ça va ?", to=[address], connection=get_connection()).send()
    assert ses.accepted[0]["Subject"] == "Été"


def test_the_settings_name_it_and_ask_for_a_region() -> None:
    code = "import django; django.setup(); from django.conf import settings; print(settings.EMAIL_BACKEND)"
    environment = {**os.environ, "MAIL_TRANSPORT": "ses", "DJANGO_SETTINGS_MODULE": "umemployed.settings"}

    def told(**extra: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", code]
        run = {"capture_output": True, "text": True, "check": False, "cwd": django_settings.BASE_DIR}
        return subprocess.run(command, env={**environment, **extra}, **run)  # type: ignore[call-overload,no-any-return]

    assert told(SES_REGION=REGION).stdout.strip() == "notifications.mail.ses.EmailBackend"
    assert "SES_REGION is not set" in told().stderr
