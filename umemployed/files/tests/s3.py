"""A bucket on loopback that speaks S3 and believes nothing.

It checks Signature Version 4 of headers, presigned queries and POST policies by AWS's own description of them
("Authenticating Requests (AWS Signature Version 4)", "POST Policy"), and shares no code with the client.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

ACCESS_KEY, SECRET_KEY, REGION, BUCKET = "AKIATESTTESTTEST", "a-secret/of+the+tests", "eu-west-3", "uploads"
UNPOLICED = {"policy", "x-amz-signature", "file"}  # form fields that a policy need not name


class Denied(Exception):
    """The request is refused: its HTTP status and S3's code."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


def demand(truth: bool, code: str = "AccessDenied", status: int = 403) -> None:
    if not truth:
        raise Denied(status, code)


def mac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def signature(scope: str, text: str) -> str:
    """Sign for ``key/date/region/s3/aws4_request``; demands our key and region."""
    access, date, region, service, end = scope.split("/")
    demand((access, region, service, end) == (ACCESS_KEY, REGION, "s3", "aws4_request"), "InvalidAccessKeyId")
    key = mac(mac(mac(mac(f"AWS4{SECRET_KEY}".encode(), date), region), service), end)
    return mac(key, text).hex()


def moment(stamp: str) -> datetime:
    return datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


class Bucket(ThreadingHTTPServer):
    """The server and what it keeps; ``skew`` puts its clock forward."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.objects: dict[str, tuple[bytes, str]] = {}
        self.skew = timedelta(0)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def now(self) -> datetime:
        return datetime.now(UTC) + self.skew


class Handler(BaseHTTPRequestHandler):
    server: Bucket
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: Any) -> None:
        """Say nothing."""

    def handle_any(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        parts = urlsplit(self.path)
        self.raw_path, self.query = parts.path, parse_qsl(parts.query, keep_blank_values=True)
        bucket, _slash, key = unquote(parts.path).lstrip("/").partition("/")
        try:
            demand(bucket == BUCKET, "NoSuchBucket", 404)
            if self.command == "POST":
                self.post()
            else:
                self.authenticate()
                getattr(self, self.command.lower())(key)
        except Denied as denied:
            self.reply(denied.status, f"<Error><Code>{denied.code}</Code></Error>".encode())

    do_GET = do_HEAD = do_PUT = do_DELETE = do_POST = handle_any  # noqa: N815 - the base class's names

    def reply(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def authenticate(self) -> None:
        """Judge the signature of a header or of a presigned query."""
        query = dict(self.query)
        if "X-Amz-Signature" in query:
            made, lasts = moment(query["X-Amz-Date"]), int(query["X-Amz-Expires"])
            demand(made - timedelta(minutes=15) <= self.server.now() <= made + timedelta(seconds=lasts))
            self.verify(query["X-Amz-Credential"], query["X-Amz-SignedHeaders"], query["X-Amz-Signature"])
            return
        scheme, _space, rest = self.headers.get("Authorization", "").partition(" ")
        demand(scheme == "AWS4-HMAC-SHA256")
        given = dict(part.strip().split("=", 1) for part in rest.split(","))
        demand(
            self.headers["x-amz-content-sha256"] == hashlib.sha256(self.body).hexdigest(), "XAmzContentSHA256Mismatch"
        )
        demand(
            abs(self.server.now() - moment(self.headers["x-amz-date"])) < timedelta(minutes=15), "RequestTimeTooSkewed"
        )
        self.verify(given["Credential"], given["SignedHeaders"], given["Signature"])

    def verify(self, scope: str, signed: str, given: str) -> None:
        """Rebuild the canonical request and compare."""
        pairs = sorted((quote(k, safe="-_.~"), quote(v, safe="-_.~")) for k, v in self.query if k != "X-Amz-Signature")
        demand("host" in signed.split(";"))
        headers = "".join(f"{name}:{' '.join(self.headers.get(name, '').split())}\n" for name in signed.split(";"))
        payload = self.headers.get("x-amz-content-sha256", "UNSIGNED-PAYLOAD")
        query = "&".join(f"{name}={value}" for name, value in pairs)
        canonical = "\n".join([self.command, self.raw_path, query, headers, signed, payload])
        stamp = dict(self.query).get("X-Amz-Date") or self.headers["x-amz-date"]
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        text = "\n".join(["AWS4-HMAC-SHA256", stamp, scope.partition("/")[2], digest])
        demand(hmac.compare_digest(signature(scope, text), given), "SignatureDoesNotMatch")

    def post(self) -> None:
        """Take a form upload that keeps to its signed policy."""
        form = message_from_bytes(b"Content-Type: " + self.headers["Content-Type"].encode() + b"\r\n\r\n" + self.body)
        fields = {
            p.get_param("name", header="content-disposition"): p.get_payload(decode=True) for p in form.get_payload()
        }
        data = fields.pop("file")
        words = {name.lower(): value.decode() for name, value in fields.items()}
        demand("policy" in words)
        expected = signature(words.get("x-amz-credential", "////"), words["policy"])
        demand(hmac.compare_digest(expected, words["x-amz-signature"]), "SignatureDoesNotMatch")
        policy = json.loads(base64.b64decode(words["policy"]))
        expires = datetime.fromisoformat(policy["expiration"])
        demand(self.server.now() < expires)
        judge_policy(policy["conditions"], {**words, "bucket": BUCKET}, len(data))
        self.server.objects[words["key"]] = (data, words.get("content-type", "binary/octet-stream"))
        self.reply(204)

    def put(self, key: str) -> None:
        self.server.objects[key] = (self.body, self.headers.get("Content-Type", "binary/octet-stream"))
        self.reply(200, ETag=f'"{hashlib.md5(self.body, usedforsecurity=False).hexdigest()}"')

    def get(self, key: str) -> None:
        demand(key in self.server.objects, "NoSuchKey", 404)
        data, kind = self.server.objects[key]
        query = dict(self.query)
        headers = {"Content_Type": query.get("response-content-type", kind), "ETag": '"x"'}
        if disposition := query.get("response-content-disposition"):
            headers["Content_Disposition"] = disposition
        self.reply(200, data, Last_Modified="Mon, 02 Nov 2026 10:00:00 GMT", **headers)

    head = get

    def delete(self, key: str) -> None:
        self.server.objects.pop(key, None)
        self.reply(204)


def judge_policy(conditions: list[Any], words: dict[str, str], size: int) -> None:
    """Demand that every condition holds and that every field has one."""
    named = set(UNPOLICED) | {"bucket"}
    for condition in conditions:
        if isinstance(condition, dict):
            ((name, value),) = condition.items()
            condition = ["eq", f"${name}", value]
        kind, first, second = condition
        if kind == "content-length-range":
            demand(size >= int(first), "EntityTooSmall", 400)
            demand(size <= int(second), "EntityTooLarge", 400)
            continue
        name = first.removeprefix("$").lower()
        named.add(name)
        value = words.get(name, "")
        demand(value == second if kind == "eq" else value.startswith(second))
    demand(set(words) <= named)


@contextmanager
def a_bucket() -> Iterator[Bucket]:
    """Run an empty bucket."""
    with Bucket() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
