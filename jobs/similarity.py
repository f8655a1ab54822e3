"""How alike two postings are: titles by trigrams, texts by shingles of three words, and how to find the like.

To find texts that resemble one another among a million, each is reduced to bands of a MinHash (Broder 1997;
one permutation with rotation, Shrivastava and Li 2014): 16 bands of 4 of 64 least hashes. Two texts of
resemblance r share a band with the chance 1 - (1 - r^4)^16: 0.99 at 0.7, 0.13 at 0.3. What shares one is
then compared exactly.
"""

from __future__ import annotations

import hashlib
import unicodedata
from typing import TYPE_CHECKING

from jobs.anonymity import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jobs.models import Job

SHINGLE = 3
BINS = 64
ROWS = 4
# Measured on real postings; see docs/decisions/0121.
SAME_TEXT = 0.7
SAME_TITLE = 0.8


def text_of(job: Job) -> str:
    """Return the words that tell one posting from another, beside title and place."""
    return " ".join((job.description, job.requirements, job.benefits))


def shingles_of(text: str) -> frozenset[int]:
    """Return the hashes (64 bits) of every three words in a row; of a shorter text, of the whole."""
    words = words_of(text)
    runs = [words[at : at + SHINGLE] for at in range(len(words) - SHINGLE + 1)] or [words]
    return frozenset(hash_of(" ".join(run)) for run in runs if run)


def hash_of(text: str) -> int:
    """Return 64 bits that are the same in every process."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "big")


def resemblance(one: Iterable[int], other: Iterable[int]) -> float:
    """Return the share of what both have in what either has; 0 where neither has anything."""
    one, other = set(one), set(other)
    return len(one & other) / len(one | other) if one or other else 0.0


def bands_of(shingles: Iterable[int]) -> list[int]:
    """Return the bands (signed 32 bits) of a text; empty for an empty text."""
    least: list[int | None] = [None] * BINS
    for value in shingles:
        place, rest = value % BINS, value // BINS
        known = least[place]
        if known is None or rest < known:
            least[place] = rest
    if all(value is None for value in least):
        return []
    filled = [borrowed(least, place) for place in range(BINS)]
    bands = [f"{at}:{filled[at : at + ROWS]}" for at in range(0, BINS, ROWS)]
    return [hash_of(band) % 2**32 - 2**31 for band in bands]


def borrowed(least: list[int | None], place: int) -> int:
    """Return a bin's least hash; an empty one borrows from the next that is not, told apart by the distance."""
    for distance in range(BINS):
        value = least[(place + distance) % BINS]
        if value is not None:
            return value + distance * 2**64
    raise ValueError("All bins are empty.")


def title_resemblance(one: str, other: str) -> float:
    """Return how alike two titles are, 0 to 1, whatever their case, accents and order of words."""
    return resemblance(map(hash_of, trigrams_of(one)), map(hash_of, trigrams_of(other)))


def trigrams_of(title: str) -> set[str]:
    """Return every three letters in a row, each word with two blanks before it and one behind."""
    plain = unicodedata.normalize("NFKC", title)
    padded = [f"  {word} " for word in words_of(plain)]
    return {word[at : at + 3] for word in padded for at in range(len(word) - 2)}
