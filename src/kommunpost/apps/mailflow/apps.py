from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailflowConfig(AppConfig):
    name = "kommunpost.apps.mailflow"
    label = "mailflow"
    verbose_name = _("E-postflöde")
