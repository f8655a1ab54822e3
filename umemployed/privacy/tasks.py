"""What beat and the export's request start."""

from __future__ import annotations

from celery import shared_task

from umemployed.privacy.services.execution import carry_out_due
from umemployed.privacy.services.export import HARD_SECONDS, prepare, sweep
from umemployed.privacy.services.retention import apply_retention


@shared_task(name="privacy.prepare_export", time_limit=HARD_SECONDS, soft_time_limit=HARD_SECONDS - 5)
def prepare_export(*, export_id: int) -> bool:
    """Prepare one archive; says whether it is ready."""
    return prepare(export_id)


@shared_task(name="privacy.sweep_exports")
def sweep_exports() -> int:
    """Hand over again the archives that a dead worker left, and end those whose week is over."""
    return sweep()


@shared_task(name="privacy.carry_out_erasures")
def carry_out_erasures() -> int:
    """Go on with what is to be erased, for less than a minute."""
    return carry_out_due()


@shared_task(name="privacy.apply_retention", time_limit=600, soft_time_limit=590)
def turn_the_clocks() -> dict[str, int]:
    """Warn, erase and blank what the clocks have ended; beat calls it every night."""
    return dict(apply_retention())
