"""Examples in docstrings: the records and operations that they make can be made so."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import textwrap
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

import netlynx
from netlynx.schema.record import RecordMeta


def rooms() -> list[str]:
    return sorted(each.name for each in pkgutil.walk_packages(netlynx.__path__, "netlynx.") if "__" not in each.name)


def examples(module: ModuleType) -> Iterator[ast.Module]:
    """What stands indented in the module's docstring, if it is Python."""
    for block in re.findall(r"(?:^(?: {4}.*)?\n)+", inspect.cleandoc(module.__doc__ or "") + "\n", re.MULTILINE):
        if not block.strip():
            continue
        try:
            yield ast.parse(textwrap.dedent(block))
        except SyntaxError:
            continue


def calls(node: ast.AST) -> list[ast.Call]:
    return [each for each in ast.walk(node) if isinstance(each, ast.Call)]


def named(function: ast.expr) -> bool:
    """Whether it is a room's, such as ``route.Link``: nothing is called to find it."""
    return isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name)


def wrong(module: ModuleType, example: ast.Module) -> Iterator[str]:
    """Records that cannot be made as the example says; those with values that it does not say are left out."""
    known: dict[str, Any] = {"netlynx": netlynx}
    for node in ast.walk(example):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            exec(compile(ast.Module([node], []), module.__name__, "exec"), known)
    for node in ast.walk(example):
        if not isinstance(node, ast.Call) or not all(named(each.func) for each in calls(node)):
            continue
        words = ast.unparse(node)
        try:
            if all(isinstance(eval(ast.unparse(each.func), known), RecordMeta) for each in calls(node)):
                eval(words, known)
        except NameError:
            continue
        except (AttributeError, TypeError, netlynx.NetlynxError) as error:
            yield f"{module.__name__}: {words}: {error}"


def test_records_in_examples_can_be_made() -> None:
    found = [
        each
        for name in rooms()
        for module in [importlib.import_module(name)]
        for example in examples(module)
        for each in wrong(module, example)
    ]
    assert found == []


@pytest.mark.parametrize("words", ["route.Hsr(slave1='v1')", "route.Nothing()"])
def test_an_example_that_is_wrong_is_found(words: str) -> None:
    module = ModuleType(
        "made", f"It does.\n\n    from netlynx import route\n\n    nl.do(route.add({words}))\n\nSo it is.\n"
    )
    (example,) = examples(module)
    (found,) = wrong(module, example)
    assert found.startswith(f"made: {words}: ")
