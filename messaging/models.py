"""Conversations, who has read how far, and the messages."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from applications.models import Application
from companies.models import Company
from messaging.querysets import ConversationQuerySet, MessageQuerySet
from umemployed.api.ids import PublicModel

BODY_LENGTH = 10_000


class Side(models.TextChoices):
    """For whom somebody speaks."""

    CANDIDATE = "candidate", _("candidate")
    COMPANY = "company", _("company")


class Conversation(PublicModel):
    """What the candidate and the hiring team of one application say to each other.

    ``candidate`` and ``company`` repeat the application's, for the lists. Who may read and write follows
    from them and from membership at the moment, never from a stored list of people. The row lock orders
    the messages: ``last_seq`` is allocated under it.
    """

    application = models.OneToOneField(
        Application, models.PROTECT, related_name="conversation", verbose_name=_("application")
    )
    candidate = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("candidate"))
    company = models.ForeignKey(Company, models.PROTECT, related_name="+", verbose_name=_("company"))
    last_seq = models.BigIntegerField(_("last sequence number"), default=0)
    last_message_at = models.DateTimeField(_("last message at"), default=timezone.now)

    # What a queryset's with_unread() and with_newest() add.
    last_read_seq: int
    unread_count: int
    newest: list[Message]

    objects = ConversationQuerySet.as_manager()

    class Meta:
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        ordering = ["-last_message_at", "-pk"]
        indexes = [
            models.Index(fields=["candidate", "-last_message_at", "-id"], name="conversation_of_candidate"),
            models.Index(fields=["company", "-last_message_at", "-id"], name="conversation_of_company"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def side_of(self, user: User) -> Side:
        """Return for whom this person speaks here; the candidate of an application never speaks for the company."""
        return Side.CANDIDATE if user.pk == self.candidate_id else Side.COMPANY


class Participant(models.Model):
    """How far one person has read. The pointer only moves forward, so a stale device cannot rewind it."""

    conversation = models.ForeignKey(
        Conversation, models.CASCADE, related_name="participants", verbose_name=_("conversation")
    )
    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("person"))
    last_read_seq = models.BigIntegerField(_("last read sequence number"), default=0)
    read_at = models.DateTimeField(_("read at"))

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
    """One message. ``seq`` counts 1, 2, 3, … within the conversation, in the order of commits."""

    conversation = models.ForeignKey(
        Conversation, models.CASCADE, related_name="messages", verbose_name=_("conversation")
    )
    seq = models.BigIntegerField(_("sequence number"))
    sender = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("sender"))
    side = models.CharField(_("side"), max_length=10, choices=Side.choices)
    client_msg_id = models.UUIDField(_("client's id of the message"), help_text=_("The same id is the same message."))
    body = models.TextField(_("text"), max_length=BODY_LENGTH)

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
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} #{self.seq}"
