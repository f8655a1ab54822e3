"""The ring of keys: the first of ``settings.FIELD_ENCRYPTION_KEYS`` encrypts, every one decrypts.

A key serves a purpose through HKDF, so that what was encrypted for one column says nothing in another.
"""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class Undecryptable(Exception):
    """No key of the ring opens this: a key was dropped too early, or somebody wrote over the value."""


@lru_cache(maxsize=64)
def _fernet(key: str, purpose: str) -> Fernet:
    derived = HKDF(hashes.SHA256(), 32, salt=None, info=b"umemployed.vault:" + purpose.encode()).derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def _ring(purpose: str) -> MultiFernet:
    return MultiFernet([_fernet(key, purpose) for key in settings.FIELD_ENCRYPTION_KEYS])


def encrypt(plain: str, *, purpose: str) -> str:
    """Return the text encrypted with the newest key; another ciphertext each time."""
    return _ring(purpose).encrypt(plain.encode()).decode()


def decrypt(sealed: str, *, purpose: str) -> str:
    """Return the text again. Raises Undecryptable."""
    try:
        return _ring(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Undecryptable(f"No key of FIELD_ENCRYPTION_KEYS opens this value ({purpose}).") from error


def is_current(sealed: str, *, purpose: str) -> bool:
    """Say whether the newest key alone opens this."""
    try:
        _fernet(settings.FIELD_ENCRYPTION_KEYS[0], purpose).decrypt(sealed.encode())
    except InvalidToken:
        return False
    return True
