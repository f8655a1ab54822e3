from django.apps import AppConfig


class ResumesConfig(AppConfig):
    name = "resumes"

    def ready(self) -> None:
        """Say who has a seeker's home, and publish the enumerations."""
        from accounts.homes import register_home
        from accounts.reclaims import on_reclaim
        from resumes.models.resume import Resume, Status
        from resumes.models.sections import LanguageLevel, SkillLevel
        from resumes.services.resumes import discard_resumes
        from umemployed.api.dictionaries import register_dictionary

        register_home("seeker", lambda user: Resume.objects.filter(owner_id=user.pk).exists())
        on_reclaim(lambda user: discard_resumes(owner=user))
        register_dictionary("resume_status", Status)
        register_dictionary("language_level", LanguageLevel)
        register_dictionary("skill_level", SkillLevel)
