"""Records and layouts: typed values declared once, one line a field.

    class RouteHeader(Layout, c="rtmsg"):
        family: AddressFamily = member(enum(AddressFamily, u8))
        ...

    class Route(Record, header=RouteHeader):
        family: AddressFamily = head()
        oif: int | None = attr(RTA.OIF, u32)

Both are frozen `msgspec.Struct`s without garbage-collector tracking; they compare, print, match and pickle by value.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, IntFlag
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar, dataclass_transform

import msgspec

from netlynx.codec._codec import adopt_calls, decode, encode_record, plan_for, to_json
from netlynx.schema.kinds import Code, Kind, Option
from netlynx.wire.nearest import nearest

R = TypeVar("R")

if TYPE_CHECKING:
    from inspect import Signature

    from netlynx.schema.spelling import Spelt


class Declaration(msgspec.Struct, frozen=True):
    """One declared field: what `attr`, `head` and `member` were given."""

    role: str  # "attr", "head", "member" or "constant"
    kind: Kind | None
    path: tuple[int, ...] = ()
    header: str = ""
    overflow: int = 0
    default: Any = None
    always: bool = False
    c_name: str = ""
    rare: bool = False
    ip6: int | None = None
    older: int | None = None
    secret: bool = False
    zero: bool = False
    read_only: bool = False
    at_once: bool | tuple[Any, ...] = False
    told: bool = False
    align: int = 1

    @property
    def other(self) -> int | None:
        """Another attribute that the field may stand in."""
        return self.older if self.ip6 is None else self.ip6


def attr(
    number: int | tuple[int, ...],
    kind: Kind,
    *,
    header: str = "",
    overflow: int = 0,
    default: Any = None,
    always: bool = False,
    rare: bool = False,
    ip6: int | None = None,
    older: int | None = None,
    secret: bool = False,
    zero: bool = False,
    read_only: bool = False,
    at_once: bool | tuple[Any, ...] = False,
    told: bool = False,
) -> Any:
    """A field carried by an attribute.

    `number` is the attribute's number, or a path of numbers when it lies in a nest whose fields are the record's own
    (``(IFLA.LINKINFO, IFLA_INFO.KIND)``). `header` names a header member that carries the value too (a route's table);
    a value over 255 stands there as `overflow`, or cut to its low byte when that is -1. `always` keeps the field
    in JSON even when it is None. `rare` fields take no memory in records that have none of them: that is for a record
    of which there are a million at a time, and which has far more fields than most rows use.

    `ip6` is for an address (kind `ip`) that has two attributes, one for each family: it stands in `number` when it is
    IPv4 and in `ip6`, of the same nest, when it is IPv6.

    `older` is another attribute of the same nest, in which kernels said the same before they had `number`, with
    counters of fewer bits, say. Those that know both send it first: the last one counts. Requests have `number`.

    `secret` is for keys: neither the text of a record nor errors that put a request into words show it.

    `read_only` is for what the kernel tells and never takes: it is left out of what was read and is sent back, and
    refused in every other request (`netlynx.schema.sending`).

    `at_once` is for what the kernel takes when it makes an object, and ignores in one that is there: all of it, or
    these values. `told` is for what every kernel tells that knows it; one that does not would ignore it. Changes are
    compared with what is there first, and refused where they would have no effect (`netlynx.route.link_rivals`).

    `zero` is for a number that the kernel leaves out of what it tells where it is 0, though a request without it means
    something else: what is read has 0 there, what is made has None.

    Typed as `Any`: checkers then see a plain optional keyword argument of the annotated type.
    """
    path = number if isinstance(number, tuple) else (number,)
    if default is None:
        default = () if kind.options & Option.MULTI else False if kind.code is Code.FLAG else None
    if kind.pairs and path[-1] != kind.pairs[0][0]:
        raise TypeError("the number of a pair is that of its first key")
    if zero and (kind.code is not Code.INTEGER or kind.values is not None or kind.options & Option.MULTI):
        raise TypeError(f"only a plain number is left out where it is 0, not {kind.name}")
    if ip6 is not None and (kind.code is not Code.IP or kind.width):
        raise TypeError(f"ip6 is for addresses of either family, not for {kind.name}")
    if ip6 is not None and older is not None:
        raise TypeError("an address of either family has no older attribute")
    return Declaration(
        "attr",
        kind,
        path,
        header=header,
        overflow=overflow,
        default=default,
        always=always,
        rare=rare,
        ip6=ip6,
        older=older,
        secret=secret,
        zero=zero,
        read_only=read_only,
        at_once=at_once,
        told=told,
    )


def head(
    name: str = "", *, kind: Kind | None = None, default: Any = 0, always: bool = False, read_only: bool = False
) -> Any:
    """A field carried by the fixed header: its member `name` (the field's own name when empty).

    `read_only` is as for `attr`.
    """
    return Declaration("head", kind, header=name, default=default, always=always, read_only=read_only)


def constant(kind: Kind, value: Any) -> Any:
    """A field that has one value in all records of the class, and in no message: what the class itself says.

    `kind` is an integer, or an enum carried by one.
    """
    if kind.code is not Code.INTEGER:
        raise TypeError(f"a constant is an integer, not {kind.name}")
    return Declaration("constant", kind, default=value, always=True, read_only=True)


def member(kind: Kind, *, default: Any = None, c: str = "", align: int = 1, secret: bool = False) -> Any:
    """A member of a fixed C struct, in order; padding as the C compiler adds it. `c` is its C name where known.

    `align` is for the first member behind a struct whose members are the layout's own: padding ends that struct, too,
    and so this one begins at a multiple of its alignment. `secret` is as for `attr`.
    """
    if default is None and kind.quantity is not None:
        default = kind.quantity.of(0)
    if default is None:
        default = _ZERO.get(kind.code, () if kind.code is Code.ARRAY else 0)
        if kind.code in (Code.INTEGER, Code.BITS) and kind.values is not None:
            default = _zero(kind.values)
    return Declaration("member", kind, default=default, c_name=c, align=align, secret=secret)


_ZERO: dict[Code, Any] = {
    Code.STRING: "",
    Code.BINARY: b"",
    Code.MAC: "",
    Code.IP: None,
    Code.STRUCT: None,
    Code.HOOK: None,
}


def _zero(values: type[IntEnum] | type[IntFlag] | type[Spelt] | type[bool]) -> int:
    """The member for 0, or 0 itself where no member has it."""
    try:
        return values(0)
    except ValueError:
        return 0


class Attribute(msgspec.Struct, frozen=True, gc=False, repr_omit_defaults=True, eq=False):
    """An attribute that the record does not know, or whose payload could not be decoded as what it declares.

    `type` is its number, `within` the nests around it that are part of the same record; `nested` and `net_byteorder`
    are the flags that stood with the number (NLA_F_NESTED, NLA_F_NET_BYTEORDER). `problem` says what was wrong with
    the payload of one that is known: its field and where in the payload; it is a note, and not compared.
    Source: linux/netlink.h.
    """

    type: int
    payload: bytes
    within: tuple[int, ...] = ()
    nested: bool = False
    net_byteorder: bool = False
    problem: str = ""

    def __eq__(self, other: object) -> bool:
        return self._compared() == other._compared() if isinstance(other, Attribute) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._compared())

    def _compared(self) -> tuple[object, ...]:
        return self.type, self.payload, self.within, self.nested, self.net_byteorder


def _is_head(value: object) -> bool:
    return isinstance(value, Declaration) and value.role == "head"


@dataclass_transform(kw_only_default=True, frozen_default=True)
class RecordMeta(msgspec.StructMeta):
    """Turns declarations into slots with defaults and remembers them."""

    __declarations__: dict[str, Declaration]
    __header__: type[Layout] | None
    __c__: str
    __packed__: bool
    __rare__: dict[str, Any]  # the rare fields and their defaults
    __hints__: dict[str, Any]  # the types of all declared fields, as they are written
    __narrow__: RecordMeta  # the class itself: its instances have no room for rare fields ...
    __wide__: RecordMeta  # ... those of this one do; the same class where there are none

    def __new__(
        mcls,
        name: str,
        bases: tuple[type, ...],
        namespace: dict[str, Any],
        *,
        header: type[Layout] | None = None,
        c: str = "",
        packed: bool = False,
        **config: Any,
    ) -> RecordMeta:
        """`header` is the layout that comes before the attributes, `c` the name of a layout's C struct.

        `packed` says that the C struct has no padding (`__attribute__((packed))`).
        """
        declarations: dict[str, Declaration] = {}
        if header is not None and any(getattr(base, "__behind__", False) for base in bases):
            declarations.update({key: value for key, value in namespace.items() if _is_head(value)})
        for base in bases:
            declarations.update(getattr(base, "__declarations__", {}))
            header = header or getattr(base, "__header__", None)
        for key, value in list(namespace.items()):
            if isinstance(value, Declaration):
                declarations[key] = value
                namespace[key] = value.default
        annotations = namespace.setdefault("__annotations__", {})
        if any(isinstance(base, RecordMeta) for base in bases):
            extra = "tail" if any(issubclass(base, Layout) for base in bases) else "unknown"
            annotations[extra] = "tuple"
            namespace[extra] = b"" if extra == "tail" else ()
        if any(each.secret for each in declarations.values()):
            namespace.setdefault("__repr__", _repr_without_secrets)
            namespace.setdefault("__rich_repr__", _parts_without_secrets)
        hints = {name: hint for base in bases for name, hint in getattr(base, "__hints__", {}).items()} | annotations
        rare = {key: value.default for key, value in declarations.items() if value.rare}
        aside = {key: annotations.pop(key, "object") for key in rare}
        config = {"frozen": True, "gc": False, "kw_only": True, "repr_omit_defaults": True, **config}
        cls: RecordMeta = super().__new__(mcls, name, bases, namespace, **config)
        cls.__declarations__ = declarations
        cls.__header__ = header
        cls.__c__ = c
        cls.__packed__ = packed
        cls.__rare__ = rare
        cls.__hints__ = hints
        cls.__narrow__ = cls.__wide__ = cls
        if rare:
            body = {
                "__module__": cls.__module__,
                "__qualname__": cls.__qualname__,
                "__doc__": namespace.get("__doc__"),
                "__annotations__": aside,
                **rare,
                **wide_methods,
            }
            cls.__wide__ = super().__new__(mcls, name, (cls,), body, **config)
            cls.__wide__.__wide__ = cls.__wide__
        for each in {cls, cls.__wide__}:
            adopt_calls(each)
        return cls

    def __settled__(cls, values: dict[str, Any], around: dict[str, Any]) -> dict[str, Any]:
        """What `netlynx.schema.calling` puts here: `settled_values` of `netlynx.schema.settle`."""
        raise NotImplementedError

    @property
    def __signature__(cls) -> Signature:
        """All fields, for `help` and the tool-tips of editors: those that are rare are slots of another class."""
        from netlynx.schema.describe import signature_of

        return signature_of(cls.__narrow__)

    @property
    def __doc__(cls) -> str | None:  # type: ignore[override]  # a class's own text, and what its fields are
        from netlynx.schema.describe import documentation_of

        return documentation_of(cls.__narrow__)


def resort(cls: RecordMeta, values: dict[str, Any]) -> Any:
    """When a class does not take these keywords: the record of another one that does, or NotImplemented.

    Raises TypeError for a keyword that no field has, naming the nearest.
    """
    rare = cls.__rare__
    if cls is cls.__narrow__ and not rare.keys().isdisjoint(values):
        values = {name: value for name, value in values.items() if name not in rare or value != rare[name]}
        return (cls if rare.keys().isdisjoint(values) else cls.__wide__)(**values)
    known = (*cls.__narrow__.__struct_fields__, *rare)
    unknown = [name for name in values if name not in known]
    if unknown and not beside(cls).isdisjoint(unknown):
        declared: Any = cls.__narrow__
        return cls(**declared.__beside__(values))
    for name in values:
        if name not in known:
            raise unknown_field(cls.__name__, name, known)
    return NotImplemented


def beside(cls: Any) -> frozenset[str]:
    """Keywords that a class takes which are no fields: its `__beside__` says what they mean for those."""
    found: frozenset[str] = getattr(cls, "__besides__", frozenset())
    return found


class Read(tuple[Attribute, ...]):
    """What `unknown` of a record holds that was read from the kernel; `before` is what it said of the fields that were
    replaced since.

    So a record knows where it comes from without a byte more: whoever sends it back leaves out what the kernel only
    tells (`netlynx.schema.sending`).
    """

    before: Mapping[str, Any] = MappingProxyType({})

    @property
    def changed(self) -> frozenset[str]:
        """The fields that were replaced."""
        return frozenset(self.before)

    def but(self, before: Mapping[str, Any]) -> Read:
        """The same of a record in which these fields, which had these values, were replaced."""
        made = Read(self)
        made.before = {**before, **self.before}
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return _read_again, (tuple(self), dict(self.before))


READ = Read()


def _read_again(unknown: tuple[Attribute, ...], before: Mapping[str, Any]) -> Read:
    return Read(unknown).but(before) if unknown or before else READ


def was_read(record: Any) -> bool:
    """Whether the kernel said it: the record, or the one of which this is a changed copy, was decoded."""
    return type(getattr(record, "unknown", None)) is Read


# -- records with rare fields ------------------------------------------------------------------------------------
#
# Their class has a subclass of the same name with slots for the rare fields, and a record is of that class only if it
# has one of them. Nobody needs to know: both compare, print, match, hash and pickle as one class would.


def class_of(record: Any) -> Any:
    """The class that was declared; ``type(record)`` is another one when the record has rare fields."""
    return getattr(type(record), "__narrow__", type(record))


def fields_of(record: Any) -> dict[str, Any]:
    """All fields of a record by name, `unknown` (of a layout: `tail`) among them."""
    cls = type(record)
    return {name: getattr(record, name) for name in (*cls.__narrow__.__struct_fields__, *cls.__rare__)}


def replace_fields(record: R, /, **changes: Any) -> R:
    """The record with other values, canonical ones, in some of its fields: what `replace` does, for who makes requests.

    It does not count as changed. Raises TypeError for a field that it does not have.
    """
    cls: Any = type(record)
    if cls is cls.__narrow__:
        rare = cls.__rare__
        if rare:  # those that stay as they are need no room
            changes = {name: value for name, value in changes.items() if name not in rare or value != rare[name]}
        if not rare or rare.keys().isdisjoint(changes):
            try:
                return msgspec.structs.replace(record, **changes)  # type: ignore[type-var]  # R is a record
            except TypeError:
                pass  # of a field that is not there the class says which may have been meant
    made: R = cls.__narrow__(**{**fields_of(record), **changes})
    return made


def _rebuild(cls: Any, values: dict[str, Any]) -> Any:
    return cls(**values)


def _is_narrow(record: Any) -> bool:
    """Whether a record of the wide class has no rare field after all (`msgspec.structs.replace` may make one)."""
    return all(getattr(record, name) == default for name, default in type(record).__rare__.items())


def _narrowed(record: Any) -> Any:
    narrow = type(record).__narrow__
    return narrow(**{name: getattr(record, name) for name in narrow.__struct_fields__})


def _wide_equals(self: Any, other: object) -> Any:
    if type(other) is type(self):
        return msgspec.Struct.__eq__(self, other)
    if type(other) is type(self).__narrow__:
        return _is_narrow(self) and _narrowed(self) == other
    return NotImplemented


def _wide_hash(self: Any) -> int:
    return hash(_narrowed(self)) if _is_narrow(self) else msgspec.Struct.__hash__(self)


def _wide_reduce(self: Any) -> tuple[Any, ...]:
    return _rebuild, (type(self).__narrow__, fields_of(self))


wide_methods = {"__eq__": _wide_equals, "__hash__": _wide_hash, "__reduce__": _wide_reduce}


def unknown_field(owner: str, name: str, known: tuple[str, ...]) -> TypeError:
    """The error for a keyword that no field has, with the nearest name."""
    return TypeError(f"{owner} has no field {name!r}{nearest(name, known)}")


class _Hidden:
    """Stands for a value that is secret, where a record is printed."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "(hidden)"


_HIDDEN = _Hidden()


def _without_secrets(record: Any) -> Any:
    """The record to be printed: what is secret, and is there, says no more than that."""
    hidden = {
        name: _HIDDEN
        for name, declaration in record.__declarations__.items()
        if declaration.secret and getattr(record, name) != declaration.default
    }
    return msgspec.structs.replace(record, **hidden) if hidden else record


def _repr_without_secrets(self: Any) -> str:
    return (Record if isinstance(self, Record) else msgspec.Struct).__repr__(_without_secrets(self))


def _parts_without_secrets(self: Any) -> Any:
    return msgspec.Struct.__rich_repr__(_without_secrets(self))


class _Values:
    """What records and layouts have in common."""

    __slots__ = ()

    def replace(self, **changes: Any) -> Self:
        """A copy with other values in some fields, given as for a new one; `copy.replace` does the same.

        Where the record was read from the kernel, the copy knows which fields were replaced: a field that the kernel
        only tells is then refused when the record is sent. Raises TypeError for a field that it does not have, naming
        the nearest, EncodeError and EncodeTypeError for a value that it cannot take.
        """
        cls = class_of(self)
        if not beside(cls).isdisjoint(changes):
            changes = cls.__beside__(changes)
        changes = cls.__settled__(changes, {**fields_of(self), **changes})
        if hasattr(cls, "__settle__"):
            whole = cls.__settle__({**fields_of(self), **changes})
            changes = {name: whole[name] for name in changes}
        made = replace_fields(self, **changes)
        if was_read(self) and "unknown" not in changes:
            differing = {name: value for name in changes if getattr(made, name) != (value := getattr(self, name))}
            if differing:
                made = replace_fields(made, unknown=made.unknown.but(differing))  # type: ignore[attr-defined]
        return made

    @classmethod
    def from_bytes(cls, data: bytes | bytearray | memoryview) -> Self:
        """A layout from a C struct's bytes, a record from a message's payload: its fixed header and its attributes.

        What a struct longer than declared adds, and whatever is behind it, stands in `tail`; members that a shorter one
        lacks have their defaults. Raises DecodeError with the field's path.
        """
        read: Self = decode(plan_for(cls), data)
        return read

    def to_bytes(self) -> bytes:
        """The bytes that `from_bytes` takes, padded as the C compiler does. Raises EncodeError with a field's path."""
        return encode_record(self)

    def to_dict(self) -> dict[str, Any]:
        """What `netlynx.to_json` writes, as Python values: names for members of enums, lists for tuples and flags.

        Fields that the record does not have are left out, unless they are declared to be always there. The record's
        class and `netlynx.schema.from_json` make the record of it again.
        """
        made: dict[str, Any] = msgspec.json.decode(to_json(self))
        return made


class Layout(msgspec.Struct, _Values, metaclass=RecordMeta):
    """A fixed C struct. `tail` holds what a newer kernel's longer one adds."""

    __declarations__: ClassVar[dict[str, Declaration]]
    __c__: ClassVar[str]
    __packed__: ClassVar[bool]
    __families__: ClassVar[tuple[int, ...]] = ()  # as of a record
    if TYPE_CHECKING:
        tail: bytes = b""

    __replace__ = _Values.replace


class Record(msgspec.Struct, _Values, metaclass=RecordMeta):
    """A typed message or nest. `unknown` holds the attributes that it does not declare, in order.

    Where `__families__` lists address families, listings are of those alone: some tables of other families come with
    the same type of message. Where `__behind__` is true of a class without a header, its fields stand behind those of
    the headers of classes that are made of it.
    """

    __families__: ClassVar[tuple[int, ...]] = ()
    __declarations__: ClassVar[dict[str, Declaration]]
    __header__: ClassVar[type[Layout] | None]
    if TYPE_CHECKING:
        unknown: tuple[Attribute, ...] = ()

    __replace__ = _Values.replace

    def __repr__(self) -> str:
        if self.unknown:
            return msgspec.Struct.__repr__(self)
        return msgspec.Struct.__repr__(msgspec.structs.replace(self, unknown=()))
