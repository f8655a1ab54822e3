"""The sentence that a notification says, in the language of whoever reads it now."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.utils.translation import gettext

from applications.hiring.vocabulary import JobRole
from applications.vocabulary import Progress
from companies.models import Role
from jobs.anonymity import ANONYMOUS
from notifications.kinds import KINDS
from notifications.models import Notification
from notifications.plain import Sentence, isolated, plain


def sentence_of(notification: Notification, *, as_line: bool = False) -> Sentence:
    """Return the sentence, of the fact or of its whole line; asks nothing of the database with the actor there.

    Names of people and things are isolated, so that a right-to-left one does not turn the sentence.
    """
    kind = KINDS[notification.kind]
    actor = notification.actor.display_name() if notification.actor is not None else gettext("Somebody")
    named = {name: isolated(plain(value)) for name, value in {**notification.data, "actor": actor}.items()}
    labels: defaultdict[str, Any] = defaultdict(str, named, count=notification.line_size)
    for name, vocabulary in (("status", Progress), ("role", Role), ("job_role", JobRole)):
        if word := labels.get("progress" if name == "status" else name):
            labels[name] = str(vocabulary(word).label)
    if labels.get("company") == "":
        labels["company"] = gettext(ANONYMOUS)
    is_many = as_line and notification.line_size > 1 and kind.many
    said = gettext(kind.many if is_many else kind.sentence) % labels
    return Sentence(said[0].upper() + said[1:] if notification.data.get("company") == "" else said)
