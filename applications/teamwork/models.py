"""What a team writes beside an application: notes, tags, ratings. The candidate and other companies never read it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from applications.teamwork.querysets import NoteQuerySet, RatingQuerySet, TagQuerySet
from companies.models import Company
from umemployed.api.ids import PublicModel

BODY_LENGTH = 5000
MOST_TAGS = 200
BEST = 5


class Note(PublicModel):
    """A remark of one member for the team."""

    application = models.ForeignKey(
        "applications.Application", models.CASCADE, related_name="notes", verbose_name=_("application")
    )
    author = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("author"))
    body = models.TextField(_("text"), max_length=BODY_LENGTH)
    edited_at = models.DateTimeField(_("edited at"), null=True, blank=True)

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["application", "-id"], name="note_of_application")]

    def __str__(self) -> str:
        return f"note {self.pk} on {self.application_id}"


class Mention(models.Model):
    """A person named in a note, told once however often the note is edited."""

    note = models.ForeignKey(Note, models.CASCADE, related_name="mentions", verbose_name=_("note"))
    person = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("person"))

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["note", "person"], name="mention_once_per_note")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.note_id}"


class Tag(PublicModel):
    """A word of the company to sort applications by; upper and lower case are the same."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="application_tags", verbose_name=_("company"))
    name = models.CharField(_("name"), max_length=40)
    applications = models.ManyToManyField(
        "applications.Application", blank=True, related_name="tags", verbose_name=_("applications")
    )

    objects = TagQuerySet.as_manager()

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint("company", Lower("name"), name="tag_one_per_name")]

    def __str__(self) -> str:
        return self.name


class Rating(PublicModel):
    """One member's judgement of one attribute, 1 to 5. It sorts for people and decides nothing."""

    application = models.ForeignKey(
        "applications.Application", models.CASCADE, related_name="ratings", verbose_name=_("application")
    )
    author = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("author"))
    attribute = models.CharField(_("attribute"), max_length=60)
    score = models.PositiveSmallIntegerField(_("score"))

    objects = RatingQuerySet.as_manager()

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint("application", "author", Lower("attribute"), name="rating_once_per_attribute"),
            models.CheckConstraint(condition=Q(score__gte=1, score__lte=BEST), name="rating_from_1_to_5"),
        ]

    def __str__(self) -> str:
        return f"{self.attribute}: {self.score}"
