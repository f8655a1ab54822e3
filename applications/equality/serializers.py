"""The shapes of self-declarations and of what employers see of them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from applications.equality.models import EqualityReport
from applications.equality.questionnaires import QUESTIONS


class EqualityOptionSerializer(serializers.Serializer):
    value = serializers.CharField()
    label = serializers.CharField()


class EqualityQuestionSerializer(serializers.Serializer):
    id = serializers.CharField()
    label = serializers.CharField()
    options = EqualityOptionSerializer(many=True)


class SelfDeclarationSerializer(serializers.Serializer):
    """Everything is optional. The employer never sees it, only counts of at least 10 people."""

    questions = EqualityQuestionSerializer(many=True)
    answers = serializers.DictField(child=serializers.CharField(), help_text="What I declared, {question: value}.")


class SelfDeclarationWriteSerializer(serializers.Serializer):
    answers = serializers.DictField(
        child=serializers.CharField(max_length=40), help_text="{question: value}; it replaces what I declared before."
    )


class EqualityCellSerializer(serializers.Serializer):
    value = serializers.CharField()
    label = serializers.CharField()
    count = serializers.IntegerField(allow_null=True, help_text="Null where it is hidden, or nobody.")


class EqualityTableSerializer(serializers.Serializer):
    question = serializers.CharField()
    label = serializers.CharField()
    cells = EqualityCellSerializer(many=True)


class EqualityReportSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    tables = serializers.SerializerMethodField()

    class Meta:
        model = EqualityReport
        fields = ("id", "quarter", "tables")

    @extend_schema_field(EqualityTableSerializer(many=True))
    def get_tables(self, report: EqualityReport) -> list[dict[str, Any]]:
        return [self.table(table) for table in report.tables]

    def table(self, table: dict[str, Any]) -> dict[str, Any]:
        """Return a table with the words for its question and cells."""
        question = QUESTIONS[table["question"]]
        cells = [
            {"value": option.value, "label": str(option.label), "count": table["cells"].get(option.value)}
            for option in question.options
        ]
        return {"question": question.id, "label": str(question.label), "cells": cells}
