"""Autocompletion and typing errors over a market's terms, against an empty statement and tantivy's fuzzy query.

Terms are generated, the same ones every time, and put straight into their tables as ``learn`` would leave them; the
typing errors are generated from their words. ``--terms N`` sets how many titles there are (default 20,000, which
is a smoke test; a million postings have some 300,000), ``--errors N`` how many errors are tried.
"""

from __future__ import annotations

import argparse
import random
import re
import statistics
import string
import sys
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.harness import Row, interleave, prepare, report, table

ROUNDS = 300
ROOT = Path(__file__).resolve().parent.parent
TRADES = "engineer manager nurse driver developer analyst technician designer assistant consultant".split()  # noqa: SIM905


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--terms", type=int, default=20_000)
    parser.add_argument("--errors", type=int, default=500)
    wanted, _ = parser.parse_known_args()
    prepare()
    from django.db import connection, transaction

    from jobs.search.terms.spelling import corrections
    from jobs.search.terms.suggesting import suggest

    dice = random.Random(7)  # noqa: S311 - the same terms every time
    words = vocabulary(dice, max(2_000, wanted.terms // 6))
    errors = [
        (misspelled(word, dice), word) for word in dice.choices([w for w in words if len(w) >= 5], k=wanted.errors)
    ]
    errors = [(typed, word) for typed, word in errors if typed not in words]
    with transaction.atomic():
        fill(dice, words, wanted.terms)
        with connection.cursor() as cursor:
            cursor.execute(
                "ANALYZE jobs_searchterm, jobs_termstart, jobs_termprefix, jobs_postingterms, jobs_indexwork"
            )
        fuzzy = tantivy_of(words)
        prefixes = cycle([word[: dice.randint(1, 6)] for word in dice.choices(list(words), k=500)])
        typed_ours, typed_theirs = cycle([typed for typed, _ in errors]), cycle([typed for typed, _ in errors])

        def nothing() -> None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
                cursor.fetchone()

        def near(typed: str) -> list[str]:
            return corrections({typed: typed}).get(typed, [])

        floor = Row("floor: SELECT 1", nothing)
        rows = interleave(
            [
                floor,
                Row("suggest, 1 to 6 letters", lambda: suggest(next(prefixes))),
                Row("typing error: five corrections", lambda: near(next(typed_ours))),
                Row("tantivy: fuzzy query, best five", lambda: fuzzy(next(typed_theirs))),
            ],
            rounds=ROUNDS,
        )
        recalls = [recall(near, errors), recall(fuzzy, errors)]
        transaction.set_rollback(True)
    report("suggest", f"{table(rows, floor=floor)}\n\n{judged(rows, recalls, wanted.terms, len(words), len(errors))}")


def judged(rows: list[Row], recalls: list[float], terms: int, words: int, errors: int) -> str:
    """Say what of it the targets are about: processor time, because waits measure the neighbours."""
    floor, suggested, ours, theirs = rows
    return (
        f"{terms:,} titles, {words:,} words, {errors} errors. Processor time: suggest p95 to `SELECT 1` p50"
        f" {cpu(suggested, 95) / cpu(floor, 50):.1f}x (at most 12); typing errors p95 to tantivy's p95"
        f" {cpu(ours, 95) / cpu(theirs, 95):.2f}x (at most 1.2). Recall at 5: ours {recalls[0]:.3f} (at least 0.95),"
        f" tantivy {recalls[1]:.3f}."
    )


def cpu(row: Row, share: int) -> float:
    """Return a percentile of what a call cost, Python and PostgreSQL together, in seconds."""
    costs = [sum(pair) for pair in zip(row.python, row.postgres or [0.0] * len(row.python), strict=True)]
    return statistics.quantiles(costs, n=100, method="inclusive")[share - 1]


def recall(find: Callable[[str], list[str]], errors: list[tuple[str, str]]) -> float:
    """Return the share of errors whose word is among the five that are found."""
    return sum(word in find(typed)[:5] for typed, word in errors) / len(errors)


def vocabulary(dice: random.Random, number: int) -> dict[str, int]:
    """Return real words, and in how many postings each is: of trades, skills, and the world's places."""
    from jobs.gazetteer.places import gazetteer

    words = dict.fromkeys(TRADES, 5_000)
    skills = (ROOT / "resumes" / "data" / "skills.csv").read_text()
    names = sorted({name for name, _ in gazetteer().own})
    dice.shuffle(names)
    for word in re.findall(r"[a-z]{3,40}", " ".join([skills.lower(), *names])):
        if len(words) == number:
            break
        words.setdefault(word, int(dice.paretovariate(0.9)))
    return words


def misspelled(word: str, dice: random.Random) -> str:
    """Make one error, or in a long word sometimes two: a wrong, missing, surplus or swapped letter, anywhere."""
    edits = 2 if len(word) >= 9 and dice.random() < 0.25 else 1
    for place in sorted(dice.sample(range(0, len(word) - 1, 2), edits), reverse=True):
        letter = dice.choice(string.ascii_lowercase)
        tails = [letter + word[place + 1 :], word[place + 1 :], letter + word[place:]]
        tails.append(word[place + 1] + word[place] + word[place + 2 :])
        word = word[:place] + dice.choice(tails)
    return word


def fill(dice: random.Random, words: dict[str, int], number: int) -> None:
    """Put the terms into their tables."""
    from jobs.search.terms.edits import indexed_deletes
    from jobs.search.terms.learning import start_terms
    from jobs.search.terms.models import SearchTerm, TermKind
    from jobs.search.terms.prefixes import list_anew

    SearchTerm.objects.bulk_create(
        [
            SearchTerm(
                kind=TermKind.WORD, value=word, label=word, live=live, deletes=indexed_deletes(word), changed=False
            )
            for word, live in words.items()
        ],
        batch_size=5_000,
    )
    titles = list(dict.fromkeys(titles_of(dice, list(words), number)))
    kinds = [TermKind.TITLE] * 7 + [TermKind.COMPANY] * 2 + [TermKind.SKILL, TermKind.PLACE]
    SearchTerm.objects.bulk_create(
        [
            SearchTerm(
                kind=dice.choice(kinds),
                value=title,
                label=title.title(),
                live=int(dice.paretovariate(0.8)),
                changed=False,
            )
            for title in titles
        ],
        batch_size=5_000,
    )
    ids = list(SearchTerm.objects.exclude(kind=TermKind.WORD).values_list("pk", flat=True))
    for start in range(0, len(ids), 10_000):
        start_terms(ids[start : start + 10_000])
    list_anew()


def titles_of(dice: random.Random, words: list[str], number: int) -> Iterator[str]:
    """Give titles of two to four words, one of them a trade."""
    for _ in range(number):
        yield " ".join([*dice.choices(words, k=dice.randint(1, 3)), dice.choice(TRADES)])


def tantivy_of(words: dict[str, int]) -> Callable[[str], list[str]]:
    """Return tantivy's search of the same words, with as many edits as ours, nearest first as it ranks them."""
    import tantivy

    from jobs.search.terms.edits import tolerance

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("word", stored=True, tokenizer_name="raw")
    schema = builder.build()
    index: Any = tantivy.Index(schema)
    writer = index.writer()
    for word in words:
        writer.add_document(tantivy.Document(word=[word]))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def find(typed: str) -> list[str]:
        query = tantivy.Query.fuzzy_term_query(
            schema, "word", typed, distance=tolerance(typed), transposition_cost_one=True
        )
        return [searcher.doc(address)["word"][0] for _, address in searcher.search(query, 5).hits]

    return find


if __name__ == "__main__":
    main()
