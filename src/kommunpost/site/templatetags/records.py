"""Clocks and secrecy of records as the pages show them."""

from django import template
from django.utils.safestring import SafeString

from kommunpost.apps.register.queries.queue import QueueGroup
from kommunpost.apps.register.rules.deadlines import Clock
from kommunpost.apps.register.wording import (
    CLOCK_MARKS,
    GROUP_TEXTS,
    SECRECY_MARKS,
    SECRECY_WORDS,
    clock_words,
)
from kommunpost.site.templatetags.components import status

register = template.Library()


@register.simple_tag
def record_clock(clock: Clock) -> SafeString:
    """How long is left, or how late it is, with its icon."""
    return status(CLOCK_MARKS[clock.when], clock_words(clock))


@register.simple_tag
def secrecy_mark(secrecy: str) -> SafeString | str:
    """The framed shield or the solid stamp; nothing without secrecy."""
    return status(SECRECY_MARKS[secrecy], str(SECRECY_WORDS[secrecy])) if secrecy in SECRECY_MARKS else ""


@register.filter
def group_words(group: QueueGroup) -> str:
    """What a group of the queue is called."""
    return str(GROUP_TEXTS[group.when])
