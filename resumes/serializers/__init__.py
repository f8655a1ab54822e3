"""The shapes of résumés, their sections and skills."""

from resumes.serializers.resumes import (
    DuplicateWriteSerializer,
    ResumeSerializer,
    ResumeSummarySerializer,
    ResumeWriteSerializer,
)
from resumes.serializers.sections import SECTION_SERIALIZERS, OrderWriteSerializer
from resumes.serializers.skills import SkillPageSerializer, SkillSerializer, SkillSuggestionSerializer

__all__ = [
    "SECTION_SERIALIZERS",
    "DuplicateWriteSerializer",
    "OrderWriteSerializer",
    "ResumeSerializer",
    "ResumeSummarySerializer",
    "ResumeWriteSerializer",
    "SkillPageSerializer",
    "SkillSerializer",
    "SkillSuggestionSerializer",
]
