"""What a record class says of itself to people and their tools: a signature with all fields, and what each means."""

from __future__ import annotations

import ast
import inspect
import io
import re
import sys
import tokenize
from collections.abc import Iterator
from functools import cache
from inspect import Parameter, Signature
from typing import Any


@cache
def signature_of(cls: Any) -> Signature:
    """The signature of a record class: every declared field, the rare ones too, with its type and default."""
    names = (*cls.__declarations__, *(name for name in ("unknown", "tail") if name in cls.__struct_fields__))
    return Signature([_parameter(cls, name) for name in names])


def _parameter(cls: Any, name: str) -> Parameter:
    declaration = cls.__declarations__.get(name)
    default = declaration.default if declaration is not None else b"" if name == "tail" else ()
    annotation = _read_as(cls.__hints__.get(name, "tuple[Attribute, ...]" if name == "unknown" else "bytes"))
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def signature_as_written(cls: Any) -> Signature:
    """The signature of a plain struct, whose types nobody looks up. All of its defaults stand behind what has none."""
    names, defaults = cls.__struct_fields__, cls.__struct_defaults__
    needed = len(names) - len(defaults)
    empty = [Parameter.empty] * needed
    return Signature(
        [
            Parameter(name, Parameter.POSITIONAL_OR_KEYWORD, default=default, annotation=cls.__annotations__[name])
            for name, default in zip(names, (*empty, *defaults), strict=True)
        ]
    )


_TAKES = re.compile(r"takes\.(\w+)\[(.*)\]")


def _read_as(annotation: Any) -> Any:
    """What a field reads as, of an annotation that tells what it takes besides (`netlynx.schema.takes`)."""
    found = _TAKES.fullmatch(annotation) if isinstance(annotation, str) else None
    if found is None:
        return annotation
    several = {"Several": "tuple[{}, ...]", "Records": "tuple[{}, ...]", "MaybeSeveral": "tuple[{}, ...] | None"}
    return several.get(found[1], "{}").format(found[2])


@cache
def documentation_of(cls: Any) -> str | None:
    """The docstring of a record class with a list of its fields: type, what the declaration says of it, default."""
    doc: str | None = cls.__dict__.get("__doc__")
    if not cls.__declarations__:
        return doc
    notes = notes_of(cls)
    fields = []
    for name, parameter in signature_of(cls).parameters.items():
        if name not in cls.__declarations__:
            continue
        told = "; only told by the kernel" if cls.__declarations__[name].read_only else ""
        note = f"  {notes[name]}" if name in notes else ""
        fields.append(f"    {name}: {parameter.annotation} = {parameter.default!r}{told}")
        if note:
            fields.append(f"      {note}")
    return f"{inspect.cleandoc(doc or '')}\n\nFields, all of them keywords:\n\n" + "\n".join(fields)


@cache
def notes_of(cls: Any) -> dict[str, str]:
    """What stands behind the declaration of a field in the class's source; nothing where there is no source."""
    notes: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        if "__declarations__" in base.__dict__:
            notes |= _notes_in(base.__module__).get(base.__qualname__, {})
    return notes


@cache
def _notes_in(module: str) -> dict[str, dict[str, str]]:
    """The notes of all classes of a module, by their qualified names: a module is read once, however many it has."""
    try:
        source = inspect.getsource(sys.modules[module])
    except (KeyError, OSError, TypeError):
        return {}
    comments = {
        token.start[0]: token.string.removeprefix("#").strip()
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT and not token.string.startswith(("# type:", "# fmt:", "# noqa"))
    }
    return dict(_noted(ast.parse(source), "", comments))


def _noted(parent: ast.AST, prefix: str, comments: dict[int, str]) -> Iterator[tuple[str, dict[str, str]]]:
    for node in ast.iter_child_nodes(parent):
        if isinstance(node, ast.ClassDef):
            name = f"{prefix}{node.name}"
            yield name, {field: note for each in node.body for field, note in _note(each, comments)}
            yield from _noted(node, f"{name}.", comments)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _noted(node, f"{prefix}{node.name}.<locals>.", comments)
        elif isinstance(node, ast.stmt | ast.excepthandler):  # a condition, say
            yield from _noted(node, prefix, comments)


def _note(node: ast.stmt, comments: dict[int, str]) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
        if said := " ".join(comments[line] for line in lines if line in comments):
            yield node.target.id, said
