"""Stand-ins for NETLINK_ROUTE and NETLINK_GENERIC on the virtual side: the same bytes get the same answers.

Links are the loopback alone, addresses those that a test adds; only what the cases look at is there.
"""

from __future__ import annotations

import errno
import struct
from collections.abc import Iterator
from functools import partial

from conformance.messages import (
    ADD_ADDRESS,
    ADD_LINK,
    DELETE_ADDRESS,
    GET_ADDRESS,
    GET_LINK,
    GET_NEIGHBOUR,
    GET_NETCONF,
    GET_NEXTHOP,
    GET_ROUTE,
    GET_RULE,
    LOOPBACK,
    SET_LINK,
)
from netlynx.errors import NetlinkError
from netlynx.kernel import ConfigFlag, Namespace, Policy, Request, Rule, Validation
from netlynx.schema import (
    Bitfield32,
    Layout,
    Record,
    attr,
    binary,
    bitfield32,
    head,
    member,
    nest,
    s32,
    string,
    u8,
    u16,
    u32,
)
from netlynx.schema.policy import AttributeType
from netlynx.wire.constants import NETLINK, NLM_F
from netlynx.wire.message import parse_attributes

GET_ACTION = 50
ROUTE_GROUPS = 38  # RTNLGRP_MAX: at least those that the cases join
IPV4_ADDRESSES = 5  # RTNLGRP_IPV4_IFADDR


class LinkHeader(Layout, c="ifinfomsg"):
    family: int = member(u8)
    pad: int = member(u8)
    type: int = member(u16)
    index: int = member(s32)
    flags: int = member(u32)
    change: int = member(u32)


class LinkInfo(Record):
    kind: str | None = attr(1, string)


class Link(Record, header=LinkHeader):
    """The part of `ifla_policy` that the cases meet."""

    index: int = head()
    flags: int = head()
    address: bytes | None = attr(1, binary(32))
    name: str | None = attr(3, string(15))
    mtu: int | None = attr(4, u32)
    info: LinkInfo | None = attr(18, nest(LinkInfo))
    extended: int | None = attr(29, u32)
    target: int | None = attr(46, s32)
    alternative: str | None = attr(53, string(127))


class AddressHeader(Layout, c="ifaddrmsg"):
    family: int = member(u8)
    prefixlen: int = member(u8)
    flags: int = member(u8)
    scope: int = member(u8)
    index: int = member(u32)


class CacheInfo(Layout, c="ifa_cacheinfo"):
    preferred: int = member(u32)
    valid: int = member(u32)
    created: int = member(u32)
    updated: int = member(u32)


class Address(Record, header=AddressHeader):
    family: int = head()
    prefixlen: int = head()
    flags: int = head()
    scope: int = head()
    index: int = head()
    address: bytes | None = attr(1, binary(4))
    local: bytes | None = attr(2, binary(4))
    label: str | None = attr(3, string(15))
    cache: bytes | None = attr(6, binary)
    all_flags: int | None = attr(8, u32)


class ActionHeader(Layout, c="tcamsg"):
    family: int = member(u8)
    pad1: int = member(u8)
    pad2: int = member(u16)


class ActionRequest(Record, header=ActionHeader):
    family: int = head()
    flags: Bitfield32 | None = attr(2, bitfield32)


ACTION_POLICY = Policy({2: Rule(AttributeType.BITFIELD32, mask=3)}, highest=5)


class RouteHeader(Layout, c="rtmsg"):
    family: int = member(u8)
    destination: int = member(u8)
    source: int = member(u8)
    tos: int = member(u8)
    numbers: int = member(u32)  # table, protocol, scope and type
    flags: int = member(u32)


class RouteRequest(Record, header=RouteHeader):
    family: int = head()
    mark: int | None = attr(16, u32)


class NeighbourHeader(Layout, c="ndmsg"):
    family: int = member(u8)
    pad1: int = member(u8)
    pad2: int = member(u16)
    index: int = member(s32)
    state: int = member(u16)
    flags: int = member(u8)
    type: int = member(u8)


class NeighbourRequest(Record, header=NeighbourHeader):
    family: int = head()
    master: int | None = attr(9, u32)


class FamilyHeader(Layout, c="netconfmsg"):
    family: int = member(u8)


class FamilyOnly(Record, header=FamilyHeader):
    family: int = head()


class NexthopHeader(Layout, c="nhmsg"):
    family: int = member(u8)
    scope: int = member(u8)
    protocol: int = member(u8)
    reserved: int = member(u8)
    flags: int = member(u32)


class NexthopRequest(Record, header=NexthopHeader):
    family: int = head()


EMPTY_TABLES: dict[int, type[Record]] = {
    GET_ROUTE: RouteRequest,
    GET_NEIGHBOUR: NeighbourRequest,
    GET_RULE: RouteRequest,
    GET_NETCONF: FamilyOnly,
    GET_NEXTHOP: NexthopRequest,
}


class Route:
    """NETLINK_ROUTE of one namespace."""

    def __init__(self, netns: Namespace) -> None:
        self.service = netns.serve(NETLINK.ROUTE, groups=ROUTE_GROUPS, flags=ConfigFlag.NONROOT_RECV)
        self.addresses: dict[bytes, Address] = {}
        self.service.do(GET_LINK, reply=ADD_LINK, get=True)(self.get_link)
        self.service.do(ADD_LINK, admin=True)(self.set_link)
        self.service.do(SET_LINK, admin=True)(self.set_link)
        self.service.dump(GET_LINK, reply=ADD_LINK, split=True)(self.list_links)
        self.service.do(ADD_ADDRESS, reply=ADD_ADDRESS, admin=True)(self.add_address)
        self.service.do(DELETE_ADDRESS, reply=DELETE_ADDRESS, admin=True)(self.delete_address)
        self.service.dump(GET_ACTION)(self.list_actions)
        self.service.dump(GET_ADDRESS, reply=ADD_ADDRESS, split=True)(self.list_addresses)
        for kind, record in EMPTY_TABLES.items():
            self.service.dump(kind, split=True)(partial(empty_table, record))

    def get_link(self, request: Request) -> Link | None:
        if len(request.payload) < 16:
            raise NetlinkError(errno.EINVAL, "Invalid header for get link")
        if request.strict:
            check_header(request, "Invalid values in header for get link request")
        asked = request.parse(Link)
        if request.strict and (asked.address, asked.mtu, asked.info) != (None, None, None):
            raise NetlinkError(errno.EINVAL, "Unsupported attribute in get link request")
        return found_link(asked)

    def set_link(self, request: Request) -> None:
        asked = request.parse(Link, Validation.LIBERAL)
        if asked.info is not None and asked.info.kind and request.flags & NLM_F.CREATE:
            raise NetlinkError(errno.EOPNOTSUPP, "Unknown device type")
        found_link(asked)

    def list_links(self, request: Request) -> Iterator[Link]:
        if request.strict:
            if len(request.payload) < 16:
                raise NetlinkError(errno.EINVAL, "Invalid header for link dump")
            check_header(request, "Invalid values in header for link dump request")
            if struct.unpack_from("=i", request.payload, 4)[0]:
                raise NetlinkError(errno.EINVAL, "Filter by device index not supported for link dumps")
        asked = request.parse(Link)
        if request.strict and (asked.address, asked.name, asked.mtu) != (None, None, None):
            raise NetlinkError(errno.EINVAL, "Unsupported attribute in link dump request")
        yield Link(index=LOOPBACK, name="lo")

    def list_actions(self, request: Request) -> Iterator[bytes]:
        request.parse(ActionRequest, None, ACTION_POLICY)
        yield from ()

    def add_address(self, request: Request) -> None:
        asked = request.parse(Address)
        assert asked.local is not None
        if asked.local in self.addresses:
            raise NetlinkError(errno.EEXIST, "ipv4: Address already assigned")
        made = Address(
            family=asked.family,
            prefixlen=asked.prefixlen,
            flags=0x80,  # IFA_F_PERMANENT
            index=asked.index,
            address=asked.local,
            local=asked.local,
            label="lo",
            all_flags=0x80,
            cache=struct.pack("=4I", 0xFFFFFFFF, 0xFFFFFFFF, 0, 0),
        )
        self.addresses[asked.local] = made
        self.service.changed()
        request.notify(made, group=IPV4_ADDRESSES)

    def delete_address(self, request: Request) -> None:
        asked = request.parse(Address)
        gone = self.addresses.pop(asked.local or b"", None)
        if gone is None:
            raise NetlinkError(errno.EADDRNOTAVAIL, "ipv4: Address not found")
        self.service.changed()
        request.notify(gone, group=IPV4_ADDRESSES)

    def list_addresses(self, request: Request) -> Iterator[Address]:
        yield from list(self.addresses.values())


def empty_table(record: type[Record], request: Request) -> Iterator[bytes]:
    """A table that has nothing in it, or nothing that a case looks at; of strict requests it knows none."""
    request.parse(record)
    yield from ()


def check_header(request: Request, values: str) -> None:
    """What rtnetlink checks of struct ifinfomsg when a socket asks for it."""
    _, pad, kind, _, flags, change = struct.unpack_from("=BBHiII", request.payload)
    if pad or kind or flags or change:
        raise NetlinkError(errno.EINVAL, values)


def found_link(asked: Link) -> Link:
    if asked.index != LOOPBACK and asked.name != "lo":
        raise NetlinkError(errno.ENODEV if asked.index or asked.name else errno.EINVAL)
    return Link(index=LOOPBACK, name="lo")


def serve_route(netns: Namespace) -> None:
    Route(netns)


# ------------------------------------------------------------------------------------------------- generic netlink

CONTROL = 16  # GENL_ID_CTRL
FAMILIES = {"netdev": 20, "ethtool": 21, "tcp_metrics": 27, "nl80211": 35}  # message types that a kernel might choose


class CommandHeader(Layout, c="genlmsghdr"):
    command: int = member(u8)
    version: int = member(u8)
    reserved: int = member(u16)


class FamilyRequest(Record, header=CommandHeader):
    command: int = head()
    number: int | None = attr(1, u16)
    name: str | None = attr(2, string(15))


class DeviceRequest(Record, header=CommandHeader):
    command: int = head()
    index: int | None = attr(1, u32)


FAMILY_POLICY = Policy(
    {1: Rule(AttributeType.U16, 2), 2: Rule(AttributeType.NUL_STRING, longest=15)},
    highest=2,
)
POLICY_POLICY = Policy({**FAMILY_POLICY.rules, 10: Rule(AttributeType.U32, 4)}, highest=10)
ETHTOOL_HEADER = Policy(
    {
        1: Rule(AttributeType.U32, 4),
        2: Rule(AttributeType.NUL_STRING, longest=127),
        3: Rule(AttributeType.U32, 4, mask=7),
    },
    highest=3,
)
ETHTOOL_POLICY = Policy({1: Rule(AttributeType.NESTED, nested=ETHTOOL_HEADER)}, highest=1)
PROVIDER = Policy({1: Rule(AttributeType.U32, 4), 2: Rule(AttributeType.U32, 4, high=1)}, highest=2)
TIMESTAMPS_POLICY = Policy({**ETHTOOL_POLICY.rules, 7: Rule(AttributeType.NESTED, nested=PROVIDER)}, highest=7)
METRICS_POLICY = Policy({2: Rule(AttributeType.BINARY, low=16, high=16)}, highest=12)
DEVICE_POLICY = Policy({1: Rule(AttributeType.U32, 4, low=1)}, highest=1)

# Measurements of peers, each of which has a channel, which is described by the same attributes as everything.
WIRELESS_POLICY = Policy(highest=300)
PEER = Policy({2: Rule(AttributeType.NESTED, nested=WIRELESS_POLICY)}, highest=5)
MEASUREMENTS = Policy({5: Rule(AttributeType.NESTED_ARRAY, nested=PEER)}, highest=7)
WIRELESS_POLICY.rules[273] = Rule(AttributeType.NESTED, nested=MEASUREMENTS)


class Generic:
    """NETLINK_GENERIC of one namespace: the controller and a few families, strict about attributes."""

    def __init__(self, netns: Namespace) -> None:
        self.service = netns.serve(NETLINK.GENERIC, groups=64, flags=ConfigFlag.NONROOT_RECV)
        self.service.do(CONTROL, reply=CONTROL, get=True)(self.family)
        self.service.dump(CONTROL)(self.policies)
        self.service.do(FAMILIES["netdev"], get=True)(self.device)
        self.service.do(FAMILIES["ethtool"], get=True)(self.device_settings)
        self.service.do(FAMILIES["tcp_metrics"], get=True)(self.metrics)
        self.service.do(FAMILIES["nl80211"], get=True)(self.features)

    def family(self, request: Request) -> FamilyRequest:
        command(request, 3)  # CTRL_CMD_GETFAMILY
        asked = request.parse(FamilyRequest, Validation.LIBERAL, FAMILY_POLICY)
        if asked.name not in FAMILIES:
            raise NetlinkError(errno.ENOENT)
        return FamilyRequest(command=1, number=FAMILIES[asked.name])

    def policies(self, request: Request) -> Iterator[bytes]:
        command(request, 10)  # CTRL_CMD_GETPOLICY
        asked = request.parse(FamilyRequest, Validation.STRICT, POLICY_POLICY)
        if asked.number is None and asked.name is None:
            raise NetlinkError(errno.EINVAL)
        return iter(())

    def device(self, request: Request) -> None:
        command(request, 1)  # NETDEV_CMD_DEV_GET
        asked = request.parse(DeviceRequest, Validation.STRICT, DEVICE_POLICY)
        if asked.index is None:
            request.extack.missing_type = 1
            raise NetlinkError(errno.EINVAL)
        raise NetlinkError(errno.ENODEV)

    def device_settings(self, request: Request) -> None:
        if request.payload[:1] == b"\x19":  # ETHTOOL_MSG_TSINFO_GET
            request.parse(DeviceRequest, Validation.STRICT, TIMESTAMPS_POLICY)
            self.timestamps(request)
        else:
            command(request, 15)  # ETHTOOL_MSG_RINGS_GET
            request.parse(DeviceRequest, Validation.STRICT, ETHTOOL_POLICY)
        raise NetlinkError(errno.EOPNOTSUPP)

    def timestamps(self, request: Request) -> None:
        """Who makes them is told by two numbers."""
        at = 4
        for each in parse_attributes(request.payload[at:]):
            if each.type == 7:
                there = {inside.type for inside in each.attributes()}
                for lacking in sorted({1, 2} - there):
                    request.extack.missing_type, request.extack.missing_nest = lacking, 16 + at
                    raise NetlinkError(errno.EINVAL)
            at += len(each.pack())

    def metrics(self, request: Request) -> None:
        command(request, 1)  # TCP_METRICS_CMD_GET
        request.parse(DeviceRequest, Validation.LIBERAL, METRICS_POLICY)
        raise NetlinkError(errno.ESRCH)

    def features(self, request: Request) -> None:
        command(request, 95)  # NL80211_CMD_GET_PROTOCOL_FEATURES
        request.parse(DeviceRequest, Validation.LIBERAL, WIRELESS_POLICY)


def command(request: Request, number: int) -> None:
    """What generic netlink checks of a request before its family sees it."""
    if len(request.payload) < 4:
        raise NetlinkError(errno.EINVAL)
    if request.payload[0] != number:
        raise NetlinkError(errno.EOPNOTSUPP)


def serve_generic(netns: Namespace) -> None:
    Generic(netns)
