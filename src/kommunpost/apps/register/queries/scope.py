"""Whose records and whose diary an actor sees. Committees are authorities of their own: secrecy holds between them."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from kommunpost.apps.directory import queries as directory
from kommunpost.apps.directory.models import Mailbox
from kommunpost.apps.directory.rules import Actor, Permission
from kommunpost.apps.mailflow.models import Delivery
from kommunpost.apps.mailflow.queries import NotVisible
from kommunpost.apps.register.kinds import Secrecy
from kommunpost.apps.register.models import EntryRecord, Record, RegisterEntry


@dataclass(frozen=True, slots=True)
class Scope:
    """Mailboxes and committees whose inside the actor sees; ``None`` means all."""

    mailbox_ids: frozenset[int] | None
    committee_ids: frozenset[int] | None

    def holds(self, committee_id: int | None) -> bool:
        """Whether the inside of this committee's diary is open; what is nobody's is for those who see all."""
        return self.committee_ids is None or committee_id in self.committee_ids


NOTHING = Scope(frozenset(), frozenset())


def diary_scope(actor: Actor) -> Scope:
    """What ``actor`` may read from within: the committees of the mailboxes that they answer for."""
    if not actor.may(Permission.REGISTER_READ):
        return NOTHING
    return _scope(directory.visible_mailbox_ids(actor, whole=Permission.REGISTER_READ_ALL))


def record_scope(actor: Actor) -> Scope:
    """What ``actor`` may decide on: records with a delivery in one of these mailboxes."""
    if not actor.may(Permission.REGISTER_DECIDE):
        return NOTHING
    return _scope(directory.visible_mailbox_ids(actor, whole=Permission.REGISTER_DECIDE_ALL))


def records_in(scope: Scope) -> QuerySet[Record]:
    """The records of the scope: those with a delivery, of the record's own authority, in one of its mailboxes."""
    records = Record.objects.all()
    if scope.mailbox_ids is None:
        return records
    return records.filter(
        Exists(
            Delivery.objects.filter(
                message_id=OuterRef("message_id"),
                mailbox_id__in=scope.mailbox_ids,
                mailbox__unit__committee_id=OuterRef("committee_id"),
            )
        )
    )


def get_visible_record(actor: Actor, record_id: int) -> Record:
    """The one door to a record for those who decide. Raises NotVisible, alike for none and for somebody else's."""
    found = records_in(record_scope(actor)).select_related("message", "committee", "mailbox").filter(pk=record_id)
    record = found.first()
    if record is None:
        raise NotVisible
    return record


def inside_condition(scope: Scope) -> Q:
    """Entries that the scope sees from within. What is strongly marked only its holders see so."""
    if scope.committee_ids is None:
        return Q()
    holds = EntryRecord.objects.filter(
        entry_id=OuterRef("pk"),
        record__message__deliveries__mailbox_id__in=scope.mailbox_ids or (),
        record__message__deliveries__mailbox__unit__committee_id=F("record__committee_id"),
    )
    return Q(committee_id__in=scope.committee_ids) & (~Q(secrecy=Secrecy.STRONG) | Q(Exists(holds)))


def case_condition(actor: Actor) -> Q:
    """Cases that the actor sees from within. One that is strongly marked: who holds mail of one of its entries, who
    handles it, and, while nothing is in it yet, who decides in its committee.
    """
    scope, deciding = diary_scope(actor), record_scope(actor)
    if scope.committee_ids is None:
        return Q()
    holds = EntryRecord.objects.filter(
        entry__case_id=OuterRef("pk"),
        let_go_at__isnull=True,
        record__message__deliveries__mailbox_id__in=scope.mailbox_ids or (),
        record__message__deliveries__mailbox__unit__committee_id=F("record__committee_id"),
    )
    is_empty = ~Exists(RegisterEntry.objects.filter(case_id=OuterRef("pk")))
    may_fill = Q() if deciding.committee_ids is None else Q(committee_id__in=deciding.committee_ids)
    reads = ~Q(secrecy=Secrecy.STRONG) | Q(handler_id=actor.person_id) | Q(Exists(holds)) | (Q(is_empty) & may_fill)
    return Q(committee_id__in=scope.committee_ids) & reads


def sees_inside(scope: Scope, entry: RegisterEntry) -> bool:
    """Whether the scope sees this entry from within."""
    return RegisterEntry.objects.filter(inside_condition(scope), pk=entry.pk).exists()


def _scope(mailbox_ids: frozenset[int] | None) -> Scope:
    return Scope(mailbox_ids, None if mailbox_ids is None else _committees_of(mailbox_ids))


def _committees_of(mailbox_ids: Collection[int]) -> frozenset[int]:
    found = Mailbox.objects.filter(pk__in=mailbox_ids, unit__isnull=False).values_list("unit__committee_id", flat=True)
    return frozenset(found.distinct().order_by())
