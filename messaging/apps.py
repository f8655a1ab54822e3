from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MessagingConfig(AppConfig):
    name = "messaging"
    verbose_name = _("messages")

    def ready(self) -> None:
        """Register listeners, attachments and who has met whom; publish the enumerations."""
        from companies.blocks.acquaintances import register_acquaintance
        from messaging import attachments, handlers, presence  # noqa: F401
        from messaging.models import Conversation, DeletionScope, Side
        from messaging.reports.models import Reason, Status
        from umemployed.api.dictionaries import register_dictionary

        register_acquaintance(
            "correspondents", lambda user, person: Conversation.objects.of_both(user, person).exists()
        )
        register_dictionary("conversation_side", Side)
        register_dictionary("deletion_scope", DeletionScope)
        register_dictionary("report_reason", Reason)
        register_dictionary("report_status", Status)
