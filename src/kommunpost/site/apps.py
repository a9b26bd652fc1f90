from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "kommunpost.site"
    label = "kommunpost_site"
