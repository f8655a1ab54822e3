"""Every write of consequence on postings."""

from jobs.services.approval import OwnPosting, approve_job, reject_job, submit_job
from jobs.services.duplicates import DuplicatePosting, duplicate_job
from jobs.services.lifecycle import (
    ApplicantsWaiting,
    ApprovalNeeded,
    JobIncomplete,
    JobNotOpen,
    WrongState,
    archive_job,
    close_job,
    count_live_jobs,
    lock_open_job,
    pause_job,
    publish_job,
    recall_job,
    reopen_job,
)
from jobs.services.posting import create_job, update_job
from jobs.services.rates import load_exchange_rates
from jobs.services.scheduling import publish_due_job, publish_due_jobs

__all__ = [
    "ApplicantsWaiting",
    "ApprovalNeeded",
    "DuplicatePosting",
    "JobIncomplete",
    "JobNotOpen",
    "OwnPosting",
    "WrongState",
    "approve_job",
    "archive_job",
    "close_job",
    "count_live_jobs",
    "create_job",
    "duplicate_job",
    "load_exchange_rates",
    "lock_open_job",
    "pause_job",
    "publish_due_job",
    "publish_due_jobs",
    "publish_job",
    "recall_job",
    "reject_job",
    "reopen_job",
    "submit_job",
    "update_job",
]
