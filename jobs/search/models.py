"""The narrow table that searches read: one row per live posting, kept by ``jobs.search.index``."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _


class JobSearch(models.Model):
    """What ranking, filters and facets need of a live posting; a closed one has no row.

    ``ord`` counts publications, so the newest is the highest. Times are epoch seconds and pay is whole
    units a year in the reference currency: integers, because a score over ``numeric`` costs 10 µs a
    row. ``head`` is all that ranking reads; ``doc`` (words, facet tokens) is read by its index, and by
    the recheck of phrases and exclusions. The table is made by hand in the migration, which says why.
    """

    ord = models.IntegerField(primary_key=True)
    job = models.OneToOneField("jobs.Job", models.CASCADE, related_name="search_row", verbose_name=_("job"))
    posted = models.IntegerField()
    expires = models.IntegerField()
    company_id = models.BigIntegerField()
    sal_min = models.IntegerField(null=True)
    sal_max = models.IntegerField(null=True)
    lat = ArrayField(models.FloatField(), default=list)
    lon = ArrayField(models.FloatField(), default=list)
    work_mode = models.SmallIntegerField()
    employment_type = models.SmallIntegerField()
    experience_level = models.SmallIntegerField()
    category = models.SmallIntegerField()
    language = models.CharField(max_length=2)
    countries = ArrayField(models.CharField(max_length=2), default=list)
    skills = ArrayField(models.BigIntegerField(), default=list)
    head = SearchVectorField()
    doc = SearchVectorField()

    class Meta:
        verbose_name = _("search row")
        verbose_name_plural = _("search rows")
        ordering = ["-ord"]

    def __str__(self) -> str:
        return f"#{self.ord}"


class TokenFrequency(models.Model):
    """In how many live postings a frequent token stands; the empty token is in all of them."""

    token = models.TextField(_("token"), primary_key=True, db_collation="C")
    postings = models.PositiveIntegerField(_("postings"))

    class Meta:
        verbose_name = _("token frequency")
        verbose_name_plural = _("token frequencies")
        ordering = ["-postings"]

    def __str__(self) -> str:
        return self.token
