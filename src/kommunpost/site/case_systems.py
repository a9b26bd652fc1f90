"""Opens the way to a committee's case system. The one place where a webhook's key is unsealed (ADR 0051)."""

from pathlib import Path

from django.conf import settings
from django.utils import timezone

from kommunpost.apps.register.connectors.contract import Connector, ConnectorFailed
from kommunpost.apps.register.connectors.folder import PackageFolder, folder_of
from kommunpost.apps.register.connectors.post import RegistrationMail
from kommunpost.apps.register.connectors.webhook import Webhook
from kommunpost.apps.register.kinds import SystemKind
from kommunpost.apps.register.models import CaseSystem
from kommunpost.core.guidelines import load_profile
from kommunpost.site.sealing import SealBrokenError, unseal


def open_connector(system: CaseSystem) -> Connector:
    """The connector that the committee has chosen. Raises ``ConnectorFailed``: ``seal_broken``, ``system_changed``."""
    if system.kind == SystemKind.WEBHOOK:
        return Webhook(url=system.url, key=open_key(system), clock=timezone.now)
    if system.kind == SystemKind.FOLDER:
        return PackageFolder(folder_of(system.committee.code, root=Path(settings.HANDOVER_FOLDER)), clock=timezone.now)
    if system.kind == SystemKind.MAIL:
        domain = load_profile(settings.PROFILE).municipality.domains[0]
        return RegistrationMail(system, domain=domain, clock=timezone.now)
    raise ConnectorFailed("system_changed")


def open_key(system: CaseSystem) -> str:
    """The key that is shared with the receiver. Raises ``ConnectorFailed("seal_broken")``: SECRET_KEY was changed."""
    try:
        return unseal(system.secret)
    except SealBrokenError as error:
        raise ConnectorFailed("seal_broken") from error
