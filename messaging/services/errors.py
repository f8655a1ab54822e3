"""What conversations refuse, and why."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from umemployed.api.errors import Conflict, Forbidden, TooManyRequests, Unprocessable


class MessagesNotTaken(Forbidden):
    code = "messages_not_taken"
    title = _("The company takes messages from its applicants only")
    cause = _("You have not applied to this company, and it does not take messages from everybody.")
    cure = _("Apply to one of its postings first.")


class ClientMessageIdReused(Unprocessable):
    code = "client_msg_id_reused"
    title = _("The client_msg_id belongs to another message")
    cause = _("You sent a message with this client_msg_id and another text to this conversation.")
    cure = _("Make a new UUID for each message; repeat one only to send the same message again.")


class TooManyUnanswered(Conflict):
    code = "too_many_unanswered"
    title = _("Wait for an answer")
    cause = _("Your side has written `limit` messages in a row, and the other side has not answered.")
    cure = _("You can write again as soon as the other side does.")


class MessageBudgetSpent(TooManyRequests):
    code = "message_budget_spent"
    title = _("You write to too many people")
    cause = _("Within an hour one person may write in a limited number of conversations.")
    cure = _("Wait for the seconds given in `Retry-After`; conversations of the last hour go on meanwhile.")


class MessageIsRead(Conflict):
    code = "message_is_read"
    title = _("The message was read")
    cause = _("Somebody of the other side has read it; from then on it stays as it is.")
    cure = _("Write another message.")


class MessageIsDeleted(Conflict):
    code = "message_is_deleted"
    title = _("The message was deleted")
    cause = _("Its sender deleted it for everybody.")
    cure = _("Leave it.")


class TooLateToDelete(Conflict):
    code = "too_late_to_delete"
    title = _("Too late to delete it for everybody")
    cause = _("A message can be deleted for everybody until `until`, and that is over.")
    cure = _("Delete it for yourself with `scope=me`.")


class TooManyReactions(Conflict):
    code = "too_many_reactions"
    title = _("Enough different emoji")
    cause = _("A message carries at most `limit` different emoji.")
    cure = _("Use one that is there already.")
