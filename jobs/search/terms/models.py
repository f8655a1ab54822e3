"""What live postings say: terms that are offered while one types, and words by which typing errors are put right."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _


class TermKind(models.TextChoices):
    """What a term is; ``word`` and ``text`` are single words, of what is short and of the text, never offered."""

    TITLE = "title", _("title")
    SKILL = "skill", _("skill")
    COMPANY = "company", _("company")
    PLACE = "place", _("place")
    CATEGORY = "category", _("category")
    WORD = "word", _("word")
    TEXT = "text", _("word of texts")


# What is offered to somebody who types.
OFFERED = [TermKind.TITLE, TermKind.SKILL, TermKind.COMPANY, TermKind.PLACE, TermKind.CATEGORY]
SPELLED = [TermKind.WORD, TermKind.TEXT]


class SearchTerm(models.Model):
    """A term, and how many live postings say it.

    ``value`` is what one searches by: a slug, or the folded words (no case, no accents). ``deletes`` are hashes of
    what is left of a word without one or two letters (``jobs.search.terms.edits``); NULL where it is no word.
    ``changed`` until the lists of prefixes know of it.
    """

    kind = models.CharField(_("kind"), max_length=10, choices=TermKind.choices)
    value = models.CharField(_("value"), max_length=400, db_collation="C")
    label = models.CharField(_("label"), max_length=400)
    label_fr = models.CharField(_("French label"), max_length=400, blank=True)
    live = models.IntegerField(_("live postings"), default=0)
    deletes = ArrayField(models.IntegerField(), verbose_name=_("hashed deletes"), null=True)
    changed = models.BooleanField(_("changed"), default=True)

    class Meta:
        verbose_name = _("search term")
        verbose_name_plural = _("search terms")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["kind", "value"], name="searchterm_once")]
        indexes = [
            GinIndex(fields=["deletes"], name="searchterm_deletes", fastupdate=False),
            models.Index(fields=["id"], condition=models.Q(changed=True), name="searchterm_changed"),
        ]

    def __str__(self) -> str:
        return self.label


class TermStart(models.Model):
    """A term's label from its beginning (``is_whole``) or from a later word on, folded."""

    kind = models.CharField(_("kind"), max_length=10, choices=TermKind.choices)
    start = models.CharField(_("start"), max_length=60, db_collation="C")
    is_whole = models.BooleanField(_("from the beginning"))
    term = models.ForeignKey(SearchTerm, models.CASCADE, related_name="starts", verbose_name=_("term"))

    class Meta:
        verbose_name = _("start of a term")
        verbose_name_plural = _("starts of terms")
        ordering = ["pk"]
        indexes = [models.Index(fields=["kind", "start", "-is_whole"], include=["term"], name="termstart_in_order")]

    def __str__(self) -> str:
        return self.start


class TermPrefix(models.Model):
    """A prefix that so many begin with that it has a list: the terms of one kind with most live postings."""

    kind = models.CharField(_("kind"), max_length=10, choices=TermKind.choices)
    prefix = models.CharField(_("prefix"), max_length=60, db_collation="C")
    terms = ArrayField(models.BigIntegerField(), verbose_name=_("terms"))

    class Meta:
        verbose_name = _("crowded prefix")
        verbose_name_plural = _("crowded prefixes")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["kind", "prefix"], name="termprefix_once")]

    def __str__(self) -> str:
        return self.prefix


class PostingTerms(models.Model):
    """The terms that a posting is counted in. Not tied to its row: what is gone has to be subtracted yet."""

    job_id = models.BigIntegerField(_("job"), primary_key=True)
    expires = models.IntegerField(_("expires"), db_index=True, help_text=_("epoch seconds"))
    terms = ArrayField(models.BigIntegerField(), verbose_name=_("terms"))

    class Meta:
        verbose_name = _("terms of a posting")
        verbose_name_plural = _("terms of postings")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.job_id}: {len(self.terms)}"


class IndexWork(models.Model):
    """A posting whose row in the narrow table changed, and who has not looked at it yet (``jobs.search.work``)."""

    reader = models.CharField(_("reader"), max_length=20)
    job_id = models.BigIntegerField(_("job"))
    asked_at = models.DateTimeField(_("asked at"), auto_now_add=True)

    class Meta:
        verbose_name = _("work on the index")
        verbose_name_plural = _("work on the index")
        ordering = ["pk"]
        indexes = [models.Index(fields=["reader", "id"], name="indexwork_in_order")]

    def __str__(self) -> str:
        return f"{self.reader}: {self.job_id}"
