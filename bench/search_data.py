"""A market of live postings for ``bench.search``: deterministic, written straight into the narrow table by COPY.

24 families of work, 60,000 companies, 600 cities in 20 countries, 3,260 skills, texts of some 155 words whose
frequencies follow Zipf's law over 30,000 words. Each posting is written as ``jobs.search.index`` would write it,
and in the same pass into tantivy, which gets the stems that PostgreSQL made: both search the same words. What is
there already, of the same size and making, is kept.
"""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

MAKING = 3  # another number: what earlier runs made is made anew
VOCABULARY, SKILLS, COMPANIES, CITIES = 30_000, 3_260, 60_000, 600
DAYS = 120
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
COLUMNS = (
    "ord, job_id, posted, expires, company_id, sal_min, sal_max, work_mode, employment_type, experience_level,"
    " category, language, countries, lat, lon, skills, head, doc"
)
INDEXES = "CREATE INDEX jobs_search_doc ON jobs_jobsearch USING gin (doc) WITH (fastupdate = on, gin_pending_list_limit = 512)"  # noqa: E501
FOREIGN = "SELECT conname FROM pg_constraint WHERE conrelid = 'jobs_jobsearch'::regclass AND contype = 'f'"


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


@dataclass
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
    """Give the postings, oldest first."""
    dice = random.Random(23)  # noqa: S311
    spread = DAYS * 86_400
    family_skills = [dice.sample(range(SKILLS), 160) for _ in FAMILIES]
    everywhere = range(VOCABULARY)
    stem_of = words.stem_of
    for ordinal in range(1, number + 1):
        family = min(int(dice.expovariate(0.13)), 23)
        role = ROLES[int(dice.random() ** 2 * len(ROLES))]
        grade = dice.choice(GRADES)
        skills = list({family_skills[family][int(dice.random() ** 2 * 160)] for _ in range(dice.randint(3, 8))})
        title = [stem_of[word] for word in (grade, FAMILIES[family], role) if word]
        if dice.random() < 0.3:
            title.append(words.stems[words.skills[skills[0]][0]])
        drawn = dice.choices(everywhere, cum_weights=words.weights, k=dice.randint(130, 180))
        body = [words.stems[n] for n in drawn]
        body[5:5] = title[-2:]
        for skill in skills[:3]:
            body += [words.stems[n] for n in words.skills[skill]]
        pay = int(dice.lognormvariate(10.8, 0.45)) if dice.random() < 0.6 else None
        yield Posting(
            ordinal,
            now - spread + ordinal * spread // number,
            1 + int(dice.random() ** 2 * COMPANIES),
            min(pay, 400_000) if pay else None,
            dice.choices((1, 2, 3), (6, 3, 1))[0],
            dice.choices(range(1, 9), (60, 12, 12, 6, 5, 2, 1, 2))[0],
            dice.choices(range(1, 8), (20, 15, 15, 25, 15, 7, 3))[0],
            family + 1,
            int(dice.random() ** 1.6 * CITIES),
            skills,
            title,
            body,
        )


def tokens_of(posting: Posting) -> list[str]:
    """Return the facet tokens but those of title, skill words and windows, which only we need."""
    country = COUNTRIES[posting.city % 20]
    row, column = spot(posting.city)
    tokens = [
        f"R:{posting.work_mode}",
        f"E:{posting.employment_type}",
        f"L:{posting.experience_level}",
        f"C:{posting.category}",
        f"O:{posting.company}",
        f"N:{country}",
        f"Y:city{posting.city}",
        f"G:{int(row * 2 // 1)},{int(column * 2 // 1)}",
        *(f"K:{skill + 1}" for skill in posting.skills),
    ]
    if posting.pay is not None:
        tokens += [f"S:{band}" for band in range(1, min(posting.pay // 10_000, 25) + 1)]
    return tokens


def spot(city: int) -> tuple[float, float]:
    """Return where a city is."""
    return 36 + (city * 7919 % 2_400) / 100, -9 + (city * 104_729 % 4_000) / 100


def row_of(posting: Posting, words: Words) -> str:
    """Return the posting as a line of COPY, as ``jobs.search.index`` would write it."""
    skills = [stem for skill in posting.skills for stem in (words.stems[n] for n in words.skills[skill])]
    company = [words.stems[n] for n in words.companies[posting.company - 1]]
    place = [*company, f"city{posting.city}"]
    parts, position = [], 0
    for field in (posting.title, skills, place, posting.body):
        for position, stem in enumerate(field, position + 1):  # noqa: B020 - goes on where it ended
            parts.append(f"{stem}:{position}")
        position += 20
    tokens = [*(f"T:{stem}" for stem in posting.title), *(f"B:{stem}" for stem in skills), *tokens_of(posting)]
    country = COUNTRIES[posting.city % 20]
    band = "-" if posting.pay is None else min(posting.pay // 10_000, 25)
    tokens += [f"Y:{country.lower()}", f"Y:city{posting.city}|{country.lower()}", f"SB:{band}"]
    tokens += ["X:en", "D:job_english", "Q:*"]
    tokens += [f"W1:{posting.ord >> 11}", f"W2:{posting.ord >> 14}", f"W3:{posting.ord >> 17}"]
    marked = [(posting.title, "A"), (skills, "B"), (place, "C")]
    head, position = [], 0
    for field, weight in marked:
        for position, stem in enumerate(field, position + 1):  # noqa: B020 - goes on where it ended
            head.append(f"{stem}:{position}{weight}")
    doc = " ".join(parts) + " '" + "' '".join(tokens) + "'"
    if len(doc) < 1_500:
        doc += " " + "Z" + "z" * 1_500
    row, column = spot(posting.city)
    pay = "\\N" if posting.pay is None else str(posting.pay)
    return "\t".join(
        [
            f"{posting.ord}\t{posting.ord}\t{posting.posted}\t2147483647\t{posting.company}\t{pay}\t{pay}",
            f"{posting.work_mode}\t{posting.employment_type}\t{posting.experience_level}\t{posting.category}\ten",
            f"{{{country}}}\t{{{row}}}\t{{{column}}}\t{{{','.join(str(skill + 1) for skill in posting.skills)}}}",
            " ".join(head),
            doc,
        ]
    )


class Lines:
    """Reads like a file what an iterator gives, a batch of lines at a time: COPY never holds the million."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines, self.rest = lines, ""

    def read(self, size: int = 65_536) -> str:
        """Return about ``size`` characters; an empty text at the end."""
        while len(self.rest) < size:
            line = next(self.lines, None)
            if line is None:
                break
            self.rest += line + "\n"
        out, self.rest = self.rest[:size], self.rest[size:]
        return out


def schema_of() -> Any:
    """Return tantivy's schema: all text, title and skills for scores, tokens to filter by, columns to sort and count."""  # noqa: E501
    import tantivy

    builder = tantivy.SchemaBuilder()
    for name in ("all", "title", "skills"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("token", tokenizer_name="whitespace", index_option="basic")
    for name in ("ord", "pay", "work_mode", "employment_type", "experience_level", "category", "country"):
        builder.add_integer_field(name, stored=False, indexed=False, fast=True)
    return builder.build()


def document_of(posting: Posting, words: Words) -> Any:
    """Return the posting as tantivy takes it."""
    import tantivy

    skills = [words.stems[n] for skill in posting.skills for n in words.skills[skill]]
    company = [words.stems[n] for n in words.companies[posting.company - 1]]
    return tantivy.Document(
        all=" ".join([*posting.title, *skills, *company, f"city{posting.city}", *posting.body]),
        title=" ".join(posting.title),
        skills=" ".join(skills),
        token=" ".join(tokens_of(posting)),
        ord=posting.ord,
        pay=posting.pay or 0,
        work_mode=posting.work_mode,
        employment_type=posting.employment_type,
        experience_level=posting.experience_level,
        category=posting.category,
        country=posting.city % 20,
    )


def fill(number: int, folder: Path) -> tuple[Words, Any, str]:
    """Make sure that the market is there; returns its words, tantivy's index, and what the making took."""
    import tantivy
    from django.db import connection

    words = make_words()
    wanted = f"{MAKING}:{number}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description('jobs_jobsearch'::regclass)")
        there = cursor.fetchone()[0] == wanted and (folder / "meta.json").exists()
    if there:
        return words, tantivy.Index.open(str(folder)), "kept from an earlier run"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    index = tantivy.Index(schema_of(), path=str(folder))
    writer = index.writer(heap_size=256_000_000, num_threads=1)
    started = time.time()

    def lines() -> Iterator[str]:
        for posting in postings(words, number, int(started)):
            writer.add_document(document_of(posting, words))
            yield row_of(posting, words)

    name_things(words)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(FOREIGN)
        foreign = cursor.fetchone()
        cursor.execute("DROP INDEX IF EXISTS jobs_search_doc; TRUNCATE jobs_jobsearch")
        if foreign:
            # The rows stand for postings of which only those that a page shows are made.
            cursor.execute(f'ALTER TABLE jobs_jobsearch DROP CONSTRAINT "{foreign[0]}"')
        cursor.copy_expert(f"COPY jobs_jobsearch ({COLUMNS}) FROM STDIN", Lines(lines()))
        rows = time.time()
        cursor.execute("SET maintenance_work_mem = '1GB'; SET max_parallel_maintenance_workers = 0")
        cursor.execute(INDEXES)
        cursor.execute(f"SELECT setval('jobs_search_ord', {number})")
        cursor.execute("VACUUM ANALYZE jobs_jobsearch")
        indexed = time.time()
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    with connection.cursor() as cursor:
        cursor.execute(f"COMMENT ON TABLE jobs_jobsearch IS '{wanted}'")
    took = f"rows {rows - started:.0f} s, GIN and VACUUM {indexed - rows:.0f} s, tantivy's end {time.time() - indexed:.0f} s"  # noqa: E501
    return words, index, took


def name_things(words: Words) -> None:
    """Give the skills, companies and categories that queries and facets name their rows."""
    from companies.models import Company
    from jobs.models import Category
    from resumes.models import Skill

    Skill.objects.filter(slug__startswith="bench-").delete()
    Skill.objects.bulk_create(
        (
            Skill(pk=pk, slug=f"bench-{pk}", name=" ".join(words.words[n] for n in parts))
            for pk, parts in enumerate(words.skills, 1)
        ),
        batch_size=1_000,
        ignore_conflicts=True,
    )
    Company.objects.bulk_create(
        (
            Company(pk=pk, slug=f"bench-{pk}", name=" ".join(words.words[n] for n in parts).title())
            for pk, parts in enumerate(words.companies, 1)
        ),
        batch_size=2_000,
        ignore_conflicts=True,
    )
    Category.objects.bulk_create(
        (Category(pk=pk, slug=f"bench-{name}", name=name.title()) for pk, name in enumerate(FAMILIES, 1)),
        ignore_conflicts=True,
    )
