from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "umemployed.events"
    label = "events"
