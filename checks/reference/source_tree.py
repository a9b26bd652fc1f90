"""The source as a tree that can be asked: which functions there are, what a name in a module means, who calls whom."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src"
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Module:
    """A module of the package. ``imports``: what a name stands for, as a dotted path."""

    name: str
    path: str
    tree: ast.Module
    imports: Mapping[str, str] = field(hash=False, compare=False)


@cache
def modules() -> Mapping[str, Module]:
    """Every module of the package by its dotted name, migrations left out."""
    return {
        module.name: module for module in map(_read, sorted(SOURCE.rglob("*.py"))) if ".migrations" not in module.name
    }


@cache
def functions() -> Mapping[str, tuple[Module, Function]]:
    """Every function on a module's top level and every method, by dotted path."""
    return {
        f"{module.name}.{prefix}{node.name}": (module, node)
        for module in modules().values()
        for prefix, node in _functions_in(module.tree)
    }


@cache
def classes() -> Mapping[str, tuple[Module, ast.ClassDef]]:
    """Every class on a module's top level, by dotted path."""
    return {
        f"{module.name}.{node.name}": (module, node)
        for module in modules().values()
        for node in module.tree.body
        if isinstance(node, ast.ClassDef)
    }


def meaning(module: Module, node: ast.expr) -> str:
    """The dotted path that a name or ``a.b`` stands for in ``module``; empty when it is neither."""
    if isinstance(node, ast.Name):
        return follow(module.imports.get(node.id, f"{module.name}.{node.id}"))
    if isinstance(node, ast.Attribute):
        before = meaning(module, node.value)
        return follow(f"{before}.{node.attr}") if before else ""
    return ""


def follow(path: str) -> str:
    """The dotted path of the thing itself, where ``path`` names it by a package that passes it on."""
    home, _, name = path.rpartition(".")
    module = modules().get(home)
    if module and name in module.imports and module.imports[name] != path:
        return follow(module.imports[name])
    return path


def text_of(node: ast.expr) -> str | None:
    """The value of a constant text, else None."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def assigned(function: Function, name: str) -> ast.expr | None:
    """What the function sets its local ``name`` to, the first time; None when it does not."""
    for node in ast.walk(function):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if isinstance(node, ast.Assign | ast.AnnAssign) and any(getattr(one, "id", "") == name for one in targets):
            return node.value
    return None


def short(path: str) -> str:
    """A file of the package as the pages name it: ``apps/audit/rules.py``."""
    return path.removeprefix("kommunpost/")


def _read(path: Path) -> Module:
    place = path.relative_to(SOURCE)
    parts = place.with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return Module(name, str(place), tree, dict(_imports_of(tree)))


def _imports_of(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((alias.asname or alias.name, f"{node.module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((alias.asname, alias.name) for alias in node.names if alias.asname)


def _functions_in(tree: ast.Module) -> Iterator[tuple[str, Function]]:
    for node in tree.body:
        if isinstance(node, Function):
            yield "", node
        elif isinstance(node, ast.ClassDef):
            yield from ((f"{node.name}.", inner) for inner in node.body if isinstance(inner, Function))
