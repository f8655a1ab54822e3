"""What postings hold about people: which member of the company wrote them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jobs.models import (
    Category,
    ExchangeRate,
    Job,
    JobLocation,
    JobSearch,
    JobSkill,
    JobVersion,
    ScreeningQuestion,
)
from umemployed.privacy.registry import Basis, Keep, Kept, declare, nothing

COMPANYS = _("What the company tells everybody about the job; it names you by a number that leads nowhere any more.")

nothing(
    Category,
    ExchangeRate,
    JobLocation,
    JobSearch,
    JobSkill,
    ScreeningQuestion,
    because=_("What a company tells everybody about its jobs."),
)
declare(
    JobVersion,
    of="author",
    holds=_("that you wrote a version of a posting for your company"),
    basis=Basis.INTEREST,
    kept=Kept.ACCOUNT,
    forget=Keep(COMPANYS),
    exported=False,
)
declare(
    Job,
    of="created_by",
    holds=_("that you made a posting for your company"),
    basis=Basis.INTEREST,
    kept=Kept.ACCOUNT,
    forget=Keep(COMPANYS),
    exported=False,
)
