"""Redundant rings (HSR, PRP). Source: linux/if_link.h, net/hsr/hsr_netlink.c."""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Constants, Enumeration, Record, attr, enum, interface, mac, takes, u8, u16
from netlynx.schema.facts import Facts


class IFLA_HSR(Constants):
    """Attributes of an HSR or PRP link."""

    UNSPEC = 0
    SLAVE1 = 1
    SLAVE2 = 2
    MULTICAST_SPEC = 3
    SUPERVISION_ADDR = 4
    SEQ_NR = 5
    VERSION = 6
    PROTOCOL = 7
    INTERLINK = 8


class HsrProtocol(Enumeration, prefix="HSR_PROTOCOL_"):
    """The protocol that a redundant ring speaks."""

    HSR = 0
    PRP = 1


class Hsr(Record):
    """A redundant link over two others (IEC 62439-3). Source: linux/if_link.h, net/hsr/hsr_netlink.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_HSR, policy="hsr_policy", spec=("rt-link", "linkinfo-hsr-attrs"))

    port1: takes.Name[int | None] = attr(IFLA_HSR.SLAVE1, interface)  # interface index
    port2: takes.Name[int | None] = attr(IFLA_HSR.SLAVE2, interface)  # interface index
    interlink: takes.Name[int | None] = attr(IFLA_HSR.INTERLINK, interface)  # interface index
    multicast_spec: int | None = attr(IFLA_HSR.MULTICAST_SPEC, u8)  # requests only; last byte of the address
    supervision_address: str | None = attr(IFLA_HSR.SUPERVISION_ADDR, mac(6))
    sequence: int | None = attr(IFLA_HSR.SEQ_NR, u16)
    version: int | None = attr(IFLA_HSR.VERSION, u8)  # requests only
    protocol: takes.Member[HsrProtocol | None] = attr(IFLA_HSR.PROTOCOL, enum(HsrProtocol, u8))
