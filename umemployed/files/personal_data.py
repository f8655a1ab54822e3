"""What the files hold about people, and how the bytes go."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from umemployed.files.models import StoredFile
from umemployed.files.services import delete_bytes
from umemployed.privacy.registry import Basis, By, Kept, declare

AT_ONCE = 50


def forget_files(person: Any) -> int:
    """Delete files with their bytes. The bytes go first: a kill in between leaves a row that is met again."""
    files = list(StoredFile.objects.select_for_update().filter(owner=person).order_by("pk")[:AT_ONCE])
    for file in files:
        delete_bytes(file)
        file.delete()
    return len(files)


declare(
    StoredFile,
    of="owner",
    holds=_("the files that you uploaded"),
    basis=Basis.CONTRACT,
    kept=Kept.ACCOUNT,
    forget=By(forget_files),
    hide=("upload_key", "key"),
)
