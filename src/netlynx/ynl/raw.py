"""Operations of protocols of their own, as their specs tell of them: at run time, and in a generated room."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Generic, TypeVar

from netlynx.engine.operation import Do, Dump, make_do, make_dump, omitting
from netlynx.engine.unresolved import by_record
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.schema.record import Record
from netlynx.wire.constants import NLM_F

Q = TypeVar("Q", bound=Record)  # the record of requests
T = TypeVar("T")  # what comes back

Flags = int | str | Iterable[str]
"""NLM_F_* flags of a request: a number, a name such as ``"create"``, or several."""

_FLAGS = {
    "replace": NLM_F.REPLACE,
    "excl": NLM_F.EXCL,
    "create": NLM_F.CREATE,
    "append": NLM_F.APPEND,
    "nonrec": NLM_F.NONREC,
    "bulk": NLM_F.BULK,
    "echo": NLM_F.ECHO,
}


def flags_of(given: Flags) -> int:
    """NLM_F_* flags by number, by name or by several names. Raises EncodeError for a name that there is not."""
    if isinstance(given, int):
        return given
    total = 0
    for name in [given] if isinstance(given, str) else given:
        if name.lower() not in _FLAGS:
            raise EncodeError(f"{name!r} is none of {', '.join(_FLAGS)}", ".netlink_flags")
        total |= _FLAGS[name.lower()]
    return total


def raw_do(
    title: str,
    protocol: int,
    number: int,
    request: Record,
    flags: int,
    reply: type[Record] | None,
    reply_number: int,
) -> Do[Any]:  # Any: what `reply` is
    """A `Do` of a protocol. Raises EncodeError with the path of the field at fault."""
    # Of traffic control, the kernel tells groups alone what was asked for, unless it is to echo that.
    flags |= 0 if reply is None else NLM_F.ECHO
    made = make_do(title, protocol, number, request, flags=flags, reply=reply, reply_type=reply_number)
    return made if reply is None else omitting(made)  # specs do not say which answers are left out


def raw_dump(
    title: str, protocol: int, number: int, request: Record, flags: int, reply: type[Record], reply_number: int
) -> Dump[Any]:  # Any: of what `reply` is
    """A `Dump` of a protocol. Raises EncodeError with the path of the field at fault."""
    # Netfilter answers some dumps as if each was a do (nftables' getgen): the acknowledgement is all that ends
    # those. Where a dump begins, the kernel sends none.
    return make_dump(title, protocol, number, request, reply, reply_number, flags=flags | NLM_F.ACK)


class _Declared(Generic[Q]):
    """What a generated room has for one operation."""

    def __init__(self, title: str, protocol: int, number: int, request: type[Q]) -> None:
        self.title = title
        self.protocol = protocol
        self.number = number
        self.request = request

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.title}>"

    def asked(self, make: Callable[[Any], Any], record: Q | None) -> Any:
        """The operation with a request, or one whose names are looked up when it is carried out."""
        if record is not None and not isinstance(record, self.request):
            raise EncodeTypeError(f"takes a {self.request.__name__}, not a {type(record).__name__}", self.title)
        request = self.request() if record is None else record
        try:
            return make(request)
        except (EncodeError, TypeError):
            later = by_record(self.title, make, request)
            if later is None:
                raise
        return later


class RawDo(_Declared[Q], Generic[Q, T]):
    """One declared operation of a protocol that is asked once: `request` is the record of its requests, `reply` that of
    its answers, None for a plain acknowledgement, `reply_number` the type of their messages."""

    def __init__(
        self, title: str, protocol: int, number: int, request: type[Q], reply: type[T], reply_number: int = 0
    ) -> None:
        super().__init__(title, protocol, number, request)
        self.reply = None if reply is type(None) else reply
        self.reply_number = reply_number

    def __call__(self, record: Q | None = None, /, *, netlink_flags: Flags = 0) -> Do[T]:
        """The operation, for ``nl.do`` and ``nl.batch``; of an empty request without a record.

        `netlink_flags` go into the message's header: ``"create"``, ``("create", "excl")``. Raises EncodeError with the
        path of the field at fault.
        """
        flags = flags_of(netlink_flags)
        made: Do[T] = self.asked(partial(self._made, flags), record)
        return made

    def _made(self, flags: int, request: Record) -> Do[Any]:
        reply: Any = self.reply
        return raw_do(self.title, self.protocol, self.number, request, flags, reply, self.reply_number)


class RawDump(_Declared[Q], Generic[Q, T]):
    """One declared operation of a protocol that lists a table; otherwise as `RawDo`."""

    def __init__(
        self, title: str, protocol: int, number: int, request: type[Q], reply: type[T], reply_number: int
    ) -> None:
        super().__init__(title, protocol, number, request)
        self.reply = reply
        self.reply_number = reply_number

    def __call__(self, record: Q | None = None, /, *, netlink_flags: Flags = 0) -> Dump[T]:
        """The operation, for ``nl.dump``, ``nl.count`` and ``nl.table``; otherwise as `RawDo`."""
        flags = flags_of(netlink_flags)
        made: Dump[T] = self.asked(partial(self._made, flags), record)
        return made

    def _made(self, flags: int, request: Record) -> Dump[Any]:
        reply: Any = self.reply
        return raw_dump(self.title, self.protocol, self.number, request, flags, reply, self.reply_number)
