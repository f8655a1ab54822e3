"""Every write of consequence on postings."""

from jobs.services.lifecycle import JobNotOpen, lock_open_job

__all__ = ["JobNotOpen", "lock_open_job"]
