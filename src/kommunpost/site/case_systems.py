"""Opens the way to a committee's case system. The one place where a webhook's key is unsealed (ADR 0051)."""

from django.utils import timezone

from kommunpost.apps.register.connectors.contract import Connector, ConnectorFailed
from kommunpost.apps.register.connectors.webhook import Webhook
from kommunpost.apps.register.kinds import SystemKind
from kommunpost.apps.register.models import CaseSystem
from kommunpost.site.sealing import SealBrokenError, unseal


def open_connector(system: CaseSystem) -> Connector:
    """The connector that the committee has chosen. Raises ``ConnectorFailed``: ``seal_broken``, ``system_changed``."""
    if system.kind == SystemKind.WEBHOOK:
        return Webhook(url=system.url, key=open_key(system), clock=timezone.now)
    raise ConnectorFailed("system_changed")


def open_key(system: CaseSystem) -> str:
    """The key that is shared with the receiver. Raises ``ConnectorFailed("seal_broken")``: SECRET_KEY was changed."""
    try:
        return unseal(system.secret)
    except SealBrokenError as error:
        raise ConnectorFailed("seal_broken") from error
