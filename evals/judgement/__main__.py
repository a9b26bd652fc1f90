"""``python -m evals.judgement``: make ``data/examples.jsonl.gz`` and ``data/model.npz`` of ``core/judgement`` anew.

The same sources give the same examples, and on the same machine the same model; other processors may round otherwise.
"""

import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evals.judge import learned_from
from evals.judgement.writing import records
from kommunpost.core.judgement import example_world, to_bytes
from kommunpost.core.judgement.examples import examples_from
from kommunpost.core.judgement.training import train

DATA = Path(__file__).resolve().parents[2] / "src/kommunpost/core/judgement/data"


def all_records() -> Iterator[dict[str, Any]]:
    """The written mails, then those of the corpus that may be learned from."""
    yield from records()
    for mail in learned_from():
        labels = {name: value for name, value in mail.labels.items() if name not in {"spans", "clauses"}}
        yield {**mail.record, "labels": labels}


def examples_file() -> bytes:
    """The packed examples; the same bytes every time."""
    lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in all_records())
    return gzip.compress(lines.encode("utf-8"), mtime=0)


def main() -> int:
    world = example_world()
    packed = examples_file()
    (DATA / "examples.jsonl.gz").write_bytes(packed)
    brain = train(examples_from(all_records(), world), world)
    model = to_bytes(brain)
    (DATA / "model.npz").write_bytes(model)
    print(f"{brain.version}: {brain.about['examples']} examples, {len(packed)} and {len(model)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
