"""Résumés with their sections, and the taxonomy of skills."""

from resumes.models.resume import TRANSITIONS, Resume, Status
from resumes.models.sections import (
    MAX_ROWS,
    SECTIONS,
    Certificate,
    Education,
    Experience,
    LanguageLevel,
    Link,
    Project,
    ResumeLanguage,
    ResumeSkill,
    Section,
    SkillLevel,
)
from resumes.models.skills import Skill, SkillAlias, SkillWord

__all__ = [
    "MAX_ROWS",
    "SECTIONS",
    "TRANSITIONS",
    "Certificate",
    "Education",
    "Experience",
    "LanguageLevel",
    "Link",
    "Project",
    "Resume",
    "ResumeLanguage",
    "ResumeSkill",
    "Section",
    "Skill",
    "SkillAlias",
    "SkillLevel",
    "SkillWord",
    "Status",
]
