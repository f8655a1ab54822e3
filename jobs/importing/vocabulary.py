"""The words of imports: how far one is, what became of a row, and why."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SourceKind(models.TextChoices):
    """How the rows of a source are told apart."""

    TABLE = "table", _("table with a header (CSV)")
    LINES = "lines", _("one JSON object a line")
    DOCUMENT = "document", _("document with postings")
    ADDRESSES = "addresses", _("addresses of pages with postings, one a line")


class ImportStatus(models.TextChoices):
    """Where an import stands."""

    QUEUED = "queued", _("waiting for a worker")
    RUNNING = "running", _("being worked on")
    DONE = "done", _("every row accounted for")
    FAILED = "failed", _("ended before its end")
    CANCELLED = "cancelled", _("cancelled")


UNFINISHED = (ImportStatus.QUEUED, ImportStatus.RUNNING)
TRANSITIONS: dict[ImportStatus, frozenset[ImportStatus]] = {
    ImportStatus.QUEUED: frozenset({ImportStatus.RUNNING, ImportStatus.FAILED, ImportStatus.CANCELLED}),
    ImportStatus.RUNNING: frozenset({ImportStatus.DONE, ImportStatus.FAILED, ImportStatus.CANCELLED}),
    ImportStatus.DONE: frozenset(),
    ImportStatus.FAILED: frozenset({ImportStatus.QUEUED}),
    ImportStatus.CANCELLED: frozenset({ImportStatus.QUEUED}),
}


class ImportProblem(models.TextChoices):
    """Why an import failed as a whole."""

    UNREADABLE_FILE = "unreadable_file", _("The file, as a whole, is not what it should be.")
    TOO_MANY_ROWS = "too_many_rows", _("The file has more rows than one import takes.")
    FILE_GONE = "file_gone", _("The file was deleted.")
    RIGHT_LOST = "right_lost", _("Who started the import may not post for the company any more.")
    WORKER_LOST = "worker_lost", _("Workers died several times at the same place.")


class RowOutcome(models.TextChoices):
    """What became of a row."""

    CREATED = "created", _("new posting")
    UPDATED = "updated", _("posting changed")
    UNCHANGED = "unchanged", _("nothing to change")
    DUPLICATE = "duplicate", _("says what a public posting says")
    REJECTED = "rejected", _("not usable")


class RowCause(models.TextChoices):
    """Why a row became no posting, or not quite the one that it tells of; the label is the cause for people."""

    UNREADABLE = "unreadable", _("The row cannot be read.")
    PAGE_UNAVAILABLE = "page_unavailable", _("The page cannot be had.")
    NO_POSTING = "no_posting", _("There is no posting in the document.")
    INVALID_VALUE = "invalid_value", _("A value cannot be used.")
    REPEATED_ROW = "repeated_row", _("The row repeats an earlier one.")
    REPEATED_ID = "repeated_id", _("An earlier row has the same id and says something else.")
    DUPLICATE_POSTING = "duplicate_posting", _("The company has this posting already.")
    MISSING_DESCRIPTION = "missing_description", _("The posting stays a draft: it has no description.")
    EXPIRY_PASSED = "expiry_passed", _("The posting stays a draft: its last day is over.")
    APPROVAL_NEEDED = "approval_needed", _("The posting stays a draft: somebody else has to approve it.")
    TAKEN_DOWN = "taken_down", _("The posting stays a draft: staff took it down.")
    EMPLOYER_NAMED = "employer_named", _("The posting stays a draft: it is anonymous and names its employer.")
    PLAN_LIMIT = "plan_limit", _("The posting stays a draft: the plan allows no more that are live.")
    ADJUSTED = "adjusted", _("Something was cut, left out, or taken for what is usual: see the detail.")
