from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "umemployed.files"
    label = "files"
