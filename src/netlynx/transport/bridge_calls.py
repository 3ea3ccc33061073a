"""What a client and a served kernel say to each other over a Unix socket.

One connection of type SOCK_SEQPACKET is one netlink socket. The server greets; then the client makes calls, one at a
time, and each gets one `Reply` with its number. The kernel's queue stays where it is: a datagram comes only as the
answer to `Receive`. While one waits there, or an error does, an unread `Reply` of number 0 lies in the connection, so
that its descriptor polls readable as that of a netlink socket would.

All of it is msgpack of the classes below, no more than `PACKET_MAX` bytes at a time: what is larger is sent in parts
(`Part`) and fetched in parts (`Rest`). Decoding checks types and ranges, and runs nothing.
"""

from __future__ import annotations

from typing import Annotated, TypeAlias

import msgspec

VERSION = 1
PART_MAX = 32768  # bytes of a datagram that go into one packet; those of dumps fit as a rule
PACKET_MAX = PART_MAX + 4096  # with what stands around them
CONTROL_MAX = 2048  # bytes of control messages that can be sent along

U32: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=0xFFFFFFFF)]
S32: TypeAlias = Annotated[int, msgspec.Meta(ge=-0x80000000, le=0x7FFFFFFF)]
Data: TypeAlias = Annotated[bytes, msgspec.Meta(max_length=PART_MAX)]
Address: TypeAlias = tuple[U32, U32]  # a port ID, and a mask of the first 32 groups
Control: TypeAlias = tuple[S32, S32, bytes]  # level, type, data


class Call(msgspec.Struct, array_like=True, forbid_unknown_fields=True, gc=False):
    """The base of all calls."""


class MakeSocket(Call, tag=1):
    """An unbound socket, as socket(2) makes it; the first call of a connection, unless `Open` is."""

    namespace: str  # its name in the kernel, "" for the initial one
    protocol: S32
    kind: S32  # SOCK_RAW or SOCK_DGRAM


class Open(Call, tag=2):
    """A socket as `Kernel.open` gives it: bound, member of groups, netlynx's options on. Replies: an `Address`."""

    namespace: str
    protocol: S32
    port: U32
    groups: tuple[S32, ...]


class Bind(Call, tag=3):
    """bind(2)."""

    address: Address


class Connect(Call, tag=4):
    """connect(2)."""

    address: Address


class Name(Call, tag=5):
    """getsockname(2), or getpeername(2). Replies: an `Address`."""

    of_peer: bool = False


class GetOption(Call, tag=6):
    """getsockopt(2). Replies: the option's bytes."""

    level: S32
    option: S32
    room: S32


class SetOption(Call, tag=7):
    """setsockopt(2), but for SO_ATTACH_FILTER, whose value is an address in the client's memory."""

    level: S32
    option: S32
    value: Data


class AttachFilter(Call, tag=8):
    """SO_ATTACH_FILTER, with the instructions themselves, an array of `struct sock_filter`."""

    code: Data


class Part(Call, tag=9):
    """A part of a datagram that is too large for one packet; `Send` brings the last one. `start` 0 begins anew."""

    start: U32
    data: Data


class Send(Call, tag=10):
    """sendmsg(2) with MSG_DONTWAIT. Replies: the length, an integer.

    `start` is how many bytes have come in parts before; `again` says that the message met a full queue before.
    """

    start: U32
    data: Data
    control: tuple[Control, ...]
    flags: S32
    address: Address | None
    again: bool


class Receive(Call, tag=11):
    """recvmsg(2) with MSG_DONTWAIT, into so many bytes of data and of control messages. Replies: a `Datagram`."""

    room: U32
    control_room: U32
    flags: S32


class Rest(Call, tag=12):
    """The next part of the body of the reply before. Replies: bytes as they are."""


class End(Call, tag=13):
    """close(2). A client that is gone without it ends its socket as well, but cannot know when."""


AnyCall: TypeAlias = (
    MakeSocket
    | Open
    | Bind
    | Connect
    | Name
    | GetOption
    | SetOption
    | AttachFilter
    | Part
    | Send
    | Receive
    | Rest
    | End
)


class Numbered(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, gc=False):
    """A packet of the client: the call and its number, from 1 on."""

    number: U32
    call: AnyCall


class Failure(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a call was refused with; `explained` if it is a `NetlinkError`, else it is a plain OSError."""

    errno: S32
    explained: bool = False
    message: str = ""
    asked: str = ""
    hint: str = ""


class Reply(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A packet of the server: what became of the call of that number.

    Number 0 belongs to no call: it is the greeting, with `VERSION` as its body, or says that there is something to
    receive, or with a failure why the server ends the connection. When `ready` holds such a packet follows at once.
    """

    number: U32
    body: bytes = b""  # msgpack, or its beginning
    left: U32 = 0  # how many bytes of the body are to be fetched
    ready: bool = False
    failure: Failure | None = None


class Datagram(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a receive call gives: the data that there was room for, the true length, control messages, flags, sender."""

    data: bytes
    length: U32
    control: list[Control]
    flags: S32
    source: Address


encode = msgspec.msgpack.Encoder().encode
decode_call = msgspec.msgpack.Decoder(Numbered).decode
decode_reply = msgspec.msgpack.Decoder(Reply).decode

decode_address = msgspec.msgpack.Decoder(Address).decode
decode_datagram = msgspec.msgpack.Decoder(Datagram).decode
decode_number = msgspec.msgpack.Decoder(int).decode
decode_bytes = msgspec.msgpack.Decoder(bytes).decode

WAKE = encode(Reply(0))
