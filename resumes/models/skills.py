"""The taxonomy: one canonical skill per meaning, and every label that means it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from umemployed.api.ids import PublicModel


class Skill(PublicModel):
    """A canonical skill. Its own name is one of its aliases, so that lookups ask one table."""

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("slug"), max_length=200, unique=True)
    source_uri = models.CharField(
        _("source"),
        max_length=200,
        blank=True,
        help_text=_("The concept's URI where an outside taxonomy defines it."),
    )

    class Meta:
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source_uri"], condition=~models.Q(source_uri=""), name="skill_once_per_source"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SkillAlias(models.Model):
    """A label of a skill. ``normalised`` is unique over all skills: a label has one meaning."""

    skill = models.ForeignKey(Skill, verbose_name=_("skill"), on_delete=models.CASCADE, related_name="aliases")
    label = models.CharField(_("label"), max_length=200)
    normalised = models.CharField(_("normalised"), max_length=200, unique=True, editable=False)

    class Meta:
        verbose_name = _("skill alias")
        verbose_name_plural = _("skill aliases")
        ordering = ["normalised", "pk"]
        indexes = [
            # Serves prefixes, starts of words and misspellings alike.
            GinIndex(fields=["normalised"], name="skillalias_trigrams", opclasses=["gin_trgm_ops"]),
        ]
        constraints = [
            models.CheckConstraint(condition=~models.Q(normalised=""), name="skillalias_is_not_empty"),
        ]

    def __str__(self) -> str:
        return self.label


class SkillWord(models.Model):
    """A word that occurs in labels, with its one-letter-short forms, for finding what was misspelled."""

    word = models.CharField(_("word"), max_length=40, unique=True)
    deletes = ArrayField(models.CharField(max_length=40), verbose_name=_("forms one letter short"))

    class Meta:
        verbose_name = _("word of the taxonomy")
        verbose_name_plural = _("words of the taxonomy")
        ordering = ["word", "pk"]
        indexes = [GinIndex(fields=["deletes"], name="skillword_deletes")]

    def __str__(self) -> str:
        return self.word
