"""A virtual service: packets to it are balanced among its destinations.

Source: linux/ip_vs.h, ip_vs_genl_fill_service and ip_vs_genl_parse_service in net/netfilter/ipvs/ip_vs_ctl.c.
"""

from __future__ import annotations

import ipaddress
import sys
from typing import Any, ClassVar

from netlynx.generic import GenericHeader
from netlynx.ipvs.constants import IPVS_CMD_ATTR, IPVS_SVC_ATTR, Protocol, ServiceFlags
from netlynx.ipvs.statistics import Statistics
from netlynx.route.constants import AddressFamily
from netlynx.schema import (
    Layout,
    Record,
    attr,
    be16,
    enum,
    ip_of,
    member,
    nest,
    string,
    struct,
    takes,
    u16,
    u32,
)
from netlynx.schema.facts import Facts
from netlynx.schema.kinds import hook
from netlynx.schema.natural import Masked

_SERVICE = IPVS_CMD_ATTR.SERVICE
_MOST = 128  # bits of an IPv6 address
_HOST = sys.byteorder


class ServiceFlagChange(Masked, Layout, c="ip_vs_flags"):
    """Flags of a service; of a request, only those in `mask` are changed: those that are given, if it says nothing."""

    flags: takes.Flags[ServiceFlags] = member(enum(ServiceFlags, u32), c="flags")
    mask: int = member(u32, c="mask")


def _netmask_text(payload: bytes) -> Any:
    """An address of IPv4, or, of a service of IPv6, the length of a prefix in host byte order.

    What is 128 where all of an address counts could be the mask 128.0.0.0 of IPv4, too, which nobody has.
    """
    if len(payload) != 4:
        return NotImplemented
    length = int.from_bytes(payload, _HOST)
    if 0 < length <= _MOST:
        return str(length)
    return str(ipaddress.IPv4Address(payload))


def _netmask_bytes(value: str) -> bytes:
    text = str(value).removeprefix("/")
    if text.isdecimal():
        return int(text).to_bytes(4, _HOST)
    return ipaddress.IPv4Address(text).packed


class ServiceKey(Record):
    """Which service is meant: that of a protocol, an address and a port, or that of a mark. A `Service` will do."""

    __facts__: ClassVar[Facts] = Facts(attributes=IPVS_SVC_ATTR, policy="ip_vs_svc_policy")
    __omitted__: ClassVar[dict[str, str]] = {"IPVS_SVC_ATTR_*": "not what a service is known by: Service"}

    __understands__: ClassVar[bool] = True

    family: takes.Member[AddressFamily | None] = attr(IPVS_SVC_ATTR.AF, enum(AddressFamily, u16))
    protocol: takes.Member[Protocol | None] = attr(IPVS_SVC_ATTR.PROTOCOL, enum(Protocol, u16))
    address: takes.Ip[str | None] = attr(IPVS_SVC_ATTR.ADDR, ip_of("family"))
    port: int | None = attr(IPVS_SVC_ATTR.PORT, be16)
    fwmark: int | None = attr(IPVS_SVC_ATTR.FWMARK, u32)

    @classmethod
    def __natural__(cls, value: Any) -> Any:
        if isinstance(value, Service):
            return cls(**{name: getattr(value, name) for name in KEY})
        return value


class Service(Record, header=GenericHeader):
    """A virtual service (`IPVS_SVC_ATTR_*`).

    It is known by `protocol`, `address` and `port`, or by `fwmark`, the mark that rules gave to packets; `family`
    follows from the address, and of a mark is IPv4 unless it says other. To add one, that is enough: `scheduler` is
    "wlc" then. Port 0 means all ports, of a service that is persistent.

    Persistent services have `timeout`, and may have `netmask` (how much of clients' addresses counts: "255.255.255.0",
    of IPv6 the length of a prefix, "64"; all of it unless it says other) and `persistence_engine` ("sip"): to others
    they would mean nothing, and are refused.
    """

    __facts__: ClassVar[tuple[Facts, ...]] = (
        Facts(attributes=IPVS_CMD_ATTR, policy="ip_vs_cmd_policy"),
        Facts(attributes=IPVS_SVC_ATTR, policy="ip_vs_svc_policy"),
    )
    __omitted__: ClassVar[dict[str, str]] = {"IPVS_CMD_ATTR_*": "not of services: Destination, Daemon, Timeouts"}

    family: takes.Member[AddressFamily | None] = attr((_SERVICE, IPVS_SVC_ATTR.AF), enum(AddressFamily, u16))
    protocol: takes.Member[Protocol | None] = attr((_SERVICE, IPVS_SVC_ATTR.PROTOCOL), enum(Protocol, u16))
    address: takes.Ip[str | None] = attr((_SERVICE, IPVS_SVC_ATTR.ADDR), ip_of("family"))
    port: int | None = attr((_SERVICE, IPVS_SVC_ATTR.PORT), be16)
    fwmark: int | None = attr((_SERVICE, IPVS_SVC_ATTR.FWMARK), u32)
    scheduler: str | None = attr((_SERVICE, IPVS_SVC_ATTR.SCHED_NAME), string(15))  # "rr", "wlc", "sh" … or "none"
    persistence_engine: str | None = attr((_SERVICE, IPVS_SVC_ATTR.PE_NAME), string(16))
    flags: takes.Natural[ServiceFlagChange | None] = attr((_SERVICE, IPVS_SVC_ATTR.FLAGS), struct(ServiceFlagChange))
    timeout: int | None = attr((_SERVICE, IPVS_SVC_ATTR.TIMEOUT), u32)  # seconds that a client is remembered
    netmask: str | None = attr((_SERVICE, IPVS_SVC_ATTR.NETMASK), hook(_netmask_text, _netmask_bytes, pure=True))
    stats: takes.Nested[Statistics | None] = attr(
        (_SERVICE, IPVS_SVC_ATTR.STATS64), nest(Statistics), older=IPVS_SVC_ATTR.STATS, read_only=True
    )


KEY = ("family", "protocol", "address", "port", "fwmark")
"""What a service is known by."""
