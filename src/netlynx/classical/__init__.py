"""Netlink protocols of one's own, without generic netlink: C structs, or attributes, over `netlink_kernel_create`.

A protocol is declared once; what it says is typed from then on::

    class Door(Protocol, number=25):
        class Which(Layout, c="door_which"):
            number: int = member(u32)

        class State(Layout, c="door_state"):
            number: int = member(u32)
            open: bool = member(boolean)

        state = do(0x10, request=Which, reply=State)    # nl.do(Door.state(number=3))
        all = dump(0x10, reply=State)                   # nl.dump(Door.all())
        opened = event(0x11, State, group=1)            # nl.subscribe(Door.opened)

`do` and `dump` are for a kernel's side that answers as netlink has it: with the request's sequence number and port,
with NLMSG_ERROR where it refuses or acknowledges, with NLMSG_DONE at the end of a table (`netlink_rcv_skb` and
`netlink_dump_start` see to that). `call` is for one that does not, as the first module of most people.
Source: linux/netlink.h, net/netlink/af_netlink.c.
"""

from __future__ import annotations

from builtins import type as type_
from collections.abc import Callable
from typing import Any, ClassVar, Generic, ParamSpec, TypeVar, overload

from netlynx import limits
from netlynx.codec._codec import encode_record
from netlynx.engine.call import PlainFeed
from netlynx.engine.operation import BARE, Call, Do, Dump, Group, make_do, make_dump
from netlynx.errors import EncodeTypeError
from netlynx.schema.facts import NoFacts
from netlynx.schema.record import Layout, Record
from netlynx.wire.constants import NLM_F, NLMSG, protocol_number

P = ParamSpec("P")
Q = TypeVar("Q")
T = TypeVar("T")
R = TypeVar("R")

_SHORT = 0xFFFF  # the highest number of 16 bits: message types and flags have as many


class Protocol:
    """A netlink protocol of one's own; derive from it, with its number, and declare what it says in the class's body.

    `number` is the protocol's, 0 to 31. With ``header=False`` its datagrams are payloads and nothing else, without a
    `struct nlmsghdr`: then it has calls and events, and no `do` or `dump`.

    Raises TypeError for what cannot be declared, ValueError for a number that no protocol can have.
    """

    number: ClassVar[int]
    header: ClassVar[bool] = True

    def __init_subclass__(cls, *, number: int, header: bool = True) -> None:
        super().__init_subclass__()
        cls.number = protocol_number(number)
        cls.header = header
        events = {name: value for name, value in vars(cls).items() if isinstance(value, Group)}
        records: list[Any] = [record for event in events.values() for _, record in event.messages.values()]
        plain = not header or str in records or bytes in records
        for name, value in list(vars(cls).items()):
            if isinstance(value, Saying):
                if not header and not isinstance(value, CallSaying):
                    raise TypeError(f"{cls.__name__}.{name}: without headers there are calls and events, nothing else")
                value.protocol, value.name = cls, name
        for name, event in events.items():
            messages: Any = {kind if header else BARE: (name, record) for kind, (_, record) in event.messages.items()}
            title = f"{cls.__name__}.{name}"
            feed = PlainFeed if plain else None
            setattr(cls, name, Group(title, cls.number, event.numbers, messages, feed=feed))


class Saying(Generic[Q]):
    """Something that the users of a protocol can say; made by `do`, `dump` and `call`."""

    def __init__(self, type: int, request: Any, reply: Any, reply_type: int | None, flags: int) -> None:
        self.type = limits.whole("type", type, 0, _SHORT)
        self.request = request
        self.reply = reply
        self.reply_type = None if reply_type is None else limits.whole("reply_type", reply_type, 0, _SHORT)
        self.flags = limits.whole("flags", flags, 0, _SHORT)
        self.protocol: Any = None  # the class that it is declared in
        self.name = ""

    def __repr__(self) -> str:
        return f"<{self.title}>"

    @property
    def title(self) -> str:
        """How errors name it: ``Door.state``."""
        return f"{self.protocol.__name__}.{self.name}" if self.protocol is not None else self.name

    def said(self, args: tuple[Any, ...], values: dict[str, Any]) -> Any:
        """What is to be said: ready, or from the values of its fields. Raises TypeError, EncodeTypeError."""
        if self.protocol is None:
            raise TypeError("do, dump and call belong into the body of a Protocol")
        wanted = self.request
        if wanted is None:
            if args or values:
                raise TypeError(f"{self.title} takes no values: it has no payload")
            return None
        if len(args) == 1 and not values and isinstance(args[0], wanted):
            return args[0]
        if wanted in (str, bytes) or args:
            given = ", ".join((*(each.__class__.__name__ for each in args), *values)) or "nothing"
            fields = "" if wanted in (str, bytes) else ", or its fields by name"
            raise EncodeTypeError(f"takes one {wanted.__name__}{fields}, not {given}", self.title)
        return wanted(**values)

    def request_of(self, args: tuple[Any, ...], values: dict[str, Any]) -> Any:
        """The same for a `do` or a `dump`, whose requests are records or structs."""
        said = self.said(args, values)
        return Nothing() if said is None else said


class Nothing(Layout):
    """What a request without a payload says."""

    __facts__ = NoFacts("no bytes, hence no struct")


class DoSaying(Saying[Q], Generic[P, Q, T]):
    """A declared `do`: called with the values of a request, it gives the operation."""

    @overload
    def __call__(self, said: Q, /) -> Do[T]: ...
    @overload
    def __call__(self, *args: P.args, **values: P.kwargs) -> Do[T]: ...
    def __call__(self, *args: Any, **values: Any) -> Do[T]:
        """The operation. Raises EncodeError with the path of the field at fault, TypeError for one that is not."""
        request, kind = self.request_of(args, values), self.type if self.reply_type is None else self.reply_type
        operation: Do[T] = make_do(
            self.title, self.protocol.number, self.type, request, flags=self.flags, reply=self.reply, reply_type=kind
        )
        return operation


class DumpSaying(Saying[Q], Generic[P, Q, T]):
    """A declared `dump`: called with the values of a request, it gives the operation."""

    @overload
    def __call__(self, said: Q, /) -> Dump[T]: ...
    @overload
    def __call__(self, *args: P.args, **values: P.kwargs) -> Dump[T]: ...
    def __call__(self, *args: Any, **values: Any) -> Dump[T]:
        """The operation. Raises EncodeError with the path of the field at fault, TypeError for one that is not."""
        request, kind = self.request_of(args, values), self.type if self.reply_type is None else self.reply_type
        operation: Dump[T] = make_dump(
            self.title, self.protocol.number, self.type, request, self.reply, kind, flags=self.flags
        )
        return operation


class CallSaying(Saying[Q], Generic[P, Q, T]):
    """A declared `call`: called with what is to be said, it gives the operation."""

    @overload
    def __call__(self, said: Q, /) -> Call[T]: ...
    @overload
    def __call__(self, *args: P.args, **values: P.kwargs) -> Call[T]: ...
    def __call__(self, *args: Any, **values: Any) -> Call[T]:
        """The operation. Raises EncodeError with the path of the field at fault, TypeError for one that is not."""
        said = self.said(args, values)
        if said is None:
            payload = b""
        elif isinstance(said, str):
            payload = said.encode("utf-8", "surrogateescape")
        else:
            payload = said if isinstance(said, bytes) else encode_record(said)
        return Call(
            self.title,
            self.protocol.number,
            self.type,
            self.flags,
            said,
            payload,
            self.reply,
            self.reply_type,
            self.protocol.header,
        )


@overload
def do(type: int, *, flags: int = ...) -> DoSaying[[], None, None]: ...
@overload
def do(type: int, *, reply: type_[T], reply_type: int | None = ..., flags: int = ...) -> DoSaying[[], None, T]: ...
@overload
def do(type: int, *, request: Callable[P, Q], flags: int = ...) -> DoSaying[P, Q, None]: ...
@overload
def do(
    type: int, *, request: Callable[P, Q], reply: type_[T], reply_type: int | None = ..., flags: int = ...
) -> DoSaying[P, Q, T]: ...
def do(type: int, *, request: Any = None, reply: Any = None, reply_type: int | None = None, flags: int = 0) -> Any:
    """Declare a request that is answered once: with a message of its sequence number and port, or an acknowledgement.

    `type` is the message type, 16 or more; `request` and `reply` are the `Layout` (a C struct) or `Record` (a fixed
    header and attributes) that its messages carry, each None for nothing: a request without a reply asks for an
    acknowledgement (NLM_F_ACK). `reply_type` is the type of the answer, that of the request unless given. `flags` go
    with NLM_F_REQUEST.
    """
    _check(type, request=request, reply=reply)
    return DoSaying(type, request, reply, reply_type, flags)


@overload
def dump(type: int, *, reply: type_[T], reply_type: int | None = ..., flags: int = ...) -> DumpSaying[[], None, T]: ...
@overload
def dump(
    type: int, *, request: Callable[P, Q], reply: type_[T], reply_type: int | None = ..., flags: int = ...
) -> DumpSaying[P, Q, T]: ...
def dump(type: int, *, request: Any = None, reply: Any, reply_type: int | None = None, flags: int = 0) -> Any:
    """Declare a request for a table (NLM_F_DUMP): many messages, and NLMSG_DONE. The parameters are those of `do`."""
    _check(type, request=request, reply=reply)
    return DumpSaying(type, request, reply, reply_type, flags)


@overload
def call(type: int = ..., *, flags: int = ...) -> CallSaying[[], None, None]: ...
@overload
def call(
    type: int = ..., *, reply: type_[T], reply_type: int | None = ..., flags: int = ...
) -> CallSaying[[], None, T]: ...
@overload
def call(type: int = ..., *, request: Callable[P, Q], flags: int = ...) -> CallSaying[P, Q, None]: ...
@overload
def call(
    type: int = ..., *, request: Callable[P, Q], reply: type_[T], reply_type: int | None = ..., flags: int = ...
) -> CallSaying[P, Q, T]: ...
def call(
    type: int = 0,
    *,
    request: Any = None,
    reply: Any = None,
    reply_type: int | None = None,
    flags: int = int(NLM_F.REQUEST),
) -> Any:
    """Declare a message to a kernel's side without netlink's conventions: the first that comes back is the answer.

    It is, whatever its sequence number (0, mostly), and whatever its type (NLMSG_DONE, often) unless `reply_type` says
    which it has to have. An NLMSG_ERROR with an errno is a refusal. Without a `reply` nothing is waited for, so that
    nobody hears of a refusal. `request` and `reply` may be text (``str``, UTF-8) and ``bytes``, too.

    What comes late, after the time is up, goes with the socket: it is not taken for the answer to the next call.
    """
    for title, each in (("request", request), ("reply", reply)):
        if each is not None and each is not str and each is not bytes:
            _check_class(title, each)
    return CallSaying(type, request, reply, reply_type, flags)


def event(type: int, record: type_[R], *, group: int = 1) -> Group[R]:
    """Declare a notification: what the kernel's side says unasked to who listens to a group, from 1 on.

    `type` is the message type (any number without headers), `record` what it carries: a `Layout`, a `Record`, text
    or bytes. Its `Event.kind` is the name it is declared by.
    """
    if record is not str and record is not bytes:
        _check_class("record", record)
    kind, number = limits.whole("type", type, 0, 0xFFFF_FFFF), limits.whole("group", group, 1, 0xFFFF_FFFF)
    return Group("", 0, (number,), {kind: ("", record)})  # type: ignore[dict-item]  # text and bytes, too


def _check(type: int, **records: Any) -> None:
    if limits.whole("type", type, 0, _SHORT) < NLMSG.MIN_TYPE:
        raise ValueError(f"message types below {int(NLMSG.MIN_TYPE)} are netlink's own, {type} is one: see `call`")
    for title, each in records.items():
        if each is not None:
            _check_class(title, each)


def _check_class(title: str, record: Any) -> None:
    if not (isinstance(record, type_) and issubclass(record, Record | Layout)):
        raise TypeError(f"{title} takes a Layout or a Record, the class that its messages carry, not {record!r}")
