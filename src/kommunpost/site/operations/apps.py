from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "kommunpost.site.operations"
    label = "operations"
