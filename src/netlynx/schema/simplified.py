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

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from netlynx.codec._codec import encode, plan_for
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.schema.kinds import Kind, nest, translated
from netlynx.schema.record import READ, Layout, Record, replace_fields


def simpler(
    cls: type[Record], wire: type[Record] | type[Layout], *, quick: Callable[[bytes], Any] | None = None
) -> Kind:
    """A nest of the attributes of `wire`, read as `cls`; both keep attributes that the second does not know.

    `wire` may be a C struct. What there may be many thousand of is read by `quick`, without a `wire` between: that
    gives the same as `cls` would make of a payload, or None where it does not try.
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

    kind = replace(translated(wire, read, write, shown=nest(cls), bare=not attributes), is_shown=True)
    slowly = kind.decoder
    if quick is None or slowly is None:
        return kind

    def decoder(payload: bytes) -> Any:
        value = quick(payload)
        return slowly(payload) if value is None else value

    return replace(kind, decoder=decoder)
