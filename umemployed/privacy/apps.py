from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    name = "umemployed.privacy"
    label = "privacy"
    verbose_name = _("personal data")

    def ready(self) -> None:
        """Let every app declare what it holds."""
        autodiscover_modules("personal_data")
