"""What the machine thinks of a mail, in the municipality's own world of units, people and addresses."""

from django.conf import settings

from kommunpost.apps.directory.models import AddressGroup, Mailbox, MailboxKind, Person, Unit
from kommunpost.apps.directory.queries import own_domains
from kommunpost.core.guidelines import load_profile
from kommunpost.core.judgement import (
    AuthorityFacts,
    Judgement,
    PersonFacts,
    UnitFacts,
    World,
    default_brain,
    from_parsed,
    judge,
)
from kommunpost.core.law import authorities
from kommunpost.core.mail import ParsedMail

Values = dict[str, object]
_kept: list[tuple[tuple[object, ...], World]] = []


def municipality_world() -> World:
    """The directory as it stands now. The same object as last time while nothing in it has changed: what it has worked
    out is dear. Four queries.
    """
    facts = (own_domains(), _units(), _people(), _lists(), _machines())
    if not _kept or _kept[0][0] != facts:
        domains, units, people, lists, machines = facts
        world = World(
            domains=domains, units=units, people=people, authorities=_authorities(), staff_lists=lists,
            machines=machines,
        )  # fmt: skip
        _kept[:] = [(facts, world)]
    return _kept[0][1]


def judge_mail(mail: ParsedMail, world: World) -> Judgement:
    """The judgement of a parsed mail."""
    return judge(from_parsed(mail, domains=world.domains), world)


def model_name() -> str:
    """Which model judges now: stands with every judgement, so that old ones can be told from new."""
    return default_brain().version[:40]


def values_of(judged: Judgement) -> tuple[Values, dict[str, int], list[dict[str, str]]]:
    """The values, how sure (0–100), and the reasons, as they are stored: no words of the mail with them."""
    values: Values = {name: one.value for name, one in judged.suggestions()}
    values["provisions"] = list(judged.provisions)
    confidence = {name: round(one.confidence * 100) for name, one in judged.suggestions()}
    return values, confidence, [{"rule_id": one.rule_id, "says": one.says} for one in judged.reasons]


def _units() -> tuple[UnitFacts, ...]:
    first = frozenset(load_profile(settings.PROFILE).addresses.official)
    boxes: dict[int, list[str]] = {}
    shared = Mailbox.objects.filter(is_active=True, unit__isnull=False).exclude(kind=MailboxKind.PERSONAL)
    for unit_id, address in shared.order_by("address").values_list("unit_id", "address"):
        boxes.setdefault(unit_id, []).append(address)
    return tuple(
        UnitFacts(
            id=unit.slug, name=unit.name, handles=unit.handles, mailboxes=tuple(boxes.get(unit.pk, ())),
            secrecy_by_default=unit.secrecy_by_default, first_contact=bool(first & set(boxes.get(unit.pk, ()))),
        )
        for unit in Unit.objects.filter(is_active=True).order_by("pk")
    )  # fmt: skip


def _people() -> tuple[PersonFacts, ...]:
    rows = Person.objects.filter(is_active=True).order_by("pk")
    return tuple(
        PersonFacts(address=address, name=name, title=title, unit=unit, elected=committee is not None)
        for address, name, title, unit, committee in rows.values_list(
            "address", "name", "title", "unit__slug", "committee_id"
        )
    )


def _authorities() -> tuple[AuthorityFacts, ...]:
    return tuple(
        AuthorityFacts(id=one.id, name=one.name, handles=" ".join(one.handles), domains=()) for one in authorities()
    )


def _lists() -> frozenset[str]:
    return frozenset(AddressGroup.objects.filter(is_active=True).values_list("address", flat=True))


def _machines() -> frozenset[str]:
    return frozenset(Mailbox.objects.filter(kind=MailboxKind.SYSTEM).values_list("address", flat=True))
