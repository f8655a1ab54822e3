"""What would raise a score: the smallest single steps, each with the gain that scoring anew gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from jobs.matching.facts import Asked, Claim, Offered, Wish
from jobs.matching.scoring import BY_LEVEL, YEARS_ASKED, match_of
from jobs.matching.vocabulary import Step

MOST_SHOWN = 5
NEXT_LEVEL = dict(pairwise(BY_LEVEL))
NEXT_CEFR = {None: "b2", "": "c1", "a1": "a2", "a2": "b1", "b1": "b2", "b2": "c1"}


@dataclass(frozen=True, slots=True)
class Raise:
    """One step: ``subject`` names the skill or language, ``value`` what it would be; ``gain`` in tenths of a point."""

    step: Step
    subject: str
    value: str
    gain: int
    after: Offered


def raises_of(asked: Asked, offered: Offered) -> list[Raise]:
    """Return the steps that gain most, the best first. Nobody is told to move or to say what is not so.

    Scores once per step, at most a few more than twice for each skill of the posting: under a millisecond.
    """
    before = match_of(asked, offered).total or 0
    found = []
    for step, subject, value, after in steps(asked, offered):
        gain = (match_of(asked, after).total or 0) - before
        if gain > 0:
            found.append(Raise(step, subject, value, gain, after))
    return sorted(found, key=lambda one: (-one.gain, one.step, one.subject))[:MOST_SHOWN]


def steps(asked: Asked, offered: Offered) -> Iterator[tuple[Step, str, str, Offered]]:
    """Yield every single step with the résumé as it would be then."""
    for wish in asked.skills:
        yield from steps_of_skill(wish, offered)
    years = YEARS_ASKED.get(asked.experience_level)
    if years and offered.months is not None and offered.months < 12 * years:
        longer = min(years, offered.months // 12 + 1)
        yield Step.EXPERIENCE, "", str(longer), replace(offered, months=12 * longer)
    if asked.language and offered.languages is not None and not offered.has_unread_language:
        level = NEXT_CEFR.get(offered.languages.get(asked.language))
        if level:
            spoken = {**offered.languages, asked.language: level}
            yield Step.LANGUAGE, asked.language, level, replace(offered, languages=spoken)
    top = asked.pay_max if asked.pay_max is not None else asked.pay_min
    if top is not None and offered.pay_wish is not None and offered.pay_wish > top:
        yield Step.PAY_WISH, "", str(top), replace(offered, pay_wish=top)


def steps_of_skill(wish: Wish, offered: Offered) -> Iterator[tuple[Step, str, str, Offered]]:
    """Yield the skill where it is missing, and else a level more, or the years that are asked for."""
    claim = offered.skills.get(wish.skill_id)
    if claim is None:
        yield Step.SKILL_ADDED, wish.name, "", with_skill(offered, wish.skill_id, Claim())
        return
    level = NEXT_LEVEL.get(claim.level) if claim.level else wish.level or "advanced"
    if level:
        yield Step.SKILL_LEVEL, wish.name, level, with_skill(offered, wish.skill_id, replace(claim, level=level))
    if wish.years and (claim.years is None or claim.years < wish.years):
        years = wish.years if claim.years is None else claim.years + 1
        after = with_skill(offered, wish.skill_id, replace(claim, years=years))
        yield Step.SKILL_YEARS, wish.name, str(years), after


def with_skill(offered: Offered, skill_id: int, claim: Claim) -> Offered:
    """Return the résumé with the skill claimed so."""
    return replace(offered, skills={**offered.skills, skill_id: claim})
