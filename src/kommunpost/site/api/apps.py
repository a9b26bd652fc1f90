from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "kommunpost.site.api"
    label = "api"
