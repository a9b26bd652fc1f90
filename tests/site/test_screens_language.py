"""Every Swedish word on screen has an English one, and the compiled catalogue is the one that was written."""

import ast
import re
from collections.abc import Iterator
from gettext import GNUTranslations
from pathlib import Path

import pytest
from django.utils.translation.template import templatize

import kommunpost

SOURCE = Path(kommunpost.__file__).parent
CATALOGUE = SOURCE / "site" / "locale" / "en" / "LC_MESSAGES"
CALLS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext"}


def of_python(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in CALLS:
            continue
        if node.args and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str):
            yield node.args[0].value


def of_template(text: str) -> Iterator[str]:
    """Django turns a template into calls that gettext's own tool could read; so can we."""
    for match in re.finditer(
        r"""\b_?n?gettext\(u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|\b_\(("(?:[^"\\]|\\.)*")\)""", templatize(text)
    ):
        yield ast.literal_eval(match[1] or match[2])


def words_in(path: Path) -> set[str]:
    text = path.read_text(encoding="utf-8")
    return set(of_python(text) if path.suffix == ".py" else of_template(text))


def catalogue() -> GNUTranslations:
    with (CATALOGUE / "django.mo").open("rb") as file:
        return GNUTranslations(file)


FILES = sorted([*SOURCE.rglob("*.py"), *SOURCE.rglob("templates/**/*.html")])


def test_the_check_reads_all_three_ways_to_mark_a_word() -> None:
    template = '{% translate "Ett" %}{% blocktranslate %}Två{% endblocktranslate %}{{ x|default:_("Tre") }}'
    assert set(of_template(template)) == {"Ett", "Två", "Tre"}
    assert set(of_python('_("Fyra"), gettext("Fem")')) == {"Fyra", "Fem"}


def test_every_word_on_screen_has_an_english_one() -> None:
    known = catalogue()._catalog  # type: ignore[attr-defined]
    known_ids = {key[0] if isinstance(key, tuple) else key for key, text in known.items() if text}
    missing = {word: path.name for path in FILES for word in words_in(path) if word not in known_ids}
    assert missing == {}


def test_the_compiled_catalogue_is_not_older_than_the_written_one() -> None:
    lines = (CATALOGUE / "django.po").read_text(encoding="utf-8").replace('"\n"', "")  # a long text goes on over lines
    found = re.findall(r'^msgid (".+")\nmsgstr (".+")$', lines, re.MULTILINE)
    written = {ast.literal_eval(msgid): ast.literal_eval(text) for msgid, text in found}
    compiled = catalogue()
    assert len(written) > 100
    assert {msgid: compiled.gettext(msgid) for msgid in written} == written


@pytest.mark.parametrize("path", [path for path in FILES if path.suffix == ".html"], ids=lambda path: path.name)
def test_no_template_holds_styles_scripts_or_unknown_icons(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    icons = set(
        re.findall(r'<symbol id="(\w+)"', (SOURCE / "site" / "static" / "icons.svg").read_text(encoding="utf-8"))
    )
    used = set(re.findall(r'{% icon "(\w+)"', text)) | set(re.findall(r'icon_name="(\w+)"', text))
    assert used <= icons
    assert not re.search(r"\son\w+=|javascript:|\|safe\b|autoescape off", text)
    if path.name != "body.html":  # The framed mail has a policy of its own.
        assert " style=" not in text
        assert "<style" not in text
