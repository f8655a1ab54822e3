from django.apps import AppConfig


class EmbeddedConfig(AppConfig):
    """Installed only where the house is local: it brings ``manage.py seed_demo``."""

    name = "umemployed.embedded"
    label = "embedded"
