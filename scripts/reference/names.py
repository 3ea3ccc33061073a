"""The public names of a room: what each is, where its source stands, and what that says of it.

Rooms load what they offer when it is first used, and re-export it from the files that declare it. A name is therefore
looked up in the room (so that the value is what users get), and traced through the imports of the sources to the file
that assigns it (so that texts and comments beside it are found).
"""

from __future__ import annotations

import ast
import enum
import importlib
import importlib.util
import inspect
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from netlynx.engine.operation import Group
from netlynx.nftables.words.looking import Words
from netlynx.schema.kinds import Kind
from netlynx.schema.record import RecordMeta


@dataclass(frozen=True)
class Source:
    """A parsed file, with the comment of each line that ends in one."""

    module: str
    tree: ast.Module
    comments: dict[int, str]

    @property
    def text(self) -> str:
        return (ast.get_docstring(self.tree, clean=False) or "").strip()


@dataclass(frozen=True)
class Name:
    """One public name of a room."""

    room: str
    name: str
    value: Any
    home: str  # the module that assigns it
    called: str  # what it is called there
    text: str  # what is said of it

    @property
    def path(self) -> str:
        return f"{self.room}.{self.name}"

    @property
    def kind(self) -> str:
        """What it is, in a word that a reader of the page needs."""
        value = self.value
        if isinstance(value, RecordMeta):
            return "record" if value.__header__ is not None or "unknown" in value.__struct_fields__ else "struct"
        if isinstance(value, type):
            if issubclass(value, BaseException):
                return "error"
            if issubclass(value, enum.Flag):
                return "flags"
            if issubclass(value, enum.Enum) or is_constants(value):
                return "enum" if issubclass(value, enum.Enum) else "constants"
            return "class"
        if isinstance(value, Group):
            return "group"
        if isinstance(value, Words | Kind):
            return "words" if isinstance(value, Words) else "kind of field"
        if callable(value) and (inspect.isroutine(value) or hasattr(value, "__wrapped__")):
            return "function"
        return "value"


def is_constants(value: type) -> bool:
    return any(base.__name__ == "Constants" for base in value.__mro__[1:])


@cache
def source(module: str) -> Source | None:
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin)
    if path.suffix == ".so":  # of the native modules there is a description for checkers
        path = path.with_name(f"{module.rpartition('.')[2]}.pyi")
    if path.suffix not in (".py", ".pyi"):
        return None
    text = path.read_text()
    comments = {
        token.start[0]: token.string.removeprefix("#").strip()
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type == tokenize.COMMENT and not re.match(r"# (type:|fmt:|noqa)", token.string)
    }
    return Source(module, ast.parse(text), comments)


def statements(body: list[ast.stmt]) -> Iterator[tuple[ast.stmt, ast.stmt | None]]:
    """Each statement at the top of a file, those under conditions too, with the one after it."""
    for node, after in zip_longest(body, body[1:]):
        if isinstance(node, ast.If):
            yield from statements(node.body)
            yield from statements(node.orelse)
        elif isinstance(node, ast.Try):
            yield from statements(node.body)
        else:
            yield node, after


def targets(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return [node.name]
    given = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    flat = [each for goal in given for each in (goal.elts if isinstance(goal, ast.Tuple) else [goal])]
    return [each.id for each in flat if isinstance(each, ast.Name)]


def imported(found: Source, node: ast.ImportFrom) -> str:
    """The module that is imported from."""
    if not node.level:
        return node.module or ""
    package = found.module.split(".")
    spec = importlib.util.find_spec(found.module)
    if spec is None or spec.submodule_search_locations is None:
        package = package[:-1]
    return ".".join([*package[: len(package) - node.level + 1], *filter(None, [node.module])])


@cache
def _imports(module: str) -> dict[str, tuple[str, str]]:
    """What a file imports of ours, by the name that it has there: the module and the name in that."""
    found = source(module)
    if found is None:
        return {}
    return {
        each.asname or each.name: (imported(found, node), each.name)
        for node, _ in statements(found.tree.body)
        if isinstance(node, ast.ImportFrom) and imported(found, node).startswith("netlynx")
        for each in node.names
    }


@cache
def home(module: str, name: str) -> tuple[str, str]:
    """The module that assigns a name, and what it is called there."""
    further = _imports(module).get(name)
    return home(*further) if further is not None else (module, name)


def said(module: str, name: str) -> str:
    """The text that stands below an assignment, or the comment beside it."""
    found = source(module)
    if found is None:
        return ""
    for node, after in statements(found.tree.body):
        if name in targets(node) and not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
                return inspect.cleandoc(str(after.value.value))
            lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
            comment = found.comments.get(lines[0], "") or found.comments.get(lines[-1], "")
            return comment[:1].upper() + comment[1:]
    return ""


def cleaned(text: str) -> str:
    """A docstring without the indentation of its code; an example that is all that follows keeps its own.

    Quotes that close in a line of their own tell how far the code is indented.
    """
    _, newline, last = text.rpartition("\n")
    if not newline or last.strip() or not last:
        return inspect.cleandoc(text)
    lines = text.rstrip().splitlines()
    return "\n".join([lines[0].strip(), *(line.removeprefix(last).rstrip() for line in lines[1:])])


def documented(value: Any) -> str:
    """The docstring of a function or a property, or that of the one it takes the place of."""
    own = getattr(value, "__doc__", None)
    return cleaned(own) if own else inspect.getdoc(value) or ""


def text_of(value: Any, module: str, name: str) -> str:
    if isinstance(value, type):
        return cleaned(value.__dict__.get("__doc__") or "")
    return said(module, name) or (documented(value) if inspect.isroutine(value) else "")


def names_in(room: str) -> list[str]:
    """What a module offers: its `__all__`, or what it defines, and what it imports under the same name (`X as X`)."""
    module = importlib.import_module(room)
    listed = getattr(module, "__all__", None)
    if listed is not None:
        return [name for name in listed if name != "__version__"]
    found = source(room)
    assert found is not None
    names = [
        each.asname
        for node, _ in statements(found.tree.body)
        if isinstance(node, ast.ImportFrom) and imported(found, node).startswith("netlynx")
        for each in node.names
        if each.asname == each.name
    ]
    names += [name for node, _ in statements(found.tree.body) for name in targets(node)]
    return [name for name in dict.fromkeys(names) if not name.startswith("_") and name != "TYPE_CHECKING"]


@cache
def public(room: str) -> tuple[Name, ...]:
    module = importlib.import_module(room)
    names = []
    for name in names_in(room):
        value = getattr(module, name)
        if isinstance(value, TypeVar | ParamSpec):
            continue
        where, called = home(room, name)
        if isinstance(value, type) and value.__module__.startswith("netlynx") and value.__name__ == called:
            where = value.__module__
        names.append(Name(room, name, value, where, called, text_of(value, where, called)))
    return tuple(sorted(names, key=lambda each: (each.name.lower(), each.name)))


def members_of(cls: type) -> list[tuple[str, Any, str]]:
    """An enum's or a class of constants' members: name, value, what stands beside it."""
    notes: dict[str, str] = {}
    found = source(cls.__module__)
    if found is not None:
        for node in ast.walk(found.tree):
            if isinstance(node, ast.ClassDef) and node.name == cls.__name__:
                for each, after in statements(node.body):
                    note = found.comments.get(each.lineno, "") or found.comments.get(each.end_lineno or 0, "")
                    if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
                        note = str(after.value.value)
                    notes |= dict.fromkeys(targets(each), note)
    if issubclass(cls, enum.Enum):
        return [(name, member.value, notes.get(name, "")) for name, member in cls.__members__.items()]
    return [
        (name, value, notes.get(name, ""))
        for base in reversed(cls.__mro__)
        for name, value in vars(base).items()
        if not name.startswith("_") and isinstance(value, int | str)
    ]
