"""What résumés hold about people: everything, and all of it goes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from resumes.models import SECTIONS, Resume, Skill, SkillAlias
from resumes.models.skills import SkillWord
from umemployed.privacy.registry import Basis, Delete, Kept, declare, nothing, register_countries, register_mentions

nothing(Skill, SkillAlias, SkillWord, because=_("The taxonomy of skills; nobody is named."))


@register_mentions
def mentions(person: Any) -> Iterator[str]:
    """Yield the names and addresses in the person's résumés."""
    for row in Resume.objects.filter(owner=person).values_list("full_name", "email", "public_id"):
        yield from map(str, row)


@register_countries
def countries(person_ids: list[int]) -> dict[int, str]:
    """Return where people live, as their primary résumé says."""
    primary = Resume.objects.filter(owner__in=person_ids, is_primary=True).exclude(country_code="")
    return dict(primary.values_list("owner", "country_code"))


for _name, _model in SECTIONS.items():
    declare(
        _model,
        of="resume__owner",
        holds=format_lazy("{}: {}", _("your résumés, section by section"), _name),
        basis=Basis.CONTRACT,
        kept=Kept.ACCOUNT,
        forget=Delete(),
        also=("resume__title",),
        hide=("normalised",),
    )
declare(
    Resume,
    of="owner",
    holds=_("your résumés: name, ways to reach you, place, summary"),
    basis=Basis.CONTRACT,
    kept=Kept.ACCOUNT,
    forget=Delete(),
)
