"""Fields of résumés, stricter than the columns: what a person types can be asked to be right."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from resumes.models.sections import PARTIAL_DATE
from umemployed.api.fields import PlainModelSerializer, StrictCharField


@extend_schema_field({"type": "string", "pattern": PARTIAL_DATE.replace("$", "|^$"), "examples": ["2014", "2014-05"]})
class PartialDateField(StrictCharField):
    """``2014``, ``2014-05``, ``2014-05-03`` or nothing; what is said of it must exist in the calendar."""

    default_error_messages = {"date": _("Must be a date as YYYY, YYYY-MM or YYYY-MM-DD.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "allow_blank": True, "max_length": 10} | kwargs)

    def to_internal_value(self, data: Any) -> str:
        """Return the text as it was given."""
        text = super().to_internal_value(data)
        if text and not is_partial_date(text):
            self.fail("date")
        return text


def is_partial_date(text: str) -> bool:
    """Say whether a year, month or day of that name exists."""
    if not re.fullmatch(PARTIAL_DATE, text):
        return False
    year, month, day = (*map(int, text.split("-")), 1, 1)[:3]
    return 1 <= month <= 12 and 1 <= day <= (date(year + month // 12, month % 12 + 1, 1) - date(year, month, 1)).days


class LinkField(serializers.URLField):
    """A link to the web, or nothing."""

    default_error_messages = {"scheme": _("Links must begin with http:// or https://.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "allow_blank": True, "max_length": 2000} | kwargs)

    def to_internal_value(self, data: Any) -> str:
        """Refuse every scheme that a browser would not open as a page."""
        text = super().to_internal_value(data)
        if text and not text.lower().startswith(("http://", "https://")):
            self.fail("scheme")
        return text


class StrictModelSerializer(PlainModelSerializer):
    """Base of the write serializers: text arrives as text and without tricks, lists are bounded by their columns."""

    def build_standard_field(self, field_name: str, model_field: models.Field) -> tuple[type, dict[str, Any]]:
        """Give lists the length of their column, which the document then shows."""
        field_class, kwargs = super().build_standard_field(field_name, model_field)
        if isinstance(model_field, ArrayField):
            kwargs["max_length"] = model_field.size
        return field_class, kwargs
