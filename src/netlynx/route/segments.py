"""Routing headers within lightweight tunnels: IPv6 segment routing, RPL and in-situ OAM.

They are C structs that end in a list of addresses; the functions here read and write those.
Source: linux/seg6.h, linux/seg6_iptunnel.h, linux/rpl.h, linux/ioam6.h, RFC 8754, RFC 6554, RFC 9197.
"""

from __future__ import annotations

from collections.abc import Iterable
from socket import AF_INET6, inet_ntop, inet_pton
from typing import Any, ClassVar, TypeVar

import msgspec

from netlynx.codec._codec import decode, encode
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.schema import Enumeration, Kind, Layout, array, be16, be32, enum, hook, ip6, member, s32, struct, takes, u8
from netlynx.schema.compile import layout_size, plan_of
from netlynx.schema.facts import NoFacts

T = TypeVar("T", bound=Layout)

_SEGMENT_ROUTING = 4  # routing type, RFC 8754
_RPL = 3  # routing type, RFC 6554


class Seg6Mode(
    Enumeration,
    prefix="SEG6_IPTUN_MODE_",
    labels={"ENCAP_RED": "encap.red", "L2ENCAP_RED": "l2encap.red"},
):
    """How a segment routing header comes into a packet."""

    INLINE = 0
    ENCAP = 1
    L2ENCAP = 2
    ENCAP_RED = 3
    L2ENCAP_RED = 4


class SegmentRoutingHeader(Layout, c="ipv6_sr_hdr"):
    """An IPv6 segment routing header. `segments` are in the order of travel (the wire has the reverse).

    To make one, `segments` is enough: with `header_length` 0 the lengths and indices are computed.
    `tail` holds the TLVs behind the segments (HMAC).
    """

    next_header: int = member(u8, c="nexthdr")
    header_length: int = member(u8, c="hdrlen")  # in 8 bytes, without the first 8
    routing_type: int = member(u8, c="type")
    segments_left: int = member(u8)
    last_entry: int = member(u8, c="first_segment")
    flags: int = member(u8)
    tag: int = member(be16)
    segments: takes.Several[str] = member(array(ip6))

    __differs__: ClassVar[dict[str, str]] = {
        "tag": "in network byte order, the header says u16",
        "segments": "a flexible array",
    }


class Seg6Tunnel(Layout, c="seg6_iptunnel_encap"):
    """What a segment routing tunnel puts in front of packets, and how: `mode` and a `SegmentRoutingHeader`.

    ``Seg6Tunnel(mode=Seg6Mode.ENCAP, segments=("2001:db8::5", "2001:db8::6"))``. With mode INLINE the last segment
    is ``::``, which the kernel replaces by the packet's destination; it is added to a header that is made from
    `segments` alone.
    """

    mode: takes.Member[Seg6Mode] = member(enum(Seg6Mode, s32))
    next_header: int = member(u8)
    header_length: int = member(u8)  # in 8 bytes, without the first 8
    routing_type: int = member(u8)
    segments_left: int = member(u8)
    last_entry: int = member(u8)
    flags: int = member(u8)
    tag: int = member(be16)
    segments: takes.Several[str] = member(array(ip6))

    __facts__: ClassVar[NoFacts] = NoFacts("struct seg6_iptunnel_encap is an int and a struct ipv6_sr_hdr")


class RplHeader(Layout, c="ipv6_rpl_sr_hdr"):
    """An RPL source routing header, uncompressed; `segments` in the header's order.

    To make one, `segments` is enough: with `header_length` 0 the lengths are computed.
    """

    next_header: int = member(u8, c="nexthdr")
    header_length: int = member(u8, c="hdrlen")  # in 8 bytes, without the first 8
    routing_type: int = member(u8, c="type")
    segments_left: int = member(u8)
    compression: int = member(u8)  # CmprI and CmprE, four bits each
    padding: int = member(u8)  # Pad in the upper four bits
    reserved: int = member(be16)
    segments: takes.Several[str] = member(array(ip6))

    __facts__: ClassVar[NoFacts] = NoFacts("struct ipv6_rpl_sr_hdr has bit fields that cross these bytes")


class IoamTrace(Layout, c="ioam6_trace_hdr"):
    """The header of a pre-allocated IOAM trace option.

    `node_length` (upper five bits, set by the kernel) and `remaining` (lower seven bits) count in 4 bytes;
    `trace_type` has its 24 bits in the upper three bytes, as in RFC 9197.
    """

    namespace: int = member(be16, c="namespace_id")
    node_length: int = member(u8)
    remaining: int = member(u8)
    trace_type: int = member(be32, c="type_be32")


def _fixed(layout: type[T], payload: bytes) -> tuple[T, list[str], bytes]:
    """The fixed part, as many whole addresses as the header's length covers, and what is left."""
    size = layout_size(layout)[0]
    if len(payload) < size:
        raise ValueError(f"{len(payload)} bytes are too few for the {size} of a {layout.__name__}")
    header: Any = decode(plan_of(layout), payload[:size])  # Any: the fields that these layouts share
    rest = payload[size:]
    count = min(len(rest), 8 * header.header_length) // 16
    if isinstance(header, SegmentRoutingHeader | Seg6Tunnel):
        count = min(count, header.last_entry + 1)
    addresses = [inet_ntop(AF_INET6, rest[at : at + 16]) for at in range(0, 16 * count, 16)]
    return header, addresses, rest[16 * count :]


def _backwards(layout: type[T], payload: bytes) -> T:
    header, addresses, tail = _fixed(layout, payload)
    return msgspec.structs.replace(header, segments=tuple(reversed(addresses)), tail=tail)


def _rpl(payload: bytes) -> RplHeader:
    header, addresses, tail = _fixed(RplHeader, payload)
    return msgspec.structs.replace(header, segments=tuple(addresses), tail=tail)


def _expected(value: Any, layout: type[Layout]) -> None:
    if not isinstance(value, layout):
        raise EncodeTypeError(f"expected {layout.__name__}, not {type(value).__name__} {value!r}")


def _routing(value: Any, layout: type[Layout]) -> bytes:  # Any: whatever stands in the field
    _expected(value, layout)
    segments = list(value.segments)
    fixed: dict[str, Any] = {}
    if value.header_length == 0:
        if isinstance(value, Seg6Tunnel) and value.mode in (Seg6Mode.INLINE, "inline") and segments[-1:] != ["::"]:
            segments.append("::")
        fixed["header_length"] = 2 * len(segments) + len(value.tail) // 8
        fixed["routing_type"] = _SEGMENT_ROUTING
        fixed["segments_left"] = fixed["last_entry"] = max(len(segments) - 1, 0)
    return _joined(value, _addresses(segments)[::-1], fixed)


def _rpl_bytes(value: Any) -> bytes:
    _expected(value, RplHeader)
    fixed: dict[str, Any] = {}
    if value.header_length == 0:
        fixed = {
            "header_length": 2 * len(value.segments),
            "routing_type": _RPL,
            "segments_left": len(value.segments),
        }
    return _joined(value, _addresses(value.segments), fixed)


def _joined(value: Any, addresses: list[bytes], fixed: dict[str, Any]) -> bytes:
    tail = b"".join(addresses) + value.tail
    try:
        return encode(plan_of(type(value)), msgspec.structs.replace(value, **fixed, segments=(), tail=tail))
    except EncodeError as error:
        error.path = error.path.partition(".")[2]  # the codec adds the field that holds the header
        raise


def _addresses(segments: Iterable[Any]) -> list[bytes]:
    return [_address(segment, f"segments[{i}]") for i, segment in enumerate(segments)]


def _address(segment: Any, path: str) -> bytes:
    try:
        return inet_pton(AF_INET6, str(segment))
    except OSError:
        raise EncodeError(f"{segment!r} is not an IPv6 address", path) from None


segment_routing_header: Kind = hook(
    lambda payload: _backwards(SegmentRoutingHeader, payload),
    lambda value: _routing(value, SegmentRoutingHeader),
    struct(SegmentRoutingHeader),
    pure=True,
)
seg6_tunnel: Kind = hook(
    lambda payload: _backwards(Seg6Tunnel, payload),
    lambda value: _routing(value, Seg6Tunnel),
    struct(Seg6Tunnel),
    pure=True,
)
rpl_header: Kind = hook(_rpl, _rpl_bytes, struct(RplHeader), pure=True)
