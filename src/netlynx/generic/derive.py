"""From record classes to plain data: the attributes of a record, and the policy that follows from each field's kind.

A kind says what a payload looks like, so it says what a kernel side must check before it reads one::

    u32                     u32                    enum(E, u8)            u8 in the range of the enumeration
    between(u16, 1, 4094)   u16 in the range       enum(FlagSet, u32)     u32 with these bits
    string(15)              nul-string, 15 bytes   binary(64)             binary, up to 64 bytes
    ip4, ip6, ip            binary of 4, 16, 4 to 16 bytes               mac   binary, up to 32 bytes
    ip in two attributes    binary of 4 in one, of 16 bytes in the other
    nest(R), translated(R)  nested, checked as R   indexed(nest(R))       nested-array, each checked as R
    select(field, {…})      binary, of any length
    array(u32)              binary, a multiple of 4 bytes                 indexed(u32)  nested, of 4 bytes each

Source: include/net/netlink.h (`struct nla_policy`).
"""

from __future__ import annotations

from enum import IntEnum, IntFlag
from typing import Any

from msgspec.structs import replace

from netlynx.generic.spec import AttributeSpec, EnumSpec, MemberSpec, SetSpec, StructSpec
from netlynx.schema.common import Bitfield32
from netlynx.schema.compile import layout_size, positions, size_and_alignment
from netlynx.schema.kinds import Code, Kind, Option, ip4, ip6
from netlynx.schema.record import Declaration, Layout, Record
from netlynx.schema.spelling import Spelt

_HARDWARE_ADDRESS = 32  # MAX_ADDR_LEN, linux/netdevice.h
_ADDRESS = (4, 16)  # bytes of an IPv4 and of an IPv6 address


class Sets:
    """The sets, enumerations and structs that some records use, each once."""

    def __init__(self) -> None:
        self.sets: dict[str, SetSpec] = {}
        self.enums: dict[str, EnumSpec] = {}
        self.structs: dict[str, StructSpec] = {}
        self._owners: dict[str, object] = {}

    def add(self, record: type[Record]) -> str:
        """Take in a record class and all that it nests; returns its set's name.

        Raises TypeError for two classes of one name, and for a kind that no policy can check.
        """
        return self._set(record, record.__name__, ())

    def _set(self, record: type[Record], name: str, path: tuple[int, ...]) -> str:
        """The attributes of a record in its inline nest at `path`."""
        if not self._claim(name, (record, path)):
            return name
        self.sets[name] = SetSpec(name=name, attributes=())  # known before it is filled: records may nest themselves
        found: dict[int, AttributeSpec] = {}
        for field, declaration in record.__declarations__.items():
            if declaration.role != "attr" or tuple(map(int, declaration.path[: len(path)])) != path:
                continue
            number = declaration.path[len(path)]
            if int(number) not in found:
                found[int(number)] = self._attribute(record, field, declaration, path)
            if declaration.ip6 is not None and len(declaration.path) == len(path) + 1:
                found[int(declaration.ip6)] = _of_address(f"{field}6", declaration.ip6, ip6)
            if declaration.older is not None and len(declaration.path) == len(path) + 1:
                older = replace(declaration, path=(*path, declaration.older), older=None)
                found[int(declaration.older)] = self._attribute(record, f"{field}_older", older, path)
        self.sets[name] = SetSpec(name=name, attributes=tuple(found[number] for number in sorted(found)))
        return name

    def _attribute(
        self, record: type[Record], field: str, declaration: Declaration, path: tuple[int, ...]
    ) -> AttributeSpec:
        number = declaration.path[len(path)]
        about: dict[str, Any] = {"number": int(number), "c_name": getattr(number, "c_name", "")}
        if len(declaration.path) > len(path) + 1:
            about["name"] = about["c_name"].rpartition("_")[2].lower() or f"nest{int(number)}"
            around = (*path, int(number))
            inner = self._set(record, "_".join([record.__name__, *map(str, around)]), around)
            return AttributeSpec(type="nested", kind="nest", nested=inner, **about)
        assert declaration.kind is not None
        if declaration.ip6 is not None:
            return _of_address(field, number, ip4)
        try:
            return AttributeSpec(name=field, **about, **self._policy(declaration.kind))
        except TypeError as error:
            raise TypeError(f"{record.__name__}.{field}: {error}") from None

    def _policy(self, kind: Kind) -> dict[str, Any]:
        if kind.options & Option.MULTI:
            assert kind.item is not None
            return {**self._policy(kind.item), "multi": True}
        about: dict[str, Any] = {"kind": kind.name}
        if kind.code is Code.INTEGER:
            return about | self._integer(kind)
        if kind.code is Code.FLAG:
            return about | {"type": "flag"}
        if kind.code is Code.STRING:
            return about | {"type": "nul-string", "max_length": kind.width or None}
        if kind.code is Code.NEST or kind.options & Option.NESTED:
            return about | {"type": "nested", "nested": self._inside(kind) if kind.target is not None else ""}
        if kind.code is Code.INDEXED:
            assert kind.item is not None
            return about | self._indexed(kind, kind.item)
        if kind.code is Code.STRUCT:
            assert kind.target is not None
            target: Any = kind.target()
            if target is Bitfield32:
                return {
                    "kind": "bitfield32",
                    "type": "bitfield32",
                    "mask": 0xFFFFFFFF if kind.mask is None else kind.mask,
                }
            struct = self.struct(target)
            return about | {"type": "binary", "struct": struct.name, "min_length": struct.size}
        if kind.code is Code.SELECT:  # what it holds depends on other fields, which no policy looks at
            return about | {"type": "binary"}
        if kind.code is Code.PREFIX:
            raise TypeError(f"{kind.name} depends on other fields: no policy can check it")
        if kind.code is Code.ARRAY and kind.item is not None:
            about |= {"item": kind.item.name, "element": self._element(kind.item, size_and_alignment(kind.item)[0])}
        low, high = _lengths(kind)
        return about | {"type": "binary", "min_length": low, "max_length": high}

    def _integer(self, kind: Kind) -> dict[str, Any]:
        about: dict[str, Any] = {"type": _integer_type(kind), "minimum": kind.low, "maximum": kind.high}
        values = kind.values
        about["mask"] = kind.mask
        if values is bool:
            about["maximum"] = 1
        elif values is not None and not issubclass(values, Spelt):
            enum = self.enum(values)
            about["enum"] = enum.name
            if enum.flags and kind.mask is None and kind.low is None and kind.high is None:
                about["mask"] = sum(set(enum.members.values()) - {0})
            elif not enum.flags:
                lowest, highest = min(enum.members.values()), max(enum.members.values())
                about["minimum"] = lowest if kind.low is None else kind.low
                about["maximum"] = highest if kind.high is None else kind.high
        return about

    def _indexed(self, kind: Kind, item: Kind) -> dict[str, Any]:
        about: dict[str, Any] = {"item": item.name, "first": kind.first, "keyed": bool(kind.options & Option.KEYED)}
        if item.code is Code.NEST:
            return about | {"type": "nested-array", "nested": self._inside(item)}
        return about | {"type": "nested", "element": self._element(item)}

    def _element(self, item: Kind, size: int = 0) -> AttributeSpec:
        """What each element of an array must look like: its length, `size` where it has no other one.

        Raises TypeError for a range of its values.
        """
        if (item.low, item.high, item.mask) != (None, None, None):
            raise TypeError(f"no policy checks the range of elements: put each {item.name} into a record of its own")
        about = {**self._policy(item), "minimum": None, "maximum": None, "mask": None}
        if about["type"] == "binary" and size:
            about |= {"min_length": size, "max_length": None if about.get("struct") else size}
        return AttributeSpec(name="", number=0, **about)

    def _inside(self, kind: Kind) -> str:
        """The set of the record that a nest holds."""
        assert kind.target is not None
        record: Any = kind.target()
        if record.__header__ is not None:
            raise TypeError(f"{record.__name__} has a header, it is a message: give nests records of their own")
        return self.add(record)

    def enum(self, values: type[IntEnum] | type[IntFlag]) -> EnumSpec:
        """Take in an enumeration or a set of flags."""
        if self._claim(values.__name__, values):
            members = {name.lower(): int(member) for name, member in values.__members__.items()}
            self.enums[values.__name__] = EnumSpec(
                name=values.__name__, flags=issubclass(values, IntFlag), members=members
            )
        return self.enums[values.__name__]

    def struct(self, layout: type[Layout]) -> StructSpec:
        """Take in a C struct."""
        if self._claim(layout.__name__, layout):
            self.structs[layout.__name__] = struct_of(layout)
        return self.structs[layout.__name__]

    def _claim(self, name: str, owner: object) -> bool:
        """Whether a name is new. Raises TypeError when something else has it."""
        if self._owners.setdefault(name, owner) != owner:
            raise TypeError(f"two classes are called {name}: records, enumerations and layouts need names of their own")
        return name not in self.sets and name not in self.enums and name not in self.structs


def _of_address(name: str, number: int, kind: Kind) -> AttributeSpec:
    """One of the two attributes of a field that holds an address of either family."""
    c_name = getattr(number, "c_name", "")
    about: dict[str, Any] = {"number": int(number), "c_name": c_name, "paired": True}
    return AttributeSpec(
        name=name, type="binary", kind=kind.name, min_length=kind.width, max_length=kind.width, **about
    )


def struct_of(layout: type[Layout], after: int = 0) -> StructSpec:
    """A layout as plain data; `after` leaves out the members before that offset and counts from there."""
    members = []
    for name, (offset, size) in positions(layout).items():
        kind = layout.__declarations__[name].kind
        if offset >= after and kind is not None:
            members.append(MemberSpec(name=name, kind=kind.name, offset=offset - after, size=size))
    return StructSpec(name=layout.__name__, size=layout_size(layout)[0] - after, members=tuple(members))


def _integer_type(kind: Kind) -> str:
    if kind.options & Option.AUTO:
        return "sint" if kind.options & Option.SIGNED else "uint"
    if kind.options & Option.BIG:
        return f"be{8 * kind.width}" if kind.width < 8 else "u64"  # a policy knows no be64
    return f"{'s' if kind.options & Option.SIGNED else 'u'}{8 * kind.width}"


def _lengths(kind: Kind) -> tuple[int | None, int | None]:
    """The fewest and most bytes of a payload that is no number and holds no attributes."""
    low, high = kind.low, kind.high
    if kind.code is Code.IP:
        shortest, longest = (kind.width, kind.width) if kind.width and not kind.family else _ADDRESS
        return low or shortest, high or longest
    return low, high or kind.width or (_HARDWARE_ADDRESS if kind.code is Code.MAC else None)
