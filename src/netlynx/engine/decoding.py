"""Any netlink bytes as typed messages, whoever sent them to whom: `netlynx.decode`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Protocol

import msgspec

from netlynx.codec._codec import to_json
from netlynx.engine.lexicon import UNFRAMED, Entry, Said, is_control, look_up, read
from netlynx.engine.operation import in_words
from netlynx.errors import DecodeError, errno_name
from netlynx.schema.record import Layout, Record, class_of, replace_fields
from netlynx.schema.secrets import without_secrets
from netlynx.wire.constants import NETLINK, NLM_F, NLMSG, PROTOCOLS, protocol_number
from netlynx.wire.message import Message, message_at, parse_acknowledgement

_COMMON = {NLM_F.REQUEST: "REQUEST", NLM_F.MULTI: "MULTI", NLM_F.ACK: "ACK", NLM_F.ECHO: "ECHO"}
_OF_DUMPS = {NLM_F.DUMP_INTR: "DUMP_INTR", NLM_F.DUMP_FILTERED: "DUMP_FILTERED"}
_NEW = {NLM_F.REPLACE: "REPLACE", NLM_F.EXCL: "EXCL", NLM_F.CREATE: "CREATE", NLM_F.APPEND: "APPEND"}
_DELETE = {NLM_F.NONREC: "NONREC", NLM_F.BULK: "BULK"}
_SAID = {NLM_F.CAPPED: "CAPPED", NLM_F.ACK_TLVS: "ACK_TLVS"}

# What is not worth a word in a line: that it is a request, and how the kernel laid out its refusal.
_UNSAID = frozenset({"REQUEST", "ACK", "CAPPED", "ACK_TLVS"})

# In a line that has the answer below it, ACK is one.
_UNSAID_IN_LINES = _UNSAID - {"ACK"}

_REMEMBERED = 4096  # requests whose answers are yet to come


class Refused(msgspec.Struct, frozen=True):
    """What the kernel said of a request that it refused: a positive `errno`, its name (``ENODEV``), the kernel's own
    words (NLMSGERR_ATTR_MSG) or "", and where in the request the attribute at fault begins, in bytes from the start of
    its header, or None."""

    errno: int
    name: str
    text: str = ""
    offset: int | None = None

    def __str__(self) -> str:
        at = "" if self.offset is None else f" (at byte {self.offset} of the request)"
        return f"{self.name}: {self.text}{at}" if self.text else f"{self.name}{at}"


class Decoded(msgspec.Struct, frozen=True):
    """One netlink message that was read.

    | field | meaning |
    |---|---|
    | `protocol` | the protocol's number (`netlink(7)`) |
    | `message` | the header's `type`, `flags`, `sequence` and `portid`, and the `payload` in bytes |
    | `answer` | whether it was read as what the kernel says; otherwise as a request |
    | `name` | its type: ``RTM_NEWROUTE``, ``NFT_MSG_NEWRULE``, ``ethtool.rings``; a number where netlynx has no name |
    | `flags` | by name, without the prefix: ``("REQUEST", "DUMP")`` |
    | `record` | what it says, as the record or layout of its kind; None where nothing reads it |
    | `error` | of NLMSG_ERROR and NLMSG_DONE, why the kernel refused the request; None where it did not |
    | `fault` | why the payload is none of `record`'s kind, where it is not |
    """

    protocol: int
    message: Message
    answer: bool
    name: str
    flags: tuple[str, ...]
    record: Any = None  # Record, Layout, or what a room makes of text
    error: Refused | None = None
    fault: DecodeError | None = None

    def __str__(self) -> str:
        return " ".join(word for word in (self.name, flags_in_words(self, _UNSAID), self.words) if word)

    @property
    def words(self) -> str:
        """What it says, in a few words: the record's fields, an error, or how many bytes there are."""
        if is_control(self.protocol, self.message.type):
            return str(self.error or "")
        if self.record is None:
            return f"({len(self.message.payload)} bytes)"
        if not isinstance(self.record, Record | Layout):
            return str(self.record)
        # What stands in a fixed header stands there always: its zeros say nothing.
        declarations = class_of(self.record).__declarations__
        zeros = {name: declarations[name].default for name in declarations if not getattr(self.record, name)}
        plain = {name: default for name, default in zeros.items() if declarations[name].role == "head"}
        return f"{class_of(self.record).__name__}({in_words(replace_fields(self.record, **plain))})"


def head_of(message: Decoded) -> str:
    """What a message is called, with its protocol where that is a number, and its flags."""
    known = PROTOCOLS.get(message.protocol)
    of = f"{message.protocol if known is None else known.name} " if message.name.isdecimal() else ""
    return " ".join(word for word in (of + message.name, flags_in_words(message, _UNSAID_IN_LINES)) if word)


def flags_in_words(message: Decoded, unsaid: Collection[str]) -> str:
    """The flags of a message in one word, but for these."""
    return "|".join(flag for flag in message.flags if flag not in unsaid)


def json_of(message: Decoded | None) -> Any:
    """What a message says as it stands in JSON, less what is secret: None where there is none, or nothing reads it."""
    record = None if message is None else message.record
    return msgspec.Raw(to_json(without_secrets(record))) if isinstance(record, Record | Layout) else record


class _Dumps(Protocol):
    def dump(self, operation: Any, /) -> Any: ...


class Decoder:
    """Reads a stream of datagrams, and remembers what tells how to read the next ones.

    These are the names of generic netlink's families, from what the controller says of them, and requests: an answer
    does not always say what it is an answer to. `families` are names that are known beforehand, by number.
    """

    def __init__(self, families: Mapping[int, str] | None = None) -> None:
        self.families: dict[int, str] = dict(families or {})
        self._asked: dict[tuple[int, int], Message] = {}  # by protocol and sequence number

    def each(self, protocol: int, data: bytes, *, answer: bool | None = None) -> Iterator[Decoded]:
        """The messages of a datagram, one after the other; `answer` as for `netlynx.decode`.

        A payload that cannot be read is none (`Decoded.fault`). Raises DecodeError, with its offset, where something is
        no message: those before it came.
        """
        if protocol in UNFRAMED:
            if data:
                yield self.read(protocol, Message(payload=bytes(data)), answer=True)
            return
        at = 0
        while (found := message_at(data, at)) is not None:
            message, at = found
            yield self.read(protocol, message, answer=answer)

    def read(self, protocol: int, message: Message, *, answer: bool | None = None) -> Decoded:
        """What one message says."""
        control = is_control(protocol, message.type)
        if answer is None:
            answer = control or not message.flags & NLM_F.REQUEST
        key = protocol, message.sequence
        said = Said(message, answer, self.families, self._asked.get(key) if answer else None)
        entry = look_up(protocol, said)
        flags = flag_names(message, entry.name, answer=answer)
        if control:
            refused, fault = _refusal(message)
            return Decoded(protocol, message, answer, entry.name, flags, None, refused, fault)
        record, fault = _record(entry, message.payload)
        if protocol == NETLINK.GENERIC and answer:
            self.families.update(told(message))
        if not answer:
            self._remember(key, message)
        return Decoded(protocol, message, answer, entry.name, flags, record, None, fault)

    def _remember(self, key: tuple[int, int], message: Message) -> None:
        if len(self._asked) >= _REMEMBERED and key not in self._asked:
            del self._asked[next(iter(self._asked))]
        self._asked[key] = message


def decode(
    protocol: int | str,
    data: bytes | bytearray | memoryview,
    *,
    families: Mapping[int, str] | _Dumps | None = None,
    answer: bool | None = None,
) -> list[Decoded]:
    """The messages of one datagram of any netlink protocol, read.

    `protocol` is a number or a name (``"route"``, ``"netfilter"``, ``"generic"``). `families` are the names of generic
    netlink's families, which have other numbers on each kernel: a mapping from number to name, or a `Connection`, which
    is asked where a message needs it; without either, messages of families have numbers for names and no record.
    `answer` says whether the kernel sent it (True) or a program (False); by default each message with NLM_F_REQUEST is
    taken for a request.

        for each in netlynx.decode("route", data):
            print(each.name, each.flags, each.record)

    What nothing in netlynx reads has no record: `Decoded.message.payload` are the bytes. `Decoder` reads many
    datagrams, and learns from them.

    Raises:
        DecodeError: the bytes are no messages, or a payload is none of its type, with the offset in `data`.
        ValueError: there is no such protocol.
        TypeError: `data` is not bytes.
    """
    number = protocol_number(protocol)
    content = bytes(memoryview(data))
    if families is None or isinstance(families, Mapping):
        decoder = Decoder(families)
    else:
        decoder = Decoder(_names(families) if number == NETLINK.GENERIC else None)
    found = []
    at = 0
    for each in decoder.each(number, content, answer=answer):
        if each.fault is not None:
            header = 0 if number in UNFRAMED else _HEADER
            raise each.fault.within(each.name, at + header)
        found.append(each)
        at += _HEADER + (len(each.message.payload) + 3 & ~3)
    return found


_HEADER = 16  # bytes of struct nlmsghdr


def flag_names(message: Message, name: str = "", *, answer: bool = False) -> tuple[str, ...]:
    """The flags of a message by name, without the prefix; those of the upper byte say what the type makes of them."""
    flags = message.flags
    names = [word for flag, word in _COMMON.items() if flags & flag]
    if answer:
        names += [word for flag, word in _OF_DUMPS.items() if flags & flag]
    if message.type in (NLMSG.ERROR, NLMSG.DONE) and answer:
        return (*names, *(word for flag, word in _SAID.items() if flags & flag))
    if flags & NLM_F.DUMP == NLM_F.DUMP and not flags & NLM_F.CREATE and not answer:
        return (*names, "DUMP")
    upper = _DELETE if "_DEL" in name else _NEW
    return (*names, *(word for flag, word in upper.items() if flags & flag))


def told(message: Message) -> dict[int, str]:
    """The families of generic netlink that the controller tells of in a message, names by number."""
    from netlynx.generic.constants import GENL_ID_CTRL
    from netlynx.generic.family import FamilyInfo

    if message.type != GENL_ID_CTRL:
        return {}
    try:
        info = read(Entry("", FamilyInfo), message.payload)
    except DecodeError:
        return {}
    return {info.id: info.name} if info.id and info.name else {}


def _names(connection: _Dumps) -> dict[int, str]:
    from netlynx.generic.family import families

    return {info.id: info.name for info in connection.dump(families())}


def _record(entry: Entry, payload: bytes) -> tuple[Any, DecodeError | None]:
    try:
        return read(entry, payload), None
    except DecodeError as error:
        return None, error


def _refusal(message: Message) -> tuple[Refused | None, DecodeError | None]:
    """Why the kernel refused a request, in a message that tells of it."""
    if not message.errno:
        return None, None
    name = errno_name(message.errno)
    try:
        said = parse_acknowledgement(message)
    except DecodeError as error:
        return Refused(message.errno, name), error
    return Refused(message.errno, name, said.text, said.offset), None
