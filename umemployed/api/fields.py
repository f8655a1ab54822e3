"""Serializer fields that several apps share."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, cast

from django.db.models import CharField as CharColumn
from django.db.models import Manager, Model, QuerySet
from django.db.models import TextField as TextColumn
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from umemployed.api import text
from umemployed.api.money import CURRENCIES

CENT = Decimal("0.01")
Rows = QuerySet | Manager | Callable[[Request], QuerySet]


class StrictCharField(serializers.CharField):
    """Text that must arrive as text: a number is a mistake, not the text of a number."""

    def to_internal_value(self, data: Any) -> str:
        """Refuse everything but a string."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class TextField(StrictCharField):
    """What people write in lines: breaks become newlines; controls and overrides are refused, the unseen is dropped."""

    default_error_messages = {
        "control_character": _("This text has a control character that cannot be shown."),
        "direction_override": _("This text has a character that turns the direction of the text around it."),
        "line_break": _("This text must be one line."),
    }

    def to_internal_value(self, data: Any) -> str:
        """Return the text as it is kept; ``max_length`` counts that."""
        if not isinstance(data, str):
            self.fail("invalid")
        if text.CONTROLS.search(data):
            self.fail("control_character")
        if text.OVERRIDES.search(data):
            self.fail("direction_override")
        kept = super().to_internal_value(text.without_invisible(self.broken(data)))
        if not text.is_visible(kept):
            if not self.allow_blank:
                self.fail("blank")
            return ""
        return kept

    def broken(self, data: str) -> str:
        """Return the text with every kind of line break as a newline."""
        return text.LINE_BREAK.sub("\n", data)


class LineField(TextField):
    """A name, a title, a place: one line, which a tab or a break is not part of."""

    def broken(self, data: str) -> str:
        """Refuse a break in the middle; what surrounds the text is trimmed anyway."""
        if "\t" in data.strip() or text.LINE_BREAK.search(data.strip()):
            self.fail("line_break")
        return data


class PlainModelSerializer(serializers.ModelSerializer):
    """A ModelSerializer that reads columns of characters as one line, and columns of text as several."""

    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        CharColumn: LineField,
        TextColumn: TextField,
    }


@extend_schema_field(
    {
        "type": "object",
        "properties": {
            "amount": {"type": "string", "pattern": r"^\d{1,12}(\.\d{1,2})?$", "examples": ["350000.00"]},
            "currency": {"type": "string", "pattern": "^[A-Z]{3}$", "examples": ["XAF"]},
        },
        "required": ["amount", "currency"],
        "additionalProperties": False,
    }
)
class MoneyField(serializers.Field):
    """Money as ``{"amount": "350000.00", "currency": "XAF"}`` over a decimal and a currency column.

    ``salary_min = MoneyField("salary_min", "salary_currency")`` reads and writes both columns of the
    row; validated data holds the columns, not the field's own name. ``None`` clears both.
    """

    default_error_messages = {
        "shape": _('Give an object with exactly "amount" and "currency".'),
        "amount": _("The amount must be a string of at most 12 digits and 2 decimals, not negative."),
        "currency": _("The currency must be an ISO 4217 code."),
    }
    AMOUNT = serializers.DecimalField(max_digits=14, decimal_places=2, min_value=Decimal(0))

    def __init__(self, amount: str, currency: str, **kwargs: Any) -> None:
        self.amount_column, self.currency_column = amount, currency
        super().__init__(source="*", **kwargs)

    def to_representation(self, value: Any) -> dict[str, str] | None:
        """Return the pair, or None where no amount was given."""
        row = value if isinstance(value, dict) else vars(value)
        amount = row[self.amount_column]
        if amount is None:
            return None
        return {"amount": str(Decimal(amount).quantize(CENT)), "currency": row[self.currency_column]}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Return the two columns' values."""
        if data is None:
            return {self.amount_column: None, self.currency_column: None}
        if not isinstance(data, dict) or set(data) != {"amount", "currency"}:
            self.fail("shape")
        if not isinstance(data["amount"], str):
            self.fail("amount")
        if not isinstance(data["currency"], str) or data["currency"] not in CURRENCIES:
            self.fail("currency")
        try:
            amount = self.AMOUNT.run_validation(data["amount"])
        except serializers.ValidationError:
            self.fail("amount")
        return {self.amount_column: amount, self.currency_column: data["currency"]}


@extend_schema_field({"type": "string", "format": "uuid"})
class PublicIdRelatedField(serializers.RelatedField):
    """A relation named by the other row's public id.

    ``queryset`` may be a function of the request, which is how a reference to what one may not see
    becomes the same error as a reference to nothing:
    ``job_id = PublicIdRelatedField(queryset=lambda request: Job.objects.for_user(request.user), source="job")``.
    Reading needs the related row loaded (``select_related``).
    """

    default_error_messages = {
        "does_not_exist": _("There is no such object, or it is not yours to see."),
        "invalid": _("Must be a valid UUID."),
    }

    def __init__(self, queryset: Rows | None = None, **kwargs: Any) -> None:
        self.rows = queryset if callable(queryset) and not isinstance(queryset, QuerySet | Manager) else None
        super().__init__(queryset=cast("Any", [] if self.rows else queryset), **kwargs)

    def get_queryset(self) -> Any:
        """Return the rows that may be named."""
        return self.rows(self.context["request"]) if self.rows else super().get_queryset()

    def use_pk_only_optimization(self) -> bool:
        """Say no: the public id is not in the foreign key column."""
        return False

    def to_internal_value(self, data: Any) -> Model:
        """Return the row."""
        if not isinstance(data, str):
            self.fail("invalid")
        public_id = serializers.UUIDField().run_validation(data)
        row = self.get_queryset().filter(public_id=public_id).first()
        if row is None:
            self.fail("does_not_exist")
        return row

    def to_representation(self, value: Any) -> str:
        """Return the other row's id."""
        return str(value.public_id)
