"""Every write of consequence on postings."""

from jobs.services.lifecycle import (
    JobIncomplete,
    JobNotOpen,
    WrongState,
    archive_job,
    close_job,
    count_live_jobs,
    lock_open_job,
    pause_job,
    publish_job,
    reopen_job,
)
from jobs.services.posting import create_job, update_job
from jobs.services.rates import load_exchange_rates

__all__ = [
    "JobIncomplete",
    "JobNotOpen",
    "WrongState",
    "archive_job",
    "close_job",
    "count_live_jobs",
    "create_job",
    "load_exchange_rates",
    "lock_open_job",
    "pause_job",
    "publish_job",
    "reopen_job",
    "update_job",
]
