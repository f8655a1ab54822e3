"""Conversations, who has read how far, and the messages."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from applications.models import Application
from companies.models import Company
from messaging.message_templates.models import MessageTemplate
from messaging.querysets import ConversationQuerySet, MessageQuerySet
from messaging.reports.models import Report
from umemployed.api.ids import PublicModel
from umemployed.files.models import StoredFile

__all__ = [
    "Attachment",
    "ChatSettings",
    "Conversation",
    "DeletionScope",
    "HiddenMessage",
    "Message",
    "MessageRevision",
    "MessageTemplate",
    "Participant",
    "Reaction",
    "Report",
    "Side",
]

BODY_LENGTH = 10_000
ATTACHMENTS = 5  # files of one message
EMOJI_LENGTH = 40  # code points; the longest sequence of Unicode has ten


class Side(models.TextChoices):
    """For whom somebody speaks."""

    CANDIDATE = "candidate", _("candidate")
    COMPANY = "company", _("company")


class DeletionScope(models.TextChoices):
    """For whom a message is deleted."""

    ME = "me", _("for me")
    ALL = "all", _("for everybody")


class Conversation(PublicModel):
    """What a candidate and a company's team say to each other: on one application, or about anything.

    ``candidate`` and ``company`` repeat the application's, if there is one. Who may read and write follows
    from them and from membership at the moment, never from a stored list of people. The row lock orders
    the messages: ``last_seq`` is allocated under it, and with it ``streak``, how many messages the side that
    wrote last has written since the other's.
    """

    application = models.OneToOneField(
        Application,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="conversation",
        verbose_name=_("application"),
        help_text=_("Empty for the conversation with the team as such."),
    )
    candidate = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("candidate"))
    company = models.ForeignKey(Company, models.PROTECT, related_name="+", verbose_name=_("company"))
    last_seq = models.BigIntegerField(_("last sequence number"), default=0)
    last_message_at = models.DateTimeField(_("last message at"), default=timezone.now)
    streak = models.PositiveIntegerField(_("messages since the other side's"), default=0, db_default=0)
    streak_side = models.CharField(_("who wrote last"), max_length=10, choices=Side.choices, blank=True, db_default="")

    # What a queryset's with_standing(), with_unread() and with_newest() add.
    last_read_seq: int
    is_muted: bool
    is_archived: bool
    has_left: bool
    unread_count: int
    newest: list[Message]

    objects = ConversationQuerySet.as_manager()

    class Meta:
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        ordering = ["-last_message_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["candidate", "company"],
                condition=models.Q(application=None),
                name="conversation_one_with_team",
            ),
        ]
        indexes = [
            models.Index(fields=["candidate", "-last_message_at", "-id"], name="conversation_of_candidate"),
            models.Index(fields=["company", "-last_message_at", "-id"], name="conversation_of_company"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def side_of(self, user: User) -> Side:
        """Return for whom this person speaks here; the candidate of an application never speaks for the company."""
        return Side.CANDIDATE if user.pk == self.candidate_id else Side.COMPANY

    def is_anonymous(self) -> bool:
        """Say whether the candidate must not learn whose company it is; reads the application's job."""
        return self.application is not None and self.application.job.is_anonymous


class Participant(models.Model):
    """How far one person has read, and how they want to be told of one conversation.

    The pointer only moves forward, so a stale device cannot rewind it. A conversation is put away
    (``archived_seq``) up to the message that was the last one then; the next one brings it back.
    """

    conversation = models.ForeignKey(
        Conversation, models.CASCADE, related_name="participants", verbose_name=_("conversation")
    )
    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("person"))
    last_read_seq = models.BigIntegerField(_("last read sequence number"), default=0, db_default=0)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    muted = models.BooleanField(_("muted"), default=False, db_default=False)
    muted_until = models.DateTimeField(_("muted until"), null=True, blank=True, help_text=_("Empty: for ever."))
    archived_seq = models.BigIntegerField(_("put away up to"), null=True, blank=True)
    left_at = models.DateTimeField(_("left at"), null=True, blank=True)

    class Meta:
        verbose_name = _("reader")
        verbose_name_plural = _("readers")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["conversation", "user"], name="participant_once_per_conversation"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.conversation_id} up to {self.last_read_seq}"


class Message(PublicModel):
    """One message. ``seq`` counts 1, 2, 3, … within the conversation, in the order of commits.

    A message that was deleted for all stays as a tombstone without text, so that the numbers have no gap.
    """

    conversation = models.ForeignKey(
        Conversation, models.CASCADE, related_name="messages", verbose_name=_("conversation")
    )
    seq = models.BigIntegerField(_("sequence number"))
    sender = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("sender"))
    side = models.CharField(_("side"), max_length=10, choices=Side.choices)
    client_msg_id = models.UUIDField(_("client's id of the message"), help_text=_("The same id is the same message."))
    body = models.TextField(_("text"), max_length=BODY_LENGTH, blank=True)
    words = SearchVectorField(_("words"), null=True, blank=True, editable=False, help_text=_("What searches read."))
    edited_at = models.DateTimeField(_("edited at"), null=True, blank=True)
    deleted_at = models.DateTimeField(_("deleted at"), null=True, blank=True)

    # What a queryset's with_details() adds, and a service for a message that it has just changed.
    shown_attachments: list[Attachment]
    shown_reactions: list[Reaction]

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["conversation", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["conversation", "seq"], name="message_once_per_seq"),
            models.UniqueConstraint(
                fields=["conversation", "sender", "client_msg_id"], name="message_once_per_client_id"
            ),
            models.CheckConstraint(condition=models.Q(side__in=Side.values), name="message_side_is_known"),
            models.CheckConstraint(
                condition=models.Q(deleted_at=None) | models.Q(body="", words=None), name="message_deleted_is_empty"
            ),
        ]
        indexes = [GinIndex(fields=["words"], name="message_words")]

    def __str__(self) -> str:
        return f"{self.conversation_id} #{self.seq}"

    def is_deleted(self) -> bool:
        """Say whether it was deleted for all."""
        return self.deleted_at is not None


class MessageRevision(models.Model):
    """A text that a message had before it was edited or deleted; for moderation, shown to nobody else."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="revisions", verbose_name=_("message"))
    body = models.TextField(_("text"), max_length=BODY_LENGTH, blank=True)
    replaced_at = models.DateTimeField(_("replaced at"), default=timezone.now)

    class Meta:
        verbose_name = _("earlier text")
        verbose_name_plural = _("earlier texts")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"of message {self.message_id}"


class HiddenMessage(models.Model):
    """A message that one person deleted for themselves."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="hidings", verbose_name=_("message"))
    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("person"))
    created_at = models.DateTimeField(_("hidden at"), auto_now_add=True)

    class Meta:
        verbose_name = _("hidden message")
        verbose_name_plural = _("hidden messages")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["message", "user"], name="message_hidden_once")]

    def __str__(self) -> str:
        return f"message {self.message_id} from {self.user_id}"


class Reaction(models.Model):
    """One person's one emoji on one message."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="reactions", verbose_name=_("message"))
    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("person"))
    emoji = models.CharField(_("emoji"), max_length=EMOJI_LENGTH)
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        verbose_name = _("reaction")
        verbose_name_plural = _("reactions")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["message", "user", "emoji"], name="reaction_once_per_person_and_emoji")
        ]

    def __str__(self) -> str:
        return f"{self.emoji} by {self.user_id}"


class Attachment(models.Model):
    """A file that a message carries; whoever may read the message may read it."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="attachments", verbose_name=_("message"))
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.file_id} of message {self.message_id}"


class ChatSettings(models.Model):
    """What a person lets the others of their conversations know."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="+", verbose_name=_("person"))
    shares_presence = models.BooleanField(_("shows when they are there"), default=True, db_default=True)
    last_seen_at = models.DateTimeField(_("last seen at"), null=True, blank=True)

    class Meta:
        verbose_name = _("chat settings")
        verbose_name_plural = _("chat settings")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"of {self.user_id}"
