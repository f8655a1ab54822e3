"""Public ids and timestamps: how our rows are named and dated outside."""

import uuid

import uuid_utils
from django.db import models
from django.utils.translation import gettext_lazy as _


def new_public_id() -> uuid.UUID:
    """Return a UUIDv7 (RFC 9562): unguessable, and sorted by the time it was made."""
    return uuid.UUID(int=uuid_utils.uuid7().int)


class PublicModel(models.Model):
    """A row that the API names by ``public_id``; the bigint primary key never leaves the house."""

    public_id = models.UUIDField(_("public id"), default=new_public_id, unique=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        abstract = True
