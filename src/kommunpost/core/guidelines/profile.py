"""A municipality's settings. ``profiles/botkyrka.toml`` has every key; ``reading`` makes and checks one."""

from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network


class SecrecyPolicy(StrEnum):
    """What happens to outgoing mail that seems to hold secret data (clause ``no-secrecy-in-mail``)."""

    WARN = "warn"
    BLOCK = "block"


class AngryPolicy(StrEnum):
    """Whether a mail that seems written in anger may rest until the next working morning, or must (``sleep-on-it``)."""

    OFFER = "offer"
    REQUIRE = "require"


class UnknownRecipient(StrEnum):
    """What intake does with mail to an address of ours that leads to no mailbox."""

    HOLD = "hold"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Municipality:
    """``domains``: the first is the one that our own mail is written from. Links are https addresses."""

    name: str
    domains: tuple[str, ...]
    switchboard: str
    postal_address: str
    web: str
    handbook_link: str
    intranet_link: str
    case_system: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """``official`` is answered by the contact centre (clause ``contact-centre``).

    ``other_authorities``: (id as in ``core.law``, address) of those that take mail sent on (``right-authority``).
    """

    official: tuple[str, ...]
    registrar: str
    other_authorities: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerTimes:
    """Whole Swedish working days."""

    answer: int
    warn_before: int
    disclosure: int
    registration: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneHours:
    """The hours of a unit that has none of its own: Monday to Friday, each any number of (from, to) in local time."""

    monday: tuple[tuple[time, time], ...]
    tuesday: tuple[tuple[time, time], ...]
    wednesday: tuple[tuple[time, time], ...]
    thursday: tuple[tuple[time, time], ...]
    friday: tuple[tuple[time, time], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceThresholds:
    """From where on the adviser speaks up. LIX is the Swedish readability index."""

    mass_mail_recipients: int
    many_recipients: int
    long_text_words: int
    long_paragraph_words: int
    long_sentence_words: int
    lix: int
    quoted_messages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrecy:
    """``safe_channels``: what the writer is told to use in place of mail."""

    outgoing: SecrecyPolicy
    safe_channels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """``undo_seconds``: how long a sent mail can be taken back."""

    undo_seconds: int
    angry: AngryPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """``trusted_networks``: the mail servers that may hand over mail. Sizes in bytes."""

    trusted_networks: tuple[IPv4Network | IPv6Network, ...]
    unknown_recipient: UnknownRecipient
    max_message_bytes: int
    max_recipients: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSettings:
    """``review_subjects``: subjects that seem sensitive are marked for review before the log is disclosed."""

    review_subjects: bool
    extract_max_rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """All settings of one municipality. ``slug`` is the name of the file without its ending."""

    slug: str
    municipality: Municipality
    addresses: Addresses
    answer_times: AnswerTimes
    phone_hours: PhoneHours
    advice: AdviceThresholds
    secrecy: Secrecy
    sending: Sending
    intake: Intake
    log: LogSettings
