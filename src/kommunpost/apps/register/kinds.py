"""The words of the register: states, grounds, kinds. What may follow what stands in ``rules``."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RecordState(models.TextChoices):
    """Where a record stands. ``open`` is in the queue; every other state has been decided by somebody."""

    OPEN = "open", _("Väntar på registrering")
    REGISTERED = "registered", _("Registrerad")
    ORDERED = "ordered", _("Hålls ordnad")
    EXEMPT = "exempt", _("Undantagen från registrering")
    NOT_RECORD = "not_record", _("Inte allmän handling")


class Ground(models.TextChoices):
    """Why something is not a public record."""

    PRIVATE = "private", _("Privat")
    UNION_POLITICAL = "union_political", _("Fackligt eller politiskt uppdrag")
    WORKING_MATERIAL = "working_material", _("Arbetsmaterial")


class Exemption(models.TextChoices):
    """Why a public record is not registered here. None of them lets it be disposed of: that is another question."""

    SMALL_IMPORTANCE = "small_importance", _("Uppenbart av liten betydelse")
    OTHER_AUTHORITY = "other_authority", _("En annan myndighet registrerar den")
    PERSONAL_FILE = "personal_file", _("Ligger i en personakt")
    ALREADY_REGISTERED = "already_registered", _("Redan registrerad")


class Secrecy(models.TextChoices):
    """A marking is a warning; it is tested anew at each request (OSL 5:5)."""

    NONE = "none", _("Ingen")
    CHECK = "check", _("Kan gälla, prövas vid begäran")
    STRONG = "strong", _("Stark, ange lagrum")


class Origin(models.TextChoices):
    """How the message met the authority. ``unknown`` until the worker has looked."""

    UNKNOWN = "unknown", _("Inte undersökt än")
    RECEIVED = "received", _("Kom utifrån")
    OTHER_COMMITTEE = "other_committee", _("Kom från en annan nämnd")
    DISPATCHED = "dispatched", _("Skickades ut")
    INTERNAL = "internal", _("Inom myndigheten")


class EntryDirection(models.TextChoices):
    """``drawn_up``: made here and not sent."""

    IN = "in", _("Inkommen")
    OUT = "out", _("Utgående")
    DRAWN_UP = "drawn_up", _("Upprättad")


class CaseState(models.TextChoices):
    """A closed case can be opened again; it keeps its number."""

    OPEN = "open", _("Pågår")
    CLOSED = "closed", _("Avslutat")


class PartyRole(models.TextChoices):
    """What somebody is in a case."""

    APPLICANT = "applicant", _("Sökande")
    OPPONENT = "opponent", _("Motpart")
    AGENT = "agent", _("Ombud")
    OTHER = "other", _("Annan berörd")


class NoteKind(models.TextChoices):
    """An official note adds facts to the case and is always kept (FL 27); memos and drafts are settled at closing."""

    OFFICIAL = "official", _("Tjänsteanteckning")
    MEMO = "memo", _("Minnesanteckning")
    DRAFT = "draft", _("Utkast")


class NoteState(models.TextChoices):
    """``cleared``: removed at closing (rensning), its text with it. ``archived``: kept, and a public record."""

    KEPT = "kept", _("Arbetsmaterial")
    CLEARED = "cleared", _("Rensad")
    ARCHIVED = "archived", _("Omhändertagen för arkivering")


class PackageState(models.TextChoices):
    """A package for the archive. ``removed``: its file is gone, the line says that it was made."""

    WAITING = "waiting", _("Väntar på att göras")
    MAKING = "making", _("Görs")
    READY = "ready", _("Klart att hämta")
    FAILED = "failed", _("Kunde inte göras")
    REMOVED = "removed", _("Borttaget")


class PackageStandard(models.TextChoices):
    """What the cases of a package are described by: ``core.packages.Standard``."""

    FGS2 = "fgs2", _("FGS Ärendehantering 2.0")
    FGS1 = "fgs1", _("FGS Ärendehantering 1.0")


class QuestionState(models.TextChoices):
    """A question to the registrar."""

    OPEN = "open", _("Väntar på svar")
    ANSWERED = "answered", _("Besvarad")
    WITHDRAWN = "withdrawn", _("Återtagen")


class Audience(models.TextChoices):
    """Whom a searchable word is for: those inside, or everybody."""

    INSIDE = "inside", _("Inom kommunen")
    PUBLIC = "public", _("Alla")


class RemovalState(models.TextChoices):
    """Something secret was received: printed, registered, removed (clause ``secret-received``), in that order."""

    BEGUN = "begun", _("Ska skrivas ut")
    PRINTED = "printed", _("Ska registreras")
    REGISTERED = "registered", _("Ska tas bort")
    REMOVING = "removing", _("Tas bort")
    DONE = "done", _("Borttaget")
    BROKEN_OFF = "broken_off", _("Avbrutet")


class StepState(models.TextChoices):
    """Where one place stands. ``proven``: looked at anew, and nothing was left."""

    PLANNED = "planned", _("Väntar")
    BY_HAND = "by_hand", _("Görs för hand")
    REMOVED = "removed", _("Borttaget, kontrolleras")
    PROVEN = "proven", _("Borttaget och kontrollerat")


class SystemKind(models.TextChoices):
    """Where a committee's entries are handed to. ``diary``: nowhere, the diary here is the register."""

    DIARY = "diary", _("Diariet här")
    WEBHOOK = "webhook", _("Webbanrop med signatur")
    FOLDER = "folder", _("Mapp med paket")
    MAIL = "mail", _("Mejl till registreringsadressen")


class HandoverState(models.TextChoices):
    """How far an entry has come on its way to the committee's case system.

    ``unknown``: it may have arrived, and nobody said so. ``dead``: given up, a person must act. ``withdrawn``: a person
    said that it need not go.
    """

    WAITING = "waiting", _("Väntar")
    SENDING = "sending", _("Lämnas över")
    SENT = "sent", _("Väntar på nummer")
    UNKNOWN = "unknown", _("Okänt om den kom fram")
    RECEIVED = "received", _("Mottagen")
    REFUSED = "refused", _("Nekad av ärendesystemet")
    DEAD = "dead", _("Kom inte fram")
    WITHDRAWN = "withdrawn", _("Ska inte lämnas över")
