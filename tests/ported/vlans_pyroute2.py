"""Make a bridge with VLANs as a plan says: ports, tagged and untagged, an address in each. Safe to run again."""

import errno

from pyroute2 import IPRoute, NetlinkError

BRIDGE = "br0"
PORTS = {"p0": {"untagged": 10}, "p1": {"tagged": [10, 20]}, "p2": {"tagged": [20], "untagged": 30}}
ADDRESSES = {10: "10.0.10.1", 20: "10.0.20.1", 30: "10.0.30.1"}


def index_of(ipr, name):
    found = ipr.link_lookup(ifname=name)
    return found[0] if found else None


def ensure(ipr, name, **spec):
    if index_of(ipr, name) is None:
        ipr.link("add", ifname=name, **spec)
    index = index_of(ipr, name)
    ipr.link("set", index=index, state="up")
    return index


with IPRoute() as ipr:
    bridge = ensure(ipr, BRIDGE, kind="bridge", br_vlan_filtering=1, br_vlan_default_pvid=0)
    for name, plan in PORTS.items():
        port = index_of(ipr, name)
        ipr.link("set", index=port, master=bridge, state="up")
        for vid in plan.get("tagged", ()):
            ipr.vlan_filter("add", index=port, vlan_info={"vid": vid})
        if "untagged" in plan:
            ipr.vlan_filter("add", index=port, vlan_info={"vid": plan["untagged"], "flags": ["pvid", "untagged"]})
    for vid, address in ADDRESSES.items():
        ipr.vlan_filter("add", index=bridge, vlan_info={"vid": vid}, vlan_flags="self")
        device = ensure(ipr, f"{BRIDGE}.{vid}", kind="vlan", link=bridge, vlan_id=vid)
        try:
            ipr.addr("add", index=device, address=address, prefixlen=24)
        except NetlinkError as error:
            if error.code != errno.EEXIST:
                raise
