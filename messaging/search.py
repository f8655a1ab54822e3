"""Search in one's own messages.

A message's ``words`` are its lexemes in English and in French, accents aside, because nobody says in which
language they write; a query is split in both ways too. Beside them stand tokens of the candidate, the company
and the job, so that one index answers "these words, where I may read" in the time of the rarer of the two.
The tokens only make it fast: what one may see is still asked of ``for_user``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db.models import BooleanField, Expression, QuerySet, TextField
from django.db.models.expressions import RawSQL

from accounts.models import User
from applications.hiring.rights import jobs_where
from companies.rights import Right, companies_where
from messaging.models import Message

CONFIGURATIONS = ("job_english", "job_french")
QUERY_LENGTH = 200
START, STOP = "\ue000", "\ue001"  # private use: taken out of what is shown, so nobody can fake a mark
MARK = re.compile(f"[{START}{STOP}]")
AROUND = 80  # characters shown before the first mark and after the last one
SHOWN = 240
# What the column holds, of a body and a row of conversations.
WORDS = """
    to_tsvector('job_english', {body}) || to_tsvector('job_french', {body}) || array_to_tsvector(ARRAY[
        '=u' || {row}.candidate_id, '=k' || {row}.company_id,
        '=j' || coalesce((SELECT job_id FROM applications_application WHERE id = {row}.application_id), 0)
    ])
"""
_QUERY = " || ".join(f"websearch_to_tsquery('{name}', %s)" for name in CONFIGURATIONS)


@dataclass(frozen=True)
class Piece:
    """A part of a found text; ``is_match`` where it answers the query."""

    text: str
    is_match: bool


def words_of(message: Message) -> Expression:
    """Return the column of a message with this text in this conversation."""
    words = WORDS.format(body="%s", row="c")
    values = [message.body] * len(CONFIGURATIONS) + [message.conversation_id]
    sql = f"(SELECT {words} FROM messaging_conversation c WHERE c.id = %s)"  # noqa: S608 - our own text
    return RawSQL(sql, values, output_field=SearchVectorField())  # noqa: S611 - our own text


def messages_about(user: User, text: str) -> QuerySet[Message]:
    """Return the messages that this person may read now and that answer ``text``, each with ``marked``.

    ``text`` is read as search engines do: words are all wanted, "quotes" keep them together, - excludes, or
    chooses. ``marked`` are the text's versions with marks for ``pieces``. Two queries for the places, one
    for the page.
    """
    right = Right.MESSAGE_CANDIDATES
    places = [f"'=k{pk}'" for pk in companies_where(user, right)] + [f"'=j{pk}'" for (pk,) in jobs_where(user, right)]
    tokens = " | ".join([f"'=u{user.pk}'", *places])
    split = [text] * len(CONFIGURATIONS)
    found = RawSQL(  # noqa: S611 - our own text
        f"(messaging_message.words @@ (({_QUERY}) && %s::tsquery))",
        [*split, tokens],
        output_field=BooleanField(),
    )
    options = f"HighlightAll=true, StartSel={START}, StopSel={STOP}"
    marked = {
        f"marked_{name}": RawSQL(  # noqa: S611 - our own text
            f"ts_headline('{name}', translate(messaging_message.body, '{START}{STOP}', ''), {_QUERY}, %s)",
            [*split, options],
            output_field=TextField(),
        )
        for name in CONFIGURATIONS
    }
    rows: Any = Message.objects.for_user(user).filter(deleted_at=None)
    return rows.alias(is_found=found).filter(is_found=True).annotate(**marked)


def pieces(message: Message) -> list[Piece]:
    """Return the text around what was found, cut into pieces that match and pieces that do not."""
    texts = [getattr(message, f"marked_{name}") for name in CONFIGURATIONS]
    plain = MARK.sub("", texts[0])
    matches = [False] * len(plain)
    for text in texts:
        at, inside = 0, False
        for character in text:
            if character in (START, STOP):
                inside = character == START
            elif at < len(matches):
                matches[at] |= inside
                at += 1
    first = next((at for at, match in enumerate(matches) if match), 0)
    begin = max(0, first - AROUND)
    end = min(len(plain), begin + SHOWN)
    shown = zip(plain[begin:end], matches[begin:end], strict=True)
    return [Piece("".join(text for text, _ in part), match) for match, part in groupby(shown, key=lambda pair: pair[1])]
