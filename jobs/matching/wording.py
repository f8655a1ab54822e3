"""A match in sentences, in the reader's language; the numbers beside them say the same."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from jobs.matching.raising import Raise
from jobs.matching.scoring import Judged
from jobs.matching.vocabulary import Barrier, Component, Step
from jobs.pay import REFERENCE_CURRENCY


def component_text(judged: Judged) -> str:
    """Return what a component rests on, in one sentence."""
    if judged.unknown is not None:
        return _("Not judged: %(reason)s.") % {"reason": judged.unknown.label}
    evidence = judged.evidence
    if judged.component == Component.SKILLS:
        claimed = sum(one["claimed"] for one in evidence)
        return _("%(claimed)d of the %(asked)d skills asked for.") % {"claimed": claimed, "asked": len(evidence)}
    return SENTENCES[judged.component](evidence[0])


def seniority_text(told: dict[str, Any]) -> str:
    """Return years in work beside those asked for; more than asked is not told."""
    return _("Years in work: %(years)d of the %(asked_years)d asked for.") % told


def place_text(told: dict[str, Any]) -> str:
    """Return the distance, or what the countries say."""
    if "distance_km" in told:
        return _("%(distance_km)d km to the nearest place of work.") % told
    if told.get("work_mode") == "remote":
        return _("Remote work, open to where the résumé says one lives.")
    return _("The résumé's country is not among those of the job.")


def pay_text(told: dict[str, Any]) -> str:
    """Return the wish beside the highest pay."""
    top = told["max"] if told["max"] is not None else told["min"]
    return _("Wished for: %(wish)d %(currency)s a year; the job pays up to %(top)d.") % {
        "wish": told["wish"],
        "top": top,
        "currency": REFERENCE_CURRENCY,
    }


def language_text(told: dict[str, Any]) -> str:
    """Return the level of the posting's language."""
    if told["level"] is None:
        return _("The language of the job (%(language)s) is not in the résumé.") % told
    return _("The language of the job (%(language)s) is in the résumé; level: %(level)s.") % {
        "language": told["language"],
        "level": told["level"].upper() or _("not told"),
    }


SENTENCES = {
    Component.SENIORITY: seniority_text,
    Component.PLACE: place_text,
    Component.PAY: pay_text,
    Component.LANGUAGE: language_text,
}


def barrier_text(barrier: dict[str, Any]) -> str:
    """Return what speaks against the match."""
    return f"{Barrier(barrier['code']).label}: {barrier['detail']}"


def raise_text(one: Raise) -> str:
    """Return the step in words."""
    parts = [str(Step(one.step).label), one.subject, one.value]
    return ": ".join(part for part in parts if part)
