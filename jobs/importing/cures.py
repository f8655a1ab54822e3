"""What helps against each cause, for people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jobs.importing.vocabulary import RowCause
from jobs.verbs import REMEDIES

CURES = {
    RowCause.UNREADABLE: _(
        "Mend the row at its source, as UTF-8 and with as many columns as the header, and import anew."
    ),
    RowCause.PAGE_UNAVAILABLE: _("Open the address; name one that answers at once, without a redirect, to everybody."),
    RowCause.NO_POSTING: _("Name a page that carries a JobPosting (JSON-LD), or a board's JSON."),
    RowCause.INVALID_VALUE: _("Correct the field at its source, or say in the mapping how it is meant."),
    RowCause.REPEATED_ROW: _("Nothing needs to be done."),
    RowCause.REPEATED_ID: _("Give the rows ids of their own, or name more columns as `external_id`."),
    RowCause.DUPLICATE_POSTING: _(
        "Go on with one of `duplicates`, or import with `allow_duplicates` if this is meant."
    ),
    RowCause.PLAN_LIMIT: _("Close a job or choose a larger plan, and import anew."),
    RowCause.ADJUSTED: _("Look at the posting, and at the mapping."),
    # The same as against the verb that would publish it.
    **{RowCause(reason): _(remedy) for reason, remedy in REMEDIES.items() if reason in RowCause.values},
}
