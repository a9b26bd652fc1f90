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


def main() -> None:
    """Measure as ``bench.detect`` does: the first round does not count."""
    given = json.load(sys.stdin)
    with tempfile.TemporaryDirectory() as folder:
        analyser = engine(folder)
        taken = []
        for _ in range(given["rounds"] + 1):
            start = time.process_time()
            for text in given["texts"]:
                analyser.analyze(text=text, language="sv")
            taken.append(time.process_time() - start)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    version = importlib.metadata.version("presidio-analyzer")
    print(json.dumps({"seconds": statistics.median(taken[1:]), "memory": memory, "version": version}))


if __name__ == "__main__":
    main()
