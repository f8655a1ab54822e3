"""Exchange rates: what makes pay in different currencies comparable."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ExchangeRate(models.Model):
    """How much of a currency one unit of the reference currency bought on a day.

    The newest day of each currency counts. Loading newer rates goes through
    ``jobs.services.load_exchange_rates``, which restates every posting's yearly pay.
    """

    currency = models.CharField(_("currency"), max_length=3)
    on = models.DateField(_("day"))
    per_reference = models.DecimalField(_("units per one of the reference currency"), max_digits=18, decimal_places=6)
    source = models.CharField(_("source"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        ordering = ["currency", "-on"]
        constraints = [
            models.UniqueConstraint(fields=["currency", "on"], name="exchangerate_once_a_day"),
            models.CheckConstraint(condition=Q(per_reference__gt=0), name="exchangerate_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.on}: {self.per_reference}"
