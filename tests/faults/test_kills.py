"""kill -9 under load, many times: what was acknowledged is there, once. ``./run bench kills`` does more."""

from pathlib import Path

import pytest
from bench.faults.database import Server, own_database
from bench.faults.mails import MAILBOXES, Mail, Way, home_of
from bench.faults.proof import claims_of
from bench.faults.rounds import Outcome, fresh, run

pytestmark = [pytest.mark.slow, pytest.mark.server]

KILLS = 12


def check(outcome: Outcome) -> None:
    assert outcome.verdict.wrong == []
    assert outcome.verified, outcome.said
    assert outcome.kills.total() >= 6
    assert outcome.acknowledged >= outcome.kills.total()
    assert outcome.verdict.messages <= outcome.mails


def test_sqlite_keeps_all_that_it_acknowledged(tmp_path: Path) -> None:
    check(run(fresh(tmp_path), kills=KILLS, seed=11))


def test_postgres_keeps_all_that_it_acknowledged(tmp_path: Path, postgres_url: str) -> None:
    with own_database(postgres_url) as url:
        outcome = run(fresh(tmp_path, database=url), kills=8, seed=12, server=Server(url))
    check(outcome)
    assert outcome.kills["database"] > 0


def test_a_mail_that_is_not_there_would_be_missed() -> None:
    acknowledged = Way(raw=b"x", sender="anna.ek@mejl.example", recipients=("bygg+dnr7@kommun.example",))
    acknowledged.states = {"bygg+dnr7@kommun.example": "acknowledged"}
    silent = Way(raw=b"y", sender=MAILBOXES[0], recipients=("ingen@kommun.example",))
    claim = claims_of([Mail("a@prov.example", "prov1x1z", [acknowledged, silent])])[0]
    assert claim.must == (("bygg@kommun.example", "in"),)
    assert set(claim.may) - set(claim.must) == {(MAILBOXES[0], "out"), ("ingen@kommun.example", "in")}
    assert claim.digests == (acknowledged.digest,)
    assert home_of("ingen+x@kommun.example") == "ingen+x@kommun.example"
