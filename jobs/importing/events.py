"""Facts about imports."""

from dataclasses import dataclass

from umemployed.events.log import Event


@dataclass(frozen=True)
class ImportEnded(Event):
    """An import is done, failed or was cancelled; its report tells of every row that was looked at."""

    import_id: int
