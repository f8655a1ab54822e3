"""A market of made postings, the same every time: what they are made of, and how one is drawn.

24 families of work, 60,000 companies, 600 cities in 20 countries, 3,260 skills, texts of some 155 words whose
frequencies follow Zipf's law over 30,000 words.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np

VOCABULARY, SKILLS, COMPANIES, CITIES = 30_000, 3_260, 60_000, 600
DAYS = 120
FACETS = ("work_mode", "employment_type", "experience_level", "category", "country")
BATCH = 5_000
FAMILIES = [
    "software",
    "data",
    "security",
    "network",
    "nursing",
    "medicine",
    "pharmacy",
    "teaching",
    "research",
    "accounting",
    "finance",
    "banking",
    "sales",
    "marketing",
    "design",
    "logistics",
    "driving",
    "construction",
    "electrical",
    "mechanical",
    "hospitality",
    "cleaning",
    "legal",
    "retail",
]
ROLES = [
    "engineer",
    "developer",
    "analyst",
    "manager",
    "specialist",
    "technician",
    "assistant",
    "consultant",
    "coordinator",
    "director",
    "officer",
    "advisor",
]
GRADES = ("", "", "", "senior", "junior", "lead", "principal")
COUNTRIES = "FR DE GB ES IT NL BE CH AT PT IE SE NO DK FI PL CM SN CI US".split()  # noqa: SIM905
SYLLABLES = [one + two for one in "bcdfglmnprstvz" for two in ("a", "e", "i", "o", "u", "an", "er", "il", "on")]
# Words of real trades, at the places in the order of frequency where they would stand.
PLACED = {10: "management", 66: "engineer", 90: "data", 150: "analyst", 200: "nurse", 260: "python", 320: "customer"}


@dataclass
class Words:
    """What everything is made of. ``stems[n]`` belongs to ``words[n]``."""

    words: list[str]
    stems: list[str]
    weights: list[float]
    skills: list[list[int]]
    companies: list[list[int]]
    cities: list[int]
    stem_of: dict[str, str]


@dataclass(slots=True)
class Posting:
    """One posting in stems and codes, the same for every engine."""

    ord: int
    posted: int
    company: int
    pay: int | None
    work_mode: int
    employment_type: int
    experience_level: int
    category: int
    city: int
    skills: list[int]
    title: list[str]
    body: list[str]


def make_words() -> Words:
    """Return the vocabulary and the names made of it; asks PostgreSQL for the stems."""
    from django.db import connection

    dice = random.Random(11)  # noqa: S311 - the same words every time
    made: dict[str, None] = {}
    while len(made) < VOCABULARY + CITIES:
        made["".join(dice.choices(SYLLABLES, k=dice.choice((2, 3, 3, 4))))] = None
    plain = list(made)
    words = plain[:VOCABULARY]
    for rank, word in PLACED.items():
        words[rank] = word
    named = [*words, *FAMILIES, *ROLES, *filter(None, GRADES), *plain[VOCABULARY:]]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tsvector_to_array(to_tsvector('job_english', w)) FROM unnest(%s) WITH ORDINALITY u(w, n)"
            " ORDER BY n",
            [named],
        )
        stems = [row[0][0] for row in cursor.fetchall()]
    skills = [dice.sample(range(300, VOCABULARY), dice.choice((1, 1, 2))) for _ in range(SKILLS)]
    skills[7] = [260]
    return Words(
        words,
        stems[:VOCABULARY],
        list(accumulate(1 / (rank + 1) for rank in range(VOCABULARY))),
        skills,
        [dice.sample(range(2_000, VOCABULARY), 2) for _ in range(COMPANIES)],
        list(range(CITIES)),
        dict(zip(named, stems, strict=True)),
    )


def postings(words: Words, number: int, now: int) -> Iterator[Posting]:
    """Give the postings, oldest first. A batch depends on its own number alone, and is drawn at once."""
    spread = DAYS * 86_400
    family_skills = np.random.default_rng(23).permuted(np.tile(np.arange(SKILLS), (len(FAMILIES), 1)), axis=1)[:, :160]
    cumulated = np.array(words.weights) / words.weights[-1]
    stems = np.array(words.stems, dtype=object)
    skill_stems = [[words.stems[n] for n in parts] for parts in words.skills]
    for first in range(1, number + 1, BATCH):
        batch = draw(np.random.default_rng([23, first]), min(BATCH, number + 1 - first), family_skills)
        ends = np.cumsum(batch["length"]).tolist()
        body = stems[np.searchsorted(cumulated, batch["dice"].random(ends[-1]))].tolist()
        columns = [batch[name].tolist() for name in DRAWN]
        for n, (role, family, grade, company, pay, mode, kind, level, city, extra, chosen, count) in enumerate(
            zip(*columns, strict=True)
        ):
            skills = list(dict.fromkeys(chosen[:count]))
            parts = (GRADES[grade], FAMILIES[family], ROLES[role])
            title = [words.stem_of[word] for word in parts if word]
            if extra:
                title.append(skill_stems[skills[0]][0])
            text = body[ends[n - 1] if n else 0 : ends[n]]
            text[5:5] = title[-2:]
            for skill in skills[:3]:
                text += skill_stems[skill]
            ordinal = first + n
            posted = now - spread + ordinal * spread // number
            yield Posting(
                ordinal, posted, company, pay or None, mode, kind, level, family + 1, city, skills, title, text
            )


DRAWN = [
    *("role", "family", "grade", "company", "pay", "work_mode", "employment_type", "experience_level", "city", "extra"),
    *("skills", "skill_count"),
]


def draw(dice: np.random.Generator, size: int, family_skills: np.ndarray) -> dict[str, Any]:
    """Draw a batch's columns; ``dice`` is for what is drawn after them."""
    family = np.minimum(dice.exponential(1 / 0.13, size).astype(int), len(FAMILIES) - 1)
    places = (dice.random((size, 8)) ** 2 * family_skills.shape[1]).astype(int)
    paid = np.minimum(dice.lognormal(10.8, 0.45, size).astype(int), 400_000)
    return {
        "dice": dice,
        "role": (dice.random(size) ** 2 * len(ROLES)).astype(int),
        "family": family,
        "grade": dice.integers(0, len(GRADES), size),
        "company": 1 + (dice.random(size) ** 2 * COMPANIES).astype(int),
        "pay": np.where(dice.random(size) < 0.6, paid, 0),
        "work_mode": weighed(dice, size, (6, 3, 1)),
        "employment_type": weighed(dice, size, (60, 12, 12, 6, 5, 2, 1, 2)),
        "experience_level": weighed(dice, size, (20, 15, 15, 25, 15, 7, 3)),
        "city": (dice.random(size) ** 1.6 * CITIES).astype(int),
        "extra": dice.random(size) < 0.3,
        "skills": family_skills[family[:, None], places],
        "skill_count": dice.integers(3, 9, size),
        "length": dice.integers(130, 181, size),
    }


def weighed(dice: np.random.Generator, size: int, weights: tuple[int, ...]) -> np.ndarray:
    """Draw codes from 1 on, as often as their weights say."""
    return 1 + np.searchsorted(np.cumsum(weights) / sum(weights), dice.random(size), side="right")
