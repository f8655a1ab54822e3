"""Routes of conversations."""

from django.urls import path

from messaging.views import ConversationViewSet, MessageViewSet
from umemployed.api.routers import ApiRouter

router = ApiRouter()
router.register("conversations", ConversationViewSet, basename="conversation")
urlpatterns = [
    *router.urls,
    path(
        "conversations/<uuid:conversation_id>/messages/",
        MessageViewSet.as_view({"get": "list", "post": "create"}),
        name="conversation-messages",
    ),
]
