"""The shapes of applications at the REST door.

What only the team may read is one member, ``team``, which is null for the candidate: no field can
slip through to the wrong side one by one.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from applications.blind.veil import veil_for
from applications.law import actions_of, side_of
from applications.models import NOTE_LENGTH, Application, ApplicationEvent, Capsule, Stage
from applications.teamwork.serializers import TagSerializer
from applications.vocabulary import Progress, Side, Status
from applications.wording import words_of
from companies.models import Company
from jobs.matching.serializers import PointsField, points
from jobs.models import Job
from umemployed.api.actions import ActionSerializer
from umemployed.api.fields import LineField, TextField
from umemployed.api.queries import ChoiceListField, CommaListField, QuerySerializer

VERSION: dict[str, Any] = {"min_value": 1, "max_value": 2**31 - 1, "help_text": _("The version that you saw.")}


class ApplicationQuery(QuerySerializer):
    side = serializers.ChoiceField(
        [side.value for side in Side], help_text=_("Only those that I sent, or only those to my companies.")
    )
    job = serializers.UUIDField()
    status = ChoiceListField(choices=Status.choices)
    stage = CommaListField(child=serializers.UUIDField(), help_text=_("Stages of my companies' jobs."))
    tag = CommaListField(child=serializers.UUIDField(), help_text=_("Any of these tags of my companies."))
    assignee = serializers.UUIDField(help_text=_("The membership of who is in charge."))
    same_person_as = serializers.UUIDField(help_text=_("An application: all of whom its company takes for its sender."))


class StageSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")

    class Meta:
        model = Stage
        fields = ("id", "name", "kind", "phase")


class EmployerSerializer(serializers.ModelSerializer):
    class Meta:
        model = Company
        fields = ("slug", "name")


class AppliedJobSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    company = EmployerSerializer(allow_null=True, help_text="Null to the candidate where the employer is anonymous.")

    class Meta:
        model = Job
        fields = ("id", "title", "status", "company")


class PersonSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField(source="display_name")


class CandidateSerializer(serializers.Serializer):
    """Who sent an application, as its team reads it; of ``source="*"``."""

    id = serializers.UUIDField(allow_null=True, help_text="Null while the application is read blind.")
    name = serializers.CharField(help_text="A pseudonym while the application is read blind.")

    def to_representation(self, application: Application) -> dict[str, Any]:
        """Show the candidate through the veil."""
        candidate = veil_for(application).candidate()
        return {"id": candidate.public_id and str(candidate.public_id), "name": candidate.name}


class TeamViewSerializer(serializers.ModelSerializer):
    """What the company's team reads of an application."""

    candidate = CandidateSerializer(source="*")
    source = serializers.SerializerMethodField()
    match = serializers.SerializerMethodField(
        help_text="How well it goes with the posting, of 100; only where the list is ordered by it."
    )
    is_blind = serializers.SerializerMethodField(help_text="Whether the candidate is hidden; `reveal` shows them.")
    stage = StageSerializer()
    company_reason = serializers.CharField(source="company_reason.label", allow_null=True, default=None)
    assignee = PersonSerializer(source="assignee.user", allow_null=True, default=None)
    tags = TagSerializer(many=True)

    class Meta:
        model = Application
        fields = (
            "candidate",
            "status",
            "stage",
            "stage_entered_at",
            "is_knocked_out",
            "rejection_reason",
            "company_reason",
            "withheld_until",
            "assignee",
            "tags",
            "source",
            "match",
            "is_blind",
        )

    def get_source(self, application: Application) -> str:
        return veil_for(application).own_words(application.source)

    @extend_schema_field(PointsField(allow_null=True))
    def get_match(self, application: Application) -> str | None:
        return points(getattr(application, "match_score", None))

    def get_is_blind(self, application: Application) -> bool:
        return veil_for(application).is_down


class ApplicationSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    job = AppliedJobSerializer()
    progress = serializers.SerializerMethodField(help_text="What the candidate is told.")
    submitted_at = serializers.DateTimeField(source="created_at")
    seen_at = serializers.SerializerMethodField(help_text="The employer's first look, if the employer tells it.")
    reply_due_at = serializers.DateTimeField(allow_null=True, help_text="Until when the employer promised an answer.")
    version = serializers.SerializerMethodField(help_text="The candidate's rises only with what they are told.")
    team = serializers.SerializerMethodField(help_text="For the company's team; null for the candidate.")
    actions = serializers.SerializerMethodField()

    class Meta:
        model = Application
        fields = (
            "id",
            "job",
            "attempt",
            "progress",
            "submitted_at",
            "seen_at",
            "reply_due_at",
            "version",
            "team",
            "actions",
        )

    def to_representation(self, application: Application) -> dict[str, Any]:
        """Keep an anonymous employer from the candidate."""
        shown = super().to_representation(application)
        if application.job.is_anonymous and self.side(application) is Side.CANDIDATE:
            shown["job"]["company"] = None
        return shown

    def side(self, application: Application) -> Side:
        """Return where the reader stands."""
        return side_of(self.context["request"].user.pk, application)

    def get_version(self, application: Application) -> int:
        is_candidate = self.side(application) is Side.CANDIDATE
        return application.told_version if is_candidate else application.version

    @extend_schema_field(serializers.ChoiceField(Progress.choices))
    def get_progress(self, application: Application) -> str:
        return application.progress().value

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_seen_at(self, application: Application) -> Any:
        told = application.is_seen_told or self.side(application) is Side.TEAM
        return (
            serializers.DateTimeField().to_representation(application.seen_at) if told and application.seen_at else None
        )

    @extend_schema_field(TeamViewSerializer(allow_null=True))
    def get_team(self, application: Application) -> dict[str, Any] | None:
        if self.side(application) is Side.CANDIDATE:
            return None
        return TeamViewSerializer(application, context=self.context).data

    @extend_schema_field(ActionSerializer(many=True))
    def get_actions(self, application: Application) -> list[dict[str, Any]]:
        side = self.side(application)
        # Only the team's acts depend on rights, so a candidate's own list does not ask for any.
        rights = self.context["view"].rights_on(application) if side is Side.TEAM else frozenset()
        return ActionSerializer(actions_of(application, side, rights), many=True).data  # type: ignore[return-value]


class AnswerSerializer(serializers.Serializer):
    question = serializers.UUIDField(help_text="The id that `GET /jobs/{id}/form/` gives.")
    value = serializers.JSONField(allow_null=True)


class ApplyWriteSerializer(serializers.Serializer):
    resume = serializers.UUIDField(source="resume_id", help_text="One of my résumés; it is sent as it is now.")
    answers = serializers.JSONField(
        required=False, help_text='`[{"question": id, "value": …}]`, as `GET /jobs/{id}/form/` asks.'
    )
    referral = LineField(
        max_length=100, required=False, allow_blank=True, help_text="The code of the link by which I came."
    )
    cover_letter = TextField(max_length=10_000, required=False, allow_blank=True)
    source = LineField(max_length=60, required=False, allow_blank=True, help_text="Where I found the job.")
    consent = serializers.BooleanField(help_text="Must be true: the company may keep what I send.")

    def validate_consent(self, value: bool) -> bool:
        """Demand it."""
        if value is not True:
            raise serializers.ValidationError(_("Without your consent the company may not keep it."), code="required")
        return value


class MoveWriteSerializer(serializers.Serializer):
    stage = serializers.UUIDField(source="stage_id")
    version = serializers.IntegerField(**VERSION)


class ApplicationVersionWriteSerializer(serializers.Serializer):
    version = serializers.IntegerField(**VERSION)


class WithdrawWriteSerializer(serializers.Serializer):
    note = TextField(max_length=NOTE_LENGTH, required=False, allow_blank=True)


class TeamEntrySerializer(serializers.ModelSerializer):
    """What the team reads of an entry of the history."""

    actor = PersonSerializer(allow_null=True)
    from_stage = StageSerializer(allow_null=True)
    to_stage = StageSerializer()
    company_reason = serializers.CharField(source="company_reason.label", allow_null=True, default=None)
    dwell_seconds = serializers.SerializerMethodField(help_text="How long it had been in the stage that it left.")

    class Meta:
        model = ApplicationEvent
        fields = (
            "actor",
            "from_status",
            "to_status",
            "from_stage",
            "to_stage",
            "reason",
            "company_reason",
            "note",
            "dwell_seconds",
            "version",
        )

    def to_representation(self, entry: ApplicationEvent) -> dict[str, Any]:
        """Show it through the veil: neither the candidate nor what they wrote, and nothing that names them."""
        shown, veil = super().to_representation(entry), self.context["veil"]
        if veil.hides(entry.actor_id):
            return {**shown, "actor": None, "note": ""}
        return {**shown, "note": veil.team_words(entry.note)}

    def get_dwell_seconds(self, entry: ApplicationEvent) -> int | None:
        return None if entry.dwell is None else int(entry.dwell.total_seconds())


class TimelineEntrySerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    at = serializers.DateTimeField(source="created_at")
    text = serializers.SerializerMethodField(help_text="What it means to the candidate, in the reader's language.")
    kind = serializers.SerializerMethodField(help_text="To the candidate every decision of the team is `progress`.")
    team = serializers.SerializerMethodField()

    class Meta:
        model = ApplicationEvent
        fields = ("id", "at", "kind", "progress", "text", "team")

    def get_text(self, entry: ApplicationEvent) -> str:
        return words_of(entry)

    def get_kind(self, entry: ApplicationEvent) -> str:
        own = {"submitted", "seen", "withdrawn"}
        return entry.kind if self.context["view"].is_team or entry.kind in own else "progress"

    @extend_schema_field(TeamEntrySerializer(allow_null=True))
    def get_team(self, entry: ApplicationEvent) -> dict[str, Any] | None:
        view = self.context["view"]
        return TeamEntrySerializer(entry, context={**self.context, "veil": view.veil}).data if view.is_team else None


class CapsuleSerializer(serializers.ModelSerializer):
    content = serializers.DictField(help_text="Posting, résumé, answers, letter and consent as they were.")

    class Meta:
        model = Capsule
        fields = ("content", "sha256", "created_at")

    def to_representation(self, capsule: Capsule) -> dict[str, Any]:
        """Show the team of a blind review what passes the veil; of that there is no hash."""
        shown, view = super().to_representation(capsule), self.context["view"]
        if not view.is_team or not view.veil.is_down:
            return shown
        return {**shown, "content": view.veil.capsule(capsule.content), "sha256": ""}
