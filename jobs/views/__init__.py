"""The REST door of postings."""

from jobs.views.history import JobDiffView, JobReviewViewSet, JobVersionViewSet
from jobs.views.postings import JobGone, JobViewSet

__all__ = ["JobDiffView", "JobGone", "JobReviewViewSet", "JobVersionViewSet", "JobViewSet"]
