"""Telling people what their saved searches found: each pair of search and posting once, in chunks of one commit.

A match waits (``AlertMatch.awaits_telling``) until a worker takes it, and the taking and the telling are one
transaction: a killed worker has told nothing and the next one tells it all. The constraint of one notification for
a person and a fact stands behind that, since the fact's id is made of the search and the posting.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from jobs.alerts.models import Frequency
from jobs.models import AlertMatch
from notifications.hours import hours_of, quiet_pause
from notifications.kinds import KINDS
from notifications.mail.models import Mail, MailQueue
from notifications.mail.services import post_mails
from notifications.models import MailMode, Notification, NotificationHours
from notifications.preferences import choices_of
from notifications.push import SOCKET, push_created
from notifications.services import fold
from umemployed.realtime.stream import hold

KIND = "saved_search_matched"
CHUNK = 250
CHUNKS = 4  # in one task; more go on in the queue of what has time
# Within it, what a search finds after its mail waits for the summary: an import brings one mail, not a thousand.
PAUSE = timedelta(minutes=10)


@dataclass(frozen=True)
class Told:
    """How many matches were dealt with, and whether others wait."""

    count: int
    has_more: bool


def tell_matches(chunks: int = CHUNKS) -> Told:
    """Deal with what waits, a chunk in a transaction; any number may do so at once."""
    count = 0
    for _chunk in range(chunks):
        dealt = tell_chunk()
        count += dealt
        if dealt < CHUNK:
            return Told(count, has_more=False)
    return Told(count, has_more=True)


@transaction.atomic
def tell_chunk() -> int:
    """Take the oldest that wait and that nobody else took, and tell what is still news; return how many were taken."""
    waiting = AlertMatch.objects.untold().select_for_update(skip_locked=True, no_key=True)
    ids = list(waiting.values_list("pk", flat=True)[:CHUNK])
    if not ids:
        return 0
    found = AlertMatch.objects.filter(pk__in=ids)
    found.update(awaits_telling=False)
    news = found.still_news().filter(search__user__is_active=True).select_related("search__user", "job").order_by("pk")
    tell(list(news.defer("search__wanted")))
    return len(ids)


def tell(matches: Sequence[AlertMatch]) -> None:
    """Write the notifications of matches, push them, and owe the mails, as each search and each person want it.

    Some fifteen statements, however many people, and seven more for every further match of one person.
    """
    people = {match.search.user_id: match.search.user for match in matches}
    hold(SOCKET, people)
    matches = without_told(matches)
    choices = choices_of(people.values(), KINDS[KIND])
    hours = hours_of(people.values())
    mailed = searches_told_since(timezone.now() - PAUSE, matches)
    mails: list[Mail] = []
    for turn in turns(matches):
        at_once = tell_turn(turn, choices, mailed)
        mails += [mail_of(row, people[row.recipient_id], hours[row.recipient_id]) for row in at_once]
    post_mails(mails)


def tell_turn(
    matches: Sequence[AlertMatch], choices: Mapping[int, tuple[bool, str]], mailed: set[str]
) -> list[Notification]:
    """Tell each of some people one match, and return the rows that are to be mailed at once.

    ``choices`` are (in_app, mail) by person; ``mailed`` are the groups that were told a while ago, and grows.
    """
    rows, modes = [], []
    for match in matches:
        in_app, chosen = choices[match.search.user_id]
        modes.append(mode_of(match, chosen, mailed))
        rows.append(row_of(match, in_app=in_app, mail=modes[-1]))
        mailed.add(rows[-1].group)
    fold([row for row in rows if row.in_app], KIND)
    Notification.objects.bulk_create(rows)
    push_created([row for row in rows if row.in_app])
    return [row for row, mode in zip(rows, modes, strict=True) if mode == MailMode.NOW]


def without_told(matches: Sequence[AlertMatch]) -> list[AlertMatch]:
    """Leave out what was told before, and would stop all others by the constraint; one query."""
    facts = {fact_of(match): match for match in matches}
    told = Notification.objects.filter(recipient__in={match.search.user_id for match in matches}, kind=KIND)
    before = set(told.filter(event__in=facts).values_list("event", flat=True))
    return [match for fact, match in facts.items() if fact not in before]


def turns(matches: Iterable[AlertMatch]) -> list[list[AlertMatch]]:
    """Return the matches in turns in which nobody is told two things: a frame and a count are of one of them."""
    found: list[list[AlertMatch]] = []
    told: dict[int, int] = {}
    for match in matches:
        turn = told.get(match.search.user_id, 0)
        told[match.search.user_id] = turn + 1
        if turn == len(found):
            found.append([])
        found[turn].append(match)
    return found


def fact_of(match: AlertMatch) -> uuid.UUID:
    """Return the fact's id, which is made of the search and the posting: there is one for ever."""
    return uuid.uuid5(match.search.public_id, str(match.job.public_id))


def group_of(match: AlertMatch) -> str:
    """Name what is one line for its reader: the search."""
    return f"search:{match.search.public_id}"


def searches_told_since(since: object, matches: Sequence[AlertMatch]) -> set[str]:
    """Return the groups of those searches that told something since then; one query."""
    told = Notification.objects.filter(
        recipient__in={match.search.user_id for match in matches},
        kind=KIND,
        group__in={group_of(match) for match in matches},
        created_at__gte=since,
    )
    return set(told.order_by().values_list("group", flat=True))


def mode_of(match: AlertMatch, chosen: str, mailed: set[str]) -> str:
    """Return how a match is mailed: as its search wants, but never more than the person chose for all searches."""
    if chosen == MailMode.OFF:
        return MailMode.OFF
    is_put_off = chosen == MailMode.DIGEST or match.search.frequency == Frequency.DAILY or group_of(match) in mailed
    return MailMode.DIGEST if is_put_off else MailMode.NOW


def row_of(match: AlertMatch, *, in_app: bool, mail: str) -> Notification:
    """Return the unsaved notification of a match."""
    row = Notification(
        recipient_id=match.search.user_id,
        kind=KIND,
        event=fact_of(match),
        data={
            "search_id": str(match.search.public_id),
            "search": match.search.name,
            "job_id": str(match.job.public_id),
            "job": match.job.title,
        },
        group=group_of(match),
        in_app=in_app,
        awaits_digest=mail == MailMode.DIGEST,
    )
    row.line = row.public_id
    return row


def mail_of(row: Notification, reader: User, hours: NotificationHours) -> Mail:
    """Return the unsaved mail of one match, not in its reader's quiet hours, and behind what concerns one person."""
    now = timezone.now()
    return Mail(
        fact=f"{KIND}:{row.event}",
        kind=KIND,
        recipient=reader,
        to_address=reader.email,
        language=reader.language,
        queue=MailQueue.BULK,
        due_at=now + quiet_pause(reader.timezone, hours, now),
        context={"notification_id": row.pk},
    )


def match_behind(row: Notification) -> AlertMatch | None:
    """Return what a notification told, if it still is news."""
    found = AlertMatch.objects.still_news().filter(
        search__public_id=row.data["search_id"], job__public_id=row.data["job_id"]
    )
    return found.select_related("search", "job__company").defer("search__wanted").first()


def without_stale_matches(rows: Iterable[Notification]) -> list[Notification]:
    """Leave out what saved searches found and what is closed, hidden or not wanted any more; one query."""
    kept = list(rows)
    pairs = {(row.data["search_id"], row.data["job_id"]) for row in kept if row.kind == KIND}
    if not pairs:
        return kept
    found = AlertMatch.objects.still_news().filter(
        search__public_id__in={search for search, _job in pairs}, job__public_id__in={job for _search, job in pairs}
    )
    standing = {(str(s), str(j)) for s, j in found.values_list("search__public_id", "job__public_id")}
    return [row for row in kept if row.kind != KIND or (row.data["search_id"], row.data["job_id"]) in standing]
