"""Opens a real mailbox by what its connection says. The one place where its secret is unsealed."""

from django.conf import settings

from kommunpost.apps.mailflow.models import Connection, ConnectionKind, Security
from kommunpost.apps.mailflow.sync.contract import Source, SourceError
from kommunpost.apps.mailflow.sync.graph import GraphAccess, GraphMailbox
from kommunpost.apps.mailflow.sync.imap import ImapAccess, ImapMailbox
from kommunpost.site.sealing import SealBrokenError, unseal


def open_source(connection: Connection) -> Source:
    """The mailbox, signed in. Raises ``SourceError``; ``seal_broken``: SECRET_KEY was changed without a fallback."""
    try:
        secret = unseal(connection.secret)
    except SealBrokenError as error:
        raise SourceError("seal_broken") from error
    if connection.kind == ConnectionKind.GRAPH:
        return GraphMailbox(
            GraphAccess(
                base=settings.GRAPH_URL, sign_in=settings.GRAPH_SIGN_IN, tenant=connection.tenant,
                client=connection.login, secret=secret, mailbox=connection.mailbox.address,
            )
        )  # fmt: skip
    security = Security(connection.security)
    return ImapMailbox(ImapAccess(connection.host, connection.port, security, connection.login, secret))
