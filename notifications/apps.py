from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        """Listen, and learn to write letters and frames."""
        from notifications import frames, handlers, hiring_handlers, posting_handlers, privacy  # noqa: F401
        from notifications import search_handlers as searches  # noqa: F401
        from notifications import team_handlers as teams  # noqa: F401
        from notifications.deliverability import handlers as addresses  # noqa: F401
        from notifications.mail import breaker, writers  # noqa: F401
        from umemployed.api.pages import OUTSIDE

        OUTSIDE["mail"] = breaker.condition
