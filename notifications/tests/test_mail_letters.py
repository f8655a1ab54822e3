"""What arrives in the mailbox."""

from __future__ import annotations

import json
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.links import link_for
from accounts.models import EmailToken, User
from accounts.tests.factories import make_user
from notifications.kinds import KINDS
from notifications.mail import sender
from notifications.mail.letters import WRITERS
from notifications.mail.rendering import Letter, render
from notifications.models import Mail, MailStatus
from notifications.plain import plain
from notifications.tests.factories import make_email_token, make_mail, make_notification
from notifications.tests.post_office import PostOffice, html_of, links_of_html, links_of_text, text_of, words_of_html

SOURCES = Path(__file__).resolve().parents[1] / "templates" / "mail"
NASTY = "Eve\r\nBcc: victim@example.com <script>alert(1)</script> & Co"


def deliver(mail: Mail, office: PostOffice) -> EmailMessage:
    sender.send(mail.pk)
    mail.refresh_from_db()
    assert mail.status == MailStatus.SENT, mail.last_error
    return office.accepted[-1]


def test_the_verification_carries_its_derived_link_in_both_parts(alice: User, post_office: PostOffice) -> None:
    token = make_email_token(alice)
    message = deliver(
        make_mail(recipient=alice, kind="email_verification", context={"token_id": token.pk}), post_office
    )
    assert message["To"] == alice.email
    assert message["Subject"] == "Confirm your e-mail address"
    assert links_of_text(message) == links_of_html(message) == [link_for(token)]
    assert "Hello Alice Ndongo" in text_of(message)
    assert "Hello Alice Ndongo" in words_of_html(message)


def test_no_secret_rests_in_the_row(alice: User, post_office: PostOffice) -> None:
    token = make_email_token(alice)
    mail = make_mail(recipient=alice, kind="email_verification", context={"token_id": token.pk})
    deliver(mail, post_office)
    secret = link_for(token).partition("token=")[2]
    row = json.dumps(Mail.objects.filter(pk=mail.pk).values().get(), default=str)
    assert secret not in row


def test_a_french_reader_gets_french(db: None, post_office: PostOffice) -> None:
    amelie = make_user(full_name="Amélie Noël", language="fr")
    token = make_email_token(amelie, purpose=EmailToken.Purpose.RESET_PASSWORD)
    message = deliver(make_mail(recipient=amelie, kind="password_reset", context={"token_id": token.pk}), post_office)
    assert message["Subject"] == "Choisissez un nouveau mot de passe"
    assert message["Content-Language"] == "fr"
    assert "Bonjour Amélie Noël" in text_of(message)
    assert 'lang="fr" dir="ltr"' in html_of(message)
    assert links_of_text(message) == links_of_html(message) == [link_for(token)]


def test_the_colon_before_an_address_is_set_as_the_language_sets_it() -> None:
    links = {"link": "https://example.com/x"}
    values = {"reader": "Ada", "until": "12:00"}
    assert "\u00a0:\nhttps://example.com/x\n" in render("password_reset", "fr", values, links).text
    english = render("password_reset", "en", values, links).text
    assert ":\nhttps://example.com/x\n" in english
    assert "\u00a0:" not in english


def test_a_link_that_was_used_in_the_meantime_is_not_mailed(alice: User, post_office: PostOffice) -> None:
    token = make_email_token(alice, used_at=timezone.now())
    mail = make_mail(recipient=alice, kind="email_verification", context={"token_id": token.pk})
    sender.send(mail.pk)
    mail.refresh_from_db()
    assert mail.status == MailStatus.MOOT
    assert post_office.accepted == []


def test_a_link_that_is_over_is_not_mailed(alice: User, post_office: PostOffice) -> None:
    token = make_email_token(alice, expires_at=timezone.now() - timedelta(seconds=1))
    mail = make_mail(recipient=alice, kind="email_verification", context={"token_id": token.pk})
    sender.send(mail.pk)
    mail.refresh_from_db()
    assert mail.status == MailStatus.MOOT


def test_a_suspended_reader_gets_nothing(alice: User, post_office: PostOffice) -> None:
    mail = make_mail(recipient=alice)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    sender.send(mail.pk)
    mail.refresh_from_db()
    assert mail.status == MailStatus.MOOT
    assert post_office.accepted == []


def test_a_hostile_name_makes_no_header_and_no_markup(db: None, post_office: PostOffice) -> None:
    eve = make_user(full_name=NASTY)
    message = deliver(make_mail(recipient=eve), post_office)
    assert message["Bcc"] is None
    assert "<script>" not in html_of(message)
    assert "Eve Bcc: victim@example.com <script>alert(1)</script> & Co" in words_of_html(message)


def test_a_hostile_value_in_a_subject_stays_one_line() -> None:
    letter = drawn("application_received", candidate=NASTY + "\u2028\u202egnp.exe\x00", job="Nurse")
    assert letter.subject == "Eve Bcc: victim@example.com <script>alert(1)</script> & Co gnp.exe applied for Nurse"
    assert not set(letter.subject) & set("\r\n\x00\u2028\u202e")
    assert "<script>" not in letter.html


def test_a_value_cannot_become_a_button_or_a_template() -> None:
    letter = drawn("application_received", candidate="[Win] {{ link }} {% load static %}", job="Nurse")
    assert "[Win] {{ link }} {% load static %} applied for Nurse" in letter.text
    assert letter.html.count("href=") == 2


def test_a_right_to_left_name_does_not_turn_the_words_around_it() -> None:
    letter = drawn("application_received", candidate="أمل", job="Nurse")
    assert letter.subject == "\u2068أمل\u2069 applied for Nurse"
    assert "<bdi>أمل</bdi>" in letter.html


def drawn(kind: str, **values: str) -> Letter:
    links = {"link": "https://example.com/x", "unsubscribe": "https://example.com/stop?a=1&b=2"}
    return render(kind, "en", {"name": "Bob", "company": "Acme", **values}, links)


def test_an_endless_value_is_cut() -> None:
    assert len(plain("x" * 5000)) == 200


def test_account_mails_cannot_be_stopped_and_news_can(alice: User, post_office: PostOffice) -> None:
    guard = deliver(make_mail(recipient=alice), post_office)
    assert guard["List-Unsubscribe"] is None
    news = make_notification(recipient=alice, actor=make_user(full_name="Bea"))
    message = deliver(make_mail(recipient=alice, kind="digest", context={"notification_ids": [news.pk]}), post_office)
    _, link, choices = links_of_text(message)
    assert "/mail/settings/" in choices
    assert message["List-Unsubscribe"].strip() == f"<{link}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert links_of_text(message) == links_of_html(message)


def test_the_digest_lists_what_is_unread(alice: User, post_office: PostOffice) -> None:
    bea = make_user(full_name="Bea")
    first = make_notification(recipient=alice, actor=bea, data={"job": "Nurse"})
    second = make_notification(recipient=alice, actor=bea, data={"job": "Cook"})
    seen = make_notification(recipient=alice, actor=bea, data={"job": "Pilot"}, read_at=timezone.now())
    context = {"notification_ids": [first.pk, second.pk, seen.pk]}
    message = deliver(make_mail(recipient=alice, kind="digest", context=context), post_office)
    assert "* Bea applied for Nurse.\n\n* Bea applied for Cook." in text_of(message)
    assert "Pilot" not in text_of(message)


def test_the_message_id_is_the_same_for_every_attempt(alice: User, post_office: PostOffice) -> None:
    mail = make_mail(recipient=alice)
    message = deliver(mail, post_office)
    assert message["Message-ID"] == mail.message_id() == f"<{mail.public_id}@umemployed.example>"
    assert message["Auto-Submitted"] == "auto-generated"


LETTERS = sorted(path.name for path in SOURCES.iterdir() if path.is_dir() and not path.name.startswith("footer"))


@pytest.mark.parametrize("source", LETTERS)
@pytest.mark.parametrize("language", [code for code, _ in settings.LANGUAGES])
def test_every_letter_has_the_same_links_in_both_parts_in_every_language(source: str, language: str) -> None:
    links = {"link": "https://example.com/x?a=1&b=2", "unsubscribe": "https://example.com/s/1/"}
    links |= {"settings": "https://example.com/s/2/"}
    letter = render(source, language, {"sentence": "It rained."}, links, ["one"])
    assert letter.subject
    message = EmailMessage()
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    assert links_of_text(message) == links_of_html(message)
    assert links_of_text(message)[0] == links["link"]
    assert (SOURCES / source / f"{language}.txt").exists()


def test_a_right_to_left_name_within_a_sentence_keeps_its_place(alice: User, post_office: PostOffice) -> None:
    news = make_notification(
        recipient=alice, actor=make_user(full_name="أمل"), kind="invitation_accepted", data={"company": "Acme"}
    )
    message = deliver(
        make_mail(recipient=alice, kind="invitation_accepted", context={"notification_id": news.pk}), post_office
    )
    assert message["Subject"] == "\u2068أمل\u2069 joined Acme."
    assert "<bdi>أمل</bdi> joined Acme." in html_of(message)


def test_every_kind_that_may_be_chosen_as_mail_has_a_writer() -> None:
    assert {code for code, kind in KINDS.items() if not kind.mandatory} <= set(WRITERS)
