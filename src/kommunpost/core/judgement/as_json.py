"""A judgement as plain data for JSON: the command line and the API speak it."""

from collections.abc import Iterable, Iterator

from kommunpost.core import law
from kommunpost.core.judgement.model import Judgement, Reason


def judgement_data(judgement: Judgement) -> dict[str, object]:
    """The answers, with the words of the corpus' labels, and the reasons."""
    return {
        "record": judgement.record.value,
        "record_ground": judgement.record_ground.value,
        "registration": judgement.registration.value,
        "secrecy": judgement.secrecy.value,
        "disclosure_request": judgement.disclosure_request.value,
        "log_request": judgement.log_request.value,
        "unit": judgement.unit.value,
        "authority": judgement.authority.value,
        "disposal": judgement.disposal.value,
        "language": judgement.language.value,
        "angry": judgement.angry.value,
        "question": judgement.question.value,
        "reasons": [*map(_reason, judgement.reasons), *_provisions(judgement.provisions)],
    }


def _reason(reason: Reason) -> dict[str, str]:
    words = f" ({', '.join(reason.words)})" if reason.words else ""
    return {"rule_id": reason.rule_id, "says": f"{reason.says}{words}"}


def _provisions(ids: Iterable[str]) -> Iterator[dict[str, str]]:
    for id_ in ids:
        one = law.provision(id_)
        yield {"rule_id": f"provision:{id_}", "says": f"Pröva {one.citation}: {one.title}."}
