from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ApiConfig(AppConfig):
    name = "umemployed.api"
    label = "api"

    def ready(self) -> None:
        """Let every room register what it measures."""
        from umemployed.api import queues  # noqa: F401

        autodiscover_modules("metrics")
