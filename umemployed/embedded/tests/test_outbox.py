"""The page of what was mailed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from umemployed.embedded.mailbox import Mailbox

MAIL = (
    b"From: Umemployed <no-reply@umemployed.example>\r\nTo: ada@example.com\r\n"
    b"Subject: =?utf-8?q?Caf=C3=A9_=3Cb=3E?=\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/alternative; boundary="b"\r\n\r\n'
    b"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHello Ada\r\n"
    b'--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p style="color:red">Hello</p><script>alert(1)</script>\r\n'
    b"--b--\r\n"
)


@pytest.fixture
def name(tmp_path: Path, settings: Any) -> str:
    settings.VAR_DIR = tmp_path
    (tmp_path / "mail").mkdir()
    return Mailbox(tmp_path / "mail").keep(["ada@example.com"], MAIL).stem


def test_mails_are_listed_and_found_by_address(client: Client, name: str) -> None:
    assert "Café &lt;b&gt;" in client.get("/outbox/").content.decode()
    assert name in client.get("/outbox/?to=ada@").content.decode()
    assert name not in client.get("/outbox/?to=bea@").content.decode()


def test_a_mail_is_shown_in_a_frame_that_may_do_nothing(client: Client, name: str) -> None:
    page = client.get(f"/outbox/{name}/")
    assert "Hello Ada" in page.content.decode()
    assert "<script>alert" not in page.content.decode()
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    frame = client.get(f"/outbox/{name}/html/")
    rules = frame["Content-Security-Policy"]
    assert "default-src 'none'" in rules
    assert "sandbox" in rules
    assert "script-src 'none'" in rules
    assert "form-action 'none'" in rules
    assert frame["X-Frame-Options"] == "SAMEORIGIN"
    assert "color:red" in frame.content.decode()


@pytest.mark.parametrize("name", ["nothing", "..", "%2e%2e%2fkeys.json"])
def test_nothing_else_is_read(client: Client, tmp_path: Path, settings: Any, name: str) -> None:
    settings.VAR_DIR = tmp_path
    (tmp_path / "keys.eml").write_bytes(MAIL)
    assert client.get(f"/outbox/{name}/").status_code == 404
    assert client.get("/outbox/").status_code == 200
