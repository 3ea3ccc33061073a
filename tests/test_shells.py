"""The sync and the async shell only wait: what they do is said once, in `netlynx.engine`, which waits for nothing."""

from __future__ import annotations

import ast
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

import netlynx
from netlynx.engine.operation import Talk
from netlynx.kernel import VirtualKernel
from toy import Entry, Table, entries, entry

HERE = Path(netlynx.__file__).parent / "client"

TWINS = {
    "connection.py": "async_connection.py",
    "waiting.py": "async_waiting.py",
    "dump_iterator.py": "async_dump_iterator.py",
    "mirror.py": "async_mirror.py",
    "subscription.py": "async_subscription.py",
    "../usersock/peer.py": "../usersock/aio.py",
}
LONGEST = 450  # lines, of both files that hold the verbs


class Sync(ast.NodeTransformer):
    """Code without what makes it async."""

    def visit_Await(self, node: ast.Await) -> ast.AST:
        return self.visit(node.value)

    def visit_AsyncFor(self, node: ast.AsyncFor) -> ast.AST:
        return self.generic_visit(ast.For(**dict(ast.iter_fields(node))))

    def visit_AsyncWith(self, node: ast.AsyncWith) -> ast.AST:
        return self.generic_visit(ast.With(**dict(ast.iter_fields(node))))

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Name(node.id.removeprefix("Async"), node.ctx)


def functions(path: Path) -> Iterator[tuple[str, list[ast.stmt]]]:
    """The functions of a file and what they do, without their docstrings."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node.body[1:] if ast.get_docstring(node) else node.body


def as_sync(body: list[ast.stmt]) -> str:
    return "\n".join(ast.dump(Sync().visit(statement)) for statement in body)


def decides(body: list[ast.stmt]) -> bool:
    """Whether there is more to it than a call after the other, and a quick way."""
    inner = [node for statement in body for node in ast.walk(statement)]
    branches = sum(isinstance(node, ast.If | ast.Match) for node in inner)
    return branches > 1 or any(isinstance(node, ast.For | ast.While | ast.Try | ast.AsyncFor) for node in inner)


def test_what_is_compared_is_what_differs_in_awaiting_only() -> None:
    there = "for x in y:\n    if await f(x):\n        return AsyncA(x)"
    here = "for x in y:\n    if f(x):\n        return A(x)"
    assert as_sync(ast.parse(there).body) == as_sync(ast.parse(here).body)
    assert decides(ast.parse(here).body)
    assert not decides(ast.parse("if quick:\n    return 1\nreturn f()").body)


@pytest.mark.parametrize("sync", TWINS)
def test_nothing_is_said_in_both_shells_but_for_awaiting(sync: str) -> None:
    logic = {as_sync(body): name for name, body in functions(HERE / sync) if decides(body)}
    twice = [name for name, body in functions(HERE / TWINS[sync]) if as_sync(body) in logic]
    assert logic or sync == "connection.py"
    assert not twice, f"{twice} of {TWINS[sync]} say what {sync} says: make a conversation of it, in engine/"


def test_the_files_of_the_verbs_are_small() -> None:
    lines = [len((HERE / name).read_text().splitlines()) for name in ("connection.py", "async_connection.py")]
    assert sum(lines) < LONGEST


def imported(path: Path) -> Iterator[str]:
    """What a file imports when it runs, wherever it says so."""
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{each.name}" for each in node.names)


@pytest.mark.parametrize("path", sorted((HERE.parent / "engine").glob("*.py")), ids=lambda path: path.name)
def test_the_engine_waits_for_nothing(path: Path) -> None:
    outside = ("netlynx.transport.", "netlynx.client.", "socket", "select", "threading", "anyio", "time.")
    assert not [name for name in imported(path) if name.startswith(outside)]


class Twice(Talk[int], frozen=True):
    """A kind of operation that no shell has heard of."""


def twice() -> Twice:
    """Counts a table, asks for what is not there, and counts the table again."""

    def steps() -> Generator[Any, Any, int]:  # Any: as `Talk` has it
        first = yield entries()
        with pytest.raises(netlynx.NetlinkError):
            yield entry(99)
        second = yield entries()
        return len(first) + len(second)

    return Twice("twice", steps)


@pytest.mark.anyio
async def test_a_new_kind_of_operation_works_in_both_shells() -> None:
    with VirtualKernel() as kernel:
        Table(kernel).rows = {number: Entry(number=number) for number in range(7)}
        with netlynx.connect(kernel=kernel) as nl:
            assert nl.do(twice()) == 14
        async with netlynx.aconnect(kernel=kernel) as anl:
            assert await anl.do(twice(), deadline=60) == 14
