"""Fields of a kind of object, and their values where those are words, for who types `netlynx add link na`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from netlynx.cli.kinds import kind_of as named
from netlynx.cli.operations import declared
from netlynx.cli.writing_help import known, tree_so_far
from netlynx.schema.kinds import Code, Kind
from netlynx.schema.settle import kind_of, settler
from netlynx.schema.spelling import Spelt

_UNLISTED = ("unknown", "tail")


def fields(
    verb: str, kind: str, words: list[str], current: str, interfaces: Callable[[], Iterable[str]]
) -> Iterator[tuple[str, str]]:
    """What a word may become. Raises ValueError for no kind."""
    return fields_of(declared(named(kind))[1], words, current, interfaces)


def fields_of(
    cls: Any, words: list[str], current: str, interfaces: Callable[[], Iterable[str]]
) -> Iterator[tuple[str, str]]:
    """What a word may become of a class's record: a field with its sign, the parts of one, or a value."""
    path, equals, value = current.partition("=")
    *steps, last = path.replace("-", "_").split(".")
    around: tuple[Any, ...] = ()
    tree: Any = tree_so_far(words)
    before = ""
    while True:
        around = (_said(cls, tree), *around)
        if not steps:
            break
        name = steps.pop(0)
        _, inner = known(kind_of(cls, name), around)
        tree = tree.get(name, {})
        tree = tree if isinstance(tree, dict) else {}
        before += f"{name}."
        if steps and steps[0].isdecimal():  # one of several, by its number
            before += f"{steps.pop(0)}."
        if inner is None:
            return
        cls = inner
    if equals:
        if last in cls.__declarations__:
            found = _choices(cls, last) or _values(known(kind_of(cls, last), around)[0], interfaces)
            head, comma, _ = value.rpartition(",")
            small = value.islower()  # who writes so is offered it so: case is no matter
            yield from ((f"{path}={head}{comma}{each.lower() if small else each}", "") for each in found)
        return
    given = {word.partition("=")[0] for word in words}
    for name, declaration in cls.__declarations__.items():
        if name in _UNLISTED or declaration.read_only or f"{before}{name}" in given:
            continue
        held, inner = known(kind_of(cls, name), around)
        if inner is None and held.code is Code.SELECT:
            continue  # what chooses it comes first
        if inner is not None and held.code is not Code.FLAG:
            yield f"{before}{name}.", "parts"
        if inner is None or hasattr(inner, "__natural__"):
            yield f"{before}{name}=", ""


def _said(cls: Any, tree: Any) -> dict[str, Any]:
    """The fields that choose what others are."""
    found = {}
    for name, value in tree.items():
        if name in cls.__declarations__ and isinstance(value, str):
            kind = kind_of(cls, name)
            try:
                found[name] = settler(kind)(value) if kind.values else value
            except ValueError:
                continue
    return found


def _choices(cls: Any, name: str) -> list[str]:
    """Of a text that says what another field is: which there are."""
    kinds = [kind_of(cls, other) for other in cls.__declarations__]
    chosen = [kind for kind in kinds if kind.code is Code.SELECT and kind.selector == name]
    if kind_of(cls, name).code is not Code.STRING:
        return []
    return sorted({each for kind in chosen for each in kind.choices or {} if isinstance(each, str) and each})


def _values(kind: Kind, interfaces: Callable[[], Iterable[str]]) -> Iterable[str]:
    if kind.names == "interface":
        return interfaces()
    if kind.names == "table":
        from netlynx.route.table_names import table_names

        return table_names()
    if kind.values is bool or kind.code is Code.FLAG:
        return ("true", "false")
    values: Any = kind.values  # enums of netlynx, which have labels
    if values is not None and not issubclass(values, Spelt):
        return (values._label(each.name) for each in values)
    return ()
