from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    name = "umemployed.privacy"
    label = "privacy"
    verbose_name = _("personal data")

    def ready(self) -> None:
        """Let every app declare what it holds; be ready only when the ledger of erasures is carried out."""
        from umemployed.api.dictionaries import register_dictionary
        from umemployed.api.pages import CHECKS
        from umemployed.privacy import vocabulary
        from umemployed.privacy.ledger import check_ledger

        autodiscover_modules("personal_data")
        CHECKS["erasures"] = check_ledger
        register_dictionary("erasure_status", vocabulary.ErasureStatus)
        register_dictionary("export_status", vocabulary.ExportStatus)
        register_dictionary("consent_purpose", vocabulary.Purpose)
