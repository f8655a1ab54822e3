"""A small, strict identity provider: a program of its own that speaks the protocols over true HTTP.

``python provider.py`` prints its port. Every first part of a path is a tenant with keys, codes and tokens of
its own: ``/acme`` and any other speak OpenID Connect (discovery, JWKS, RS256, authorization code with PKCE
S256 and nonce, userinfo), ``/linkedin`` speaks it as LinkedIn does (no nonce, no verifier, secret in the
body), ``/github`` speaks GitHub's OAuth and the two routes of its API.

``POST /<tenant>/control`` chooses who is in front of the screen and how the provider misbehaves; a GET
tells what it was asked. It refuses whatever a careful provider refuses, so a sloppy client fails here.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CLIENT_ID = "umemployed"
CLIENT_SECRET = "client-secret-0123456789"
REDIRECT_URI = "http://frontend.example/auth/callback"
CODE_SECONDS = 60


class Refusal(Exception):
    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.status, self.error = status, error


class Tenant:
    """One issuer."""

    def __init__(self, name: str, base: str) -> None:
        self.name, self.issuer = name, f"{base}/{name}"
        self.lock = threading.Lock()
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.kid = secrets.token_hex(4)
        self.reset()

    def reset(self) -> None:
        self.codes: dict[str, dict[str, Any]] = {}
        self.tokens: dict[str, dict[str, Any]] = {}
        self.asked: list[str] = []
        self.person: dict[str, Any] = {"sub": "sub-1"}
        self.knobs: dict[str, Any] = {}

    @property
    def speaks(self) -> str:
        return self.name if self.name in {"github", "linkedin"} else "oidc"

    def jwks(self) -> dict[str, Any]:
        numbers = self.key.public_key().public_numbers()
        return {"keys": [{"kty": "RSA", "use": "sig", "kid": self.kid, "n": _b64(numbers.n), "e": _b64(numbers.e)}]}

    def discovery(self) -> dict[str, Any]:
        found = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }
        if self.speaks == "oidc":
            found["code_challenge_methods_supported"] = ["S256"]
            found["token_endpoint_auth_methods_supported"] = ["client_secret_basic", "client_secret_post"]
        return found | self.knobs.get("discovery", {})

    def authorize(self, query: dict[str, str]) -> str:
        """Let the person in front of the screen agree, and return where the browser goes."""
        if query.get("client_id") != CLIENT_ID or query.get("redirect_uri") != REDIRECT_URI:
            raise Refusal(400, "unknown client or redirect_uri")  # never redirect to a stranger
        wanted = {"response_type", "state", "scope"}
        if self.speaks != "linkedin":
            wanted |= {"code_challenge", "code_challenge_method"}
        if self.speaks == "oidc":
            wanted |= {"nonce"}
        if wanted - query.keys() or query["response_type"] != "code":
            raise Refusal(400, f"missing: {sorted(wanted - query.keys())}")
        if query.get("code_challenge_method", "S256") != "S256":
            raise Refusal(400, "S256 only")
        if self.speaks != "github" and "openid" not in query["scope"].split():
            raise Refusal(400, "not OpenID")
        code = secrets.token_urlsafe(24)
        with self.lock:
            self.codes[code] = {"query": query, "person": dict(self.person), "at": time.time(), "used": False}
        back = {"code": code, "state": query["state"], **self.knobs.get("redirect", {})}
        return f"{REDIRECT_URI}?{urlencode(back)}"

    def exchange(self, form: dict[str, str], basic: tuple[str, str] | None) -> dict[str, Any]:
        """Answer the token endpoint."""
        self.judge_client(form, basic)
        with self.lock:
            kept = self.codes.get(form.get("code", ""))
            if kept is None or kept["used"] or time.time() - kept["at"] > CODE_SECONDS:
                self.refuse_code()
            kept["used"] = True
        if self.speaks != "github" and form.get("grant_type") != "authorization_code":
            raise Refusal(400, "unsupported_grant_type")
        if form.get("redirect_uri") != kept["query"]["redirect_uri"]:
            self.refuse_code()
        self.judge_verifier(form, kept["query"])
        token = secrets.token_urlsafe(24)
        with self.lock:
            self.tokens[token] = kept["person"]
        answer = {"access_token": token, "token_type": "Bearer", "scope": kept["query"]["scope"]}
        if self.speaks != "github":
            answer |= {"expires_in": 300, "id_token": self.id_token(kept, token)}
        return answer | self.knobs.get("token", {})

    def refuse_code(self) -> None:
        raise Refusal(200, "bad_verification_code") if self.speaks == "github" else Refusal(400, "invalid_grant")

    def judge_client(self, form: dict[str, str], basic: tuple[str, str] | None) -> None:
        given = basic or (form.get("client_id", ""), form.get("client_secret", ""))
        both = basic is not None and "client_secret" in form
        if both or given != (CLIENT_ID, CLIENT_SECRET) or (basic and self.speaks != "oidc"):
            raise Refusal(401, "invalid_client")

    def judge_verifier(self, form: dict[str, str], query: dict[str, str]) -> None:
        verifier = form.get("code_verifier", "")
        if self.speaks == "linkedin":
            if verifier:
                raise Refusal(401, "invalid_client")  # as LinkedIn does to clients that have a secret
            return
        hashed = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        if not 43 <= len(verifier) <= 128 or hashed != query["code_challenge"]:
            self.refuse_code()

    def id_token(self, kept: dict[str, Any], token: str) -> str:
        now = int(time.time())
        half = hashlib.sha256(token.encode()).digest()[:16]
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "sub": kept["person"]["sub"], "iat": now, "exp": now + 300}
        claims["at_hash"] = base64.urlsafe_b64encode(half).rstrip(b"=").decode()
        if "nonce" in kept["query"]:
            claims["nonce"] = kept["query"]["nonce"]
        if self.knobs.get("claims_in") == "id_token":
            claims |= kept["person"]
        claims |= self.knobs.get("claims", {})
        for name in self.knobs.get("drop", []):
            claims.pop(name, None)
        return self.sign(claims)

    def sign(self, claims: dict[str, Any]) -> str:
        """Sign as asked: well, or in one of the ways of a forger."""
        how = self.knobs.get("sign", "RS256")
        headers = {"kid": self.kid}
        if how == "none":
            return jwt.encode(claims, None, algorithm="none", headers=headers)
        if how == "HS256":  # with the public key as the secret, as everybody knows it
            pem = self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            head, body = (_text(json.dumps(part).encode()) for part in ({"alg": "HS256", **headers}, claims))
            return f"{head}.{body}.{_text(hmac.digest(pem, f'{head}.{body}'.encode(), 'sha256'))}"
        if how == "client_secret":
            return jwt.encode(claims, CLIENT_SECRET.ljust(32, "-"), algorithm="HS256", headers=headers)
        if how == "stranger":
            return jwt.encode(claims, rsa.generate_private_key(65537, 2048), algorithm="RS256", headers=headers)
        return jwt.encode(claims, self.key, algorithm=how, headers=headers)

    def userinfo(self, token: str) -> dict[str, Any]:
        person = self.tokens.get(token)
        if person is None:
            raise Refusal(401, "invalid_token")
        return person | self.knobs.get("userinfo", {})

    def api(self, path: str, token: str) -> Any:
        """Answer GitHub's API."""
        person = self.userinfo(token)
        if path == "/api/user/emails":
            return person.get("emails", [])
        return {name: value for name, value in person.items() if name != "emails"}


class Door(BaseHTTPRequestHandler):
    server: Provider

    def log_message(self, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        self.serve()

    def do_POST(self) -> None:
        self.serve()

    def serve(self) -> None:
        parts = urlsplit(self.path)
        _, name, path = (parts.path + "/").split("/", 2)
        tenant, path = self.server.tenant(name), "/" + path.rstrip("/")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if path == "/control":
            return self.control(tenant, body)
        tenant.asked.append(path)
        try:
            if self.misbehave(tenant, path):
                return None
            if path.endswith("/authorize"):
                return self.send_away(tenant.authorize(_single(parts.query)))
            self.answer(200, self.route(tenant, path, body))
        except Refusal as refusal:
            self.answer(refusal.status, {"error": refusal.error})
        return None

    def route(self, tenant: Tenant, path: str, body: bytes) -> Any:
        token = self.headers.get("Authorization", "").partition(" ")[2]
        if path in {"/token", "/login/oauth/access_token"}:
            if self.command != "POST":
                raise Refusal(405, "POST only")
            return tenant.exchange(_single(body.decode()), self.basic())
        if path == "/.well-known/openid-configuration":
            return tenant.discovery()
        if path == "/jwks":
            return tenant.jwks()
        if path == "/userinfo":
            return tenant.userinfo(token)
        if path.startswith("/api/user"):
            return tenant.api(path, token)
        raise Refusal(404, "not_found")

    def control(self, tenant: Tenant, body: bytes) -> None:
        if self.command == "POST":
            wish = json.loads(body)
            with tenant.lock:
                if wish.pop("reset", False):
                    tenant.reset()
                if wish.pop("rotate", False):
                    tenant.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
                    tenant.kid = secrets.token_hex(4)
                tenant.person = wish.pop("person", tenant.person)
                tenant.knobs |= wish
        self.answer(200, {"asked": tenant.asked, "nonces": [c["query"].get("nonce") for c in tenant.codes.values()]})

    def misbehave(self, tenant: Tenant, path: str) -> bool:
        """Fail in the way that is chosen for this path, and say whether that was all."""
        failing = tenant.knobs.get("fail", {}).get(path)
        if failing is None:
            return False
        if failing == "hang":
            time.sleep(30)
        elif failing == "trickle":
            self.send_response(200)
            self.end_headers()
            for _ in range(300):
                self.wfile.write(b" ")
                self.wfile.flush()
                time.sleep(0.1)
        elif failing == "cut":
            self.connection.close()
        elif failing == "redirect":
            self.send_away(f"{tenant.issuer}/elsewhere", 307)
        elif isinstance(failing, int):
            self.answer(failing, {"message": "trouble"})
        else:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"x" * 2_000_000 if failing == "flood" else failing.encode())
        return True

    def send_away(self, location: str, status: int = 302) -> None:
        self.send_response(status)
        self.send_header("Location", location)
        self.end_headers()

    def basic(self) -> tuple[str, str] | None:
        scheme, _, value = self.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return None
        key, _, secret = base64.b64decode(value).decode("utf-8", "replace").partition(":")
        return key, secret

    def answer(self, status: int, content: Any) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())


class Provider(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Door)
        self.tenants: dict[str, Tenant] = {}
        self.lock = threading.Lock()

    def tenant(self, name: str) -> Tenant:
        with self.lock:
            if name not in self.tenants:
                self.tenants[name] = Tenant(name, f"http://127.0.0.1:{self.server_address[1]}")
            return self.tenants[name]


def _b64(number: int) -> str:
    return _text(number.to_bytes((number.bit_length() + 7) // 8, "big"))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _single(query: str) -> dict[str, str]:
    values = parse_qs(query, keep_blank_values=True)
    if any(len(value) > 1 for value in values.values()):
        raise Refusal(400, "a parameter stands twice")
    return {name: value[0] for name, value in values.items()}


if __name__ == "__main__":
    provider = Provider()
    sys.stdout.write(f"{provider.server_address[1]}\n")
    sys.stdout.flush()
    threading.Thread(target=lambda: (sys.stdin.read(), provider.shutdown()), daemon=True).start()
    provider.serve_forever()
