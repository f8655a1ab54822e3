"""What postings hold about people: which member of the company wrote them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from companies.personal_data import OPEN
from jobs.models import (
    AlertMatch,
    Category,
    DailyCount,
    ExchangeRate,
    FraudSignal,
    HiddenJob,
    IndexWork,
    Job,
    JobCase,
    JobFingerprint,
    JobImport,
    JobImportRow,
    JobLocation,
    JobReport,
    JobReview,
    JobSearch,
    JobSkill,
    JobVersion,
    PostingTerms,
    SavedJob,
    SavedSearch,
    ScreeningQuestion,
    SearchAnchor,
    SearchTerm,
    SkillWeight,
    Status,
    TermPrefix,
    TermStart,
    TokenFrequency,
    Visit,
)
from umemployed.privacy.registry import Basis, Blank, Delete, Keep, Kept, declare, nothing

# A company is closed when nothing of it is open to applicants.
STANDING = [Status.PENDING, Status.SCHEDULED, Status.LIVE, Status.PAUSED]
OPEN.append(lambda company: Job.objects.filter(company=company, status__in=STANDING).exists())
COMPANYS = _("What the company tells everybody about the job; it names you by a number that leads nowhere any more.")

nothing(
    Category,
    ExchangeRate,
    IndexWork,
    JobFingerprint,
    JobLocation,
    JobSearch,
    JobSkill,
    PostingTerms,
    ScreeningQuestion,
    SearchTerm,
    SkillWeight,
    TermPrefix,
    TermStart,
    TokenFrequency,
    because=_("What a company tells everybody about its jobs."),
)
nothing(JobImportRow, because=_("What became of a row of a company's file of jobs."))
declare(
    JobImport,
    of="started_by",
    holds=_("that you imported postings for your company"),
    basis=Basis.INTEREST,
    kept=Kept.DAYS,
    forget=Blank(
        {"started_by": None, "file_name": ""}, leaves=("kind", "map_name", "mapping", "status", "problem", "detail")
    ),
    also=("company__name",),
    hide=("mapping", "leased_until", "claims", "attempts"),
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
nothing(DailyCount, Visit, because=_("How often postings were opened, without a trace of who did."))
nothing(JobCase, because=_("A view of postings for staff."))
nothing(FraudSignal, because=_("What a program found odd about a posting's text or pay."))
declare(
    SavedJob,
    of="user",
    holds=_("the jobs that you saved"),
    basis=Basis.CONTRACT,
    kept=Kept.ACCOUNT,
    forget=Delete(),
    also=("job__public_id",),
)
declare(
    HiddenJob,
    of="user",
    holds=_("the jobs that you never want to see"),
    basis=Basis.CONTRACT,
    kept=Kept.ACCOUNT,
    forget=Delete(),
    also=("job__public_id", "job__title"),
)
declare(
    JobReport,
    of="reporter",
    holds=_("what you reported of jobs"),
    basis=Basis.INTEREST,
    kept=Kept.ACCOUNT,
    forget=Blank({"reporter": None, "details": ""}, leaves=("reason", "verdict", "note")),
    also=("job__public_id", "job__title"),
    hide=("note",),
)
declare(
    SavedSearch,
    of="user",
    holds=_("the searches that you saved"),
    basis=Basis.CONTRACT,
    kept=Kept.ACCOUNT,
    forget=Delete(),
    hide=("wanted",),
)
declare(
    AlertMatch,
    of="search__user",
    holds=_("the jobs that your saved searches found"),
    basis=Basis.CONTRACT,
    kept=Kept.ACCOUNT,
    forget=Delete(),
    also=("job__public_id", "job__title"),
)
nothing(SearchAnchor, because=_("An index of saved searches, which goes with them."))
