"""The sentence that a notification says, in the language of whoever reads it now."""

from __future__ import annotations

from collections import defaultdict

from django.utils.translation import gettext

from applications.vocabulary import Progress
from jobs.anonymity import ANONYMOUS
from notifications.kinds import KINDS
from notifications.models import Notification


def sentence_of(notification: Notification) -> str:
    """Return the sentence; asks nothing of the database when the actor came along (``with_actor``)."""
    actor = notification.actor.display_name() if notification.actor is not None else gettext("Somebody")
    labels = dict(notification.data)
    if "progress" in labels:
        labels["status"] = str(Progress(labels["progress"]).label)
    if labels.get("company") == "":
        labels["company"] = gettext(ANONYMOUS)
    return gettext(KINDS[notification.kind].sentence) % defaultdict(str, labels, actor=actor)
