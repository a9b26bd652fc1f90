"""What the higher offices show beside a mail: the one visible table. The page of a mail asks for its panels by this."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from kommunpost.apps.directory.rules import Actor, Permission
from kommunpost.apps.register.queries.records import status_lines

register = template.Library()

PanelContext = Callable[[Actor, int, datetime], Mapping[str, object]]
"""(actor, message id, now) -> what the panel's template gets; an empty mapping shows nothing."""


def _register_panel(actor: Actor, message_id: int, now: datetime) -> Mapping[str, object]:
    lines = status_lines(actor, message_id, now=now)
    may_remove = actor.may(Permission.REGISTER_REMOVE)
    return {"lines": lines, "now": now, "may_remove_secret": may_remove} if lines else {}


MESSAGE_PANELS: tuple[tuple[str, PanelContext], ...] = (("register/message_panel.html", _register_panel),)


@register.simple_tag(takes_context=True)
def message_panels(context: template.Context, message_id: int) -> SafeString:
    """``{% message_panels opened.message_id %}``: the panels of a mail, in the order of the table."""
    shown = ((name, of(context["actor"], message_id, context["now"])) for name, of in MESSAGE_PANELS)
    request = context.get("request")
    return format_html_join("", "{}", ((render_to_string(name, dict(own), request),) for name, own in shown if own))
