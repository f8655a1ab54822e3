"""How far one word is from another, and the symmetric deletes by which near words are looked up.

After SymSpell (W. Garbe): two words that are ``n`` edits apart have a form in common that is left of each when at most
``n`` letters are taken out. So the neighbours of a word are found by looking up a few dozen forms instead of comparing
with every word. Only the first letters are cut (``HEAD``): a later error leaves them alike. An edit is a letter that is
wrong, missing, surplus, or swapped with its neighbour; the first letter is no exception.
"""

from __future__ import annotations

import zlib
from itertools import combinations

HEAD = 7
# Shorter words have too many neighbours for an error to be told from another word.
SHORTEST = 4
LONGEST = 40
# From this length on, two errors are forgiven.
LONG = 8


def tolerance(word: str) -> int:
    """Return how many edits away a correction of the word may be: 0, 1 or 2."""
    if not SHORTEST <= len(word) <= LONGEST:
        return 0
    return 2 if len(word) >= LONG else 1


def deletes(word: str, depth: int) -> list[int]:
    """Return hashes of the word's head and of what is left of it without up to ``depth`` letters, sorted.

    At most 29 of them. Signed 32 bits, as PostgreSQL's ``integer`` holds them; two forms may share one, so
    whoever finds something compares the words themselves.
    """
    head = word[:HEAD]
    forms = {head}
    for gone in range(1, min(depth, len(head) - 1) + 1):
        forms.update("".join(kept) for kept in combinations(head, len(head) - gone))
    return sorted(zlib.crc32(form.encode()) - 2**31 for form in forms)


def indexed_deletes(word: str) -> list[int]:
    """Return the hashes by which a known word is found, from every typed word that may mean it."""
    return deletes(word, 2 if len(word) >= LONG - 2 else 1)


def distance(left: str, right: str, most: int = LONGEST) -> int:
    """Return the number of edits between two words, or ``most`` + 1 where there are more than ``most``.

    Optimal string alignment: no letter is edited twice. What both begin and end with costs next to nothing, and near
    words differ in little else.
    """
    left, right = differing(left, right)
    if abs(len(left) - len(right)) > most:
        return most + 1
    last, row = [most + 1], list(range(len(right) + 1))
    for i, one in enumerate(left, 1):
        before, last, row = last, row, [i]
        for j, other in enumerate(right, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (one != other))
            if i > 1 and j > 1 and one == right[j - 2] and left[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        # A swap looks two rows back.
        if min(row) > most and min(last) > most:
            return most + 1
    return min(row[-1], most + 1)


def differing(left: str, right: str) -> tuple[str, str]:
    """Return two words without what both begin and end with."""
    shorter = min(len(left), len(right))
    begin = next((at for at in range(shorter) if left[at] != right[at]), shorter)
    shorter -= begin
    end = next((at for at in range(shorter) if left[-1 - at] != right[-1 - at]), shorter)
    return left[begin : len(left) - end], right[begin : len(right) - end]
