"""What flags and enumerations are called: in lower case, unless the program that everybody reads uses capitals."""

from __future__ import annotations

from typing import Any

import pytest

import netlynx
from conftest import Ip
from facts.walk import declared, title
from netlynx import netns, route
from netlynx.schema import Enumeration, FlagSet
from netlynx.schema.arguments import flags_of

# Who shows them in capitals.
IN_CAPITALS = {
    "route.link_constants.LinkFlags": "ip link",
    "route.link_constants.OperState": "ip link",
    "route.link_constants.LinkMode": "ip link",
    "route.neighbour.NeighbourState": "ip neighbour",
    "route.kinds.bond.BondMemberState": "ip -d link",
    "route.kinds.bond.BondMemberLink": "ip -d link",
    "route.kinds.can.CanMode": "ip -d link",
    "route.kinds.can.CanState": "ip -d link",
    "netfilter.protocols.TcpState": "conntrack -L",
    "netfilter.protocols.DccpState": "conntrack -L",
    "netfilter.protocols.SctpState": "conntrack -L",
    "tc.actions.gate.Clock": "tc action",
    "rdma.constants.DeviceCapabilities": "rdma -d dev",
    "rdma.constants.PortCapabilities": "rdma -d link",
    "rdma.constants.PortState": "rdma link",
    "rdma.constants.PhysicalState": "rdma link",
    **dict.fromkeys(
        (f"rdma.constants.{each}" for each in ("QpType", "QpState", "PathMigration", "PollContext", "SrqType")),
        "rdma -d resource",
    ),
    "rdma.constants.PortSpace": "rdma resource show cm_id",
    "rdma.constants.CmState": "rdma resource show cm_id",
}
# Names of standards, which are written as those write them.
PROPER = {
    "diag.packet_sockets.EtherType",
    "tc.ethertypes.EtherType",
    "route.kinds.vlan.VlanProtocol",
    "route.macsec_names.MacsecCipher",
    "route.segment_routing.Seg6Action",
}
NAMED: list[Any] = declared(FlagSet, Enumeration)
FLAGS = [each for each in NAMED if issubclass(each, FlagSet)]


def test_the_tables_have_what_there_is() -> None:
    assert IN_CAPITALS.keys() | PROPER <= {title(each) for each in NAMED}
    assert len(FLAGS) > 50


@pytest.mark.parametrize("cls", NAMED, ids=title)
def test_labels_are_in_lower_case_or_in_the_table(cls: Any) -> None:
    labels = {name: cls._label(name) for name in cls.__members__}
    if title(cls) in PROPER:
        return
    if title(cls) in IN_CAPITALS:
        assert {*labels.values()} == {label.upper() for label in labels.values()}
        return
    assert {*labels.values()} == {label.lower() for label in labels.values()}
    assert [label for name, label in labels.items() if "_" in label and name not in cls.__labels__] == []


@pytest.mark.parametrize("cls", FLAGS, ids=title)
def test_flags_are_understood_as_they_are_shown_and_in_either_case(cls: Any) -> None:
    for flag in cls:
        (label,) = flag.labels
        for said in (label, label.lower(), label.upper(), flag.name, [label]):
            assert flags_of(cls, said, "flags") == flag


@pytest.mark.namespace
def test_what_ip_shows_is_what_is_shown_here(namespace: netns.NetworkNamespace, ip: Ip) -> None:
    ip.all(
        [
            *("link set lo up", "link add v0 type veth peer name v1", "link set v0 up", "addr add 192.0.2.1/24 dev v0"),
            *("link add v2 type veth peer name v3", "link set v2 up", "link set v3 up"),
            "route add 198.51.100.0/24 via 192.0.2.9 onlink dev v0",
            "neigh add 192.0.2.3 dev v0 lladdr 02:00:00:00:00:01 nud permanent",
            "neigh add 192.0.2.4 dev v0 lladdr 02:00:00:00:00:01 nud stale",
        ]
    )
    with netlynx.connect(netns=namespace) as nl:
        for name in ("lo", "v0", "v1", "v2", "v3"):
            known, link = None, nl.do(route.link(name))
            while known != (told := ip.json(f"link show dev {name}")[0]):  # a link that was set up is not at once
                known, link = told, nl.do(route.link(name))
            assert {*known["flags"]} - {"NO-CARRIER", "M-DOWN"} == {*link.flags.labels} - {
                "RUNNING"
            }  # which `ip` leaves out
            assert known["operstate"] == str(link.operstate)
        states = {each["dst"]: each["state"] for each in ip.json("neigh show dev v0")}
        for neighbour in nl.dump(route.neighbours(index="v0", family="inet")):
            assert states[str(neighbour.destination)] == getattr(neighbour.state, "labels", None)
        flags = {each["dst"]: each["flags"] for each in ip.json("route")}
        for found in nl.dump(route.routes(table="main", family="inet")):
            assert flags[str(found.destination)] == getattr(found.flags, "labels", None)
