"""What clamd has said of the files of mails, for whoever shows or hands them out."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kommunpost.apps.mailflow.models import FileScan, ScanState

TEXTS: Mapping[str, str | Promise] = {
    ScanState.UNSCANNED: _("Inte virusgranskad än"),
    ScanState.CLEAN: _("Virusgranskad"),
    ScanState.TOO_LARGE: _("För stor att virusgranska"),
    ScanState.FAILED: _("Gick inte att virusgranska"),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """``says``: in words, empty when nobody scans here."""

    state: str
    signature: str = ""

    @property
    def is_infected(self) -> bool:
        return self.state == ScanState.INFECTED

    @property
    def is_clean(self) -> bool:
        return self.state == ScanState.CLEAN

    @property
    def says(self) -> str:
        if self.is_infected:
            return gettext("Virus: %(name)s. Filen är spärrad.") % {"name": self.signature}
        return str(TEXTS[self.state]) if self.state else ""


Verdicts = Mapping[int, Verdict]
"""By the place of the file in its mail."""


def verdicts_of(message_ids: Collection[int]) -> Mapping[int, Verdicts]:
    """By message. One query, however many there are."""
    found: dict[int, dict[int, Verdict]] = {pk: {} for pk in message_ids}
    for one in FileScan.objects.filter(message_id__in=found) if found else ():
        found[one.message_id][one.number] = Verdict(one.state, one.signature)
    return found


def unknown() -> Verdict:
    """Of a file that nobody has been asked about: it came before there was a clamd, or there is none."""
    return Verdict(ScanState.UNSCANNED if settings.CLAMD_URL else "")


def have_virus(message_ids: Iterable[int]) -> bool:
    """Whether a file of any of the mails has one."""
    return FileScan.objects.filter(message_id__in=message_ids, state=ScanState.INFECTED).exists()


def infection_of(message_id: int, *, number: int | None = None) -> str:
    """The name of what was found in the file, or with ``number`` None in any file of the mail; empty for nothing."""
    infected = FileScan.objects.filter(message_id=message_id, state=ScanState.INFECTED)
    if number is not None:
        infected = infected.filter(number=number)
    return infected.values_list("signature", flat=True).first() or ""
