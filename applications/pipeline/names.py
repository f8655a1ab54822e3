"""Names that are unique among their kin."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from umemployed.api.errors import Conflict


class NameTaken(Conflict):
    code = "name_taken"
    title = _("The name is taken")
    cause = _("Another of the same list has this name already; upper and lower case do not matter.")
    cure = _("Choose another name.")


def save_named(row: Any) -> None:
    """Save a row whose name is unique among its kin. Raises NameTaken."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise NameTaken.on_field("name", _("This name is taken.")) from None
