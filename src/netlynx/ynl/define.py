"""What a spec defines beside its attributes: constants, enums, sets of flags, C structs; each made when asked for.

Values of entries count from `value-start`, one on from the entry before unless they are given; those of flags are the
numbers of their bits. Structs are laid out as the C compiler does, with the padding that the spec spells out hidden.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable
from threading import RLock
from typing import Any

from msgspec.structs import replace

from netlynx.schema.kinds import (
    Code,
    Kind,
    Option,
    be16,
    be32,
    be64,
    chars,
    enum,
    ip4,
    ip6,
    mac,
    raw,
    s8,
    s16,
    s32,
    s64,
    sbe32,
    sint,
    struct,
    u8,
    u16,
    u32,
    u64,
    uint,
)
from netlynx.schema.names import Enumeration, FlagSet
from netlynx.schema.record import Layout, RecordMeta, member
from netlynx.wire.nearest import nearest
from netlynx.ynl.corrections import member_of
from netlynx.ynl.interfaces import with_interfaces
from netlynx.ynl.text import Definition, Member, SpecError, SpecText

MODULE = "netlynx.ynl"

_INTEGERS = {
    kind.name: kind for kind in (u8, u16, u32, u64, s8, s16, s32, s64, uint, sint)
}  # "uint" and "sint" have no fixed size: no struct has them
_BIG = {"u16": be16, "u32": be32, "u64": be64, "s32": sbe32}
_LIMITS = {
    **{f"u{bits}-max": (1 << bits) - 1 for bits in (8, 16, 32, 64)},
    **{f"s{bits}-max": (1 << bits - 1) - 1 for bits in (8, 16, 32, 64)},
    **{f"s{bits}-min": -(1 << bits - 1) for bits in (8, 16, 32, 64)},
}
_ADDRESS = {4: ip4, 16: ip6}  # by bytes

_enumeration: Any = Enumeration  # called with a name and members they make a class, which checkers do not know of
_flag_set: Any = FlagSet  # classes derived from the enum module's


def python_name(name: str, taken: Iterable[str] = ()) -> str:
    """A name of a spec as a Python attribute: underscores for dashes, one behind what is taken.

    What no attribute can begin with, or what is private in Python, gets an ``n`` before it.
    """
    made = re.sub(r"\W", "_", name, flags=re.ASCII)
    if not made or made[0].isdigit() or made[0] == "_":
        made = f"n{made}"
    while made in taken or keyword.iskeyword(made):
        made += "_"
    return made


def class_name(name: str) -> str:
    """A name of a spec as one of a Python class: ``page-pool-stats`` is ``PagePoolStats``."""
    words = re.split(r"[^0-9A-Za-z]+", name)
    made = "".join(word[:1].upper() + word[1:] for word in words)
    return f"N{made}" if not made or made[0].isdigit() else made


class Definitions:
    """The definitions of one spec by name: an `int` or `str`, an enum class, or a layout class."""

    def __init__(self, text: SpecText, where: str) -> None:
        self.where = where
        self._spec = text.name
        self._text: dict[str, Definition] = {each.name: each for each in text.definitions or ()}
        self._made: dict[str, Any] = {}
        self._open: list[str] = []  # structs that are being made: one cannot hold itself
        self._bitfields: dict[type[FlagSet], type[Layout]] = {}
        self._bits: dict[str, type[FlagSet]] = {}
        self._making = RLock()  # two threads must not make two classes of one definition

    def __getitem__(self, name: str) -> Any:
        """What is defined by that name. Raises KeyError; SpecError for a definition that makes no sense."""
        with self._making:
            if name not in self._made:
                self._made[name] = self._make(self._text[name])
            return self._made[name]

    def _make(self, text: Definition) -> Any:
        if text.type == "const":
            return text.value
        if text.type == "enum":
            return self._enumeration(text)
        if text.type == "flags":
            return self.flags(text.name)
        if text.type == "struct":
            return self._layout(text)
        raise SpecError(f"no definition is of type {text.type!r}", self._place(text.name))

    def find(self, name: str, types: tuple[str, ...], place: str) -> Definition:
        """The text of a definition of one of these types; raises SpecError at `place` where there is none."""
        text = self._text.get(name)
        if text is None or text.type not in types:
            known = [each.name for each in self._text.values() if each.type in types]
            raise SpecError(f"there is no {' or '.join(types)} {name!r}{nearest(name, known)}", place)
        return text

    def definition_of(self, made: type[Enumeration] | type[FlagSet]) -> Definition | None:
        """The definition that a class was made of."""
        with self._making:
            for name, cls in (*self._made.items(), *self._bits.items()):
                if cls is made:
                    return self._text[name]
        return None

    # -- numbers

    def number(self, given: str | None, place: str) -> int:
        """A number, written as one, as the name of a constant, or as that minus one. Raises SpecError."""
        value = self.number_if_known(given)
        if value is None:
            raise SpecError(f"{given!r} is neither a number nor a constant of the spec", place)
        return value

    def number_if_known(self, given: str | None) -> int | None:
        """The same, but None where there is no such constant: one of a C header, say."""
        if given is None:
            return None
        name, minus, less = given.partition(" - ")
        try:
            value: Any = int(name, 0)
        except ValueError:
            text = self._text.get(name)
            value = _LIMITS.get(name) if text is None else text.value if text.type == "const" else None
        if not isinstance(value, int):
            return None
        return value - int(less) if minus and less.isdecimal() else value

    # -- enums

    def _entries(self, text: Definition) -> dict[str, int]:
        value = text.value_start or 0
        entries = {}
        for entry in text.entries or ():
            if not isinstance(entry, str):
                value = value if entry.value is None else entry.value
                entry = entry.name
            entries[entry] = value
            value += 1
        return entries

    def _enumeration(self, text: Definition) -> type[Enumeration]:
        members, labels = _members(self._entries(text))
        made: Any = _enumeration(class_name(text.name), members, module=MODULE)
        made.__labels__ = labels
        return made  # type: ignore[no-any-return]

    def flags(self, name: str) -> type[FlagSet]:
        """A set of flags, also one of an enum whose values are the numbers of bits (`enum-as-flags`)."""
        with self._making:
            if name not in self._bits:
                self._bits[name] = self._flags(self._text[name])
            return self._bits[name]

    def _flags(self, text: Definition) -> type[FlagSet]:
        entries = self._entries(text)
        for entry, bit in entries.items():
            if not 0 <= bit < 64:
                raise SpecError(f"{entry!r} is bit {bit}, which no number has", self._place(text.name))
        members, labels = _members({entry: 1 << bit for entry, bit in entries.items()})
        made: Any = _flag_set(class_name(text.name), members, module=MODULE)
        made.__labels__ = labels
        return made  # type: ignore[no-any-return]

    def stands_for(self, name: str, as_flags: bool, place: str) -> type[Enumeration] | type[FlagSet]:
        """The enum or set of flags that an integer stands for. Raises SpecError at `place`."""
        text = self.find(name, ("enum", "flags"), place)
        if as_flags or text.type == "flags":
            return self.flags(name)
        made: type[Enumeration] = self[name]
        return made

    # -- integers and structs

    def integer(self, type: str, order: str | None, place: str) -> Kind:
        """The kind of an integer type. Raises SpecError at `place` for what is none."""
        kind = _INTEGERS.get(type)
        if kind is None:
            raise SpecError(f"there is no type {type!r}{nearest(type, _INTEGERS)}", place)
        if order in (None, "little-endian") or kind.width == 1:
            return self._little(kind) if order else kind
        if order != "big-endian":
            raise SpecError(f"the byte order is big-endian or little-endian, not {order!r}", place)
        return _BIG.get(type) or replace(kind, options=kind.options | Option.BIG)

    @staticmethod
    def _little(kind: Kind) -> Kind:
        import sys

        return kind if sys.byteorder == "little" else replace(kind, options=kind.options | Option.BIG)

    def layout(self, name: str, place: str) -> type[Layout]:
        """The C struct of that name. Raises SpecError at `place`."""
        self.find(name, ("struct",), place)
        made: type[Layout] = self[name]
        return made

    def _layout(self, text: Definition) -> type[Layout]:
        if text.name in self._open:
            raise SpecError("the struct holds itself", self._place(text.name))
        self._open.append(text.name)
        try:
            return self.layout_of(text, (Layout,))
        finally:
            self._open.pop()

    def layout_of(self, text: Definition, bases: tuple[type, ...]) -> type[Layout]:
        """A layout with the members of a struct behind those of its bases."""
        space: dict[str, Any] = {"__module__": MODULE, "__doc__": text.doc, "__annotations__": {}}
        taken = {"tail", "unknown"}
        for base in bases:
            taken.update(getattr(base, "__declarations__", ()))
        for each in text.members or ():
            name = each.name
            if each.type == "pad" and not name.startswith("pad"):
                name = f"pad-{name}"
            name = python_name(name, taken)
            taken.add(name)
            place = f"{self._place(text.name)}, member {each.name!r}"
            space[name] = member(self._member(member_of(self._spec, text.name, each), place))
            space["__annotations__"][name] = object
        if len(space) == 3:
            raise SpecError("the struct has no members", self._place(text.name))
        return RecordMeta(class_name(text.name), bases, space, c=text.name.replace("-", "_"))  # type: ignore[return-value]  # a class

    def _member(self, each: Member, place: str) -> Kind:
        if each.struct is not None:
            return struct(self.layout(each.struct, place))
        if each.type in ("pad", "binary", "string"):
            size = self.number(each.len, place) if each.len is not None else 1 if each.type == "pad" else 0
            if not 0 < size <= 65535:
                raise SpecError(f"a {each.type} member of {size} bytes: `len` says how many", place)
            if each.type == "string":
                return chars(size)
            hint = each.display_hint or ""
            if hint in ("ipv4", "ipv6") and size == (4 if hint == "ipv4" else 16):
                return _ADDRESS[size]
            return mac(size) if hint == "mac" and size <= 64 else raw(size)
        kind = self.integer(each.type, each.byte_order, place)
        if kind.options & Option.AUTO:
            raise SpecError(f"{each.type} has no fixed size, as a struct needs it", place)
        if each.display_hint == "ipv4" and kind.width == 4:
            return ip4
        return with_interfaces(self.named(kind, each.enum, each.enum_as_flags, place), "", each.name)

    def named(self, kind: Kind, name: str | None, as_flags: bool, place: str) -> Kind:
        """An integer that stands for an entry of an enum, or for a set of flags; as it is where none is listed."""
        if name is None:
            return kind
        values = self.stands_for(name, as_flags, place)
        return enum(values, kind) if values.__members__ else kind

    def bitfield(self, values: type[FlagSet]) -> type[Layout]:
        """A `nla_bitfield32` whose bits have names."""
        with self._making:
            if values not in self._bitfields:
                space = {
                    "__module__": MODULE,
                    "__annotations__": {"value": values, "selector": values},
                    "value": member(enum(values, u32)),
                    "selector": member(enum(values, u32)),
                }
                name = f"{values.__name__}Bitfield"
                self._bitfields[values] = RecordMeta(name, (Layout,), space, c="nla_bitfield32")  # type: ignore[assignment]
            return self._bitfields[values]

    def _place(self, name: str) -> str:
        return f"{self.where}, definition {name!r}"


def _members(entries: dict[str, int]) -> tuple[list[tuple[str, int]], dict[str, str]]:
    """Members of an enum with names that Python takes, and the labels of those that are called otherwise."""
    members: dict[str, int] = {}
    labels: dict[str, str] = {}
    for entry, value in entries.items():
        name = python_name(entry.upper())
        while name in members:
            name += "_"
        members[name] = value
        if entry != name.lower().replace("_", "-"):
            labels[name] = entry
    return list(members.items()), labels


def carries(kind: Kind, header: Kind | None) -> bool:
    """Whether a member of a header can say what an attribute of that kind does: the same number, or its low byte."""
    if header is None or not kind.code is header.code is Code.INTEGER:
        return False
    alike = not (kind.options ^ header.options) & (Option.SIGNED | Option.AUTO | Option.MULTI)
    return alike and (header.width == kind.width or (header.width == 1 and not kind.options & Option.SIGNED))
