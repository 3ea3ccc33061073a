"""What states and policies are made of: selectors, lifetimes, marks, and what else comes as a C struct.

Source: linux/xfrm.h, net/xfrm/xfrm_user.c.
"""

from __future__ import annotations

import ipaddress
from typing import Any

from netlynx.errors import EncodeError
from netlynx.route.constants import AddressFamily
from netlynx.schema import (
    Layout,
    be16,
    enum,
    hook,
    ip6,
    ip_of,
    member,
    named,
    s32,
    select,
    takes,
    u8,
    u16,
    u32,
    u64,
)
from netlynx.xfrm.constants import EncapsulationType, OffloadFlags, Unlimited, UpperProtocol

_WIDTH = 16  # bytes of xfrm_address_t
_SHORT = 4  # those of them that are an address of IPv4
_ALL_PORTS = 0xFFFF
_ALL_BITS = 0xFFFF_FFFF


def family_of(*addresses: Any) -> AddressFamily:
    """The family of the first address that there is; UNSPEC where there is none, and of what is none."""
    for each in addresses:
        if isinstance(each, str) and each:
            return AddressFamily.INET6 if ":" in each else AddressFamily.INET
    return AddressFamily.UNSPEC


def _short_text(payload: bytes) -> Any:
    return str(ipaddress.IPv4Address(payload[:_SHORT])) if len(payload) == _WIDTH else NotImplemented


def _short_bytes(text: Any) -> bytes:
    return ipaddress.IPv4Address(str(text)).packed.ljust(_WIDTH, b"\0")


def _either_text(payload: bytes) -> Any:
    if len(payload) != _WIDTH:
        return NotImplemented
    return str(ipaddress.IPv6Address(payload)) if any(payload[_SHORT:]) else _short_text(payload)


def _either_bytes(text: Any) -> bytes:
    return ipaddress.ip_address(str(text)).packed.ljust(_WIDTH, b"\0")


address_beside = select("family", {AddressFamily.INET: hook(_short_text, _short_bytes, pure=True)}, ip6)
"""An address in an attribute of 16 bytes, of the family that the record's own field says."""

_either = hook(_either_text, _either_bytes, pure=True, size=_WIDTH)  # nothing says of which family: see Encapsulation


class Selector(Layout, c="xfrm_selector"):
    """Which packets a state or a policy is about; what is 0 or not given stands for any.

    Addresses are given with the length of a prefix (``10.0.0.0/8``), which reads as the two fields; one without is one
    host. `family` follows from them. Ports count in the bits of their mask: all, unless given. Of ICMP, the type
    stands in `source_port` and the code in `destination_port`; of GRE the upper half of its key in the first and the
    lower in the second. `interface` is that which packets go out by; `user` is kept and not compared.

    One of no `family` (as of states that wait for their keys) has its addresses in all their 16 bytes: what is
    192.0.2.1 to the kernel reads as ``c000:201::``.
    """

    destination: takes.Ip[str | None] = member(ip_of("family"), c="daddr")
    source: takes.Ip[str | None] = member(ip_of("family"), c="saddr")
    destination_port: int = member(be16, c="dport")
    destination_port_mask: int = member(be16, c="dport_mask")
    source_port: int = member(be16, c="sport")
    source_port_mask: int = member(be16, c="sport_mask")
    family: takes.Member[AddressFamily] = member(enum(AddressFamily, u16), c="family")
    destination_length: int = member(u8, c="prefixlen_d")
    source_length: int = member(u8, c="prefixlen_s")
    protocol: takes.Member[UpperProtocol | int] = member(enum(UpperProtocol, u8), c="proto")
    interface: takes.Name[int] = member(named(s32, "interface"), c="ifindex")
    user: int = member(u32, c="user")

    @classmethod
    def __spelt__(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Takes prefixes apart. Raises EncodeError for what is none, and for a length that is given besides."""
        made = dict(values)
        for name in ("source", "destination"):
            given, length = values.get(name), f"{name}_length"
            if isinstance(given, str) and (slash := given.find("/")) >= 0:
                if length in values:
                    raise EncodeError(f"{given!r} says its length: leave {length} out", f"Selector.{name}")
                made[name], made[length] = given[:slash], _length(given, f"Selector.{name}")
        return made

    @classmethod
    def __settle__(cls, values: dict[str, Any]) -> dict[str, Any]:
        made = dict(values)
        if not made.get("family"):
            made["family"] = family_of(made.get("source"), made.get("destination"))
        whole = 128 if made["family"] == AddressFamily.INET6 else 32
        for name in ("source", "destination"):
            if made.get(name) is not None:
                made.setdefault(f"{name}_length", whole)
            if made.get(f"{name}_port"):
                made.setdefault(f"{name}_port_mask", _ALL_PORTS)
        return made

    @property
    def source_prefix(self) -> str:
        """The addresses that packets come from: ``10.0.0.0/8``, or ``any``."""
        return _prefix(self.source, self.source_length)

    @property
    def destination_prefix(self) -> str:
        """The addresses that packets go to: ``10.0.0.0/8``, or ``any``."""
        return _prefix(self.destination, self.destination_length)


def _prefix(address: str | None, length: int) -> str:
    return f"{address}/{length}" if length and address else "any"


def _length(text: str, path: str) -> int:
    try:
        return ipaddress.ip_network(text, strict=False).prefixlen
    except ValueError as error:
        raise EncodeError(f"{text!r} is no prefix: {error}", path) from None


_limit = enum(Unlimited, u64)


class Limits(Layout, c="xfrm_lifetime_cfg"):
    """How long a state or policy lives: at a soft limit the kernel says so (`xfrm.EXPIRES`), at a hard one it ends.

    Bytes and packets are those that it was used for, unlimited unless given: 0 would end it with its first packet.
    Seconds count since it was added, or since it was used first; 0: no limit.
    """

    soft_bytes: takes.Member[int] = member(_limit, default=Unlimited.UNLIMITED, c="soft_byte_limit")
    hard_bytes: takes.Member[int] = member(_limit, default=Unlimited.UNLIMITED, c="hard_byte_limit")
    soft_packets: takes.Member[int] = member(_limit, default=Unlimited.UNLIMITED, c="soft_packet_limit")
    hard_packets: takes.Member[int] = member(_limit, default=Unlimited.UNLIMITED, c="hard_packet_limit")
    soft_seconds: int = member(u64, c="soft_add_expires_seconds")
    hard_seconds: int = member(u64, c="hard_add_expires_seconds")
    soft_used_seconds: int = member(u64, c="soft_use_expires_seconds")
    hard_used_seconds: int = member(u64, c="hard_use_expires_seconds")


class Used(Layout, c="xfrm_lifetime_cur"):
    """What was used of a lifetime; times are seconds since 1970, `used` that of the first packet, 0 before it."""

    bytes: int = member(u64, c="bytes")
    packets: int = member(u64, c="packets")
    added: int = member(u64, c="add_time")
    used: int = member(u64, c="use_time")


class Mark(Layout, c="xfrm_mark"):
    """The mark that packets have, in the bits of a mask: all, unless given. Also written ``0x10/0xff``, or a number."""

    value: int = member(u32, c="v")
    mask: int = member(u32, c="m")

    @classmethod
    def __settle__(cls, values: dict[str, Any]) -> dict[str, Any]:
        return {"mask": _ALL_BITS, **values}

    @classmethod
    def __natural__(cls, value: Any) -> Any:
        if isinstance(value, str):
            number, slash, mask = value.partition("/")
            try:
                return cls(value=int(number, 0), mask=int(mask, 0) if slash else _ALL_BITS)
            except ValueError:
                raise EncodeError(f"{value!r} is no mark such as 0x10 or 0x10/0xff") from None
        return cls(value=value) if isinstance(value, int) and not isinstance(value, bool) else value

    def __str__(self) -> str:
        return hex(self.value) if self.mask == _ALL_BITS else f"{self.value:#x}/{self.mask:#x}"


class Encapsulation(Layout, c="xfrm_encap_tmpl"):
    """In what ESP is carried through translations of addresses, with the ports of both ends.

    `original` is the address that the other end had before; the kernel keeps it and does nothing with it. Nothing
    beside it says of which family it is: one of which all but the first 4 bytes are 0 reads as IPv4's.
    """

    type: takes.Member[EncapsulationType] = member(
        enum(EncapsulationType, u16), default=EncapsulationType.ESPINUDP, c="encap_type"
    )
    source_port: int = member(be16, c="encap_sport")
    destination_port: int = member(be16, c="encap_dport")
    original: takes.Ip[str | None] = member(_either, c="encap_oa", align=4)


class Offload(Layout, c="xfrm_user_offload"):
    """The device that does the work; a state's flags say for which direction, unless they are given."""

    interface: takes.Name[int] = member(named(s32, "interface"), c="ifindex")
    flags: takes.Flags[OffloadFlags] = member(enum(OffloadFlags, u8), c="flags")


class AddressFilter(Layout, c="xfrm_address_filter"):
    """Which states are listed: those from and to addresses with these prefixes; a length of 0 stands for any."""

    source: takes.Ip[str | None] = member(ip_of("family"), c="saddr")
    destination: takes.Ip[str | None] = member(ip_of("family"), c="daddr")
    family: takes.Member[AddressFamily] = member(enum(AddressFamily, u16), c="family")
    source_length: int = member(u8, c="splen")
    destination_length: int = member(u8, c="dplen")
