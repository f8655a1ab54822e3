"""The REST door of postings."""

from jobs.views.history import JobDiffView, JobReviewViewSet, JobVersionViewSet
from jobs.views.postings import JobViewSet
from jobs.views.reading import JobGone

__all__ = ["JobDiffView", "JobGone", "JobReviewViewSet", "JobVersionViewSet", "JobViewSet"]
