"""Routes of the ground that belong to no version of the API."""

from django.urls import path

urlpatterns: list[path] = []
