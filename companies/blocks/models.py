"""A person's wish to hear nothing from another person or from a company."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from companies.blocks.querysets import BlockQuerySet
from umemployed.api.ids import PublicModel


class Block(PublicModel):
    """One block, of a person or of a company. It works both ways and is shown to nobody but its maker."""

    blocker = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("who blocks"))
    person = models.ForeignKey(
        User, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("blocked person")
    )
    company = models.ForeignKey(
        "companies.Company", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("blocked company")
    )

    objects = BlockQuerySet.as_manager()

    class Meta:
        verbose_name = _("block")
        verbose_name_plural = _("blocks")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person=None, company__isnull=False) | Q(person__isnull=False, company=None),
                name="block_of_one_thing",
            ),
            models.CheckConstraint(condition=~Q(blocker=F("person")), name="block_not_of_oneself"),
            models.UniqueConstraint(fields=["blocker", "person"], name="block_once_per_person"),
            models.UniqueConstraint(fields=["blocker", "company"], name="block_once_per_company"),
        ]

    def __str__(self) -> str:
        target = f"person {self.person_id}" if self.person_id else f"company {self.company_id}"
        return f"{self.blocker_id} blocks {target}"
