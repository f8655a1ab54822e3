"""Files that people upload. The bytes are in the storage called "files"; the row says what they are."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from umemployed.api.ids import PublicModel


def random_key(folder: str) -> str:
    """Return a storage key that nobody can guess and that says nothing about the file."""
    return f"{folder}/{secrets.token_hex(24)}"


def upload_key() -> str:
    """Return a key in the folder where only uploads land; nothing is ever served from it."""
    return random_key("incoming")


class StoredFile(PublicModel):
    """One file, from the announcement of its upload to its removal.

    Uploads land under ``upload_key``. Only bytes that passed every check are written to ``key``, a
    second random name that no upload target ever named: a file cannot change after its inspection.
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("waiting for the upload")
        UPLOADED = "uploaded", _("waiting for the inspection")
        AVAILABLE = "available", _("available")
        REJECTED = "rejected", _("rejected")

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("owner")
    )
    purpose = models.CharField(_("purpose"), max_length=40)
    name = models.CharField(_("name"), max_length=150)
    size = models.PositiveIntegerField(_("size"), help_text=_("bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    content_type = models.CharField(_("content type"), max_length=100)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.PENDING)
    rejection = models.CharField(_("reason of the rejection"), max_length=40, blank=True)
    upload_key = models.CharField(_("upload key"), max_length=80, default=upload_key, unique=True, editable=False)
    key = models.CharField(_("key"), max_length=80, blank=True, editable=False)
    attached_at = models.DateTimeField(_("attached at"), null=True, blank=True)

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="available") | ~(Q(key="") | Q(sha256="")), name="file_available_has_bytes"
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], name="file_orphans", condition=Q(attached_at=None)),
            models.Index(fields=["updated_at"], name="file_waiting", condition=Q(status="uploaded")),
        ]

    def __str__(self) -> str:
        return self.name

    def is_available(self) -> bool:
        """Say whether the bytes passed every check and may be served."""
        return self.status == self.Status.AVAILABLE
