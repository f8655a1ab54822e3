"""Files in messages: what they may be, and that whoever may read the message may read them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from messaging.models import Attachment, Message
from umemployed.files.formats import DOCX, JPEG, PDF, PNG, TEXT
from umemployed.files.models import StoredFile
from umemployed.files.purposes import Purpose, register


def reader_may_read(user: Any, file: StoredFile) -> bool:
    """Say whether the person may now read the message that carries the file; one query."""
    carried = Attachment.objects.filter(file=file, message__in=Message.objects.for_user(user))
    return carried.exists()


ATTACHMENT = register(
    Purpose("message_attachment", _("File of a message"), (PDF, DOCX, PNG, JPEG, TEXT), may_read=reader_may_read)
)
