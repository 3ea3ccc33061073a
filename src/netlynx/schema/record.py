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

import difflib
from dataclasses import dataclass
from enum import IntEnum, IntFlag
from typing import TYPE_CHECKING, Any, ClassVar, dataclass_transform

import msgspec

from netlynx.schema.kinds import Code, Kind, Option


@dataclass(frozen=True, slots=True)
class Declaration:
    """One declared field: what `attr`, `head` and `member` were given."""

    role: str  # "attr", "head" or "member"
    kind: Kind | None
    path: tuple[int, ...] = ()
    header: str = ""
    overflow: int = 0
    default: Any = None
    always: bool = False
    c_name: str = ""


def attr(
    number: int | tuple[int, ...],
    kind: Kind,
    *,
    header: str = "",
    overflow: int = 0,
    default: Any = None,
    always: bool = False,
) -> Any:
    """A field carried by an attribute.

    `number` is the attribute's number, or a path of numbers when it lies in a nest whose fields are the record's own
    (``(IFLA.LINKINFO, IFLA_INFO.KIND)``). `header` names a header member that carries the value too (a route's table);
    a value over 255 stands there as `overflow`, or cut to its low byte when that is -1. `always` keeps the field
    in JSON even when it is None.

    Typed as `Any`: checkers then see a plain optional keyword argument of the annotated type.
    """
    path = number if isinstance(number, tuple) else (number,)
    if default is None:
        default = () if kind.options & Option.MULTI else False if kind.code is Code.FLAG else None
    return Declaration("attr", kind, path, header=header, overflow=overflow, default=default, always=always)


def head(name: str = "", *, kind: Kind | None = None, default: Any = 0, always: bool = False) -> Any:
    """A field carried by the fixed header: its member `name` (the field's own name when empty)."""
    return Declaration("head", kind, header=name, default=default, always=always)


def member(kind: Kind, *, default: Any = None, c: str = "") -> Any:
    """A member of a fixed C struct, in order; padding as the C compiler adds it. `c` is its C name where known."""
    if default is None:
        default = _ZERO.get(kind.code, () if kind.code is Code.ARRAY else 0)
        if kind.code is Code.INTEGER and kind.values is not None:
            default = _zero(kind.values)
    return Declaration("member", kind, default=default, c_name=c)


_ZERO: dict[Code, Any] = {Code.STRING: "", Code.BINARY: b"", Code.MAC: "", Code.IP: None, Code.STRUCT: None}


def _zero(values: type[IntEnum] | type[IntFlag] | type[bool]) -> int:
    """The member for 0, or 0 itself where no member has it."""
    try:
        return values(0)
    except ValueError:
        return 0


class Attribute(msgspec.Struct, frozen=True, gc=False, repr_omit_defaults=True):
    """An attribute that the record does not know, or whose payload does not fit what it declares.

    `type` is its number, `within` the nests around it that are part of the same record; `nested` and `net_byteorder`
    are the flags that stood with the number (NLA_F_NESTED, NLA_F_NET_BYTEORDER). Source: linux/netlink.h.
    """

    type: int
    payload: bytes
    within: tuple[int, ...] = ()
    nested: bool = False
    net_byteorder: bool = False


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(attr, head, member))
class RecordMeta(msgspec.StructMeta):
    """Turns declarations into slots with defaults and remembers them."""

    __declarations__: dict[str, Declaration]
    __header__: type[Layout] | None
    __c__: str

    def __new__(
        mcls,
        name: str,
        bases: tuple[type, ...],
        namespace: dict[str, Any],
        *,
        header: type[Layout] | None = None,
        c: str = "",
        **config: Any,
    ) -> RecordMeta:
        """`header` is the layout that comes before the attributes, `c` the name of a layout's C struct."""
        declarations: dict[str, Declaration] = {}
        for base in bases:
            declarations.update(getattr(base, "__declarations__", {}))
            header = header or getattr(base, "__header__", None)
        for key, value in list(namespace.items()):
            if isinstance(value, Declaration):
                declarations[key] = value
                namespace[key] = value.default
        if bases and (declarations or header):
            extra = "tail" if any(issubclass(base, Layout) for base in bases) else "unknown"
            namespace.setdefault("__annotations__", {})[extra] = "tuple"
            namespace[extra] = b"" if extra == "tail" else ()
        config = {"frozen": True, "gc": False, "kw_only": True, "repr_omit_defaults": True, **config}
        cls: RecordMeta = super().__new__(mcls, name, bases, namespace, **config)
        cls.__declarations__ = declarations
        cls.__header__ = header
        cls.__c__ = c
        return cls

    def __call__(cls, *args: Any, **values: Any) -> Any:
        """A record of these values. Raises TypeError for a field that it does not have, naming the nearest."""
        try:
            return super().__call__(*args, **values)
        except TypeError:
            for name in values:
                if name not in cls.__struct_fields__:
                    raise unknown_field(cls.__name__, name, cls.__struct_fields__) from None
            raise


def unknown_field(owner: str, name: str, known: tuple[str, ...]) -> TypeError:
    """The error for a keyword that no field has, with the nearest name."""
    near = difflib.get_close_matches(name, known, 1, 0.6)
    hint = f"; did you mean {near[0]!r}?" if near else f"; it has {', '.join(known)}"
    return TypeError(f"{owner} has no field {name!r}{hint}")


class Layout(msgspec.Struct, metaclass=RecordMeta):
    """A fixed C struct. `tail` holds what a newer kernel's longer one adds."""

    __declarations__: ClassVar[dict[str, Declaration]]
    __c__: ClassVar[str]
    if TYPE_CHECKING:
        tail: bytes = b""


class Record(msgspec.Struct, metaclass=RecordMeta):
    """A typed message or nest. `unknown` holds the attributes that it does not declare, in order."""

    __declarations__: ClassVar[dict[str, Declaration]]
    __header__: ClassVar[type[Layout] | None]
    if TYPE_CHECKING:
        unknown: tuple[Attribute, ...] = ()
