"""The 200 searches of ``bench.search``, for our engine and for tantivy, the limit."""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bench.search_market import COMPANIES, COUNTRIES, FACETS, Words

COMMON = ["management", "engineer", "data", "analyst", "nurse", "developer", "software", "senior", "customer", "python"]
MODES = ("on_site", "hybrid", "remote")
LEVELS = ("any", "entry", "associate", "mid", "senior", "director", "executive")
TYPES = ("full_time", "part_time", "contract", "temporary", "internship")


@dataclass
class Asked:
    """One query for both engines: words, filters by code (0 for none), order, and how many pages deep."""

    kind: str
    words: list[str]
    work_mode: int = 0
    employment_type: int = 0
    experience_level: int = 0
    category: int = 0
    country: str = ""
    pay: int = 0
    order: str = "relevance"
    depth: int = 0

    def tokens(self) -> list[str]:
        """Return the filters as the documents have them."""
        named: dict[str, int | str] = {
            "R": self.work_mode,
            "E": self.employment_type,
            "L": self.experience_level,
            "C": self.category,
        }
        named |= {"N": self.country, "S": self.pay}
        return [f"{letter}:{value}" for letter, value in named.items() if value]


def queries(words: Words) -> list[Asked]:
    """Return the 200 queries, the same ones every time."""
    dice = random.Random(5)  # noqa: S311
    made = [Asked("rare", [words.words[dice.randrange(5_000, 30_000)]]) for _ in range(15)]
    for _ in range(15):
        name = words.companies[int(dice.random() ** 2 * COMPANIES)]
        made.append(Asked("rare", [words.words[n] for n in name]))
    made += [
        Asked("common", [dice.choice(COMMON)], order="-published_at" if number % 3 == 0 else "relevance")
        for number in range(30)
    ]
    for _ in range(40):
        others = [words.words[dice.randrange(60, 3_000)] for _ in range(dice.choice((1, 2)))]
        made.append(Asked("multi", [dice.choice(COMMON), *others]))
    for number in range(80):
        text = [] if number < 30 else [dice.choice([*COMMON, words.words[dice.randrange(60, 5_000)]])]
        asked = Asked("text+filter" if text else "filter", text)
        for narrowed in dice.sample(
            ["work_mode", "category", "country", "experience_level", "employment_type", "pay"], 2
        ):
            setattr(asked, narrowed, FILTERS[narrowed](dice))
        asked.order = "-salary" if number % 6 == 5 else "relevance" if text else "-published_at"
        made.append(asked)
    for number in range(20):
        order = "-published_at" if number % 2 else "relevance"
        made.append(Asked("deep", [dice.choice(COMMON)], order=order, depth=dice.randint(9, 49)))
    return made


FILTERS = {
    "work_mode": lambda dice: dice.choice((2, 3)),
    "category": lambda dice: dice.randint(1, 24),
    "country": lambda dice: dice.choice(COUNTRIES),
    "experience_level": lambda dice: dice.randint(2, 6),
    "employment_type": lambda dice: dice.randint(1, 5),
    "pay": lambda dice: dice.randint(3, 9),
}


def query_of(asked: Asked, slugs: dict[int, str]) -> Any:
    """Return the query as our engine takes it."""
    from jobs.pay import REFERENCE_CURRENCY
    from jobs.search.query import Pay, SearchQuery

    return SearchQuery(
        text=" ".join(asked.words),
        work_mode=MODES[asked.work_mode - 1 :][:1] if asked.work_mode else (),
        employment_type=TYPES[asked.employment_type - 1 :][:1] if asked.employment_type else (),
        experience_level=LEVELS[asked.experience_level - 1 :][:1] if asked.experience_level else (),
        category=(slugs[asked.category],) if asked.category else (),
        country=(asked.country,) if asked.country else (),
        pay=Pay(Decimal(asked.pay * 10_000), REFERENCE_CURRENCY, "year") if asked.pay else None,
        ordering=asked.order,  # type: ignore[arg-type]
    )


def parameters_of(asked: Asked, slugs: dict[int, str]) -> dict[str, str]:
    """Return the query as a URL's parameters, with five facets and the count."""
    query = query_of(asked, slugs)
    given = {"q": query.text, "ordering": asked.order if asked.words or asked.order != "relevance" else ""}
    for name in ("work_mode", "employment_type", "experience_level", "category", "country"):
        given[name] = ",".join(getattr(query, name))
    return {name: value for name, value in given.items() if value} | {"facets": ",".join(FACETS), "count": "true"}


class Tantivy:
    """The limit: boosted BM25, every word wanted, twice as much for the title, once for skills. Answers ids."""

    def __init__(self, index: Any, words: Words) -> None:
        self.schema, self.searcher, self.words = index.schema, index.searcher(), words

    def query(self, asked: Asked) -> Any:
        import tantivy

        must, should = tantivy.Occur.Must, tantivy.Occur.Should
        term = tantivy.Query.term_query
        parts = []
        for word in asked.words:
            stem = self.words.stem_of[word]
            parts += [
                (must, term(self.schema, "all", stem)),
                (should, tantivy.Query.boost_query(term(self.schema, "title", stem), 2.0)),
                (should, term(self.schema, "skills", stem)),
            ]
        parts += [(must, term(self.schema, "token", token)) for token in asked.tokens()]
        return tantivy.Query.boolean_query(parts)

    def page(self, asked: Asked) -> list[int]:
        """Find the page's postings, without a count."""
        field = {"-published_at": "ord", "-salary": "pay"}.get(asked.order)
        order = {"order_by_field": field} if field else {}
        found = self.searcher.search(self.query(asked), 20, count=False, offset=20 * asked.depth, **order)
        return [self.searcher.doc(address)["ord"][0] for _, address in found.hits]

    def total(self, asked: Asked) -> int:
        return self.searcher.search(self.query(asked), 1, count=True).count

    def counts(self, asked: Asked) -> Any:
        """Count total and facets in one pass."""
        return self.searcher.aggregate(self.query(asked), {name: {"terms": {"field": name}} for name in FACETS})
