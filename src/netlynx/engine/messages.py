"""What messages say, from their bytes: type, flags and record by name. Loaded when somebody wants to know."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from typing import Any, TypeVar

import msgspec

from netlynx.codec._codec import decode
from netlynx.engine.operation import Call, Do, Dump, Group, in_words
from netlynx.errors import DecodeError, NetlynxError, errno_name
from netlynx.schema.compile import plan_of
from netlynx.schema.record import Layout, Record, class_of, replace_fields
from netlynx.wire.constants import NETLINK, NLM_F, NLMSG, NLMSG_HDRLEN, protocol_label
from netlynx.wire.message import Message, align, parse_acknowledgement, parse_messages

R = TypeVar("R", bound=Record | Layout)

_NEW_FLAGS = {NLM_F.REPLACE: "REPLACE", NLM_F.EXCL: "EXCL", NLM_F.CREATE: "CREATE", NLM_F.APPEND: "APPEND"}
_COMMON_FLAGS = {NLM_F.REQUEST: "REQUEST", NLM_F.ACK: "ACK", NLM_F.ECHO: "ECHO"}
_ANSWER_FLAGS = {NLM_F.MULTI: "MULTI", NLM_F.DUMP_INTR: "DUMP_INTR"}
_ROUTE_VERBS = 4  # rtnetlink numbers its messages in fours: new, delete, get, set

_SENT = "sent"  # what the note of a request begins with
_SHOWN = 256  # bytes of a request that a note shows

# What the engine adds to an operation's flags, depending on where it stands in a batch.
ADDED = int(NLM_F.REQUEST | NLM_F.ACK)


class Asked(msgspec.Struct, frozen=True):
    """One request that was sent.

    `name` is its type (``RTM_NEWROUTE``, ``greeter.hello``, else the number), `flags` are names (``CREATE``, ``DUMP``),
    `record` is what it says, None where netlynx does not know how to read it. `message` has the bytes, `protocol` the
    protocol's number.
    """

    name: str
    flags: tuple[str, ...]
    record: Record | None
    protocol: int
    message: Message

    def __str__(self) -> str:
        flags = "|".join(flag for flag in self.flags if flag not in ("REQUEST", "ACK"))
        return " ".join(word for word in (self.name, flags, _words(self)) if word)


def asked_by(protocol: int, data: bytes, families: Mapping[int, str]) -> list[Asked]:
    """The requests of one datagram; `families` are the names of generic netlink's families by number."""
    try:
        messages = parse_messages(data)
    except DecodeError:
        return []
    return [read(protocol, message, families) for message in messages]


def read(protocol: int, message: Message, families: Mapping[int, str]) -> Asked:
    """What one request says."""
    name, record = _named(protocol, message, families)
    return Asked(name, flag_names(message), decoded(record, _payload(protocol, message, record)), protocol, message)


def _payload(protocol: int, message: Message, record: type[Record] | None) -> bytes:
    """The payload of a request, with what its header may lack."""
    if record is None or protocol != NETLINK.ROUTE or not message.flags & NLM_F.REQUEST:
        return message.payload
    from netlynx.route.lenient import completed, is_lenient

    if not is_lenient(message.type, message.flags):
        return message.payload
    return completed(message.type, message.payload, plan_of(record).header_size)


def decoded(record: type[R] | None, payload: bytes) -> R | None:
    """A payload as a record; None for one that is none of this class."""
    if record is None:
        return None
    try:
        found: R = decode(plan_of(record), payload)
    except DecodeError:
        return None
    return found


def flag_names(message: Message) -> tuple[str, ...]:
    """The flags of a request by name, without the prefix."""
    names = [name for flag, name in _COMMON_FLAGS.items() if message.flags & flag]
    if message.flags & NLM_F.DUMP == NLM_F.DUMP and not message.flags & NLM_F.CREATE:
        return (*names, "DUMP")
    return (*names, *(name for flag, name in _NEW_FLAGS.items() if message.flags & flag))


def _answer_flags(message: Message) -> tuple[str, ...]:
    return tuple(name for flag, name in _ANSWER_FLAGS.items() if message.flags & flag)


def in_brief(protocol: int, data: bytes, families: Mapping[int, str]) -> str:
    """A datagram of requests as one line."""
    asked = asked_by(protocol, data, families)
    if not asked:
        return f"{len(data)} bytes on {protocol_label(protocol)}"
    more = f", and {len(asked) - 3} more" if len(asked) > 3 else ""
    return "; ".join(map(str, asked[:3])) + more


def headlines(protocol: int, data: bytes, families: Mapping[int, str], *, answer: bool) -> tuple[str, ...]:
    """What the messages of a datagram are, without their contents."""
    lines = []
    for message in _parsed(data):
        name, _ = _named(protocol, message, families, answer)
        flags = _answer_flags(message) if answer else flag_names(message)
        lines.append(" ".join(word for word in (name, "|".join(flags), _refusal(message)) if word))
    return tuple(lines)


def lines(protocol: int, data: bytes, families: Mapping[int, str], *, answer: bool) -> Iterator[str]:
    """What the messages of a datagram say, a line each; of what is no message, how long it is."""
    messages = _parsed(data)
    for message in messages:
        name, record = _named(protocol, message, families, answer)
        flags = _answer_flags(message) if answer else flag_names(message)
        if message.type < NLMSG.MIN_TYPE:
            said = _refusal(message) or ("0" if message.type == NLMSG.ERROR else "")
        else:
            payload = message.payload if answer else _payload(protocol, message, record)
            said = _words(Asked(name, flags, decoded(record, payload), protocol, message))
        yield " ".join(word for word in (name, "|".join(flags), f"seq={message.sequence}", said) if word)
    if not messages:
        yield f"{len(data)} bytes"


def _refusal(message: Message) -> str:
    """The error that a message tells of: its name and the kernel's words."""
    if not message.errno:
        return ""
    name = errno_name(message.errno)
    try:
        text = parse_acknowledgement(message).text
    except DecodeError:
        return name
    return f"{name}: {text}" if text else name


def note_request(error: BaseException, protocol: int, request: bytes) -> None:
    """Give an error of netlynx's a note with the request as it was sent, unless it has one."""
    if not isinstance(error, NetlynxError) or any(note.startswith(_SENT) for note in getattr(error, "__notes__", ())):
        return
    messages = _parsed(request)
    if not messages:
        return
    first = messages[0]
    name = headlines(protocol, request, {}, answer=False)[0]
    others = f" (and {len(messages) - 1} more)" if len(messages) > 1 else ""
    shown = request[:_SHOWN].hex(" ", -4) + (" …" if len(request) > _SHOWN else "")
    error.add_note(
        f"{_SENT} on {protocol_label(protocol)}: {name}{others}, sequence {first.sequence}, port {first.portid}, "
        f"{len(request)} bytes: {shown}"
    )


def split(data: bytes) -> list[bytes]:
    """The messages of a datagram, each with its padding; what is malformed stays with the last one."""
    ends = list(accumulate(align(NLMSG_HDRLEN + len(message.payload)) for message in _parsed(data)))
    starts = [0, *ends[:-1]]
    return [data[start:end] for start, end in zip(starts, [*ends[:-1], len(data)], strict=False)] or [data]


def family_numbers(protocol: int, data: bytes) -> dict[int, str]:
    """The families of generic netlink that the controller tells of in a datagram, names by number."""
    if protocol != NETLINK.GENERIC:
        return {}
    from netlynx.generic.constants import GENL_ID_CTRL
    from netlynx.generic.family import FamilyInfo

    told = [decoded(FamilyInfo, each.payload) for each in _parsed(data) if each.type == GENL_ID_CTRL]
    return {info.id: info.name for info in told if isinstance(info, FamilyInfo) and info.id and info.name}


def _parsed(data: bytes) -> list[Message]:
    try:
        return parse_messages(data)
    except DecodeError:
        return []


def _words(asked: Asked) -> str:
    if asked.record is None:
        return f"({len(asked.message.payload)} bytes)"
    # What stands in a fixed header stands there always: its zeros say nothing.
    declarations = class_of(asked.record).__declarations__
    zeros = {name: declarations[name].default for name in declarations if not getattr(asked.record, name)}
    plain = {name: default for name, default in zeros.items() if declarations[name].role == "head"}
    return f"{class_of(asked.record).__name__}({in_words(replace_fields(asked.record, **plain))})"


def _named(
    protocol: int, message: Message, families: Mapping[int, str], answer: bool = False
) -> tuple[str, type[Record] | None]:
    """The name of a message's type, and the record that it carries where that is known."""
    if message.type < NLMSG.MIN_TYPE:
        return _control_names().get(message.type, str(message.type)), None
    if protocol == NETLINK.ROUTE:
        return _route_names().get(message.type, str(message.type)), _route_records().get(message.type)
    if protocol == NETLINK.GENERIC:
        return _of_family(message, families, answer)
    if protocol == NETLINK.AUDIT:
        from netlynx.audit.types import type_name

        return f"AUDIT_{type_name(message.type)}", None
    return str(message.type), None


@functools.cache
def _control_names() -> dict[int, str]:
    names = {number: name for name, number in NLMSG.__c_names__.items()}
    del names[NLMSG.MIN_TYPE]
    return names


@functools.cache
def _route_names() -> dict[int, str]:
    from netlynx.route.constants import RTM

    return {number: name for name, number in RTM.__c_names__.items()}


@functools.cache
def _route_records() -> dict[int, type[Record]]:
    """Message types of rtnetlink and their records: the groups tell those of "new", which the other three share."""
    from netlynx import route

    rooms: Iterable[Any] = (getattr(route, name) for name in route.__all__)
    records: dict[int, type[Record]] = {}
    for group in rooms:
        if isinstance(group, Group):
            for kind, (_, record) in group.messages.items():
                first = kind // _ROUTE_VERBS * _ROUTE_VERBS
                if issubclass(record, Record):  # a notification may be a fixed structure
                    records.update(
                        {first + verb: record for verb in range(_ROUTE_VERBS) if first + verb not in records}
                    )
    return records


def _of_family(message: Message, families: Mapping[int, str], answer: bool) -> tuple[str, type[Record] | None]:
    from netlynx.generic.constants import CONTROLLER, CTRL_CMD, GENL_ID_CTRL
    from netlynx.generic.family import FamilyInfo

    command = message.payload[0] if message.payload else 0
    if message.type == GENL_ID_CTRL:
        known = {number: name for name, number in CTRL_CMD.__c_names__.items()}
        record = FamilyInfo if command in (CTRL_CMD.GETFAMILY, CTRL_CMD.NEWFAMILY) else None
        return f"{CONTROLLER}.{known.get(command, command)}", record
    name = families.get(message.type)
    if name is None:
        return f"family {message.type}, command {command}", None
    declared = _declared(name, command, bool(message.flags & NLM_F.DUMP))
    if declared is None:
        return f"{name}, command {command}", None
    return f"{name}.{declared.name}", declared.reply if answer else declared.request


def _declared(name: str, number: int, dump: bool) -> Any:  # Any: a `Command` of any request and reply
    """The command that a class of this program declared for a family; the newest, should there be several."""
    from netlynx.generic.declaration import Family

    verb = "dump" if dump else "do"
    for family in reversed(Family.__subclasses__()):
        if family.__family__.name == name:
            commands = [each for each in family.__family__.commands.values() if each.number == number]
            return next((each for each in commands if each.verb == verb), commands[0] if commands else None)
    return None


def flags_of(operation: Do[Any] | Dump[Any] | Call[Any]) -> int:
    """The flags that a request for an operation has, apart from those that are `ADDED`."""
    return int(operation.flags | (NLM_F.DUMP if isinstance(operation, Dump) else 0)) & ~ADDED
