"""presidio-analyzer's pattern recognisers for what ours finds too: personnummer, phone, e-mail, IBAN.

Run by a Python of its own. Reads ``{"texts", "rounds"}`` on stdin, writes the median seconds of processor time. spaCy
only parts the words: no model of Swedish names can be had without a download from outside a package registry.
"""

import importlib.metadata
import json
import resource
import statistics
import sys
import tempfile
import time
from typing import Any

import spacy
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import NlpEngineProvider
from presidio_analyzer.predefined_recognizers import (
    EmailRecognizer,
    IbanRecognizer,
    PhoneRecognizer,
    SePersonnummerRecognizer,
)


def engine(folder: str) -> AnalyzerEngine:
    """An analyser for Swedish with the four."""
    spacy.blank("sv").to_disk(folder)
    models = [{"lang_code": "sv", "model_name": folder}]
    nlp = NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": models}).create_engine()
    registry = RecognizerRegistry(supported_languages=["sv"])
    registry.add_recognizer(SePersonnummerRecognizer(supported_language="sv"))
    registry.add_recognizer(PhoneRecognizer(supported_language="sv", supported_regions=("SE",)))
    registry.add_recognizer(EmailRecognizer(supported_language="sv"))
    registry.add_recognizer(IbanRecognizer(supported_language="sv"))
    return AnalyzerEngine(registry=registry, nlp_engine=nlp, supported_languages=["sv"])


def default_engine(folder: str) -> AnalyzerEngine:
    """What presidio loads by itself, which is for English, without the recogniser that reads a model's names."""
    spacy.blank("en").to_disk(folder)
    models = [{"lang_code": "en", "model_name": folder}]
    nlp = NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": models}).create_engine()
    registry = RecognizerRegistry(supported_languages=["en"])
    registry.load_predefined_recognizers(languages=["en"])
    registry.remove_recognizer("SpacyRecognizer")
    return AnalyzerEngine(registry=registry, nlp_engine=nlp, supported_languages=["en"])


def measure(analyser: AnalyzerEngine, given: dict[str, Any], *, language: str) -> float:
    """Median seconds as in ``bench.detect``: the first round does not count."""
    taken = []
    for _ in range(given["rounds"] + 1):
        start = time.process_time()
        for text in given["texts"]:
            analyser.analyze(text=text, language=language)
        taken.append(time.process_time() - start)
    return statistics.median(taken[1:])


def main() -> None:
    """Both sets of recognisers on the same texts."""
    given = json.load(sys.stdin)
    with tempfile.TemporaryDirectory() as folder:
        four = measure(engine(f"{folder}/sv"), given, language="sv")
        default = measure(default_engine(f"{folder}/en"), given, language="en")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    version = importlib.metadata.version("presidio-analyzer")
    print(json.dumps({"four": four, "default": default, "memory": memory, "version": version}))


if __name__ == "__main__":
    main()
