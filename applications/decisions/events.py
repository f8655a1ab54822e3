"""Facts about dispositions."""

from dataclasses import dataclass

from umemployed.events.log import Event


@dataclass(frozen=True)
class DispositionFinished(Event):
    """Everybody who was left when a job closed has been dealt with, or the item says why not."""

    disposition_id: int
