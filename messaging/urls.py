"""Routes of conversations."""

from django.urls import path

from messaging.views import ConversationViewSet, MessageViewSet, MyMessageViewSet, ParticipantViewSet
from umemployed.api.routers import ApiRouter

router = ApiRouter()
router.register("conversations", ConversationViewSet, basename="conversation")
router.register("messages", MyMessageViewSet, basename="message")
urlpatterns = [
    *router.urls,
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
