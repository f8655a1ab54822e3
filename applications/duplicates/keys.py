"""Reading out of a capsule by what its sender may be known again, however it is written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import phonenumbers

from applications.duplicates.models import KeyKind
from umemployed.vault.blind import blind_index

PURPOSE = "duplicates.candidate"
DOTLESS = {"gmail.com", "googlemail.com"}


def keys_of(content: dict[str, Any], region: str) -> set[tuple[KeyKind, str]]:
    """Return (kind, digest) of everything in a capsule's content; ``region`` is where numbers without prefix are."""
    return {(kind, digest_of(kind, value)) for kind, value in values_of(content, region) if value}


def values_of(content: dict[str, Any], region: str) -> Iterator[tuple[KeyKind, str]]:
    """Yield what is comparable, normalised."""
    basics = content.get("resume", {}).get("basics") or {}
    candidate = content.get("candidate") or {}
    for address in {candidate.get("email") or "", basics.get("email") or ""}:
        yield KeyKind.EMAIL, normal_email(address)
    yield KeyKind.PHONE, normal_phone(str(basics.get("phone") or ""), region)
    name = normal_words(basics.get("name") or candidate.get("name") or "")
    for job in content.get("resume", {}).get("work") or []:
        employer = normal_words(job.get("name") or "")
        if name and employer:
            yield KeyKind.NAME_AND_EMPLOYER, f"{name}|{employer}"


def digest_of(kind: KeyKind, value: str) -> str:
    """Return the keyed hash of a normalised value: without our keys nobody can try all telephone numbers."""
    return blind_index(f"{kind}:{value}", purpose=PURPOSE)


def normal_email(address: str) -> str:
    """Return an address without case, without ``+tag``, and without the dots that Gmail does not see."""
    local, at, domain = address.strip().casefold().rpartition("@")
    if not at:
        return ""
    local = local.partition("+")[0]
    return f"{local.replace('.', '') if domain in DOTLESS else local}@{domain.replace('googlemail', 'gmail')}"


def normal_phone(number: str, region: str) -> str:
    """Return a number in E.164, or '' for what is none."""
    try:
        parsed = phonenumbers.parse(number, region or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(parsed):
        return ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def normal_words(text: str) -> str:
    """Return the words of a name without case, accents, punctuation and order."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(char))
    return " ".join(sorted(re.findall(r"\w+", plain)))
