"""Reads the open data that gazetteer and model are made of. ``folder``: where it was fetched to; see the data card."""

import csv
from collections import Counter
from pathlib import Path

NAMES = "peterdalle+svensktext/namn"
FEWEST_BEARERS = 5


def first_names(folder: Path) -> Counter[str]:
    """Names of address and how many bear them (Statistics Sweden, 31 December 2020, CC0)."""
    counted = Counter[str]()
    for file in ("tilltalsnamn-kvinnor.csv", "tilltalsnamn-man.csv"):
        with (folder / NAMES / file).open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                counted[row["name"]] += int(row["persons"])
    return Counter({name: count for name, count in counted.items() if count >= FEWEST_BEARERS})


def surnames(folder: Path) -> Counter[str]:
    """The most common surnames."""
    with (folder / NAMES / "efternamn-top1000-commit-c613c0a.csv").open(encoding="utf-8", newline="") as stream:
        return Counter({row["lastname"]: int(row["frequency"]) for row in csv.DictReader(stream)})


def places(folder: Path) -> set[str]:
    """Postal towns, municipalities and counties (swedish-geodata, CC0)."""
    found: set[str] = set()
    data = folder / "sjbrg+swedish-geodata/data"
    with (data / "postal_to_municipality.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            found.add(row["locality"])
            found.add(row["municipality_name"].removesuffix(" kommun"))
    return {place for place in found if " " not in place and place}


def tagged_sentences(folder: Path, part: str) -> list[list[tuple[str, str]]]:
    """The Swedish NER corpus (A. Klintberg, CC BY 4.0), ``train`` or ``test``: words and PER, LOC, ORG, MISC or 0."""
    text = (folder / f"klintan+swedish-ner-corpus/{part}_corpus.txt").read_text("utf-8").replace("\u00ad", "")
    sentences: list[list[tuple[str, str]]] = [[]]
    for line in text.splitlines():
        # The training part is parted by tabs, the test part padded with blanks.
        pieces = line.split()
        if len(pieces) > 1:
            sentences[-1].append((" ".join(pieces[:-1]), pieces[-1]))
        elif sentences[-1]:
            sentences.append([])
    return [sentence for sentence in sentences if sentence]
