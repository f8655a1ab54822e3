"""Feeds: RSS 2.0 of the newest, and the XML that Indeed and LinkedIn take, of everything.

Each is a generator of text. Every feed's reference number is the posting's id, which never changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from django.conf import settings

from jobs.distribution.projection import Posting
from jobs.distribution.xml import HEADER, cdata, element, html_of
from jobs.geography import COUNTRIES

PUBLISHER = "Umemployed"
CONFIDENTIAL = "Confidential"
NEWEST = 100
INDEED_TYPES = {
    "full_time": "fulltime",
    "part_time": "parttime",
    "contract": "contract",
    "temporary": "temporary",
    "internship": "internship",
    "apprenticeship": "apprenticeship",
    "volunteer": "volunteer",
}
INDEED_REMOTE = {"remote": "Fully remote", "hybrid": "Hybrid remote"}
LINKEDIN_TYPES = {
    "full_time": "FULL_TIME",
    "part_time": "PART_TIME",
    "contract": "CONTRACT",
    "temporary": "TEMPORARY",
    "internship": "INTERNSHIP",
    "apprenticeship": "OTHER",
    "volunteer": "VOLUNTEER",
    "other": "OTHER",
}
LINKEDIN_LEVELS = {
    "any": "NOT_APPLICABLE",
    "entry": "ENTRY_LEVEL",
    "associate": "ASSOCIATE",
    "mid": "MID_SENIOR_LEVEL",
    "senior": "MID_SENIOR_LEVEL",
    "director": "DIRECTOR",
    "executive": "EXECUTIVE",
}
LINKEDIN_PLACES = {"on_site": "On-site", "hybrid": "Hybrid", "remote": "Remote"}
LINKEDIN_PERIODS = {"hour": "HOURLY", "day": "DAILY", "week": "WEEKLY", "month": "MONTHLY", "year": "YEARLY"}
Chunks = Iterable[list[Posting]]


def stamp(moment: datetime) -> str:
    """Return an instant as RSS and Indeed write it (RFC 822)."""
    return format_datetime(moment)


def employer_of(posting: Posting) -> str:
    """Return the employer's name; an anonymous one has none."""
    return posting.company["name"] if posting.company else CONFIDENTIAL


def texts_of(posting: Posting) -> str:
    """Return the whole text as HTML."""
    return html_of(posting.card["description"], posting.card["requirements"], posting.card["benefits"])


def place_of(posting: Posting) -> dict[str, Any]:
    """Return the first place of work, empty for remote work without one."""
    empty = {"city": "", "region": "", "country": "", "address": ""}
    return posting.card["locations"][0] if posting.card["locations"] else empty


def rss(chunks: Chunks, changed_at: datetime | None) -> Iterator[str]:
    """Write the newest postings as RSS 2.0 (rssboard.org)."""
    yield f'{HEADER}<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
    yield element("title", f"{PUBLISHER}: jobs") + element("link", settings.FRONTEND_URL)
    yield element("description", "The newest jobs") + (
        element("lastBuildDate", stamp(changed_at)) if changed_at else ""
    )
    for chunk in chunks:
        yield "".join(map(rss_item, chunk))
    yield "</channel></rss>\n"


def rss_item(posting: Posting) -> str:
    """Return one posting as an item; its id is the guid."""
    return (
        f"<item>{element('title', posting.card['title'])}{element('link', posting.url('rss'))}"
        f'<guid isPermaLink="false">{posting.id}</guid>{element("pubDate", stamp(posting.published_at))}'
        f"{element('dc:creator', employer_of(posting))}{element('category', posting.card['category'])}"
        f"{cdata('description', texts_of(posting))}</item>"
    )


def indeed(chunks: Chunks, changed_at: datetime | None) -> Iterator[str]:
    """Write all postings as Indeed's XML feed (docs.indeed.com, "XML feed")."""
    yield f"{HEADER}<source>{element('publisher', PUBLISHER)}{element('publisherurl', settings.FRONTEND_URL)}"
    yield element("lastBuildDate", stamp(changed_at)) if changed_at else ""
    for chunk in chunks:
        yield "".join(map(indeed_job, chunk))
    yield "</source>\n"


def indeed_job(posting: Posting) -> str:
    """Return one posting as Indeed's job; every value in CDATA, as Indeed asks."""
    card, place = posting.card, place_of(posting)
    fields = {
        "title": card["title"],
        "date": stamp(posting.published_at),
        "referencenumber": posting.id,
        "url": posting.url("indeed"),
        "company": employer_of(posting),
        "sourcename": PUBLISHER,
        "streetaddress": place["address"],
        "city": place["city"],
        "state": place["region"],
        "country": place["country"],
        "remotetype": INDEED_REMOTE.get(card["work_mode"]),
        "description": texts_of(posting),
        "salary": salary_text(card["salary"]),
        "jobtype": INDEED_TYPES.get(card["employment_type"]),
        "category": card["category"],
        "experience": card["experience_level"] if card["experience_level"] != "any" else None,
        "expirationdate": stamp(posting.expires_at) if posting.expires_at else None,
    }
    return f"<job>{''.join(cdata(name, text) for name, text in fields.items())}</job>"


def salary_text(salary: dict[str, Any] | None) -> str | None:
    """Return pay as Indeed reads it, ``EUR 30000.00 - 40000.00 per year``; None where it is not stated."""
    if not salary:
        return None
    ends = [salary[end] for end in ("min", "max") if salary[end]]
    return f"{ends[0]['currency']} {' - '.join(end['amount'] for end in ends)} per {salary['period']}"


def linkedin(chunks: Chunks, changed_at: datetime | None) -> Iterator[str]:
    """Write all postings as LinkedIn's XML feed (learn.microsoft.com, "XML feeds development guide")."""
    yield f"{HEADER}<source>{element('publisherUrl', settings.FRONTEND_URL)}{element('publisher', PUBLISHER)}"
    yield element("lastBuildDate", stamp(changed_at)) if changed_at else ""
    for chunk in chunks:
        yield "".join(map(linkedin_job, chunk))
    yield "</source>\n"


def linkedin_job(posting: Posting) -> str:
    """Return one posting as LinkedIn's job."""
    card, place = posting.card, place_of(posting)
    country = COUNTRIES.get(place["country"], place["country"])
    fields = {
        "partnerJobId": posting.id,
        "company": employer_of(posting),
        "title": card["title"],
        "description": texts_of(posting),
        "applyUrl": posting.url("linkedin"),
        "location": ", ".join(part for part in (place["city"], place["region"], country) if part) or None,
        "city": place["city"],
        "state": place["region"],
        "country": place["country"],
        "workplaceTypes": LINKEDIN_PLACES[card["work_mode"]],
        "experienceLevel": LINKEDIN_LEVELS[card["experience_level"]],
        "jobtype": LINKEDIN_TYPES[card["employment_type"]],
        "listDate": posting.published_at.date().isoformat(),
        "expirationDate": posting.expires_at.date().isoformat() if posting.expires_at else None,
    }
    inside = "".join(cdata(name, text) for name, text in fields.items())
    skills = "".join(cdata("skill", skill["name"]) for skill in card["skills"])
    return f"<job>{inside}{f'<skills>{skills}</skills>' if skills else ''}{linkedin_pay(card['salary'])}</job>"


def linkedin_pay(salary: dict[str, Any] | None) -> str:
    """Return the stated pay; nothing where it is not stated."""
    if not salary:
        return ""
    ends = "".join(
        f"<{name}>{cdata('amount', salary[end]['amount'])}{cdata('currencyCode', salary[end]['currency'])}</{name}>"
        for name, end in (("highEnd", "max"), ("lowEnd", "min"))
        if salary[end]
    )
    period = cdata("period", LINKEDIN_PERIODS[salary["period"]])
    return f"<salaries><salary>{ends}{period}{cdata('type', 'BASE_SALARY')}</salary></salaries>"
