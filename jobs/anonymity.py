"""What an anonymous posting keeps from everybody outside its company.

Hidden are the employer, its own reference, the street, and the exact spot: coordinates are rounded to a
tenth of a degree, about ten kilometres, wherever they leave the house and in the search table, so that no
series of narrowing circles finds the door. Postings whose own words name the employer are not published.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.utils.translation import gettext, gettext_noop

if TYPE_CHECKING:
    from companies.models import Company
    from jobs.models import Job

DECIMALS = 1
ANONYMOUS = gettext_noop("an anonymous employer")
WORD = re.compile(r"\w+")


def employer_of(job: Job) -> Company | None:
    """Return the employer as people outside may know it: None of an anonymous posting."""
    return None if job.is_anonymous else job.company


def employer_name(job: Job) -> str:
    """Return the employer's name for a sentence to people outside, in the active language."""
    return gettext(ANONYMOUS) if job.is_anonymous else job.company.name


def coarse(degrees: float | None) -> float | None:
    """Return a coordinate as an anonymous posting gives it away."""
    return None if degrees is None else round(degrees, DECIMALS)


def conceal(shown: dict[str, Any]) -> dict[str, Any]:
    """Take out of a posting's public shape what would tell whose it is; changes and returns ``shown``."""
    shown["company"] = None
    if "reference" in shown:
        shown["reference"] = ""
    for place in shown["locations"]:
        place["address"] = ""
        place["latitude"], place["longitude"] = coarse(place["latitude"]), coarse(place["longitude"])
    return shown


def names_employer(job: Job) -> bool:
    """Say whether the posting's own words contain the company's name or domain; reads locations and questions."""
    company = job.company
    host = (urlsplit(company.website).hostname or "").removeprefix("www.")
    said = " ".join(words_of(" ".join(texts_of(job))))
    wanted = [" ".join(words_of(name)) for name in (company.name, host)]
    return any(name and f" {name} " in f" {said} " for name in wanted)


def texts_of(job: Job) -> list[str]:
    """Return everything that the employer wrote and outsiders read."""
    texts = [job.title, job.description, job.requirements, job.benefits]
    texts += [text for place in job.locations.all() for text in (place.city, place.region)]
    for question in job.questions.all():
        texts += [question.label, question.help_text, *(option["label"] for option in question.options)]
    return texts


def words_of(text: str) -> list[str]:
    """Return the words without case and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return WORD.findall("".join(char for char in plain if not unicodedata.combining(char)))
