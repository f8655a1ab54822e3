"""Routes of résumés, their sections and skills."""

from django.urls import include, path

from resumes.models import SECTIONS
from resumes.views import ResumeViewSet, SkillSuggestView, section_view
from umemployed.api.routers import ApiRouter

router = ApiRouter()
router.register("resumes", ResumeViewSet, basename="resume")
for section in SECTIONS:
    router.register(f"resumes/<uuid:resume_id>/{section}", section_view(section), basename=f"resume-{section}")

urlpatterns = [
    path("skills/", SkillSuggestView.as_view(), name="skills"),
    path("", include(router.urls)),
]
