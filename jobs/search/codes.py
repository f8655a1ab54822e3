"""The small numbers that stand for words in the narrow search table.

Rows hold a word's place in its list, counted from 1. Only ever append: a number that changed its
meaning would silently change what is found until every row was indexed anew.
"""

from __future__ import annotations

WORK_MODES = ("on_site", "hybrid", "remote")
EMPLOYMENT_TYPES = (
    "full_time",
    "part_time",
    "contract",
    "temporary",
    "internship",
    "apprenticeship",
    "volunteer",
    "other",
)
EXPERIENCE_LEVELS = ("any", "entry", "associate", "mid", "senior", "director", "executive")
CODES = {
    "work_mode": WORK_MODES,
    "employment_type": EMPLOYMENT_TYPES,
    "experience_level": EXPERIENCE_LEVELS,
}
# The letter that marks a facet's tokens in ``doc``; words are lower case, so they cannot be mistaken.
LETTERS = {"work_mode": "R", "employment_type": "E", "experience_level": "L"}
CONFIGURATIONS = {"en": "job_english", "fr": "job_french"}
FALLBACK = "job_simple"
MAX_CELLS = 400
PAY_BAND = 10_000
PAY_BANDS = 25


def code_of(facet: str, word: str) -> int:
    """Return the number that stands for a word."""
    return CODES[facet].index(word) + 1
