"""Every forgery that a textbook names is refused, and so is every token of another kind."""

from __future__ import annotations

import base64
import json
import time
import uuid
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from django.utils import timezone

from accounts.authentication import session_of
from accounts.checks import signing_keys_are_long_enough
from accounts.models import User
from accounts.services import sign_in
from accounts.tests.factories import PASSWORD, make_session, make_user
from accounts.tokens import BadToken, key_id_of, make_access_token, read_access_token

# HS384 and HS512 are forged with our HS256 key, of which the library rightly warns.
pytestmark = pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
OTHER_KEY = "another-key-that-is-long-enough-0123456789abcdef"


def claims_of(user: User, **changes: Any) -> dict[str, Any]:
    session = make_session(user=user)
    now = int(time.time())
    good = {
        "iss": settings.SIMPLE_JWT["ISSUER"],
        "aud": settings.SIMPLE_JWT["AUDIENCE"],
        "sub": str(user.public_id),
        "sid": str(session.public_id),
        "iat": now,
        "exp": now + 600,
    }
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def signed(claims: dict[str, Any], *, key: Any = None, algorithm: str = "HS256", **header: Any) -> str:
    key = key or settings.JWT_SIGNING_KEY
    headers = {"typ": "at+jwt", "kid": key_id_of(settings.JWT_SIGNING_KEY), **header}
    return jwt.encode(claims, key, algorithm=algorithm, headers={k: v for k, v in headers.items() if v is not None})


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def rsa_key() -> bytes:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def unsigned(user: User, algorithm: str) -> str:
    head = {"alg": algorithm, "typ": "at+jwt", "kid": key_id_of(settings.JWT_SIGNING_KEY)}
    return f"{part(head)}.{part(claims_of(user))}."


def tampered(user: User) -> str:
    head, _, signature = signed(claims_of(user)).split(".")
    return f"{head}.{part(claims_of(make_user()))}.{signature}"


FORGERIES: dict[str, Callable[[User], str]] = {
    "nothing": lambda user: "",
    "words": lambda user: "not a token",
    "dots": lambda user: "..",
    "nul bytes": lambda user: "a.\x00.b",
    "a huge one": lambda user: "a" * 8000 + ".b.c",
    "alg none": lambda user: unsigned(user, "none"),
    "alg None": lambda user: unsigned(user, "None"),
    "alg NONE": lambda user: unsigned(user, "NONE"),
    "alg empty": lambda user: unsigned(user, ""),
    "signature cut": lambda user: signed(claims_of(user)).rpartition(".")[0] + ".",
    "claims swapped": tampered,
    "foreign key": lambda user: signed(claims_of(user), key=OTHER_KEY),
    "HS384": lambda user: signed(claims_of(user), algorithm="HS384"),
    "HS512": lambda user: signed(claims_of(user), algorithm="HS512"),
    "RS256": lambda user: signed(claims_of(user), key=rsa_key(), algorithm="RS256"),
    "kid unknown": lambda user: signed(claims_of(user), kid="unknown"),
    "kid missing": lambda user: signed(claims_of(user), kid=None),
    "kid a path": lambda user: signed(claims_of(user), kid="../../dev/null"),
    "kid a list": lambda user: f"{part({'alg': 'HS256', 'typ': 'at+jwt', 'kid': []})}.{part({})}.AAAA",
    "kid of a foreign key": lambda user: signed(claims_of(user), key=OTHER_KEY, kid=key_id_of(OTHER_KEY)),
    "jku": lambda user: signed(claims_of(user), key=OTHER_KEY, jku="https://evil.example/keys"),
    "jwk": lambda user: signed(claims_of(user), key=OTHER_KEY, jwk={"kty": "oct", "k": part(OTHER_KEY)}),
    "jku and kid of a foreign key": lambda user: signed(
        claims_of(user), key=OTHER_KEY, kid=key_id_of(OTHER_KEY), jku="https://evil.example/keys"
    ),
    "x5u": lambda user: signed(claims_of(user), key=OTHER_KEY, x5u="https://evil.example/cert.pem"),
    "x5c": lambda user: signed(claims_of(user), key=OTHER_KEY, x5c=["MIIB"]),
    "kid an injection": lambda user: signed(claims_of(user), key="", kid="' UNION SELECT '"),
    "kid empty": lambda user: signed(claims_of(user), kid=""),
    "signed with its own kid": lambda user: signed(claims_of(user), key=key_id_of(settings.JWT_SIGNING_KEY)),
    "an empty key": lambda user: signed(claims_of(user), key=" "),
    "unencoded payload (b64)": lambda user: signed(claims_of(user), b64=False, crit=["b64"]),
    "encrypted, five parts": lambda user: "eyJhbGciOiJkaXIifQ..AAAA.AAAA.AAAA",
    "a token in a token": lambda user: signed({"jwt": signed(claims_of(user))}),
    "claims a list": lambda user: f"{part({'alg': 'HS256', 'typ': 'at+jwt'})}.{part([])}.AAAA",
    "nbf tomorrow": lambda user: signed(claims_of(user, nbf=int(time.time()) + 86_400)),
    "exp of long ago and far away": lambda user: signed(claims_of(user, exp=-(10**18))),
    "exp beyond every clock": lambda user: signed(claims_of(user, exp=10**30, iat=10**30)),
    "exp beyond every clock, issued now": lambda user: signed(claims_of(user, exp=10**30)),
    "exp infinite": lambda user: signed(claims_of(user, exp=float("inf"))),
    "exp a fraction": lambda user: signed(claims_of(user, exp=time.time() + 60)),
    "lives longer than ours": lambda user: signed(claims_of(user, exp=int(time.time()) + 86_400)),
    "crit unknown": lambda user: signed(claims_of(user), crit=["exp"]),
    "typ JWT": lambda user: signed(claims_of(user), typ="JWT"),
    "typ missing": lambda user: signed(claims_of(user), typ=None),
    "typ refresh": lambda user: signed(claims_of(user), typ="rt+jwt"),
    "expired": lambda user: signed(claims_of(user, exp=int(time.time()) - 1)),
    "never expires": lambda user: signed(claims_of(user, exp=None)),
    "exp a word": lambda user: signed(claims_of(user, exp="soon")),
    "issued tomorrow": lambda user: signed(claims_of(user, iat=int(time.time()) + 86_400)),
    "iss foreign": lambda user: signed(claims_of(user, iss="https://evil.example")),
    "iss missing": lambda user: signed(claims_of(user, iss=None)),
    "aud foreign": lambda user: signed(claims_of(user, aud="other")),
    "aud a list": lambda user: signed(claims_of(user, aud=["other", settings.SIMPLE_JWT["AUDIENCE"]])),
    "aud missing": lambda user: signed(claims_of(user, aud=None)),
    "sub missing": lambda user: signed(claims_of(user, sub=None)),
    "sub of somebody else": lambda user: signed(claims_of(user, sub=str(make_user().public_id))),
    "sub a number": lambda user: signed(claims_of(user, sub=str(user.pk))),
    "sid missing": lambda user: signed(claims_of(user, sid=None)),
    "sid unknown": lambda user: signed(claims_of(user, sid=str(uuid.uuid4()))),
    "sid an object": lambda user: signed(claims_of(user, sid={"a": 1})),
    "sid of somebody else": lambda user: signed(claims_of(user, sid=str(make_session().public_id))),
    "refresh as access": lambda user: sign_in(email=user.email, password=PASSWORD, device="").refresh,
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_a_forgery_is_nobody(alice: User, forge: Callable[[User], str]) -> None:
    with pytest.raises(BadToken):
        session_of(forge(alice))


def test_the_honest_token_of_the_table_is_accepted(alice: User) -> None:
    assert session_of(signed(claims_of(alice))).user == alice


def test_a_rotated_key_still_verifies_while_it_is_named_as_previous(alice: User, settings) -> None:
    token = make_access_token(make_session(user=alice), issued_at=timezone.now())
    old, settings.JWT_SIGNING_KEY = settings.JWT_SIGNING_KEY, OTHER_KEY
    with pytest.raises(BadToken):
        read_access_token(token)
    settings.JWT_PREVIOUS_KEYS = (old,)
    assert read_access_token(token).user_public_id == alice.public_id


def test_a_short_signing_key_is_an_error(settings) -> None:
    assert signing_keys_are_long_enough(None) == []
    settings.JWT_PREVIOUS_KEYS = ("short",)
    assert [error.id for error in signing_keys_are_long_enough(None)] == ["accounts.E001"]
