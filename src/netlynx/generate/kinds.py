"""Kinds of fields as they are written in a declaration, and the types that checkers see of them."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum, IntFlag
from typing import Any

from netlynx.generate.layout import Expression, call, mapping
from netlynx.generate.plain import literal
from netlynx.generate.units import Unit
from netlynx.schema.common import Bitfield32
from netlynx.schema.kinds import Code, Kind, Option
from netlynx.ynl.text import SpecError

SCHEMA = "netlynx.schema"


class Kinds:
    """Writes the kinds of one part: `named` gives the name of a class, `late` says whether it stands further down."""

    def __init__(self, unit: Unit, named: Callable[[Any], str], late: Callable[[Any], bool], cls: Any) -> None:
        self._unit = unit
        self._fields = cls.__declarations__
        self._named = named
        self._late = late
        self._place = cls.__name__

    def schema(self, name: str) -> str:
        """A name of the schema language; where a field of the class is called so, with its module."""
        if name in self._fields:
            return f"{self._unit.use('netlynx', 'schema')}.{name}"
        return self._unit.use(SCHEMA, name)

    def _class(self, cls: Any) -> str:
        if cls is Bitfield32:
            return self.schema("Bitfield32")
        name = self._named(cls)
        self._unit.needs.add(name)
        return name

    # -- as they are declared

    def written(self, kind: Kind) -> Expression:
        """A kind as an expression. Raises SpecError for one that no name of the schema language stands for."""
        if kind.options & Option.MULTI:
            assert kind.item is not None
            return call(self.schema("multi"), self.written(kind.item))
        if kind.code is Code.INTEGER:
            return self._integer(kind)
        if kind.code in (Code.FLAG, Code.IP):
            return self.schema(kind.name)
        if kind.code in (Code.STRING, Code.BINARY, Code.MAC):
            return self._sized(kind)
        if kind.code is Code.STRUCT:
            assert kind.target is not None
            target: Any = kind.target()
            return (
                self.schema("bitfield32") if target is Bitfield32 else call(self.schema("struct"), self._class(target))
            )
        if kind.code is Code.NEST:
            return call(self.schema("nest"), self._target(kind))
        if kind.code in (Code.ARRAY, Code.INDEXED) and kind.item is not None and kind.name != "rest":
            count = kind.width // kind.item.width if kind.code is Code.ARRAY and kind.width else 0
            return call(self.schema(kind.name), self.written(kind.item), *([str(count)] if count else []))
        if kind.code is Code.SELECT:
            choices = [(_literal(key), self.written(choice)) for key, choice in (kind.choices or {}).items()]
            return call(self.schema("select"), f'"{kind.selector}"', mapping(choices))
        raise SpecError(f"no declaration says {kind.name}", self._place)

    def _target(self, kind: Kind) -> str:
        assert kind.target is not None
        target: Any = kind.target()
        return f"lambda: {self._class(target)}" if self._late(target) else self._class(target)

    def _integer(self, kind: Kind) -> Expression:
        if kind.names == "interface" and kind.name == "u32":
            made: Expression = self.schema("interface")
        else:
            if bool(kind.options & Option.BIG) is not kind.name.startswith(("be", "sbe")):
                raise SpecError(f"no declaration says {kind.name} in another byte order", self._place)
            made = self.schema(kind.name)
            if kind.names:
                made = call(self.schema("named"), made, f'"{kind.names}"')
        if kind.values is not None:
            made = call(self.schema("enum"), self._class(kind.values), made)
        if kind.mask is not None:
            made = call(self.schema("masked"), made, hex(kind.mask))
        if kind.low is not None or kind.high is not None:
            ends = [_literal(kind.low)] if kind.high is None else [_literal(kind.low), _literal(kind.high)]
            made = call(self.schema("between"), made, *ends)
        return made

    def _sized(self, kind: Kind) -> Expression:
        name = self.schema(kind.name)
        made: Expression = f"{name}({kind.width})" if kind.width else name
        if kind.low is not None or kind.high is not None:
            made = call(self.schema("between"), made, _literal(kind.low), _literal(kind.high))
        return made

    # -- as they are read

    def hint(self, kind: Kind, default: Any) -> str:
        """The type of a field: what it is, or None where it may not be there."""
        if kind.code is Code.FLAG:
            return "bool"
        if _is_list(kind):
            assert kind.item is not None
            several = "MaybeSeveral" if default is None else "Records" if _holds(kind.item) else "Several"
            return f"{self._takes(several)}[{self.value(kind.item)}]"
        whole = self.value(kind) + (" | None" if default is None else "")
        taken = _taken(kind)
        return f"{self._takes(taken)}[{whole}]" if taken else whole

    def _takes(self, name: str) -> str:
        return f"{self.schema('takes')}.{name}"

    def value(self, kind: Kind) -> str:
        """The type of one value."""
        if kind.options & Option.MULTI:
            assert kind.item is not None
            return f"tuple[{self.value(kind.item)}, ...]"
        if kind.values is not None:
            return self._class(kind.values)
        if kind.code in (Code.NEST, Code.STRUCT):
            assert kind.target is not None
            return self._class(kind.target())
        if kind.code in (Code.ARRAY, Code.INDEXED):
            assert kind.item is not None
            inner = self.value(kind.item)
            return f"dict[int, {inner}]" if kind.options & Option.KEYED else f"tuple[{inner}, ...]"
        if kind.code is Code.SELECT:
            found = dict.fromkeys(self.value(choice) for choice in (kind.choices or {}).values())
            return " | ".join([*found, *(() if "bytes" in found else ("bytes",))])
        return _PLAIN[kind.code]

    def default(self, kind: Kind, value: Any) -> str | None:
        """The default of a field of a header as it is written, None for the one that needs not be."""
        if isinstance(value, IntEnum | IntFlag):
            return f"{self._class(kind.values)}.{value.name}" if value.name else None
        return None if value == 0 and isinstance(value, int) else repr(value).replace("'", '"')


_PLAIN = {
    Code.INTEGER: "int",
    Code.FLAG: "bool",
    Code.STRING: "str",
    Code.BINARY: "bytes",
    Code.IP: "str",
    Code.MAC: "str",
}


def _is_list(kind: Kind) -> bool:
    keyed = bool(kind.options & Option.KEYED)
    return bool(kind.options & Option.MULTI) or kind.code is Code.ARRAY or (kind.code is Code.INDEXED and not keyed)


def _taken(kind: Kind) -> str:
    """What a field takes beside what is read of it, as `netlynx.schema.takes` calls it."""
    if kind.values is not None:
        return "Flags" if issubclass(kind.values, IntFlag) else "Member"
    if kind.names:
        return "Name"
    if kind.code in (Code.NEST, Code.STRUCT, Code.SELECT):
        return "Nested"
    return "Ip" if kind.code is Code.IP else ""


def _holds(kind: Kind) -> bool:
    return kind.code in (Code.NEST, Code.STRUCT)


def _literal(value: Any) -> str:
    return literal(value) if isinstance(value, str) else str(value)
