"""Postings as the API shows them and reads them."""

from jobs.serializers.forms import FormSerializer, SuggestionsSerializer
from jobs.serializers.history import (
    JobDiffSerializer,
    JobReviewSerializer,
    JobVersionContentSerializer,
    JobVersionSerializer,
)
from jobs.serializers.parts import CountryField
from jobs.serializers.reading import CompanyRefSerializer, JobCardSerializer, JobPageSerializer, JobSerializer
from jobs.serializers.writing import (
    ApproveJobWriteSerializer,
    CloseWriteSerializer,
    JobCreateSerializer,
    JobWriteSerializer,
    PublishWriteSerializer,
    RejectJobWriteSerializer,
    VersionWriteSerializer,
)

__all__ = [
    "ApproveJobWriteSerializer",
    "CloseWriteSerializer",
    "CompanyRefSerializer",
    "CountryField",
    "FormSerializer",
    "JobCardSerializer",
    "JobCreateSerializer",
    "JobDiffSerializer",
    "JobPageSerializer",
    "JobReviewSerializer",
    "JobSerializer",
    "JobVersionContentSerializer",
    "JobVersionSerializer",
    "JobWriteSerializer",
    "PublishWriteSerializer",
    "RejectJobWriteSerializer",
    "SuggestionsSerializer",
    "VersionWriteSerializer",
]
