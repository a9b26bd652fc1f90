"""Documents keep pace with the code: what a page names is there. A module for each kind of thing that a page names.

``CHECKS`` are functions from the project's root to complaints, one line each: ``page: what is wrong``.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from checks.documents import commands, links, names, screen_words

CHECKS: Mapping[str, Callable[[Path], list[str]]] = {
    "links": links.broken_links,
    "orphans": links.orphans,
    "commands": commands.wrong_commands,
    "variables": names.unknown_variables,
    "paths": names.missing_paths,
    "tests": names.missing_tests,
    "screen-words": screen_words.unknown_words,
}
