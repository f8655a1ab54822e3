"""Postings as others publish them: a Greenhouse board's JSON, and schema.org JobPosting (JSON-LD), as flat rows.

What a document says in trees becomes cells that a mapping file can name; the shipped maps ``greenhouse`` and ``jsonld``
do. Greenhouse: developers.greenhouse.io/job-board.html (``GET …/jobs?content=true``). JobPosting: schema.org/JobPosting
and the properties of it that Google reads.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from jobs.gazetteer.places import country_of
from jobs.importing.rows import Row, distinct

SCRIPT = re.compile(
    r"<script[^>]*type\s*=\s*[\"']?application/ld\+json[\"']?[^>]*>(.*?)</script\s*>", re.DOTALL | re.IGNORECASE
)
KIND = "JobPosting"
DEEPEST = 40  # levels of a document that are looked through


def rows_of_text(text: str, url: str = "") -> Iterator[Row]:
    """Yield the postings of a JSON document or of an HTML page; one row with a fault where there is none."""
    pieces = SCRIPT.findall(text) if text.lstrip()[:1] == "<" else [text]
    count = 0
    for piece in pieces:
        try:
            document = json.loads(piece, object_pairs_hook=distinct)
        except (ValueError, RecursionError) as error:
            yield Row({"id": url, "url": url}, f"not JSON: {str(error)[:200]}")
            count += 1
            continue
        for row in rows_of(document, url):
            yield row
            count += 1
    if not count:
        reason = "there is no posting in it: neither a board's `jobs` nor a JobPosting"
        yield Row({"id": url, "url": url}, reason, "no_posting")


def rows_of(document: Any, url: str = "") -> Iterator[Row]:
    """Yield the postings of a parsed document."""
    if isinstance(document, dict) and isinstance(document.get("jobs"), list):
        yield from map(greenhouse_row, document["jobs"])
    else:
        yield from (jobposting_row(node, url) for node in nodes_of(document))


# --- Greenhouse ----------------------------------------------------------------------------------
def greenhouse_row(job: Any) -> Row:
    """Return one job of a board."""
    if not isinstance(job, dict):
        return Row(fault="the job is not an object")
    names = {part: ", ".join(named(each) for each in listed(job.get(part))) for part in ("departments", "offices")}
    place = named(job.get("location"))
    return Row(
        {
            "id": job.get("id"),
            "title": job.get("title"),
            "content": job.get("content"),
            "url": job.get("absolute_url"),
            "department": names["departments"],
            "office": names["offices"],
            "place": place_in_words(place),
            "location": place,
            "remote": "remote" if "remote" in place.casefold() else "",
            "posted": job.get("first_published") or job.get("updated_at"),
            "deadline": job.get("application_deadline"),
            "requisition": job.get("requisition_id"),
        }
    )


def place_in_words(text: str) -> str:
    """Return ``country, region, city`` of "Berlin, Germany"; '' where the last word names no country."""
    words = [word.strip() for word in re.split(r"[,;/|]", text) if word.strip()]
    country = country_of(words[-1]) if words else ""
    if not country:
        return ""
    city = words[0] if len(words) > 1 else ""
    region = words[1] if len(words) > 2 else ""
    return f"{country}, {region}, {city}"


# --- JobPosting ----------------------------------------------------------------------------------
def nodes_of(document: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Yield every JobPosting of a document: alone, in a list, in ``@graph``, or inside something else."""
    if depth > DEEPEST:
        return
    if isinstance(document, list):
        for each in document:
            yield from nodes_of(each, depth + 1)
    elif isinstance(document, dict):
        if KIND in listed(document.get("@type")):
            yield document
        else:
            for each in document.values():
                yield from nodes_of(each, depth + 1)


def jobposting_row(node: dict[str, Any], url: str) -> Row:
    """Return a JobPosting's row."""
    places = [place_of(each) for each in listed(node.get("jobLocation"))]
    return Row(
        {
            "id": identifier_of(node) or node.get("url") or node.get("@id") or url,
            "url": node.get("url") or url,
            "employer": named(node.get("hiringOrganization")),
            "posted": node.get("datePosted"),
            "until": node.get("validThrough"),
            "kind": next((text for text in listed(node.get("employmentType")) if isinstance(text, str)), ""),
            "remote": "remote" if node.get("jobLocationType") == "TELECOMMUTE" else "",
            "places": "; ".join(place for place in places if place),
            "category": texts_of(node.get("occupationalCategory")) or texts_of(node.get("industry")),
            "openings": node.get("totalJobOpenings"),
            **{name: texts_of(node.get(name)) for name in TEXTS},
            **pay_of(first(node.get("baseSalary"))),
        }
    )


TEXTS = (
    "title",
    "description",
    "responsibilities",
    "qualifications",
    "skills",
    "experienceRequirements",
    "educationRequirements",
    "jobBenefits",
)


def identifier_of(node: dict[str, Any]) -> str:
    """Return the employer's own number of the posting, where it is said."""
    found = first(node.get("identifier"))
    return str(found.get("value") or "") if isinstance(found, dict) else str(found or "")


def place_of(location: Any) -> str:
    """Return ``country, region, city`` of a Place; '' where its country is not known."""
    address = first(location.get("address")) if isinstance(location, dict) else location
    if isinstance(address, str):
        return place_in_words(address)
    if not isinstance(address, dict):
        return ""
    country = country_of(named(address.get("addressCountry")))
    parts = [texts_of(address.get(name)).replace(",", " ") for name in ("addressRegion", "addressLocality")]
    return ", ".join([country, *parts]) if country else ""


def pay_of(salary: Any) -> dict[str, Any]:
    """Return the cells of a MonetaryAmount; without a unit of time nothing is known."""
    cells: dict[str, Any] = dict.fromkeys(("minimum", "maximum", "currency", "unit"), "")
    value = first(salary.get("value")) if isinstance(salary, dict) else None
    if not isinstance(value, dict) or not value.get("unitText"):
        return cells
    exact = value.get("value")
    cells["minimum"] = value.get("minValue", exact)
    cells["maximum"] = value.get("maxValue", exact)
    cells["currency"], cells["unit"] = salary.get("currency") or value.get("currency"), value["unitText"]
    return cells


# --- Trees ---------------------------------------------------------------------------------------
def listed(value: Any) -> list[Any]:
    """Return a value as a list: JSON-LD says one thing without brackets."""
    return value if isinstance(value, list) else [] if value is None else [value]


def first(value: Any) -> Any:
    """Return the first of several, or the one."""
    return next(iter(listed(value)), None)


def named(value: Any) -> str:
    """Return a thing's name, be it the name itself or an object that has one."""
    found = first(value)
    return str((found.get("name") if isinstance(found, dict) else found) or "").strip()


def texts_of(value: Any) -> str:
    """Return what is said, several things joined; objects say their name or description."""
    said = []
    for each in listed(value):
        text = (each.get("name") or each.get("description")) if isinstance(each, dict) else each
        said += [str(text)] if text else []
    return ", ".join(said)
