from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        """Register the check of the signing keys."""
        from accounts import checks  # noqa: F401
