"""``python -m evals.names FOLDER``: make gazetteer and model anew from the open data in FOLDER, and score the model.

Takes some minutes. ``--only-score`` scores what is shipped.
"""

import argparse
import random
from pathlib import Path

from evals.names import sources
from evals.names.build import gazetteer
from evals.names.material import Document, Names, count_people, mails, news, template_mail
from evals.scores import Marked, counted, scores, table
from evals.voices import voices

SHIPPED = Path(__file__).resolve().parents[2] / "src/kommunpost/core/sensitivity/names"
SEED = 11
TEMPLATE_MAILS = 6_000
ROUNDS_OF_MAILS = 4


def documents(folder: Path) -> list[Document]:
    """All that the model learns from."""
    from evals.mails import development  # noqa: PLC0415 - the gazetteer must be written before a token is looked up

    names = Names(folder, random.Random(SEED))
    found: list[Document] = list(news(names, sources.tagged_sentences(folder, "train"), replaced=0.5))
    found += [template_mail(names) for _ in range(TEMPLATE_MAILS)]
    for _ in range(ROUNDS_OF_MAILS):
        found += list(mails(names, (*development(), *voices()), replaced=0.9))
    return found


def score_news(folder: Path) -> str:
    """How the shipped model does on the test part of the news corpus; also in lower case."""
    from kommunpost.core.sensitivity import Label, find_spans  # noqa: PLC0415 - after the model is written

    lines = []
    for name, change in (("as written", str), ("in lower case", str.lower)):
        results = []
        for text, spans in news(
            Names(folder, random.Random(0)), sources.tagged_sentences(folder, "test"), replaced=0.0
        ):
            found = [Marked(s.start, s.end, s.label) for s in find_spans(change(text)) if s.label == Label.PERSON]
            results.append(counted([Marked(start, end, "PERSON") for start, end in spans], found, exact=True))
        lines.append(f"news, {name}\n{table(scores(results))}")
    return "\n".join(lines)


def main() -> None:
    """Build, train, score."""
    parser = argparse.ArgumentParser(prog="python -m evals.names", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only-score", action="store_true")
    given = parser.parse_args()
    if not given.only_score:
        (SHIPPED / "gazetteer.bin").write_bytes(gazetteer(given.folder))
        from evals.names.train import train, write  # noqa: PLC0415 - reads the gazetteer just written

        learnt = documents(given.folder)
        print(dict(count_people(learnt)))
        write(SHIPPED / "model.bin", train(learnt))
    print(score_news(given.folder))


if __name__ == "__main__":
    main()
