"""Text -> names of people, with how sure we are of each."""

from collections.abc import Sequence
from dataclasses import dataclass

from kommunpost.core.sensitivity.intervals import Intervals
from kommunpost.core.sensitivity.model import Context, Label, Setting, Span
from kommunpost.core.sensitivity.names.classifier import chances
from kommunpost.core.sensitivity.names.gazetteer import Word, look_up, table
from kommunpost.core.sensitivity.names.known import parts, raise_known
from kommunpost.core.sensitivity.names.other_scripts import find_in_other_scripts
from kommunpost.core.sensitivity.names.tokens import Tokens

_BETWEEN = frozenset({" ", "-", ".", ". ", "  ", " .", "’", "'", "\u00a0"})
_PARTICLES = frozenset("von af de del della di da van den der el al bin ibn la le ter zu dos lo".split())
_CERTAIN = 0.9
_SURNAME = 0.1
_NOBLE = frozenset({"af", "von", "van"})
_COMPANY = 0.05
_COMPANY_WINDOW = 4
_COMPANY_FORMS = frozenset("AB HB KB Aktiebolag Handelsbolag Ltd GmbH Inc Oy AS ApS".split())
_TRADES = frozenset(
    """
    åkeri bygg byggnads måleri el elektriska vvs rör schakt transport transporter fastigheter fastighet konsult
    advokatbyrå städ trädgård entreprenad logistik bageri konditori kök krog restaurang pizzeria café cafe frisör
    salong bil bilar motor plåt tak snickeri glas golv mark maskin redovisning juristbyrå begravningsbyrå
    stiftelse stiftelsen minne minnesfond co byrå förlag tandvård trafikskola skola skolan förskola förskolan
    gymnasium gymnasiet montessori kyrka kyrkan församling gård gata väg torg allé gränd plats park backe stig
    syndrom sjukdom skolas ab
    """.split()
)
_EXTENDS: dict[Setting, float] = {Setting.BALANCED: 0.35, Setting.REVIEW: 0.1}
_SEEDS: dict[Setting, float] = {Setting.BALANCED: 0.5, Setting.REVIEW: 0.1}


@dataclass(slots=True)
class _Run:
    """Neighbouring words that are one name: ``first`` to ``last`` among the tokens."""

    first: int
    last: int
    best: float


def find_names(text: str, *, masked: Sequence[tuple[int, int]], setting: Setting, context: Context) -> list[Span]:
    """Names in a text that ``plain`` has made, none of them inside ``masked`` (addresses, links)."""
    tokens = Tokens(text)
    if not tokens.words:
        return []
    likely = chances(tokens)
    covered = Intervals(masked)
    _drop_masked(tokens, likely, covered)
    raise_known(tokens, likely, parts(context.names))
    raise_known(tokens, likely, _found_for_certain(tokens, likely))
    _drop_masked(tokens, likely, covered)
    runs = _runs(tokens, likely, seed=_SEEDS[setting], extends=_EXTENDS[setting])
    found = [_span(tokens, run, company=_is_company(tokens.words, run)) for run in runs]
    taken = Intervals((span.start, span.end) for span in found)
    return found + [span for span in find_in_other_scripts(text) if not taken.touches(span.start, span.end)]


def _drop_masked(tokens: Tokens, likely: dict[int, float], masked: Intervals) -> None:
    for index in [index for index in likely if masked.touches(tokens.starts[index], tokens.ends[index])]:
        del likely[index]


def _found_for_certain(tokens: Tokens, likely: dict[int, float]) -> frozenset[str]:
    """The words of names that stand for certain somewhere in the text: they are looked for in the rest of it."""
    certain = [tokens.words[index] for index, chance in likely.items() if chance >= _CERTAIN]
    return parts(without_genitive(word) for word in certain if word.shape == "A" and len(word.text) > 2)  # noqa: PLR2004


def _runs(tokens: Tokens, likely: dict[int, float], *, seed: float, extends: float) -> list[_Run]:
    runs: list[_Run] = []
    for index in sorted(likely):
        chance = likely[index]
        if chance < extends and not _is_surname_of(tokens, runs, index, chance):
            continue
        if runs and _joins(tokens, runs[-1].last, index):
            runs[-1].last = index
            runs[-1].best = max(runs[-1].best, chance)
        else:
            runs.append(_Run(index, index, chance))
    runs = [_trimmed(tokens, run, likely) for run in runs if run.best >= seed]
    return [run for run in runs if run.best >= seed]


def _trimmed(tokens: Tokens, run: _Run, likely: dict[int, float]) -> _Run:
    """Without lower-case words at its ends when it has capitalised ones: "ben Ayşe" is Turkish for "I am Ayşe"."""
    words = tokens.words
    shapes = [words[index].shape for index in range(run.first, run.last + 1)]
    if "A" not in shapes and "AA" not in shapes:
        return run
    while words[run.first].shape == "a":
        run.first += 1
    while words[run.last].shape == "a":
        run.last -= 1
    if run.first and words[run.first - 1].text in _NOBLE and words[run.first].shape == "A":
        run.first -= 1
    run.best = max(likely.get(index, 0.0) for index in range(run.first, run.last + 1))
    return run


def _is_surname_of(tokens: Tokens, runs: list[_Run], index: int, chance: float) -> bool:
    """ "Jarl Hög": a capitalised word right after a certain first name, though it is a word as well."""
    if not runs or runs[-1].last != index - 1 or chance < _SURNAME:
        return False
    before = tokens.words[index - 1]
    return runs[-1].best >= _CERTAIN and before.first > 0 and tokens.words[index].shape == "A"


def _joins(tokens: Tokens, last: int, index: int) -> bool:
    between = tokens.text[tokens.ends[last] : tokens.starts[index]]
    if between in _BETWEEN:
        # "Hej Anna. Vi": a full stop joins only after an initial.
        return "." not in between or tokens.words[last].shape == "I" or len(tokens.words[last].text) == 1
    stripped = between.strip(" ")
    return stripped in _PARTICLES and "\n" not in between and tokens.words[last].shape != "a"


def _span(tokens: Tokens, run: _Run, *, company: bool) -> Span:
    start, end = tokens.starts[run.first], tokens.ends[run.last]
    last = tokens.words[run.last]
    kept = without_genitive(last)
    end -= len(last.text) - len(kept)
    if (
        last.shape == "I"
        and run.last > run.first
        and tokens.text[end : end + 1] == "."
        and tokens.words[run.first].shape == "I"
    ):
        end += 1
    confidence = min(run.best, _COMPANY) if company else run.best
    return Span(start, end, Label.PERSON, round(confidence, 3), "name_in_company" if company else "name")


def _is_company(words: Sequence[Word], run: _Run) -> bool:
    """ "Wennlunds Åkeri", "Nybygge i Sörmland AB": named after somebody, but nobody."""
    for word in words[run.last + 1 : run.last + 1 + _COMPANY_WINDOW]:
        if word.shape in ".\n9" and word.text not in {"&", "-"}:
            return False
        if word.text in _COMPANY_FORMS or (word.shape != "a" and word.lower in _TRADES):
            return True
        if word.shape == "a" and word.lower != "i":
            # "Henrik Vallgren och entreprenören Svevag AB": somebody beside a company.
            return False
    return False


def without_genitive(word: Word) -> str:
    """``Hallgrens`` -> ``Hallgren``, while ``Jonas`` stays. A word that is not known either way stays."""
    text, lower = word.text, word.lower
    if not lower.endswith("s") or word.shape == "I":
        return text
    if text.endswith(("’s", "'s")):
        return text[:-2]
    bare = look_up(text[:-1])
    own = _without_own_genitive(lower)
    if own >= 2 or (own and not bare.first):  # noqa: PLR2004 - borne by twenty or more
        return text
    return text[:-1] if bare.first or bare.surname else text


def _without_own_genitive(lower: str) -> int:
    """How common the form with ``s`` is as a name itself, 0–4."""
    return table("first").get(lower, 0) or 2 * table("surname").get(lower, 0)
