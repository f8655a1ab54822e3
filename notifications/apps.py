from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        """Listen, and learn to write letters and frames."""
        from notifications import frames, handlers, posting_handlers, privacy, team_handlers  # noqa: F401
        from notifications.deliverability import handlers as addresses  # noqa: F401
        from notifications.mail import writers  # noqa: F401
