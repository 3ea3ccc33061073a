"""What links of one kind have of their own: IFLA_INFO_DATA, IFLA_INFO_SLAVE_DATA and IFLA_INFO_XSTATS.

`DATA`, `SLAVE_DATA` and `XSTATS` map the name of a kind (``"vxlan"``) to how its data is read; `WITHOUT_DATA` lists the
kinds of link that have none. Attribute numbers (``IFLA_VXLAN``) are in the file of their kind, which is loaded with the
first record of a link that is read or sent.
"""

from __future__ import annotations

from typing import Final

from netlynx.late import found
from netlynx.schema import Kind, nest, struct


def _data(module: str, name: str) -> Kind:
    return nest(found(f"{__name__}.{module}", name))


DATA: Final[dict[str, Kind]] = {
    "amt": _data("overlay", "Amt"),
    "bareudp": _data("overlay", "Bareudp"),
    "batadv": _data("overlay", "Batadv"),
    "bond": _data("bond", "Bond"),
    "bridge": _data("bridge", "Bridge"),
    "can": _data("can", "Can"),
    "dsa": _data("overlay", "Dsa"),
    "erspan": _data("gre", "Gre"),
    "geneve": _data("geneve", "Geneve"),
    "gre": _data("gre", "Gre"),
    "gretap": _data("gre", "Gre"),
    "gtp": _data("mobile", "Gtp"),
    "hsr": _data("hsr", "Hsr"),
    "ip6erspan": _data("gre", "Ip6Gre"),
    "ip6gre": _data("gre", "Ip6Gre"),
    "ip6gretap": _data("gre", "Ip6Gre"),
    "ip6tnl": _data("tunnel", "Ip6Tunnel"),
    "ipip": _data("tunnel", "Ipip"),
    "ipoib": _data("overlay", "Ipoib"),
    "ipvlan": _data("macvlan", "Ipvlan"),
    "ipvtap": _data("macvlan", "Ipvlan"),
    "macsec": _data("macsec", "Macsec"),
    "macvlan": _data("macvlan", "Macvlan"),
    "macvtap": _data("macvlan", "Macvlan"),
    "netkit": _data("veth", "Netkit"),
    "ovpn": _data("overlay", "Ovpn"),
    "ppp": _data("mobile", "Ppp"),
    "rmnet": _data("mobile", "Rmnet"),
    "sit": _data("tunnel", "Sit"),
    "tun": _data("tun", "Tun"),
    "veth": _data("veth", "Veth"),
    "vlan": _data("vlan", "Vlan"),
    "vrf": _data("vrf", "Vrf"),
    "vti": _data("tunnel", "Vti"),
    "vti6": _data("tunnel", "Vti6"),
    "vxcan": _data("veth", "Vxcan"),
    "vxlan": _data("vxlan", "Vxlan"),
    "wwan": _data("mobile", "Wwan"),
    "xfrm": _data("vrf", "XfrmInterface"),
}
"""IFLA_INFO_DATA by IFLA_INFO_KIND."""

SLAVE_DATA: Final[dict[str, Kind]] = {
    "bond": _data("bond", "BondMember"),
    "bridge": _data("bridge_port", "BridgePort"),
    "vrf": _data("vrf", "VrfMember"),
}
"""IFLA_INFO_SLAVE_DATA by IFLA_INFO_SLAVE_KIND."""

XSTATS: Final[dict[str, Kind]] = {"can": struct(found(f"{__name__}.can", "CanStatistics"))}
"""IFLA_INFO_XSTATS by IFLA_INFO_KIND."""

WITHOUT_DATA: Final[frozenset[str]] = frozenset(
    {
        "dummy",
        "ifb",
        "lowpan",
        "netdevsim",
        "nlmon",
        "openvswitch",
        "pfcp",
        "team",
        "vcan",
        "virt_wifi",
        "vsockmon",
        "wireguard",
    }
)
"""Kinds of link of which rtnetlink says no more than their name."""
