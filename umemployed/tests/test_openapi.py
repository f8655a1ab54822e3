"""The committed OpenAPI document is what the code says."""

from __future__ import annotations

import yaml
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema

from umemployed.api.document import PATH, drift


def test_the_committed_document_is_current_and_made_without_a_warning():
    GENERATOR_STATS.reset()
    assert drift() == [], "run: manage.py export_openapi"
    assert not GENERATOR_STATS, [*GENERATOR_STATS._warn_cache, *GENERATOR_STATS._error_cache]


def test_the_committed_document_is_valid_openapi():
    validate_schema(yaml.safe_load(PATH.read_text()))
