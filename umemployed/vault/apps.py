from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "umemployed.vault"
    label = "vault"

    def ready(self) -> None:
        from umemployed.vault import checks  # noqa: F401 - registers itself
