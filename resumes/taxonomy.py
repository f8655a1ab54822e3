"""Finding the canonical skill behind what people write."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from django.db.models import Case, F, IntegerField, Q, QuerySet, When
from django.db.models.functions import Length
from django.utils.text import slugify

from resumes.models import Skill, SkillAlias, SkillWord

# What separates words; `+`, `#`, `.` and `&` stay, because C, C++, C# and .NET are four things.
SEPARATORS = re.compile(r"[\s\-_/,;:()\[\]'\u2019\"]+")
MAX_QUERY = 80
MAX_WORDS = 4
# Shorter words have too many neighbours for a misspelling to be told from another word.
MIN_TYPO = 4


def normalise(label: str) -> str:
    """Return the form in which labels are compared: no case, no accents, single spaces."""
    plain = unicodedata.normalize("NFKD", label.casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return SEPARATORS.sub(" ", unicodedata.normalize("NFKC", plain).casefold()).strip()[:200]


def match_skills(names: Iterable[str]) -> dict[str, int]:
    """Return the ids of the canonical skills that the names mean, by normalised name; one query."""
    wanted = {normalise(name) for name in names} - {""}
    if not wanted:
        return {}
    return dict(SkillAlias.objects.filter(normalised__in=wanted).values_list("normalised", "skill_id"))


def free_slug(name: str, taken: set[str]) -> str:
    """Return a slug for a skill that is not in ``taken``, and take it."""
    spelled = name.replace("+", " plus ").replace("#", " sharp ").replace(".", " dot ")
    base = slugify(spelled)[:180] or "skill"
    numbered = (f"{base}-{number}" for number in itertools.count(2))
    slug = next(slug for slug in itertools.chain([base], numbered) if slug not in taken)
    taken.add(slug)
    return slug


# --- Suggestions -------------------------------------------------------------------------------------


def suggest_skills(query: str, limit: int) -> list[Skill]:
    """Return at most ``limit`` skills for what was typed so far, best first, each once.

    Whole label before prefix before start of a later word; a skill's own name before its aliases; then
    the shorter. Only where that leaves room are misspelled words put right (one wrong, missing, surplus
    or swapped letter). Two queries, four with misspellings; all served by indexes. Each skill carries
    ``matched``, the label that was found.
    """
    typed = normalise(query[:MAX_QUERY])
    if not typed:
        return []
    found = hits([typed], limit)
    if len(found) < limit:
        found = list(dict.fromkeys([*found, *hits(corrections(typed), limit)]))
    skills: dict[int, Any] = Skill.objects.in_bulk({skill for skill, _ in found})
    suggested: dict[int, Any] = {}
    for skill_id, label in found:
        skill = skills[skill_id]
        if suggested.setdefault(skill_id, skill) is skill and not hasattr(skill, "matched"):
            skill.matched = label
    return list(suggested.values())[:limit]


def hits(typed: list[str], limit: int) -> list[tuple[int, str]]:
    """Return (skill id, label) of the labels that begin with, or have a word that begins with, any of ``typed``."""
    if not typed:
        return []
    prefix = any_of(Q(normalised__startswith=text) for text in typed)
    rows: QuerySet = SkillAlias.objects.filter(prefix | any_of(Q(normalised__contains=f" {text}") for text in typed))
    rank = Case(When(normalised__in=typed, then=0), When(prefix, then=1), default=2, output_field=IntegerField())
    is_name = Case(When(label=F("skill__name"), then=0), default=1, output_field=IntegerField())
    # A skill may be found under several labels; so many rows hold `limit` skills in practice.
    ranked = rows.order_by(rank, is_name, Length("normalised"), "normalised", "pk")
    return list(ranked.values_list("skill_id", "label")[: limit * 8])


def any_of(conditions: Iterable[Q]) -> Q:
    """Return the conditions joined by OR."""
    joined = Q()
    for condition in conditions:
        joined |= condition
    return joined


# --- Misspellings ------------------------------------------------------------------------------------


def deletes_of(word: str) -> set[str]:
    """Return the word and every form of it with one letter left out.

    Two words one edit apart share such a form, which turns the search for neighbours into an overlap
    of sets that an index answers (the symmetric delete method).
    """
    return {word, *(word[:index] + word[index + 1 :] for index in range(len(word)))}


def corrections(typed: str) -> list[str]:
    """Return what may have been meant: the text with misspelled words replaced; one query."""
    words = typed.split()[:MAX_WORDS]
    suspects = {word for word in words if len(word) >= MIN_TYPO}
    variants = set().union(*(deletes_of(word) for word in suspects))
    if not variants:
        return []
    near = list(SkillWord.objects.filter(deletes__overlap=sorted(variants)).values_list("word", flat=True)[:200])
    choices = [near_to(word, near) if word in suspects else [] for word in words]
    meant = itertools.product(*([word, *known] for word, known in zip(words, choices, strict=True)))
    return [text for text in (" ".join(parts) for parts in meant) if text != typed][:9]


def near_to(word: str, known: Iterable[str]) -> list[str]:
    """Return the at most three known words one edit away; those with the same first letter come first."""
    near = (other for other in known if is_one_edit(word, other))
    return sorted(near, key=lambda other: (other[0] != word[0], other))[:3]


def is_one_edit(left: str, right: str) -> bool:
    """Say whether one letter wrong, missing, surplus or swapped with its neighbour makes one the other."""
    if left == right or abs(len(left) - len(right)) > 1:
        return False
    at = next((i for i, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))
    if len(left) == len(right):
        swapped = left[at + 1 : at + 2] + left[at] + left[at + 2 :]
        return left[at + 1 :] == right[at + 1 :] or swapped == right[at:]
    longer, shorter = (left, right) if len(left) > len(right) else (right, left)
    return longer[at + 1 :] == shorter[at:]


def learn_words(labels: Iterable[str]) -> None:
    """Enter the words of normalised labels into the vocabulary of corrections; one insert per 1,000."""
    words = {word for label in labels for word in label.split() if MIN_TYPO <= len(word) <= 40}
    SkillWord.objects.bulk_create(
        (SkillWord(word=word, deletes=sorted(deletes_of(word))) for word in sorted(words)),
        batch_size=1000,
        ignore_conflicts=True,
    )
