"""Each clause: what it must notice, what it must leave alone, and what its fix makes of the draft."""

from dataclasses import replace
from datetime import date

import pytest
from tests.core.advice.writing import ANNA, FILE, MONA, NOW, OLA, SIGNATURE, clauses, context, draft, found

from kommunpost.core.advice import Draft, File, FixKind, Severity, advise, apply, first_three
from kommunpost.core.advice.dates import loose_dates
from kommunpost.core.advice.words.phrases import words_of
from kommunpost.core.guidelines.profile import SecrecyPolicy
from kommunpost.core.mail import Address
from kommunpost.core.swedish.working_days import WorkCalendar

GOOD = "Hej Anna!\n\nDin altan behöver inget bygglov. Du kan börja bygga när du vill."
QUOTE = "> Behöver min altan bygglov?"
COLLEAGUES = tuple(
    Address(f"{name} Ek", f"{name.lower()}.ek@botkyrka.example") for name in ("Bo", "Siv", "Ulf", "Pia", "Tor")
)


def test_a_good_mail_gets_nothing() -> None:
    assert advise(draft(GOOD), context()) == ()


def test_an_empty_draft_gets_nothing() -> None:
    empty = replace(draft(GOOD, subject=""), body="", appended=f"\n\n{SIGNATURE}")
    assert advise(empty, context()) == ()
    assert [one.clause for one in advise(replace(empty, attachments=(FILE,)), context())] == ["subject-states-action"]


def test_mail_that_is_not_ours_gets_nothing() -> None:
    mail = replace(draft("Du är dum i huvudet!"), sender=ANNA, to=(OLA,))
    assert advise(mail, context()) == ()


@pytest.mark.parametrize(
    ("clause", "mail"),
    [
        ("channel-fit", draft("Hej Mona!\n\nFrån årsskiftet slår vi ihop enheterna. Din tjänst flyttas till Tumba och du byter chef. Jag vet inte hur schemat blir och förstår att du har frågor.", to=(MONA,))),
        ("channel-fit", draft("Hej Mona!\n\nFrån mars tar kontoret i Tumba över dina pass på fredagarna. Du kommer alltså att ha färre timmar. Vem som bestämt det får vi tala om, och jag förstår om du blir arg.", to=(MONA,))),
        ("channel-fit", draft("Hej Mona!\n\nJag är inte nöjd med hur samarbetet mellan oss fungerar. Du sa att det var jag som missförstod, men det blir så här varje gång, och jag vill förstå varför det har blivit på det viset.", to=(MONA,))),
        ("urgent-call", draft("Hej Mona!\n\nKan du svara inom en timme om vi får flytta avspärrningen?", to=(MONA,))),
        ("short-structured", draft("Hej Anna!\n\n" + "Vi har tittat på ritningen och den visar en altan som är lite högre än du skrev, " * 8)),
        ("subject-states-action", draft("Hej Anna!\n\nSkicka in en ny skiss senast 2026-09-18.", subject="Angående")),
        ("subject-states-action", draft(GOOD, subject="")),
        ("reply-by-date", draft("Hej Anna!\n\nSkicka in en ny skiss.", subject="För åtgärd: skiss på altanen")),
        ("only-concerned", draft("Hej!\n\nBo, granska punkt 4 senast 2026-09-18. Ni andra får mejlet så att ni vet.", to=COLLEAGUES, subject="Granska punkt 4 senast 2026-09-18")),
        ("cc-information-only", draft("Hej Anna!\n\nBeslutet kommer i morgon. Mona, kan du boka lokalen till mötet 2026-09-18?", cc=(MONA,))),
        ("no-mass-mail", draft("Hej!\n\nEn mugg är upphittad i köket.", to=(Address("", "alla@botkyrka.example"),))),
        ("no-long-forward", draft("Se nedan.", to=(MONA,), subject="VB: Altan", quote="Från: Bo\nSkickat: den 3 september 2026\nÄmne: Sv\nJa.\n\n> Från: Siv\n> Jaha.\n\n>> Från: Bo\n>> Nej.")),
        ("reply-with-history", draft("Ja, det går bra.", subject="Sv: Får jag bygga en altan?")),
        ("plain-language", draft("Med anledning av inkommen skrivelse får härmed meddelas att ansökan torde inges på avsedd blankett.")),
        ("tone", draft("Som jag REDAN har förklarat flera gånger får du inte bygga.")),
        ("no-confusing-jokes", draft("Bygg på du, om du vill sälja bilen till den som krockar, haha.")),
        ("no-read-receipt", draft(GOOD, headers={"Disposition-Notification-To": OLA.address})),
        ("no-internal-attachment", draft("Hej Mona!\n\nHär är budgeten.", to=(MONA,), attachments=(FILE,))),
        ("common-signature", draft(GOOD, signature="Ola")),
        ("common-signature", draft(GOOD, signature=f"{SIGNATURE}\n”Le mot världen så ler den mot dig”")),
        ("no-secrecy-in-mail", draft("Hej!\n\nVi gör en skyddsbedömning av Elton Hage i dag. Mamman har misshandlats och han har fått en adhd-diagnos.", to=(MONA,))),
        ("no-sensitive-subject", draft("Hej!\n\nVi ses i morgon.", to=(MONA,), subject="Missbruksutredning Kalle Ekström")),
        ("wrong-recipient-suspected", draft(GOOD.replace("Anna", "Birgit"))),
        ("wrong-recipient-suspected", draft("Hej Anna!\n\nJag bifogar beslutet.")),
        ("wrong-recipient-suspected", draft("Hej Anna!\n\nTidsplanen för bygget ligger med. Du behöver inte svara.")),
        ("wrong-recipient-suspected", draft("Hej Anna!\n\nSkissen följer med det här mejlet.")),
        ("tone", draft("Hej Anna!\n\nFJORTON samtal på en dag?! Du får inte bygga.")),
    ],
)  # fmt: skip
def test_notices(clause: str, mail: Draft) -> None:
    assert clause in clauses(mail)


@pytest.mark.parametrize(
    ("clause", "mail"),
    [
        ("channel-fit", draft("Hej Mona!\n\nFrån mars har kontoret i Tumba öppet till klockan 18 på fredagarna. Ditt schema är detsamma, och det är Siv som sitter i luckan på kvällen.", to=(MONA,), subject="För kännedom: öppettider")),
        ("channel-fit", draft("Hej Mona!\n\nMötesrummet är bytt till Älgen i morgon klockan 9. Ses där!", to=(MONA,))),
        ("urgent-call", draft("Hej Anna!\n\nRing 112 om det är akut. Vi har öppet i dag till klockan 16.")),
        ("short-structured", draft("Hej Anna!\n\n" + "\n\n".join(["Vi har tittat på ritningen och allt stämmer."] * 12))),
        ("subject-states-action", draft("Hej Anna!\n\nSkicka en ny skiss senast 2026-09-18.", subject="Skicka en skiss senast 2026-09-18")),
        ("reply-by-date", draft("Hej Anna!\n\nHar du frågor? Ring mig. Du söker i e-tjänsten Bygglov: logga in och fyll i uppgifterna.")),
        ("reply-by-date", draft("Hej Anna!\n\nVi besöker platsen före den 2 oktober.")),
        ("only-concerned", draft("Hej!\n\nSkriv alla var sin rad i dokumentet senast 2026-09-18.", to=COLLEAGUES, subject="Skriv en rad senast 2026-09-18")),
        ("cc-information-only", draft("Hej Anna!\n\nBeslutet kommer i morgon. Mona får en kopia för kännedom.", cc=(MONA,))),
        ("no-mass-mail", draft(GOOD, to=(ANNA, MONA))),
        ("no-long-forward", draft("Hej Mona!\n\nFör kännedom.", to=(MONA,), subject="VB: Altan", quote="Från: Anna Grahn\nSkickat: den 3 september 2026\nÄmne: Altan\nBehöver jag bygglov?")),
        ("reply-with-history", draft("Ja, det går bra.", subject="Sv: Får jag bygga en altan?", quote=QUOTE)),
        ("plain-language", draft("Hej Anna!\n\nBeslutet gäller enligt 9 kap. plan- och bygglagen. Du kan överklaga det.")),
        ("tone", draft("Hej Anna!\n\nJag beklagar att din mamma har gått bort. Jag förstår att du är besviken på oss. Svaret är ändå nej, eftersom planen inte tillåter det.")),
        ("tone", draft("Hej Anna!\n\nBYGGLOV TUMBA 7:241 gäller enligt PBL. Öppna INTE paketet innan du har läst anvisningen.")),
        ("no-confusing-jokes", draft("Hej Anna!\n\nGrattis till huset! Ha en fin sommar 😊")),
        ("no-read-receipt", draft(GOOD, headers={"Importance": "high"})),
        ("no-internal-attachment", draft(GOOD, attachments=(FILE,))),
        ("no-internal-attachment", draft("Välkommen på möte!", to=(MONA,), attachments=(File("m.ics", "text/calendar", 9),))),
        ("common-signature", draft(GOOD, signature=f"Med vänlig hälsning\n\n{SIGNATURE}")),
        ("no-secrecy-in-mail", draft("Hej Anna!\n\nSkriv inget om hälsa i ett mejl. Tre ämnesrader är maskerade eftersom de rör enskildas hälsa.")),
        ("no-sensitive-subject", draft(GOOD, subject="Så anmäler du oro för ett barn")),
        ("wrong-recipient-suspected", draft(GOOD.replace("Anna", "Lasse"), to=(Address("Tullinge Innebandy", "kansli@tullingeinnebandy.example"),))),
        ("wrong-recipient-suspected", draft("Hej Anna!\n\nFacket var med när planen gjordes upp, och det är Mona med. Planen finns på vår webbplats.")),
        ("wrong-recipient-suspected", draft("Hej Anna!\n\nTack för den skiss som du har bifogat. Bilagan till beslutet kommer med post.")),
    ],
)  # fmt: skip
def test_leaves_alone(clause: str, mail: Draft) -> None:
    assert clause not in clauses(mail)


def test_words_stand_where_the_finding_says() -> None:
    mail = draft(
        "Hej Anna!\n\nMed anledning av inkommen skrivelse får härmed meddelas att ansökan torde inges på blankett."
    )
    marks = found(mail, "plain-language")
    assert marks
    assert all(mail.body[one.place.start : one.place.end] == one.words for one in marks)


def test_a_bureaucratic_word_is_replaced_in_its_case() -> None:
    mail = draft("Erforderliga handlingar skall tillställas undertecknad jämte vederbörlig fullmakt.")
    fix = next(one.fix for one in found(mail, "plain-language") if one.words == "Erforderliga")
    assert fix is not None
    assert apply(mail, fix).body.startswith("Nödvändiga handlingar")


def test_a_weekday_becomes_a_date() -> None:
    mail = draft("Hej Mona!\n\nKan du svara på fredag?", to=(MONA,), subject="För svar: Storvägen")
    (one,) = found(mail, "reply-by-date")
    assert one.fix is not None
    assert "Kan du svara senast 2026-09-11?" in apply(mail, one.fix).body


def test_a_date_is_offered_where_there_is_none() -> None:
    mail = draft("Hej Mona!\n\nKan du titta på skylten?", to=(MONA,), subject="För svar: skylten")
    (one,) = found(mail, "reply-by-date")
    assert one.fix is not None
    changed = apply(mail, one.fix)
    assert "Kan du titta på skylten? Svara senast 2026-09-16." in changed.body
    assert not found(changed, "reply-by-date")


@pytest.mark.parametrize(
    ("body", "subject", "expected"),
    [
        ("Kan du säga vad du tycker om taket?", "Bilder", "För svar: Bilder"),
        ("Godkänn planen senast 2026-09-18.", "Planen", "För beslut senast 2026-09-18: Planen"),
        ("Flytta skylten till torget.", "Sv: Skylten", "Sv: För åtgärd: Skylten"),
        ("Flytta skylten till torget.", "", "För åtgärd: Flytta skylten till torget"),
    ],
)
def test_the_subject_is_rewritten(body: str, subject: str, expected: str) -> None:
    mail = draft(body, to=(MONA,), subject=subject, quote=QUOTE)
    (one,) = found(mail, "subject-states-action")
    assert one.fix is not None
    assert apply(mail, one.fix).subject == expected


def test_who_is_asked_moves_to_to_and_who_is_not_to_cc() -> None:
    asked = draft("Hej Anna!\n\nMona, kan du boka lokalen?", cc=(MONA,))
    (one,) = found(asked, "cc-information-only")
    assert one.fix is not None
    assert apply(asked, one.fix).to == (ANNA, MONA)
    many = draft("Bo, granska punkt 4 senast 2026-09-18. Ni andra får mejlet så att ni vet.", to=COLLEAGUES)
    (other,) = found(many, "only-concerned")
    assert other.fix is not None
    assert [one.name for one in apply(many, other.fix).to] == ["Bo Ek"]


def test_only_the_last_mail_is_passed_on() -> None:
    quote = "Från: Bo\nSkickat: den 3 september 2026\nÄmne: Sv\nJa.\n\n> Från: Siv\n> Jaha.\n\n>> Från: Bo\n>> Nej."
    mail = draft("Se nedan.", to=(MONA,), subject="VB: Altan", quote=quote)
    (one,) = found(mail, "no-long-forward")
    assert one.fix is not None
    assert apply(mail, one.fix).body.rstrip().endswith("Ja.")


def test_the_signature_is_put_in_and_the_slogan_taken_out() -> None:
    bare = draft(GOOD, signature="Ola")
    (one,) = found(bare, "common-signature")
    assert one.fix is not None
    assert apply(bare, one.fix).body == f"{GOOD}\n\n{SIGNATURE}"
    own = draft(GOOD, signature=f"{SIGNATURE}\nTänk på miljön!")
    (other,) = found(own, "common-signature")
    assert other.fix is not None
    assert "miljön" not in apply(own, other.fix).body


def test_the_mail_answered_is_quoted_when_it_is_known() -> None:
    mail = draft("Ja, det går bra.", subject="Sv: Får jag bygga en altan?")
    (one,) = found(mail, "reply-with-history", answered="Får jag bygga en altan?")
    assert one.fix is not None
    assert apply(mail, one.fix).body.endswith("> Får jag bygga en altan?\n")


def test_what_the_program_appends_counts_and_is_not_changed() -> None:
    mail = replace(draft("Ja, det går bra.", subject="Sv: Altan", signature=""), appended=f"{SIGNATURE}\n\n{QUOTE}")
    assert advise(mail, context()) == ()


def test_the_fixes_that_need_the_program() -> None:
    angry = draft("Nu får det vara nog. Ni är ju helt inkompetenta.")
    kinds = {one.clause: one.fix for one in advise(angry, context())}
    hold = kinds["tone"]
    assert hold is not None
    assert (hold.kind, hold.value) == (FixKind.HOLD, "2026-09-10T08:00:00+02:00")
    urgent = found(draft("Mona, kan du svara genast?", to=(MONA,)), "urgent-call")[0].fix
    assert urgent is not None
    assert (urgent.kind, urgent.value) == (FixKind.CALL, "08-465 004 42")


@pytest.mark.parametrize(
    ("policy", "severity"), [(SecrecyPolicy.WARN, Severity.ADVICE), (SecrecyPolicy.BLOCK, Severity.STOP)]
)
def test_only_secrecy_stops_and_only_by_the_municipalitys_choice(policy: SecrecyPolicy, severity: Severity) -> None:
    usual = context()
    profile = replace(usual.profile, secrecy=replace(usual.profile.secrecy, outgoing=policy))
    mail = draft(
        "Som jag redan har sagt: Elton Hage har fått en adhd-diagnos och missbrukar.", to=(MONA,), signature=""
    )
    first, *others = advise(mail, replace(usual, profile=profile))
    assert (first.clause, first.severity) == ("no-secrecy-in-mail", severity)
    assert others
    assert {one.severity for one in others} == {Severity.ADVICE}


def test_at_most_three_are_shown_first_each_of_its_own_clause() -> None:
    mail = draft("Kan du svara NU? Ni är helt värdelösa, haha.", to=(MONA,), subject="", signature="Ola")
    findings = advise(mail, context())
    shown = first_three(findings)
    assert len(findings) > len(shown) == 3
    assert len({one.clause for one in shown}) == 3


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("på fredag", date(2026, 9, 11)),
        ("på onsdag", date(2026, 9, 16)),
        ("nästa vecka", date(2026, 9, 18)),
        ("den 5 mars", date(2027, 3, 5)),
        ("5/10", date(2026, 10, 5)),
        ("på söndag", date(2026, 9, 11)),
        ("inom en vecka", date(2026, 9, 16)),
        ("i morgon", date(2026, 9, 10)),
        ("i dag", date(2026, 9, 9)),
        ("den 24 december", date(2026, 12, 23)),
        ("vecka 40", date(2026, 10, 2)),
        ("i mitten av november", None),
        ("den 31 februari", None),
    ],
)
def test_what_a_loose_date_means(words: str, day: date | None) -> None:
    (loose,) = loose_dates(words_of(f"svara {words}, tack"), today=NOW.date(), calendar=WorkCalendar())
    assert loose.day == day


def test_swedish_rules_leave_other_languages_alone() -> None:
    mail = draft(
        "Witam Paweł!\n\nDziękuję za zgłoszenie. Proszę przesłać dokumenty jak najszybciej, do jutra. Skandal nie jest."
    )
    assert not clauses(mail) & {"tone", "plain-language", "reply-by-date", "subject-states-action"}
