"""Looking for what is encrypted: a keyed hash beside the ciphertext, which only our keys can compute.

A column that is encrypted is another ciphertext each time, so it can be neither searched nor compared. Beside it one
may keep ``blind_index(normalise(value), purpose=…)``: equal values have equal hashes, and without the key nobody can
try all telephone numbers. Normalise first (E.164, lower case), or equal things differ. While keys are rotated, look
for ``blind_indexes`` (``column__in=…``), and write anew with the newest key.
"""

from __future__ import annotations

import hmac
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


@lru_cache(maxsize=64)
def _key(key: str, purpose: str) -> bytes:
    info = b"umemployed.vault.blind:" + purpose.encode()
    return HKDF(hashes.SHA256(), 32, salt=None, info=info).derive(key.encode())


def blind_index(plain: str, *, purpose: str) -> str:
    """Return HMAC-SHA256 of a normalised value under the newest key, as 64 hex digits."""
    return blind_indexes(plain, purpose=purpose)[0]


def blind_indexes(plain: str, *, purpose: str) -> list[str]:
    """Return the value's index under every key of the ring, the newest first."""
    keys = [_key(key, purpose) for key in settings.FIELD_ENCRYPTION_KEYS]
    return [hmac.digest(key, plain.encode(), "sha256").hex() for key in keys]
