"""Routes of conversations."""

from django.urls import path

from messaging.message_templates.views import MessageTemplateViewSet
from messaging.reports.views import ReportViewSet
from messaging.views import ChatSettingsView, ConversationViewSet, MessageViewSet, MyMessageViewSet, ParticipantViewSet
from umemployed.api.routers import ApiRouter

router = ApiRouter()
router.register("conversations", ConversationViewSet, basename="conversation")
router.register("messages", MyMessageViewSet, basename="message")
router.register("message-templates", MessageTemplateViewSet, basename="message-template")
router.register("reports", ReportViewSet, basename="report")
urlpatterns = [
    *router.urls,
    path("chat-settings/", ChatSettingsView.as_view(), name="chat-settings"),
    path(
        "conversations/<uuid:conversation_id>/messages/",
        MessageViewSet.as_view({"get": "list", "post": "create"}),
        name="conversation-messages",
    ),
    path(
        "conversations/<uuid:conversation_id>/participants/",
        ParticipantViewSet.as_view({"get": "list"}),
        name="conversation-participants",
    ),
]
