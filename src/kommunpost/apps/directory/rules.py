"""Roles, permissions, and who may. Pure: the tables are the truth, and the page of roles writes itself from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Role(StrEnum):
    """What somebody is in the municipality; a person may hold several."""

    CASEWORKER = "caseworker"
    CONTACT_CENTRE = "contact_centre"
    REGISTRAR = "registrar"
    LAWYER = "lawyer"
    MANAGER = "manager"
    IT = "it"
    ADMIN = "admin"
    AUDITOR = "auditor"


class Permission(StrEnum):
    """``office:object:verb``. ``…_all`` means every mailbox; without it, those that the actor answers for."""

    MESSAGE_READ = "mail:message:read"
    MESSAGE_READ_ALL = "mail:message:read_all"
    LOG_READ = "log:row:read"
    LOG_READ_ALL = "log:row:read_all"
    LOG_EXPORT = "log:extract:export"
    PEN_READ = "mailflow:pen:read"
    PEN_ASSIGN = "mailflow:pen:assign"
    INFECTED_TAKE = "mailflow:infected:take"
    CONNECTION_EDIT = "mailflow:connection:edit"
    OUTBOX_READ = "outbox:mail:read"
    OUTBOX_WRITE = "outbox:mail:write"
    REGISTER_READ = "register:entry:read"
    REGISTER_READ_ALL = "register:entry:read_all"
    REGISTER_DECIDE = "register:record:decide"
    REGISTER_DECIDE_ALL = "register:record:decide_all"
    REGISTER_ANSWER = "register:question:answer"
    REGISTER_SET_UP = "register:settings:edit"
    REGISTER_REMOVE = "register:mail:remove"
    REGISTER_PACKAGE = "register:package:make"
    REGISTER_HANDOVER = "register:handover:retry"
    REGISTER_HANDOVER_SETTLE = "register:handover:settle"
    CASE_SYSTEM_EDIT = "register:case_system:edit"
    DIRECTORY_READ = "directory:entry:read"
    DIRECTORY_EDIT = "directory:entry:edit"
    ROLE_GRANT = "directory:role:grant"
    AUDIT_READ = "audit:event:read"
    STATUS_READ = "operations:status:read"
    PROGRAM_MANAGE = "api:client:manage"
    CONVERSATION_WORK = "inbox:conversation:work"
    MAILBOX_SETTINGS = "inbox:mailbox:settings"
    KNOWLEDGE_READ = "inbox:knowledge:read"
    KNOWLEDGE_WRITE = "inbox:knowledge:write"


@dataclass(frozen=True, slots=True)
class RoleText:
    """What a role is called on screen, and what it is for, in a sentence. Both lazy translations."""

    name: str | Promise
    does: str | Promise


ROLE_TEXTS: Mapping[Role, RoleText] = {
    Role.CASEWORKER: RoleText(_("Handläggare"), _("Läser och besvarar post i sina egna brevlådor.")),
    Role.CONTACT_CENTRE: RoleText(_("Kontaktcenter"), _("Tar emot det som kommer till kommunens gemensamma adresser.")),
    Role.REGISTRAR: RoleText(_("Registrator"), _("Registrerar handlingar och söker i hela e-postloggen.")),
    Role.LAWYER: RoleText(_("Kommunjurist"), _("Prövar sekretess och läser det som prövningen kräver.")),
    Role.MANAGER: RoleText(_("Chef"), _("Leder en enhet och svarar för dess brevlådor.")),
    Role.IT: RoleText(_("It-enheten"), _("Sköter driften och söker i hela e-postloggen, men läser inte andras post.")),
    Role.ADMIN: RoleText(_("Administratör"), _("Ändrar katalogen och delar ut roller, men läser inte andras post.")),
    Role.AUDITOR: RoleText(_("Granskare"), _("Läser granskningsspåret: vem som gjorde och läste vad.")),
}

PERMISSION_TEXTS: Mapping[Permission, str | Promise] = {
    Permission.MESSAGE_READ: _("Läsa post i sina egna brevlådor"),
    Permission.MESSAGE_READ_ALL: _("Läsa post i alla brevlådor"),
    Permission.LOG_READ: _("Se e-postloggen för sina egna brevlådor"),
    Permission.LOG_READ_ALL: _("Söka i hela e-postloggen"),
    Permission.LOG_EXPORT: _("Ta ut utdrag ur e-postloggen"),
    Permission.PEN_READ: _("Se post som ingen brevlåda svarar för"),
    Permission.PEN_ASSIGN: _("Flytta post som ingen brevlåda svarar för till rätt brevlåda"),
    Permission.INFECTED_TAKE: _("Ta ut filer där virusskyddet har hittat virus"),
    Permission.CONNECTION_EDIT: _("Ansluta brevlådor i e-postsystemet"),
    Permission.OUTBOX_READ: _("Se utkorgen för sina egna brevlådor"),
    Permission.OUTBOX_WRITE: _("Skicka post från sina egna brevlådor"),
    Permission.REGISTER_READ: _("Läsa diariet för sina egna nämnder, och det offentliga i andras"),
    Permission.REGISTER_READ_ALL: _("Läsa alla nämnders diarier"),
    Permission.REGISTER_DECIDE: _("Registrera eller undanta post i sina egna brevlådor"),
    Permission.REGISTER_DECIDE_ALL: _("Registrera eller undanta post i alla brevlådor"),
    Permission.REGISTER_ANSWER: _("Svara på frågor om registrering"),
    Permission.REGISTER_SET_UP: _("Bestämma hur diarierna numreras och om de är öppna"),
    Permission.REGISTER_REMOVE: _("Skriva ut, registrera och ta bort mejl med hemliga uppgifter"),
    Permission.REGISTER_PACKAGE: _("Ta ut hela ärenden som paket till arkivet"),
    Permission.REGISTER_HANDOVER: _("Se överlämningar till ärendesystem och låta dem försöka igen"),
    Permission.REGISTER_HANDOVER_SETTLE: _("Lämna över till ärendesystem för hand och skriva in numret"),
    Permission.CASE_SYSTEM_EDIT: _("Välja vilket ärendesystem en nämnds handlingar lämnas till"),
    Permission.DIRECTORY_READ: _("Se katalogen"),
    Permission.DIRECTORY_EDIT: _("Ändra katalogen"),
    Permission.ROLE_GRANT: _("Dela ut och ta bort roller"),
    Permission.AUDIT_READ: _("Läsa granskningsspåret"),
    Permission.STATUS_READ: _("Se driftläget"),
    Permission.PROGRAM_MANAGE: _("Ge program en nyckel och återkalla den"),
    Permission.CONVERSATION_WORK: _("Ta, besvara och avsluta konversationer i sina egna brevlådor"),
    Permission.MAILBOX_SETTINGS: _("Sköta bemanning, mottagningsbevis och statistik för sina egna brevlådor"),
    Permission.KNOWLEDGE_READ: _("Läsa kunskapsbanken"),
    Permission.KNOWLEDGE_WRITE: _("Skriva i kunskapsbanken"),
}

_OWN_MAIL = frozenset(
    {
        Permission.MESSAGE_READ,
        Permission.LOG_READ,
        Permission.LOG_EXPORT,
        Permission.OUTBOX_READ,
        Permission.OUTBOX_WRITE,
        Permission.REGISTER_READ,
        Permission.REGISTER_DECIDE,
        Permission.DIRECTORY_READ,
        Permission.CONVERSATION_WORK,
        Permission.MAILBOX_SETTINGS,
        Permission.KNOWLEDGE_READ,
    }
)

ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.CASEWORKER: _OWN_MAIL | {Permission.KNOWLEDGE_WRITE},
    Role.CONTACT_CENTRE: _OWN_MAIL | {Permission.KNOWLEDGE_WRITE},
    Role.REGISTRAR: _OWN_MAIL
    | {Permission.LOG_READ_ALL, Permission.MESSAGE_READ_ALL, Permission.PEN_READ, Permission.PEN_ASSIGN}
    | {Permission.REGISTER_READ_ALL, Permission.REGISTER_DECIDE_ALL}
    | {Permission.REGISTER_ANSWER, Permission.REGISTER_SET_UP, Permission.REGISTER_REMOVE}
    | {Permission.REGISTER_PACKAGE, Permission.INFECTED_TAKE}
    | {Permission.REGISTER_HANDOVER, Permission.REGISTER_HANDOVER_SETTLE},
    Role.LAWYER: _OWN_MAIL | {Permission.LOG_READ_ALL, Permission.MESSAGE_READ_ALL, Permission.REGISTER_READ_ALL},
    Role.MANAGER: _OWN_MAIL | {Permission.KNOWLEDGE_WRITE},
    Role.IT: _OWN_MAIL
    | {Permission.LOG_READ_ALL, Permission.PEN_READ, Permission.STATUS_READ}
    | {Permission.PROGRAM_MANAGE, Permission.CONNECTION_EDIT, Permission.INFECTED_TAKE}
    | {Permission.CASE_SYSTEM_EDIT, Permission.REGISTER_HANDOVER},
    Role.ADMIN: frozenset(
        {Permission.DIRECTORY_READ, Permission.DIRECTORY_EDIT, Permission.ROLE_GRANT, Permission.STATUS_READ}
        | {Permission.PROGRAM_MANAGE}
    ),
    Role.AUDITOR: frozenset({Permission.DIRECTORY_READ, Permission.AUDIT_READ}),
}

UNIT_ROLES = frozenset({Role.CASEWORKER, Role.CONTACT_CENTRE, Role.REGISTRAR, Role.MANAGER})
"""Roles that may be held in one unit alone. The others are whole by nature."""

BEYOND_A_UNIT = frozenset(
    {Permission.LOG_READ_ALL, Permission.MESSAGE_READ_ALL, Permission.PEN_READ, Permission.PEN_ASSIGN}
    | {Permission.REGISTER_READ_ALL, Permission.REGISTER_DECIDE_ALL, Permission.REGISTER_SET_UP}
    | {Permission.REGISTER_REMOVE, Permission.REGISTER_PACKAGE, Permission.INFECTED_TAKE}
    | {Permission.REGISTER_HANDOVER, Permission.REGISTER_HANDOVER_SETTLE}
)
"""What a role held in one unit does not give for the whole municipality."""


class NotAllowed(Exception):  # noqa: N818 - a refusal, not a fault
    """The actor may not. ``code`` is turned into Swedish by the screen."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an account with its person, its roles, and the mailboxes that it owns or is a member of.

    ``roles`` are held everywhere; ``unit_roles`` are (role, unit id), held in that unit alone.
    """

    account_id: int
    person_id: int
    name: str
    roles: frozenset[Role]
    mailbox_ids: frozenset[int]
    unit_roles: frozenset[tuple[Role, int]] = frozenset()

    @property
    def reference(self) -> str:
        """``account:7``, as the audit trail writes it."""
        return f"account:{self.account_id}"

    def may(self, permission: Permission) -> bool:
        """Whether some role gives ``permission``. In which mailboxes is another question: ``visible_mailbox_ids``."""
        if any(permission in ROLE_PERMISSIONS[role] for role in self.roles):
            return True
        if permission in BEYOND_A_UNIT:
            return False
        return any(permission in ROLE_PERMISSIONS[role] for role, _unit in self.unit_roles)

    def unit_ids_for(self, permission: Permission) -> frozenset[int]:
        """Ids of the units where a role held in that unit alone gives ``permission``."""
        return frozenset(unit for role, unit in self.unit_roles if permission in ROLE_PERMISSIONS[role])


def check_may(actor: Actor, permission: Permission) -> None:
    """Raise ``NotAllowed`` with the code ``may_not:<permission>`` unless ``actor`` may."""
    if not actor.may(permission):
        raise NotAllowed(f"may_not:{permission}")


def reference_of(by: Actor | str) -> str:
    """What the audit trail calls ``by``: an actor's account, or ``system:name`` as it stands."""
    return by.reference if isinstance(by, Actor) else by
