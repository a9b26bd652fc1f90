"""The components' tags and filters, at hand in every template (``builtins`` in the settings)."""

from collections.abc import Iterator
from datetime import datetime

from django import template
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from kommunpost.site import timewords

register = template.Library()

SIZES = ("byte", "kB", "MB", "GB")
STEP = 1000
FIVE_FIGURES = 10_000


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An Aksel icon of ``icons.svg``. Beside words it is hidden from screen readers; alone it must have a label."""
    address = f"{static('icons.svg')}#{name}"
    if label:
        return format_html('<svg class="i" role="img" aria-label="{}"><use href="{}"/></svg>', label, address)
    return format_html('<svg class="i" aria-hidden="true"><use href="{}"/></svg>', address)


@register.simple_block_tag(end_name="endpanel")
def panel(content: str, title: str, name: str, meta: str = "") -> SafeString:
    """A panel with a heading: ``{% panel title=… name="id" %} body {% endpanel %}``."""
    return mark_safe(  # noqa: S308  (rendered by a template of ours, which escapes)
        render_to_string(
            "components/panel.html",
            {"content": mark_safe(content), "title": title, "name": name, "meta": meta},  # noqa: S308
        )
    )


@register.filter
def break_address(address: str) -> SafeString:
    """An address that may break after @ (direction.md: never cut text in the log)."""
    local, at, domain = address.partition("@")
    return format_html("{}@<wbr>{}", local, domain) if at else conditional_escape(local)


@register.filter
def initials(name: str) -> str:
    """``Berit Malmkvist`` becomes BM; an address gives its first letter."""
    words = [word for word in name.partition("@")[0].replace(".", " ").split() if word[:1].isalpha()]
    return "".join(word[0] for word in [*words[:1], *words[1:][-1:]]).upper() or "?"


@register.simple_tag(takes_context=True)
def when(context: template.Context, moment: datetime) -> SafeString:
    """A ``<time>`` in short words, with the whole moment for machines."""
    words = timewords.when(moment, now=context["now"])
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(timespec="seconds"), words)


@register.simple_tag(takes_context=True)
def day_and_time(context: template.Context, moment: datetime) -> SafeString:
    """A ``<time>`` with day and time, as over an opened mail."""
    words = timewords.day_and_time(moment, now=context["now"])
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(timespec="seconds"), words)


@register.filter
def in_full(moment: datetime) -> str:
    return timewords.moment_in_full(moment)


@register.filter
def log_time(moment: datetime) -> str:
    return timewords.log_time(moment)


@register.filter
def size(count: int) -> str:
    """``21 kB``, with a decimal comma under ten: ``1,4 MB``."""
    amount, step = float(count), 0
    while amount >= STEP and step < len(SIZES) - 1:
        amount, step = amount / STEP, step + 1
    figures = f"{amount:.1f}".replace(".", ",") if step > 1 and amount < 10 else f"{amount:.0f}"  # noqa: PLR2004
    return f"{figures} {SIZES[step]}"


@register.filter
def figures(number: int) -> str:
    """``3818``, but ``12 345``: from five figures on they stand in threes, as Swedish is written."""
    return f"{number:,}".replace(",", "\u00a0") if abs(number) >= FIVE_FIGURES else str(number)


@register.filter
def short_address(address: str) -> str:
    """``gatapark@`` for one of our own mailboxes, whose domain everybody knows."""
    return address.partition("@")[0] + "@"


@register.filter
def paragraphs(text: str) -> SafeString:
    """Plain text as escaped ``<p>`` with ``<br>``. No links are made: a mail's own words are shown as they stand."""
    return format_html_join("", "<p>{}</p>", ((_lines(part),) for part in _split(text)))


def _split(text: str) -> Iterator[str]:
    for part in text.replace("\r\n", "\n").split("\n\n"):
        if part.strip():
            yield part.strip("\n")


def _lines(part: str) -> SafeString:
    return format_html_join(mark_safe("<br>"), "{}", ((line,) for line in part.split("\n")))
