from django.apps import AppConfig


class SubmissionConfig(AppConfig):
    name = "kommunpost.site.submission"
    label = "submission"
