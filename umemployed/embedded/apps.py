from django.apps import AppConfig


class EmbeddedConfig(AppConfig):
    """Installed only where the house is local: ``manage.py seed_demo``, and pages for the links of mails."""

    name = "umemployed.embedded"
    label = "embedded"
