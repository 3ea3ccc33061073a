"""What `netlynx add --help` says behind the usual: the kinds of objects by room, or the fields of one kind."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterable, Iterator
from enum import IntFlag
from typing import Any

from netlynx.cli.operations import KINDS, declared
from netlynx.cli.plain import aligned, width
from netlynx.schema.from_words import Around, Tree, path_of, tree_of
from netlynx.schema.kinds import Code, Kind, Option
from netlynx.schema.natural import Masked
from netlynx.schema.record import beside
from netlynx.schema.settle import kind_of, settler
from netlynx.schema.spelling import Spelt

_NARROW = 24  # columns at most of the names of fields
_FEW = 24  # names of an enumeration that are listed
_UNLISTED = ("unknown", "tail")


def told(verb: str, words: list[str]) -> Iterator[str]:
    """The lines of help about the words that were given. Raises ValueError for a kind that there is not."""
    from netlynx.cli.kinds import kind_of as named

    if not words:
        yield from _kinds(verb)
        return
    try:
        kind = named(words[0])
    except ValueError as error:
        yield str(error)
        return
    yield from _fields(verb, kind, words[1:])


def _kinds(verb: str) -> Iterator[str]:
    from netlynx.cli.kinds import room_of, verbs_of

    rooms: dict[str, list[str]] = {}
    for kind in KINDS:
        if verb in verbs_of(kind):
            rooms.setdefault(room_of(kind), []).append(kind)
    said = f"Kinds of objects to {verb}; `netlynx {verb} KIND --help` lists the fields of one:"
    yield from textwrap.wrap(said, width(), break_on_hyphens=False)
    yield ""
    for room, kinds in rooms.items():
        yield from aligned(room, ", ".join(kinds), _NARROW // 2 + 4)


def _fields(verb: str, kind: str, words: list[str]) -> Iterator[str]:
    from netlynx.cli.kinds import verbs_of
    from netlynx.cli.needed import instead, needed, not_taken

    _, cls = declared(kind)
    others = [each for each in verbs_of(kind) if each != verb]
    if verb not in verbs_of(kind):
        yield f"{kind}: there is no {verb}; it has {', '.join(others)}"
        return
    more = f" There is {', '.join(others)}, too." if others else ""
    yield from textwrap.wrap(f"What is said of {kind} to {verb} it, each as FIELD=VALUE.{more}", width())
    if asked := needed(verb, kind):
        known = instead(verb, kind)
        alone = f" (or {', '.join(known)})" if 0 < len(known) <= _FEW // 4 else ""
        yield from textwrap.wrap(f"It needs {' and '.join(asked)}{alone}.", width())
    yield ""
    opened = {path_of(word) for word in words}
    yield from _of_class(cls, "", tree_so_far(words), opened, (), not_taken(verb, kind))
    yield ""
    yield "FIELD:=JSON takes any value as a line of `netlynx batch` has it."


def tree_so_far(words: Iterable[str]) -> Tree:
    """What words say so far; those that are no fields yet open what they name."""
    found: Tree = {}
    for word in words:
        try:
            found.update(tree_of([word]))
        except ValueError:
            continue
    return found


def _of_class(
    cls: Any, before: str, tree: Tree, opened: set[str], around: Around, left_out: Collection[str]
) -> Iterator[str]:
    from netlynx.cli.wording import translated
    from netlynx.schema.describe import notes_of

    notes = notes_of(cls)
    said = {}
    for name, value in tree.items():
        if name in cls.__declarations__ and isinstance(value, str) and (kind := kind_of(cls, name)).values:
            said[name] = _member(kind, value)
        elif isinstance(value, str):
            said[name] = value
    within = (said, *around)
    for name, declaration in cls.__declarations__.items():
        if name in _UNLISTED or declaration.read_only or name in left_out:
            continue
        path = f"{before}{name}"
        kind, inner = known(kind_of(cls, name), within)
        text = _choosing(cls, name) or written(kind)
        if name in getattr(cls, "__masks__", {}):
            text += "; those behind a dash are taken away"
        if name in notes:
            text = f"{text}: {translated(notes[name])}"
        yield from aligned(path, text, _NARROW)
        if inner is not None and any(each == path or each.startswith(f"{path}.") for each in opened):
            below = tree.get(name)
            listed = kind.item is not None and not kind.target
            start = f"{path}.0." if listed else f"{path}."
            below = below.get("0", {}) if listed and isinstance(below, dict) else below
            yield from _of_class(inner, start, below if isinstance(below, dict) else {}, opened, within, ())
    for name in sorted(beside(cls) - set(left_out)):  # what stands for fields
        note = translated((getattr(cls, name).__doc__ or "").partition("\n\n")[0]) if hasattr(cls, name) else ""
        yield from aligned(f"{before}{name}", f"text: {note}" if note else "text", _NARROW)


def _choosing(cls: Any, name: str) -> str:
    """Of a text that says what another field is: which there are."""
    for other in cls.__declarations__:
        kind = kind_of(cls, other)
        if kind.code is Code.SELECT and kind.selector == name and kind_of(cls, name).code is Code.STRING:
            known = ", ".join(sorted(each for each in kind.choices or {} if each))
            return f"text, which says what {other} is: {known}"
    return ""


def _member(kind: Kind, value: str) -> Any:
    try:
        return settler(kind)(value)
    except ValueError:
        return None


def known(kind: Kind, around: Around) -> tuple[Kind, Any]:
    """The kind as the fields around choose it, and the class of what is in it."""
    if kind.code is Code.HOOK and kind.shown is not None:
        kind = kind.shown
    if kind.code is Code.SELECT:
        key = next((fields[kind.selector] for fields in around if fields.get(kind.selector) is not None), None)
        chosen = (kind.choices or {}).get(key, (kind.choices or {}).get(None))
        if chosen is None:
            return kind, None
        kind = chosen
    return kind, kind.held


_WORDS = {
    Code.IP: "an address",
    Code.VIA: "an address",
    Code.PREFIX: "a prefix, as 192.0.2.0/24",
    Code.MAC: "a hardware address",
    Code.LABELS: "MPLS labels, as 100/200",
    Code.BINARY: "bytes in hexadecimal digits",
    Code.FLAG: "true or false",
    Code.HOOK: "text",
}
_NAMES = {
    "interface": "an interface, by its name or index",
    "table": "a routing table, by its name or number",
    "namespace": "a network namespace: its name or path, or a process in it",
    "rdma device": "an RDMA device, by its name or index",
}


def written(kind: Kind) -> str:
    """How a value of a kind is written."""
    if kind.options & Option.MULTI or kind.code in (Code.ARRAY, Code.INDEXED, Code.SEQUENCE):
        return _several(kind)
    if kind.quantity is not None:
        return f"a {kind.quantity.word}, as {kind.quantity.example}"
    if kind.values is bool:
        return "true or false"
    if kind.values is not None and issubclass(kind.values, Spelt):
        return " ".join((kind.values.__doc__ or "text").partition("\n\n")[0].replace("`", "").split()).rstrip(".")
    if kind.values is not None:
        return _member_words(kind.values)
    if kind.names:
        return _NAMES[kind.names]
    if kind.code in (Code.INTEGER, Code.BITS):
        return _number(kind)
    if kind.code is Code.STRING:
        return f"text of at most {kind.width} bytes" if kind.width else "text"
    if kind.code is Code.SELECT:
        return f"parts, as {kind.selector} says: give that before --help to see them"
    if kind.target is not None:
        return _parts(kind.target())
    return _WORDS.get(kind.code, "text")


def _several(kind: Kind) -> str:
    cls = kind.held
    if kind.options & Option.KEYED:
        return "several, each by its number"
    if cls is not None and not hasattr(cls, "__natural__"):
        return f"several, from 0 on, each of parts: {', '.join(cls.__declarations__)}"
    item = "text" if kind.item is None else written(kind.item)
    return f"several, with commas between them: {item}"


def _parts(cls: Any) -> str:
    names = ", ".join((*cls.__declarations__, *sorted(beside(cls))))
    if issubclass(cls, Masked):
        return f"a number or names with commas between them, or parts: {names}"
    return f"{'text, or ' if hasattr(cls, '__natural__') else ''}parts: {names}"


def _member_words(values: Any) -> str:
    names = [values._label(each.name) for each in values]
    more = f" … ({len(names)} in all)" if len(names) > _FEW else ""
    listed = ", ".join(names[:_FEW]) + more
    return f"any of {listed}, commas between them" if issubclass(values, IntFlag) else f"one of {listed}"


def _number(kind: Kind) -> str:
    bits = kind.bits or 8 * kind.width
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if kind.options & Option.SIGNED else (0, (1 << bits) - 1)
    low, high = low if kind.low is None else kind.low, high if kind.high is None else kind.high
    return f"a number from {low} to {high}"
