"""The doors through which Celery comes in."""

from __future__ import annotations

from celery import shared_task

from applications.decisions.announcing import announce_due
from applications.decisions.closing import work_off_dispositions
from applications.pools.services import purge_pools
from applications.services.reminding import remind_of_promises

WORK_SECONDS = 20


@shared_task(name="applications.announce_decisions", time_limit=60)
def announce_decisions() -> None:
    """Tell candidates whose rejection was withheld until now; beat calls it every ten seconds."""
    announce_due()


@shared_task(name="applications.work_off_dispositions", time_limit=60)
def carry_on_with_dispositions() -> None:
    """Carry on with closings of jobs; beat calls it every five seconds."""
    work_off_dispositions(seconds=WORK_SECONDS)


@shared_task(name="applications.remind_of_promises", time_limit=60)
def remind_teams_of_promises() -> None:
    """Remind teams of the answers that they promised; beat calls it every five minutes."""
    remind_of_promises()


@shared_task(name="applications.purge_pools", time_limit=300)
def forget_who_is_over() -> None:
    """Take everybody out of talent pools whose time is over; beat calls it every night."""
    purge_pools()
