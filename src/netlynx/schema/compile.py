"""From a record class to the plan that the native codec runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import IntEnum, IntFlag
from functools import lru_cache
from sys import byteorder
from threading import RLock
from types import MappingProxyType
from typing import Any

from netlynx.codec._codec import Plan, plans
from netlynx.schema.kinds import Code, Kind, Option
from netlynx.schema.record import Attribute, Declaration, Layout, Record
from netlynx.schema.spelling import Spelt
from netlynx.schema.tags import tags_of

Fields = list[dict[str, Any]]  # Any: what `Plan` wants to know of a field
Scopes = list[tuple[int, dict[int, int]]]
Arguments = tuple[
    type, str, int, int, int, Fields, Scopes, list[int], list[int], list[int], str | None, type[Attribute] | None
]

_compiling = RLock()
_dependent: dict[Any, bool] = {}  # classes whose context was looked into
_unfinished: dict[tuple[type, bool], Plan] = {}  # of the compilation that is under way: no other thread may run them
_headless: dict[type, Plan] = {}  # of records with a header, for their attributes alone


def plan_of(cls: type, *, headless: bool = False) -> Plan:
    """The plan of a record or layout class, compiled on first use; `headless`: of a record's attributes alone."""
    finished = _headless if headless else plans
    plan = finished.get(cls)
    if plan is not None:
        return plan
    cls = getattr(cls, "__narrow__", cls)
    with _compiling:
        plan = finished.get(cls) or _unfinished.get((cls, headless))
        if plan is not None:
            return plan
        outermost = not _unfinished
        # Known before it is filled: records may refer to themselves.
        plan = _unfinished[cls, headless] = Plan.__new__(Plan)
        try:
            plan.__init__(*arguments_of(cls, headless=headless))  # type: ignore[misc]
            if outermost:
                for (each, bare), one in _unfinished.items():
                    wide = getattr(each, "__wide__", each)
                    (_headless if bare else plans).update({each: one, wide: one})
        finally:
            if outermost:
                _unfinished.clear()
    return plan


@lru_cache(64)
def plan_with(cls: type, kinds: tuple[tuple[str, Kind], ...]) -> Plan:
    """A plan of the same records, in which these fields, which are attributes, are of other kinds."""
    with _compiling:
        return Plan(*_Compiler(cls, kinds=dict(kinds)).arguments())


def arguments_of(cls: type, *, headless: bool = False) -> Arguments:
    """What `Plan` takes for a class; the plans of records within it are compiled with it."""
    return _Compiler(cls, headless).arguments()


def positions(layout: type[Layout]) -> dict[str, tuple[int, int]]:
    """Offset and size of each member of a layout, in bytes, padded as the C compiler does (not at all if packed)."""
    offset = used = 0
    table = {}
    for name, declaration in layout.__declarations__.items():
        assert declaration.kind is not None
        size, align = size_and_alignment(declaration.kind)
        bits = declaration.kind.bits
        if bits and used and used + bits <= 8 * size:
            table[name] = (offset - size, size)  # in the same unit as the bit field before it
            used += bits
            continue
        used = bits
        align = 1 if layout.__packed__ else max(align, declaration.align)
        offset = (offset + align - 1) // align * align
        table[name] = (offset, size)
        offset += size
    return table


def _place(layout: Any, path: str, asked: str) -> tuple[int, int]:
    """Offset and size of a member, or of one within the struct that a member is: ``selector.family``."""
    first, dot, behind = path.partition(".")
    places = positions(layout)
    if first not in places:
        raise TypeError(f"{asked}: the struct has no member {path!r}")
    if not dot:
        return places[first]
    offset, size = _place(layout.__declarations__[first].kind.held, behind, asked)
    return places[first][0] + offset, size


def shifts(layout: type[Layout]) -> dict[str, int]:
    """Of each bit field of a layout, how many bits are below it in its unit."""
    used: dict[int, int] = {}  # bits, by offset of the unit
    table = {}
    for name, (offset, size) in positions(layout).items():
        kind = layout.__declarations__[name].kind
        if kind is not None and kind.code is Code.BITS:
            below = used.get(offset, 0)
            table[name] = below if byteorder == "little" else 8 * size - below - kind.bits
            used[offset] = below + kind.bits
    return table


def size_and_alignment(kind: Kind) -> tuple[int, int]:
    """C size and alignment of a fixed kind, in bytes."""
    if kind.code in (Code.INTEGER, Code.BITS) or kind.quantity is not None:
        return kind.width, kind.width
    if kind.code is Code.ARRAY and kind.item is not None:  # at the end of a struct it has no width
        return kind.width, size_and_alignment(kind.item)[1]
    if kind.options & Option.REST:
        return 0, 1
    if kind.code is Code.STRUCT and kind.target is not None:
        return layout_size(kind.target())
    if kind.code is Code.IP:
        return kind.width, 4
    if kind.width and (kind.options & Option.FIXED or kind.code is Code.MAC):
        return kind.width, 1
    raise TypeError(f"{kind.name} has no fixed size")


@lru_cache(256)
def layout_size(layout: type[Layout] | type[Record]) -> tuple[int, int]:
    """C size and alignment of a layout. Those who make messages row by row ask for it with each."""
    kinds = [declaration.kind for declaration in layout.__declarations__.values() if declaration.kind]
    align = 1 if layout.__packed__ else max((size_and_alignment(kind)[1] for kind in kinds), default=1)
    end = max((offset + size for offset, size in positions(layout).values()), default=0)  # type: ignore[arg-type]
    return (end + align - 1) // align * align, align


class _Compiler:
    """Collects the fields, scopes and orders of one class."""

    def __init__(self, cls: type, headless: bool = False, kinds: Mapping[str, Kind] = MappingProxyType({})) -> None:
        self.cls: Any = cls  # Any: RecordMeta's attributes
        self.kinds = kinds  # of attributes that are of other kinds than the class says
        self.headless = headless
        self.fields: list[dict[str, Any]] = []
        self.scopes: list[tuple[int, dict[int, int]]] = [(-1, {})]
        self.inline: dict[tuple[int, ...], int] = {(): 0}
        self.heads: list[int] = []
        self.order: list[int] = []
        self.slots: list[int] = []

    def arguments(self) -> Arguments:
        """What the plan is made of."""
        cls = self.cls
        if issubclass(cls, Layout):
            self.members()
            return self.made(0, layout_size(cls)[0], -1, "tail", None)
        header: type[Layout] | None = None if self.headless else cls.__header__
        self.layout = positions(header) if header else {}
        self.header = header
        size = layout_size(header)[0] if header else 0
        for name, declaration in cls.__declarations__.items():
            if declaration.role == "head":
                self.head(name, declaration)
            elif declaration.role == "constant":
                self.constant(name, declaration)
            else:
                self.attribute(name, declaration)
        self.heads.sort(key=lambda i: self.fields[i]["position"])
        family = self.layout.get("family", (-1, 0))[0]
        return self.made(size, size, family, "unknown", Attribute)

    def made(
        self, header_size: int, size: int, family: int, unknown: str, attribute: type[Attribute] | None
    ) -> Arguments:
        name, orders = self.cls.__name__, (self.heads, self.order, self.slots)
        for number in self.slots:
            said = self.cls.__declarations__.get(self.fields[number]["name"])
            if said is not None:
                self.fields[number].update(
                    read_only=said.read_only, holds=said.kind is not None and said.kind.holds_records
                )
        return self.cls, name, header_size, size, family, self.fields, self.scopes, *orders, unknown, attribute

    def add(self, field: dict[str, Any]) -> int:
        self.fields.append(field)
        return len(self.fields) - 1

    def members(self) -> None:
        places = positions(self.cls)
        for name, (offset, size) in places.items():
            declaration = self.cls.__declarations__[name]
            field = self.describe(name, declaration.kind)
            self.in_struct(field, name, declaration.kind, self.cls)
            field["options"] |= Option.ALWAYS  # a struct is sent whole: a counter at 0 is there like any other
            if name.startswith("pad"):
                field["options"] |= Option.HIDDEN
            if declaration.kind is not None and declaration.kind.options & Option.REST:
                size = self.fields[field["item"]]["width"] if "item" in field else 1  # of each element
                if name != list(places)[-1] or offset != layout_size(self.cls)[0]:
                    raise TypeError(f"{self.cls.__name__}.{name}: what takes the rest of a struct stands at its end")
            field.update(position=offset, width=size, slot=True, default=declaration.default)
            number = self.add(field)
            self.heads.append(number)
            self.slots.append(number)

    def in_struct(self, field: dict[str, Any], name: str, kind: Kind | None, layout: Any) -> None:
        """What a member's value takes of the struct around it."""
        if kind is not None and kind.family:
            field["family"] = _place(layout, kind.family, f"{layout.__name__}.{name}")
        if kind is not None and kind.code is Code.BITS:
            field["bits"] = (shifts(layout)[name], kind.bits)

    def constant(self, name: str, declaration: Declaration) -> None:
        """A field that no message has."""
        field = self.describe(name, declaration.kind)
        field.update(slot=True, default=declaration.default)
        field["options"] |= Option.ALWAYS
        self.slots.append(self.add(field))

    def head(self, name: str, declaration: Declaration) -> None:
        if self.headless:
            kind = declaration.kind or self.cls.__header__.__declarations__[declaration.header or name].kind
            field = self.describe(name, kind)
            field.update(slot=True, default=declaration.default)
            self.slots.append(self.add(field))
            return
        number = self.add(self.in_header(name, declaration.header or name, declaration.kind, declaration))
        self.heads.append(number)
        self.slots.append(number)

    def in_header(self, name: str, member: str, kind: Kind | None, declaration: Declaration) -> dict[str, Any]:
        if self.header is None or member not in self.layout:
            raise TypeError(f"{self.cls.__name__}.{name}: the header has no member {member!r}")
        offset, size = self.layout[member]
        kind = kind or self.header.__declarations__[member].kind
        if kind is not None and kind.options & Option.REST:
            raise TypeError(f"{self.cls.__name__}.{name}: a header ends where the attributes begin, it takes no rest")
        field = self.describe(name, kind)
        self.in_struct(field, member, kind, self.header)
        options = field["options"] | (Option.ALWAYS if declaration.always else 0)
        field.update(position=offset, width=size, slot=True, default=declaration.default, options=options)
        return field

    def attribute(self, name: str, declaration: Declaration) -> None:
        kind = self.kinds.get(name, declaration.kind)
        assert kind is not None
        scope = self.scope(declaration.path[:-1])
        field = self.describe(name, kind)
        options = field["options"] | (Option.ALWAYS if declaration.always else 0)
        if kind.code is Code.PREFIX:
            field["position"] = self.layout[kind.length_field][0]
        if kind.family:
            field["family"] = (self.beside(name, declaration), 0)
        field.update(
            type=int(declaration.path[-1]),
            ip6=-1 if declaration.other is None else int(declaration.other),
            scope=scope,
            slot=True,
            default=0 if declaration.zero else declaration.default,  # what is read where the attribute is absent
            options=options | (Option.ZERO if declaration.zero else 0),
        )
        number = self.add(field)
        self.scopes[scope][1][field["type"]] = number
        if declaration.other is not None:
            self.scopes[scope][1][int(declaration.other)] = number
        self.order.append(number)
        self.slots.append(number)
        if declaration.header and not self.headless:
            twin = self.in_header(name, declaration.header, None, declaration)
            twin["overflow"] = declaration.overflow
            if kind.values is not None:
                twin.update({key: field[key] for key in ("values", "labels", "enum") if key in field})
            if declaration.overflow == -1:
                twin["options"] |= Option.MASK
            self.heads.append(self.add(twin))

    def beside(self, name: str, declaration: Declaration) -> int:
        """The number of the attribute that says of which family an address is."""
        assert declaration.kind is not None
        says = self.cls.__declarations__.get(declaration.kind.family)
        if says is None or says.role != "attr" or says.path[:-1] != declaration.path[:-1]:
            raise TypeError(f"{self.cls.__name__}.{name}: no attribute {declaration.kind.family!r} stands beside it")
        return int(says.path[-1])

    def scope(self, path: tuple[int, ...]) -> int:
        """The scope of the inline nest at `path`, made with its enclosing ones on first use."""
        if path in self.inline:
            return self.inline[path]
        outer = self.scope(path[:-1])
        number = len(self.scopes)
        field = self.add(
            {
                "kind": int(Code.INLINE),
                "name": getattr(path[-1], "c_name", ""),
                "type": int(path[-1]),
                "scope": outer,
            }
        )
        self.fields[field]["item"] = number
        self.scopes.append((field, {}))
        self.scopes[outer][1][int(path[-1])] = field
        self.order.append(field)
        self.inline[path] = number
        return number

    def describe(self, name: str, kind: Kind | None) -> dict[str, Any]:
        """The codec's description of one kind; elements and choices become fields of their own."""
        assert kind is not None
        field: dict[str, Any] = {
            "kind": int(kind.code),
            "name": name,
            "width": kind.width,
            "options": kind.options,
            "first": kind.first,
            "selector": kind.selector or None,
            "decoder": kind.decoder,
            "encoder": kind.encoder,
            "carried": kind.carried,
            "form": kind.form.settle if kind.pairs and kind.form is not None else None,
        }
        if kind.values is not None:
            field.update(enum_tables(kind.values))
        if kind.quantity is not None:
            field["enum"] = kind.quantity
        if kind.target is not None and kind.code is not Code.HOOK:
            field["plan"] = plan_of(kind.target(), headless=kind.headless)
            if depends_on_context(kind.target()):
                field["options"] |= Option.CONTEXT
        elif kind.is_shown and kind.shown is not None and kind.shown.target is not None:
            field["plan"] = plan_of(kind.shown.target())  # of the records that the function makes: for conditions
        if kind.options & Option.TAGGED and kind.target is not None:
            tags = tags_of(kind.target())
            field.update(decoder=tags.read, encoder=tags.write)
        if kind.item is not None:
            item = self.describe(name, kind.item)
            if kind.code is Code.ARRAY and not kind.options & Option.MULTI and not item["width"]:
                item["width"] = size_and_alignment(kind.item)[0]
                if not item["width"]:
                    raise TypeError(f"{self.cls.__name__}.{name}: {kind.item.name} has no fixed size")
            field["options"] |= item["options"] & Option.CONTEXT
            field["item"] = self.add(item)
        if kind.choices is not None:
            field["choices"] = {value: self.add(self.describe(name, choice)) for value, choice in kind.choices.items()}
        return field


def enum_tables(values: type[IntEnum] | type[IntFlag] | type[Spelt] | type[bool]) -> dict[str, Any]:
    """Members by their numbers (`values`), numbers by names and labels in lower case (`labels`), as the codec wants."""
    if values is bool:
        return {"values": {0: False, 1: True}}
    if issubclass(values, Spelt):
        return {"values": {}, "labels": {}, "enum": values}
    members = {name.lower(): int(member) for name, member in values.__members__.items()}
    for name, label in getattr(values, "__labels__", {}).items():
        members[label.lower().replace("-", "_")] = int(values.__members__[name])  # the label may be another's name
    table: dict[int, Any] = {int(member): member for member in values.__members__.values()}
    if issubclass(values, IntFlag):
        return {"values": {0: values(0), **table}, "labels": members, "enum": values}
    return {"values": table, "labels": members}


def depends_on_context(cls: Any) -> bool:
    """Whether a nested record's value depends on more than its own bytes: then no row may reuse another's."""
    if cls in _dependent:
        return _dependent[cls]
    seen = {cls}
    waiting = [cls]
    while waiting:
        each = waiting.pop()
        for declaration in each.__declarations__.values():
            for kind in _parts(declaration.kind):
                inner = None if kind.target is None else kind.target()
                outer = kind.code is Code.SELECT and kind.selector not in each.__declarations__
                if outer or kind.options & Option.CONTEXT or _dependent.get(inner):
                    _dependent[cls] = True
                    return True
                if inner is not None and inner not in seen and inner not in _dependent:
                    seen.add(inner)
                    waiting.append(inner)
    _dependent.update(dict.fromkeys(seen, False))
    return False


def _parts(kind: Kind | None) -> Iterator[Kind]:
    """A kind, its elements and its choices, all the way down to records."""
    if kind is not None:
        yield kind
        yield from _parts(kind.item)
        for choice in (kind.choices or {}).values():
            yield from _parts(choice)
