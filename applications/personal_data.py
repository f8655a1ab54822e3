"""What applications hold about people. The employer keeps rows that count, with nothing in them that identifies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Case, Value, When
from django.utils.translation import gettext_lazy as _

from applications.equality.services import declarations_of
from applications.models import (
    Application,
    ApplicationEvent,
    ApplicationFile,
    Assessment,
    AssessmentPool,
    Attempt,
    AttemptQuestion,
    BankQuestion,
    BlindReview,
    BoardWatch,
    CandidateKey,
    CandidateMerge,
    Capsule,
    CompanyReason,
    Disposition,
    DispositionItem,
    EqualityReport,
    HiringPolicy,
    JobMember,
    JobPipeline,
    Mention,
    Note,
    Offer,
    OfferApproval,
    OfferEvent,
    OfferPolicy,
    OfferTerms,
    PoolEntry,
    Rating,
    Referral,
    ReferralLink,
    ReferralTouch,
    RetakeGrant,
    Reveal,
    SelfDeclaration,
    Stage,
    StageTemplate,
    Tag,
    TalentPool,
    TemplateStage,
)
from applications.retention import end_applications
from applications.vocabulary import Status
from umemployed.privacy.registry import (
    REGISTRY,
    Basis,
    Blank,
    Delete,
    Keep,
    Kept,
    declare,
    nothing,
    register_clock,
    register_hold,
    register_mentions,
)

SHAPE_OF_NOTHING = {"shape": 1, "erased": True}

nothing(
    Stage,
    StageTemplate,
    TemplateStage,
    JobPipeline,
    HiringPolicy,
    OfferPolicy,
    Tag,
    TalentPool,
    ReferralLink,
    because=_("How a company lays out its pipelines."),
)
nothing(
    CompanyReason,
    Disposition,
    DispositionItem,
    because=_("That a job was closed and who was left; what happened to each is in the application."),
)


nothing(EqualityReport, because=_("Counts of at least 10 people."))


@register_mentions
def mentions(person: Any) -> Iterator[str]:
    """Yield the ids of the person's applications."""
    for public_id in (
        Application.objects.filter(candidate=person).order_by("-pk").values_list("public_id", flat=True)[:500]
    ):
        yield str(public_id)


def exported_history(person: Any) -> Iterator[dict[str, Any]]:
    """Yield what the person reads of their history, and their own notes.

    The team's notes are the team's; the employer answers for them.
    """
    shown = ApplicationEvent.objects.filter(application__candidate=person, is_shown_to_candidate=True).order_by("pk")
    columns = ("public_id", "created_at", "kind", "progress", "application__job__title", "actor", "note")
    for row in shown.values(*columns).iterator():
        note = row.pop("note") if row.pop("actor") == person.pk else ""
        yield row | {"note": note}


def exported_applications(person: Any) -> Iterator[dict[str, Any]]:
    """Yield the person's applications as they read them: a rejection that is withheld has not happened to them."""
    table = REGISTRY.tables[Application]
    for row in table.rows(person).order_by("pk").values(*table.columns(), "withheld_until").iterator():
        withheld = row.pop("withheld_until") is not None
        yield row | ({"status": Status.ACTIVE, "decided_at": None} if withheld else {})


declare(
    BoardWatch,
    of="user",
    holds=_("whose pipelines you follow live"),
    basis=Basis.CONTRACT,
    kept=Kept.ACCOUNT,
    forget=Delete(),
    also=("job__title",),
)
declare(
    CandidateKey,
    of="application__candidate",
    holds=_("digests by which an employer knows you again when you apply twice"),
    basis=Basis.INTEREST,
    kept=Kept.APPLICATION,
    forget=Delete(),
    hide=("digest",),
)
declare(
    CandidateMerge,
    of="merged",
    holds=_("that an employer takes you and another candidate for one person"),
    basis=Basis.INTEREST,
    kept=Kept.APPLICATION,
    forget=Delete(),
    hide=("kept", "merged_by"),
)
declare(
    PoolEntry,
    of="candidate",
    holds=_("which employers keep you in mind for later, and your consent to it"),
    basis=Basis.CONSENT,
    kept=Kept.APPLICATION,
    forget=Delete(),
    hide=("note", "added_by"),
    also=("pool__company__name",),
)
declare(
    Referral,
    of="application__candidate",
    holds=_("by whose links you came to the jobs you applied to"),
    basis=Basis.INTEREST,
    kept=Kept.APPLICATION,
    forget=Delete(),
    hide=("first", "last"),
)
declare(
    ReferralTouch,
    of="person",
    holds=_("which links of members to jobs you opened, and when"),
    basis=Basis.INTEREST,
    kept=Kept.ACCOUNT,
    forget=Delete(),
    also=("link__job__title",),
)
declare(
    Mention,
    of="person",
    holds=_("in which notes of your teams you are mentioned"),
    basis=Basis.CONTRACT,
    kept=Kept.ACCOUNT,
    forget=Delete(),
)
declare(
    Note,
    of="application__candidate",
    holds=_("that the teams of employers wrote notes about your applications"),
    basis=Basis.CONTRACT,
    kept=Kept.APPLICATION,
    forget=Delete(),
    # The team's notes are the team's; the employer answers for them.
    hide=("body", "author", "edited_at"),
)
declare(
    Rating,
    of="application__candidate",
    holds=_("that the teams of employers rated your applications"),
    basis=Basis.CONTRACT,
    kept=Kept.APPLICATION,
    forget=Delete(),
    hide=("author", "attribute", "score"),
)
declare(
    ApplicationFile,
    of="application__candidate",
    holds=_("which of your files belong to which application"),
    basis=Basis.CONTRACT,
    kept=Kept.APPLICATION,
    forget=Delete(),
    also=("application__job__title", "file__name"),
)
declare(
    Capsule,
    of="application__candidate",
    holds=_("what you sent with each application: résumé, answers, letter, consent"),
    basis=Basis.CONTRACT,
    kept=Kept.APPLICATION,
    forget=Blank({"content": SHAPE_OF_NOTHING, "sha256": ""}),
)
declare(
    ApplicationEvent,
    of="application__candidate",
    holds=_("what happened to your applications, and your notes on withdrawing them"),
    basis=Basis.CONTRACT,
    kept=Kept.APPLICATION,
    forget=Blank({"note": ""}),
    export=exported_history,
)
declare(
    Reveal,
    of="application__candidate",
    holds=_("when a team that reviewed you blind had your name shown"),
    basis=Basis.INTEREST,
    kept=Kept.APPLICATION,
    forget=Keep(_("The company's record of who decided; it names an application and no text.")),
    hide=("revealed_by",),
)
declare(
    SelfDeclaration,
    of=declarations_of,
    holds=_("what you declared about yourself for the statistics of employers; they see counts of at least 10 only"),
    basis=Basis.CONSENT,
    kept=Kept.ACCOUNT,
    forget=Delete(),
    hide=("person_key",),
)
nothing(BlindReview, because=_("Whether a job is reviewed blind."))
nothing(AssessmentPool, Assessment, because=_("How a company tests its applicants."))
declare(
    BankQuestion,
    of="author",
    holds=_("which questions of a company's bank you wrote"),
    basis=Basis.CONTRACT,
    kept=Kept.ACCOUNT,
    forget=Keep(_("The question is the company's; it names its author by an id that tells nothing any more.")),
    exported=False,
)
declare(
    AttemptQuestion,
    of="attempt__application__candidate",
    holds=_("how you answered the questions of assessments"),
    basis=Basis.CONTRACT,
    kept=Kept.APPLICATION,
    forget=Blank({"answer": None}, leaves=("prompt", "code", "kind", "options", "key")),
    hide=("key",),
)
declare(
    Attempt,
    of="application__candidate",
    holds=_("when you took assessments, and with which result"),
    basis=Basis.CONTRACT,
    kept=Kept.APPLICATION,
    forget=Keep(_("Counts of the employer; they name an application that names nobody any more.")),
)
declare(
    RetakeGrant,
    of="application__candidate",
    holds=_("that you were granted another attempt"),
    basis=Basis.CONTRACT,
    kept=Kept.APPLICATION,
    forget=Blank({"reason": ""}),
    hide=("reason",),
)
# A signed offer has a signature, by constraint; of an erased person it has none that names anybody.
NOBODYS_SIGNATURE = Case(When(signed_name="", then=Value("")), default=Value("-"))
declare(
    OfferEvent,
    of="offer__application__candidate",
    holds=_("what happened to the offers that you were made"),
    basis=Basis.CONTRACT,
    kept=Kept.APPLICATION,
    forget=Blank({"note": ""}),
    hide=("note",),  # the team's
)
declare(
    OfferApproval,
    of="approver",
    holds=_("which offers you approved"),
    basis=Basis.CONTRACT,
    kept=Kept.ACCOUNT,
    forget=Keep(_("The company's record of who decided; it names an id and no text.")),
)
declare(
    OfferTerms,
    of="offer__application__candidate",
    holds=_("the terms of the offers that you were made"),
    basis=Basis.CONTRACT,
    kept=Kept.APPLICATION,
    forget=Blank(
        {"benefits": "", "conditions": "", "place": "", "sha256": ""},
        leaves=("title", "employment_type", "pay_currency", "pay_period", "pay_basis"),
    ),
)
declare(
    Offer,
    of="application__candidate",
    holds=_("the offers that you were made, and how you answered"),
    basis=Basis.CONTRACT,
    kept=Kept.APPLICATION,
    forget=Blank({"signed_name": NOBODYS_SIGNATURE, "signed_address": None, "decline_note": ""}),
    also=("application__job__title", "application__company__name"),
)
declare(
    JobMember,
    of="membership__user",
    holds=_("on which hiring teams you are"),
    basis=Basis.CONTRACT,
    kept=Kept.ACCOUNT,
    forget=Delete(),
    also=("job__title",),
)
declare(
    Application,
    of="candidate",
    holds=_("which jobs you applied to, where you found them, and how it ended"),
    basis=Basis.CONTRACT,
    kept=Kept.APPLICATION,
    forget=Blank({"source": ""}),
    also=("job__title", "company__name"),
    # Version and time of change rise with what only the team may know yet.
    hide=(
        "is_knocked_out",
        "rejection_reason",
        "company_reason",
        "withheld_until",
        "assignee",
        "version",
        "told_version",
        "updated_at",
        "reminded_at",
    ),
    export=exported_applications,
)

# After the declarations: it ends rows as they are declared.
register_clock(Kept.APPLICATION, end_applications)
register_hold(lambda person: Application.objects.filter(candidate=person, status=Status.ACTIVE).exists())
