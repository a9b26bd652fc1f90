"""Packages for the archive: asked for by a person, made by the worker, fetched, and removed after a while."""

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from kommunpost import __version__
from kommunpost.apps.audit.actions import record as audit
from kommunpost.apps.audit.actions import record_read
from kommunpost.apps.directory.models import Committee
from kommunpost.apps.directory.rules import Actor, Permission, check_may
from kommunpost.apps.mailflow.blobs import store
from kommunpost.apps.mailflow.blobs.contract import BlobError
from kommunpost.apps.mailflow.queries import NotVisible
from kommunpost.apps.register.kinds import CaseState, PackageStandard, PackageState
from kommunpost.apps.register.models import ArchivePackage, CaseFile, PackageCase, PackageEntry, RegisterEntry
from kommunpost.apps.register.packages.gathering import gather_case, gather_events
from kommunpost.apps.register.packages.renditions import rendition
from kommunpost.apps.register.queries.packages import get_package
from kommunpost.apps.register.rules.states import PACKAGE_STEPS, RegisterRefused, check_step
from kommunpost.apps.register.verbs import SYSTEM, RegisterVerb
from kommunpost.core.guidelines import load_profile
from kommunpost.core.mail import parse
from kommunpost.core.packages import (
    Case,
    Container,
    Event,
    FolderContainer,
    OpenMail,
    Sender,
    Sources,
    Standard,
    TarContainer,
    ZipContainer,
    write_sip,
)
from kommunpost.core.packages.text import slug

MOST_CASES = 500
SILENT = timedelta(minutes=15)
"""After this long without a sign of life another worker begins the package anew: no mail takes as long."""
KEPT = timedelta(days=14)


def ask_package(*, actor: Actor, case_ids: Sequence[int], now: datetime, standard: str = PackageStandard.FGS2) -> int:
    """Ask for closed cases of one committee as a package; its id. The worker makes it.

    Raises NotAllowed, NotVisible, and ``RegisterRefused``: ``no_such_case``, ``too_many_cases``, ``case_open``,
    ``several_committees``, ``no_such_standard``.
    """
    _check(actor)
    if standard not in PackageStandard.values:
        raise RegisterRefused("no_such_standard")
    cases = closed_cases(case_ids)
    with transaction.atomic():
        entries = RegisterEntry.objects.filter(case__in=cases).count()
        package = ArchivePackage.objects.create(
            committee_id=cases[0].committee_id, asked_by_id=actor.account_id, asked_at=now, entry_count=entries,
            standard=standard,
        )  # fmt: skip
        PackageCase.objects.bulk_create(PackageCase(package=package, case=case) for case in cases)
        audit(
            actor=actor.reference, verb=RegisterVerb.PACKAGE_ASKED, subject=f"package:{package.pk}",
            details={"cases": [case.pk for case in cases], "committee": package.committee_id, "standard": standard},
            at=now,
        )  # fmt: skip
    return int(package.pk)


def closed_cases(case_ids: Sequence[int]) -> list[CaseFile]:
    """The cases, by their numbers. Raises ``RegisterRefused`` unless all are closed and of one committee."""
    if len(case_ids) > MOST_CASES:
        raise RegisterRefused("too_many_cases")
    cases = list(CaseFile.objects.filter(pk__in=case_ids).order_by("diary_number__year", "diary_number__number"))
    if not cases or len(cases) != len(set(case_ids)):
        raise RegisterRefused("no_such_case")
    if any(case.state != CaseState.CLOSED for case in cases):
        raise RegisterRefused("case_open")
    if len({case.committee_id for case in cases}) > 1:
        raise RegisterRefused("several_committees")
    return cases


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written by ``export_package``."""

    entries: int
    size: int


def export_package(
    *, actor: Actor, case_ids: Sequence[int], path: Path, done: Callable[[], None], now: datetime,
    standard: str = PackageStandard.FGS2,
) -> Exported:  # fmt: skip
    """Closed cases straight to ``path``: a .zip, a .tar, or else a folder. Noted as a package that lies elsewhere.

    Raises NotAllowed, OSError, and ``RegisterRefused`` as ``ask_package`` does.
    """
    package_id = ask_package(actor=actor, case_ids=case_ids, standard=standard, now=now)
    package = ArchivePackage.objects.get(pk=package_id)
    # Taken from the worker before it sees it: what is asked for here is made here.
    _step(package, PackageState.REMOVED, removed_at=now)
    cases = [case.pk for case in closed_cases(case_ids)]
    name = f"{slug(package.committee.code)}-{now:%Y%m%d}-{package_id}"
    part = path.with_name(f"{path.name}.part")
    with _container(part, path.suffix, now) as container:
        write_package(container, name=name, case_ids=cases, done=done, made_at=now, standard=standard)
    part.replace(path)
    with transaction.atomic():
        entries = RegisterEntry.objects.filter(case__in=cases).values_list("pk", flat=True)
        PackageEntry.objects.bulk_create([PackageEntry(package=package, entry_id=entry) for entry in entries])
        size = path.stat().st_size if path.is_file() else 0
        ArchivePackage.objects.filter(pk=package_id).update(name=path.name[:120], made_at=now, size=size)
        _audit(RegisterVerb.PACKAGE_MADE, package, actor.reference, now)
    return Exported(len(entries), size)


@contextmanager
def _container(path: Path, suffix: str, made_at: datetime) -> Iterator[Container]:
    if suffix not in {".zip", ".tar"}:
        yield FolderContainer(path)
        return
    with path.open("wb") as file:
        container = (ZipContainer if suffix == ".zip" else TarContainer)(file, made_at=made_at)
        yield container
        container.close()


def make_next(*, clock: Callable[[], datetime]) -> int:
    """Make the package that has waited longest; how many were made (0 or 1). What fails is told on its line."""
    package = _claim(clock())
    if package is None:
        return 0
    try:
        _make(package, clock)
    except Exception:
        with transaction.atomic():
            _step(package, PackageState.FAILED)
            _audit(RegisterVerb.PACKAGE_FAILED, package, SYSTEM, clock())
        raise
    return 1


def note_fetched(*, actor: Actor, package_id: int, now: datetime) -> Path:
    """The file of a package that is ready, and that it was fetched. Raises NotAllowed, NotVisible."""
    _check(actor)
    package = get_package(package_id)
    path = path_of(package.id)
    if package.state != PackageState.READY or not path.is_file():
        raise NotVisible
    record_read(actor=actor.reference, verb=RegisterVerb.PACKAGE_FETCHED, subject=f"package:{package_id}", at=now)
    return path


def remove_package(*, actor: Actor | None, package_id: int, now: datetime) -> None:
    """Remove the file; the line stays. ``actor`` None: its time is out. Raises NotVisible, ``not_from_this_state``."""
    if actor is not None:
        _check(actor)
    with transaction.atomic():
        package = ArchivePackage.objects.filter(pk=package_id).first()
        if package is None:
            raise NotVisible
        _step(package, PackageState.REMOVED, removed_at=now)
        _audit(RegisterVerb.PACKAGE_REMOVED, package, actor.reference if actor else SYSTEM, now)
    path_of(package_id).unlink(missing_ok=True)


def try_again(*, actor: Actor, package_id: int, now: datetime) -> None:
    """Let the worker try once more. Raises NotVisible, ``not_from_this_state``."""
    _check(actor)
    with transaction.atomic():
        package = ArchivePackage.objects.filter(pk=package_id).first()
        if package is None:
            raise NotVisible
        _step(package, PackageState.WAITING, done=0)
        _audit(RegisterVerb.PACKAGE_ASKED, package, actor.reference, now)


def remove_old(*, now: datetime) -> int:
    """Remove the files of packages that have lain for ``KEPT``: they are copies of what the register has."""
    old = ArchivePackage.objects.filter(state=PackageState.READY, made_at__lt=now - KEPT).values_list("pk", flat=True)
    ids = list(old)
    for package_id in ids:
        remove_package(actor=None, package_id=package_id, now=now)
    return len(ids)


def path_of(package_id: int) -> Path:
    """Where the file of a package lies."""
    return Path(settings.PACKAGE_FOLDER) / f"{package_id}.zip"


def write_package(
    container: Container, *, name: str, case_ids: Sequence[int], done: Callable[[], None], made_at: datetime,
    standard: str = PackageStandard.FGS2,
) -> None:  # fmt: skip
    """The cases into ``container``, one after the other. The caller has asked who may."""
    committee = Committee.objects.get(pk=CaseFile.objects.get(pk=case_ids[0]).committee_id)
    ids: dict[str, int] = {}

    def cases() -> Iterator[Case]:
        for case_id in case_ids:
            case = gather_case(case_id)
            ids[case.designation] = case_id
            yield case

    def events(case: Case) -> Iterator[Event]:
        return gather_events(ids[case.designation])

    sender = Sender(
        municipality=load_profile(settings.PROFILE).municipality.name, committee=committee.name,
        committee_code=committee.code, version=__version__,
    )  # fmt: skip
    sources = Sources(open_mail=open_mail, events=events, done=done, schemas=schemas())
    write_sip(
        container, name=name, cases=cases(), sender=sender, sources=sources, made_at=made_at,
        standard=Standard(standard),
    )  # fmt: skip


def schemas() -> dict[str, bytes]:
    """Schemas that the municipality has put in a folder for them to lie in each package. None come with us."""
    if not settings.SCHEMA_FOLDER:
        return {}
    return {one.name: one.read_bytes() for one in sorted(Path(settings.SCHEMA_FOLDER).glob("*.xsd"))}


def open_mail(digest: str) -> OpenMail | None:
    """The bytes of a mail, of its attachments, and its PDF/A; None when they are gone."""
    try:
        raw = store().get(digest)
    except BlobError:
        return None
    try:
        mail = parse(raw)
        return OpenMail((raw, *(one.content for one in mail.attachments)), rendition(mail))
    except Exception:
        # A mail that breaks the reader goes to the archive all the same: whole, as it came.
        return OpenMail((raw,), None)


def _make(package: ArchivePackage, clock: Callable[[], datetime]) -> None:
    made_at = clock()
    case_ids = [case.pk for case in closed_cases([one.case_id for one in package.cases.all()])]
    name = f"{slug(package.committee.code)}-{made_at:%Y%m%d}-{package.pk}"
    target = path_of(package.pk)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = target.with_suffix(f".{os.getpid()}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            container = ZipContainer(file, made_at=made_at)
            write_package(
                container, name=name, case_ids=case_ids, done=_Beat(package, clock), made_at=made_at,
                standard=package.standard,
            )  # fmt: skip
            container.close()
            file.flush()
            os.fsync(file.fileno())
        digest, size = _digest(part), part.stat().st_size
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    _finish(package, case_ids, name=name, digest=digest, size=size, made_at=made_at, now=clock())


def _finish(
    package: ArchivePackage, case_ids: Sequence[int], *, name: str, digest: str, size: int, made_at: datetime,
    now: datetime,
) -> None:  # fmt: skip
    with transaction.atomic():
        entries = RegisterEntry.objects.filter(case__in=case_ids).values_list("pk", flat=True)
        PackageEntry.objects.bulk_create(
            [PackageEntry(package=package, entry_id=entry) for entry in entries], ignore_conflicts=True
        )
        _step(package, PackageState.READY, name=f"{name}.zip", digest=digest, size=size, made_at=made_at,
              done=package.entry_count)  # fmt: skip
        _audit(RegisterVerb.PACKAGE_MADE, package, SYSTEM, now)


class _Beat:
    """Writes how far the package has come, and that its maker lives: at most once a second."""

    def __init__(self, package: ArchivePackage, clock: Callable[[], datetime]) -> None:
        self._package, self._clock = package, clock
        self._done, self._told = 0, clock()

    def __call__(self) -> None:
        self._done += 1
        now = self._clock()
        if now - self._told >= timedelta(seconds=1):
            self._told = now
            ArchivePackage.objects.filter(pk=self._package.pk).update(done=self._done, beat_at=now)


def _claim(now: datetime) -> ArchivePackage | None:
    mine = Q(state=PackageState.WAITING) | Q(state=PackageState.MAKING, beat_at__lt=now - SILENT)
    with transaction.atomic():
        waiting = ArchivePackage.objects.filter(mine).order_by("asked_at", "pk")
        if connection.features.has_select_for_update_skip_locked:
            waiting = waiting.select_for_update(skip_locked=True)
        package = waiting.first()
        if package is None:
            return None
        if not ArchivePackage.objects.filter(mine, pk=package.pk).update(
            state=PackageState.MAKING, beat_at=now, done=0
        ):
            return None
        package.refresh_from_db()
        return package


def _step(package: ArchivePackage, wanted: PackageState, **fields: object) -> None:
    check_step(PACKAGE_STEPS, PackageState(package.state), wanted)
    if not ArchivePackage.objects.filter(pk=package.pk, state=package.state).update(state=wanted, **fields):
        raise RegisterRefused("changed_meanwhile")


def _check(actor: Actor) -> None:
    # A package holds every entry of a case, whatever its marking: half of one would look whole.
    check_may(actor, Permission.REGISTER_PACKAGE)
    check_may(actor, Permission.REGISTER_READ_ALL)


def _audit(verb: RegisterVerb, package: ArchivePackage, who: str, now: datetime) -> None:
    audit(actor=who, verb=verb, subject=f"package:{package.pk}", details={"committee": package.committee_id}, at=now)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
