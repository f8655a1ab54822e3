from django.apps import AppConfig


class RealtimeConfig(AppConfig):
    name = "umemployed.realtime"
    label = "realtime"
