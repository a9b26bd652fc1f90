"""Runs eark-validator on a package without the web: its vocabularies come from the copies that it brings itself."""

import sys
import urllib.request
from importlib.resources import files
from pathlib import Path
from typing import Any


def _own_copy(address: str, *_more: Any) -> Any:
    return (files("eark_validator.ipxml.resources") / "vocabs" / address.rpartition("/")[2]).open("rb")


urllib.request.urlopen = _own_copy

from eark_validator.model import ValidationReport  # noqa: E402
from eark_validator.packages import PackageValidator  # noqa: E402
from eark_validator.specifications.specification import SpecificationVersion  # noqa: E402


def report(path: str) -> ValidationReport:
    return PackageValidator(path, SpecificationVersion.V2_1_0).validation_report


if __name__ == "__main__":
    sys.stdout.write(report(Path(sys.argv[1])).model_dump_json())
