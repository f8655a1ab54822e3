from __future__ import annotations

from typing import Any

from umemployed.vault.blind import blind_index, blind_indexes

NUMBER = "+237600000001"
OLD, NEW = "old-key-" + "x" * 40, "new-key-" + "y" * 40


def test_equal_values_have_one_index_and_it_says_nothing() -> None:
    index = blind_index(NUMBER, purpose="resumes.phone")
    assert index == blind_index(NUMBER, purpose="resumes.phone")
    assert index != blind_index("+237600000002", purpose="resumes.phone")
    assert len(index) == 64
    assert NUMBER.strip("+") not in index


def test_a_purpose_and_a_key_each_make_another_index(settings: Any) -> None:
    settings.FIELD_ENCRYPTION_KEYS = [OLD]
    first = blind_index(NUMBER, purpose="resumes.phone")
    assert first != blind_index(NUMBER, purpose="applications.phone")
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    assert blind_index(NUMBER, purpose="resumes.phone") != first
    assert first in blind_indexes(NUMBER, purpose="resumes.phone"), "what the old key indexed is still found"
