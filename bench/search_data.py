"""The market of ``bench.search_market``, written straight into the narrow table by COPY, and into tantivy.

Each posting is written as ``jobs.search.index`` would write it; tantivy gets the stems that PostgreSQL made: both
search the same words. What is there already, of the same size and making, is kept.
"""

from __future__ import annotations

import multiprocessing
import shutil
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from bench.search_market import COUNTRIES, FAMILIES, Posting, Words, make_words, postings

MAKING = 4  # another number: what earlier runs made is made anew
COLUMNS = (
    "ord, job_id, posted, expires, company_id, sal_min, sal_max, work_mode, employment_type, experience_level,"
    " category, language, countries, lat, lon, skills, head, doc"
)
INDEXES = "CREATE INDEX jobs_search_doc ON {schema}.jobs_jobsearch USING gin (doc) WITH (fastupdate = on, gin_pending_list_limit = 512)"  # noqa: E501
# A tenth of the postings, apart, under the same names: by ``search_path`` the same searches ask it.
SMALL = "tenth"
APART = """DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema};
CREATE TABLE {schema}.jobs_jobsearch (LIKE public.jobs_jobsearch INCLUDING ALL)
    WITH (toast_tuple_target = 700);
DROP INDEX IF EXISTS {schema}.jobs_jobsearch_doc_idx;
CREATE TABLE {schema}.jobs_tokenfrequency (LIKE public.jobs_tokenfrequency INCLUDING ALL)"""
FOREIGN = "SELECT conname FROM pg_constraint WHERE conrelid = 'jobs_jobsearch'::regclass AND contype = 'f'"


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
    stems = words.stems
    skills = [stems[n] for skill in posting.skills for n in words.skills[skill]]
    country = COUNTRIES[posting.city % 20]
    place = [*(stems[n] for n in words.companies[posting.company - 1]), f"city{posting.city}"]
    row, column = spot(posting.city)
    second, third = len(posting.title) + 21, len(posting.title) + len(skills) + 41
    fields = ((1, posting.title, "A"), (second, skills, "B"), (third, place, "C"))
    head = " ".join([f"{stem}:{n}{weight}" for first, field, weight in fields for n, stem in enumerate(field, first)])
    placed = " ".join([f"{stem}:{n}" for first, field, _ in fields for n, stem in enumerate(field, first)])
    body = " ".join([f"{stem}:{n}" for n, stem in enumerate(posting.body, third + len(place) + 20)])
    band = "-" if posting.pay is None else min(posting.pay // 10_000, 25)
    tokens = [
        *tokens_of(posting),
        *[f"T:{stem}" for stem in posting.title],
        *[f"B:{stem}" for stem in skills],
        *(f"Y:{country.lower()}", f"Y:city{posting.city}|{country.lower()}", f"SB:{band}"),
        *("X:en", "D:job_english", "Q:*"),
        *(f"W1:{posting.ord >> 11}", f"W2:{posting.ord >> 14}", f"W3:{posting.ord >> 17}"),
    ]
    doc = f"{placed} {body} '" + "' '".join(tokens) + "'"
    if len(doc) < 1_500:
        doc += " " + "Z" + "z" * 1_500
    pay = "\\N" if posting.pay is None else str(posting.pay)
    return (
        f"{posting.ord}\t{posting.ord}\t{posting.posted}\t2147483647\t{posting.company}\t{pay}\t{pay}"
        f"\t{posting.work_mode}\t{posting.employment_type}\t{posting.experience_level}\t{posting.category}\ten"
        f"\t{{{country}}}\t{{{row}}}\t{{{column}}}\t{{{','.join([str(skill + 1) for skill in posting.skills])}}}"
        f"\t{head}\t{doc}\n"
    )


class Lines:
    """Reads like a file what an iterator of lines gives, some hundred at a time: COPY never holds the million."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines, self.rest = lines, ""

    def read(self, size: int = 65_536) -> str:
        """Return at most ``size`` characters; an empty text at the end."""
        while len(self.rest) < size:
            more = "".join(islice(self.lines, 200))
            if not more:
                break
            self.rest += more
        out, self.rest = self.rest[:size], self.rest[size:]
        return out


def schema_of() -> Any:
    """Return tantivy's schema: all text, title and skills for scores, tokens to filter by, columns to sort and count."""  # noqa: E501
    import tantivy

    builder = tantivy.SchemaBuilder()
    for name in ("all", "title", "skills"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("token", tokenizer_name="whitespace", index_option="basic")
    builder.add_integer_field("ord", stored=True, indexed=False, fast=True)
    for name in ("pay", "work_mode", "employment_type", "experience_level", "category", "country"):
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
    """Make sure that the market is there; returns its words, tantivy's index, and what the making took.

    PostgreSQL and tantivy are filled by two processes at the same time, each of which draws the same postings.
    """
    import tantivy

    words, now = make_words(), int(time.time())
    missing = [
        (schema, size) for schema, size in ((SMALL, number // 10), ("public", number)) if not is_there(schema, size)
    ]
    if not missing and (folder / "meta.json").exists():
        return words, tantivy.Index.open(str(folder)), "kept from an earlier run"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    beside = multiprocessing.get_context("spawn").Process(target=fill_tantivy, args=(words, number, now, folder))
    beside.start()
    name_things(words)
    took = [fill_postgres(words, schema, size, now) for schema, size in missing][-1:]
    beside.join()
    if beside.exitcode:
        raise SystemExit("tantivy's index could not be made")
    return words, tantivy.Index.open(str(folder)), f"{', '.join(took)}, all with tantivy {time.time() - now:.0f} s"


def is_there(schema: str, number: int) -> bool:
    """Say whether a market of this size and making is in the schema."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description(to_regclass(%s))", [f"{schema}.jobs_jobsearch"])
        return bool(cursor.fetchone()[0] == f"{MAKING}:{number}")


def fill_tantivy(words: Words, number: int, now: int, folder: Path) -> None:
    """Make tantivy's index, of one segment."""
    import tantivy

    index = tantivy.Index(schema_of(), path=str(folder))
    writer = index.writer(heap_size=1_500_000_000, num_threads=1)
    for posting in postings(words, number, now):
        writer.add_document(document_of(posting, words))
    writer.commit()
    writer.wait_merging_threads()


def fill_postgres(words: Words, schema: str, number: int, now: int) -> str:
    """Write the narrow table of a schema and its indexes; returns what it took.

    The rows stand for postings of which only those that a page shows are made: nothing refers to them.
    """
    from django.db import connection

    started = time.time()
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0; SET synchronous_commit = off")
        if schema == "public":
            cursor.execute("DROP INDEX IF EXISTS jobs_search_doc; TRUNCATE jobs_jobsearch")
            cursor.execute(FOREIGN)
            for (name,) in cursor.fetchall():
                cursor.execute(f'ALTER TABLE jobs_jobsearch DROP CONSTRAINT "{name}"')
        else:
            cursor.execute(APART.format(schema=schema))
        lines = Lines(row_of(posting, words) for posting in postings(words, number, now))
        cursor.copy_expert(f"COPY {schema}.jobs_jobsearch ({COLUMNS}) FROM STDIN", lines, 1 << 20)
        rows = time.time()
        cursor.execute("SET maintenance_work_mem = '2GB'; SET max_parallel_maintenance_workers = 0")
        cursor.execute(INDEXES.format(schema=schema))
        cursor.execute(f"SELECT setval('jobs_search_ord', {number})")
        cursor.execute(f"VACUUM ANALYZE {schema}.jobs_jobsearch")
        cursor.execute(f"COMMENT ON TABLE {schema}.jobs_jobsearch IS '{MAKING}:{number}'")
    return f"rows {rows - started:.0f} s, GIN and VACUUM {time.time() - rows:.0f} s"


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
