from django.apps import AppConfig


class WorkerConfig(AppConfig):
    name = "kommunpost.site.worker"
    label = "worker"
