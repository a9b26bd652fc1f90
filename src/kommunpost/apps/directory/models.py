"""Who is who: committees, units, people, mailboxes, groups, and the accounts and roles of those who sign in."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _


class MailboxKind(models.TextChoices):
    """Who answers for a mailbox: one person, a group, the contact centre, the authority, nobody."""

    PERSONAL = "personal", _("Personlig brevlåda")
    FUNCTION = "function", _("Funktionsbrevlåda")
    CONTACT_CENTRE = "contact_centre", _("Kontaktcenter")
    OFFICIAL = "official", _("Officiell adress")
    # Voice mail and the mail server itself: nobody answers there, yet it flows in and is logged.
    SYSTEM = "system", _("Systemadress")


class Committee(models.Model):
    """A committee (nämnd) is an authority of its own: between two committees a hand-over is dispatch (TF 2:11)."""

    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """A unit (enhet or förvaltning) under a committee, perhaps a part of a larger one under the same committee."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="units")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts")
    phone = models.CharField(max_length=40, blank=True)
    phone_hours = models.CharField(max_length=200, blank=True)
    handles = models.TextField(blank=True)
    secrecy_by_default = models.BooleanField(default=False)
    manager = models.ForeignKey("Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="manages")
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            # Longer circles are refused where units are edited; this one the database can see by itself.
            models.CheckConstraint(
                condition=~models.Q(parent=models.F("pk")), name="directory_unit_not_part_of_itself"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    """Somebody who works for, or is elected in, the municipality."""

    name = models.CharField(max_length=200)
    address = models.CharField(max_length=254, unique=True)
    title = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="people")
    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, null=True, blank=True, related_name="elected")
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Mailbox(models.Model):
    """An address that people answer for. ``address`` is in lower case."""

    address = models.CharField(max_length=254, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=MailboxKind.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="mailboxes")
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="owned_mailboxes")
    members = models.ManyToManyField(Person, through="Membership", related_name="mailboxes")
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["address"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=MailboxKind.values), name="directory_mailbox_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.address


class MailboxAlias(models.Model):
    """Another address that leads to the same mailbox."""

    address = models.CharField(max_length=254, unique=True)
    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="aliases")

    def __str__(self) -> str:
        return self.address


class Membership(models.Model):
    """A person who reads and answers a mailbox."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mailbox", "person"], name="directory_membership_once")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.mailbox_id}"


class AddressGroup(models.Model):
    """A list address that reaches many people (``alla@``); mass mail is measured against it."""

    address = models.CharField(max_length=254, unique=True)
    name = models.CharField(max_length=200)
    members = models.ManyToManyField(Person, related_name="address_groups", blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["address"]

    def __str__(self) -> str:
        return self.address


class AccountManager(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(address=(username or "").lower())


class Account(AbstractBaseUser):
    """A sign-in. The person behind it may change title or unit; the account stays."""

    address = models.CharField(max_length=254, unique=True)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="account")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    colour_scheme = models.CharField(max_length=5, default="auto")
    language = models.CharField(max_length=5, default="sv")
    # Keys that act without Ctrl or Alt can be turned off (WCAG 2.1.4): they disturb those who dictate.
    single_keys = models.BooleanField(default=True)

    # Part of what a session is bound to: one step up, and every open session of the account is dead.
    session_epoch = models.PositiveIntegerField(default=0)

    objects = AccountManager()

    USERNAME_FIELD = "address"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.address

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        # Django's own covers the password alone: an account closed and opened again would have its old sessions back.
        bound = f"{self.password}:{self.session_epoch}"
        return salted_hmac("kommunpost.directory.session", bound, secret=secret, algorithm="sha256").hexdigest()


class RoleAssignment(models.Model):
    """A role that an account holds: everywhere, or in one unit. Roles and what they may stand in ``rules.py``."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(max_length=20)
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, null=True, blank=True)

    class Meta:
        constraints = [
            # Two, since SQLite has no NULLS NOT DISTINCT.
            models.UniqueConstraint(
                fields=["account", "role"], name="directory_role_everywhere_once", condition=models.Q(unit__isnull=True)
            ),
            models.UniqueConstraint(
                fields=["account", "role", "unit"],
                name="directory_role_in_unit_once",
                condition=models.Q(unit__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.role}"
