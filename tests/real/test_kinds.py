"""Links of many kinds on a real kernel, with iproute2 as the witness. A kind that the kernel lacks is skipped."""

from __future__ import annotations

from typing import Any

import pytest

import netlynx
from netlynx import route
from netlynx.route.link import Link, link
from netlynx.route.verbs import add

pytestmark = [pytest.mark.namespace, pytest.mark.every_kernel]

# kind, the data to make a link of it with, and what `ip -d -j link` shows under info_data
MADE = [
    ("bridge", route.Bridge(forward_delay=500, vlan_filtering=True), {"forward_delay": 500, "vlan_filtering": 1}),
    ("vxlan", route.Vxlan(id=77, group="10.9.0.9", port=4789, ttl_inherit=True), {"id": 77, "remote": "10.9.0.9"}),
    ("vrf", route.Vrf(table=55), {"table": 55}),
    ("bond", route.Bond(mode=route.BondMode.LACP, miimon=100), {"mode": "802.3ad", "miimon": 100}),
    ("gre", route.Gre(remote="10.9.0.9", ttl=9, path_mtu_discovery=True), {"remote": "10.9.0.9", "ttl": 9}),
    ("ip6tnl", route.Ip6Tunnel(remote="fd09::9", ttl=9), {"remote": "fd09::9", "ttl": 9}),
    ("geneve", route.Geneve(id=5, remote="10.9.0.9"), {"id": 5, "remote": "10.9.0.9"}),
]


@pytest.mark.parametrize(("kind", "data", "shown"), MADE, ids=[kind for kind, _, _ in MADE])
def test_a_link_is_made_with_its_data(
    kind: str, data: Any, shown: dict[str, Any], nl: netlynx.Connection, ip: Any
) -> None:
    try:
        nl.do(add(Link(name="made", kind=kind, data=data)))
    except netlynx.NotSupported as error:
        pytest.skip(str(error))
    [witness] = ip.json("link show made")
    info = witness["linkinfo"]["info_data"]
    assert {name: info.get(name) for name in shown} == shown
    read = nl.do(link(name="made")).data
    assert not read.unknown
    for name in data.__struct_fields__:
        if getattr(data, name) not in (None, (), False):
            assert getattr(read, name) == getattr(data, name)


def test_a_veth_pair_is_made_with_both_names(nl: netlynx.Connection, ip: Any) -> None:
    nl.do(add(Link(name="here", kind="veth", data=route.Veth(peer=Link(name="there")))))
    assert {each["ifname"] for each in ip.json("link show type veth")} == {"here", "there"}


def test_a_bridge_port_has_slave_data(nl: netlynx.Connection, ip: Any) -> None:
    ip("link add bridge type bridge")
    ip("link add port type veth peer name other")
    ip("link set port master bridge")
    ip("link set port type bridge_slave hairpin on cost 9")
    port = nl.do(link(name="port"))
    assert port.slave_kind == "bridge"
    assert isinstance(port.slave_data, route.BridgePort)
    assert (port.slave_data.hairpin, port.slave_data.cost, port.slave_data.unknown) == (True, 9, ())
