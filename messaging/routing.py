"""The chat socket's path."""

from django.urls import path

from messaging.consumers import ChatConsumer

urlpatterns = [path("ws/chat/", ChatConsumer.as_asgi())]
