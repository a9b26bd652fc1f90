"""docs/reference/http.md: every address that the web answers, out of Django's own table and the views behind it."""

import ast
import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from checks.reference.markdown import code, codes, line, page, table
from checks.reference.source_tree import Function, Module, functions, meaning
from kommunpost.apps.directory.rules import Permission

_PERMISSION = f"{Permission.__module__}.Permission"
_DEPTH = 6
_INTRO = """
Every page but those marked *open* asks for a sign-in. The last column is worked out from the code: the permissions
that the view, or what it calls, asks about. More than one means that they open different amounts (own mailboxes, or
all). What somebody may not see is answered like what does not exist: 404. Methods not listed get 405. What
lies under `/api/` asks for a token in place of a sign-in; `/api/v1/openapi.json` describes it.
"""


@dataclass(frozen=True, slots=True)
class Page:
    """An address with its name, its methods, whether it is open to anybody, what it is, and permissions asked about."""

    path: str
    name: str
    methods: tuple[str, ...]
    is_open: bool
    what: str
    permissions: tuple[str, ...]


API = "/api/"
"""Its addresses describe themselves by OpenAPI, with who may call them."""


def collect() -> list[Page]:
    pages = (_page(path, pattern) for path, pattern in _patterns(get_resolver()) if not path.startswith(API))
    return sorted(pages, key=lambda found: found.path)


def render(pages: Iterable[Page]) -> str:
    rows = [
        (
            code(one.path),
            " ".join(one.methods),
            one.what,
            "open" if one.is_open else codes(one.permissions) or "signed in",
            code(one.name),
        )
        for one in pages
    ]
    return page("Web addresses", _INTRO, table(("address", "methods", "what it is", "who", "name in code"), rows))


def _patterns(resolver: URLResolver, prefix: str = "/") -> Iterator[tuple[str, URLPattern]]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from _patterns(one, prefix + str(one.pattern))
        else:
            yield prefix + str(one.pattern), one


def _page(path: str, pattern: URLPattern) -> Page:
    view: Any = pattern.callback
    inner = inspect.unwrap(view)
    return Page(
        path=path,
        name=pattern.name or "",
        methods=_methods(view),
        is_open=not getattr(view, "login_required", True),
        what=line(inspect.getdoc(inner)),
        permissions=tuple(sorted(asked_by(f"{inner.__module__}.{inner.__name__}"))),
    )


def _methods(view: Callable[..., object]) -> tuple[str, ...]:
    """What ``require_http_methods`` was told; it keeps the list in its closure and nowhere else."""
    step: Any = view
    while step is not None:
        names = step.__code__.co_freevars if hasattr(step, "__code__") else ()
        if "request_method_list" in names:
            found = step.__closure__[names.index("request_method_list")].cell_contents
            return tuple(method for method in found if method != "HEAD")
        step = getattr(step, "__wrapped__", None)
    return ("any",)


def asked_by(path: str, *, depth: int = _DEPTH) -> frozenset[str]:
    """The permissions that the function at the dotted ``path``, or what it calls, asks about."""
    found: set[str] = set()
    seen: set[str] = set()
    waiting = {path}
    for _step in range(depth):
        called: set[str] = set()
        for one in waiting & functions().keys():
            module, node = functions()[one]
            permissions, calls = _asked_in(module, node)
            found |= permissions
            called |= calls
        seen |= waiting
        waiting = called - seen
    return frozenset(found)


def _asked_in(module: Module, function: Function) -> tuple[set[str], set[str]]:
    permissions: set[str] = set()
    calls: set[str] = set()
    # The defaults count only where a caller leaves the argument out.
    for node in (inner for statement in function.body for inner in ast.walk(statement)):
        if (
            isinstance(node, ast.Attribute)
            and meaning(module, node.value) == _PERMISSION
            and node.attr in Permission.__members__
        ):
            permissions.add(str(Permission[node.attr]))
        if isinstance(node, ast.Call) and (target := meaning(module, node.func)) in functions():
            calls.add(target)
            permissions |= _defaults_left(node, *functions()[target])
    return permissions, calls


def _defaults_left(call: ast.Call, module: Module, function: Function) -> set[str]:
    given = {keyword.arg for keyword in call.keywords}
    named = zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
    return {
        str(Permission[default.attr])
        for argument, default in named
        if argument.arg not in given
        and isinstance(default, ast.Attribute)
        and meaning(module, default.value) == _PERMISSION
    }
