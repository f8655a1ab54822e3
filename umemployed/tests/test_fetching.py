"""Addresses that others name: the one that was judged is the one that is asked, whatever the name says afterwards."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from umemployed.fetching import NotAllowed, fetch, is_public

PUBLIC, PRIVATE = "127.0.0.1", "127.0.0.2"  # what the judge of these tests lets pass, and what it does not
NAME = "jobs.example"


class Site(BaseHTTPRequestHandler):
    """Says which host it was asked for; ``/away`` leads to the private address."""

    def do_GET(self) -> None:
        away = self.path == "/away"
        body = f"{self.server.server_address[0]} as {self.headers['Host']}".encode()
        self.send_response(302 if away else 200)
        if away:
            self.send_header("Location", f"http://{PRIVATE}:{self.server.server_address[1]}/")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""


@contextmanager
def a_site(address: str = PUBLIC, port: int = 0, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    with ThreadingHTTPServer((address, port), Site) as server:
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[list[str]]]:
    """The world's name servers: each question about a name takes the next of its answers; the last one stays."""
    told: dict[str, list[list[str]]] = {}
    true = socket.getaddrinfo

    def resolve(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        answers = told.get(host)
        if answers is None:
            return true(host, port, *args, **kwargs)
        addresses = answers.pop(0) if len(answers) > 1 else answers[0]
        return [entry for address in addresses for entry in true(address, port, *args, **kwargs)]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return told


def get(url: str, **more: Any) -> requests.Response:
    more.setdefault("allows", lambda address: str(address) == PUBLIC)
    return fetch("GET", url, deadline=time.monotonic() + 20, seconds=20, **more)


def test_a_name_that_turns_to_our_network_after_it_was_judged_leads_nowhere_else(
    names: dict[str, list[list[str]]],
) -> None:
    names[NAME] = [[PUBLIC], [PRIVATE]]
    with a_site() as port, a_site(PRIVATE, port):
        assert get(f"http://{NAME}:{port}/").text == f"{PUBLIC} as {NAME}:{port}"
        with pytest.raises(NotAllowed, match="not on the public network"):
            get(f"http://{NAME}:{port}/")


def test_one_address_that_is_not_allowed_is_enough(names: dict[str, list[list[str]]]) -> None:
    names[NAME] = [[PUBLIC, PRIVATE]]
    with a_site() as port, pytest.raises(NotAllowed):
        get(f"http://{NAME}:{port}/")


def test_a_redirect_is_told_and_not_followed() -> None:
    with a_site() as port, a_site(PRIVATE, port):
        answer = get(f"http://{PUBLIC}:{port}/away")
        assert answer.is_redirect and PRIVATE in answer.headers["Location"]


def test_a_proxy_of_the_environment_is_not_asked_for_an_address_that_others_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://{PRIVATE}:9")
    with a_site() as port:
        assert get(f"http://{PUBLIC}:{port}/").text.startswith(PUBLIC)


def test_tls_asks_for_the_name_and_judges_the_certificate_by_it(
    names: dict[str, list[list[str]]], tmp_path: Path
) -> None:
    authority, context = certificate(tmp_path, NAME)
    asked: list[str | None] = []
    context.sni_callback = lambda _socket, name, _context: asked.append(name)
    names[NAME] = names["other.example"] = [[PUBLIC]]
    with a_site(tls=context) as port:
        assert get(f"https://{NAME}:{port}/", verify=str(authority)).text == f"{PUBLIC} as {NAME}:{port}"
        assert asked == [NAME]
        with pytest.raises(requests.exceptions.SSLError):
            get(f"https://other.example:{port}/", verify=str(authority))
        with pytest.raises(requests.exceptions.SSLError):
            get(f"https://{NAME}:{port}/")


def test_a_name_that_nobody_knows_and_a_closed_port_are_told_apart(names: dict[str, list[list[str]]]) -> None:
    with pytest.raises(NotAllowed, match="not known"):
        get(f"http://{'a' * 64}.example/")
    with pytest.raises(requests.ConnectionError):
        get(f"http://{PUBLIC}:1/")


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),  # noqa: S104
        *("224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1"),
        *("64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:3fff:fdd2"),
    ],
)
def test_what_is_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::5db8:d70e"])
def test_what_is_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


def certificate(folder: Path, name: str) -> tuple[Path, ssl.SSLContext]:
    """Return a self-signed certificate's file, and the context of a server that shows it."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file, private = folder / "certificate.pem", folder / "key.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, private)
    return file, context
