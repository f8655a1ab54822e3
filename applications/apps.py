from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "applications"

    def ready(self) -> None:
        """Register the purpose of attachments, and let applicants go on reading their jobs."""
        from django.db.models import Q

        from applications import attachments  # noqa: F401
        from applications.models import Application
        from jobs.visibility import also_readable_by

        also_readable_by("applicants", lambda user: Q(pk__in=Application.objects.of_candidate(user).values("job")))
