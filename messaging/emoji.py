"""Which emoji one may react with: the fully qualified sequences of Unicode, and nothing else."""

from __future__ import annotations

from functools import cache

import emoji
from django.utils.translation import gettext_lazy as _

from umemployed.api.errors import Invalid

TEXT_OR_PICTURE = "\ufe0f"  # a selector that keyboards send or leave out


@cache
def _sequences() -> dict[str, str]:
    """Return every sequence, and what it is without its selectors, with its full spelling."""
    full = [text for text, data in emoji.EMOJI_DATA.items() if data["status"] == emoji.STATUS["fully_qualified"]]
    return {text.replace(TEXT_OR_PICTURE, ""): text for text in full}


def one_emoji(text: str) -> str:
    """Return the one spelling of an emoji, which is one grapheme. Raises Invalid for anything else."""
    found = _sequences().get(text.replace(TEXT_OR_PICTURE, ""))
    if found is None:
        raise Invalid.on_field("emoji", _("Send exactly one emoji of Unicode."), code="unknown_emoji")
    return found
