"""Keys with the bits of them that count right behind them, as `set` has them: C structs of two halves."""

from __future__ import annotations

from typing import ClassVar

from netlynx.ovs.layouts import EthernetKey, Ipv4Key, Ipv6Key, SctpKey, TcpKey, UdpKey
from netlynx.schema import Layout, be32, member, struct, takes, u32
from netlynx.schema.facts import NoFacts
from netlynx.schema.kinds import raw

_PAIR = NoFacts("a key and its mask, one behind the other (net/openvswitch/flow_netlink.c)")


class MaskedNumber(Layout):
    """A number, and which bits of it count."""

    __facts__: ClassVar[NoFacts] = _PAIR

    key: int = member(u32)
    mask: int = member(u32)


class MaskedLabel(Layout):
    """An entry of an MPLS stack, and which bits of it count."""

    __facts__: ClassVar[NoFacts] = _PAIR

    key: int = member(be32)
    mask: int = member(be32)


class MaskedCtLabels(Layout):
    """Labels of a connection, and which bits of them count."""

    __facts__: ClassVar[NoFacts] = _PAIR

    key: bytes = member(raw(16))
    mask: bytes = member(raw(16))


class MaskedEthernet(Layout):
    """Hardware addresses, and which bits of them count."""

    __facts__: ClassVar[NoFacts] = _PAIR

    key: takes.Nested[EthernetKey] = member(struct(EthernetKey), default=EthernetKey())
    mask: takes.Nested[EthernetKey] = member(struct(EthernetKey), default=EthernetKey())


class MaskedIpv4(Layout):
    """Fields of IPv4, and which bits of them count."""

    __facts__: ClassVar[NoFacts] = _PAIR

    key: takes.Nested[Ipv4Key] = member(struct(Ipv4Key), default=Ipv4Key())
    mask: takes.Nested[Ipv4Key] = member(struct(Ipv4Key), default=Ipv4Key())


class MaskedIpv6(Layout):
    """Fields of IPv6, and which bits of them count."""

    __facts__: ClassVar[NoFacts] = _PAIR

    key: takes.Nested[Ipv6Key] = member(struct(Ipv6Key), default=Ipv6Key())
    mask: takes.Nested[Ipv6Key] = member(struct(Ipv6Key), default=Ipv6Key())


class MaskedTcp(Layout):
    """Ports of TCP, and which bits of them count."""

    __facts__: ClassVar[NoFacts] = _PAIR

    key: takes.Nested[TcpKey] = member(struct(TcpKey), default=TcpKey())
    mask: takes.Nested[TcpKey] = member(struct(TcpKey), default=TcpKey())


class MaskedUdp(Layout):
    """Ports of UDP, and which bits of them count."""

    __facts__: ClassVar[NoFacts] = _PAIR

    key: takes.Nested[UdpKey] = member(struct(UdpKey), default=UdpKey())
    mask: takes.Nested[UdpKey] = member(struct(UdpKey), default=UdpKey())


class MaskedSctp(Layout):
    """Ports of SCTP, and which bits of them count."""

    __facts__: ClassVar[NoFacts] = _PAIR

    key: takes.Nested[SctpKey] = member(struct(SctpKey), default=SctpKey())
    mask: takes.Nested[SctpKey] = member(struct(SctpKey), default=SctpKey())
