"""Reads for the mailbox pages: which mailboxes an actor has, and their mail, newest first, page by page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kommunpost.apps.directory import queries as directory
from kommunpost.apps.directory.rules import Actor, Permission
from kommunpost.apps.mailflow.models import Delivery, Direction
from kommunpost.apps.mailflow.queries.visibility import NotVisible, readable_mailbox_ids
from kommunpost.core.mail import shown_sender, upright

PAGE = 50
_MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


AUTOMATIC_TEXTS: Mapping[str, str | Promise] = {
    "auto_reply": _("Autosvar"),
    "bounce": _("Studs"),
    "receipt": _("Kvitto"),
    "list": _("Lista"),
    "bulk": _("Utskick"),
    "generated": _("Automatiskt"),
    "calendar_reply": _("Mötessvar"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One delivery as lists show it."""

    id: int
    mailbox_id: int | None
    at: datetime
    sender: str
    subject: str
    preview: str
    attachment_count: int
    automatic: str | Promise
    address: str


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, newest first. ``older`` is the cursor of the next page, empty on the last."""

    rows: tuple[Row, ...]
    older: str


@dataclass(frozen=True, slots=True)
class Card:
    """A mailbox with the number of mails that came today."""

    id: int
    address: str
    name: str
    today: int


def check_mailbox(actor: Actor, mailbox_id: int) -> directory.MailboxRow:
    """The mailbox, if ``actor`` may read its mail. Raises NotVisible."""
    visible = readable_mailbox_ids(actor)
    if visible is not None and mailbox_id not in visible:
        raise NotVisible
    try:
        return directory.get_mailbox(mailbox_id)
    except directory.NoSuchEntry as absent:
        raise NotVisible from absent


def list_cards(actor: Actor, *, now: datetime) -> list[Card]:
    """The mailboxes that ``actor`` answers for, in order of address. Four queries, however many there are."""
    if not actor.may(Permission.MESSAGE_READ):
        return []
    return _cards(directory.list_mailboxes(only_ids=actor.mailbox_ids), now=now)


def list_other_mailboxes(actor: Actor) -> list[directory.MailboxRow]:
    """The mailboxes that ``actor`` may read without answering for them."""
    visible = readable_mailbox_ids(actor)
    rows = directory.list_mailboxes(only_ids=visible) if visible != actor.mailbox_ids else []
    return [row for row in rows if row.id not in actor.mailbox_ids]


def list_page(*, mailbox_id: int, direction: str, before: str = "") -> Page:
    """A page of a mailbox. The caller has asked ``check_mailbox``. A cursor that is nonsense gives the first page."""
    return _page(Delivery.objects.filter(mailbox_id=mailbox_id, direction=direction), before)


def list_pen(actor: Actor, *, before: str = "") -> Page:
    """A page of the holding pen: incoming mail that no mailbox answers for. Raises NotVisible."""
    if not actor.may(Permission.PEN_READ):
        raise NotVisible
    return _page(Delivery.objects.filter(mailbox__isnull=True, direction=Direction.IN), before)


def count_pen() -> int:
    return Delivery.objects.filter(mailbox__isnull=True, direction=Direction.IN).count()


def list_newest(actor: Actor, *, limit: int) -> tuple[Row, ...]:
    """The newest incoming mail of the mailboxes that ``actor`` answers for. A query a mailbox, and one.

    Asked for all mailboxes at once, a database puts all their mail in order (0.8 s at a million); the index has it in
    order by mailbox.
    """
    if not actor.may(Permission.MESSAGE_READ):
        return ()
    incoming = Delivery.objects.filter(direction=Direction.IN).order_by("-at", "-id")
    keys = [
        key
        for mailbox_id in sorted(actor.mailbox_ids)
        for key in incoming.filter(mailbox_id=mailbox_id).values_list("at", "id")[:limit]
    ]
    newest = [pk for _at, pk in sorted(keys, reverse=True)[:limit]]
    return rows_of(incoming.filter(pk__in=newest).select_related("message"))


def latest_at() -> datetime | None:
    """When something last came or went, in the order that it was taken in."""
    return Delivery.objects.order_by("-id").values_list("at", flat=True).first()


def _midnight(now: datetime) -> datetime:
    return timezone.make_aware(datetime.combine(timezone.localdate(now), time()))


def _cards(mailboxes: Iterable[directory.MailboxRow], *, now: datetime) -> list[Card]:
    mailboxes = list(mailboxes)
    today = _today_counts([mailbox.id for mailbox in mailboxes], now=now)
    return [Card(id=one.id, address=one.address, name=one.name, today=today.get(one.id, 0)) for one in mailboxes]


def _today_counts(mailbox_ids: list[int], *, now: datetime) -> Mapping[int | None, int]:
    counted = (
        Delivery.objects.filter(mailbox_id__in=mailbox_ids, direction=Direction.IN, at__gte=_midnight(now))
        .order_by()
        .values("mailbox_id")
        .annotate(number=Count("id"))
    )
    return {row["mailbox_id"]: row["number"] for row in counted}


def _page(chosen: QuerySet[Delivery], before: str) -> Page:
    cursor = _read_cursor(before)
    if cursor:
        at, delivery_id = cursor
        chosen = chosen.filter(at__lte=at).filter(Q(at__lt=at) | Q(id__lt=delivery_id))
    found = rows_of(chosen.select_related("message").order_by("-at", "-id")[: PAGE + 1])
    rows = found[:PAGE]
    return Page(rows=rows, older=_write_cursor(rows[-1]) if len(found) > PAGE else "")


def rows_of(deliveries: Iterable[Delivery]) -> tuple[Row, ...]:
    """Deliveries with their messages, as lists show them."""
    return tuple(
        Row(
            id=one.pk,
            mailbox_id=one.mailbox_id,
            at=one.at,
            sender=shown_sender(one.message.sender_name, one.message.sender_address),
            subject=upright(one.message.subject),
            preview=upright(one.message.preview),
            attachment_count=one.message.attachment_count,
            automatic=AUTOMATIC_TEXTS.get(one.message.automatic, ""),
            address=one.address,
        )
        for one in deliveries
    )


def _write_cursor(row: Row) -> str:
    return f"{(row.at - _EPOCH) // _MICROSECOND}.{row.id}"


def _read_cursor(text: str) -> tuple[datetime, int] | None:
    at, _, delivery_id = text.partition(".")
    if not (at.isdecimal() and delivery_id.isdecimal() and len(text) < 40):  # noqa: PLR2004 - two 64-bit numbers
        return None
    try:
        return _EPOCH + int(at) * _MICROSECOND, int(delivery_id)
    except OverflowError:
        return None
