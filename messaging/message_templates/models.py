"""Templates of messages."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from companies.models import Company
from messaging.message_templates.querysets import MessageTemplateQuerySet
from umemployed.api.ids import PublicModel

BODY_LENGTH = 10_000


class MessageTemplate(PublicModel):
    """A text of a company's team with ``{{variables}}``; everybody who may message candidates uses and edits it."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="message_templates", verbose_name=_("company"))
    name = models.CharField(_("name"), max_length=80)
    body = models.TextField(_("text"), max_length=BODY_LENGTH)
    author = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("author"))
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = MessageTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("message template")
        verbose_name_plural = _("message templates")
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["company", "name"], name="message_template_one_per_name")]

    def __str__(self) -> str:
        return self.name
