"""Tables of `ip -s -s neigh` and `bridge -s fdb`. See `witness`."""

from __future__ import annotations

from typing import Any

from netlynx.route.neighbour import Neighbour, NeighbourFlags, NeighbourState
from witness import ABSENT, Names, Table, attribute, hardware_address, interface, label, nonzero, null_if


def _link_layer(record: Neighbour, names: Names) -> Any:
    """An address of the link's type: on a tunnel an IP address."""
    return hardware_address(record.address, names.links[record.index].type)


def _states(record: Neighbour, names: Names) -> Any:
    return record.state.labels or ABSENT


def _extended(record: Neighbour) -> list[str]:
    return record.extended_flags.labels if record.extended_flags else []


def _seconds(name: str) -> Any:
    """Ages are in hundredths of a second; `ip` shows whole ones."""
    return lambda record, names: getattr(record.cacheinfo, name) // 100 if record.cacheinfo else ABSENT


NEIGHBOUR: Table = {
    "dst": attribute("destination"),
    "dev": interface("index"),
    "lladdr": _link_layer,
    "router": lambda record, names: null_if(NeighbourFlags.ROUTER in record.flags),
    "proxy": lambda record, names: null_if(NeighbourFlags.PROXY in record.flags),
    "extern_learn": lambda record, names: null_if(NeighbourFlags.EXTERNALLY_LEARNED in record.flags),
    "offload": lambda record, names: null_if(NeighbourFlags.OFFLOADED in record.flags),
    "managed": lambda record, names: null_if("managed" in _extended(record)),
    "refcnt": lambda record, names: nonzero(record.cacheinfo.references) if record.cacheinfo else ABSENT,
    "used": _seconds("used"),
    "confirmed": _seconds("confirmed"),
    "updated": _seconds("updated"),
    "probes": attribute("probes"),
    "state": _states,
    "protocol": attribute("protocol", label),
}


def _fdb_flags(record: Neighbour, names: Names) -> list[str]:
    shown = {
        "self": NeighbourFlags.SELF,
        "router": NeighbourFlags.ROUTER,
        "extern_learn": NeighbourFlags.EXTERNALLY_LEARNED,
        "offload": NeighbourFlags.OFFLOADED,
        "sticky": NeighbourFlags.STICKY,
    }
    return sorted(name for name, flag in shown.items() if flag in record.flags)


def _fdb_state(record: Neighbour, names: Names) -> str:
    """What the state means in a bridge's database; of several bits the first of these counts."""
    meanings = {
        NeighbourState.PERMANENT: "permanent",
        NeighbourState.NOARP: "static",
        NeighbourState.STALE: "stale",
        NeighbourState.REACHABLE: "",
    }
    return next(meaning for bit, meaning in meanings.items() if bit in record.state)


FDB: Table = {
    "mac": attribute("address"),
    "ifname": interface("index"),
    "dst": attribute("destination"),
    "vlan": attribute("vlan"),
    "port": attribute("port"),
    "vni": attribute("vni"),
    "src_vni": attribute("source_vni"),
    "viaIf": interface("via_index"),
    "nhid": attribute("nexthop_id"),
    "used": _seconds("used"),
    "updated": _seconds("updated"),
    "flags": _fdb_flags,
    "master": interface("master"),
    "state": _fdb_state,
}
