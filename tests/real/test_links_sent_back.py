"""What was read of a link can be sent back, changed in a field or made again; nothing is set without effect."""

from __future__ import annotations

from typing import Any

import pytest

import netlynx
from netlynx import route
from netlynx.route import Link
from netlynx.schema.sending import given

pytestmark = [pytest.mark.namespace, pytest.mark.every_kernel]

SHAPES = [
    "veth peer name other",
    "bridge",
    "bridge vlan_filtering 1 stp_state 1 forward_delay 500",
    "ifb",
    "dummy",
    "vxlan id 42 dstport 4789 remote 192.0.2.1 ttl 5",
    "vxlan dstport 4789 external",
    "macvlan link base mode bridge",
    "macvlan link base mode source macaddr add 02:00:00:00:00:07",
    "macvtap link base",
    "ipvlan link base mode l2",
    "vlan link base id 7",
    "vlan link base id 8 gvrp on ingress-qos-map 1:2 egress-qos-map 2:3",
    "vrf table 10",
    "bond",
    "bond mode active-backup miimon 100",
    "bond mode 802.3ad miimon 100 lacp_rate fast",
    "bond mode balance-rr arp_interval 100 arp_ip_target 192.0.2.9",
    "bond mode balance-tlb miimon 100",
    "gre remote 192.0.2.1 key 7",
    "ip6gre remote 2001:db8::1",
    "ipip remote 192.0.2.1 ttl 9",
    "sit remote 192.0.2.1",
    "ip6tnl remote 2001:db8::1",
    "vti remote 192.0.2.1 key 5",
    "geneve id 5 remote 192.0.2.1",
    "macsec link base",
    "netkit",
    "xfrm if_id 7",
    "gretap remote 192.0.2.1",
    "wireguard",
    "nlmon",
    "vcan",
    "team",
]

# What two readings of the same link, or of two that were made alike, need not have in common.
OWN = {
    "permanent_address",
    "carrier",
    "operstate",
    "stats",
    "stats64",
    "xstats",
    "af_spec",
    "carrier_changes",
    "carrier_up_count",
    "carrier_down_count",
    "parent",
}


@pytest.fixture
def made(request: pytest.FixtureRequest, ip: Any) -> str:
    kind, *rest = request.param.split()
    below = f"link {rest[1]}" if rest[:1] == ["link"] else ""
    try:
        ip("link add base type veth peer name under")
        ip(f"link add made {below} type {kind} {' '.join(rest[2:] if below else rest)}")
    except RuntimeError as error:
        if any(text in str(error) for text in ("not supported", "Unknown device type", "is unknown", "type.txt")):
            pytest.skip(f"no {kind} here")
        raise
    return "made"


def told(record: Link) -> dict[str, Any]:
    """What a record says but for what is the link's own at this moment."""
    data = record.data.to_dict() if isinstance(record.data, netlynx.Record) else record.data
    moment = {"hello_timer", "tcn_timer", "gc_timer", "topology_change_timer", "bridge_id", "root_id"}
    if isinstance(data, dict):
        data = {name: value for name, value in data.items() if name not in moment}
    return {name: getattr(record, name) for name in given(record) if name not in (*OWN, "data")} | {"data": data}


@pytest.mark.parametrize("made", SHAPES, indirect=True, ids=lambda shape: shape.replace(" ", "-"))
def test_what_is_replaced_is_what_changes(made: str, nl: netlynx.Connection) -> None:
    before = nl.do(route.link(name=made))
    nl.do(route.change(before.replace(group=77)))
    after = nl.do(route.link(name=made))
    assert after.group == 77
    assert told(after) == told(before) | {"group": 77}


@pytest.mark.parametrize("made", SHAPES, indirect=True, ids=lambda shape: shape.replace(" ", "-"))
def test_a_link_is_made_again_as_it_was(made: str, nl: netlynx.Connection) -> None:
    before = nl.do(route.link(name=made))
    nl.do(route.delete(before))
    nl.do(route.add(before))
    assert told(nl.do(route.link(name=made))) == told(before)


@pytest.mark.parametrize("made", SHAPES, indirect=True, ids=lambda shape: shape.replace(" ", "-"))
def test_the_data_of_a_link_makes_another(made: str, nl: netlynx.Connection) -> None:
    read = nl.do(route.link(name=made))
    nl.do(route.delete(read))
    parent = read.parent if read.kind in ("vlan", "macvlan", "macvtap", "ipvlan", "macsec") else None
    nl.do(route.add(Link(name=made, kind=read.kind, parent=parent, data=read.data)))
    again = nl.do(route.link(name=made))
    assert told(again)["data"] == told(read)["data"]


FIELDS = {
    "mtu": 1400,
    "txqlen": 77,
    "linkmode": "dormant",
    "group": 5,
    "num_tx_queues": 3,
    "num_rx_queues": 3,
    "gso_max_segs": 100,
    "gso_max_size": 30000,
    "gro_max_size": 30000,
    "gso_ipv4_max_size": 30000,
    "gro_ipv4_max_size": 30000,
    "alias": "hello",
    "address": "02:00:00:00:00:07",
    "broadcast": "02:00:00:00:00:ff",
    "flags": "up",
    "parent": 1,
    "parent_device": "x",
    "netns_id": 0,
    "new_index": 77,
    "alternative_name": "other",
    "alternative_names": ("other",),
    "extensions": "skip-stats",
    "af_spec": {"inet6": {"address_generation": "none"}},
    "kind": "bridge",
    "slave_kind": "bridge",
    "carrier": False,
    "proto_down": True,
    "protinfo": b"1234",
    "target_netnsid": 3,
}


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("verb", [route.add, route.change])
def test_a_field_has_its_effect_or_is_refused(field: str, verb: Any, nl: netlynx.Connection) -> None:
    """By netlynx, by name, or by the kernel."""
    if verb is route.change:
        nl.do(route.add(Link(name="made", kind="ifb")))
    values = {"name": "made", field: FIELDS[field]}
    if verb is route.add:
        values = {"kind": "ifb", **values}
        if field == "kind":
            pytest.skip("a link has to be of some kind")
    record = Link(**values)  # type: ignore[arg-type]
    try:
        nl.do(verb(record))
    except netlynx.EncodeError as error:
        refused = error.path
    except netlynx.NetlinkError:
        refused = f"Link.{field}"
    else:
        read = nl.do(route.link(name="made"))
        if field == "flags":
            assert read.flags & record.flags == record.flags
        else:
            assert _within(getattr(record, field), getattr(read, field))
        return
    assert refused == f"Link.{field}"


def _within(wanted: Any, read: Any) -> bool:
    if isinstance(wanted, netlynx.Record):
        return all(_within(getattr(wanted, name), getattr(read, name)) for name in given(wanted))
    return bool(wanted == read)


class TestDeleting:
    @pytest.mark.parametrize(
        "beside", [{"alternative_names": ("x",)}, {"name": "other"}, {"master": 5}, {"kind": "veth"}, {"mtu": 1500}]
    )
    def test_what_a_deletion_cannot_look_at_is_refused(self, beside: Any, nl: netlynx.Connection) -> None:
        nl.do(route.add(Link(name="made", kind="ifb")))
        index = nl.do(route.link(name="made")).index
        with pytest.raises(netlynx.EncodeError) as caught:
            nl.do(route.delete(Link(index=index, **beside)))
        assert caught.value.path == f"Link.{next(iter(beside))}"
        assert nl.do(route.link(index=index)).name == "made"

    def test_the_record_that_was_read_is_enough(self, nl: netlynx.Connection) -> None:
        nl.do(route.add(Link(name="made", kind="ifb")))
        read = nl.do(route.link(name="made"))
        with pytest.raises(netlynx.EncodeError, match=r"^Link\.name: this is not what was read"):
            route.delete(read.replace(name="other"))
        nl.do(route.delete(read))
        with pytest.raises(netlynx.NotFound):
            nl.do(route.link(name="made"))

    @pytest.mark.parametrize("family", ["bridge", 7])
    def test_vlans_of_a_port_go_and_the_port_stays(self, family: Any, nl: netlynx.Connection, ip: Any) -> None:
        ip("link add bridge0 type bridge")
        ip("link add port type veth peer name other")
        ip("link set port master bridge0")
        port = nl.do(route.link(name="port"))
        vlans = {"vlans": [{"vid": 10}]}
        try:
            nl.do(route.set_bridge_port(Link(index=port.index, af_spec=route.BridgeSpec(**vlans))))  # type: ignore[arg-type]
        except netlynx.NotSupported:
            pytest.skip("bridges of this kernel have no VLANs")
        nl.do(route.delete(Link(family=family, index=port.index, af_spec=route.BridgeSpec(**vlans))))  # type: ignore[arg-type]
        assert nl.do(route.link(name="port")).index == port.index
        [seen] = ip.json("link show dev port")
        assert seen["ifname"] == "port"


class TestOtherNamespaces:
    def test_what_was_read_elsewhere_never_acts_here(self, nl: netlynx.Connection) -> None:
        far = Link(index=1, name="lo", target_netnsid=5)
        for verb in (route.up, route.down, route.change, route.replace, route.set_bridge_port):
            with pytest.raises(netlynx.EncodeError, match="connect to that namespace") as caught:
                verb(far.replace(kind="ifb") if verb is route.replace else far)
            assert caught.value.path == "Link.target_netnsid"
        for names in (route.add_alternative_names, route.delete_alternative_names):
            with pytest.raises(netlynx.EncodeError, match="connect to that namespace"):
                names(far, "x")
