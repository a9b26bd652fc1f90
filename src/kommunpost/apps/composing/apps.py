from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComposingConfig(AppConfig):
    name = "kommunpost.apps.composing"
    label = "composing"
    verbose_name = _("Skriva")
