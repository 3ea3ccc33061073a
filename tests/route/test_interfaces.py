"""Statistics, settings, multicast routing, routers: captured bytes, what is sent, what is refused.

The bytes are a Linux 6.18 kernel's, but for those of bridges, bonds and MPLS, which are laid out by hand.
"""

from __future__ import annotations

import struct
from typing import Any

import pytest

from netlynx.codec._codec import decode, encode, to_json
from netlynx.engine.messages import asked_by
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.route import (
    AdvertisedPrefix,
    Advertisement,
    CacheReport,
    CacheReportType,
    CaptivePortal,
    DiscoveryOption,
    DnsSearchList,
    DnsServers,
    HardwareStats,
    HardwareStatsInfo,
    LinkStatistics64,
    MulticastTable,
    Nat64Prefix,
    Netconf,
    NextHop,
    PrefixFlags,
    PrefixInformation,
    PrefixLifetimes,
    ReversePathFilter,
    Route,
    Stats,
    StatsSettings,
    add,
    append,
    change,
    delete,
    interface_stats,
    multicast_route,
    multicast_routes,
    netconf,
    nexthop_bucket,
    replace,
    stats,
)
from netlynx.route.constants import RTM
from netlynx.route.discovery_options import read_options
from netlynx.route.hints import unreadable
from netlynx.schema.compile import plan_of
from netlynx.wire.constants import NETLINK
from netlynx.wire.message import Message

LITTLE = struct.pack("=H", 1) == b"\x01\x00"
pytestmark = pytest.mark.skipif(not LITTLE, reason="the captured bytes are of a little-endian machine")


def read(cls: Any, payload: bytes) -> Any:
    return decode(plan_of(cls), payload)


def nla(number: int, payload: bytes) -> bytes:
    return struct.pack("=HH", 4 + len(payload), number) + payload + bytes(-len(payload) % 4)


# ip stats set dev v0 l3_stats on; then the sets offload and afstats of v0
OFFLOAD = bytes.fromhex(
    "000000000300000018000000680004001800028014000380050001000100000005000200000000004c000300" + "00" * 72
)
# ip -4 netconf show dev v0; ip -6 netconf show dev v0
NETCONF4 = bytes.fromhex(
    "02000000080001000300000008000200000000000800030000000000080004000000000008000800000000000800050000000000"
    "0800060000000000"
)
NETCONF6 = bytes.fromhex("0a00000008000100030000000800020000000000080004000000000008000500000000000800060000000000")
# MRT_ADD_VIF of v0: ip mroute's table, and what was heard of a packet from 10.0.0.2 to 233.252.0.9
TABLE = bytes.fromhex(
    "80000000000000000000000000000000"
    "94001a0008000100fd000000080002000000000008000300ffffffff050004000000000005000500000000000500070000000000"
    "600006005c0001000800010003000000080002000000000006000300080000000c00040000000000000000000c000500000000000000"
    "00000c00060000000000000000000c000700000000000000000008000800030000000800090000000000"
)
REPORT = bytes.fromhex(
    "8000000005000100010000000800020000000000080003000a00000208000400e9fc000908000600fd0000000c0005000100004000000000"
)
# a router's advertisement of 2001:db8:1::/64
PREFIX = bytes.fromhex("0a000000030000000340c0001400010020010db80001000000000000000000000c00020058020000100e0000")


def test_captured_statistics() -> None:
    found = read(Stats, OFFLOAD + nla(5, b""))
    assert (found.index, str(found.sets), found.link, found.xstats, found.mpls) == (
        3,
        "offload,afstats",
        None,
        None,
        None,
    )
    assert found.offload.l3_stats_info == HardwareStatsInfo(requested=True, used=False)
    assert (found.offload.cpu_hit, found.offload.l3_stats) == (None, HardwareStats())
    assert len(encode(plan_of(Stats), read(Stats, OFFLOAD))) == len(OFFLOAD)


def test_statistics_of_bridges_bonds_and_mpls() -> None:
    vlan = struct.pack("=QQQQHHI", 1, 2, 3, 4, 10, 6, 0)
    multicast = struct.pack("=30Q", *range(30))
    bridge = nla(1, vlan) + nla(1, vlan) + nla(3, b"") + nla(2, multicast) + nla(4, struct.pack("=6Q", *range(6)))
    bond = nla(1, b"".join(nla(number, struct.pack("=Q", number + 1)) for number in range(9)))
    header = struct.pack("=BBHII", 0, 0, 0, 7, 0b10111)
    link = struct.pack("=25Q", *range(25))
    payload = header + nla(1, link) + nla(2, nla(2, bond)) + nla(3, nla(1, bridge))
    payload += nla(5, nla(28, nla(1, struct.pack("=9Q", *range(9)))))
    found = read(Stats, payload)
    assert found.link == LinkStatistics64(**{name: at for at, name in enumerate(LinkStatistics64.__declarations__)})
    assert [
        (each.vid, each.rx_bytes, each.tx_packets, str(each.flags)) for each in found.xstats_slave.bridge.vlans
    ] == [(10, 1, 4, "pvid,untagged")] * 2
    counted = found.xstats_slave.bridge.multicast
    assert (counted.igmp_v1_queries.rx, counted.igmp_v1_queries.tx, counted.igmp_leaves.tx) == (0, 1, 7)
    assert (counted.igmp_parse_errors, counted.mld_v1_queries.rx, counted.packets.tx) == (14, 15, 29)
    assert (found.xstats_slave.bridge.stp.rx_bpdu, found.xstats_slave.bridge.stp.tx_topology_changes) == (2, 5)
    # The first attribute of a bond's has the number 0.
    assert (found.xstats.bond.lacpdu_rx, found.xstats.bond.marker_unknown_rx) == (1, 9)
    assert (found.mpls.rx_packets, found.mpls.rx_noroute) == (0, 8)
    assert found.unknown == ()


def test_what_is_asked_for_is_a_mask() -> None:
    header = struct.pack("=BBHII", 0, 0, 0, 0, 0b11111)
    assert stats().payload == header
    assert stats(sets="link").payload == struct.pack("=BBHII", 0, 0, 0, 0, 1)
    asked = interface_stats(3, sets=["offload", "link"], offload=["cpu-hit", "l3-stats"])
    assert asked.message_type == RTM.GETSTATS
    assert asked.payload == struct.pack("=BBHII", 0, 0, 0, 3, 0b1001) + nla(
        1, nla(4, struct.pack("=I", 0b101))
    ).replace(b"\x01\x00", b"\x01\x80", 1)
    for wrong in ({"sets": 0}, {"sets": "no-such"}, {"offload": []}, {"sets": "link", "offload": "l3-stats"}):
        with pytest.raises(EncodeError, match=r"route\.stats\((sets|offload)\)"):
            stats(**wrong)  # type: ignore[arg-type]


def test_settings_of_statistics_are_changed_and_nothing_else() -> None:
    on = change(StatsSettings(index=3, l3_stats=True))
    assert (on.message_type, on.flags) == (RTM.SETSTATS, 0)
    assert on.payload == struct.pack("=BBHII", 0, 0, 0, 3, 0) + nla(2, b"\x01")
    for verb in (add, append, replace, delete):
        with pytest.raises(EncodeError, match="change them"):
            verb(StatsSettings(index=3, l3_stats=True))
    with pytest.raises(EncodeError, match="index"):
        change(StatsSettings(l3_stats=True))
    with pytest.raises(EncodeError, match="what is to be different"):
        change(StatsSettings(index=3))


def test_captured_settings() -> None:
    found = read(Netconf, NETCONF4)
    assert (found.family.label, found.index, found.forwarding, found.rp_filter) == (
        "inet",
        3,
        False,
        ReversePathFilter.OFF,
    )
    assert (found.input, found.force_forwarding) == (None, None)
    for payload in (NETCONF4, NETCONF6):
        assert encode(plan_of(Netconf), read(Netconf, payload)) == payload
    everywhere = Netconf(family="inet", index=-1, rp_filter="loose", mc_forwarding=2)  # type: ignore[arg-type]  # two daemons
    assert to_json(everywhere) == b'{"family":"inet","index":-1,"rp_filter":"loose","mc_forwarding":2}'
    assert netconf(-2, family="inet6").payload == bytes.fromhex("0a00000008000100feffffff")


@pytest.mark.parametrize(
    ("index", "family", "said"),
    [
        (0, "inet", "index"),
        (-3, "inet", "index"),
        (True, "inet", "index"),
        (3, "can", "family"),
        (3, "unspec", "family"),
    ],
)
def test_what_has_no_settings_is_refused(index: int, family: str, said: str) -> None:
    with pytest.raises((EncodeError, EncodeTypeError), match=rf"route\.netconf\({said}\)"):
        netconf(index, family=family)


def test_a_captured_table_and_a_captured_report() -> None:
    table = read(MulticastTable, TABLE)
    assert (table.family.label, table.id, table.unresolved, table.register_interface) == ("ipmr", 253, 0, -1)
    assert (table.asserts, table.pim, table.whole_packets) == (False, False, False)
    assert [(each.id, each.index, str(each.flags), each.packets_in) for each in table.interfaces] == [
        (0, 3, "use-ifindex", 0)
    ]
    report = read(CacheReport, REPORT)
    assert (report.type, report.interface, report.source) == (CacheReportType.NOCACHE, 0, "10.0.0.2")
    assert (report.destination, report.table, report.packet) == ("233.252.0.9", 253, b"\x01\0\0\x40\0\0\0\0")


def test_what_is_asked_of_multicast_routing() -> None:
    one = multicast_route("10.0.0.2", "233.252.0.9")
    assert one.payload[:12] == bytes([128, 32, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0])  # no table in the header
    assert nla(15, struct.pack("=I", 253)) in one.payload
    six = multicast_route("2001:db8::1", "ff05::1")
    assert six.payload[:3] == bytes([129, 128, 128])
    assert nla(15, struct.pack("=I", 254)) in six.payload
    both = multicast_routes(table=7)
    assert [each.payload[0] for each in (both, *both.following)] == [128, 129]
    assert both.match == both.following[0].match == (("family", {128, 129}), ("table", 7))
    for wrong in (("x", "233.252.0.9"), ("10.0.0.2", "x"), ("10.0.0.2", "ff05::1"), ("10.0.0.0/8", "233.252.0.9")):
        with pytest.raises(EncodeError, match=r"route\.multicast_route\((source|group)\)"):
            multicast_route(*wrong)


ENTRY = Route(family="ipmr", source="10.0.0.2", destination="233.252.0.9", iif=3)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"source": None}, "source"),
        ({"source": "10.0.0.0/8"}, "source"),
        ({"destination": None}, "destination"),
        ({"iif": None}, "iif"),
        ({"type": "unicast"}, "type"),
        ({"scope": "link"}, "scope"),
        ({"tos": 4}, "tos"),
        ({"protocol": "bgp"}, "protocol"),
        ({"flags": ["onlink"]}, "flags"),
        ({"metric": 7}, "metric"),
        ({"gateway": "10.0.0.1"}, "gateway"),
        ({"multipath": [NextHop(), NextHop(oif=4, weight=2)]}, r"multipath\[1\]\.oif"),
        ({"multipath": [NextHop(gateway="10.0.0.1")]}, r"multipath\[0\]\.gateway"),
        ({"multipath": [NextHop(weight=2)] * 33}, "multipath"),
        ({"family": "ip6mr"}, "family"),
    ],
)
def test_what_the_kernel_would_not_look_at_in_an_entry_is_refused(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(EncodeError, match=rf"Route\.{field}"):
        replace(ENTRY.replace(**fields))


def test_an_entry_is_replaced_or_deleted() -> None:
    made = replace(ENTRY.replace(multipath=[NextHop(), NextHop(weight=2)]))
    assert made.payload[:12] == bytes([128, 32, 32, 0, 253, 4, 0, 5, 0, 0, 0, 0])
    gone = delete(ENTRY.replace(iif=None))
    assert (gone.message_type, gone.payload[:12]) == (RTM.DELROUTE, made.payload[:12])
    for verb in (add, append, change):
        with pytest.raises(EncodeError, match=r"use route\.replace"):
            verb(ENTRY)
    for name, value in (("iif", 3), ("multipath", (NextHop(weight=2),)), ("protocol", "static")):
        with pytest.raises(EncodeError, match=rf"Route\.{name}: the kernel does not look at it"):
            delete(ENTRY.replace(**{"iif": None, name: value}))
    for verb in (replace, delete):
        with pytest.raises(EncodeError, match="does not answer with entries of multicast routing"):
            verb(ENTRY.replace(iif=3 if verb is replace else None), echo=True)
    delete(ENTRY.replace(preferred_source="10.0.0.2"))  # a proxy entry, of which the interface counts


def test_a_bucket_is_asked_for_by_its_number() -> None:
    asked = nexthop_bucket(10, 3)
    assert asked.message_type == RTM.GETNEXTHOPBUCKET
    for wrong in (-1, 65536):
        with pytest.raises(EncodeError, match=r"route\.nexthop_bucket\(number\)"):
            nexthop_bucket(10, wrong)


def test_captured_prefixes() -> None:
    found = read(AdvertisedPrefix, PREFIX)
    assert (found.family.label, found.index, found.type, found.prefix) == ("inet6", 3, 3, "2001:db8:1::/64")
    assert found.flags == PrefixFlags.ONLINK | PrefixFlags.AUTOCONF
    assert found.lifetimes == PrefixLifetimes(preferred=600, valid=3600)
    assert encode(plan_of(AdvertisedPrefix), found) == PREFIX
    for flags, on_link, autonomous in ((0, False, False), (0x01, True, False), (0x02, False, True), (0xC0, True, True)):
        older = read(AdvertisedPrefix, PREFIX[:10] + bytes([flags]) + PREFIX[11:])  # before Linux 6.8
        assert (older.on_link, older.autonomous) == (on_link, autonomous)


SOURCE = "14000100fe800000000000000000000000000099"
ROUTER = "fe80::99"


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        (
            "030440c000000e10000002580000000020010db8000100000000000000000000",
            (PrefixInformation, {"prefix": "2001:db8:1::/64", "valid": 3600, "preferred": 600, "on_link": True}),
        ),
        (
            "190500000000038420010db8000000000000000000000053fe800000000000000000000000000053",
            (DnsServers, {"lifetime": 900, "servers": ("2001:db8::53", "fe80::53")}),
        ),
        (
            "250468747470733a2f2f706f7274616c2e6578616d706c652f00000000000000",
            (CaptivePortal, {"uri": "https://portal.example/"}),
        ),
        ("260207090064ff9b0000000000000000", (Nat64Prefix, {"lifetime": 1800, "prefix": "64:ff9b::/64"})),
    ],
)
def test_captured_options(option: str, expected: tuple[type[DiscoveryOption], dict[str, Any]]) -> None:
    size = len(option) // 2
    said = read(Advertisement, bytes.fromhex(f"0a00{size:02x}0003000000860000000000000{0:01x}{option}{SOURCE}"))
    assert (said.family.label, said.index, said.icmp_type, said.source) == ("inet6", 3, 134, ROUTER)
    (found,) = said.options
    cls, fields = expected
    assert type(found) is cls
    assert {name: getattr(found, name) for name in fields} == fields


LIST = bytes([31, 3]) + bytes(6)  # of domains


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x19",  # no length
        b"\x19\x00" + bytes(6),  # a length of nothing
        b"\x19\x02" + bytes(6),  # a length of more than there is
        b"\x19\x01" + bytes(6),  # no server
        b"\x19\x02" + bytes(14),  # half a server
        b"\x03\x01" + bytes(6),  # half a prefix
        b"\x03\x04\xff" + bytes(29),  # of a length that no prefix has
        b"\x26\x01" + bytes(6),
        b"\x26\x02\x00\x07" + bytes(12),  # a code of no length
        b"\x25\x01\xff" + bytes(5),  # no text
        LIST + b"\x40" + bytes(15),  # a label of 64
        LIST + b"\x0f" + b"a" * 15,  # a label that has no end
        LIST + b"\x03a.b\x00".ljust(16, b"\0"),  # a dot that parts nothing
        LIST + bytes(16),  # no domain
        b"\xfd\x01" + bytes(6),  # an experiment
    ],
)
def test_an_option_that_is_not_as_its_rfc_has_it_is_its_bytes(data: bytes) -> None:
    found = read_options(data)
    assert [type(each) for each in found] == [DiscoveryOption] * bool(data)
    if data:
        assert (found[0].type, found[0].data) == (data[0], data[2:])


def test_options_stand_back_to_back() -> None:
    domains = bytes([31, 4]) + struct.pack(">HI", 0, 600) + b"\x03lab\x07example\x00\x03org\x00".ljust(24, b"\0")
    unknown = bytes([253, 1]) + b"abcdef"
    first, second, third = read_options(domains + unknown + b"\x19\x09rest")
    assert isinstance(first, DnsSearchList)
    assert (first.lifetime, first.domains) == (600, ("lab.example", "org"))
    assert second == DiscoveryOption(253, b"abcdef")
    assert third == DiscoveryOption(25, b"rest")


def test_of_a_list_that_no_attribute_can_have_it_is_told_how_to_read_it() -> None:
    def advice(sets: str, size: int) -> str:
        operation: Any = interface_stats(3, sets=sets)
        (asked,) = asked_by(NETLINK.ROUTE, Message(type=operation.message_type, payload=operation.payload).pack(), {})
        answer = struct.pack("=IHHII", size, RTM.NEWSTATS, 0, 1, 0) + bytes(size - 16)
        return unreadable(asked.record, answer, 100)

    assert advice("xstats", 70_000).endswith("route.stats() tells of them in several records")
    assert advice("xstats-slave", 60_000) == ""
    assert advice("link", 70_000) == ""
