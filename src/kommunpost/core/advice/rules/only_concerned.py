"""``only-concerned``: many in To, of whom only some are to act, or a reply to all that only one needs."""

import re
from collections.abc import Iterator

from kommunpost.core.advice.anatomy import Anatomy
from kommunpost.core.advice.fixes import Fix, FixKind, Move, RecipientList
from kommunpost.core.advice.model import Field, Finding, Place
from kommunpost.core.advice.people import Recipient, to_and_cc
from kommunpost.core.advice.rules.finding import finding

OTHERS = re.compile(
    r"\b(?:ni (?:andra|övriga)|(?:alla|ni) (?:andra|övriga)|övriga\b|resten av (?:er|gruppen|oss)|ni som inte"
    r"|de andra i gruppen)"
    r"[^.!?\n]{0,60}\b(?:vet|känner till|kännedom|info|information|ta bort|radera|bortse|inte göra|ingenting|inget"
    r"|slipper|läsa|får"
    r"|bara|hör|pågår|koll)|\b(?:för kännedom|fyi|fki) till (?:övriga|er andra|resten|alla andra)\b"
    r"|\b(?:skickar|sänder|lägger) (?:till|det här till|detta till|med|in) (?:alla|hela"
    r"|er alla)\b[^.!?\n]{0,40}\b(?:säkerhets skull|så att|för att|kännedom)"
    r"|\bberör (?:egentligen )?(?:bara|inte alla|främst)\b|\bgäller (?:egentligen )?(?:bara|främst|mest) \w+"
    r"|\b(?:vet inte|osäker på|ingen aning om) vem (?:av er|det är|som)\b",
)
COLLECTIVE = re.compile(
    r"\b(?:alla|samtliga|var och en|vardera|ni alla|er alla|varje|var sin|var sitt|alla tre|båda|hela gruppen|ni|er)\b"
)
FEWEST_WITH_OTHERS = 3
FEWEST_REPLY_ALL = 4
FEWEST_NAMED = 5
SHORT_REPLY_WORDS = 25
CONCERNED_SHARE = 0.5
CLAUSE = "only-concerned"


def check(anatomy: Anatomy) -> Iterator[Finding]:
    to, cc = to_and_cc(anatomy.draft, anatomy.context)
    if len(to) < FEWEST_WITH_OTHERS and len(to) + len(cc) < FEWEST_REPLY_ALL:
        return
    said = OTHERS.search(anatomy.lower)
    named = _named(anatomy, to)
    if said and len(to) >= FEWEST_WITH_OTHERS:
        yield _found(to, named, "Du skriver själv att mejlet inte gäller alla.")
    elif _is_needless_reply_all(anatomy, len(to) + len(cc)):
        says = f"Svaret går till {len(to) + len(cc)} personer. Svara bara den som behöver det."
        yield finding(CLAUSE, says, Place(Field.TO, 0, len(to)))
    elif len(to) >= FEWEST_NAMED and _concerns_few(anatomy, to, named):
        yield _found(to, named, f"Bara {_listed(named)} ska göra något, av {len(to)} mottagare.")
    elif len(to) >= anatomy.context.profile.advice.many_recipients and not anatomy.requests:
        yield _found(to, (), f"Mejlet går till {len(to)} personer och ber ingen av dem om något.")


def _named(anatomy: Anatomy, to: tuple[Recipient, ...]) -> tuple[Recipient, ...]:
    """Those of To whom a request calls by name."""
    asked = {name.casefold() for request in anatomy.requests for name in request.named}
    asked |= {one.casefold() for one in anatomy.greeted}
    return tuple(one for one in to if one.first and one.first.casefold() in asked)


def _concerns_few(anatomy: Anatomy, to: tuple[Recipient, ...], named: tuple[Recipient, ...]) -> bool:
    everybody = any(not request.named and COLLECTIVE.search(request.sentence.folded) for request in anatomy.requests)
    return bool(named) and bool(anatomy.requests) and len(named) < CONCERNED_SHARE * len(to) and not everybody


def _is_needless_reply_all(anatomy: Anatomy, recipients: int) -> bool:
    """A few words back to many, that ask nothing."""
    return (
        anatomy.is_reply
        and recipients >= FEWEST_REPLY_ALL
        and len(anatomy.word_places) <= SHORT_REPLY_WORDS
        and not anatomy.requests
    )


def _found(to: tuple[Recipient, ...], named: tuple[Recipient, ...], says: str) -> Finding:
    """With those who are to act known, the others can be moved to Cc, where a mail is for information."""
    kept = {one.address for one in named}
    others = tuple(one for one in to if one.address not in kept)
    fix = None
    if named and others:
        moves = tuple(Move(one.address, RecipientList.TO, RecipientList.CC) for one in others)
        fix = Fix(FixKind.REWRITE, "Flytta de andra till Kopia", moves)
    return finding(CLAUSE, f"{says} Skicka bara till dem det gäller.", Place(Field.TO, 0, len(to)), fix=fix)


def _listed(people: tuple[Recipient, ...]) -> str:
    return " och ".join(one.first for one in people)
