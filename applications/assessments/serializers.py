"""The shapes of assessments. Keys, marks and points leave only to the team."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from applications.assessments.models import (
    LONGEST_MINUTES,
    MOST_POINTS,
    TEXT_LENGTH,
    Assessment,
    AssessmentPool,
    Attempt,
    AttemptQuestion,
    BankQuestion,
    RetakeGrant,
)
from applications.assessments.services import MOST_QUESTIONS
from applications.assessments.vocabulary import AttemptStatus, QuestionKind
from applications.models.core import Application
from applications.serializers import CandidateSerializer
from applications.vocabulary import Status
from resumes.models import Skill
from umemployed.api.fields import StrictCharField
from umemployed.api.queries import ChoiceListField, QuerySerializer


class SkillRefSerializer(serializers.ModelSerializer):
    class Meta:
        model = Skill
        fields = ("slug", "name")


def skill_field() -> Any:
    """Return the field that names a skill by its slug."""
    return serializers.SlugRelatedField("slug", queryset=Skill.objects.all(), help_text=_("The skill's slug."))


class BankQuery(QuerySerializer):
    skill = serializers.SlugField()
    kind = ChoiceListField(choices=QuestionKind.choices)
    active = serializers.BooleanField()


class BankQuestionSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    skill = SkillRefSerializer()
    key = serializers.JSONField(help_text=_("What is right."))
    options = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = BankQuestion
        fields = ("id", "skill", "kind", "prompt", "code", "options", "key", "points", "is_active", "version")


class BankQuestionWriteSerializer(serializers.Serializer):
    skill = skill_field()
    kind = serializers.ChoiceField(QuestionKind.choices)
    prompt = StrictCharField(max_length=TEXT_LENGTH)
    code = StrictCharField(max_length=TEXT_LENGTH, required=False, allow_blank=True, trim_whitespace=False)
    options = serializers.ListField(child=StrictCharField(max_length=500), required=False, max_length=12)
    key = serializers.JSONField(
        help_text=_(
            '`{"right": [0]}` of options, `{"value": "3.14", "tolerance": "0.01"}`, or `{"accept": ["Paris"]}`.'
        )
    )
    points = serializers.IntegerField(min_value=1, max_value=MOST_POINTS, required=False)
    is_active = serializers.BooleanField(required=False)


class PoolSerializer(serializers.ModelSerializer):
    skill = SkillRefSerializer()
    kinds = serializers.ListField(child=serializers.ChoiceField(QuestionKind.choices))

    class Meta:
        model = AssessmentPool
        fields = ("skill", "kinds", "count")


class PoolWriteSerializer(serializers.Serializer):
    skill = skill_field()
    kinds = serializers.MultipleChoiceField(choices=QuestionKind.choices, default=set, help_text=_("Empty: all."))
    count = serializers.IntegerField(min_value=1, max_value=MOST_QUESTIONS)

    def validate_kinds(self, kinds: Any) -> list[str]:
        """Return them in one order."""
        return sorted(kinds)


class AssessmentSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    pools = PoolSerializer(many=True)

    class Meta:
        model = Assessment
        fields = ("id", "title", "minutes", "is_active", "shows_score", "pools", "version")


class AssessmentWriteSerializer(serializers.Serializer):
    title = StrictCharField(max_length=120)
    minutes = serializers.IntegerField(min_value=1, max_value=LONGEST_MINUTES)
    is_active = serializers.BooleanField(required=False)
    shows_score = serializers.BooleanField(required=False)
    pools = PoolWriteSerializer(many=True, allow_empty=False, max_length=20)


class OptionShownSerializer(serializers.Serializer):
    id = serializers.CharField()
    text = serializers.CharField()


class MarkSerializer(serializers.ModelSerializer):
    """What the team reads of an answer."""

    class Meta:
        model = AttemptQuestion
        fields = ("key", "points", "earned")


class AttemptQuestionSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    options = OptionShownSerializer(many=True)
    answer = serializers.JSONField(allow_null=True)
    team = serializers.SerializerMethodField(help_text=_("For the team; null for the candidate."))

    class Meta:
        model = AttemptQuestion
        fields = ("id", "kind", "prompt", "code", "options", "answer", "answered_at", "team")

    @extend_schema_field(MarkSerializer(allow_null=True))
    def get_team(self, question: AttemptQuestion) -> dict[str, Any] | None:
        return MarkSerializer(question).data if self.context["view"].is_team else None


class AttemptSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    status = serializers.SerializerMethodField()
    started_at = serializers.DateTimeField(source="created_at")
    score = serializers.SerializerMethodField(help_text=_("0.00 to 100.00; for candidates only where it is shown."))
    questions = serializers.SerializerMethodField(help_text=_("For the candidate while it runs; for the team after."))

    class Meta:
        model = Attempt
        fields = ("id", "number", "status", "started_at", "deadline_at", "finished_at", "score", "questions")

    @extend_schema_field(serializers.ChoiceField(AttemptStatus.choices))
    def get_status(self, attempt: Attempt) -> str:
        return attempt.status_at().value

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_score(self, attempt: Attempt) -> str | None:
        may_read = self.context["view"].is_team or attempt.assessment.shows_score
        return str(attempt.score) if may_read and attempt.score is not None else None

    @extend_schema_field(AttemptQuestionSerializer(many=True))
    def get_questions(self, attempt: Attempt) -> Any:
        """Questions leave only while they are being answered, and to the team when all is said."""
        if attempt.is_open() is self.context["view"].is_team:
            return []
        return AttemptQuestionSerializer(attempt.questions.all(), many=True, context=self.context).data


class TakingSerializer(serializers.Serializer):
    """Where an application stands with its job's assessment. Reading it begins nothing."""

    title = serializers.CharField()
    minutes = serializers.IntegerField()
    question_count = serializers.IntegerField()
    can_start = serializers.BooleanField(help_text=_("A new attempt would begin, or the running one go on."))
    attempts_left = serializers.IntegerField()
    attempts = AttemptSerializer(many=True, help_text=_("Newest first, without questions."))


class AnswerWriteSerializer(serializers.Serializer):
    value = serializers.JSONField(
        allow_null=True, help_text=_("An option's id, a list of them, a number, or a text; null takes it back.")
    )


class RetakeWriteSerializer(serializers.Serializer):
    reason = StrictCharField(max_length=300, required=False, allow_blank=True)


class RetakeSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")

    class Meta:
        model = RetakeGrant
        fields = ("id", "reason", "created_at")


class RankedSerializer(serializers.ModelSerializer):
    """One applicant and the attempt that counts; nulls for who has none."""

    id = serializers.UUIDField(source="public_id", help_text=_("Of the application."))
    candidate = CandidateSerializer(source="*")
    status = serializers.ChoiceField(Status.choices)
    score = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True)
    attempt_number = serializers.IntegerField(allow_null=True)
    seconds = serializers.SerializerMethodField(help_text=_("How long the attempt took."))

    class Meta:
        model = Application
        fields = ("id", "candidate", "status", "score", "attempt_number", "seconds")

    def get_seconds(self, application: Any) -> int | None:
        return None if application.score_took is None else int(application.score_took.total_seconds())
