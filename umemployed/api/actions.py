"""What one may do with an object now: the shape of ``actions[]``.

An app builds the list from the table that its services obey, so that what is offered and what is
accepted cannot differ::

    Action(id="withdraw", url=action_url("application-withdraw", application), enabled=False,
           reason="already_hired", remedy=_("Speak with the employer."), arguments=["version"])
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.urls import reverse
from rest_framework import serializers

from umemployed.api.ids import PublicModel


@dataclass(frozen=True)
class Action:
    """One verb on one object. ``reason`` is the machine-readable why of a disabled one, else ``""``.

    ``remedy`` says in the reader's language what helps against it. ``arguments`` names the members of the
    body that the verb reads.
    """

    id: str
    url: str
    enabled: bool = True
    reason: str = ""
    remedy: str = ""
    method: str = "POST"
    arguments: list[str] = field(default_factory=list)


class ActionSerializer(serializers.Serializer):
    """Read shape of one entry; use ``ActionSerializer(many=True, read_only=True)``."""

    id = serializers.CharField(help_text="The verb, e.g. `withdraw`.")
    method = serializers.ChoiceField(["POST", "PUT", "PATCH", "DELETE"])
    url = serializers.CharField(help_text="Where to send it, relative to the host.")
    enabled = serializers.BooleanField()
    reason = serializers.CharField(allow_blank=True, help_text="Why it is disabled, machine-readable; else empty.")
    remedy = serializers.CharField(allow_blank=True, help_text="What helps, for people; empty where nothing needs to.")
    arguments = serializers.ListField(child=serializers.CharField(), help_text="Members of the body that it reads.")


def action_url(route: str, row: PublicModel, **kwargs: str) -> str:
    """Return the URL of a named route of ``row``; no query."""
    return reverse(route, kwargs={"public_id": row.public_id, **kwargs})
