from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "umemployed.audit"
    label = "audit"
