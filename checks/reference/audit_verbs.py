"""docs/reference/audit.md: what the audit trail is told, out of the calls that tell it.

A call of ``record`` may stand in a helper that is handed the verb, the subject or the details; then the calls of the
helper are what counts, and so on upwards. What cannot be followed to a constant is laid as ``*`` against the
enumerations of verbs.
"""

import ast
import importlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from itertools import product

from checks.reference.markdown import code, codes, line, page, section, table
from checks.reference.source_tree import Function, Module, assigned, classes, functions, meaning, short
from kommunpost.apps.audit import rules

_HOME = "kommunpost.apps.audit.actions"
_ROOTS = {
    f"{_HOME}.record": None,
    f"{_HOME}.record_read": None,
    f"{_HOME}.record_group": ("count", "digest", "ids", "kind"),
}
_ASKED = ("verb", "subject", "details")
_ANY = "*"
_INTRO = """
An event says who (`account:7` or `system:intake`), which verb (`office:object:verb`), on what, when, and a few
details: ids and codes only, never an address, a name or a text. How the chain is held together: [ADR
0004](../adr/0004-audit-chain.md).
"""


@dataclass(frozen=True, slots=True)
class Told:
    """A verb, the forms of its subject, the keys of its details, and the files that tell it."""

    verb: str
    subjects: tuple[str, ...]
    details: tuple[str, ...]
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Call:
    """A call that ends in the trail, with what it hands over; an expression is read where it stands (``module``)."""

    module: Module
    function: Function
    handed: Mapping[str, ast.expr | None]
    details: tuple[str, ...] | None


def collect() -> list[Told]:
    """Every verb that is told, once, in order of the alphabet."""
    told: dict[str, list[Told]] = {}
    for one in (told_one for call in _calls() for told_one in _tell(call)):
        told.setdefault(one.verb, []).append(one)
    # A verb of an enumeration that no call could be followed to still belongs on the page.
    lost = {verb: [Told(verb, (), (), (file,))] for verb, file in _enumerated().items() if verb not in told}
    return [_merge(verb, several) for verb, several in sorted((told | lost).items())]


def _merge(verb: str, several: Iterable[Told]) -> Told:
    told = list(several)
    return Told(
        verb,
        tuple(sorted({subject for one in told for subject in one.subjects})),
        tuple(sorted({key for one in told for key in one.details})),
        tuple(sorted({file for one in told for file in one.files})),
    )


def render(told: Iterable[Told]) -> str:
    rows = [(code(one.verb), codes(one.subjects), codes(one.details), codes(map(short, one.files))) for one in told]
    chains = [(code(rules.MAIN_CHAIN), "what is done"), (code(rules.READ_CHAIN), "who read which mail")]
    chains.append(("`intake:…`", "mail taken in, one chain for each intake process and one for the outbox"))
    return page(
        "The audit trail",
        _INTRO,
        section("Verbs", table(("verb", "subject", "details", "written by"), rows)),
        section("Chains", table(("chain", "holds"), chains)),
        section("What makes an event be refused", line(rules.check_entry.__doc__)),
    )


def _calls() -> Iterator[_Call]:
    waiting: dict[str, tuple[str, ...] | None] = dict(_ROOTS)
    seen: set[str] = set()
    while waiting:
        path, details = waiting.popitem()
        seen.add(path)
        for call in _calls_of(path, details):
            if _passes_on(call):
                own = f"{call.module.name}.{_method_path(call)}"
                waiting |= {own: call.details} if own not in seen else {}
            else:
                yield call


def _calls_of(path: str, details: tuple[str, ...] | None) -> Iterator[_Call]:
    target = functions()[path][1]
    for module, function in functions().values():
        if module.name == _HOME and path in _ROOTS and function.name.startswith("record"):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and _is_call_of(node, path, module):
                yield _Call(module, function, _handed(node, target, path), details)


def _is_call_of(node: ast.Call, path: str, module: Module) -> bool:
    if meaning(module, node.func) == path:
        return True
    # A method of a class in the same module: only its name can be compared.
    home, _, name = path.rpartition(".")
    return home.startswith(f"{module.name}.") and isinstance(node.func, ast.Attribute) and node.func.attr == name


def _handed(node: ast.Call, target: Function, path: str) -> dict[str, ast.expr | None]:
    names = [argument.arg for argument in target.args.args if argument.arg != "self"]
    bound: dict[str, ast.expr | None] = dict(zip(names, node.args, strict=False))
    bound |= {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
    if path in _ROOTS:
        return {name: bound.get(name) for name in _ASKED}
    return {name: _put_in(functions()[path], name, bound) for name in _ASKED}


def _put_in(home: tuple[Module, Function], name: str, bound: Mapping[str, ast.expr | None]) -> ast.expr | None:
    """What the helper ``home`` hands on as ``name``, with what it was itself handed put in."""
    inner = next((call for call in _inner_calls(home) if name in call), {}).get(name)
    return _Substitute(bound).visit(ast.parse(ast.unparse(inner), mode="eval").body) if inner else None


def _inner_calls(home: tuple[Module, Function]) -> Iterator[dict[str, ast.expr]]:
    for node in ast.walk(home[1]):
        if isinstance(node, ast.Call):
            yield {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg in _ASKED}


class _Substitute(ast.NodeTransformer):
    def __init__(self, bound: Mapping[str, ast.expr | None]) -> None:
        self._bound = bound

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._bound.get(node.id) or node


def _passes_on(call: _Call) -> bool:
    """Whether the verb comes from the caller of the function that the call stands in."""
    arguments = call.function.args
    parameters = {one.arg for one in [*arguments.args, *arguments.kwonlyargs]}
    verb = call.handed["verb"]
    return verb is not None and any(
        isinstance(node, ast.Name) and node.id in parameters for node in _names_of_verb(verb)
    )


def _names_of_verb(verb: ast.expr) -> Iterator[ast.AST]:
    # What is handed to a function that works the verb out (``add_verb(row)``) is no verb.
    if isinstance(verb, ast.Call):
        return
    yield verb
    for child in ast.iter_child_nodes(verb):
        if isinstance(child, ast.expr):
            yield from _names_of_verb(child)


def _method_path(call: _Call) -> str:
    return next(path for path, (_m, node) in functions().items() if node is call.function).removeprefix(
        f"{call.module.name}."
    )


def _tell(call: _Call) -> Iterator[Told]:
    subjects = tuple(_shown(subject) for subject in _texts(call, call.handed["subject"]))
    details = call.details or _keys(call, call.handed["details"])
    for pattern in _texts(call, call.handed["verb"]):
        for verb in _expand(pattern):
            kind = verb.split(":")[1]
            named = tuple(subject.replace(_ANY, kind if _ANY in pattern else "…") for subject in subjects)
            yield Told(verb, named, details, (call.module.path,))


def _expand(pattern: str) -> list[str]:
    """The verb itself; for a pattern, the verbs of the enumerations that fit it and whose object is a table."""
    if _ANY not in pattern:
        return [pattern]
    tables = {node.name.lower() for _module, node in classes().values()}
    return [verb for verb in _enumerated() if fnmatchcase(verb, pattern) and verb.split(":")[1] in tables]


def _shown(subject: str) -> str:
    kind, _, rest = subject.partition(":")
    return f"{kind}:…" if rest else "…" if subject == _ANY else subject


def _enumerated() -> dict[str, str]:
    """Every verb of an enumeration of verbs, with the file of the enumeration."""
    found = {}
    for module, node in classes().values():
        if node.name.endswith("Verb"):
            kind = getattr(importlib.import_module(module.name), node.name)
            found |= {str(verb): module.path for verb in kind} if issubclass(kind, StrEnum) else {}
    return found


def _texts(call: _Call, node: ast.expr | None) -> list[str]:
    """The texts that an expression may be; ``*`` stands for what cannot be known."""
    match node:
        case None:
            return []
        case ast.Constant(value=str() as text):
            return [text]
        case ast.IfExp():
            return _texts(call, node.body) + _texts(call, node.orelse)
        case ast.JoinedStr():
            return ["".join(parts) for parts in product(*(_part(call, part) for part in node.values))]
    return _texts_behind(call, node)


def _texts_behind(call: _Call, node: ast.expr) -> list[str]:
    match node:
        case ast.Name() if value := assigned(call.function, node.id):
            return _texts(call, value)
        case ast.Name() | ast.Attribute():
            return [_constant(meaning(call.module, node))]
        case ast.Call():
            return _returned(call, node)
    return [_ANY]


def _part(call: _Call, part: ast.expr) -> list[str]:
    if isinstance(part, ast.Constant):
        return [str(part.value)]
    value = part.value if isinstance(part, ast.FormattedValue) else part
    return _texts(call, value) if isinstance(value, ast.Constant | ast.IfExp | ast.Name) else [_ANY]


def _constant(path: str) -> str:
    """The text that a dotted path stands for: a member of an enumeration, or a constant of a module."""
    home, _, name = path.rpartition(".")
    if home in classes():
        module, node = classes()[home]
        return str(getattr(getattr(importlib.import_module(module.name), node.name), name, _ANY))
    try:
        found = getattr(importlib.import_module(home), name, _ANY)
    except (ImportError, ValueError):
        return _ANY
    return found if isinstance(found, str) else _ANY


def _returned(call: _Call, node: ast.Call) -> list[str]:
    """What a small function of ours returns: ``add_verb(row)`` is ``directory:*:add``."""
    home = functions().get(meaning(call.module, node.func))
    if home is None:
        return _texts(call, node.args[0]) if len(node.args) == 1 else [_ANY]
    answers = [inner.value for inner in ast.walk(home[1]) if isinstance(inner, ast.Return) and inner.value]
    within = _Call(home[0], home[1], {}, None)
    return [text for answer in answers for text in _texts(within, answer)] or [_ANY]


def _keys(call: _Call, node: ast.expr | None) -> tuple[str, ...]:
    """The keys of a mapping that is written out here, or returned by a small function of this module."""
    match node:
        case ast.Dict():
            return tuple(sorted(str(getattr(key, "value", "…")) if key else "…" for key in node.keys))
        case ast.IfExp():
            return tuple(sorted({*_keys(call, node.body), *_keys(call, node.orelse)}))
        case ast.Name() if value := assigned(call.function, node.id):
            return _keys(call, value)
        case ast.Call(func=ast.Attribute(attr=name)) | ast.Call(func=ast.Name(id=name)):
            homes = [
                node
                for path, (module, node) in functions().items()
                if module is call.module and path.endswith(f".{name}")
            ]
            answers = [inner.value for home in homes for inner in ast.walk(home) if isinstance(inner, ast.Return)]
            return tuple(key for answer in answers for key in _keys(call, answer))
    return ()
