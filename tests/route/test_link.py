"""Links: captured bytes, what is sent, what is refused.

`captured_link_messages.json` holds whole messages (without nlmsghdr) of a Linux 6.12 kernel, with the commands
(iproute2's, or their equivalent) that lead to them. v0 (index 7) is a veth in bridge br0 (8), v1 (6) its peer; vx (9)
is a VXLAN device in the same bridge; w0 is a veth whose peer is in another namespace.
"""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import pytest

from netlynx import route
from netlynx.codec._codec import decode, encode, to_json
from netlynx.engine.operation import EventKind
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.route.constants import RTM, RTNLGRP, AddressFamily
from netlynx.route.link import IPV6_LINKS, LINKS, Link, link, links
from netlynx.route.link_af import AddressGeneration, AfSpec, Inet6Flags, Inet6Spec, InetSpec, ipv4_settings
from netlynx.route.link_bridge import BridgeSpec, BridgeVlan, BridgeVlanFlags, MstState, VlanTunnel
from netlynx.route.link_cfm import Cfm, CfmDirection, CfmDomain, CfmMep, CfmPeerStatus
from netlynx.route.link_constants import (
    IFLA,
    IFLA_INFO,
    ArpHardware,
    LinkEvent,
    LinkExtensions,
    LinkFlags,
    LinkMode,
    OperState,
)
from netlynx.route.link_hardware import DevlinkPort, DpllPin, Xdp, XdpAttached
from netlynx.route.link_mrp import Mrp, MrpRing, MrpRingRole
from netlynx.route.link_requests import add_alternative_names, delete_alternative_names, down, set_bridge_port, up
from netlynx.route.link_stats import LinkMap, LinkStatistics, LinkStatistics64
from netlynx.route.link_vf import (
    Port,
    PortRequest,
    PortResponse,
    VfLinkState,
    VfLinkStateSetting,
    VfMac,
    VfRate,
    VfStatistics,
    VfTrust,
    VfVlanInfo,
    VirtualFunction,
)
from netlynx.route.verbs import add, append, change, delete, flush, replace
from netlynx.schema import Attribute
from netlynx.schema.compile import plan_of
from netlynx.schema.namespaces import Descriptor
from netlynx.wire.constants import NLM_F
from netlynx.wire.message import parse_attributes

CAPTURED: dict[str, str] = {
    each["what"]: each["data"]
    for each in json.loads(Path(__file__).with_name("captured_link_messages.json").read_text())
}
PLAN = plan_of(Link)
HEADER = 16  # struct ifinfomsg
UP = LinkFlags.UP


def captured(what: str) -> bytes:
    return bytes.fromhex(CAPTURED[what])


def read(what: str) -> Link:
    record = decode(PLAN, captured(what))
    assert isinstance(record, Link)
    return record


def attribute(number: int, payload: bytes) -> bytes:
    return struct.pack("=HH", len(payload) + 4, number) + payload + bytes(-len(payload) % 4)


def message(*attributes: bytes, family: int = 0, index: int = 7) -> bytes:
    return struct.pack("=BxHiII", family, 1, index, 0, 0) + b"".join(attributes)


def sent(data: bytes) -> dict[int, bytes]:
    return {each.type: bytes(each.payload) for each in parse_attributes(data[HEADER:])}


def header(data: bytes) -> tuple[int, ...]:
    """Family, type, index, flags and change."""
    return struct.unpack_from("=BxHiII", data)


class TestCaptured:
    def test_a_bridge_port_with_names_and_an_alias(self) -> None:
        v0 = read("v0")
        assert (v0.index, v0.name, v0.kind, v0.type) == (7, "v0", "veth", ArpHardware.ETHER)
        assert v0.flags == UP | LinkFlags.BROADCAST | LinkFlags.RUNNING | LinkFlags.MULTICAST | LinkFlags.LOWER_UP
        assert (v0.operstate, v0.linkmode, v0.carrier) == (OperState.UP, LinkMode.DEFAULT, True)
        assert (v0.mtu, v0.min_mtu, v0.max_mtu, v0.txqlen, v0.group) == (1400, 68, 65535, 1000, 5)
        assert (v0.parent, v0.master, v0.qdisc) == (6, 8, "noqueue")
        assert (v0.promiscuity, v0.allmulti) == (1, 1)
        assert v0.alias == "é"
        assert v0.alternative_names == ("second", "a-name-that-is-longer-than-fifteen")
        assert v0.broadcast == "ff:ff:ff:ff:ff:ff"
        assert v0.slave_kind == "bridge"
        assert isinstance(v0.slave_data, route.BridgePort)
        assert v0.data is None
        assert v0.map == LinkMap()
        assert v0.xdp == Xdp(attached=XdpAttached.NONE)
        assert (v0.devlink_port, v0.dpll_pin) == (DevlinkPort(), DpllPin())
        assert isinstance(v0.stats64, LinkStatistics64)
        assert isinstance(v0.stats, LinkStatistics)
        assert v0.stats64.tx_packets == v0.stats.tx_packets > 0

    def test_what_address_families_say(self) -> None:
        spec = read("v0").af_spec
        assert isinstance(spec, AfSpec)
        assert spec.inet is not None
        assert spec.inet.settings is not None
        assert (spec.inet.settings.accept_redirects, spec.inet.settings.igmpv2_unsolicited_report_interval) == (
            1,
            10000,
        )
        assert spec.inet6 is not None
        assert spec.inet6.flags is not None
        assert Inet6Flags.READY in spec.inet6.flags
        assert spec.inet6.address_generation is AddressGeneration.EUI64
        assert spec.inet6.settings is not None
        assert (spec.inet6.settings.hoplimit, spec.inet6.settings.mtu6) == (64, 1400)
        assert spec.inet6.settings.ndisc_evict_nocarrier == 1
        assert spec.inet6.settings.force_forwarding == 0  # newer than that kernel, whose array is shorter
        assert spec.inet6.statistics is not None
        assert spec.inet6.statistics[0] == len(spec.inet6.statistics) == 38
        assert spec.inet6.icmp6_statistics is not None
        assert spec.inet6.icmp6_statistics.count == 7

    def test_a_peer_in_another_namespace(self) -> None:
        w0 = read("w0")
        assert (w0.name, w0.netns_id, w0.parent) == ("w0", 0, 6)
        assert w0.alternative_names == ()

    def test_what_a_bridge_says_of_a_port(self) -> None:
        port = read("v0 as br0 sees it")
        assert (port.family, port.index, port.master, port.parent) == (AddressFamily.BRIDGE, 7, 8, 6)
        assert isinstance(port.protinfo, route.BridgePort)
        assert port.protinfo.learning is True
        flags = BridgeVlanFlags
        assert port.af_spec == BridgeSpec(
            vlans=(
                BridgeVlan(vid=1, flags=flags.UNTAGGED),
                BridgeVlan(vid=10, flags=flags.RANGE_BEGIN),
                BridgeVlan(vid=12, flags=flags.RANGE_END),
                BridgeVlan(vid=20, flags=flags.PVID | flags.UNTAGGED),
            )
        )

    def test_vlans_that_are_tunnels(self) -> None:
        spec = read("vx as br0 sees it").af_spec
        assert isinstance(spec, BridgeSpec)
        assert spec.tunnels == (VlanTunnel(id=1010, vid=10, flags=BridgeVlanFlags(0)),)

    def test_the_state_of_a_port_in_an_instance_of_mstp(self) -> None:
        spec = read("y0 in an instance of MSTP").af_spec
        assert spec == BridgeSpec(
            mst=(
                MstState(instance=0, state=route.BridgePortState.DISABLED),
                MstState(instance=5, state=route.BridgePortState.BLOCKING),
            )
        )

    def test_what_ipv6_says_of_a_link(self) -> None:
        lo = read("lo as IPv6 sees it")
        assert (lo.family, lo.name, lo.mtu) == (AddressFamily.INET6, "lo", 65536)
        assert isinstance(lo.protinfo, Inet6Spec)
        assert lo.protinfo.cacheinfo is not None
        assert lo.protinfo.cacheinfo.retrans_time == 1000

    @pytest.mark.parametrize("what", CAPTURED)
    def test_nothing_is_unknown(self, what: str) -> None:
        assert read(what).unknown == ()

    @pytest.mark.parametrize("what", CAPTURED)
    def test_reads_the_same_after_it_is_written(self, what: str) -> None:
        assert decode(PLAN, encode(PLAN, read(what))) == read(what)

    @pytest.mark.parametrize("what", ["v0", "w0"])
    def test_is_written_as_the_kernel_wrote_it(self, what: str) -> None:
        """But for IFLA_AF_SPEC, where this package writes IPv6's settings as long as today's kernels do."""
        theirs, ours = sent(captured(what)), sent(encode(PLAN, read(what)))
        assert list(theirs) == list(ours)
        nests = {IFLA.AF_SPEC, IFLA.LINKINFO, IFLA.PROP_LIST}
        assert {number: ours[number] for number in theirs.keys() - nests} == {
            number: theirs[number] for number in theirs.keys() - nests
        }

    def test_json_has_the_keys_that_scripts_rely_on(self) -> None:
        shown = json.loads(to_json(read("v0")))
        assert shown["operstate"] == "UP"
        assert shown["type"] == "ether"
        assert "LOWER_UP" in shown["flags"]
        empty = json.loads(to_json(Link(index=3)))
        assert empty.keys() >= {"index", "name", "kind", "mtu", "flags", "operstate", "address", "parent", "master"}


class TestTolerance:
    def test_an_unknown_kind_keeps_its_data_raw(self) -> None:
        info = attribute(IFLA_INFO.KIND, b"quux\0") + attribute(IFLA_INFO.DATA, b"\1\2\3\4")
        record = decode(PLAN, message(attribute(IFLA.LINKINFO, info), attribute(IFLA.MTU, struct.pack("=I", 9))))
        assert (record.kind, record.data, record.mtu, record.unknown) == ("quux", b"\1\2\3\4", 9, ())
        assert decode(PLAN, encode(PLAN, record)) == record

    def test_an_unknown_slave_kind_keeps_its_data_raw(self) -> None:
        info = attribute(IFLA_INFO.SLAVE_KIND, b"quux\0") + attribute(IFLA_INFO.SLAVE_DATA, b"\1\2\3\4")
        record = decode(PLAN, message(attribute(IFLA.LINKINFO, info)))
        assert (record.slave_kind, record.slave_data) == ("quux", b"\1\2\3\4")

    def test_a_longer_stats_struct_keeps_its_tail(self) -> None:
        data = struct.pack("=25Q", *range(25)) + b"newcount"
        stats = decode(PLAN, message(attribute(IFLA.STATS64, data))).stats64
        assert (stats.rx_packets, stats.rx_otherhost_dropped, stats.tail) == (0, 24, b"newcount")
        assert sent(encode(PLAN, Link(stats64=stats)))[IFLA.STATS64] == data

    def test_a_shorter_stats_struct_has_zeros(self) -> None:
        stats = decode(PLAN, message(attribute(IFLA.STATS64, struct.pack("=23Q", *range(1, 24))))).stats64
        assert (stats.tx_compressed, stats.rx_nohandler, stats.rx_otherhost_dropped, stats.tail) == (23, 0, 0, b"")

    @pytest.mark.parametrize("text", ["é".encode(), b"caf\xe9", b"\xff\xfe"])
    def test_an_alias_of_any_bytes_survives(self, text: bytes) -> None:
        data = message(attribute(IFLA.IFALIAS, text + b"\0"))
        record = decode(PLAN, data)
        assert record.alias.encode("utf-8", "surrogateescape") == text
        assert sent(encode(PLAN, record)) == sent(data)

    def test_an_unknown_attribute_is_kept_and_sent_back(self) -> None:
        data = message(attribute(IFLA.MTU, struct.pack("=I", 9)), attribute(200, b"\1\2\3\4"))
        record = decode(PLAN, data)
        assert record.unknown == (Attribute(type=200, payload=b"\1\2\3\4"),)
        assert encode(PLAN, record)[HEADER:] == data[HEADER:]

    def test_unknown_numbers_stay_numbers(self) -> None:
        data = struct.pack("=BxHiII", 0, 4711, 7, 1 << 25 | 1, 0) + attribute(IFLA.OPERSTATE, b"\x63")
        record = decode(PLAN, data)
        assert (record.type, record.operstate) == (4711, 99)
        assert record.flags.labels == ["UP", "0x2000000"]

    def test_the_address_of_a_tunnel_is_shown_as_bytes(self) -> None:
        assert decode(PLAN, message(attribute(IFLA.ADDRESS, bytes([192, 0, 2, 1])))).address == "c0:00:02:01"

    def test_an_empty_af_spec_is_one(self) -> None:
        assert decode(PLAN, message(attribute(IFLA.AF_SPEC, b""))).af_spec == AfSpec()


class TestWithoutAKernelThatHasIt:
    """Records that no kernel at hand sends, written and read again, with the bytes of the C structs."""

    def test_virtual_functions(self) -> None:
        function = VirtualFunction(
            mac=VfMac(vf=3, mac=bytes.fromhex("020000000003") + bytes(26)),
            rate=VfRate(vf=3, min_tx_rate=10, max_tx_rate=100),
            link_state=VfLinkStateSetting(vf=3, link_state=VfLinkState.ENABLE),
            trust=VfTrust(vf=3, setting=True),
            vlans=(VfVlanInfo(vf=3, vlan=100, qos=1, protocol=route.VlanProtocol.DOT1AD),),
            statistics=VfStatistics(rx_packets=1, tx_dropped=8),
        )
        assert function.mac is not None
        assert function.mac.address == "02:00:00:00:00:03"
        assert VfMac(mac=bytes(range(20)) + bytes(12)).address.count(":") == 19
        data = encode(PLAN, Link(num_vf=4, virtual_functions=(function, VirtualFunction(trust=VfTrust(vf=4)))))
        record = decode(PLAN, data)
        assert record.virtual_functions == (function, VirtualFunction(trust=VfTrust(vf=4)))
        assert record.unknown == ()
        assert struct.pack("=IIIH", 3, 100, 1, 0xA888) in data  # ETH_P_8021AD in network byte order
        assert struct.pack("=II", 3, 1) in data

    def test_ports(self) -> None:
        port = Port(vf=1, profile="blue", instance_uuid=bytes(16), request=PortRequest.ASSOCIATE)
        answer = Port(profile="blue", response=PortResponse.PROFILE_RESPONSE_INPROGRESS)
        record = decode(PLAN, encode(PLAN, Link(vf_ports=(port,), port=answer)))
        assert (record.vf_ports, record.port, record.unknown) == ((port,), answer, ())

    def test_hardware(self) -> None:
        made = Link(
            xdp=Xdp(driver_program=5, attached=XdpAttached.DRV, program=5),
            devlink_port=DevlinkPort(bus="pci", device="0000:03:00.0", port=1),
            dpll_pin=DpllPin(id=13),
            physical_switch_id=b"\1\2",
            max_pacing_offload_horizon=1 << 33,
            proto_down=True,
            proto_down_reason=5,
            event=LinkEvent.NOTIFY_PEERS,
        )
        record = decode(PLAN, encode(PLAN, made))
        assert record == made
        assert record.unknown == ()

    def test_mrp_and_cfm(self) -> None:
        spec = BridgeSpec(
            mrp=Mrp(rings=(MrpRing(ring_id=1, priority=7, ring_role=MrpRingRole.MRM), MrpRing(ring_id=2))),
            cfm=Cfm(
                meps=(CfmMep(instance=1, domain=CfmDomain.PORT, direction=CfmDirection.DOWN, index=7),),
                peer_statuses=(CfmPeerStatus(instance=1, id=9, lost=True, port_status=2),),
            ),
        )
        record = decode(PLAN, encode(PLAN, Link(family=AddressFamily.BRIDGE, af_spec=spec)))
        assert record.af_spec == spec
        assert record.unknown == ()


class TestList:
    def test_asks_for_no_more_than_strict_checking_allows(self) -> None:
        operation = links()
        assert (operation.message_type, operation.reply_type, operation.match) == (RTM.GETLINK, RTM.NEWLINK, ())
        # An extension, whichever, makes the kernel measure its links.
        extensions = attribute(IFLA.EXT_MASK, struct.pack("=I", LinkExtensions.MRP))
        assert operation.payload == bytes(HEADER) + extensions
        assert (
            links(family="inet6").payload == links(family="bridge").payload.replace(b"\7", b"\n") == b"\n" + bytes(15)
        )

    def test_filters_go_to_the_kernel_and_are_checked_again(self) -> None:
        operation = links(kind="veth", master=8, target_netnsid=0, vf=True, statistics=False)
        attributes = sent(operation.payload)
        assert header(operation.payload) == (0, 0, 0, 0, 0)
        assert attributes.pop(IFLA.LINKINFO) == attribute(IFLA_INFO.KIND, b"veth\0")
        assert attributes == {
            IFLA.MASTER: struct.pack("=I", 8),
            IFLA.TARGET_NETNSID: struct.pack("=i", 0),
            IFLA.EXT_MASK: struct.pack("=I", LinkExtensions.VF | LinkExtensions.SKIP_STATS),
        }
        assert operation.match == (("kind", "veth"), ("master", 8), ("target_netnsid", 0))

    def test_master_0_means_none(self) -> None:
        operation = links(master=0)
        assert sent(operation.payload)[IFLA.MASTER] == b"\xff\xff\xff\xff"
        assert operation.match == (("master", None),)

    @pytest.mark.parametrize("family", ["bridge", AddressFamily.BRIDGE])
    def test_a_family_may_be_a_name(self, family: Any) -> None:
        operation = links(family=family, extensions=LinkExtensions.BRVLAN_COMPRESSED)
        assert header(operation.payload)[0] == AddressFamily.BRIDGE
        assert operation.match == (("family", AddressFamily.BRIDGE),)

    def test_no_family_is_no_filter(self) -> None:
        assert links(family="unspec", kind="ifb").match == (("kind", "ifb"),)

    @pytest.mark.parametrize(
        ("arguments", "path"),
        [
            ({"family": "inet"}, "route.links(family)"),
            ({"family": "quux"}, "route.links(family)"),
            ({"master": -1}, "route.links(master)"),
            ({"family": "bridge", "kind": "veth"}, "route.links(kind)"),
            ({"family": "bridge", "master": 8}, "route.links(master)"),
            ({"family": "inet6", "target_netnsid": 0}, "route.links(target_netnsid)"),
            ({"family": "inet6", "statistics": False}, "route.links(extensions)"),
        ],
    )
    def test_what_cannot_be_asked_is_refused(self, arguments: dict[str, Any], path: str) -> None:
        with pytest.raises(EncodeError) as caught:
            links(**arguments)
        assert caught.value.path == path

    def test_an_index_is_a_number(self) -> None:
        with pytest.raises(EncodeTypeError) as caught:
            links(master=1.5)  # type: ignore[arg-type]
        assert caught.value.path == "route.links(master)"


class TestGetOne:
    @pytest.mark.parametrize(
        ("operation", "index", "attributes"),
        [
            (link(7), 7, {}),
            (link(name="eth0"), 0, {IFLA.IFNAME: b"eth0\0"}),
            (link(name="fifteen-bytes-x"), 0, {IFLA.IFNAME: b"fifteen-bytes-x\0"}),
            (link(name="sixteen-bytes-xy"), 0, {IFLA.ALT_IFNAME: b"sixteen-bytes-xy\0"}),
            (link(name="ééééé-é-é"), 0, {IFLA.ALT_IFNAME: "ééééé-é-é\0".encode()}),
            (link(alternative_name="eth0"), 0, {IFLA.ALT_IFNAME: b"eth0\0"}),
            (link(7, vf=True), 7, {IFLA.EXT_MASK: b"\1\0\0\0"}),
        ],
    )
    def test_the_kernel_looks_it_up(self, operation: Any, index: int, attributes: dict[int, bytes]) -> None:
        assert (operation.message_type, operation.flags) == (RTM.GETLINK, 0)
        assert (operation.reply, operation.reply_type) == (Link, RTM.NEWLINK)
        assert header(operation.payload) == (0, 0, index, 0, 0)
        assert sent(operation.payload) == attributes

    @pytest.mark.parametrize("arguments", [{}, {"index": 7, "name": "v0"}, {"name": "v0", "alternative_name": "v"}])
    def test_it_takes_exactly_one_way_to_say_which(self, arguments: dict[str, Any]) -> None:
        with pytest.raises(EncodeError) as caught:
            link(**arguments)
        assert caught.value.path == "route.link"

    @pytest.mark.parametrize("index", [0, -7, 1 << 31])
    def test_an_index_is_positive(self, index: int) -> None:
        with pytest.raises(EncodeError) as caught:
            link(index)
        assert caught.value.path == "route.link(index)"

    def test_a_name_over_127_bytes_is_nobody_s(self) -> None:
        with pytest.raises(EncodeError) as caught:
            link(name="x" * 128)
        assert caught.value.path == "Link.alternative_name"


class TestVerbs:
    def test_a_name_over_15_bytes_is_refused(self) -> None:
        with pytest.raises(EncodeError, match="16 bytes long, 15 are the most") as caught:
            add(Link(name="sixteen-bytes-xy", kind="dummy"))
        assert caught.value.path == "Link.name"

    def test_a_name_is_measured_in_bytes(self) -> None:
        with pytest.raises(EncodeError) as caught:
            add(Link(name="é" * 8, kind="dummy"))
        assert caught.value.path == "Link.name"

    def test_add_sends_kind_and_data(self) -> None:
        operation = add(Link(name="v7", kind="vlan", parent=2, data=route.Vlan(id=7)))
        assert operation.message_type == RTM.NEWLINK
        assert operation.flags == NLM_F.CREATE | NLM_F.EXCL
        attributes = sent(operation.payload)
        assert attributes[IFLA.LINK] == struct.pack("=I", 2)
        inside = {each.type: bytes(each.payload) for each in parse_attributes(attributes[IFLA.LINKINFO])}
        assert inside[IFLA_INFO.KIND] == b"vlan\0"

    def test_a_peer_is_a_link_of_its_own(self) -> None:
        operation = add(Link(name="a", kind="veth", data=route.Veth(peer=Link(name="b", index=9))))
        assert struct.pack("=BxHiII", 0, 0, 9, 0, 0) + attribute(IFLA.IFNAME, b"b\0") in operation.payload

    def test_data_of_another_kind_is_refused(self) -> None:
        with pytest.raises(EncodeTypeError) as caught:
            add(Link(name="a", kind="veth", data=route.Vlan(id=7)))
        assert caught.value.path == "Link.data"

    @pytest.mark.parametrize(
        ("operation", "flags", "mask"),
        [
            (change(Link(index=7, flags=UP)), 1, 1),
            (change(Link(index=7, flags=UP | LinkFlags.PROMISC)), 0x101, 0x101),
            (change(Link(index=7, flags=UP, change=UP | LinkFlags.PROMISC)), 1, 0x101),
            (change(Link(index=7, change=UP)), 0, 1),
            (change(Link(index=7, mtu=1400)), 0, 0),
            (up(7), 1, 1),
            (down(7), 0, 1),
        ],
    )
    def test_flags_have_a_mask(self, operation: Any, flags: int, mask: int) -> None:
        assert (operation.message_type, operation.flags) == (RTM.NEWLINK, 0)
        assert header(operation.payload) == (0, 0, 7, flags, mask)

    @pytest.mark.parametrize(
        ("which", "index", "attributes"),
        [
            (7, 7, {}),
            ("v0", 0, {IFLA.IFNAME: b"v0\0"}),
            ("sixteen-bytes-xy", 0, {IFLA.ALT_IFNAME: b"sixteen-bytes-xy\0"}),
            (Link(index=7, name="v0", mtu=1400), 7, {}),
            (Link(name="v0", mtu=1400), 0, {IFLA.IFNAME: b"v0\0"}),
        ],
    )
    def test_up_takes_a_record_a_name_or_an_index(self, which: Any, index: int, attributes: Any) -> None:
        operation = up(which)
        assert header(operation.payload) == (0, 0, index, 1, 1)
        assert sent(operation.payload) == attributes

    def test_up_takes_nothing_else(self) -> None:
        with pytest.raises(EncodeTypeError) as caught:
            up(None)  # type: ignore[arg-type]
        assert caught.value.path == "route.up"

    def test_replace_does_not_ask_for_what_the_kernel_refuses(self) -> None:
        assert replace(Link(name="a", kind="ifb")).flags == NLM_F.CREATE

    def test_a_whole_record_is_deleted_by_its_index(self) -> None:
        operation = delete(read("v0"))
        assert operation.message_type == RTM.DELLINK
        assert operation.payload == struct.pack("=BxHiII", 0, 0, 7, 0, 0)

    def test_delete_by_name_and_by_group(self) -> None:
        assert sent(delete(Link(name="v0")).payload) == {IFLA.IFNAME: b"v0\0"}
        assert sent(delete(Link(group=77)).payload) == {IFLA.GROUP: struct.pack("=I", 77)}

    def test_flush_deletes_what_it_lists(self) -> None:
        operation = flush(links(kind="ifb"))
        listed = decode(PLAN, encode(PLAN, Link(index=9, name="ifb0", kind="ifb", mtu=1500)))
        assert operation.delete(listed).payload == struct.pack("=BxHiII", 0, 0, 9, 0, 0)

    def test_a_move_says_where_to(self) -> None:
        moved = change(Link(index=7, netns_fd=Descriptor(5)))
        assert sent(moved.payload) == {IFLA.NET_NS_FD: struct.pack("=I", 5)}

    @pytest.mark.parametrize(
        ("verb", "record", "path"),
        [
            (add, Link(name="a"), "Link.kind"),
            (change, Link(mtu=1400), "Link.index"),
            (delete, Link(mtu=1400), "Link.index"),
            (change, Link(family=AddressFamily.BRIDGE, index=7), "Link.family"),
            (append, Link(name="a", kind="ifb"), "route.append(Link)"),
            (change, Link(index=7, mtu=1 << 32), "Link.mtu"),
            (change, Link(index=7, address="nonsense"), "Link.address"),
            (change, Link(index=7, alias="x" * 255), "Link.alias"),
            (change, Link(index=7, data=route.Vlan(id=7)), "Link.data"),
        ],
    )
    def test_what_cannot_work_is_refused_with_its_path(self, verb: Any, record: Link, path: str) -> None:
        with pytest.raises(EncodeError) as caught:
            verb(record)
        assert caught.value.path == path


class TestAlternativeNames:
    def test_are_added_and_deleted_by_messages_of_their_own(self) -> None:
        names = attribute(IFLA.ALT_IFNAME, b"second\0") + attribute(IFLA.ALT_IFNAME, b"third\0")
        for operation, message_type in (
            (add_alternative_names(7, "second", "third"), RTM.NEWLINKPROP),
            (delete_alternative_names(7, "second", "third"), RTM.DELLINKPROP),
        ):
            assert operation.message_type == message_type
            assert header(operation.payload)[2] == 7
            assert sent(operation.payload) == {IFLA.PROP_LIST: names}

    def test_at_least_one_and_none_too_long(self) -> None:
        with pytest.raises(EncodeError) as caught:
            add_alternative_names("v0")
        assert caught.value.path == "route.add_alternative_names"
        with pytest.raises(EncodeError) as caught:
            add_alternative_names("v0", "good", "x" * 128)
        assert caught.value.path == "Link.alternative_names[1]"


class TestBridgePort:
    def test_is_set_by_a_message_of_the_bridge_family(self) -> None:
        spec = BridgeSpec(vlans=(BridgeVlan(vid=10, flags=BridgeVlanFlags.PVID),))
        operation = set_bridge_port(Link(index=7, af_spec=spec, protinfo=route.BridgePort(learning=False)))
        assert operation.message_type == RTM.SETLINK
        assert header(operation.payload) == (AddressFamily.BRIDGE, 0, 7, 0, 0)
        attributes = sent(operation.payload)
        assert attributes.keys() == {IFLA.AF_SPEC, IFLA.PROTINFO}
        assert attributes[IFLA.AF_SPEC] == attribute(2, struct.pack("=HH", 2, 10))

    def test_needs_an_index(self) -> None:
        with pytest.raises(EncodeError) as caught:
            set_bridge_port(Link(name="v0"))
        assert caught.value.path == "Link.index"

    def test_of_another_protocol_is_refused(self) -> None:
        with pytest.raises(EncodeTypeError) as caught:
            set_bridge_port(Link(index=7, af_spec=AfSpec()))
        assert caught.value.path == "Link.af_spec"


class TestSettings:
    def test_go_out_as_a_nest_by_number(self) -> None:
        spec = ipv4_settings(forwarding=1, arp_notify=-1)
        data = attribute(1, struct.pack("=i", 1)) + attribute(22, struct.pack("=i", -1))
        assert encode(plan_of(InetSpec), spec) == attribute(1, data)

    def test_have_names(self) -> None:
        with pytest.raises(TypeError, match="did you mean arp_notify"):
            ipv4_settings(arp_notifi=1)

    def test_have_32_bits(self) -> None:
        with pytest.raises(EncodeError) as caught:
            ipv4_settings(forwarding=1 << 31)
        assert caught.value.path == "ipv4_settings(forwarding)"


def test_groups() -> None:
    assert LINKS.numbers == (RTNLGRP.LINK,)
    assert LINKS.messages == {RTM.NEWLINK: (EventKind.NEW, Link), RTM.DELLINK: (EventKind.DELETE, Link)}
    assert IPV6_LINKS.numbers == (RTNLGRP.IPV6_IFINFO,)


def test_a_link_is_asked_for_by_its_name_where_its_index_goes() -> None:
    for name in ("v0", "a-name-of-more-than-15-bytes"):
        assert link(index=name).payload == link(name).payload == link(name=name).payload
    with pytest.raises(EncodeError, match="exactly one"):
        link("v0", "v1")
