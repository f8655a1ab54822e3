"""The board socket's path."""

from django.urls import path

from applications.board.consumers import BoardConsumer

urlpatterns = [path("ws/board/", BoardConsumer.as_asgi())]
