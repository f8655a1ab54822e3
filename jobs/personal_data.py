"""What postings hold about people: which member of the company wrote them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from companies.personal_data import OPEN
from jobs.models import (
    Category,
    ExchangeRate,
    Job,
    JobFingerprint,
    JobLocation,
    JobReview,
    JobSearch,
    JobSkill,
    JobVersion,
    ScreeningQuestion,
    Status,
)
from umemployed.privacy.registry import Basis, Blank, Keep, Kept, declare, nothing

# A company is closed when nothing of it is open to applicants.
STANDING = [Status.PENDING, Status.SCHEDULED, Status.LIVE, Status.PAUSED]
OPEN.append(lambda company: Job.objects.filter(company=company, status__in=STANDING).exists())
COMPANYS = _("What the company tells everybody about the job; it names you by a number that leads nowhere any more.")

nothing(
    Category,
    ExchangeRate,
    JobFingerprint,
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
declare(
    JobReview,
    of="reviewer",
    holds=_("what you said about a colleague's posting"),
    basis=Basis.INTEREST,
    kept=Kept.ACCOUNT,
    forget=Blank({"comment": ""}, leaves=("objections",)),
    also=("job__title",),
)
