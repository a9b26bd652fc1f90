"""docs/reference/errors.md: every refusal with its codes, out of the classes and the places that raise them."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from checks.reference.markdown import code, codes, line, page, table
from checks.reference.source_tree import Module, classes, functions, meaning, modules, short

_INTRO = """
A refusal is a named error. Those with a `code` are turned into words by the screen or the command line; the code is
stable, the words are not. `<…>` stands for something that is put in.
"""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error class, what it says, its codes, and its file."""

    name: str
    what: str
    codes: tuple[str, ...]
    file: str


def collect() -> list[Refusal]:
    """Every class of ours that is an exception, with the codes that it carries or is raised with."""
    raised: dict[str, set[str]] = {}
    for module in modules().values():
        for path, text in _raised_in(module):
            raised.setdefault(path, set()).add(text)
    found = [
        Refusal(
            node.name,
            line(ast.get_docstring(node)),
            tuple(sorted(raised.get(path, set()) | set(_own_code(node)))),
            module.path,
        )
        for path, (module, node) in classes().items()
        if _is_error(path)
    ]
    return sorted(found, key=lambda refusal: (refusal.file, refusal.name))


def render(refusals: Iterable[Refusal]) -> str:
    rows = [(code(one.name), codes(one.codes), one.what, code(short(one.file))) for one in refusals]
    return page("Refusals and errors", _INTRO, table(("error", "codes", "means", "file"), rows))


def _is_error(path: str) -> bool:
    if path not in classes():
        name = path.rpartition(".")[2]
        return name.endswith(("Exception", "Error"))
    module, node = classes()[path]
    return any(_is_error(meaning(module, base)) for base in node.bases)


def _own_code(node: ast.ClassDef) -> Iterator[str]:
    for statement in node.body:
        if isinstance(statement, ast.Assign) and [getattr(one, "id", "") for one in statement.targets] == ["code"]:
            yield from _codes_of(statement.value)


def _raised_in(module: Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
            path = meaning(module, node.exc.func)
            if path in classes() and _takes_code(path):
                yield from ((path, text) for text in _codes_of(node.exc.args[0]))


def _takes_code(path: str) -> bool:
    maker = functions().get(f"{path}.__init__")
    if maker is None:
        module, node = classes()[path]
        parents = [meaning(module, base) for base in node.bases]
        return any(_takes_code(parent) for parent in parents if parent in classes())
    return [argument.arg for argument in maker[1].args.args][1:2] == ["code"]


def _codes_of(node: ast.expr) -> list[str]:
    match node:
        case ast.Constant(value=str() as text):
            return [text]
        case ast.IfExp():
            return _codes_of(node.body) + _codes_of(node.orelse)
        case ast.JoinedStr():
            return ["".join(_piece(part) for part in node.values)]
    return []


def _piece(part: ast.expr) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    value = part.value if isinstance(part, ast.FormattedValue) else part
    return f"<{value.id if isinstance(value, ast.Name) else '…'}>"
