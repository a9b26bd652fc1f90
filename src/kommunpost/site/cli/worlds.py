"""The municipality that ``judge`` and ``train`` know: options, files, and one clear error for each that is wrong."""

import argparse
import json
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from kommunpost.core.judgement import (
    Brain,
    ModelFileError,
    World,
    WorldError,
    default_brain,
    example_world,
    from_bytes,
    world_from,
    world_from_directory_file,
)
from kommunpost.site.cli.errors import CommandError


def add_world_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--directory",
        type=Path,
        metavar="FILE",
        help="units, people, mailboxes: .toml as directory export writes it, or .json; else the example municipality",
    )
    parser.add_argument("--knowledge", type=Path, metavar="FILE", help="recurring questions, one JSON object a line")


@lru_cache(maxsize=1)
def load_world(directory: Path | None, knowledge: Path | None) -> World:
    """The world of those files; once a process. Raises CommandError that names the file."""
    if directory is None and knowledge is None:
        return example_world()
    articles = [] if knowledge is None else _articles(knowledge)
    if directory is None:
        raise CommandError("--knowledge needs --directory: the questions belong to units.")
    try:
        data = _parsed(directory)
        build = world_from_directory_file if directory.suffix == ".toml" else world_from
        return build(data, articles)
    except WorldError as error:
        raise CommandError(f"{directory}: {error}.") from error


@lru_cache(maxsize=1)
def load_brain(path: Path | None) -> Brain:
    """The model in that file, the shipped one without. Raises CommandError."""
    if path is None:
        return default_brain()
    try:
        return from_bytes(path.read_bytes())
    except ModelFileError as error:
        raise CommandError(f"{path}: {error}.") from error


def _parsed(path: Path) -> Mapping[str, Any]:
    try:
        text = path.read_text("utf-8")
        data = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, json.JSONDecodeError) as error:
        raise CommandError(f"{path}: cannot be read ({error}).") from error
    if not isinstance(data, dict):
        raise CommandError(f"{path}: must be an object.")
    return data


def _articles(path: Path) -> list[dict[str, Any]]:
    articles = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        try:
            article = json.loads(line) if line.strip() else None
        except json.JSONDecodeError as error:
            raise CommandError(f"{path}, line {number}: is no JSON ({error}).") from error
        if article is not None:
            articles.append(article)
    return articles
