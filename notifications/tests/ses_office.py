"""A server on loopback that speaks the part of SES's API v2 that sends, and believes nothing.

It checks Signature Version 4 by Amazon's own description of it and shares no code with the client.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ACCESS_KEY, SECRET_KEY, REGION = "AKIATESTTESTTEST", "a-secret/of+the+tests", "eu-west-3"
PATH = "/v2/email/outbound-emails"


def mac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


class SesOffice(ThreadingHTTPServer):
    """Keeps what it accepts. ``answers`` are (status, error code) given instead; ``silent`` never answers."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.accepted: list[EmailMessage] = []
        self.requests: list[dict[str, Any]] = []
        self.answers: list[tuple[int, str]] = []
        self.silent = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: SesOffice

    def log_message(self, *args: Any) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        self.body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.silent:
            time.sleep(5)
            return
        if self.path != PATH or not self.is_signed():
            self.answer(403, {"message": "The security token is invalid."}, "InvalidSignatureException")
            return
        request = json.loads(self.body)
        self.server.requests.append(request)
        if self.server.answers:
            status, code = self.server.answers.pop(0)
            self.answer(status, {"message": "ada@example.com is not wanted"}, code)
            return
        raw = base64.b64decode(request["Content"]["Raw"]["Data"], validate=True)
        self.server.accepted.append(message_from_bytes(raw, policy=policy.default))
        self.answer(200, {"MessageId": f"0100-{len(self.server.accepted)}"})

    def is_signed(self) -> bool:
        scheme, _space, rest = self.headers.get("Authorization", "").partition(" ")
        given = dict(part.strip().split("=", 1) for part in rest.split(","))
        access, date, region, service, end = given["Credential"].split("/")
        if (scheme, access, region, service, end) != ("AWS4-HMAC-SHA256", ACCESS_KEY, REGION, "ses", "aws4_request"):
            return False
        names = given["SignedHeaders"].split(";")
        headers = "".join(f"{name}:{' '.join(self.headers[name].split())}\n" for name in names)
        digest = hashlib.sha256(self.body).hexdigest()
        canonical = f"POST\n{PATH}\n\n{headers}\n{given['SignedHeaders']}\n{digest}"
        scope = f"{date}/{region}/{service}/{end}"
        hashed = hashlib.sha256(canonical.encode()).hexdigest()
        text = f"AWS4-HMAC-SHA256\n{self.headers['X-Amz-Date']}\n{scope}\n{hashed}"
        key = mac(mac(mac(mac(f"AWS4{SECRET_KEY}".encode(), date), region), service), end)
        return hmac.compare_digest(mac(key, text).hex(), given["Signature"])

    def answer(self, status: int, body: dict[str, Any], code: str = "") -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        if code:
            self.send_header("x-amzn-ErrorType", code)
        self.end_headers()
        self.wfile.write(text)


@contextmanager
def a_ses_office() -> Iterator[SesOffice]:
    server = SesOffice()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
