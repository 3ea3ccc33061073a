"""Records that say in a few fields what a message says in many: one kind translates.

class Tbf(Record):                                   # what people write and read
    rate: Rate | None = attr(1, rate64)              # numbers are of no consequence: no message has them
    burst: Size | None = attr(2, size32)

    @classmethod
    def __read__(cls, wire: TbfAttributes) -> Tbf: ...
    def __write__(self) -> TbfAttributes: ...        # raises EncodeError with a field's name

simpler(Tbf, TbfAttributes)                          # the kind of a field
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from netlynx.codec._codec import TakenOver, encode, plan_for
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.schema.kinds import Kind, nest, translated
from netlynx.schema.record import READ, Layout, Record, replace_fields


def simpler(
    cls: type[Record], wire: type[Record] | type[Layout], *, carried: Mapping[str, tuple[str, ...]] | None = None
) -> Kind:
    """A nest of the attributes of `wire`, read as `cls`; both keep attributes that the second does not know.

    `wire` may be a C struct. Where there may be many thousand of them that differ in little more than a number,
    `carried` says what `cls` has just as `wire` does, and nothing else depends on: a number in one of its structs,
    which may mean nothing where it is 0 (``{"index": ("parms", "index")}``), or a struct (``{"times": ("times",)}``).
    Then one is mostly a copy of another, made without Python.
    """
    made: Any = cls
    attributes = issubclass(wire, Record)

    def read(message: Any) -> Any:
        value = made.__read__(message)
        unknown = message.unknown if attributes else READ
        return value if value.unknown is unknown else replace_fields(value, unknown=unknown)

    def write(value: Any) -> Any:
        if not isinstance(value, cls):
            raise EncodeTypeError(f"expected {cls.__name__} or its fields, not {type(value).__name__} {value!r}")
        try:
            encode(plan_for(cls), value)  # what does not fit is refused by the name of a field that people know
        except EncodeError as error:
            raise error.unwrapped() from None
        message = made.__write__(value)
        return replace_fields(message, unknown=value.unknown) if attributes else message

    borne = None if carried is None else TakenOver(cls, wire, dict(carried))
    return replace(translated(wire, read, write, shown=nest(cls), bare=not attributes), is_shown=True, carried=borne)
