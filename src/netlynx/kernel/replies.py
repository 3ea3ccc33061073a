"""Acknowledgements and errors as the kernel words them: NLMSG_ERROR with its extended part.

Source: `netlink_ack` in net/netlink/af_netlink.c, `struct netlink_ext_ack` in linux/netlink.h.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from netlynx.errors import DecodeError
from netlynx.schema.kinds import Kind
from netlynx.schema.record import Layout, Record
from netlynx.wire.constants import NETLINK_OPTION, NLM_F, NLMSG_HDRLEN, NLMSGERR_ATTR
from netlynx.wire.message import (
    Acknowledgement,
    Attribute,
    Message,
    RequestHeader,
    align,
    parse_attributes,
)

from .sockets import UserSocket


@dataclass(slots=True)
class ExtendedAck:
    """What the kernel says about a request besides its errno (`struct netlink_ext_ack`).

    With errno 0 only `message`, then a warning, and `cookie` are sent.
    """

    message: str = ""
    offset: int | None = None  # where the attribute at fault starts, from the start of the request's header
    missing_type: int | None = None  # the attribute that should have been there
    missing_nest: int | None = None  # where the nest starts that it should be in, from the header's start
    policy: bytes = b""  # packed NL_POLICY_TYPE_ATTR attributes
    cookie: bytes = b""  # up to 20 bytes whose meaning is the protocol's

    def attributes(self, errno: int) -> tuple[Attribute, ...]:
        """The attributes that go with an errno (positive, or 0), in the kernel's order."""
        found: list[Attribute] = []
        if self.message:
            found.append(text_attribute(self.message))
        if self.cookie:
            found.append(Attribute(int(NLMSGERR_ATTR.COOKIE), self.cookie))
        if errno:
            if self.offset is not None:
                found.append(_number(NLMSGERR_ATTR.OFFS, self.offset))
            if self.policy:
                found.append(Attribute(int(NLMSGERR_ATTR.POLICY), self.policy, nested=True))
            if self.missing_type is not None:
                found.append(_number(NLMSGERR_ATTR.MISS_TYPE, self.missing_type))
            if self.missing_nest is not None:
                found.append(_number(NLMSGERR_ATTR.MISS_NEST, self.missing_nest))
        return tuple(found)


def text_attribute(text: str) -> Attribute:
    """NLMSGERR_ATTR_MSG: the kernel's own words, with the NUL at their end."""
    return Attribute(int(NLMSGERR_ATTR.MSG), text.encode() + b"\0")


def _number(kind: int, value: int) -> Attribute:
    return Attribute(int(kind), struct.pack("=I", value))


def acknowledge(request: Message, errno: int, extack: ExtendedAck, user: UserSocket) -> Message:
    """The NLMSG_ERROR that answers a request with an errno (positive; 0 is the plain acknowledgement).

    The options of the socket that asked decide: NETLINK_CAP_ACK leaves the request's payload out, NETLINK_EXT_ACK
    brings the extended part.
    """
    repeated = bool(errno) and not user.option(NETLINK_OPTION.CAP_ACK)
    attributes = extack.attributes(errno) if user.option(NETLINK_OPTION.EXT_ACK) else ()
    flags = (0 if repeated else int(NLM_F.CAPPED)) | (int(NLM_F.ACK_TLVS) if attributes else 0)
    length = NLMSG_HDRLEN + len(request.payload)
    header = RequestHeader(length, request.type, request.flags, request.sequence, request.portid)
    answer = Acknowledgement(errno, header, request.payload if repeated else None, attributes, flags)
    return answer.message(request.sequence, user.portid)


# ------------------------------------------------------------------------------- where an attribute stands


def offset_of(payload: bytes, start: int, path: tuple[int, ...]) -> int | None:
    """Where the attribute with this path of types stands in a request, from the start of the request's header.

    `payload` is the request's, `start` the size of its fixed header. None if there is no such attribute.
    """
    at, end = align(start), len(payload)
    offset = None
    for number in path:
        try:
            attributes = parse_attributes(payload[at:end])
        except DecodeError:
            return None
        for attribute in attributes:
            if attribute.type == number:
                break
            at += align(4 + len(attribute.payload))
        else:
            return None
        offset = NLMSG_HDRLEN + at
        end = at + 4 + len(attribute.payload)
        at += 4
    return offset


def types_of(record: type[Record] | type[Layout], path: str) -> tuple[int, ...]:
    """The attribute types on the way to a field: ``"Route.metrics.mtu"`` is ``(RTA_METRICS, RTAX_MTU)``.

    Stops where the path leaves what is declared as nests of records; empty if it starts with no attribute.
    """
    types: tuple[int, ...] = ()
    current: type[Record] | type[Layout] | None = record
    for name in path.split(".")[1:]:
        declaration = current.__declarations__.get(name.partition("[")[0]) if current is not None else None
        if declaration is None or declaration.role != "attr":
            break
        types += declaration.path
        kind: Kind | None = declaration.kind
        current = kind.target() if kind is not None and kind.target is not None else None
    return types
