"""What each person's sockets were told, and the tickets that open them.

PostgreSQL is the message log; Redis only rings. A stream is one person on one socket (``chat``,
``notifications``, …); its frames are numbered 1, 2, 3, … without a gap, in the order of commits.
"""

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _


class Stream(models.Model):
    """The counter of one person's frames on one socket. Its row lock orders the commits."""

    pk = models.CompositePrimaryKey("user_id", "socket")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person"))
    socket = models.CharField(_("socket"), max_length=32)
    last_seq = models.BigIntegerField(_("last sequence number"), default=0, db_default=0)
    epoch = models.IntegerField(
        _("epoch"), default=0, db_default=0, help_text=_("Grows when access is cut; older connections are closed.")
    )

    class Meta:
        verbose_name = _("stream")
        verbose_name_plural = _("streams")

    def __str__(self) -> str:
        return f"{self.socket}.user.{self.user_id} at {self.last_seq}"


class Frame(models.Model):
    """One durable event as it was (or will be) sent; kept for ``stream.KEPT`` and then purged."""

    pk = models.CompositePrimaryKey("user_id", "socket", "seq")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person"))
    socket = models.CharField(_("socket"), max_length=32)
    seq = models.BigIntegerField(_("sequence number"))
    type = models.CharField(_("type"), max_length=64)
    at = models.DateTimeField(_("at"))
    scope = models.CharField(
        _("scope"), max_length=64, blank=True, db_default="", help_text=_("What it is about; redacted as one.")
    )
    data = models.JSONField(_("data"))

    class Meta:
        verbose_name = _("frame")
        verbose_name_plural = _("frames")
        indexes = [BrinIndex(fields=["at"], name="frame_at_brin", autosummarize=True)]

    def __str__(self) -> str:
        return f"{self.socket}.user.{self.user_id} #{self.seq} {self.type}"


class Presence(models.Model):
    """A web process's lease on one person's presence on one socket; it runs out unless it is renewed."""

    pk = models.CompositePrimaryKey("user_id", "socket", "process")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person"))
    socket = models.CharField(_("socket"), max_length=32)
    process = models.UUIDField(_("process"))
    until = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presences")

    def __str__(self) -> str:
        return f"{self.socket}.user.{self.user_id} until {self.until:%H:%M:%S}"


class Ticket(models.Model):
    """The right to open one socket once, within seconds. Only the digest of the secret is kept."""

    digest = models.CharField(_("digest"), max_length=64, primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person"))
    session_id = models.CharField(_("session"), max_length=64)
    expires_at = models.DateTimeField(_("expires at"))

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        indexes = [models.Index(fields=["expires_at"])]

    def __str__(self) -> str:
        return f"ticket of {self.user_id} until {self.expires_at:%H:%M:%S}"
