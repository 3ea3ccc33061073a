"""Make a bridge with VLANs as a plan says: ports, tagged and untagged, an address in each. Safe to run again."""

from typing import Any

import netlynx
from netlynx import route

BRIDGE = "br0"
PORTS: dict[str, dict[str, Any]] = {
    "p0": {"untagged": 10},
    "p1": {"tagged": [10, 20]},
    "p2": {"tagged": [20], "untagged": 30},
}
ADDRESSES = {10: "10.0.10.1", 20: "10.0.20.1", 30: "10.0.30.1"}

with netlynx.connect() as nl:
    options = route.Bridge(vlan_filtering=True, vlan_default_pvid=0)
    nl.do(route.ensure(route.add(route.Link(name=BRIDGE, kind="bridge", data=options))))
    nl.do(route.up(BRIDGE))
    for name, plan in PORTS.items():
        nl.do(route.change(route.Link(name=name, master=BRIDGE, flags="up")))
        for vid in plan.get("tagged", ()):
            nl.do(route.add_vlans(name, vid))
        if "untagged" in plan:
            nl.do(route.add_vlans(name, plan["untagged"], pvid=True, untagged=True))
    for vid, address in ADDRESSES.items():
        device = f"{BRIDGE}.{vid}"
        nl.do(route.add_vlans(BRIDGE, vid, own=True))
        nl.do(route.ensure(route.add(route.Link(name=device, kind="vlan", parent=BRIDGE, data={"id": vid}))))
        nl.do(route.up(device))
        nl.do(route.ensure(route.add(route.Address(index=device, address=f"{address}/24"))))
