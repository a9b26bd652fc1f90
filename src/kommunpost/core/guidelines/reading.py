"""From a TOML file to a checked profile."""

import re
import tomllib
from collections.abc import Mapping
from datetime import time
from importlib.resources import files
from ipaddress import ip_network
from itertools import pairwise
from pathlib import Path
from typing import Any

from kommunpost.core.guidelines.problems import Problem, ProfileError
from kommunpost.core.guidelines.profile import (
    Addresses,
    AdviceThresholds,
    AngryPolicy,
    AnswerTimes,
    Intake,
    LogSettings,
    Municipality,
    PhoneHours,
    Profile,
    Secrecy,
    SecrecyPolicy,
    Sending,
    UnknownRecipient,
)
from kommunpost.core.guidelines.table import ADDRESS, DOMAIN, LINK, Table, matched
from kommunpost.core.law import authorities

NAME = re.compile(r"[a-z0-9åäö_-]+")
HOURS = re.compile(r"(\d{2})[.:](\d{2}) ?[-–] ?(\d{2})[.:](\d{2})")
MEGABYTE = 1024 * 1024


def load_profile(name_or_path: str) -> Profile:
    """The profile that ships under that name, such as ``botkyrka``, or the one in the file at that path.

    Raises ``ProfileError`` with every problem found: file, key, what is wrong, what to write.
    """
    file, content = _read(name_or_path)
    return profile_from(content, file=file, slug=Path(file).stem)


def profile_names() -> tuple[str, ...]:
    """The profiles that ship."""
    folder = files("kommunpost.core.guidelines") / "profiles"
    return tuple(sorted(item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml")))


def _read(name_or_path: str) -> tuple[str, Mapping[str, Any]]:
    try:
        if NAME.fullmatch(name_or_path):
            file = f"{name_or_path}.toml"
            text = (files("kommunpost.core.guidelines") / "profiles" / file).read_text(encoding="utf-8")
        else:
            file = name_or_path
            text = Path(name_or_path).read_text(encoding="utf-8")
        return file, tomllib.loads(text)
    except OSError as error:
        remedy = f"Give the path of a TOML file, or one of: {', '.join(profile_names())}."
        raise ProfileError([Problem(name_or_path, "", "Cannot be read.", remedy)]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        remedy = "Save it as TOML in UTF-8."
        raise ProfileError([Problem(name_or_path, "", f"Is not TOML: {error}.", remedy)]) from error


def profile_from(content: Mapping[str, Any], *, file: str, slug: str) -> Profile:
    """The profile that ``content`` describes; ``file`` is only named in errors. Raises ``ProfileError``."""
    problems: list[Problem] = []
    root = Table(content, file=file, key="", problems=problems)
    profile = Profile(
        slug=slug,
        municipality=_municipality(root.table("municipality")),
        addresses=_addresses(root.table("addresses")),
        answer_times=_answer_times(root.table("answer_times")),
        phone_hours=_phone_hours(root.table("phone_hours")),
        advice=_advice(root.table("advice")),
        secrecy=_secrecy(root.table("secrecy")),
        sending=_sending(root.table("sending")),
        intake=_intake(root.table("intake")),
        log=_log(root.table("log")),
    )
    root.finish()
    # Stand-ins for unusable values would contradict each other without meaning anything.
    problems = problems or _contradictions(profile, file=file)
    if problems:
        raise ProfileError(problems)
    return profile


def _municipality(table: Table) -> Municipality:
    settings = Municipality(
        name=table.text("name"),
        domains=table.several("domains", matched(DOMAIN), example="botkyrka.example"),
        switchboard=table.text("switchboard"),
        postal_address=table.text("postal_address"),
        web=table.matching("web", LINK, "https://www.botkyrka.example"),
        handbook_link=table.matching("handbook_link", LINK, "https://intranet.botkyrka.example/handbok"),
        intranet_link=table.matching("intranet_link", LINK, "https://intranet.botkyrka.example"),
        case_system=table.text("case_system"),
    )
    table.finish()
    return settings


def _addresses(table: Table) -> Addresses:
    settings = Addresses(
        official=table.several("official", matched(ADDRESS), example="info@botkyrka.example"),
        registrar=table.matching("registrar", ADDRESS, "registrator@botkyrka.example"),
        other_authorities=table.several(
            "other_authorities", _other_authority, example="skatteverket: post@skatteverket.example", may_be_empty=True
        ),
    )
    table.finish()
    return settings


def _other_authority(text: str) -> tuple[str, str]:
    id_, colon, address = text.partition(":")
    if not colon or not ADDRESS.fullmatch(address.strip()) or id_ not in {one.id for one in authorities()}:
        raise ValueError("not an authority that is known, a colon and an address")
    return id_, address.strip()


def _answer_times(table: Table) -> AnswerTimes:
    settings = AnswerTimes(
        answer=table.number("answer", least=1, most=20),
        warn_before=table.number("warn_before", least=0, most=20),
        disclosure=table.number("disclosure", least=1, most=20),
        registration=table.number("registration", least=1, most=20),
    )
    table.finish()
    return settings


def _phone_hours(table: Table) -> PhoneHours:
    days = ("monday", "tuesday", "wednesday", "thursday", "friday")
    hours = {day: table.several(day, _hours, example="09.00–12.00", may_be_empty=True) for day in days}
    for day, spans in hours.items():
        if any(later[0] < earlier[1] for earlier, later in pairwise(spans)):
            table.refuse(day, "The hours overlap or are not in order.", "Write the earliest hours first.")
    table.finish()
    return PhoneHours(**hours)


def _hours(value: str) -> tuple[time, time]:
    found = HOURS.fullmatch(value)
    if found is None:
        raise ValueError("wrong form")
    numbers = [int(number) for number in found.groups()]
    start, end = time(numbers[0], numbers[1]), time(numbers[2], numbers[3])
    if end <= start:
        raise ValueError("ends before it begins")
    return start, end


def _advice(table: Table) -> AdviceThresholds:
    settings = AdviceThresholds(
        mass_mail_recipients=table.number("mass_mail_recipients", least=2, most=10_000),
        many_recipients=table.number("many_recipients", least=2, most=10_000),
        long_text_words=table.number("long_text_words", least=20, most=10_000),
        long_paragraph_words=table.number("long_paragraph_words", least=10, most=1_000),
        long_sentence_words=table.number("long_sentence_words", least=5, most=200),
        lix=table.number("lix", least=20, most=100),
        quoted_messages=table.number("quoted_messages", least=1, most=100),
    )
    table.finish()
    return settings


def _secrecy(table: Table) -> Secrecy:
    settings = Secrecy(
        outgoing=table.choice("outgoing", SecrecyPolicy),
        safe_channels=table.several("safe_channels", str, example="rekommenderat brev"),
    )
    table.finish()
    return settings


def _sending(table: Table) -> Sending:
    settings = Sending(
        undo_seconds=table.number("undo_seconds", least=0, most=600),
        angry=table.choice("angry", AngryPolicy),
    )
    table.finish()
    return settings


def _intake(table: Table) -> Intake:
    settings = Intake(
        trusted_networks=table.several("trusted_networks", ip_network, example="10.0.0.0/8"),
        unknown_recipient=table.choice("unknown_recipient", UnknownRecipient),
        max_message_bytes=table.number("max_message_megabytes", least=1, most=500) * MEGABYTE,
        max_recipients=table.number("max_recipients", least=1, most=10_000),
    )
    table.finish()
    return settings


def _log(table: Table) -> LogSettings:
    settings = LogSettings(
        review_subjects=table.truth("review_subjects"),
        extract_max_rows=table.number("extract_max_rows", least=100, most=10_000_000),
    )
    table.finish()
    return settings


def _contradictions(profile: Profile, *, file: str) -> list[Problem]:
    """What is wrong only when two settings are seen together."""
    problems = []
    for index, address in enumerate(profile.addresses.official):
        if profile.municipality.domains and address.rpartition("@")[2] not in profile.municipality.domains:
            remedy = "Use an address in one of municipality.domains, or add its domain there."
            problems.append(Problem(file, f"addresses.official[{index}]", f"{address!r} is not ours.", remedy))
    if profile.answer_times.warn_before >= profile.answer_times.answer > 0 and profile.answer_times.warn_before:
        remedy = f"Write a number below {profile.answer_times.answer}, the value of answer_times.answer."
        problems.append(Problem(file, "answer_times.warn_before", "Warns before the mail has come.", remedy))
    if profile.advice.many_recipients > profile.advice.mass_mail_recipients:
        remedy = "Write at most the value of advice.mass_mail_recipients."
        problems.append(Problem(file, "advice.many_recipients", "Is above the limit of mass mail.", remedy))
    return problems
