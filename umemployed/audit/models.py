"""The audit record. Rows are only ever inserted; a trigger in the database refuses the rest."""

from __future__ import annotations

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from umemployed.api.ids import new_public_id
from umemployed.audit.chain import content_of, seal_of


class AuditIsAppendOnly(Exception):
    """Somebody tried to change or delete what was recorded. A bug in the caller, never a user's error."""

    def __init__(self) -> None:
        super().__init__("Audit entries are never changed or deleted; record() a new entry that corrects the old.")


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    """Reads of the record; every way to write over it is closed."""

    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AuditIsAppendOnly

    update = delete = bulk_update = update_or_create = _refuse


class AuditEntry(models.Model):
    """Who did what to whom, when, from where. ``action`` reads ``subject:verb``, e.g. ``membership:role_changed``.

    The row never changes, not even when its actor is deleted: ``actor`` has no constraint and may
    point at nobody, and ``actor_public_id`` still says who it was.
    """

    public_id = models.UUIDField(_("public id"), default=new_public_id, unique=True, editable=False)
    action = models.CharField(_("action"), max_length=80)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        db_constraint=False,
        db_index=False,  # the index with the id, below, serves
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("actor"),
    )
    actor_public_id = models.UUIDField(_("actor's public id"), null=True, blank=True)
    target = models.CharField(_("target"), max_length=120, blank=True, help_text=_("app.model:public id"))
    details = models.JSONField(_("details"), default=dict)
    address = models.GenericIPAddressField(_("address"), null=True, blank=True)
    request_id = models.CharField(_("request id"), max_length=64, blank=True)
    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)
    seal = models.CharField(_("seal"), max_length=64, editable=False)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["action", "-id"]),
            models.Index(fields=["target", "-id"]),
            models.Index(fields=["actor", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.target}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AuditIsAppendOnly
        self.seal = seal_of(content_of(self))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AuditIsAppendOnly


class AuditLink(models.Model):
    """The place of an entry in the chain, in the order of commits. A trigger writes it; nobody else may."""

    seq = models.BigIntegerField(_("number"), primary_key=True)
    entry = models.OneToOneField(AuditEntry, models.DO_NOTHING, db_constraint=False, related_name="+")
    digest = models.CharField(_("digest"), max_length=64)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit link")
        verbose_name_plural = _("audit links")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.seq}: entry {self.entry_id}"


class AuditAnchor(models.Model):
    """A sealed statement that the chain had come to this link at this moment."""

    seq = models.BigIntegerField(_("number of the link"), primary_key=True)
    digest = models.CharField(_("digest of the link"), max_length=64)
    seal = models.CharField(_("seal"), max_length=64)
    at = models.DateTimeField(_("at"))

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit anchor")
        verbose_name_plural = _("audit anchors")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"at link {self.seq}"
