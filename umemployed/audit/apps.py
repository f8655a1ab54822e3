from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    name = "umemployed.audit"
    label = "audit"

    def ready(self) -> None:
        """Have the program's role brought up to date after ``migrate``."""
        from umemployed.audit.roles import admit_program

        post_migrate.connect(admit_program, sender=self, dispatch_uid="audit.admit_program")
