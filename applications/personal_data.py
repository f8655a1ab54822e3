"""What applications hold about people. The employer keeps rows that count, with nothing in them that identifies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from applications.models import (
    Application,
    ApplicationEvent,
    ApplicationFile,
    Capsule,
    CompanyReason,
    Disposition,
    DispositionItem,
    HiringPolicy,
    JobMember,
    JobPipeline,
    Stage,
    StageTemplate,
    TemplateStage,
)
from umemployed.privacy.registry import Basis, Blank, Delete, Kept, declare, nothing, register_mentions

SHAPE_OF_NOTHING = {"shape": 1, "erased": True}

nothing(
    Stage,
    StageTemplate,
    TemplateStage,
    JobPipeline,
    HiringPolicy,
    because=_("How a company lays out its pipelines."),
)
nothing(
    CompanyReason,
    Disposition,
    DispositionItem,
    because=_("That a job was closed and who was left; what happened to each is in the application."),
)


@register_mentions
def mentions(person: Any) -> Iterator[str]:
    """Yield the ids of the person's applications."""
    for public_id in (
        Application.objects.filter(candidate=person).order_by("-pk").values_list("public_id", flat=True)[:500]
    ):
        yield str(public_id)


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
    # The team's notes are the team's; the employer answers for them.
    hide=("note", "from_status", "to_status", "reason", "company_reason", "dwell"),
    also=("application__job__title",),
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
    hide=("is_knocked_out", "rejection_reason", "company_reason", "withheld_until"),
)
