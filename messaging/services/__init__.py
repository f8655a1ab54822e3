"""The verbs of conversations. REST and the socket call the same ones."""

from messaging.rooms import NotReachable, room_for
from messaging.services.audience import audience_of
from messaging.services.changing import delete_message, edit_message, erase_message, hide_message
from messaging.services.errors import (
    ClientMessageIdReused,
    MessageBudgetSpent,
    MessageIsDeleted,
    MessageIsRead,
    MessagesNotTaken,
    TooLateToDelete,
    TooManyReactions,
    TooManyUnanswered,
)
from messaging.services.membership import forget_company
from messaging.services.reacting import add_reaction, remove_reaction
from messaging.services.sending import Letter, send_message, send_together
from messaging.services.standing import (
    archive_conversation,
    leave_conversation,
    mark_read,
    mute_conversation,
    tell_typing,
    unarchive_conversation,
    unmute_conversation,
    unread_totals,
)
from messaging.services.starting import start_conversation

__all__ = [
    "ClientMessageIdReused",
    "Letter",
    "MessageBudgetSpent",
    "MessageIsDeleted",
    "MessageIsRead",
    "MessagesNotTaken",
    "NotReachable",
    "TooLateToDelete",
    "TooManyReactions",
    "TooManyUnanswered",
    "add_reaction",
    "archive_conversation",
    "audience_of",
    "delete_message",
    "edit_message",
    "erase_message",
    "forget_company",
    "hide_message",
    "leave_conversation",
    "mark_read",
    "mute_conversation",
    "remove_reaction",
    "room_for",
    "send_message",
    "send_together",
    "start_conversation",
    "tell_typing",
    "unarchive_conversation",
    "unmute_conversation",
    "unread_totals",
]
