"""Every table of applications.

The core is in ``core``; sub-packages keep their own tables and import the core from ``applications.models.core``,
so that the order of the imports here does not matter.
"""

from applications.assessments.models import (
    Assessment,
    AssessmentPool,
    Attempt,
    AttemptQuestion,
    BankQuestion,
    RetakeGrant,
)
from applications.blind.models import BlindReview, Reveal
from applications.board.models import BoardWatch
from applications.decisions.models import CompanyReason, Disposition, DispositionItem
from applications.duplicates.models import CandidateKey, CandidateMerge
from applications.equality.models import EqualityReport, SelfDeclaration
from applications.hiring.models import JobMember
from applications.models.core import (
    NOTE_LENGTH,
    Application,
    ApplicationEvent,
    ApplicationFile,
    Capsule,
    Stage,
)
from applications.offers.models import Offer, OfferApproval, OfferEvent, OfferPolicy, OfferTerms
from applications.pipeline.models import HiringPolicy, JobPipeline, StageTemplate, TemplateStage
from applications.pools.models import PoolEntry, TalentPool
from applications.referrals.models import Referral, ReferralLink, ReferralTouch
from applications.teamwork.models import Mention, Note, Rating, Tag

__all__ = [
    "NOTE_LENGTH",
    "Application",
    "ApplicationEvent",
    "ApplicationFile",
    "Assessment",
    "AssessmentPool",
    "Attempt",
    "AttemptQuestion",
    "BankQuestion",
    "BlindReview",
    "BoardWatch",
    "CandidateKey",
    "CandidateMerge",
    "Capsule",
    "CompanyReason",
    "Disposition",
    "DispositionItem",
    "EqualityReport",
    "HiringPolicy",
    "JobMember",
    "JobPipeline",
    "Mention",
    "Note",
    "Offer",
    "OfferApproval",
    "OfferEvent",
    "OfferPolicy",
    "OfferTerms",
    "PoolEntry",
    "Rating",
    "Referral",
    "ReferralLink",
    "ReferralTouch",
    "RetakeGrant",
    "Reveal",
    "SelfDeclaration",
    "Stage",
    "StageTemplate",
    "Tag",
    "TalentPool",
    "TemplateStage",
]
