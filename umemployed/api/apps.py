from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "umemployed.api"
    label = "api"
