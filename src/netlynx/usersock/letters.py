"""What peers say to each other, and how it becomes messages and comes back; no I/O here.

Source: linux/netlink.h (`struct nlmsghdr`, `struct nlmsgerr`), netlink(7).
"""

from __future__ import annotations

import errno
import itertools
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

import msgspec

from netlynx import limits
from netlynx.codec._codec import Mailbox, decode, encode_record
from netlynx.engine.operation import Overrun
from netlynx.errors import DecodeError, EncodeError, NetlinkError, from_errno
from netlynx.schema.compile import plan_of
from netlynx.schema.record import Record
from netlynx.transport.netlink_socket import Datagram
from netlynx.wire.constants import NLM_F, NLMSG, NLMSG_HDRLEN, NLMSGERR_ATTR
from netlynx.wire.message import (
    Acknowledgement,
    Attribute,
    Message,
    Owner,
    RequestHeader,
    content_of,
    header_of,
    parse_acknowledgement,
    parse_messages,
)

_REQUEST = int(NLM_F.REQUEST)
_SEQUENCES = 0xFFFFFFFF
_DATAGRAM = 16384  # bytes of letters that go together: a tenth of what a receiver has room for, unasked


class Letter(msgspec.Struct, frozen=True, gc=False):
    """A message from another process.

    `content` is a record if its type is one of those that the `Peer` was given, else bytes. `sender` is the port that
    it really came from, `group` the multicast group that it was sent to (1 to 32), 0 for this peer alone. `owner`
    says whose process sent it: what the kernel vouches for, not the sender.
    """

    content: Any  # Any: a Record of one of the peer's types, or bytes
    sender: int
    group: int = 0
    type: int = 0
    flags: int = 0
    sequence: int = 0
    owner: Owner | None = None

    @property
    def is_request(self) -> bool:
        """Whether the sender waits for an answer (NLM_F_REQUEST): `Peer.answer` and `Peer.refuse` give one."""
        return bool(self.flags & _REQUEST)

    @property
    def text(self) -> str:
        """Bytes as text: UTF-8 with surrogateescape, without the NULs at the end."""
        return bytes(self.content).rstrip(b"\0").decode("utf-8", "surrogateescape")


Content: TypeAlias = Record | bytes | str
"""What a letter says: a record of a type that both peers know, bytes, or text as UTF-8."""

Answer: TypeAlias = Letter | NetlinkError


def check_address(to: int, group: int) -> None:
    """Raise ValueError where a letter goes to nobody, TypeError for what is no number."""
    to, group = limits.number("to", to), limits.number("group", group)
    if not (to or group):
        raise ValueError("say to which port (to=) or which group (group=) it goes; port 0 would be the kernel")


class Desk:
    """Where letters are written and read: types, sequence numbers, and whose answer is whose."""

    def __init__(self, records: Mapping[int, type[Record]], raw: bool) -> None:
        for number in records:
            if not NLMSG.MIN_TYPE <= number <= 0xFFFF:
                raise ValueError(f"message types of one's own are {int(NLMSG.MIN_TYPE)} to 65535, not {number}")
        if raw and records:
            raise ValueError("raw messages have no header that could say what record they carry")
        self.raw = raw
        self.inbox: deque[Letter | Overrun | DecodeError] = deque()
        self.strays = 0  # answers that came from others than those who were asked
        self.overruns = 0
        self._plans = {number: plan_of(record) for number, record in records.items()}
        self._types = {record: number for number, record in records.items()}
        self._sequences = itertools.count(1)
        self._waiting: dict[int, int] = {}  # the port that an answer is expected from, by sequence number
        self._answers: dict[int, Answer] = {}
        self._mailbox: Mailbox | None = None

    # --------------------------------------------------------------------------------------------- writing

    def pack(self, content: Content, port: int, *, type: int = 0, flags: int = 0, sequence: int = 0) -> bytes:
        """A message from `port`. Raises EncodeError: a record of no known type, a value that it cannot carry."""
        if isinstance(content, Record):
            if not type:
                type = self._types.get(content.__class__) or self._types.get(content.__class__.__mro__[1], 0)  # wide
            if not type or self.raw:
                known = ", ".join(record.__name__ for record in self._types) or "none"
                raise EncodeError(f"no message type stands for {content.__class__.__name__}; known records: {known}")
            payload: bytes = encode_record(content)
        else:
            payload = content_of(content, "content")
        if self.raw:
            return payload
        padding = b"\0\0\0"[: -len(payload) % 4]
        return header_of(len(payload), type, flags, sequence, port) + payload + padding

    def pack_all(self, contents: Iterable[Content], port: int, type: int) -> Iterator[tuple[bytes, int]]:
        """Messages in as few datagrams as sensible, and how many are in each. Raises EncodeError; ValueError if raw."""
        if self.raw:
            raise ValueError("raw messages have no header that says where each ends: send them one by one")
        packed: list[bytes] = []
        size = 0
        for content in contents:
            message = self.pack(content, port, type=type)
            if size + len(message) > _DATAGRAM and packed:
                yield b"".join(packed), len(packed)
                packed, size = [], 0
            packed.append(message)
            size += len(message)
        if packed:
            yield b"".join(packed), len(packed)

    @staticmethod
    def refusal(letter: Letter, port: int, number: int, message: str) -> bytes:
        """The NLMSG_ERROR that answers a request. Raises ValueError for what is no errno."""
        if number <= 0:
            raise ValueError(f"an error has a number above 0, as in the errno module, not {number}")
        request = RequestHeader(NLMSG_HDRLEN, letter.type, letter.flags, letter.sequence, letter.sender)
        words = message.encode("utf-8", "surrogateescape") + b"\0"
        attributes = (Attribute(int(NLMSGERR_ATTR.MSG), words),) if message else ()
        flags = NLM_F.CAPPED | (NLM_F.ACK_TLVS if message else 0)
        said = Acknowledgement(number, request, attributes=attributes, flags=flags)
        return said.message(letter.sequence, port).pack()

    def expect(self, port: int) -> int:
        """The sequence number of a request to a port, whose answer is kept for `answer`. Raises ValueError."""
        if self.raw:
            raise ValueError("raw messages have no sequence number by which an answer could be known")
        sequence = next(self._sequences) & _SEQUENCES or next(self._sequences) & _SEQUENCES
        self._waiting[sequence] = port
        return sequence

    def answer(self, sequence: int) -> Answer | None:
        """The answer to a request, if it has come."""
        return self._answers.get(sequence)

    def instead(self, port: int) -> str:
        """What to add to the news that a port gave no answer: that other letters came from it, if they wait here."""
        others = [each for each in self.inbox if isinstance(each, Letter) and each.sender == port]
        if not others:
            return ""
        last = others[-1]
        return (
            f"; {len(others)} other letters came from it and wait to be received, the last of type {last.type} with "
            f"sequence {last.sequence}: an answer has the sequence of its request (`answer`), and no NLM_F_REQUEST"
        )

    def forget(self, sequence: int) -> None:
        """Nobody waits for an answer any more."""
        self._waiting.pop(sequence, None)
        self._answers.pop(sequence, None)

    # --------------------------------------------------------------------------------------------- reading

    def overrun(self) -> None:
        """Note in the inbox that messages to groups were lost."""
        self.overruns += 1
        self.inbox.append(Overrun(self.overruns))

    def next(self) -> Letter | Overrun | None:
        """The oldest of what waits in the inbox. Raises DecodeError where something came that is no message."""
        if not self.inbox:
            return None
        found = self.inbox.popleft()
        if isinstance(found, DecodeError):
            raise found
        return found

    def take(self, datagram: Datagram) -> None:
        """Sort in what came: answers for those who wait for them, all else into the inbox, errors in their place."""
        source = datagram.source
        group = source.group if source.group is not None else source.groups.bit_length()
        if self.raw:
            self.inbox.append(Letter(datagram.data, source.portid, group, owner=source.owner))
            return
        try:
            messages = parse_messages(datagram.data)
        except DecodeError as error:
            words = f"{len(datagram.data)} bytes from port {source.portid} are no message: {error.message}"
            self.inbox.append(DecodeError(words, error.offset, error.path))
            return
        found: list[Letter | DecodeError] = []
        for message in messages:
            plan = self._plans.get(message.type)
            try:
                content = message.payload if plan is None else decode(plan, message.payload)
            except DecodeError as error:
                found.append(error)
            else:
                head = (message.type, message.flags, message.sequence)
                found.append(Letter(content, source.portid, group, *head, source.owner))
        self._sort(found)

    def collect(self, descriptor: int) -> tuple[int, int]:
        """The same with what waits at a socket of the host: (how many datagrams, the errno that ended it or 0)."""
        if self._mailbox is None:
            self._mailbox = Mailbox(Letter, Owner, self._plans, self.raw)
        found: list[Letter | DecodeError] = []
        outcome = self._mailbox.receive(descriptor, found)
        self._sort(found)
        return outcome

    def _sort(self, found: list[Letter | DecodeError]) -> None:
        if not self._waiting:
            self.inbox.extend(found)
            return
        for letter in found:
            if isinstance(letter, DecodeError) or letter.flags & _REQUEST or letter.sequence not in self._waiting:
                self.inbox.append(letter)
            elif self._waiting[letter.sequence] != letter.sender or letter.group:
                self.strays += 1  # somebody answers in another's name
            else:
                del self._waiting[letter.sequence]
                self._answers[letter.sequence] = _refused(letter) if letter.type == NLMSG.ERROR else letter


def _refused(letter: Letter) -> NetlinkError:
    """The error that an NLMSG_ERROR carries."""
    said = parse_acknowledgement(Message(letter.type, letter.flags, payload=letter.content))
    return from_errno(said.errno or errno.EIO, said.text, asked=f"a request to port {letter.sender}")
