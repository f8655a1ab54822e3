"""What files are for.

Each app registers its purposes, and with them who may upload and who may read::

RESUME = register(Purpose("resume_upload", _("Résumé to read in"), types=(PDF, DOCX, TEXT)))
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from umemployed.files.formats import Format

if TYPE_CHECKING:
    from umemployed.files.models import StoredFile

MEBIBYTE = 1024 * 1024
MAX_BYTES = 5 * MEBIBYTE
PURPOSES: dict[str, Purpose] = {}


def anybody(user: Any) -> bool:
    """Let every signed-in person upload."""
    return True


def nobody_else(user: Any, file: StoredFile) -> bool:
    """Let only the owner read."""
    return False


@dataclass(frozen=True)
class Purpose:
    """The rules of one kind of file.

    ``may_upload(user)`` judges the announcement; ``may_read(user, file)`` judges everybody but the
    owner, at the moment when the link is made and again when it is followed.
    """

    name: str
    label: Any
    types: tuple[Format, ...]
    max_bytes: int = MAX_BYTES
    may_upload: Callable[[Any], bool] = anybody
    may_read: Callable[[Any, StoredFile], bool] = nobody_else

    def format_of(self, name: str) -> Format | None:
        """Return the allowed format that the name's extension promises, or None."""
        lowered = name.lower()
        return next((kind for kind in self.types if lowered.endswith(kind.extensions)), None)


def register(purpose: Purpose) -> Purpose:
    """Make a purpose known; raises ValueError when two apps want one name, or more bytes than allowed."""
    if PURPOSES.setdefault(purpose.name, purpose) is not purpose:
        raise ValueError(f"The purpose {purpose.name!r} is registered already.")
    if purpose.max_bytes > MAX_BYTES:
        raise ValueError(f"{purpose.name!r} wants more than {MAX_BYTES} bytes.")
    return purpose
