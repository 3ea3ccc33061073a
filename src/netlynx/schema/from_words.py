"""Records from words such as a command line has: ``name=v0 kind=veth data.peer.name=v1``.

A word is the path of a field, `=` and its value. The parts of a path are joined by dots; which one of a list is told
by its number, from 0 on: ``multipath.0.gateway=192.0.2.1`` (``multipath[0].gateway`` says the same). How a value is
written, the field's kind says:

| field | written as |
|---|---|
| spelt number (handle, rate, size, time) | as its class has it: `1:10`, `10mbit` |
| number | digits, `0x` and hexadecimal ones; of what has a name (interface, table, namespace) that too |
| enum | its name, in any case, or a number |
| flags | names or numbers with commas between them; nothing for none |
| flags of which a mask says which count | the same; those behind a dash are taken away: `up,-promisc` |
| truth value, flag | true or false, yes or no, on or off, 1 or 0 |
| text, address, prefix, hardware address | as it is |
| bytes | hexadecimal digits, `0x` before them or not |
| several values | with commas between them, or each by its number; nothing for none |
| tagged record | its tag alone, where no field of it is to be said |
| record, struct | field by field, nothing for an empty one; a text where its class understands one (a range, say) |

Everything else can be said as in a line of JSON, behind `:=` instead of `=`: ``index:="5"`` is the interface called 5.
What words say is an object of JSON in the end (`plain`), which `netlynx.schema.from_json` makes a record of.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from enum import IntFlag
from typing import Any, TypeVar

from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.schema.compile import enum_tables
from netlynx.schema.from_json import from_json
from netlynx.schema.kinds import Code, Kind, Option
from netlynx.schema.natural import Masked, flags_and_mask
from netlynx.schema.record import Layout, Record, beside, unknown_field
from netlynx.schema.settle import kind_of, settler
from netlynx.schema.spelling import Spelt
from netlynx.schema.tags import tags_of

R = TypeVar("R", bound=Record | Layout)

_WORD = re.compile(
    r"(?P<path>[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*|\.\d+|\[\d+\])*)(?P<json>:?)=(?P<value>.*)", re.DOTALL
)
_TRUE, _FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")
_LISTS = (Code.ARRAY, Code.INDEXED, Code.SEQUENCE)


class Json:
    """A value given as JSON: it is what it is."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


Tree = dict[str, Any]  # from a part of a path to a text, a Json, or what is below it


def from_words(cls: type[R], words: Iterable[str]) -> R:
    """The record that words say. Raises EncodeError and EncodeTypeError, with the path of the field at fault."""
    return from_json(cls, plain(cls, words))


def plain(cls: type[R], words: Iterable[str]) -> dict[str, Any]:
    """The object of JSON that words say. Raises as `from_words`."""
    try:
        return _object(cls, tree_of(words), ())
    except EncodeError as error:
        raise error.within(cls.__name__) from error.__cause__


def tree_of(words: Iterable[str]) -> Tree:
    """What words say, by the parts of their paths. Raises EncodeError for what is no such word, or is said twice."""
    tree: Tree = {}
    for word in words:
        found = _WORD.fullmatch(word)
        if found is None:
            raise EncodeError(f"{word!r} is no field with its value, as in name=v0")
        *around, last = re.findall(r"[\w-]+", found["path"])
        inner: Any = tree
        for part in around:
            inner = inner.setdefault(part.replace("-", "_"), {})
            if not isinstance(inner, dict):
                raise EncodeError("it is given as a whole, and in parts", found["path"])
        last = last.replace("-", "_")
        if last in inner:
            whole = isinstance(inner[last], dict)
            raise EncodeError("it is given as a whole, and in parts" if whole else "it is given twice", found["path"])
        inner[last] = Json(_json(found["value"], found["path"])) if found["json"] else found["value"]
    return tree


def path_of(word: str) -> str:
    """The path of a word, its parts joined by dots."""
    return ".".join(re.findall(r"[\w-]+", word.partition("=")[0])).replace("-", "_")


def _json(text: str, path: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        said = getattr(error, "msg", "") or "it cannot be read"
        raise EncodeError(f"{text!r} is no JSON: {said}; plain values stand behind = alone", path) from None


# What is around a value: the fields that were read there, innermost first, in their canonical form.
Around = tuple[dict[str, Any], ...]


def _object(cls: Any, tree: Tree, around: Around) -> dict[str, Any]:
    """The fields of a record, those that choose what others are first."""
    for name in tree:
        if name not in cls.__declarations__ and name not in ("unknown", "tail", *beside(cls)):
            raise EncodeTypeError(str(unknown_field(cls.__name__, name, tuple(cls.__declarations__))))
    tree = _masked(cls, tree)
    kinds = {name: kind_of(cls, name) for name in tree if name in cls.__declarations__}
    said: dict[str, Any] = {}
    within = (said, *around)
    found: dict[str, Any] = {}
    for name in sorted(tree, key=lambda name: name in kinds and kinds[name].code is Code.SELECT):
        try:
            if name not in kinds:
                found[name] = _bare(tree[name])
            else:
                found[name] = value_of(kinds[name], tree[name], within, _hint(cls, name))
                said[name] = _canonical(kinds[name], found[name])
        except EncodeError as error:
            raise error.within(name) from error.__cause__
    return found


def _masked(cls: Any, tree: Tree) -> Tree:
    """The same with flags to take away put into the mask, which says that they count."""
    for name, mask in getattr(cls, "__masks__", {}).items():
        names = given.split(",") if isinstance(given := tree.get(name), str) else []
        if mask not in tree and any(each.startswith("-") for each in names):
            kept = ",".join(each for each in names if not each.startswith("-"))
            counted = ",".join(each.removeprefix("-") for each in names)
            try:
                settler(kind_of(cls, name))(_labels(counted))
            except EncodeError as error:
                raise error.within(name) from error.__cause__
            tree = {**tree, name: kept, mask: counted}
    return tree


def _hint(cls: Any, name: str) -> str:
    return str(cls.__hints__.get(name, ""))


def _canonical(kind: Kind, value: Any) -> Any:
    """A value as what chooses by it has it. What it cannot be is refused when all of the record is read."""
    if kind.values is None:
        return value
    try:
        return settler(kind)(value)
    except EncodeError:
        return None


def value_of(kind: Kind, given: Any, around: Around = (), hint: str = "") -> Any:
    """The JSON value of a field of this kind: of a text, or of what words say of its parts.

    `hint` is the type of the field, which alone says what functions understand. Raises EncodeError.
    """
    if isinstance(given, Json):
        return given.value
    if kind.form is not None and kind.form.spoken and isinstance(given, str):
        return given
    if kind.options & Option.MULTI or kind.code in _LISTS:
        return _several(kind, given, around, hint)
    if kind.code is Code.SELECT:
        return _chosen(kind, given, around, hint)
    if kind.code is Code.HOOK:
        return _odd(given, hint) if kind.shown is None else value_of(kind.shown, given, around, hint)
    if kind.target is not None:
        return _nested(kind, kind.target(), given, around)
    if isinstance(given, dict):
        raise EncodeError(f"it has no parts, and so no {next(iter(given))}")
    return _plain(kind, given)


def _several(kind: Kind, given: Any, around: Around, hint: str) -> Any:
    if kind.code is Code.SEQUENCE and kind.target is not None:
        cls = kind.target()

        def one(inner: Any) -> Any:
            return _object(cls, inner, around) if isinstance(inner, dict) else _whole(cls, inner)
    else:
        item = kind.item
        assert item is not None

        def one(inner: Any) -> Any:
            return inner.value if isinstance(inner, Json) else value_of(item, inner, around, hint)

    keyed = bool(kind.options & Option.KEYED)
    if not isinstance(given, dict):
        if keyed:
            raise EncodeError("say each by its number: 1=…")
        return [_at(f"[{i}]", one, text) for i, text in enumerate(given.split(",") if given else [])]
    for part in given:
        if not part.isdecimal():
            raise EncodeError(f"say of which one, from 0 on: 0.{part}")
    if keyed:
        return {part: _at(f"[{part}]", one, inner) for part, inner in given.items()}
    by_number = {int(part): inner for part, inner in given.items()}
    for i in range(len(by_number)):
        if i not in by_number:
            raise EncodeError(f"there is one with the number {max(by_number)}, and none with {i}")
    return [_at(f"[{i}]", one, by_number[i]) for i in range(len(by_number))]


def _at(place: str, read: Callable[[Any], Any], given: Any) -> Any:
    try:
        return read(given)
    except EncodeError as error:
        raise error.within(place) from error.__cause__


def _nested(kind: Kind, cls: Any, given: Any, around: Around) -> Any:
    if isinstance(given, dict):
        return _object(cls, given, around)
    if kind.options & Option.TAGGED and given:
        tags = tags_of(cls)
        inner: Tree = {tags.value: {}} if given in tags.classes and given not in tags.bare else {}
        return {tags.tag: given, **inner}
    return _whole(cls, given)


def _whole(cls: Any, text: str) -> Any:
    """What a class makes of a text, where it understands one; of nothing one that says nothing. Raises EncodeError."""
    if not text:
        return {}
    if issubclass(cls, Masked):
        return _plain(kind_of(cls, flags_and_mask(cls)[0]), text)
    if hasattr(cls, "__worded__"):
        return cls.__worded__(text)
    if hasattr(cls, "__natural__"):
        return text
    some = ", ".join(list(cls.__declarations__)[:3])
    raise EncodeError(f"say it part by part, as {next(iter(cls.__declarations__), '…')}=…; it has {some} …")


def _chosen(kind: Kind, given: Any, around: Around, hint: str) -> Any:
    """A sub-message, as the field says that chooses it; where that is not known, what `from_json` will refuse."""
    choices = kind.choices or {}
    key = next((fields[kind.selector] for fields in around if fields.get(kind.selector) is not None), None)
    choice = choices.get(key, choices.get(None))
    if choice is None or (isinstance(given, str) and given and choice.target is not None and not _understands(choice)):
        return _bare(given)
    return value_of(choice, given, around, hint)


def _understands(kind: Kind) -> bool:
    return hasattr(kind.held, "__natural__") or hasattr(kind.held, "__worded__")


def _bare(given: Any) -> Any:
    """What words say of what nothing is known of."""
    if isinstance(given, dict):
        if given.keys() == {str(i) for i in range(len(given))}:
            return [_bare(given[str(i)]) for i in range(len(given))]
        return {name: _bare(inner) for name, inner in given.items()}
    return given.value if isinstance(given, Json) else given


def _odd(given: Any, hint: str) -> Any:
    """What functions understand: text, or what the field's type says instead."""
    if isinstance(given, dict):
        raise EncodeError(f"it has no parts, and so no {next(iter(given))}")
    if re.search(r"\bint\b", hint) and _NUMBER.fullmatch(given):
        return int(given, 0)
    if re.search(r"\bbytes\b", hint) and "str" not in hint:
        try:
            return bytes.fromhex(given)
        except ValueError:
            raise EncodeError(f"{given!r} is not bytes as hexadecimal digits") from None
    return given


_NUMBER = re.compile(r"-?(0[xX][0-9a-fA-F]+|0|[1-9][0-9]*)", re.ASCII)


def _plain(kind: Kind, text: str) -> Any:
    """A value that has no parts."""
    if kind.code is Code.FLAG or kind.values is bool:
        return _truth(text, number=kind.code is not Code.FLAG)
    if kind.values is not None and issubclass(kind.values, Spelt):
        return text
    if kind.values is not None:
        return _labels(text) if issubclass(kind.values, IntFlag) else _label(kind.values, text)
    if kind.names == "namespace":
        return _process(text)
    if kind.code in (Code.INTEGER, Code.BITS):
        if _NUMBER.fullmatch(text):
            return int(text, 0)
        if kind.names and text:
            return text
        raise EncodeError(f"{text!r} is no number")
    return text.removeprefix("0x") if kind.code is Code.BINARY else text


def _process(text: str) -> Any:
    """A namespace: digits are a process in it, as behind --netns."""
    from netlynx.netns import Pid

    return Pid(text) if text.isdecimal() else text


def _labels(text: str) -> list[Any]:
    return [int(each) if each.isdecimal() else each for each in text.split(",")] if text else []


def _label(values: Any, text: str) -> Any:
    known = enum_tables(values)["labels"]
    if text.lower().replace("-", "_") not in known and _NUMBER.fullmatch(text):
        return int(text, 0)
    return text


def _truth(text: str, *, number: bool) -> Any:
    word = text.lower()
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    if number and _NUMBER.fullmatch(text):
        return int(text, 0)
    raise EncodeError(f"{text!r} is neither true nor false")
