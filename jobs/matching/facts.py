"""All that a match may know. What has no field here cannot count: no name, age, gender, picture or schooling."""

from __future__ import annotations

from dataclasses import dataclass, field

Point = tuple[float, float]  # latitude and longitude in degrees


@dataclass(frozen=True, slots=True)
class Wish:
    """A skill that a posting asks for. ``weight`` is its rarity in thousandths (``SkillWeight``).

    An empty ``level`` and None ``years`` (at least 1 where asked for) ask for none in particular.
    """

    skill_id: int
    name: str
    is_must: bool
    weight: int
    level: str = ""
    years: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A place of work."""

    country: str
    city: str = ""
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a posting asks for and offers. Pay is whole units of the reference currency per year."""

    skills: tuple[Wish, ...] = ()
    experience_level: str = "any"
    work_mode: str = "on_site"
    eligible_countries: frozenset[str] = frozenset()
    places: tuple[Place, ...] = ()
    pay_min: int | None = None
    pay_max: int | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """How well somebody says to know a skill; an empty level and None are unknown."""

    level: str = ""
    years: int | None = None


@dataclass(frozen=True, slots=True)
class Offered:
    """What a résumé says. ``languages`` (ISO 639-1 to a level of the CEFR) is None where it says nothing.

    ``has_unread_language``: there is one that we cannot tell, so that none can be said to be missing. ``months`` is
    time in work, None where no dated position is told. ``country`` is where the person lives.
    """

    skills: dict[int, Claim] = field(default_factory=dict)
    months: int | None = None
    country: str = ""
    point: Point | None = None
    languages: dict[str, str] | None = None
    has_unread_language: bool = False
    pay_wish: int | None = None
