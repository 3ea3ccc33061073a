"""Links on a real kernel, with iproute2 as the witness. What a kernel lacks is skipped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import netlynx
from netlynx import route
from netlynx.codec._codec import decode, encode
from netlynx.engine.operation import Event, EventKind
from netlynx.route.constants import AddressFamily
from netlynx.route.link import LINKS, Link, link, links
from netlynx.route.link_af import AddressGeneration, AfSpec, Inet6Spec, ipv4_settings
from netlynx.route.link_bridge import BridgeSpec, BridgeVlan, BridgeVlanFlags
from netlynx.route.link_constants import LinkExtensions, LinkFlags, OperState
from netlynx.route.link_requests import add_alternative_names, delete_alternative_names, down, set_bridge_port, up
from netlynx.route.verbs import add, change, delete, flush, replace
from netlynx.schema.compile import plan_of
from support import PATIENCE

pytestmark = [pytest.mark.namespace, pytest.mark.every_kernel]


SHAPES = [
    "veth peer name other",
    "bridge",
    "vxlan id 42 dstport 4789 remote 192.0.2.1",
    "ifb",
    "dummy",
    "vlan link base id 7",
    "macvlan link base mode bridge",
    "macvtap link base",
    "gre remote 192.0.2.1 key 7",
    "ip6tnl remote 2001:db8::1",
]

# What netlynx and iproute2 call by the same name.
SAME = ["mtu", "qdisc", "txqlen", "min_mtu", "max_mtu", "num_tx_queues", "gso_max_size", "operstate", "group"]

Make = Callable[..., str]


@pytest.fixture
def make(ip: Any) -> Make:
    """Makes a link by a line of iproute2 and returns its name; skips what the kernel lacks."""

    def made(shape: str, name: str = "made") -> str:
        kind, *rest = shape.split()
        below = f"link {rest[1]}" if rest[:1] == ["link"] else ""
        options = " ".join(rest[2:] if below else rest)
        try:
            if below:
                ip("link add base type veth peer name under")
            ip(f"link add {name} {below} type {kind} {options}")
        except RuntimeError as error:
            if "not supported" in str(error) or "Unknown device type" in str(error):
                pytest.skip(f"no {kind} here")
            raise
        return name

    return made


def shown_by(record: Link, name: str) -> Any:
    value = getattr(record, name)
    if name == "group":
        return str(value) if value else "default"
    return getattr(value, "label", value)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_dump_says_what_ip_says(shape: str, make: Make, nl: netlynx.Connection, ip: Any) -> None:
    make(shape)
    read = {each.index: each for each in nl.dump(links())}
    shown = {each["ifindex"]: each for each in ip.json("link show")}
    assert read.keys() == shown.keys()
    names = {each.index: each.name for each in read.values()}
    for index, witness in shown.items():
        record = read[index]
        assert record.unknown == ()
        assert (record.name, record.type.label) == (witness["ifname"], witness["link_type"])
        assert {name: shown_by(record, name) for name in SAME} == {name: witness.get(name, 0) for name in SAME}
        assert record.kind == witness.get("linkinfo", {}).get("info_kind")
        assert names.get(record.master or 0) == witness.get("master")
        invented = {"NO-CARRIER", "M-DOWN"}
        assert set(record.flags.labels) - {"RUNNING"} == set(witness["flags"]) - invented
        assert names.get(record.parent or 0) == witness.get("link")


@pytest.mark.parametrize("shape", SHAPES)
def test_a_link_is_written_as_it_was_read(shape: str, make: Make, nl: netlynx.Connection) -> None:
    make(shape)
    for record in nl.dump(links()):
        again = encode(plan_of(Link), record)
        assert decode(plan_of(Link), again) == record


def test_a_tun_link_is_read(nl: netlynx.Connection, ip: Any) -> None:
    try:
        ip("tuntap add made mode tun")
    except RuntimeError as error:
        if "open: " in str(error):  # of /dev/net/tun
            pytest.skip(str(error))
        raise
    made = nl.do(link(name="made"))
    assert (made.kind, made.type.label, made.address, made.unknown) == ("tun", "none", None, ())
    assert isinstance(made.data, route.Tun)


def test_a_link_is_found_by_index_name_and_alternative_name(nl: netlynx.Connection, ip: Any) -> None:
    ip("link property add dev lo altname a-name-longer-than-fifteen-bytes altname short")
    lo = nl.do(link(name="lo"))
    assert lo.alternative_names == ("a-name-longer-than-fifteen-bytes", "short")
    for asked in (
        link(lo.index),
        link(name="a-name-longer-than-fifteen-bytes"),
        link(name="short"),
        link(alternative_name="short"),
    ):
        assert nl.do(asked).name == "lo"


@pytest.mark.parametrize("asked", [link(4711), link(name="nothing"), link(name="nothing-of-that-long-name")])
def test_a_link_that_is_not_there_is_not_found(asked: Any, nl: netlynx.Connection) -> None:
    with pytest.raises(netlynx.NotFound) as caught:
        nl.do(asked)
    assert caught.value.errno == 19  # ENODEV, from the kernel


def test_links_are_listed_by_kind_and_by_master(make: Make, nl: netlynx.Connection, ip: Any) -> None:
    make("bridge", "bridge")
    make("ifb", "ifb9")
    make("veth peer name other", "port")
    ip("link set port master bridge")
    bridge = nl.do(link(name="bridge")).index
    assert [each.name for each in nl.dump(links(kind="ifb"))] == ["ifb9"]
    assert [each.name for each in nl.dump(links(master=bridge))] == ["port"]
    assert {each.name for each in nl.dump(links(kind="veth", master=0))} == {"other"}
    assert nl.dump(links(kind="no-such-kind")).all() == []


def test_a_link_is_set_up_and_down_without_losing_its_other_flags(make: Make, nl: netlynx.Connection, ip: Any) -> None:
    made = make("ifb")
    ip(f"link set {made} multicast on")
    for setting, is_up in ((up(made), True), (down(made), False), (up(nl.do(link(name=made)).index), True)):
        nl.do(setting)
        flags = nl.do(link(name=made)).flags
        assert (LinkFlags.UP in flags, LinkFlags.MULTICAST in flags, LinkFlags.NOARP in flags) == (is_up, True, True)
    nl.do(down(nl.do(link(name=made))))
    nl.do(change(Link(name=made, flags=LinkFlags.UP | LinkFlags.PROMISC)))
    assert set(ip.json(f"link show {made}")[0]["flags"]) >= {"UP", "PROMISC", "MULTICAST", "NOARP"}


def test_up_and_running_links_have_an_operational_state(make: Make, nl: netlynx.Connection) -> None:
    make("veth peer name other")
    with nl.subscribe(LINKS) as events:
        nl.do(up("made"))
        nl.do(up("other"))
        while True:
            event = events.get(PATIENCE)
            assert isinstance(event, Event)
            if event.record.name == "made" and event.record.operstate is OperState.UP:
                break
    assert nl.do(link(name="made")).carrier is True


def test_a_link_is_renamed_changed_and_described(make: Make, nl: netlynx.Connection, ip: Any) -> None:
    index = nl.do(link(name=make("veth peer name other"))).index
    nl.do(change(Link(index=index, name="renamed", mtu=1400, txqlen=7, group=5, alias="é — Ethernet")))
    nl.do(change(Link(name="renamed", address="02:00:00:00:00:01")))
    [witness] = ip.json("link show renamed")
    assert (witness["mtu"], witness["txqlen"], witness["group"], witness["address"]) == (
        1400,
        7,
        "5",
        "02:00:00:00:00:01",
    )
    assert nl.do(link(index)).alias == "é — Ethernet"
    nl.do(change(Link(index=index, alias="")))
    assert nl.do(link(index)).alias is None


def test_an_alias_that_is_not_utf8_survives(make: Make, nl: netlynx.Connection) -> None:
    made = make("ifb")
    text = b"caf\xe9".decode("utf-8", "surrogateescape")
    nl.do(change(Link(name=made, alias=text)))
    read = nl.do(link(name=made)).alias
    assert read is not None
    assert read.encode("utf-8", "surrogateescape") == b"caf\xe9"


def test_replace_makes_a_link_and_then_changes_it(nl: netlynx.Connection) -> None:
    try:
        nl.do(replace(Link(name="made", kind="ifb", mtu=1400)))
    except netlynx.NotSupported:
        pytest.skip("no ifb here")
    nl.do(replace(Link(name="made", kind="ifb", mtu=1300)))
    assert nl.do(link(name="made")).mtu == 1300
    with pytest.raises(netlynx.AlreadyExists):
        nl.do(add(Link(name="made", kind="ifb")))


def test_an_unknown_kind_is_refused_by_the_kernel(nl: netlynx.Connection) -> None:
    with pytest.raises(netlynx.NotSupported) as caught:
        nl.do(add(Link(name="made", kind="no-such-kind")))
    assert "Unknown device type" in str(caught.value)


def test_a_read_only_attribute_is_named_in_the_error(make: Make, nl: netlynx.Connection) -> None:
    made = make("ifb")
    with pytest.raises(netlynx.EncodeError, match=r"^Link\.permanent_address: the kernel tells this"):
        nl.do(change(Link(name=made, permanent_address="02:00:00:00:00:01")))


def test_links_are_deleted_by_name_by_index_and_by_group(make: Make, nl: netlynx.Connection) -> None:
    make("ifb", "ifb7")
    make("ifb", "ifb8")
    make("ifb", "ifb9")
    nl.do(delete(Link(name="ifb7")))
    nl.do(delete(nl.do(link(name="ifb8"))))  # a whole record, of which only the index counts
    nl.do(change(Link(name="ifb9", group=77)))
    nl.do(delete(Link(group=77)))
    assert nl.dump(links(kind="ifb")).all() == []
    with pytest.raises(netlynx.NotFound):
        nl.do(delete(Link(name="ifb7")))


def test_links_of_a_kind_are_flushed(make: Make, nl: netlynx.Connection) -> None:
    make("ifb", "ifb7")
    make("ifb", "ifb8")
    make("bridge", "stays")
    assert nl.do(flush(links(kind="ifb"))) == 2
    assert "stays" in {each.name for each in nl.dump(links())}


def test_flushing_a_pair_removes_both_ends_once(make: Make, nl: netlynx.Connection) -> None:
    make("veth peer name other")
    nl.do(flush(links(kind="veth")))
    assert nl.dump(links(kind="veth")).all() == []


def test_alternative_names_come_and_go(make: Make, nl: netlynx.Connection, ip: Any) -> None:
    made = make("ifb")
    nl.do(add_alternative_names(made, "second", "a-third-name-that-is-quite-long"))
    assert ip.json(f"link show {made}")[0]["altnames"] == ["second", "a-third-name-that-is-quite-long"]
    with pytest.raises(netlynx.AlreadyExists):
        nl.do(add_alternative_names("lo", "second"))
    nl.do(delete_alternative_names("a-third-name-that-is-quite-long", "second"))
    assert nl.do(link(name=made)).alternative_names == ("a-third-name-that-is-quite-long",)
    with pytest.raises(netlynx.NotFound):
        nl.do(delete_alternative_names(made, "second"))


def test_a_link_is_moved_to_another_namespace(make: Make, nl: netlynx.Connection) -> None:
    made = make("ifb")
    index = nl.do(link(name=made)).index
    with netlynx.netns.anonymous() as other, netlynx.connect(netns=other) as there:
        with nl.subscribe(LINKS) as events:
            nl.do(change(Link(index=index, netns_fd=other.fileno(), name="moved")))
            event = events.get(PATIENCE)
            while isinstance(event, Event) and event.kind is not EventKind.DELETE:
                event = events.get(PATIENCE)
        assert isinstance(event, Event)
        assert event.record.index == index
        assert there.do(link(name="moved")).kind == "ifb"
        with pytest.raises(netlynx.NotFound):
            nl.do(link(index))


def test_the_namespace_of_a_peer_is_named_by_its_id(make: Make, nl: netlynx.Connection) -> None:
    make("veth peer name other")
    with netlynx.netns.anonymous() as other, netlynx.connect(netns=other) as there:
        nl.do(change(Link(name="other", netns_fd=other.fileno())))
        made = nl.do(link(name="made"))
        assert made.netns_id is not None
        assert made.netns_id >= 0
        assert made.parent == there.do(link(name="other")).index
        [again] = [each for each in nl.dump(links(target_netnsid=made.netns_id)) if each.name == "other"]
        assert again.target_netnsid == made.netns_id


def test_ipv6_and_ipv4_settings_of_a_link_are_set(make: Make, nl: netlynx.Connection, ip: Any) -> None:
    made = make("ifb")
    spec = AfSpec(
        inet=ipv4_settings(forwarding=1, arp_notify=1),
        inet6=Inet6Spec(address_generation=AddressGeneration.NONE),
    )
    nl.do(change(Link(name=made, af_spec=spec)))
    read = nl.do(link(name=made)).af_spec
    assert isinstance(read, AfSpec)
    assert read.inet is not None
    assert read.inet.settings is not None
    assert (read.inet.settings.forwarding, read.inet.settings.arp_notify) == (1, 1)
    assert read.inet6 is not None
    assert read.inet6.address_generation is AddressGeneration.NONE
    assert ip.json(f"link show {made}")[0]["inet6_addr_gen_mode"] == "none"


def test_ipv6_says_of_links_what_the_general_dump_says(nl: netlynx.Connection) -> None:
    nl.do(up("lo"))
    [lo] = [each for each in nl.dump(links(family="inet6")) if each.index == 1]
    assert lo.unknown == ()
    general = nl.do(link(1)).af_spec
    assert isinstance(general, AfSpec)
    assert isinstance(lo.protinfo, Inet6Spec)
    assert lo.protinfo.settings == (general.inet6 or lo.protinfo).settings


def test_without_statistics_those_of_ipv6_are_left_out(nl: netlynx.Connection) -> None:
    spec = nl.do(link(1, statistics=False)).af_spec
    assert isinstance(spec, AfSpec)
    assert spec.inet6 is not None
    assert spec.inet6.statistics is None


def test_vlans_of_a_bridge_port_come_and_go(make: Make, nl: netlynx.Connection, ip: Any) -> None:
    make("bridge vlan_filtering 1", "bridge")
    make("veth peer name other", "port")
    ip("link set port master bridge")
    port = nl.do(link(name="port")).index
    ten = (
        BridgeVlan(vid=10, flags=BridgeVlanFlags.RANGE_BEGIN),
        BridgeVlan(vid=12, flags=BridgeVlanFlags.RANGE_END),
    )
    nl.do(set_bridge_port(Link(index=port, af_spec=BridgeSpec(vlans=ten), protinfo=route.BridgePort(learning=False))))

    def seen() -> tuple[Link, BridgeSpec]:
        dumped = nl.dump(links(family="bridge", extensions=LinkExtensions.BRVLAN_COMPRESSED)).all()
        [record] = [each for each in dumped if each.index == port]
        assert record.unknown == ()
        assert isinstance(record.af_spec, BridgeSpec)
        return record, record.af_spec

    record, spec = seen()
    assert {(each.vid, each.flags) for each in spec.vlans} >= {(each.vid, each.flags) for each in ten}
    assert isinstance(record.protinfo, route.BridgePort)
    assert record.protinfo.learning is False
    shown = ip.json("vlan show dev port", tool="bridge")[0]["vlans"]
    assert {each["vlan"] for each in shown} == {1, 10}
    nl.do(delete(Link(family=AddressFamily.BRIDGE, index=port, af_spec=BridgeSpec(vlans=ten))))
    assert [each.vid for each in seen()[1].vlans] == [1]


def test_notifications_tell_of_links_that_come_change_and_go(nl: netlynx.Connection) -> None:
    with nl.subscribe(LINKS) as events:
        try:
            nl.do(add(Link(name="made", kind="ifb")))
        except netlynx.NotSupported:
            pytest.skip("no ifb here")
        nl.do(delete(Link(name="made")))
        kinds_seen: list[EventKind] = []
        while not kinds_seen or kinds_seen[-1] is not EventKind.DELETE:
            event = events.get(PATIENCE)
            assert isinstance(event, Event)
            assert event.record.unknown == ()
            kinds_seen.append(event.kind)
    assert kinds_seen[0] is EventKind.NEW
