"""Facts about pipelines."""

from dataclasses import dataclass

from umemployed.events.log import Event


@dataclass(frozen=True)
class PipelineChanged(Event):
    """A job's stages were added to, renamed, put in another order or taken out."""

    job_id: int
