"""The application form, and what a beginning of a word may become."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from jobs.models import QuestionType
from jobs.search.terms.models import OFFERED
from jobs.serializers.parts import OptionSerializer


class FormQuestionSerializer(serializers.Serializer):
    """One question with the rules of its answer; members that a type does not use are left out."""

    id = serializers.UUIDField()
    type = serializers.ChoiceField(QuestionType.choices)
    label = serializers.CharField()
    help_text = serializers.CharField(allow_blank=True)
    required = serializers.BooleanField()
    max_length = serializers.IntegerField(required=False)
    min = serializers.JSONField(required=False, help_text=_("A number or a date."))
    max = serializers.JSONField(required=False, help_text=_("A number or a date."))
    options = OptionSerializer(many=True, required=False)
    max_choices = serializers.IntegerField(required=False)
    schema = serializers.DictField(help_text=_("The same rules as JSON Schema (2020-12) of the answer's `value`."))


class FormSerializer(serializers.Serializer):
    job = serializers.UUIDField()
    version = serializers.IntegerField()
    questions = FormQuestionSerializer(many=True)


class SuggestionSerializer(serializers.Serializer):
    """A term of public postings."""

    kind = serializers.ChoiceField(OFFERED)
    text = serializers.CharField(help_text=_("A category in the reader's language; the rest as it was written."))
    value = serializers.CharField(
        help_text=_(
            "What to search by: `skills`, `company` and `category` by their slug, `location` by a place,"
            " `q` by a title."
        )
    )
    jobs = serializers.IntegerField(help_text=_("Public postings that have it."))


class SuggestionsSerializer(serializers.Serializer):
    results = SuggestionSerializer(many=True)
