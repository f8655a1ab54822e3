"""The veil: what a team reads of an application instead of what tells who sent it.

Doors are closed while the veil is down: ``Application.objects.of_team()`` leaves veiled applications out, and a door
that shows them nevertheless asks for ``of_team(user, veiled=True)`` and shows everything about the candidate through
``veil_for(application)``. What is let through is named here; all else stays behind.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from applications.blind.conditions import veiled
from applications.models.core import Application, Capsule
from jobs.models import QuestionType

LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ"  # without those that are taken for others
SHORTEST = 3  # characters of a part of a name that is taken out of texts
GONE = "…"
CLOSED = frozenset({QuestionType.BOOLEAN, QuestionType.NUMBER, QuestionType.SINGLE, QuestionType.MULTIPLE})
KEPT = ("shape", "application", "submitted_at", "job_version", "posting", "consent")
# Of each section of a résumé the members that say what somebody can, not who they are.
SECTIONS: dict[str, tuple[str, ...]] = {
    "work": ("position", "startDate", "endDate"),
    "education": ("area", "studyType", "startDate", "endDate"),
    "skills": ("name", "level"),
    "languages": ("language", "fluency"),
}


def pseudonym_of(application: Application) -> str:
    """Return how a veiled candidate is called, e.g. "Candidate K7306"; the same for ever, made of the id alone."""
    number = int.from_bytes(hashlib.blake2b(application.public_id.bytes, digest_size=6).digest(), "big")
    return _("Candidate %(code)s") % {"code": f"{LETTERS[number % len(LETTERS)]}{number // len(LETTERS) % 10_000:04}"}


def is_veiled(application: Application) -> bool:
    """Say whether the team reads it blind; asks the database unless ``with_veil()`` did."""
    known = getattr(application, "is_veiled", None)
    return Application.objects.filter(veiled(), pk=application.pk).exists() if known is None else known


@dataclass(frozen=True)
class Person:
    """A candidate as the team reads them; no id while the veil is down, for it leads to them elsewhere."""

    public_id: Any
    name: str

    def display_name(self) -> str:
        """Return how they are called."""
        return self.name


class Veil:
    """What the team reads of one application. Where it is lifted, everything passes as it is."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.is_down = is_veiled(application)

    def candidate(self) -> Person:
        """Return the candidate, or who stands for them."""
        if self.is_down:
            return Person(None, pseudonym_of(self.application))
        return Person(self.application.candidate.public_id, self.application.candidate.display_name())

    def own_words(self, text: str) -> str:
        """Return what the candidate wrote freely: nothing while the veil is down."""
        return "" if self.is_down else text

    def team_words(self, text: str) -> str:
        """Return what the team wrote, without what is known to identify the candidate."""
        return self.without_identity(text) if self.is_down and text else text

    def hides(self, user_id: int | None) -> bool:
        """Say whether a person is the candidate behind it."""
        return self.is_down and user_id == self.application.candidate_id

    def capsule(self, content: dict[str, Any]) -> dict[str, Any]:
        """Return what was sent: while the veil is down skills, experience and closed answers, and nothing else."""
        if not self.is_down:
            return content
        shown = {name: content[name] for name in KEPT if name in content}
        resume = content.get("resume") or {}
        employers = ("name",) if self.shows_employers else ()
        shown["resume"] = {
            section: [picked(row, (*members, *(employers if section == "work" else ()))) for row in resume[section]]
            for section, members in SECTIONS.items()
            if resume.get(section)
        }
        shown["resume"] = self.scrubbed(shown["resume"])
        shown["answers"] = [
            answer if answer.get("type") in CLOSED else {**answer, "value": None}
            for answer in content.get("answers") or []
        ]
        return shown

    @cached_property
    def shows_employers(self) -> bool:
        """Say whether the job's setting lets names of employers through; one query, unless it is annotated."""
        known = getattr(self.application, "shows_employers", None)
        if known is not None:
            return known
        return Application.objects.filter(pk=self.application.pk, job__blind_review__shows_employers=True).exists()

    @cached_property
    def identity(self) -> re.Pattern[str] | None:
        """Return what finds the candidate's names, addresses, employers and schools in a text.

        Two queries, where capsule and candidate are not loaded.
        """
        capsule: Capsule | None = getattr(self.application, "capsule", None)
        found = strings_of(capsule.content if capsule else {}, self.shows_employers)
        found |= parts_of(self.application.candidate.full_name) | {self.application.candidate.email}
        words = sorted((word for word in found if len(word) >= SHORTEST), key=len, reverse=True)
        return re.compile("|".join(re.escape(word) for word in words), re.IGNORECASE) if words else None

    def without_identity(self, text: str) -> str:
        """Return a text with GONE where it names the candidate."""
        return self.identity.sub(GONE, text) if self.identity else text

    def scrubbed(self, value: Any) -> Any:
        """Return a JSON value with every text ``without_identity``."""
        if isinstance(value, str):
            return self.without_identity(value)
        if isinstance(value, list):
            return [self.scrubbed(one) for one in value]
        return {name: self.scrubbed(one) for name, one in value.items()} if isinstance(value, dict) else value


def veil_for(application: Application) -> Veil:
    """Return the veil through which the team reads an application."""
    return Veil(application)


def picked(row: dict[str, Any], members: tuple[str, ...]) -> dict[str, Any]:
    """Return some members of an object, as far as it has them."""
    return {name: row[name] for name in members if name in row}


def parts_of(name: str | None) -> set[str]:
    """Return a name and its parts."""
    return {name, *name.split()} if name else set()


def strings_of(content: dict[str, Any], shows_employers: bool) -> set[str]:
    """Return the texts of a capsule that tell who sent it."""
    candidate, resume = content.get("candidate") or {}, content.get("resume") or {}
    basics = resume.get("basics") or {}
    place = basics.get("location") or {}
    said = [candidate.get("email"), *(basics.get(name) for name in ("email", "phone", "url", "image"))]
    said += [place.get(name) for name in ("address", "postalCode")]
    said += [row.get(name) for row in basics.get("profiles") or [] for name in ("username", "url")]
    said += [row.get("institution") for row in resume.get("education") or []]
    said += [] if shows_employers else [row.get("name") for row in resume.get("work") or []]
    names = parts_of(candidate.get("name")) | parts_of(basics.get("name"))
    return names | {text for text in said if isinstance(text, str) and text}
