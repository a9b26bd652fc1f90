"""The table of rules covers the guidelines, and says nothing that they do not."""

from pathlib import Path

import pytest

from kommunpost.core.advice import RULES
from kommunpost.core.advice.rules.finding import WRONG_RECIPIENT
from kommunpost.core.advice.table import FOLLOWS_FROM
from kommunpost.core.guidelines import CLAUSES, Surface

MODULES = Path(__file__).resolve().parents[3] / "src/kommunpost/core/advice/rules"
SLUGS = [rule.clause for rule in RULES]


def test_every_advice_clause_has_one_rule_or_follows_from_one() -> None:
    wanted = {slug for slug, clause in CLAUSES.items() if Surface.ADVICE in clause.surfaces}
    assert set(SLUGS) | set(FOLLOWS_FROM) == wanted | {WRONG_RECIPIENT}
    assert len(SLUGS) == len(set(SLUGS))
    assert set(FOLLOWS_FROM.values()) <= set(SLUGS)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_rule_lives_in_the_module_of_its_clause(slug: str) -> None:
    assert (MODULES / f"{slug.replace('-', '_')}.py").is_file()


def test_secrecy_comes_first() -> None:
    assert SLUGS[0] == "no-secrecy-in-mail"
