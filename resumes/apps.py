from django.apps import AppConfig


class ResumesConfig(AppConfig):
    name = "resumes"

    def ready(self) -> None:
        """Publish the enumerations."""
        from resumes.models.resume import Status
        from resumes.models.sections import LanguageLevel, SkillLevel
        from umemployed.api.dictionaries import register_dictionary

        register_dictionary("resume_status", Status)
        register_dictionary("language_level", LanguageLevel)
        register_dictionary("skill_level", SkillLevel)
