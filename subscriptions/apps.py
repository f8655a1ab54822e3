from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SubscriptionsConfig(AppConfig):
    name = "subscriptions"

    def ready(self) -> None:
        """Have the default plans installed after ``migrate``."""
        from subscriptions.plans import install_default_plans

        post_migrate.connect(install_default_plans, sender=self, dispatch_uid="subscriptions.default_plans")
