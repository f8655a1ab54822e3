"""Saved searches, what a new posting is looked up by among them, and what was found."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from jobs.alerts.querysets import AlertMatchQuerySet, SavedSearchQuerySet
from umemployed.api.ids import PublicModel


class Frequency(models.TextChoices):
    """How somebody is mailed what a search finds; in the application it is told at once, unless never."""

    NOW = "now", _("at once")
    DAILY = "daily", _("in the summary of the day")
    OFF = "off", _("never")


class SavedSearch(PublicModel):
    """A search of postings that somebody runs again and again.

    ``parameters`` is the query string, as ``GET jobs/`` reads it. The columns after ``version`` are made
    of it by ``jobs.alerts.compiling`` and say the same in the index's terms: ``wanted`` is true of a
    posting's ``doc``, and the rest is compared with its row. It is a ``tsquery`` kept as text: PostgreSQL
    stores no ``tsquery`` out of line, and that of a wide circle would not fit into a page.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_searches", verbose_name=_("person")
    )
    name = models.CharField(_("name"), max_length=80)
    parameters = models.CharField(_("parameters"), max_length=2000, blank=True)
    frequency = models.CharField(
        _("frequency"), max_length=5, choices=Frequency.choices, default=Frequency.DAILY, db_default=Frequency.DAILY
    )
    version = models.PositiveIntegerField(_("version"), default=1)
    wanted = models.TextField(_("compiled query"), default="")
    pay = models.IntegerField(_("least pay a year"), null=True)
    posted_after = models.IntegerField(_("published after"), null=True)
    latitude = models.FloatField(_("latitude"), null=True)
    longitude = models.FloatField(_("longitude"), null=True)
    radius_km = models.FloatField(_("radius in km"), null=True)

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="savedsearch_name_once_per_person")]

    def __str__(self) -> str:
        return self.name


class SearchAnchor(models.Model):
    """A token without which a posting is not found by the search, unless by another anchor of the same search.

    ``needs`` are tokens that it must have besides, at most two: the cheap test before the true one.
    Everything is in the index, so most searches are dismissed without their row being read.
    """

    search = models.ForeignKey(SavedSearch, models.CASCADE, related_name="anchors", verbose_name=_("saved search"))
    token = models.TextField(_("token"), db_collation="C")
    needs = ArrayField(models.TextField(), default=list, verbose_name=_("needed tokens"))

    class Meta:
        verbose_name = _("anchor of a saved search")
        verbose_name_plural = _("anchors of saved searches")
        ordering = ["pk"]
        indexes = [models.Index(fields=["token"], include=["needs", "search"], name="searchanchor_by_token")]

    def __str__(self) -> str:
        return self.token


class AlertMatch(models.Model):
    """A posting that a saved search found when it was published. There is one for ever, so none is told twice.

    ``awaits_telling`` is taken back by whoever tells it, in the transaction of the telling.
    """

    search = models.ForeignKey(SavedSearch, models.CASCADE, related_name="matches", verbose_name=_("saved search"))
    job = models.ForeignKey("jobs.Job", models.CASCADE, related_name="+", verbose_name=_("job"))
    matched_at = models.DateTimeField(_("matched at"), auto_now_add=True)
    seen = models.BooleanField(_("seen"), default=False)
    awaits_telling = models.BooleanField(_("awaits telling"), default=False, db_default=False)

    objects = AlertMatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("match of a saved search")
        verbose_name_plural = _("matches of saved searches")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["search", "job"], name="alertmatch_once")]
        indexes = [
            models.Index(
                fields=["search", "-id"], include=["job"], condition=models.Q(seen=False), name="alertmatch_unseen"
            ),
            models.Index(fields=["id"], condition=models.Q(awaits_telling=True), name="alertmatch_untold"),
        ]

    def __str__(self) -> str:
        return f"{self.search_id}: {self.job_id}"
