from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class RealtimeConfig(AppConfig):
    name = "umemployed.realtime"
    label = "realtime"

    def ready(self) -> None:
        """Fill the catalogue in every process: a worker emits frames, a REST process answers bootstrap."""
        autodiscover_modules("frames", "consumers")
