"""The ledger of erasures, outside the database: so that a backup that is older cannot bring anybody back.

One empty-handed file for each erasure in the file storage, written before the first row is forgotten. Its name is all:
moment, the erasure's public id, SHA-256 of the person's public id. Neither leads to a person who is erased.
"""

from __future__ import annotations

import hashlib
import re
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db.models import BinaryField, CharField, Func, Value
from django.db.models.functions import Cast

from umemployed.privacy.models import Erasure
from umemployed.privacy.vocabulary import ErasureStatus

FOLDER = "erasure-ledger"
KEPT_SECONDS = 30.0
NAME = re.compile(r"(?P<at>\d{8}T\d{6})-(?P<erasure>[0-9a-f]{32})-(?P<person>[0-9a-f]{64})\.json")


@dataclass(frozen=True)
class Entry:
    """One erasure that was begun."""

    erasure: uuid.UUID
    person: str


def hash_of(public_id: uuid.UUID) -> str:
    """Return what the ledger keeps of a person; 74 random bits in a UUIDv7 keep it from being guessed."""
    return hashlib.sha256(str(public_id).encode()).hexdigest()


def write(erasure: Erasure, person: Any) -> None:
    """Enter an erasure; again is harmless. Raises whatever the storage raises, and then nothing is forgotten yet."""
    if erasure.begun_at is None:
        raise ValueError("Only an erasure that was begun enters the ledger.")
    name = f"{erasure.begun_at:%Y%m%dT%H%M%S}-{erasure.public_id.hex}-{hash_of(person.public_id)}.json"
    storage = storages["files"]
    if not storage.exists(f"{FOLDER}/{name}"):
        storage.save(f"{FOLDER}/{name}", ContentFile(b"{}"))


def entries() -> Iterator[Entry]:
    """Yield what the ledger says, oldest first; one listing, no file is opened."""
    try:
        names = storages["files"].listdir(FOLDER)[1]
    except FileNotFoundError:  # a local storage has no folder before its first file
        return
    for name in sorted(names):
        if found := NAME.fullmatch(name):
            yield Entry(uuid.UUID(found["erasure"]), found["person"])


def unexecuted() -> list[Entry]:
    """Return the entries that this database knows nothing of, or has not begun: it is older than they are."""
    begun = Erasure.objects.filter(status__in=[ErasureStatus.EXECUTING, ErasureStatus.DONE])
    known = set(begun.values_list("public_id", flat=True))
    return [entry for entry in entries() if entry.erasure not in known]


def person_of(entry: Entry) -> Any | None:
    """Return the person of an entry, if the database has them; reads every person once."""
    text = Func(Cast("public_id", CharField()), Value("UTF8"), function="convert_to", output_field=BinaryField())
    digest = Func(text, function="sha256", output_field=BinaryField())
    hashed = Func(digest, Value("hex"), function="encode", output_field=CharField())
    return get_user_model()._default_manager.annotate(hashed=hashed).filter(hashed=entry.person).first()


def check_ledger() -> bool:
    """Raise ImproperlyConfigured while erasures have to be replayed, or nobody can know.

    A good answer is kept for KEPT_SECONDS at most: a backup may be put back below a running program.
    """
    return checked_in(int(time.monotonic() / KEPT_SECONDS))


@lru_cache(maxsize=1)
def checked_in(_span: int) -> bool:
    """Compare ledger and database once in a span of time; what is raised is not kept."""
    try:
        waiting = len(unexecuted())
    except Exception as error:
        raise ImproperlyConfigured(f"the ledger of erasures cannot be read: {type(error).__name__}") from error
    if waiting:
        raise ImproperlyConfigured(f"{waiting} erasures of the ledger are not in this database: replay_erasures")
    return True
