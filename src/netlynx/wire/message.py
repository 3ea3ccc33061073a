"""Messages and attributes as bytes and back, in plain Python.

The wire level for the plain socket, for traces and for tests; bulk decoding is the native codec's work.
Every decoder has its mirror: `parse_messages` and `Message.pack`, `parse_attributes` and `pack_attributes`,
`parse_acknowledgement` and `Acknowledgement.message`. Integers are in host byte order, as netlink has them.
Source: linux/netlink.h, netlink(7).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable

import msgspec

from .. import limits
from ..errors import DecodeError
from .constants import (
    NLA_F,
    NLA_HDRLEN,
    NLA_TYPE_MASK,
    NLM_F,
    NLMSG,
    NLMSG_HDRLEN,
    NLMSGERR_ATTR,
    NLMSGERR_LEN,
)

_HEADER = struct.Struct("=IHHII")  # nlmsg_len, nlmsg_type, nlmsg_flags, nlmsg_seq, nlmsg_pid
_ATTRIBUTE = struct.Struct("=HH")  # nla_len, nla_type
UCRED = struct.Struct("=iII")  # struct ucred: process, user and group ID
SCM_CREDENTIALS = 2  # linux/socket.h: the control message that carries one

_S32 = struct.Struct("=i")
_U32 = struct.Struct("=I")
_ATTRIBUTE_LIMIT = 0xFFFF - NLA_HDRLEN


def align(length: int) -> int:
    """`length` rounded up to the 4 bytes that messages and attributes are aligned to (`NLMSG_ALIGN`)."""
    return (length + 3) & ~3


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


class Owner(msgspec.Struct, frozen=True, gc=False):
    """Whose process sent a datagram, as the kernel vouches for it (SCM_CREDENTIALS, unix(7)); all 0 for the kernel.

    IDs are those that the receiver's namespaces have for it.
    """

    pid: int
    uid: int
    gid: int


class Source(msgspec.Struct, frozen=True, gc=False):
    """Where a datagram came from: the sender's address and what the socket was asked to report besides."""

    portid: int  # the sender's port ID; 0 is the kernel
    groups: int = 0  # nl_groups: mask of the multicast group; 0 for unicast and for groups above 32
    group: int | None = None  # group number, 0 for unicast; only with `pktinfo` set on the socket
    nsid: int | None = None  # ID of the sender's namespace, if another one; only with `listen_all_nsid`
    owner: Owner | None = None  # only with `pass_credentials`


def header_of(size: int, type: int, flags: int, sequence: int, portid: int) -> bytes:
    """`struct nlmsghdr` before a payload of `size` bytes. Raises TypeError, ValueError for what is no such number."""
    try:
        return _HEADER.pack(NLMSG_HDRLEN + size, type, flags, sequence, portid)
    except struct.error as error:
        for name, value in (("type", type), ("flags", flags), ("sequence", sequence), ("portid", portid)):
            limits.number(name, value)
        raise ValueError(
            f"type {type} and flags {flags:#x} must fit 16 bits, sequence {sequence} "
            f"and portid {portid} 32 bits, unsigned"
        ) from error


def content_of(data: bytes | bytearray | memoryview | str, name: str) -> bytes:
    """What is sent of text (UTF-8) or bytes. Raises TypeError for anything else: ``bytes(5)`` would be five zeros."""
    given: object = data
    if isinstance(given, str):
        return given.encode("utf-8", "surrogateescape")
    if isinstance(given, bytes | bytearray | memoryview):
        return bytes(given)
    try:
        return bytes(memoryview(given))  # type: ignore[arg-type]  # an array, say
    except TypeError:
        raise TypeError(f"{name} takes bytes or text, not {given!r}") from None


class Message(msgspec.Struct, frozen=True, gc=False):
    """One netlink message: `struct nlmsghdr` without its length, the payload, and where it came from."""

    type: int = 0  # nlmsg_type
    flags: int = 0  # nlmsg_flags, NLM_F
    sequence: int = 0  # nlmsg_seq
    portid: int = 0  # nlmsg_pid: what the header says; `source.portid` is who really sent it
    payload: bytes = b""  # unpadded
    source: Source | None = None  # None unless received from a socket

    @property
    def text(self) -> str:
        """The payload as text: UTF-8 with surrogateescape, without the NULs at its end."""
        return self.payload.rstrip(b"\0").decode("utf-8", "surrogateescape")

    @property
    def errno(self) -> int:
        """The error that an NLMSG_ERROR or NLMSG_DONE carries, as a positive number; otherwise 0."""
        if self.type not in (NLMSG.ERROR, NLMSG.DONE) or len(self.payload) < _S32.size:
            return 0
        return max(0, -int(_S32.unpack_from(self.payload)[0]))

    @property
    def is_error(self) -> bool:
        """An NLMSG_ERROR that reports an error."""
        return self.type == NLMSG.ERROR and self.errno != 0

    @property
    def is_acknowledgement(self) -> bool:
        """An NLMSG_ERROR whose errno is 0: the request was carried out."""
        return self.type == NLMSG.ERROR and self.errno == 0

    @property
    def is_done(self) -> bool:
        """The end of a multipart answer (which may carry an `errno`)."""
        return self.type == NLMSG.DONE

    @property
    def is_multipart(self) -> bool:
        """One of several messages that an NLMSG_DONE will end."""
        return bool(self.flags & NLM_F.MULTI)

    @property
    def is_control(self) -> bool:
        """NOOP, ERROR, DONE, OVERRUN or another type below those of protocols."""
        return self.type < NLMSG.MIN_TYPE

    def pack(self) -> bytes:
        """The message as sent: header, payload, and padding to 4 bytes that `nlmsg_len` does not count.

        Raises:
            TypeError, ValueError: a header field is no number, or does not fit its width.
        """
        return _padded(header_of(len(self.payload), self.type, self.flags, self.sequence, self.portid) + self.payload)


def parse_messages(data: bytes, source: Source | None = None) -> list[Message]:
    """The messages of a datagram, in order, each given `source`.

    Zero bytes after the last message are padding (programs that send a fixed-size buffer leave them).

    Raises:
        DecodeError: a length is too small or points past the end, with the offset of the header at fault.
    """
    messages = []
    offset = 0
    while (found := message_at(data, offset, source)) is not None:
        message, offset = found
        messages.append(message)
    return messages


def message_at(data: bytes, offset: int, source: Source | None = None) -> tuple[Message, int] | None:
    """The message at an offset, and where the next one begins; None behind the last. Raises as `parse_messages`."""
    left = len(data) - offset
    if left <= 0:
        return None
    if left < NLMSG_HDRLEN or data[offset : offset + 4] == bytes(4):
        if not any(memoryview(data)[offset:]):
            return None
        if left < NLMSG_HDRLEN:
            raise DecodeError(f"{left} bytes are left, a header has {NLMSG_HDRLEN}", offset, "nlmsghdr")
    length, kind, flags, sequence, portid = _HEADER.unpack_from(data, offset)
    if not NLMSG_HDRLEN <= length <= left:
        raise DecodeError(f"nlmsg_len is {length}, must be {NLMSG_HDRLEN} to {left}", offset, "nlmsghdr")
    payload = bytes(data[offset + NLMSG_HDRLEN : offset + length])
    return Message(kind, flags, sequence, portid, payload, source), offset + align(length)


class Attribute(msgspec.Struct, frozen=True, gc=False):
    """One attribute: `struct nlattr` without its length, and the unpadded payload."""

    type: int  # nla_type without its flag bits, 0 … 16383
    payload: bytes = b""
    nested: bool = False  # NLA_F_NESTED: the payload is attributes (older kernels and tools do not always say so)
    net_byteorder: bool = False  # NLA_F_NET_BYTEORDER

    def attributes(self) -> tuple[Attribute, ...]:
        """The payload as attributes, whether flagged as a nest or not; raises `DecodeError`."""
        return parse_attributes(self.payload)

    def pack(self) -> bytes:
        """Header, payload and padding to 4 bytes that `nla_len` does not count.

        Raises:
            ValueError: the type does not fit 14 bits or the payload exceeds 65531 bytes.
        """
        if not 0 <= self.type <= NLA_TYPE_MASK:
            raise ValueError(f"an attribute's type is 0 to {NLA_TYPE_MASK}, not {self.type}")
        if len(self.payload) > _ATTRIBUTE_LIMIT:
            raise ValueError(
                f"an attribute holds up to {_ATTRIBUTE_LIMIT} bytes, type {self.type} has {len(self.payload)}"
            )
        flags = (NLA_F.NESTED if self.nested else 0) | (NLA_F.NET_BYTEORDER if self.net_byteorder else 0)
        return _padded(_ATTRIBUTE.pack(NLA_HDRLEN + len(self.payload), self.type | flags) + self.payload)


def nest(type: int, attributes: Iterable[Attribute]) -> Attribute:
    """A nest: an attribute, flagged NLA_F_NESTED, whose payload is `attributes`."""
    return Attribute(type, pack_attributes(attributes), nested=True)


def pack_attributes(attributes: Iterable[Attribute]) -> bytes:
    """The attributes one after the other, each aligned; raises ValueError as `Attribute.pack` does."""
    return b"".join(attribute.pack() for attribute in attributes)


def parse_attributes(data: bytes) -> tuple[Attribute, ...]:
    """The attributes that `data` consists of, in order; the last one may lack its padding.

    Raises:
        DecodeError: a length is too small or points past the end, with the offset of the attribute at fault.
    """
    attributes = []
    offset = 0
    while offset < len(data):
        left = len(data) - offset
        if left < NLA_HDRLEN:
            raise DecodeError(f"{left} bytes are left, a header has {NLA_HDRLEN}", offset, "nlattr")
        length, kind = _ATTRIBUTE.unpack_from(data, offset)
        if not NLA_HDRLEN <= length <= left:
            raise DecodeError(f"nla_len is {length}, must be {NLA_HDRLEN} to {left}", offset, "nlattr")
        payload = bytes(data[offset + NLA_HDRLEN : offset + length])
        nested, net_byteorder = bool(kind & NLA_F.NESTED), bool(kind & NLA_F.NET_BYTEORDER)
        attributes.append(Attribute(kind & NLA_TYPE_MASK, payload, nested, net_byteorder))
        offset += align(length)
    return tuple(attributes)


class RequestHeader(msgspec.Struct, frozen=True, gc=False):
    """The `struct nlmsghdr` of a request, as an acknowledgement repeats it."""

    length: int  # nlmsg_len, the header included
    type: int
    flags: int
    sequence: int
    portid: int


class Acknowledgement(msgspec.Struct, frozen=True, gc=False):
    """What NLMSG_ERROR (`struct nlmsgerr`) or NLMSG_DONE says about a request, extended ACK included.

    The kernel repeats the payload of a request that failed, unless NETLINK_CAP_ACK is set.
    """

    errno: int  # positive; 0 is success
    request: RequestHeader | None = None  # None for NLMSG_DONE, which does not repeat it
    payload: bytes | None = None  # the request's payload, or None if it was not repeated
    attributes: tuple[Attribute, ...] = ()  # NLMSGERR_ATTR
    flags: int = 0  # of the message: NLM_F_CAPPED, NLM_F_ACK_TLVS, for NLMSG_DONE also NLM_F_MULTI

    @property
    def text(self) -> str:
        """The kernel's own words (NLMSGERR_ATTR_MSG), or ""."""
        found = self._find(NLMSGERR_ATTR.MSG)
        return "" if found is None else found.rstrip(b"\0").decode("utf-8", "surrogateescape")

    @property
    def offset(self) -> int | None:
        """Where the attribute at fault starts, in bytes from the start of the request's header."""
        return self._number(NLMSGERR_ATTR.OFFS)

    @property
    def missing_type(self) -> int | None:
        """The type of an attribute that should have been in the request."""
        return self._number(NLMSGERR_ATTR.MISS_TYPE)

    @property
    def missing_nest(self) -> int | None:
        """Where the nest starts that `missing_type` belongs in; None if it belongs at message level."""
        return self._number(NLMSGERR_ATTR.MISS_NEST)

    @property
    def cookie(self) -> bytes | None:
        """Bytes whose meaning is the subsystem's, such as the ID of what was created."""
        return self._find(NLMSGERR_ATTR.COOKIE)

    @property
    def policy(self) -> bytes | None:
        """The policy that the attribute at fault broke: packed NL_POLICY_TYPE_ATTR attributes."""
        return self._find(NLMSGERR_ATTR.POLICY)

    def message(self, sequence: int = 0, portid: int = 0) -> Message:
        """The message that carries this: what `parse_acknowledgement` was given, source apart."""
        body = _S32.pack(-self.errno)
        if self.request is not None:
            head = self.request
            body += _HEADER.pack(head.length, head.type, head.flags, head.sequence, head.portid)
            body += _padded(self.payload or b"")
        kind = NLMSG.DONE if self.request is None else NLMSG.ERROR
        return Message(int(kind), self.flags, sequence, portid, body + pack_attributes(self.attributes))

    def _find(self, kind: int) -> bytes | None:
        return next((attribute.payload for attribute in self.attributes if attribute.type == kind), None)

    def _number(self, kind: int) -> int | None:
        found = self._find(kind)
        return int(_U32.unpack(found)[0]) if found is not None and len(found) == _U32.size else None


def parse_acknowledgement(message: Message) -> Acknowledgement:
    """The outcome that an NLMSG_ERROR or NLMSG_DONE message reports.

    Raises:
        DecodeError: the message is of another type, is cut short, or holds malformed attributes; the offset
            counts from the start of the payload.
    """
    data, flags = message.payload, message.flags
    if message.type == NLMSG.DONE:
        if not data:
            return Acknowledgement(0, flags=flags)
        name, used = "NLMSG_DONE", _S32.size
    elif message.type == NLMSG.ERROR:
        name, used = "NLMSG_ERROR", NLMSGERR_LEN
    else:
        raise DecodeError(f"message type {message.type} is neither NLMSG_ERROR nor NLMSG_DONE")
    if len(data) < used:
        raise DecodeError(f"{len(data)} bytes are less than the {used} of an {name}")
    errno = -int(_S32.unpack_from(data)[0])
    if message.type == NLMSG.DONE:
        return Acknowledgement(errno, attributes=_extended(data, used, flags), flags=flags)
    request = RequestHeader(*_HEADER.unpack_from(data, _S32.size))
    payload = None
    if errno and not flags & NLM_F.CAPPED:
        length = request.length - NLMSG_HDRLEN
        if not 0 <= length <= len(data) - used:
            raise DecodeError(
                f"the repeated request has nlmsg_len {request.length}, must be {NLMSG_HDRLEN} to "
                f"{len(data) - used + NLMSG_HDRLEN}",
                _S32.size,
                "nlmsgerr",
            )
        payload = data[used : used + length]
        used = min(used + align(length), len(data))
    return Acknowledgement(errno, request, payload, _extended(data, used, flags), flags)


def _extended(data: bytes, used: int, flags: int) -> tuple[Attribute, ...]:
    if not flags & NLM_F.ACK_TLVS:
        return ()
    try:
        return parse_attributes(data[used:])
    except DecodeError as error:
        raise error.within("nlmsgerr", used) from None
