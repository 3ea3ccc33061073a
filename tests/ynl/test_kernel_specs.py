"""The kernel's own specs: all load, all their records work, and what the host answers is what the typed rooms read."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import netlynx
from conftest import Ip
from facts.book import ABSENT, FOLDER
from netlynx import ethtool, generic, mptcp, netdev, route, tcp_metrics, ynl
from netlynx.codec._codec import decode, encode
from netlynx.netfilter import conntrack
from netlynx.netfilter.conntrack import Flow, Tuple
from netlynx.schema import fields_of
from netlynx.schema.compile import layout_size, plan_of
from netlynx.ynl.reader import read
from strategies import records
from support import PATIENCE

pytestmark = pytest.mark.skipif(bool(ABSENT), reason=ABSENT)

SPECS = sorted(FOLDER.glob("specs/*.yaml"))
NAMES = [path.stem for path in SPECS]

# structs that the specs describe otherwise than C does: an element of an array that C leaves open, a member of another
# size, members that are new
OTHERWISE = {"rta-cacheinfo", "rtgenmsg", "tc-pedit-sel", "tc-u32-pcnt", "tc-u32-sel"}


def spec_of(name: str) -> ynl.Spec:
    return ynl.load(FOLDER / "specs" / f"{name}.yaml")


@pytest.mark.parametrize("name", NAMES)
def test_every_record_and_group_of_a_spec_can_be_made(name: str) -> None:
    spec = spec_of(name)
    for each in itertools.chain(spec.records.values(), spec.structs.values()):
        plan_of(each)
    for operation in spec.operations:
        plan_of(spec.request_record(operation))
    assert all(spec.enums[each] is not None for each in spec.enums)
    assert all(spec.groups[each].name for each in spec.groups)


@pytest.mark.parametrize("name", NAMES)
def test_structs_are_as_large_as_in_c(name: str) -> None:
    import json

    known = json.loads((FOLDER / "facts" / "structs.json").read_text())
    spec = spec_of(name)
    for each in spec.structs:
        c = known.get(f"struct {each.replace('-', '_')}")
        if c is not None and each not in OTHERWISE:
            assert layout_size(spec.structs[each])[0] == c["size"], each


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_records_of_the_kernels_specs_come_back_from_their_bytes(name: str, data: st.DataObject) -> None:
    spec = spec_of(name)
    cls = spec.records[data.draw(st.sampled_from(sorted(spec.records)))]
    record = data.draw(records(cls, depth=1))
    assert decode(plan_of(cls), encode(plan_of(cls), record)) == record


def test_a_spec_is_read_faster_than_libyaml_reads_it() -> None:
    """Which makes values of all of it; with libyaml's events alone it is done three times as fast."""
    yaml = pytest.importorskip("yaml")
    loader = getattr(yaml, "CSafeLoader", None) or pytest.skip("PyYAML without libyaml")
    data = max(SPECS, key=lambda path: path.stat().st_size).read_bytes()

    def least(work: Callable[[], object]) -> float:
        taken = []
        for _ in range(7):
            start = time.process_time()
            work()
            taken.append(time.process_time() - start)
        return min(taken)

    assert least(lambda: read(data, "timed")) < least(lambda: yaml.load(data, loader))


# -- on the real kernel


@pytest.fixture
def world(nl: netlynx.Connection, ip: Ip) -> netlynx.Connection:
    """A namespace in which most tables have something."""
    for command in (
        "link set lo up",
        "link add br0 type bridge",
        "link add v0 type veth peer name v1",
        "link set v0 master br0 up",
        "link set v1 up",
        "link add vx0 type vxlan id 5 dstport 4789 local 127.0.0.1",
        "addr add 192.0.2.1/24 dev br0",
        "addr add 2001:db8::1/64 dev br0",
        "link set br0 up",
        "route add 198.51.100.0/24 via 192.0.2.7 mtu 1400",
        "route add 2001:db8:1::/48 via 2001:db8::9",
        "neigh add 192.0.2.9 lladdr 02:00:00:00:00:05 dev br0",
        "rule add from 10.0.0.0/8 table 500",
        "rule add fwmark 7 table 7 priority 5",
    ):
        ip(command)
    return nl


def flattened(value: Any) -> Iterator[Any]:
    """A record and all records in it."""
    if isinstance(value, (tuple, list)):
        for each in value:
            yield from flattened(each)
    elif isinstance(value, dict):
        yield from flattened(list(value.values()))
    elif hasattr(value, "__declarations__"):
        yield value
        yield from flattened(list(fields_of(value).values()))


def test_what_the_host_answers_unasked_for_more_is_understood(world: netlynx.Connection) -> None:
    answered = refused = 0
    world.timeout = 10
    for name in NAMES:
        spec = spec_of(name)
        for operation in spec.operations.values():
            for verb in operation.verbs:
                if not operation.answers.get(verb):
                    continue
                try:
                    if verb == "dump":
                        found: Any = world.dump(spec.dump(operation.name)).all()
                    else:
                        found = world.do(spec.do(operation.name))
                except netlynx.NetlinkError:
                    refused += 1
                    continue
                answered += 1
                for record in flattened(found):
                    strange = [each for each in getattr(record, "unknown", ()) if each.payload]
                    assert strange == [], (name, operation.name, type(record).__name__)
    assert answered >= 30, (answered, refused)


def pairs(world: netlynx.Connection, name: str, operation: str, typed: Any, **values: Any) -> list[tuple[Any, Any]]:
    """Rows of a table as its spec and as its typed room read them."""
    spec = spec_of(name)
    ours = world.dump(spec.dump(operation, values)).all()
    theirs = world.dump(typed).all()
    assert len(ours) == len(theirs) > 0
    return list(zip(ours, theirs, strict=True))


V1 = {"header": {"dev_name": "v1"}}
FLOW = Tuple(source="192.0.2.1", destination="192.0.2.2", protocol="tcp", source_port=40000, destination_port=443)
ENDS = {
    "tuple_ip": {"ip_v4_src": "192.0.2.1", "ip_v4_dst": "192.0.2.2"},
    "tuple_proto": {"proto_num": 6, "proto_src_port": 40000, "proto_dst_port": 443},
}

UNSAID = {("PolicyAttrs", 12)}  # NL_POLICY_TYPE_ATTR_MASK: nlctrl.yaml has no word on it

# What the host answers when it is asked for something: `dev` stands for the index of v1, `over` for br0's.
ASKED = [
    ("conntrack", "get", "do", {"nfgen_family": 2, "tuple_orig": ENDS}),
    ("conntrack", "get", "dump", {"nfgen_family": 2}),
    ("ethtool", "strset-get", "do", {"header": {}, "stringsets": {"stringset": [{"id": 4}]}}),
    ("ethtool", "linkinfo-get", "do", V1),
    ("ethtool", "linkmodes-get", "do", V1),
    ("ethtool", "linkstate-get", "do", V1),
    ("ethtool", "features-get", "do", V1),
    ("ethtool", "features-set", "do", {**V1, "wanted": {"bits": {"bit": [{"name": "tx-tcp-segmentation"}]}}}),
    ("ethtool", "channels-get", "do", V1),
    ("ethtool", "tsinfo-get", "do", V1),
    ("ethtool", "stats-get", "do", {**V1, "groups": {"size": 5, "value": "1f000000", "mask": "1f000000"}}),
    ("ethtool", "phc-vclocks-get", "do", V1),
    ("ethtool", "module-get", "do", V1),
    ("netdev", "dev-get", "do", {"ifindex": "dev"}),
    ("netdev", "queue-get", "do", {"ifindex": "dev", "type": "rx", "id": 0}),
    ("nlctrl", "getfamily", "do", {"family_name": "ethtool"}),
    ("nlctrl", "getpolicy", "dump", {"family_name": "ethtool"}),
    ("rt-addr", "getmulticast", "dump", {"ifa_family": 10}),
    ("rt-link", "getlink", "do", {"ifname": "v1"}),
    ("rt-link", "getstats", "do", {"ifindex": "dev", "filter_mask": 1}),
    ("rt-link", "getstats", "dump", {"filter_mask": 1}),
    ("rt-neigh", "getneigh", "do", {"ndm_family": 2, "ndm_ifindex": "over", "dst": "192.0.2.9"}),
    ("rt-route", "getroute", "do", {"rtm_family": 2, "rtm_dst_len": 32, "dst": "192.0.2.9"}),
    ("tc", "getqdisc", "do", {"ifindex": "dev", "parent": 0xFFFFFFFF}),
    ("tc", "gettclass", "do", {"ifindex": "dev", "handle": 0x10001}),
    ("tc", "gettfilter", "dump", {"ifindex": "dev", "parent": 0x10000}),
]


@pytest.fixture
def shaped(world: netlynx.Connection, ip: Ip) -> netlynx.Connection:
    """The same, with classes and filters of traffic, and a connection that is tracked."""
    for command in (
        "qdisc add dev v1 root handle 1: htb",
        "class add dev v1 parent 1: classid 1:1 htb rate 1mbit",
        "filter add dev v1 parent 1: protocol ip prio 5 u32 match ip dst 10.0.0.0/8 flowid 1:1",
    ):
        ip(command, tool="tc")
    world.do(conntrack.add(Flow(original=FLOW, timeout=300, mark=7)))
    return world


@pytest.mark.parametrize(
    ("name", "operation", "verb", "values"), ASKED, ids=[f"{each[0]}-{each[1]}-{each[2]}" for each in ASKED]
)
def test_what_the_host_answers_when_it_is_told_what_to_look_for(
    shaped: netlynx.Connection, name: str, operation: str, verb: str, values: dict[str, Any]
) -> None:
    indices = {"dev": shaped.do(route.link(name="v1")).index, "over": shaped.do(route.link(name="br0")).index}
    asked = {key: indices.get(value, value) if isinstance(value, str) else value for key, value in values.items()}
    spec = spec_of(name)
    shaped.timeout = 10
    try:
        found: Any = (
            shaped.do(spec.do(operation, asked)) if verb == "do" else shaped.dump(spec.dump(operation, asked)).all()
        )
    except netlynx.NotSupported as error:
        pytest.skip(f"this kernel does not: {error}")
    assert found
    strange = {
        (type(record).__name__, each.type)
        for record in flattened(found)
        for each in getattr(record, "unknown", ())
        if each.payload
    }
    assert strange <= UNSAID


def test_flows_are_those_of_the_typed_room(shaped: netlynx.Connection) -> None:
    spec = spec_of("conntrack")
    (ours,) = shaped.dump(spec.dump("get")).all()
    assert shaped.do(spec.do("get", nfgen_family=2, tuple_orig=ENDS)).tuple_orig == ours.tuple_orig
    theirs = shaped.do(conntrack.flow(FLOW))
    ends, protocol = ours.tuple_reply.tuple_ip, ours.tuple_reply.tuple_proto
    assert theirs.reply == Tuple(
        source=ends.ip_v4_src,
        destination=ends.ip_v4_dst,
        protocol=protocol.proto_num,
        source_port=protocol.proto_src_port,
        destination_port=protocol.proto_dst_port,
    )
    assert (ours.mark, ours.id, int(ours.status)) == (theirs.mark, theirs.id, int(theirs.status))
    assert int(ours.protoinfo.protoinfo_tcp.tcp_state) == int(theirs.tcp.state)


def test_settings_of_devices_are_those_of_the_typed_room(world: netlynx.Connection) -> None:
    spec = spec_of("ethtool")
    ours, theirs = world.do(spec.do("features-get", V1)), world.do(ethtool.features("v1"))
    assert {bit.name for bit in ours.active.bits.bit} == set(theirs.active.on)
    ours, theirs = world.do(spec.do("linkmodes-get", V1)), world.do(ethtool.linkmodes("v1"))
    assert (ours.speed, int(ours.duplex), bool(ours.autoneg)) == (
        theirs.speed,
        int(theirs.duplex),
        theirs.autonegotiation,
    )
    ours, theirs = world.do(spec.do("channels-get", V1)), world.do(ethtool.channels("v1"))
    assert (ours.rx_max, ours.tx_max, ours.rx_count, ours.tx_count) == (
        theirs.rx_max,
        theirs.tx_max,
        theirs.rx,
        theirs.tx,
    )
    ours, theirs = world.do(spec.do("linkstate-get", V1)), world.do(ethtool.linkstate("v1"))
    assert bool(ours.link) is theirs.link
    asked = spec.do("strset-get", header={}, stringsets={"stringset": [{"id": 4}]})
    (strings,) = world.do(asked).stringsets.stringset
    (named,) = world.do(ethtool.string_sets([4])).sets
    assert {each.index: each.value for each in strings.strings[0].string} == named.names


def test_an_answer_that_was_not_wanted_is_none_at_once(world: netlynx.Connection) -> None:
    quiet = {"header": {"dev_name": "v1", "flags": ["omit-reply"]}}
    wanted = {"bits": {"bit": [{"name": "tx-tcp-segmentation"}]}}
    world.timeout = 10
    assert world.do(spec_of("ethtool").do("features-set", {**quiet, "wanted": wanted})) is None
    again = ethtool.Features(
        device="v1", wanted={"tx-tcp-segmentation": True}, request_flags=ethtool.RequestFlags.OMIT_REPLY
    )
    assert "tx-tcp-segmentation" not in world.do(ethtool.features("v1")).active
    assert world.do(ethtool.set_features(again)) is None
    assert "tx-tcp-segmentation" in world.do(ethtool.features("v1")).active


def test_a_dump_that_the_kernel_answers_as_a_do_comes_to_its_end(nl: netlynx.Connection) -> None:
    spec = spec_of("nftables")
    try:
        once = nl.do(spec.do("getgen"))
    except netlynx.NotSupported as error:
        pytest.skip(str(error))
    nl.timeout = 10
    assert nl.dump(spec.dump("getgen")).all() == [once]


def test_links_are_those_of_the_typed_room(world: netlynx.Connection) -> None:
    for ours, theirs in pairs(world, "rt-link", "getlink", route.links()):
        assert (ours.ifi_index, ours.ifname, ours.mtu, ours.address) == (
            theirs.index, theirs.name, theirs.mtu, theirs.address,
        )  # fmt: skip
        assert int(ours.ifi_flags) == int(theirs.flags)
        kind = None if ours.linkinfo is None else ours.linkinfo.kind
        assert kind == theirs.kind
        if kind == "vxlan":
            assert isinstance(ours.linkinfo.data, bytes)  # the spec has no word on it
        if kind == "bridge":
            assert ours.linkinfo.data.forward_delay == theirs.data.forward_delay


def test_addresses_are_those_of_the_typed_room(world: netlynx.Connection) -> None:
    for ours, theirs in pairs(world, "rt-addr", "getaddr", route.addresses()):
        assert (ours.ifa_index, ours.ifa_prefixlen, ours.label) == (theirs.index, theirs.prefixlen, theirs.label)
        assert (ours.address, ours.local) == (theirs.address, theirs.local)


def test_routes_are_those_of_the_typed_room(world: netlynx.Connection) -> None:
    for ours, theirs in pairs(world, "rt-route", "getroute", route.routes()):
        assert (ours.oif, ours.gateway, ours.table, ours.priority) == (
            theirs.oif, theirs.gateway, theirs.table, theirs.metric,
        )  # fmt: skip
        if ours.dst is not None:
            assert f"{ours.dst}/{ours.rtm_dst_len}" == theirs.destination
        if theirs.metrics is not None and theirs.metrics.mtu is not None:
            assert ours.metrics.mtu == theirs.metrics.mtu


def test_neighbours_are_those_of_the_typed_room(world: netlynx.Connection) -> None:
    for ours, theirs in pairs(world, "rt-neigh", "getneigh", route.neighbours()):
        assert (ours.dst, ours.ndm_ifindex, ours.lladdr) == (theirs.destination, theirs.index, theirs.address)


def test_rules_are_those_of_the_typed_room(world: netlynx.Connection) -> None:
    for ours, theirs in pairs(world, "rt-rule", "getrule", route.rules()):
        assert (ours.priority or 0, ours.table, ours.fwmark) == (theirs.priority, theirs.table, theirs.fwmark)


def test_families_are_those_of_the_typed_room(nl: netlynx.Connection) -> None:
    for ours, theirs in pairs(nl, "nlctrl", "getfamily", generic.families()):
        assert (ours.family_id, ours.family_name, ours.version) == (theirs.id, theirs.name, theirs.version)
        assert [(group.name, group.id) for group in ours.mcast_groups or ()] == [(g.name, g.id) for g in theirs.groups]
        assert [(each.id, int(each.flags)) for each in ours.ops or ()] == [
            (each.id, int(each.flags or 0)) for each in theirs.operations
        ]


def test_a_familys_policy_is_read_by_its_numbers(nl: netlynx.Connection) -> None:
    messages = nl.dump(spec_of("nlctrl").dump("getpolicy", family_name="nlctrl", op=3)).all()
    policies = {number: attribute for each in messages for number, attribute in (each.policy or {}).items()}
    typed = nl.do(generic.policy("nlctrl", 3))
    assert messages[0].op_policy[3].do == typed.operations[3].do
    assert policies.keys() == typed.policies.keys()


def test_devices_and_their_queues_are_those_of_the_typed_room(nl: netlynx.Connection) -> None:
    nl.do(route.up(1))
    for ours, theirs in pairs(nl, "netdev", "dev-get", netdev.devices()):
        assert (ours.ifindex, int(ours.xdp_features)) == (theirs.index, int(theirs.xdp_features))
    for ours, theirs in pairs(nl, "netdev", "queue-get", netdev.queues()):
        assert (ours.ifindex, int(ours.type), ours.id) == (theirs.index, int(theirs.type), theirs.id)


def test_endpoints_are_made_and_listed(nl: netlynx.Connection) -> None:
    spec = spec_of("mptcp_pm")
    try:
        nl.do(spec.do("add-addr", addr={"family": 2, "addr4": 0xC0000201, "id": 3, "flags": 1}))
    except netlynx.NotSupported as error:
        pytest.skip(str(error))
    (ours,), (theirs,) = nl.dump(spec.dump("get-addr")).all(), nl.dump(mptcp.endpoints()).all()
    assert (ip_address(ours.addr.addr4), ours.addr.id, int(ours.addr.flags)) == (
        ip_address(theirs.address),
        theirs.id,
        int(theirs.flags),
    )
    limits = nl.do(spec.do("get-limits"))
    typed = nl.do(mptcp.limits())
    assert (limits.rcv_add_addrs, limits.subflows) == (typed.add_addr_accepted, typed.subflows)


def test_tcp_metrics_are_those_of_the_typed_room(nl: netlynx.Connection) -> None:
    ours = nl.dump(spec_of("tcp_metrics").dump("get")).all()
    assert [each.addr_ipv4 or each.addr_ipv6 for each in ours] == [
        each.address for each in nl.dump(tcp_metrics.entries())
    ]


def test_a_link_is_made_heard_of_and_gone(nl: netlynx.Connection) -> None:
    spec = spec_of("rt-link")
    with nl.subscribe(*spec.subscribe("rtnlgrp-link")) as events:
        made = {"ifname": "b0", "linkinfo": {"kind": "bridge", "data": {"forward-delay": 400}}}
        nl.do(spec.do("newlink", made, netlink_flags=("create", "excl")))
        event = events.get(timeout=PATIENCE)
        assert isinstance(event, netlynx.Event)
        assert (event.kind, event.record.ifname) == ("newlink-ntf", "b0")
        link = nl.do(spec.do("getlink", ifname="b0"))
        assert link.linkinfo.data.forward_delay == 400
        with pytest.raises(FileExistsError, match=r"rt-link\.newlink\("):
            nl.do(spec.do("newlink", made, netlink_flags=("create", "excl")))
        nl.do(spec.do("dellink", ifi_index=link.ifi_index))
        kinds = {event.kind}
        while "dellink" not in kinds:
            event = events.get(timeout=PATIENCE)
            assert isinstance(event, netlynx.Event)
            kinds.add(event.kind)


def test_errors_name_the_attribute_that_is_missing(nl: netlynx.Connection) -> None:
    with pytest.raises(netlynx.NetlinkError, match=r"netdev\.dev-get\(\).*missing Dev\.ifindex"):
        nl.do(spec_of("netdev").do("dev-get"))


def test_qdiscs_have_the_options_of_their_kind(world: netlynx.Connection, ip: Ip) -> None:
    ip("qdisc add dev v1 root tbf rate 1mbit burst 10kb latency 10ms", tool="tc")
    found = {each.kind: each for each in world.dump(spec_of("tc").dump("getqdisc"))}
    assert found["tbf"].options.parms.rate.rate == 125000
    assert found["noqueue"].options is None
