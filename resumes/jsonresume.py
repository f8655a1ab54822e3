"""JSON Resume v1 (jsonresume.org): the shape, reading it into rows, and writing rows out again.

Reading and writing are each other's inverse: whatever a document says and no column can say (members
that the schema does not know, sections that we do not edit, values given empty) is kept in ``extras``
of the row that it was said of, and comes back out beside the columns. An edit wins over ``extras``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from resumes.models import LanguageLevel, Resume, SkillLevel
from resumes.models.sections import MAX_ROWS, PARTIAL_DATE, SECTIONS
from umemployed.api.errors import Invalid

# --- The shape: a word for a kind of text, a dict for an object, a list of one for an array ------------
TEXT, URL, DATE, EMAIL = "text", "url", "date", "email"
LINES = [TEXT]
SPAN = {"startDate": DATE, "endDate": DATE}
SHAPE: dict[str, Any] = {
    "$schema": URL,
    "basics": {
        "name": TEXT,
        "label": TEXT,
        "image": URL,
        "email": EMAIL,
        "phone": TEXT,
        "url": URL,
        "summary": TEXT,
        "location": {"address": TEXT, "postalCode": TEXT, "city": TEXT, "countryCode": TEXT, "region": TEXT},
        "profiles": [{"network": TEXT, "username": TEXT, "url": URL}],
    },
    "work": [
        {"name": TEXT, "location": TEXT, "description": TEXT, "position": TEXT, "url": URL}
        | SPAN
        | {"summary": TEXT, "highlights": LINES}
    ],
    "volunteer": [{"organization": TEXT, "position": TEXT, "url": URL} | SPAN | {"summary": TEXT, "highlights": LINES}],
    "education": [
        {"institution": TEXT, "url": URL, "area": TEXT, "studyType": TEXT} | SPAN | {"score": TEXT, "courses": LINES}
    ],
    "awards": [{"title": TEXT, "date": DATE, "awarder": TEXT, "summary": TEXT}],
    "certificates": [{"name": TEXT, "date": DATE, "url": URL, "issuer": TEXT}],
    "publications": [{"name": TEXT, "publisher": TEXT, "releaseDate": DATE, "url": URL, "summary": TEXT}],
    "skills": [{"name": TEXT, "level": TEXT, "keywords": LINES}],
    "languages": [{"language": TEXT, "fluency": TEXT}],
    "interests": [{"name": TEXT, "keywords": LINES}],
    "references": [{"name": TEXT, "reference": TEXT}],
    "projects": [
        {"name": TEXT, "description": TEXT, "highlights": LINES, "keywords": LINES}
        | SPAN
        | {"url": URL, "roles": LINES, "entity": TEXT, "type": TEXT}
    ],
    "meta": {"canonical": URL, "version": TEXT, "lastModified": TEXT},
}

# --- Where each member lives --------------------------------------------------------------------------
BASICS = {
    "name": "full_name",
    "label": "headline",
    "image": "image_url",
    "email": "email",
    "phone": "phone",
    "url": "website",
    "summary": "summary",
}
LOCATION = {
    "address": "address",
    "postalCode": "postal_code",
    "city": "city",
    "countryCode": "country_code",
    "region": "region",
}
DATES = {"startDate": "started_on", "endDate": "ended_on"}


def same(*names: str) -> dict[str, str]:
    """Return the mapping of members whose column has the same name."""
    return {name: name for name in names}


COLUMNS: dict[str, dict[str, str]] = {
    "experiences": {"name": "company_name"}
    | same("location", "description", "position", "url", "summary", "highlights")
    | DATES,
    "education": {"studyType": "study_type"} | same("institution", "url", "area", "score", "courses") | DATES,
    # `years` is ours: the schema allows more members than it names.
    "skills": {"level": "level_label"} | same("name", "keywords", "years"),
    "languages": same("language", "fluency"),
    "certificates": {"date": "issued_on"} | same("name", "url", "issuer"),
    "projects": {"type": "kind"}
    | same("name", "description", "highlights", "keywords", "url", "roles", "entity")
    | DATES,
    "links": same("network", "username", "url"),
}
# Our section ← the array it is in the document, links apart, which are in the basics.
ARRAYS = {
    "experiences": "work",
    "education": "education",
    "skills": "skills",
    "languages": "languages",
    "certificates": "certificates",
    "projects": "projects",
}
LEVELS = {
    **{level.value: level for level in SkillLevel},
    "novice": SkillLevel.BEGINNER,
    "basic": SkillLevel.BEGINNER,
    "proficient": SkillLevel.ADVANCED,
    "master": SkillLevel.EXPERT,
}
FLUENCIES = {
    **{level.value: level for level in LanguageLevel},
    "native speaker": LanguageLevel.NATIVE,
    "mother tongue": LanguageLevel.NATIVE,
}

# --- Judging a document -------------------------------------------------------------------------------
MAX_DEPTH = 12
MAX_ITEMS = 100
MAX_LINES = 50
MAX_TEXT = 20_000
MAX_LINE = 2000
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
SAFE_SCHEMES = {"http", "https", "mailto", "tel", "ftp"}
# Browsers drop control characters and blanks before they look for a scheme.
BLANKS = re.compile(r"[\x00-\x20\x7f-\x9f]+")
SCHEME = re.compile(r"([a-z][a-z0-9+.\-]*):", re.IGNORECASE)

Problem = dict[str, str]


def problem(path: str, detail: Any, code: str = "invalid") -> Problem:
    """Return one entry of an error's ``errors``."""
    return {"code": code, "attr": path, "detail": str(detail)}


def is_dangerous(url: str) -> bool:
    """Say whether a browser could run the link instead of following it, e.g. ``javascript:``."""
    scheme = SCHEME.match(BLANKS.sub("", url))
    return scheme is not None and scheme.group(1).lower() not in SAFE_SCHEMES


def unstorable(value: Any, path: str, depth: int = 0) -> Iterator[Problem]:
    """Yield what no JSON column could hold, wherever it stands in the document."""
    if isinstance(value, str) and UNSTORABLE.search(value):
        yield problem(path, _("Contains a character that cannot be stored."), "unstorable")
    elif isinstance(value, float) and not math.isfinite(value):
        yield problem(path, _("Is not a finite number."), "unstorable")
    elif isinstance(value, int) and abs(value) >= 2**63:
        yield problem(path, _("The number is too large."), "unstorable")
    elif isinstance(value, dict | list) and depth == MAX_DEPTH:
        yield problem(path, _("Is nested too deep."), "too_deep")
    elif isinstance(value, dict):
        if any(UNSTORABLE.search(key) for key in value):
            yield problem(path, _("Has a name that cannot be stored."), "unstorable")
            return
        for key, member in value.items():
            yield from unstorable(member, f"{path}.{key}".lstrip("."), depth + 1)
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from unstorable(member, f"{path}.{index}".lstrip("."), depth + 1)


def misshapen(value: Any, shape: Any, path: str) -> Iterator[Problem]:
    """Yield where the members that the schema names are not what it says; others may be anything."""
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            yield problem(path, _("Must be an object."))
            return
        for name in shape.keys() & value.keys():
            yield from misshapen(value[name], shape[name], f"{path}.{name}".lstrip("."))
    elif isinstance(shape, list):
        most = MAX_LINES if shape == LINES else MAX_ITEMS
        if not isinstance(value, list):
            yield problem(path, _("Must be a list."))
        elif len(value) > most:
            yield problem(path, _("At most {max} entries.").format(max=most), "max_length")
        else:
            for index, member in enumerate(value):
                yield from misshapen(member, shape[0], f"{path}.{index}")
    elif not isinstance(value, str):
        yield problem(path, _("Must be text."))
    else:
        yield from badly_written(value, shape, path)


def badly_written(text: str, kind: str, path: str) -> Iterator[Problem]:
    """Yield what is wrong with a text of one kind; an empty one says nothing and is fine."""
    if len(text) > MAX_TEXT:
        yield problem(path, _("At most {max} characters.").format(max=MAX_TEXT), "max_length")
    elif text and kind == DATE and not re.fullmatch(PARTIAL_DATE, text):
        yield problem(path, _("Must be a date as YYYY, YYYY-MM or YYYY-MM-DD."))
    elif kind == URL and is_dangerous(text):
        yield problem(path, _("Links must begin with http:// or https://."))
    elif text and kind == EMAIL and not re.fullmatch(r"[^@\s]+@[^@\s]+", text):
        yield problem(path, _("Must be an e-mail address."))


# --- Reading ------------------------------------------------------------------------------------------


@dataclass
class Parsed:
    """A document taken apart: the résumé's columns, and those of the rows of each section, in order."""

    columns: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


def parse(document: Any) -> Parsed:
    """Take a JSON Resume apart; touches no database.

    Raises Invalid that names, by dotted path, every member that is of the wrong type, too long, too
    many, or could not be stored.
    """
    problems = list(unstorable(document, "")) or list(misshapen(document, SHAPE, ""))
    if problems:
        raise Invalid(errors=problems[:50])
    parsed = Parsed()
    extras = dict(document)
    for name, array in ARRAYS.items():
        parsed.rows[name] = take_rows(extras, array, name)
    if "basics" in document:
        columns, basics = split(document["basics"], BASICS, Resume)
        parsed.rows["links"] = take_rows(basics, "profiles", "links")
        place, rest = split(basics.get("location", {}), LOCATION, Resume)
        keep(basics, "location", rest, bool(place))
        keep(extras, "basics", basics, bool(columns or place or parsed.rows["links"]))
        parsed.columns = columns | place
    parsed.columns["extras"] = extras
    check_lengths(parsed)
    return parsed


def keep(extras: dict[str, Any], name: str, rest: dict[str, Any], is_said_elsewhere: bool) -> None:
    """Keep what is left of a nested object; drop it when the columns say all of it."""
    if name in extras and (rest or not is_said_elsewhere):
        extras[name] = rest
    else:
        extras.pop(name, None)


def take_rows(extras: dict[str, Any], array: str, name: str) -> list[dict[str, Any]]:
    """Move an array out of ``extras`` into rows; an empty one stays, because it was said."""
    model, items = SECTIONS[name], extras.get(array, [])
    if items:
        del extras[array]
    rows = []
    for item in items:
        columns, rest = split(item, COLUMNS[name], model)
        rows.append(columns | {"extras": rest})
    return rows


def split(item: Mapping[str, Any], columns: Mapping[str, str], model: type[models.Model]) -> tuple[dict, dict]:
    """Return what goes into columns, and what only ``extras`` can keep."""
    said: dict[str, Any] = {}
    rest: dict[str, Any] = {}
    for name, value in item.items():
        column = columns.get(name)
        if column is not None and value not in ("", []) and fits(value, column):
            said[column] = value
        else:
            rest[name] = value
    return said, rest


def fits(value: Any, column: str) -> bool:
    """Say whether a column can say it; the schema leaves open what a country code or a year is."""
    if column == "country_code":
        return re.fullmatch("[A-Z]{2}", value) is not None
    if column == "years":
        return type(value) is int and 0 <= value <= 80
    return True


def check_lengths(parsed: Parsed) -> None:
    """Raise Invalid naming every value that is longer than its column, and every section with too many rows."""
    problems = [
        problem(name, _("At most {max} entries.").format(max=MAX_ROWS[name]), "max_length")
        for name, rows in parsed.rows.items()
        if len(rows) > MAX_ROWS[name]
    ]
    problems += too_long(parsed.columns, BASICS, Resume, "basics")
    problems += too_long(parsed.columns, LOCATION, Resume, "basics.location")
    for name, rows in parsed.rows.items():
        for index, row in enumerate(rows):
            problems += too_long(row, COLUMNS[name], SECTIONS[name], f"{ARRAYS.get(name, 'basics.profiles')}.{index}")
    if problems:
        raise Invalid(errors=problems[:50])


def too_long(row: Mapping[str, Any], columns: Mapping[str, str], model: type[models.Model], path: str) -> list[Problem]:
    """Return a problem for each text of a row that its column cannot hold."""
    problems = []
    for name, column in columns.items():
        value = row.get(column, "")
        most = getattr(model._meta.get_field(column), "max_length", None) if isinstance(value, str) else MAX_LINE
        longest = len(value) if isinstance(value, str) else max(map(len, value)) if isinstance(value, list) else 0
        if most is not None and longest > most:
            detail = _("At most {max} characters.").format(max=most)
            problems.append(problem(f"{path}.{name}", detail, "max_length"))
    return problems


# --- Writing ------------------------------------------------------------------------------------------


def document_of(resume: Resume) -> dict[str, Any]:
    """Return the résumé as JSON Resume; expects ``with_sections()``, and asks the database nothing then."""
    document = dict(resume.extras)
    basics = dict(document.get("basics", {})) | said_by(resume, BASICS)
    place = dict(basics.get("location", {})) | said_by(resume, LOCATION)
    if place:
        basics["location"] = place
    if links := [item_of(row, "links") for row in resume.links.all()]:
        basics["profiles"] = links
    if basics:
        document["basics"] = basics
    for name, array in ARRAYS.items():
        if items := [item_of(row, name) for row in getattr(resume, name).all()]:
            document[array] = items
    return document


def said_by(row: models.Model, columns: Mapping[str, str]) -> dict[str, Any]:
    """Return the members that the row's columns say; empty columns say nothing."""
    values = ((name, getattr(row, column)) for name, column in columns.items())
    return {name: value for name, value in values if value not in ("", [], None)}


def item_of(row: Any, name: str) -> dict[str, Any]:
    """Return one row of a section as the document has it."""
    item = dict(row.extras) | said_by(row, COLUMNS[name])
    if name == "skills" and row.level and not row.level_label:
        item["level"] = row.level
    if name == "languages" and row.level and not row.fluency:
        item["fluency"] = row.level
    return item


def level_of(label: str) -> str:
    """Return the level that a document's words mean, or nothing."""
    return LEVELS.get(label.strip().lower(), "")


def fluency_of(label: str) -> str:
    """Return the level of a language that a document's words mean, or nothing."""
    return FLUENCIES.get(label.strip().lower(), "")
