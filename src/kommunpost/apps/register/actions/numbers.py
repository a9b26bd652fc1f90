"""Diary numbers: the next one of a committee's year, taken in the transaction that uses it (ADR 0031).

The counter's row is locked from the moment it is counted up until commit: whoever comes meanwhile waits, and a
registration that is rolled back gives its number back. So there are no gaps and no doubles.
"""

from datetime import datetime

from django.db import IntegrityError, connection

from kommunpost.apps.directory.models import Committee
from kommunpost.apps.register.models import CaseFile, DiaryNumber, DiarySeries, DiarySettings
from kommunpost.apps.register.rules.numbering import DEFAULT_FORMAT, NumberFormat, parse_format
from kommunpost.apps.register.rules.states import RegisterRefused
from kommunpost.core.swedish.working_days import local_day


def take_number(*, committee: Committee, now: datetime) -> DiaryNumber:
    """The next number of the committee's year (the year that it is in Sweden). Only inside a transaction.

    Raises ``RegisterRefused`` (``designation_taken``) when the format gives a designation that stands already.
    """
    if not connection.in_atomic_block:
        raise RegisterRefused("outside_transaction")
    year = local_day(now).year
    number = _count_up(committee.pk, year)
    designation = format_of(committee.pk).designation(committee=committee.code, year=year, number=number)
    if DiaryNumber.objects.filter(designation=designation).exists():
        raise RegisterRefused("designation_taken")
    try:
        return DiaryNumber.objects.create(
            committee=committee, year=year, number=number, designation=designation, taken_at=now
        )
    except IntegrityError as error:
        raise RegisterRefused("designation_taken") from error


def take_given_number(*, committee: Committee, year: int, number: int, designation: str, now: datetime) -> DiaryNumber:
    """A number that was given elsewhere, of a register that is brought back. Only inside a transaction.

    The series counts on from the highest. Raises ``RegisterRefused`` (``designation_taken``).
    """
    if not connection.in_atomic_block:
        raise RegisterRefused("outside_transaction")
    taken = DiaryNumber.objects.filter(committee=committee, year=year, number=number)
    if taken.exists() or DiaryNumber.objects.filter(designation=designation).exists():
        raise RegisterRefused("designation_taken")
    # By one at a time: the database refuses a series that leaps (guards.py).
    while latest_number(committee.pk, year) < number:
        _count_up(committee.pk, year)
    return DiaryNumber.objects.create(
        committee=committee, year=year, number=number, designation=designation, taken_at=now
    )


def latest_number(committee_id: int, year: int) -> int:
    """The highest number of a committee's year; 0 before the first."""
    found = DiarySeries.objects.filter(committee_id=committee_id, year=year).values_list("latest", flat=True).first()
    return int(found or 0)


def take_running(*, case: CaseFile) -> int:
    """The next running number within the case."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE register_casefile SET latest_running = latest_running + 1 WHERE id = %s RETURNING latest_running",
            [case.pk],
        )
        return int(cursor.fetchone()[0])


def format_of(committee_id: int) -> NumberFormat:
    """The committee's own format, or the one that all have until they choose."""
    chosen = DiarySettings.objects.filter(committee_id=committee_id).values_list("number_format", flat=True).first()
    return parse_format(chosen or DEFAULT_FORMAT)


def _count_up(committee_id: int, year: int) -> int:
    series = DiarySeries._meta.db_table  # noqa: SLF001 - documented API of Django in spite of its name
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {series} (committee_id, year, latest) VALUES (%s, %s, 1) "  # noqa: S608 - our own name
            f"ON CONFLICT (committee_id, year) DO UPDATE SET latest = {series}.latest + 1 RETURNING latest",
            [committee_id, year],
        )
        return int(cursor.fetchone()[0])
