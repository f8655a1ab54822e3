"""The score of a match: pure arithmetic in whole numbers, the same on every machine (docs/match.md).

Each component is a share of its weight. A component that cannot be judged, because the posting asks for nothing
or the résumé says nothing, is left out and the others share its weight in proportion; so what is unknown neither
adds nor takes away. Points are tenths of the 100, and the components' points are the total.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from jobs.geography import distance_km
from jobs.matching.facts import Asked, Claim, Offered, Wish
from jobs.matching.vocabulary import Barrier, Component, Unknown

FULL = 1000  # tenths of the 100 points
WEIGHTS: dict[Component, int] = {
    Component.SKILLS: 60,
    Component.SENIORITY: 15,
    Component.PLACE: 10,
    Component.PAY: 10,
    Component.LANGUAGE: 5,
}
MUST, NICE = 3, 1
BY_LEVEL = {"beginner": 50, "intermediate": 75, "advanced": 90, "expert": 100}
BY_YEARS = (50, 60, 70, 80, 90, 100)  # by completed years, the last for all beyond
CLAIMED = 75  # a skill of which is not told what is asked
BEGUN = 50  # a skill without a completed year, where years are asked for
YEARS_ASKED = {"associate": 1, "mid": 3, "senior": 5, "director": 8, "executive": 10}
NEAR_KM = {"on_site": (30, 100), "hybrid": (60, 200)}  # all of the points up to the first, none from the second
PAY_MARGIN = Fraction(1, 4)  # a wish so far above the offer gets no points
BY_CEFR = {"a1": 20, "a2": 35, "b1": 60, "b2": 85, "c1": 100, "c2": 100, "native": 100, "": 75}


@dataclass(frozen=True, slots=True)
class Judged:
    """What one component says: a share of 0 to 1, or why it cannot be judged, with what that rests on."""

    component: Component
    share: Fraction | None
    evidence: list[dict[str, Any]] = field(default_factory=list)
    unknown: Unknown | None = None


@dataclass(frozen=True, slots=True)
class Scored:
    """A judged component with its ``points`` of at most ``most``, both in tenths; None where it is not judged."""

    judged: Judged
    points: int | None
    most: int | None


@dataclass(frozen=True, slots=True)
class Match:
    """The whole: ``total`` in tenths is the sum of the components' points, None where nothing can be judged."""

    total: int | None
    components: list[Scored]
    barriers: list[dict[str, Any]]


def match_of(asked: Asked, offered: Offered) -> Match:
    """Return the match of a posting and a résumé. Reads nothing but its arguments."""
    judged = [judge(asked, offered) for judge in (of_skills, of_seniority, of_place, of_pay, of_language)]
    most = shared_out({one.component: WEIGHTS[one.component] for one in judged if one.share is not None})
    scored = []
    for one in judged:
        limit = most.get(one.component)
        points = None if limit is None or one.share is None else rounded(one.share * limit)
        scored.append(Scored(one, points, limit))
    total = sum(one.points for one in scored if one.points is not None) if most else None
    return Match(total, scored, barriers_of(asked, offered))


def shared_out(weights: dict[Component, int]) -> dict[Component, int]:
    """Return ``FULL`` divided by weight, by largest remainder: whole numbers that add up to it exactly."""
    whole = sum(weights.values())
    exact = {name: Fraction(FULL * weight, whole) for name, weight in weights.items()}
    shares = {name: int(value) for name, value in exact.items()}
    for name in sorted(exact, key=lambda name: (shares[name] - exact[name], name))[: FULL - sum(shares.values())]:
        shares[name] += 1
    return shares


def rounded(value: Fraction) -> int:
    """Return the nearest whole number, halves upwards."""
    return int(value + Fraction(1, 2))


def proficiency(claim: Claim) -> int:
    """Return how well a claimed skill counts, in per cent: the mean of level and years where both are told."""
    told = []
    if claim.level:
        told.append(BY_LEVEL[claim.level])
    if claim.years is not None:
        told.append(BY_YEARS[min(claim.years, len(BY_YEARS) - 1)])
    return sum(told) // len(told) if told else CLAIMED


def reached(wish: Wish, claim: Claim) -> int:
    """Return how well a claim meets what is asked of the skill, in per cent.

    Where the posting asks for a level or years, each is compared with what is told of it, and their mean counts;
    more than asked adds nothing. Where it asks for neither, it is how well the skill is known.
    """
    parts = []
    if wish.level:
        parts.append(min(100, BY_LEVEL[claim.level] * 100 // BY_LEVEL[wish.level]) if claim.level else CLAIMED)
    if wish.years:
        told = claim.years
        parts.append(CLAIMED if told is None else BEGUN + (100 - BEGUN) * min(told, wish.years) // wish.years)
    return sum(parts) // len(parts) if parts else proficiency(claim)


def falls_short(wish: Wish, claim: Claim) -> bool:
    """Say whether what is told of a skill is less than what is asked; what is not told does not."""
    is_below = bool(wish.level and claim.level) and BY_LEVEL[claim.level] < BY_LEVEL[wish.level]
    return is_below or (wish.years is not None and claim.years is not None and claim.years < wish.years)


def of_skills(asked: Asked, offered: Offered) -> Judged:
    """Weigh every skill asked for by rarity and importance. One that is not claimed counts nothing."""
    if not asked.skills:
        return Judged(Component.SKILLS, None, unknown=Unknown.NOT_ASKED)
    got = whole = 0
    evidence: list[dict[str, Any]] = []
    for wish in asked.skills:
        weight = wish.weight * (MUST if wish.is_must else NICE)
        claim = offered.skills.get(wish.skill_id)
        share = reached(wish, claim) if claim else 0
        got, whole = got + weight * share, whole + weight * 100
        evidence.append(
            {
                "skill": wish.name,
                "importance": "must" if wish.is_must else "nice",
                "asked_level": wish.level,
                "asked_years": wish.years,
                "claimed": claim is not None,
                "level": claim.level if claim else "",
                "years": claim.years if claim else None,
                "percent": share,
            }
        )
    return Judged(Component.SKILLS, Fraction(got, whole), evidence)


def of_seniority(asked: Asked, offered: Offered) -> Judged:
    """Compare time in work with what the level stands for; more than that is never held against anybody."""
    years = YEARS_ASKED.get(asked.experience_level)
    if years is None:
        return Judged(Component.SENIORITY, None, unknown=Unknown.NOT_ASKED)
    if offered.months is None:
        return Judged(Component.SENIORITY, None, unknown=Unknown.NOT_SAID)
    share = min(Fraction(1), Fraction(offered.months, 12 * years))
    evidence = {"asked": asked.experience_level, "asked_years": years, "years": min(offered.months // 12, years)}
    return Judged(Component.SENIORITY, share, [evidence])


def of_place(asked: Asked, offered: Offered) -> Judged:
    """Judge where one may be hired from, and how far the nearest place of work is."""
    if not may_be_hired(asked, offered):
        evidence = {"country": offered.country, "eligible_countries": sorted(asked.eligible_countries)}
        return Judged(Component.PLACE, Fraction(0), [evidence])
    if asked.work_mode == "remote":
        return of_remote(asked, offered)
    points = [place for place in asked.places if place.point is not None]
    if offered.point is not None and points:
        return of_distance(asked, offered.point)
    if offered.country and asked.places and offered.country not in {place.country for place in asked.places}:
        countries = sorted({place.country for place in asked.places})
        return Judged(Component.PLACE, Fraction(0), [{"country": offered.country, "countries": countries}])
    return Judged(Component.PLACE, None, unknown=Unknown.NOT_SAID)


def of_remote(asked: Asked, offered: Offered) -> Judged:
    """Remote work is near to everybody who may be hired; where nobody is kept out there is nothing to judge."""
    if not asked.eligible_countries:
        return Judged(Component.PLACE, None, unknown=Unknown.NOT_ASKED)
    if not offered.country:
        return Judged(Component.PLACE, None, unknown=Unknown.NOT_SAID)
    return Judged(Component.PLACE, Fraction(1), [{"work_mode": "remote", "country": offered.country}])


def of_distance(asked: Asked, home: tuple[float, float]) -> Judged:
    """All of the points in the near, falling evenly to none; whole kilometres, so that nothing is finer than shown."""
    km, city = min((round(distance_km(home, place.point)), place.city) for place in asked.places if place.point)
    near, far = NEAR_KM[asked.work_mode]
    share = min(Fraction(1), max(Fraction(0), Fraction(far - km, far - near)))
    return Judged(Component.PLACE, share, [{"work_mode": asked.work_mode, "city": city, "distance_km": km}])


def of_pay(asked: Asked, offered: Offered) -> Judged:
    """Compare the wish with the highest pay that is stated."""
    top = asked.pay_max if asked.pay_max is not None else asked.pay_min
    if top is None:
        return Judged(Component.PAY, None, unknown=Unknown.NOT_ASKED)
    if offered.pay_wish is None:
        return Judged(Component.PAY, None, unknown=Unknown.NOT_SAID)
    over = Fraction(max(0, offered.pay_wish - top), max(1, top))
    share = max(Fraction(0), 1 - over / PAY_MARGIN)
    return Judged(Component.PAY, share, [{"wish": offered.pay_wish, "min": asked.pay_min, "max": asked.pay_max}])


def of_language(asked: Asked, offered: Offered) -> Judged:
    """Judge the language in which the posting is written by the level that is told of it."""
    if not asked.language:
        return Judged(Component.LANGUAGE, None, unknown=Unknown.NOT_ASKED)
    if offered.languages is None or (lacks_language(asked, offered) and offered.has_unread_language):
        return Judged(Component.LANGUAGE, None, unknown=Unknown.NOT_SAID)
    level = offered.languages.get(asked.language)
    share = Fraction(0) if level is None else Fraction(BY_CEFR[level], 100)
    return Judged(Component.LANGUAGE, share, [{"language": asked.language, "level": level}])


def lacks_language(asked: Asked, offered: Offered) -> bool:
    """Say whether the languages that are told of leave out the posting's."""
    return bool(asked.language) and offered.languages is not None and asked.language not in offered.languages


def may_be_hired(asked: Asked, offered: Offered) -> bool:
    """Say whether where one lives, if it is known, is among the countries that the posting hires in."""
    return not asked.eligible_countries or not offered.country or offered.country in asked.eligible_countries


def barriers_of(asked: Asked, offered: Offered) -> list[dict[str, Any]]:
    """Return what speaks against the match whatever the score. Takes no point away and rejects nobody."""
    found: list[dict[str, Any]] = []
    if not may_be_hired(asked, offered):
        found.append({"code": Barrier.COUNTRY_NOT_ELIGIBLE, "detail": offered.country})
    if lacks_language(asked, offered) and not offered.has_unread_language:
        found.append({"code": Barrier.LANGUAGE_MISSING, "detail": asked.language})
    for wish in asked.skills:
        claim = offered.skills.get(wish.skill_id)
        if wish.is_must and claim is None:
            found.append({"code": Barrier.SKILL_MISSING, "detail": wish.name})
        elif wish.is_must and claim is not None and falls_short(wish, claim):
            found.append({"code": Barrier.SKILL_SHORT, "detail": wish.name})
    return found
