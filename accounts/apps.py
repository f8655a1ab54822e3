from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        """Register the check of the signing keys; refuse to start with providers that cannot be read."""
        from accounts import checks  # noqa: F401
        from accounts.social.providers import providers

        providers()
