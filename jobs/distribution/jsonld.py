"""A posting as schema.org JobPosting, by Google's rules for it (developers.google.com, "JobPosting").

Where Google's rules ask for something that is not known, it is left out rather than invented.
"""

from __future__ import annotations

import json
from typing import Any
from zoneinfo import ZoneInfo

from jobs.distribution.projection import Posting
from jobs.distribution.xml import html_of
from jobs.geography import COUNTRIES

PLATFORM = "Umemployed"
EMPLOYMENT_TYPES = {
    "full_time": "FULL_TIME",
    "part_time": "PART_TIME",
    "contract": "CONTRACTOR",
    "temporary": "TEMPORARY",
    "internship": "INTERN",
    "apprenticeship": "OTHER",
    "volunteer": "VOLUNTEER",
    "other": "OTHER",
}


def markup_of(posting: Posting) -> dict[str, Any]:
    """Return the JobPosting, JSON-ready."""
    card = posting.card
    said: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "title": card["title"],
        "description": html_of(card["description"], card["requirements"], card["benefits"]),
        "identifier": {"@type": "PropertyValue", "name": PLATFORM, "value": posting.id},
        "url": posting.url(),
        "datePosted": posting.published_at.isoformat(),
        "employmentType": EMPLOYMENT_TYPES[card["employment_type"]],
        "hiringOrganization": organisation_of(posting),
        "directApply": True,
        "totalJobOpenings": card["openings"],
        "inLanguage": card["language"],
    }
    if posting.expires_at is not None:
        said["validThrough"] = posting.expires_at.astimezone(ZoneInfo(card["timezone"])).isoformat()
    texts = {"qualifications": card["requirements"], "jobBenefits": card["benefits"]}
    said |= {name: text for name, text in texts.items() if text.strip()}
    if card["skills"]:
        said["skills"] = ", ".join(skill["name"] for skill in card["skills"])
    return said | places_of(posting) | pay_of(card)


def organisation_of(posting: Posting) -> Any:
    """Return the employer; ``confidential`` is Google's word for one that stays anonymous."""
    if posting.company is None:
        return "confidential"
    organisation = {"@type": "Organization", "name": posting.company["name"]}
    if posting.company["website"]:
        organisation["sameAs"] = posting.company["website"]
    return organisation


def places_of(posting: Posting) -> dict[str, Any]:
    """Return where one works, and for remote work from where one may."""
    card = posting.card
    said: dict[str, Any] = {}
    if card["locations"]:
        places = [place_of(place) for place in card["locations"]]
        said["jobLocation"] = places[0] if len(places) == 1 else places
    if card["work_mode"] == "remote":
        said["jobLocationType"] = "TELECOMMUTE"
        countries = card["eligible_countries"] or sorted({place["country"] for place in card["locations"]})
        countries = countries or [code for code in [(posting.company or {}).get("country")] if code]
        if countries:
            named = [{"@type": "Country", "name": COUNTRIES.get(code, code)} for code in countries]
            said["applicantLocationRequirements"] = named[0] if len(named) == 1 else named
    return said


def place_of(place: dict[str, Any]) -> dict[str, Any]:
    """Return a place of work."""
    address = {
        "streetAddress": place["address"],
        "addressLocality": place["city"],
        "addressRegion": place["region"],
        "addressCountry": place["country"],
    }
    said: dict[str, Any] = {
        "@type": "Place",
        "address": {"@type": "PostalAddress", **{name: text for name, text in address.items() if text}},
    }
    if place["latitude"] is not None:
        said["geo"] = {"@type": "GeoCoordinates", "latitude": place["latitude"], "longitude": place["longitude"]}
    return said


def pay_of(card: dict[str, Any]) -> dict[str, Any]:
    """Return the base salary as it was stated; nothing where it was not."""
    salary = card["salary"]
    if not salary:
        return {}
    low, high = (float(salary[end]["amount"]) if salary[end] else None for end in ("min", "max"))
    if low == high:
        value: dict[str, Any] = {"value": low}
    else:
        value = {name: amount for name, amount in (("minValue", low), ("maxValue", high)) if amount is not None}
    currency = (salary["min"] or salary["max"])["currency"]
    quantity = {"@type": "QuantitativeValue", **value, "unitText": salary["period"].upper()}
    return {"baseSalary": {"@type": "MonetaryAmount", "currency": currency, "value": quantity}}


def script_text(posting: Posting) -> str:
    """Return the markup as JSON that may stand inside a ``<script>`` element: no text can end it."""
    text = json.dumps(markup_of(posting), ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
