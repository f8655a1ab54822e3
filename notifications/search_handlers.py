"""Who hears that a saved search found something."""

from __future__ import annotations

from jobs.events import SearchesMatched
from notifications.mail.services import call_soon
from notifications.tasks import tell_saved_searches
from umemployed.events.log import Meta, on


@on(SearchesMatched)
def call_whoever_tells(event: SearchesMatched, meta: Meta) -> None:
    """Let a worker tell it: thousands may have saved such a search, and the relay has others to serve."""
    call_soon(tell_saved_searches, "default")
