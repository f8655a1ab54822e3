"""The verbs of résumés."""

from resumes.services.documents import duplicate_resume, import_resume
from resumes.services.editing import ResumeIncomplete, lock_resume
from resumes.services.resumes import (
    TooManyResumes,
    WrongState,
    create_resume,
    delete_resume,
    edit_resume,
    make_primary,
    publish_resume,
    unpublish_resume,
)
from resumes.services.sections import SectionFull, SkillTwice, add_row, edit_row, order_rows, remove_row

__all__ = [
    "ResumeIncomplete",
    "SectionFull",
    "SkillTwice",
    "TooManyResumes",
    "WrongState",
    "add_row",
    "create_resume",
    "delete_resume",
    "duplicate_resume",
    "edit_resume",
    "edit_row",
    "import_resume",
    "lock_resume",
    "make_primary",
    "order_rows",
    "publish_resume",
    "remove_row",
    "unpublish_resume",
]
