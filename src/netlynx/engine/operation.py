"""Operations as values: what to send and what comes back. No I/O here; a connection carries them out.

Protocol rooms make them (``route.links()``, ``route.add(record)``); users hand them to `do`, `dump`, `batch` and
`subscribe`. The request is checked and encoded when the operation is made, once.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from enum import IntFlag, StrEnum
from typing import Any, Generic, TypeAlias, TypeVar

import msgspec

from netlynx.codec._codec import Filter, Plan, Sink, decode, encode_record, operations_are
from netlynx.engine.conditions import in_words as conditions_in_words
from netlynx.engine.mirrored import Mirrored
from netlynx.engine.named import narrowed as by_names
from netlynx.engine.reading import Reading
from netlynx.engine.unfolding import Unfolding
from netlynx.errors import EncodeError
from netlynx.schema.compile import plan_of
from netlynx.schema.kinds import Kind, Option
from netlynx.schema.record import Layout, Record, class_of
from netlynx.wire.constants import NLM_F

T = TypeVar("T", covariant=True)


_MANY = 8  # values of one field that an error message tells one by one


def in_words(record: Record | Layout, *, asked: bool = False) -> str:
    """What a message says, for error messages: its fields that are set, enums and flags by name.

    Of what is `asked`, without what no caller sets: fields that the kernel only tells, the version of a protocol.
    """
    fields = []
    for name, declaration in record.__declarations__.items():
        value = getattr(record, name)
        if asked and declaration.read_only and declaration.role == "attr":
            continue
        if value is not None and value != declaration.default and not (value == 0 and isinstance(value, IntFlag)):
            words = "(hidden)" if declaration.secret else _shown(value, declaration.kind)
            fields.append(f"{name}={words}")
    return ", ".join(fields)


def _shown(value: object, kind: Kind | None) -> str:
    if isinstance(value, tuple):
        item = None if kind is None else kind.item
        shown = [_shown(each, item) for each in value[:_MANY]]
        return f"({', '.join([*shown, *([f'{len(value) - _MANY} more'] if len(value) > _MANY else [])])})"
    if not isinstance(value, Record):
        return str(value)
    if kind is not None and kind.options & Option.TAGGED:  # what it is, its class alone says
        return f"{class_of(value).__name__}({in_words(value)})"
    return in_words(value)


class Do(msgspec.Struct, Generic[T], frozen=True, gc=False):
    """One request and its one answer: a record, or nothing but the acknowledgement (`reply` is None).

    `name` is the function that made it (``route.add``). `family` is the generic netlink family that it goes to, whose
    number is the message type: a connection finds it out (`located`). With `omissible`, None comes back where the
    kernel acknowledges the request and leaves the answer out; `absent` are the words of the `NotFound` that is raised
    then, where it does so because there is nothing to tell.
    """

    name: str
    protocol: int
    message_type: int
    flags: int
    request: Record | Layout
    payload: bytes
    reply: type[Record] | type[Layout] | None = None
    reply_type: int = 0
    family: str = ""
    omissible: bool = False
    absent: str = ""

    def __str__(self) -> str:
        return f"{self.name}({in_words(self.request, asked=True)})"

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self}>"


operations_are(Do)


class Guarded(Do[T], Generic[T], frozen=True, gc=False, kw_only=True):
    """A deletion for which the kernel might take another object than the one that is meant: that is looked at first.

    Or a change of which it might leave something out.

    `record` is what is meant, `pattern` the request as the kernel would say it; `guard` decides, as
    `netlynx.engine.guarding` says.
    """

    record: Any
    pattern: Any  # a Record
    guard: Any  # a Guard


def bare(operation: Do[T]) -> Do[T]:
    """The request of a guarded operation, and no more."""
    return Do(*(getattr(operation, name) for name in Do.__struct_fields__))


def guarded(operation: Do[T], record: Record, pattern: Record, guard: Any) -> Guarded[T]:
    """The operation with a guard."""
    fields = {name: getattr(operation, name) for name in Do.__struct_fields__}
    return Guarded(**fields, record=record, pattern=pattern, guard=guard)


class Bound(Do[T], Generic[T], frozen=True, gc=False, kw_only=True):
    """A change that the kernel takes between two marks only: a transaction, of it alone unless it is put into one.

    With a `reply` the kernel tells what it made (NLM_F_ECHO); where it made nothing, the answer is None. In a batch
    those that follow each other go together, as many to a transaction as to a datagram: what some of them are refused
    for does not keep the others from being carried out (see `netlynx.engine.bound`).
    """

    begin: Do[None]
    end: Do[None]


class Series(msgspec.Struct, frozen=True):
    """A change that takes several messages, which are made while they are sent: a million elements, say.

    `make` makes them, anew each time that it is called.
    """

    name: str
    make: Callable[[], Iterable[Bound[Any]]]
    begin: Do[None]
    end: Do[None]

    def __str__(self) -> str:
        return f"{self.name}(…)"

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self}>"


class Dump(msgspec.Struct, Generic[T], frozen=True):
    """A request for a table: many records come back. `family` is as for `Do`.

    `match` lists (field, value) pairs: the kernel is asked to filter by them, and what comes back is checked again. The
    last ones of them, as many as `narrowed` says, are what `where` was given.
    `reading` says how rows are read that are not a message each. `mirrored` says how a copy of the table is kept up to
    date, if it can be. `following` are requests for the rest of the table, of the same records, that are made when this
    one is answered: they say no more than what is asked. With `once` no table is asked for (NLM_F_DUMP): it is one
    answer, in parts.
    """

    name: str
    protocol: int
    message_type: int
    flags: int
    request: Record
    payload: bytes
    reply: type[Record]
    reply_type: int
    match: tuple[tuple[str, Any], ...] = ()
    family: str = ""
    mirrored: Mirrored | str | None = None
    following: tuple[Dump[T], ...] = ()
    reading: Reading | Unfolding | None = None
    narrowed: int = 0
    once: bool = False

    def plan(self) -> Plan:
        """How the codec reads the replies."""
        return plan_of(self.reply) if self.reading is None else self.reading.plan(self.reply)

    def sink(self, sink: Sink) -> Sink:
        """What the replies go to, that they may come to `sink` one by one."""
        return sink if self.reading is None else self.reading.sink(sink, self.reply)

    def filter(self) -> Filter | None:
        """`match` as the codec takes it. Raises TypeError, EncodeError as `where`."""
        return self.plan().filter(self.match) if self.match else None

    def check_records(self, wanted: str) -> None:
        """Raises TypeError for a table of C structs, which are read one by one and in no other way."""
        if issubclass(self.reply, Layout):
            raise TypeError(
                f"{self}: its rows are C structs ({self.reply.__name__}): `dump` reads them, {wanted} cannot"
            )

    def where(self, **fields: Any) -> Dump[T]:
        """The same dump, of which only those records are wanted whose fields have these values, all of them.

        A value is given as for a record: ``gateway="192.0.2.1"``, ``type="blackhole"``. It may also be

        * a set of values, any of which will do (``table={254, 255}``, ``state={"permanent", "stale"}``), or a range of
          numbers;
        * None, where the record has nothing in that field;
        * flags, all of which must be set, as one value or a list (``flags=["up", "loopback"]``; 0: none may be);
        * a subnet where the field is an address: ``gateway="192.0.2.0/24"``, or an object of `ipaddress`. Of a field
          that is a prefix itself (a route's destination) that very prefix is meant;
        * the name of an interface or a routing table where the field is the number of one: ``oif="v0"``,
          ``oif={"v0", "v1"}``, ``multipath={"oif": "v0"}``; the connection that reads the table looks it up;
        * of bytes, the number of a bit that must be set, or a list of several, the lowest of the first byte being 0:
          ``labels=[5, 7]``;
        * a dict for the fields of a nested record: ``metrics={"mtu": 1400}``.

        Of a field that holds several values, one has to fit; a tuple stands for all of them. ``"default"`` as a
        destination fits both families. What the kernel can filter is better given to the operation itself: this is
        done here, on the messages as they arrive, and only those that fit become objects. A value of a field that
        a message lacks is the field's default. What is malformed in a message that does not fit may go unnoticed.

        A C struct fits as it is given, and as it would be read from a message in which it stands in full.

        Raises TypeError for a field that the record does not have, naming the nearest, EncodeError with the path of
        the field for a value that it cannot have, for an empty set or range, for an address of another family than the
        one that is listed, and for another value of a field than one that is asked for already: nothing could fit.
        """
        narrowed = msgspec.structs.replace(
            self, match=(*self.match, *fields.items()), mirrored=None, narrowed=self.narrowed + len(fields)
        )
        try:
            narrowed.filter()
        except (EncodeError, TypeError):
            named: Dump[T] | None = by_names(self, fields, in_words(self.request), self.conditions())
            if named is None:
                raise
            return named
        from netlynx.schema.contradicting import check

        check(self.reply, narrowed.match)
        return narrowed

    def conditions(self) -> str:
        """What `where` was given, in words."""
        return conditions_in_words(self.reply, self.match[len(self.match) - self.narrowed :])

    def __str__(self) -> str:
        return f"{self.name}({in_words(self.request, asked=True)}){self.conditions()}"

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self}>"


Sayable: TypeAlias = type[Record] | type[Layout] | type[bytes] | type[str]
"""What a payload may be on a protocol of one's own: a record, a C struct, bytes as they are, or text (UTF-8)."""


class Call(msgspec.Struct, Generic[T], frozen=True):
    """One message, and the first one that comes back, whatever its number: for a kernel's side that does without
    netlink's conventions. Made by what `netlynx.classical.call` declares.

    `reply` is what that is read as, None where nothing is waited for; `reply_type` the type that it has to have, None
    for any but NLMSG_ERROR and NLMSG_NOOP. Without `header` a datagram is a payload and nothing else, both ways.
    """

    name: str
    protocol: int
    message_type: int
    flags: int
    request: Record | Layout | bytes | str | None
    payload: bytes
    reply: Sayable | None = None
    reply_type: int | None = None
    header: bool = True

    def __str__(self) -> str:
        said = self.request
        words = in_words(said) if isinstance(said, Record | Layout) else "" if said is None else repr(said)
        return f"{self.name}({words})"


BARE = -1
"""Stands where a message type does, of what has no header."""


def told_as(wanted: Any, payload: bytes) -> Any:
    """A payload as what it was declared to be (see `Sayable`). Raises DecodeError."""
    if wanted is bytes:
        return payload
    if wanted is str:
        return payload.rstrip(b"\0").decode("utf-8", "surrogateescape")
    return decode(plan_of(wanted), payload)


class Talk(msgspec.Struct, Generic[T], frozen=True):
    """Several requests that make one answer, such as the parts of a policy put together.

    `steps` is a generator: it yields operations, gets the answer of a `Do` or the list of a `Dump` for each, or the
    error thrown in, and returns the answer of the whole.
    """

    name: str
    steps: Callable[[], Generator[Do[Any] | Dump[Any], Any, T]]

    def __str__(self) -> str:
        return f"{self.name}()"

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self}>"


class Flush(msgspec.Struct, Generic[T], frozen=True):
    """Delete all that a dump lists: the kernel has no such request for most tables, so it is a dump and a batch.

    `choose(dump, listed)` says of what was listed which records are deleted, in which order, and of how many listed
    ones each disposes: what cannot be deleted is not among them. Where a deletion may take others `along`, those that
    are gone when their turn comes were removed, too.
    """

    name: str
    dump: Any  # a `Dump`, or one with names in it (`netlynx.engine.unresolved`)
    delete: Callable[[Any], Do[None]]
    guard: Any = None  # of the deletions, if they have one
    choose: Callable[[Dump[Any], list[Any]], list[tuple[Any, int]]] | None = None
    along: bool = False

    def chosen(self, listed: list[Any]) -> list[tuple[Any, int]]:
        """The records to delete, and how many of the listed ones go with each."""
        if self.choose is None:
            return [(each, 1) for each in listed]
        return self.choose(self.dump if isinstance(self.dump, Dump) else self.dump.model, listed)

    def __str__(self) -> str:
        return f"{self.name}({self.dump})"

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self}>"


class Transaction(msgspec.Struct, Generic[T], frozen=True):
    """Changes that the kernel carries out all or not at all, between the messages that begin and end them.

    `told` are the type and the record of the message that says what state came of it, where there is one. With `split`
    it is cut into several, each of so many bytes at most and carried out by itself.
    """

    name: str
    begin: Do[None]
    operations: tuple[Do[T] | Series, ...]
    end: Do[None]
    told: tuple[int, type[Record]] | None = None
    split: int | None = None

    def __str__(self) -> str:
        return f"{self.name}({len(self.operations)} operations)"

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self}>"


class EventKind(StrEnum):
    """What a notification says of its record."""

    NEW = "new"
    UPDATE = "update"
    DELETE = "delete"


class Event(msgspec.Struct, Generic[T], frozen=True, gc=False):
    """A notification: the kernel made or changed (`new`) or removed (`delete`) what `record` describes.

    Where the kernel says which of the two it was, a change is an `update`. Families of generic netlink say other
    things too: then `kind` is the notification's own name.
    """

    kind: EventKind | str
    record: T

    @property
    def nsid(self) -> int | None:
        """The ID, here, of the namespace where it happened; None: this one (``subscribe(all_namespaces=True)``)."""
        return None


class NamespaceEvent(Event[T], Generic[T], frozen=True, gc=False):
    """An `Event` of another network namespace, which has the ID `nsid` here."""

    nsid: int


class Overrun(msgspec.Struct, frozen=True, gc=False):
    """Notifications were lost: the receive queue was full (ENOBUFS). Read the state anew; later events still arrive.

    `count` numbers the overruns of this subscription. `lost` is how many were lost where the kernel's side numbers what
    it says, or counts it (`netlynx.connector`): then it stands where they would have stood. None: that is not known.
    """

    count: int
    lost: int | None = None


Meaning: TypeAlias = tuple[EventKind | str, type[Record]]
"""What a message says of the record that it carries."""

StructMeaning: TypeAlias = tuple[EventKind | str, type[Layout]]
"""The same of a message that is a C struct, with its data, if any, behind it."""


class Needed(msgspec.Struct, frozen=True):
    """A part of the kernel without which a group can be joined, and nothing is ever said to it.

    `filesystem` is one that /proc/filesystems lists where the part is in use; `otherwise` says in words that it is not.
    """

    filesystem: str
    otherwise: str


class Group(msgspec.Struct, Generic[T], frozen=True):
    """Notifications of one kind of object: the kernel's multicast groups and the messages that come on them.

    `messages` maps a message type to what it says and the record it carries. A generic netlink family's notifications
    all have its number as their type: there, `commands` maps what their headers say, and a connection finds out the
    numbers of the family and of its `groups`. Messages of the types in `updates` are new only with NLM_F_CREATE.

    Some kernels' sides send to whoever asked, and to nobody else (packets for a verdict): `begin` are the requests that
    a subscription carries out on its own socket before it listens.

    With `initial_only` the kernel says these to sockets in its initial network namespace alone, whoever asks; with
    `initial_process` to processes alone that are in its initial namespaces of these kinds (``("PID", "user")``); with
    `needs` where a part of the kernel is in use. `takes` names the capability without which it lets nobody join, where
    that is not CAP_NET_ADMIN.

    `feed` makes what reads the messages where they are not netlink's own, from all groups of one socket; it has what
    `engine.subscription.SubscriptionFeed` has.

    Messages that hold rows are read by `unfoldings`: for each the message types, which stand in `messages` with its
    mark.
    """

    name: str
    protocol: int
    numbers: tuple[int, ...]
    messages: Mapping[int, Meaning | StructMeaning]
    family: str = ""
    groups: tuple[str, ...] = ()
    commands: dict[int, Meaning] = {}
    updates: tuple[int, ...] = ()
    begin: tuple[Do[None], ...] = ()
    initial_only: bool = False
    initial_process: tuple[str, ...] = ()
    needs: Needed | None = None
    takes: str = ""
    feed: Callable[[list[Any]], Any] | None = None
    unfoldings: tuple[tuple[Unfolding, tuple[int, ...]], ...] = ()

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self}>"


def make_do(
    name: str,
    protocol: int,
    message_type: int,
    request: Record | Layout,
    *,
    flags: int = 0,
    reply: type[Record] | type[Layout] | None = None,
    reply_type: int = 0,
    absent: str = "",
) -> Do[Any]:
    """A `Do` with its request encoded. Raises EncodeError with the path of the field at fault."""
    payload = encode_record(request)
    return Do(name, protocol, message_type, flags, request, payload, reply, reply_type, absent=absent)


def make_dump(
    name: str,
    protocol: int,
    message_type: int,
    request: Record,
    reply: type[Record],
    reply_type: int,
    *,
    flags: int = 0,
    match: tuple[tuple[str, Any], ...] = (),
    mirrored: Mirrored | str | None = None,
) -> Dump[Any]:
    """A `Dump` with its request encoded. Raises EncodeError with the path of the field at fault."""
    payload = encode_record(request)
    return Dump(
        name, protocol, message_type, flags, request, payload, reply, reply_type, match=match, mirrored=mirrored
    )


def omitting(operation: Do[T]) -> Do[T]:
    """The operation with an acknowledgement asked for beside its answer, which the kernel may leave out."""
    return msgspec.structs.replace(operation, flags=operation.flags | NLM_F.ACK, omissible=True)
