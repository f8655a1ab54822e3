"""The notification socket's path."""

from django.urls import path

from notifications.consumers import NotificationConsumer

urlpatterns = [path("ws/notifications/", NotificationConsumer.as_asgi())]
