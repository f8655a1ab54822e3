"""What conversations hold about people. Who leaves takes their words along; the others keep theirs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from messaging.models import (
    Attachment,
    ChatSettings,
    Conversation,
    HiddenMessage,
    Message,
    MessageRevision,
    MessageTemplate,
    Participant,
    Reaction,
    Report,
)
from umemployed.privacy.registry import Basis, Blank, By, Delete, Keep, Kept, declare, register_mentions


@register_mentions
def mentions(person: Any) -> Iterator[str]:
    """Yield the ids of the person's conversations: what was said in them leaves the sockets' memory."""
    own = Conversation.objects.filter(candidate=person).order_by("-pk")
    for public_id in own.values_list("public_id", flat=True)[:500]:
        yield str(public_id)


def forget_reports(person: Any) -> int:
    """Blank reports about the person, their messages among the evidence, and let go of who reported; 50 at once."""
    known = Q(person=person) | Q(message__sender=person) | Q(reporter=person)
    rows = list(Report.objects.select_for_update(of=("self",)).filter(known).exclude(note="", evidence=[])[:50])
    Report.objects.filter(pk__in=[row.pk for row in rows]).update(note="", evidence=[], reporter=None)
    return len(rows)


declare(
    Report,
    of=lambda person: Report.objects.filter(reporter=person),
    holds=_("what you reported to staff, and the messages that showed it"),
    basis=Basis.INTEREST,
    kept=Kept.ACCOUNT,
    forget=By(forget_reports),
    hide=("evidence",),
)
declare(
    MessageRevision,
    of="message__sender",
    holds=_("what your messages said before you edited or deleted them"),
    basis=Basis.INTEREST,
    kept=Kept.ACCOUNT,
    forget=Delete(),
)
declare(
    Attachment,
    of="message__sender",
    holds=_("which of your files you sent with messages"),
    basis=Basis.CONTRACT,
    kept=Kept.ACCOUNT,
    forget=Delete(),
    also=("file__name",),
)
declare(
    Reaction,
    of="user",
    holds=_("your reactions to messages"),
    basis=Basis.CONTRACT,
    kept=Kept.ACCOUNT,
    forget=Delete(),
)
declare(
    HiddenMessage,
    of="user",
    holds=_("which messages you deleted for yourself"),
    basis=Basis.CONTRACT,
    kept=Kept.ACCOUNT,
    forget=Delete(),
)
declare(
    Message,
    of="sender",
    holds=_("what you wrote to others"),
    basis=Basis.CONTRACT,
    kept=Kept.ACCOUNT,
    forget=Blank({"body": "", "words": None, "deleted_at": timezone.now}),
    also=("conversation__application__job__title",),
    hide=("words",),
)
declare(
    Participant,
    of="user",
    holds=_("how far you have read"),
    basis=Basis.CONTRACT,
    kept=Kept.ACCOUNT,
    forget=Delete(),
)
declare(
    MessageTemplate,
    of="author",
    holds=_("that you wrote a template of your company's team"),
    basis=Basis.CONTRACT,
    kept=Kept.ACCOUNT,
    forget=Keep(_("The text is the company's, without anything about you; your name goes with the account.")),
)
declare(
    Conversation,
    of="candidate",
    holds=_("that you and a company's team talked, and when last"),
    basis=Basis.CONTRACT,
    kept=Kept.ACCOUNT,
    forget=Keep(_("The frame of what the others wrote to you, which stays theirs; it names you by a number.")),
)
declare(
    ChatSettings,
    of="user",
    holds=_("whether you show when you are there, and when your chat was last open"),
    basis=Basis.CONTRACT,
    kept=Kept.ACCOUNT,
    forget=Delete(),
)
