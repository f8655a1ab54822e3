"""From a row of a file to the content of a posting."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from jobs.geography import COUNTRIES
from jobs.importing.cleaning import CONTROL, clean_line, clean_text
from jobs.importing.mapping import WORDS, Mapping
from jobs.models.job import TEXT_LIMIT
from umemployed.api.money import CURRENCIES

ID_LIMIT = 100
TITLE_LIMIT = 200
AMOUNT_LIMIT = Decimal("999999999999")
OPENINGS = re.compile(r"0{0,9}[0-9]{1,5}")
MOST_PLACES, PLACES_LIMIT = 20, 4000  # of one posting, and characters that name them
RANGE = re.compile(r"\s*([\d.,]+)\s*(?:-|\u2013|to)\s*([\d.,]+)\s*", re.I)


class Rejected(ValueError):
    """A row that cannot become a posting: ``column`` is at fault."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column


@dataclass
class Parsed:
    """A posting's columns and parts, and ``notes`` on what was left out on purpose; ``cause`` is their code."""

    external_id: str
    columns: dict[str, Any]
    category: str
    places: list[dict[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    cause: str = ""


def parse_row(row: dict[str, Any], mapping: Mapping) -> Parsed:
    """Return what the row says; raise Rejected."""
    cells = {name: cell_text(value) for name, value in row.items()}
    notes: list[str] = []
    external = "/".join(need(cells, column) for column in mapping.external_id)
    if len(external) > ID_LIMIT:
        raise Rejected(mapping.external_id[0], f"the id is longer than {ID_LIMIT} characters")
    if CONTROL.search(external):
        raise Rejected(mapping.external_id[0], "the id holds a control character")
    columns: dict[str, Any] = {
        "title": title_of(cells, mapping.title, notes),
        **{name: sections(cells, name, parts, notes) for name, parts in mapping.texts.items()},
        **{name: word_of(cells, name, rule, notes) for name, rule in mapping.words.items()},
        "language": mapping.language,
        "timezone": mapping.timezone,
        "source": mapping.source,
        "openings": openings_of(cells, mapping.openings),
        "source_posted_on": day_of(cells, mapping.posted_on),
        "expires_on": day_of(cells, mapping.expires_on),
    }
    if not columns["title"]:
        raise Rejected(mapping.title, "nothing is left of the title")
    places = places_of(cells, mapping.location)
    columns |= pay_of(cells, mapping.salary, places[0]["country"] if places else "", notes)
    return Parsed(external, columns, category_of(cells, mapping.category), places, notes)


def cell_text(value: Any) -> str:
    """Return a cell as text."""
    return "" if value is None else str(value).strip()


def need(cells: dict[str, str], column: str) -> str:
    """Return a cell that must not be empty."""
    if not cells.get(column):
        raise Rejected(column, "is empty")
    return cells[column]


def external_id_of(row: dict[str, Any], mapping: Mapping) -> str:
    """Return the id of a row that need not be good otherwise; '' where it has none."""
    parts = [cell_text(row.get(column)) for column in mapping.external_id]
    external = "/".join(parts)
    return external if all(parts) and len(external) <= ID_LIMIT and external.isprintable() else ""


def title_of(cells: dict[str, str], column: str, notes: list[str]) -> str:
    """Return the title; one that is too long is cut, with a note."""
    title = clean_line(need(cells, column), len(cells[column]) + 1)
    if len(title) > TITLE_LIMIT:
        notes.append(f"{column}: cut from {len(title)} to {TITLE_LIMIT} characters")
    return title[:TITLE_LIMIT].rstrip()


def sections(cells: dict[str, str], name: str, parts: list[dict[str, str]], notes: list[str]) -> str:
    """Join the cleaned cells, each after its label, empty ones left out; what is too long is cut, with a note."""
    found = []
    for part in parts:
        given = cells.get(part["column"], "")
        # Cleaning adds at most a break per letter; nothing is cut before it can be told.
        text = clean_text(given, 2 * len(given))
        if text:
            found.append(f"{part['label']}: {text}" if "label" in part else text)
    whole = "\n\n".join(found)
    if len(whole) > TEXT_LIMIT:
        notes.append(f"{name}: cut from {len(whole)} to {TEXT_LIMIT} characters")
    return whole[:TEXT_LIMIT].rstrip()


def word_of(cells: dict[str, str], name: str, rule: dict[str, Any], notes: list[str]) -> str:
    """Return our word for the cell's; a word that the mapping does not know gives the default and a note."""
    default = rule.get("default", WORDS[name].values[0])
    given = cells.get(rule.get("column", ""), "")
    known = {str(key).casefold(): value for key, value in rule.get("values", {}).items()}
    if given and given.casefold() not in known:
        notes.append(f"{rule['column']}: {given!r} is unknown, {default} taken")
    return known.get(given.casefold(), default)


def category_of(cells: dict[str, str], rule: dict[str, Any]) -> str:
    """Return the slug whose phrase stands earliest in the cell; the longest of those that begin there."""
    given = cells.get(rule.get("column", ""), "").casefold()
    hits = [
        (given.find(str(phrase).casefold()), -len(phrase), slug) for phrase, slug in rule.get("phrases", {}).items()
    ]
    return min((hit for hit in hits if hit[0] >= 0), default=(0, 0, rule.get("default", "other")))[2]


def openings_of(cells: dict[str, str], column: str) -> int:
    """Return the number of openings, one where it is not said."""
    given = cells.get(column, "")
    if not given:
        return 1
    if not OPENINGS.fullmatch(given) or not 1 <= int(given) <= 10_000:
        raise Rejected(column, f"{given[:50]!r} is no number of openings")
    return int(given)


def day_of(cells: dict[str, str], column: str) -> date | None:
    """Return the day of an ISO date or date and time."""
    given = cells.get(column, "")
    if not given:
        return None
    try:
        return date.fromisoformat(given[:10])
    except ValueError:
        raise Rejected(column, f"{given!r} is no date like 2031-05-28") from None


def amount_of(text: str, column: str, rule: dict[str, Any]) -> Decimal | None:
    """Return the amount; None where nothing, or a zero that means nothing, is stated."""
    cleaned = text.replace(",", "").lstrip("$€£ ")
    if not cleaned:
        return None
    try:
        amount = Decimal(cleaned)
    except InvalidOperation:
        raise Rejected(column, f"{text!r} is no amount") from None
    if not amount.is_finite() or not 0 <= amount <= AMOUNT_LIMIT:
        raise Rejected(column, f"{text!r} is no amount of pay")
    return None if amount == 0 and rule.get("zero_is_unknown") else amount.quantize(Decimal("0.01"))


def pay_of(cells: dict[str, str], rule: dict[str, Any], country: str, notes: list[str]) -> dict[str, Any]:
    """Return the columns of pay; none where currency or period cannot be known, with a note."""
    columns: dict[str, Any] = {"salary_min": None, "salary_max": None, "salary_currency": "", "salary_period": ""}
    if not rule:
        return columns
    low, high, column = ends_of(cells, rule)
    if low is None and high is None:
        return columns
    if low is not None and high is not None and low > high:
        raise Rejected(column, f"the lowest pay {low} is above the highest {high}")
    currency = currency_of(cells, rule, country)
    period = period_of(cells, rule, low, high)
    if not currency or not period:
        notes.append(f"{column}: {'currency' if not currency else 'period'} unknown, pay left out")
        return columns
    return {"salary_min": low, "salary_max": high, "salary_currency": currency, "salary_period": period}


def currency_of(cells: dict[str, str], rule: dict[str, Any], country: str) -> str:
    """Return the currency that the mapping, the row or its country says; '' for what is none of ISO 4217."""
    said = rule.get("currency") or cells.get(rule.get("currency_column", ""), "").upper()
    said = said or rule.get("currency_by_country", {}).get(country, "")
    return said if said in CURRENCIES else ""


def ends_of(cells: dict[str, str], rule: dict[str, Any]) -> tuple[Decimal | None, Decimal | None, str]:
    """Return lowest and highest pay and the column they stand in."""
    if "range" in rule:
        column = rule["range"]
        match = RANGE.fullmatch(cells.get(column, ""))
        if match is None:
            if cells.get(column):
                raise Rejected(column, f"{cells[column]!r} is no range of pay")
            return None, None, column
        return amount_of(match[1], column, rule), amount_of(match[2], column, rule), column
    low, high = (amount_of(cells.get(rule[end], ""), rule[end], rule) for end in ("min", "max"))
    return low, high, rule["min"]


def period_of(cells: dict[str, str], rule: dict[str, Any], low: Decimal | None, high: Decimal | None) -> str:
    """Return the period that is stated, or the one whose band holds both ends; else ''."""
    if "period_column" in rule:
        given = cells.get(rule["period_column"], "")
        known = {str(word).casefold(): period for word, period in rule["periods"].items()}
        if given.casefold() not in known:
            raise Rejected(rule["period_column"], f"{given!r} is no period that the mapping knows")
        return known[given.casefold()]
    ends = [end for end in (low, high) if end is not None]
    for period, (least, most) in rule.get("bands", {}).items():
        if all(least <= end <= most for end in ends):
            return period
    return ""


def places_of(cells: dict[str, str], rule: dict[str, Any]) -> list[dict[str, str]]:
    """Return the places of work: parts in the mapping's order, or an address in a fixed city."""
    given = clean_line(cells.get(rule.get("column", ""), ""), PLACES_LIMIT)
    fixed: dict[str, str] = {name: rule[name] for name in ("city", "region", "country") if name in rule}
    if "parts" not in rule:
        return [{**fixed, "address": given[:200]}] if fixed.get("country") else []
    each = given.split(rule["separator"]) if "separator" in rule else [given]
    places = (place_of(words, rule, fixed) for words in each)
    return [place for place in places if place][:MOST_PLACES]


def place_of(text: str, rule: dict[str, Any], fixed: dict[str, str]) -> dict[str, str]:
    """Return one place; empty where no country is named. Raises Rejected for a country that does not exist."""
    names = rule["parts"]
    words = [word.strip() for word in text.split(",", len(names) - 1)]
    place = {**fixed, **{name: word[:120] for name, word in zip(names, words, strict=False) if word}}
    place["country"] = place.get("country", "").upper()
    if not place["country"]:
        return {}
    if place["country"] not in COUNTRIES:
        raise Rejected(rule["column"], f"{place['country']!r} is no ISO 3166-1 country")
    if "city" in place:
        city = place["city"].strip(" ,")
        place["city"] = city.title() if city.islower() or (city.isupper() and len(city) > 3) else city
    return place
