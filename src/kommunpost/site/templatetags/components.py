"""The components that take a body or arguments, at hand in every template. docs/reference/components.md shows each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django import forms, template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from kommunpost.site.templatetags.kommunpost import icon

register = template.Library()

STATUS_ICONS = {
    "late": "ExclamationmarkTriangleFill",
    "today": "ClockFill",
    "ok": "Clock",
    "wait": "HourglassBottomFilled",
    "plain": "Circle",
    "done": "CheckmarkCircleFill",
    "check": "ShieldLock",
    "secret": "ShieldLockFill",
    "hold": "PadlockLockedFill",
}
"""Every state is an icon, words, and only then a colour (direction.md, section 6)."""


@dataclass(frozen=True, slots=True)
class Crumb:
    """A step on the way here; the last has no ``url``."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Fields of a form that belong together. Without a ``legend`` they are just fields in order."""

    legend: str
    fields: tuple[forms.BoundField, ...]


@register.simple_tag
def status(state: str, words: str, icon_name: str = "") -> SafeString:
    """``{% status "late" _("1 arbetsdag sen") %}``. ``state``: a key of STATUS_ICONS; another icon may follow."""
    drawn = icon(icon_name or STATUS_ICONS[state])
    return format_html('<span class="kp-st" data-is="{}">{}{}</span>', state, drawn, words)


@register.simple_tag
def law(provision: str, url: str = "") -> SafeString:
    """A provision or a point of the guidelines as a small frame: ``{% law "OSL 26:1" %}``; with ``url`` a link."""
    if url:
        return format_html('<a class="kp-law" href="{}">{}</a>', url, provision)
    return format_html('<span class="kp-law">{}</span>', provision)


@register.simple_tag
def breadcrumbs(*steps: str) -> SafeString:
    """``{% breadcrumbs _("Katalog") directory_url mailbox.name %}``: label, url, …, and last this page."""
    pairs = [Crumb(label=str(steps[at]), url=steps[at + 1]) for at in range(0, len(steps) - 1, 2)]
    here = [Crumb(label=str(steps[-1]), url="")] if len(steps) % 2 else []
    return _render("components/breadcrumbs.html", crumbs=[*pairs, *here])


@register.simple_block_tag(end_name="endtable")
def table(content: str, caption: str, show_caption: bool = False, classes: str = "") -> SafeString:  # noqa: FBT001, FBT002
    """A table with caption, sticky head and a region that scrolls sideways on a phone; the body is thead and tbody.

    ``{% table caption=_("Brevlådor") %}<thead>…</thead><tbody>…</tbody>{% endtable %}``. Figures: ``class="kp-num"``;
    the cell that names the row is ``<th scope="row">``. On paper the head comes again on each page.
    """
    return _render(
        "components/table.html",
        content=mark_safe(content),  # noqa: S308  (rendered by a template of ours, which escapes)
        caption=caption,
        show_caption=show_caption,
        classes=classes,
    )


@register.simple_block_tag(end_name="endnotice")
def notice(content: str, kind: str = "info", title: str = "") -> SafeString:
    """Something to know before the rest: ``{% notice kind="warning" title=… %}<p>…</p>{% endnotice %}``.

    ``kind``: ``info``, ``success``, ``warning``, ``danger``.
    """
    return _render("components/notice.html", content=mark_safe(content), kind=kind, title=title)  # noqa: S308


@register.simple_block_tag(end_name="endfold")
def fold(content: str, summary: str, is_open: bool = False) -> SafeString:  # noqa: FBT001, FBT002
    """What few need, folded away: ``{% fold summary=_("Visa som tabell") %}…{% endfold %}``."""
    return _render("components/fold.html", content=mark_safe(content), summary=summary, is_open=is_open)  # noqa: S308


@register.filter
def field_groups(form: object) -> Iterator[FieldGroup]:
    """A form's visible fields in groups. A form may say ``groups = ((_("Legend"), ("name", "address")), …)``.

    Fields that no group names come first, in order. Without a form (a mere question) there is nothing.
    """
    if not isinstance(form, forms.BaseForm):
        return
    groups: Iterable[tuple[str, tuple[str, ...]]] = getattr(form, "groups", ())
    grouped = {name for _legend, names in groups for name in names}
    loose = tuple(field for field in form.visible_fields() if field.name not in grouped)
    if loose:
        yield FieldGroup(legend="", fields=loose)
    for legend, names in groups:
        yield FieldGroup(legend=str(legend), fields=tuple(form[name] for name in names if name in form.fields))


@register.filter
def field_kind(field: forms.BoundField) -> str:
    """``choices`` for radio buttons and lists of boxes, ``box`` for one box, else ``plain``."""
    widget = field.field.widget
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "choices"
    return "box" if isinstance(widget, forms.CheckboxInput) else "plain"


@register.filter
def described_by(field: forms.BoundField) -> str:
    """The ids of a field's help and error, for ``aria-describedby``."""
    helped = [f"{field.auto_id}_helptext"] if field.help_text else []
    return " ".join([*helped, *([f"{field.auto_id}_error"] if field.errors else [])])


@register.filter
def drawn(field: forms.BoundField) -> SafeString:
    """The field's input in the house's clothes, tied to its help and its error."""
    attributes = dress(field)
    if described := described_by(field):
        attributes["aria-describedby"] = described
    return field.as_widget(attrs=attributes)


@register.filter
def dressed_choices(field: forms.BoundField) -> list[forms.boundfield.BoundWidget]:
    """The single buttons or boxes of a field of choices."""
    field.field.widget.attrs |= dress(field)
    return list(field.subwidgets)


def dress(field: forms.BoundField) -> dict[str, str | bool]:
    """``ds-input`` beside what classes the form gave the widget itself."""
    own = str(field.field.widget.attrs.get("class", ""))
    return {"class": own if "ds-input" in own.split() else f"ds-input {own}".strip()}


def _render(name: str, **context: object) -> SafeString:
    return mark_safe(render_to_string(name, context))  # noqa: S308  (a template of ours, which escapes)
