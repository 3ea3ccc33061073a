"""The VLANs of a bridge's ports and of the bridge itself, with all that each of them is there.

Source: linux/if_bridge.h, br_vlan_fill_vids, br_vlan_dump_dev and br_vlan_rtm_process_one in net/bridge/br_vlan.c,
br_vlan_process_one_opts in net/bridge/br_vlan_options.c, bridge(8).
"""

from __future__ import annotations

from importlib import import_module
from operator import attrgetter
from typing import ClassVar

import msgspec

from netlynx.engine.mirrored import Mirrored
from netlynx.engine.operation import Do, Dump, EventKind, Group, guarded, make_do, make_dump
from netlynx.engine.unfolding import Unfolding
from netlynx.engine.unresolved import by_name
from netlynx.errors import EncodeError
from netlynx.route import vlan_messages
from netlynx.route.arguments import index_of, number_of
from netlynx.route.constants import RTM, RTNLGRP
from netlynx.route.kinds.bridge import MulticastRouter
from netlynx.route.kinds.bridge_port import BridgePortState
from netlynx.route.link_bridge import BridgeVlan, BridgeVlanFlags
from netlynx.route.unsaid import by_links, fence
from netlynx.route.verbs import Verbs, register
from netlynx.route.vlan_messages import (
    BRIDGE_VLANDB,
    BRIDGE_VLANDB_ENTRY,
    BRIDGE_VLANDB_STATS,
    BRIDGE_VLANDB_TINFO,
    PortVlanMessage,
    VlanDumpFlags,
    VlanRequest,
    check_vlans,
)
from netlynx.route.vlan_options import TOLD, VlanOptions
from netlynx.schema import Record, attr, boolean, enum, head, takes, u8, u16, u32, u64
from netlynx.schema.facts import Facts
from netlynx.schema.sending import is_set, own, settable, taken_flags
from netlynx.wire.constants import NETLINK

_ENTRY = BRIDGE_VLANDB.ENTRY


class PortVlan(Record, header=PortVlanMessage):
    """A VLAN that a bridge's port is in, or a range of VLANs that are alike there (BRIDGE_VLANDB_ENTRY).

    | field | meaning |
    |---|---|
    | `index` | the port; or the bridge, which is in VLANs as a port is |
    | `vlan`, `last` | the VLAN, and the last one of a range, else None; `vlans` is all of them |
    | `flags` | PVID: what comes in untagged belongs to it; UNTAGGED: it goes out so; BRENTRY: the bridge is in it |
    | `state` | of the spanning tree there, ``"blocking"``; a daemon's to set, or an instance's (`set_mst_state`) |
    | `tunnel_id` | the tunnel (VXLAN network) that `vlan` is mapped to; of a range, the next to the next |
    | `multicast_router` | whether multicast routers are taken to be behind the port |
    | `multicast_groups`, `multicast_max_groups` | the port's groups, and how many there may be (0: any) |
    | `neighbour_suppress`, `neighbour_forward_gratuitous` | of ARP and neighbour discovery, as the port's own |
    | `rx_bytes`, `rx_packets`, `tx_bytes`, `tx_packets` | of a listing with statistics; what the bridge counts |

    Where alike VLANs are told as a range, a request may say one, too. ``route.replace(PortVlan(index="p0", vlan=10))``
    makes the port a member, or sets the flags of a VLAN that it is in already; ``route.change`` leaves flags as they
    are and sets the other fields. The kernel does that in this order: what it refuses of the other fields, it refuses
    when the port is a member. The bridge counts where it has `vlan_stats_enabled`.

    Source: linux/if_bridge.h, br_vlan_fill_vids in net/bridge/br_vlan.c.
    """

    __facts__: ClassVar[tuple[Facts, ...]] = (
        Facts(attributes=BRIDGE_VLANDB),
        Facts(attributes=BRIDGE_VLANDB_ENTRY, policy="br_vlan_db_policy"),
        Facts(attributes=BRIDGE_VLANDB_TINFO, policy="br_vlandb_tinfo_pol"),
        Facts(attributes=BRIDGE_VLANDB_STATS),
    )
    __omitted__: ClassVar[dict[str, str]] = {
        "BRIDGE_VLANDB_GLOBAL_OPTIONS": "a record of its own: VlanOptions",
        "BRIDGE_VLANDB_ENTRY_INFO": "its two members are fields of the header",
        "BRIDGE_VLANDB_TINFO_CMD": "of requests",
    }

    index: takes.Name[int] = head(always=True)
    vlan: int = head(always=True)
    last: int | None = attr((_ENTRY, BRIDGE_VLANDB_ENTRY.RANGE), u16)
    flags: takes.Flags[BridgeVlanFlags] = head(default=BridgeVlanFlags(0))
    state: takes.Member[BridgePortState | None] = attr((_ENTRY, BRIDGE_VLANDB_ENTRY.STATE), enum(BridgePortState, u8))
    tunnel_id: int | None = attr((_ENTRY, BRIDGE_VLANDB_ENTRY.TUNNEL_INFO, BRIDGE_VLANDB_TINFO.ID), u32)
    multicast_router: takes.Member[MulticastRouter | None] = attr(
        (_ENTRY, BRIDGE_VLANDB_ENTRY.MCAST_ROUTER), enum(MulticastRouter, u8)
    )
    multicast_groups: int | None = attr((_ENTRY, BRIDGE_VLANDB_ENTRY.MCAST_N_GROUPS), u32, read_only=True)
    multicast_max_groups: int | None = attr((_ENTRY, BRIDGE_VLANDB_ENTRY.MCAST_MAX_GROUPS), u32)
    neighbour_suppress: bool | None = attr((_ENTRY, BRIDGE_VLANDB_ENTRY.NEIGH_SUPPRESS), boolean)
    neighbour_forward_gratuitous: bool | None = attr((_ENTRY, BRIDGE_VLANDB_ENTRY.NEIGH_FORWARD_GRAT), boolean)
    rx_bytes: int | None = attr((_ENTRY, BRIDGE_VLANDB_ENTRY.STATS, BRIDGE_VLANDB_STATS.RX_BYTES), u64, read_only=True)
    rx_packets: int | None = attr(
        (_ENTRY, BRIDGE_VLANDB_ENTRY.STATS, BRIDGE_VLANDB_STATS.RX_PACKETS), u64, read_only=True
    )
    tx_bytes: int | None = attr((_ENTRY, BRIDGE_VLANDB_ENTRY.STATS, BRIDGE_VLANDB_STATS.TX_BYTES), u64, read_only=True)
    tx_packets: int | None = attr(
        (_ENTRY, BRIDGE_VLANDB_ENTRY.STATS, BRIDGE_VLANDB_STATS.TX_PACKETS), u64, read_only=True
    )

    @property
    def vlans(self) -> range:
        """All VLANs that it stands for."""
        return range(self.vlan, (self.last or self.vlan) + 1)


_ROWS = Unfolding((_ENTRY,), lead=4, within=BRIDGE_VLANDB_ENTRY.INFO, mark=0x4000)

VLANS: Group[PortVlan | VlanOptions] = Group(
    "route.VLANS",
    NETLINK.ROUTE,
    (RTNLGRP.BRVLAN,),
    {
        RTM.NEWVLAN | _ROWS.mark: (EventKind.NEW, PortVlan),
        RTM.DELVLAN | _ROWS.mark: (EventKind.DELETE, PortVlan),
        RTM.NEWVLAN | TOLD.mark: (EventKind.NEW, VlanOptions),
    },
    unfoldings=((_ROWS, (RTM.NEWVLAN, RTM.DELVLAN)), (TOLD, (RTM.NEWVLAN,))),
)
"""VLANs that ports and bridges come into, change in and leave (`PortVlan`), and what VLANs are for a whole bridge
(`VlanOptions`). One event may tell of a range, of which others were told by themselves."""


_MIRRORED = Mirrored(
    VLANS,
    key=attrgetter("index", "vlan"),
    lookups={("index",): None, ("index", "vlan"): None},
    belongs=lambda listing, record: None,  # what is told as one range may be a part of another: it is read again
    volatile=("multicast_groups",),
    causes=by_links,
    fence=fence,
)


@by_name(index="interface")
def port_vlans(*, index: int | str | None = None, statistics: bool = False) -> Dump[PortVlan]:
    """The VLANs of all bridges and their ports, or of one of those; alike ones that follow each other as a range.

    With `statistics` each has its counters, and there are no ranges: 4,094 VLANs are as many records. A bridge that
    does not filter by VLAN has them too, and does not look at them. Fails (EINVAL) for an interface that
    is no bridge and no port of one, and with `NotSupported` where the kernel's bridges have no VLANs. Raises
    EncodeError and EncodeTypeError for what is no interface.
    """
    request = VlanRequest(
        index=0 if index is None else index_of(index, "route.port_vlans(index)"),
        flags=VlanDumpFlags.STATS if statistics else None,
    )
    match = () if index is None else (("index", index),)
    listing = make_dump("route.port_vlans", NETLINK.ROUTE, RTM.GETVLAN, request, PortVlan, RTM.NEWVLAN, match=match)
    return msgspec.structs.replace(listing, reading=_ROWS, mirrored=None if statistics else _MIRRORED)


# -- changes -----------------------------------------------------------------------------------------------------

_SAID = BridgeVlanFlags.PVID | BridgeVlanFlags.UNTAGGED | BridgeVlanFlags.MASTER
_OPTIONS = (
    *("state", "tunnel_id", "multicast_router", "multicast_max_groups"),
    *("neighbour_suppress", "neighbour_forward_gratuitous"),
)
_OF_PORTS = ("multicast_max_groups", "neighbour_suppress", "neighbour_forward_gratuitous")


def _prepare(record: PortVlan, verb: str) -> vlan_messages.PortVlan:
    new = own(record)
    record = settable(record, "PortVlan", ("index", "vlan", "last", "flags") if verb == "change" else None)
    if record.index == 0:
        raise EncodeError("set the index of the port, or of the bridge", "PortVlan.index")
    check_vlans(record.vlan, record.last, "PortVlan")
    if verb == "delete":
        for name in _OPTIONS:
            if name in new:
                raise EncodeError("the kernel does not look at it when it deletes: leave it out", f"PortVlan.{name}")
        flags = taken_flags(record, _SAID, "PortVlan", why=_TOLD) & BridgeVlanFlags.MASTER
        return _said(record, flags, ())
    if verb == "change":
        if "flags" in new:
            raise EncodeError("it stays as it is when a VLAN is changed: use route.replace", "PortVlan.flags")
        options = [name for name in _OPTIONS if is_set(record, name)]
        if not options:
            raise EncodeError("it does not say what is to be different", "PortVlan")
        return _said(record, BridgeVlanFlags.ONLY_OPTS, options)
    flags = taken_flags(record, _SAID, "PortVlan", why=_TOLD)
    if flags & BridgeVlanFlags.PVID and record.last is not None:
        raise EncodeError("pvid: untagged frames belong to one VLAN, not to several", "PortVlan.flags")
    # Of what was read, what says no more than nothing stays out: a bridge's own VLANs have it, and take none.
    usual = {name for name in _OF_PORTS if name not in new and not getattr(record, name)}
    return _said(record, flags, [name for name in _OPTIONS if is_set(record, name) and name not in usual])


_TOLD = "the kernel finds it out itself"


def _said(record: PortVlan, flags: BridgeVlanFlags, options: list[str] | tuple[str, ...]) -> vlan_messages.PortVlan:
    said = {name: getattr(record, name) for name in options}
    if "tunnel_id" in said:
        said["tunnel_command"] = RTM.SETLINK
    return vlan_messages.PortVlan(
        index=record.index, vlan=BridgeVlan(vid=record.vlan, flags=flags), last=record.last, **said
    )


_ANEW = "the kernel sets a VLAN that is there already anew: use route.replace"

register(
    PortVlan,
    Verbs(
        new=RTM.NEWVLAN,
        delete=RTM.DELVLAN,
        prepare=_prepare,
        flags=dict.fromkeys(("replace", "change"), 0),
        without={"add": _ANEW, "append": _ANEW},
        guard="netlynx.route.port_vlan_rivals:VLANS",
        guards={"change": "netlynx.route.port_vlan_rivals:CHANGED"},
        mute=lambda request, verb: "the VLANs of ports",
    ),
)


@by_name(port="interface")
def set_vlan_tunnels(port: int | str, vlan: int, tunnel_id: int, *, last: int | None = None) -> Do[None]:
    """Map a VLAN of a port to a tunnel (a VXLAN network), or with `last` each of a range: the next to the next.

    The port has to be in the VLANs and to have `vlan_tunnel` (`route.set_bridge_port`); it is mostly a VXLAN device
    that takes its network from there (`external`). Fails with `AlreadyExists` where one is mapped to another already:
    `delete_vlan_tunnels` first. Raises EncodeError for what is no VLAN or tunnel.
    """
    most = 0xFFFFFF - (0 if last is None else _last(vlan, last, "route.set_vlan_tunnels") - vlan)
    tunnel_id = number_of(tunnel_id, 1, most, "a tunnel", "route.set_vlan_tunnels(tunnel_id)")
    return _tunnels("set", port, vlan, last, RTM.SETLINK, tunnel_id)


@by_name(port="interface")
def delete_vlan_tunnels(port: int | str, vlan: int, *, last: int | None = None) -> Do[None]:
    """Map a VLAN of a port, or a range of them, to no tunnel any more. Raises EncodeError for what is no VLAN."""
    return _tunnels("delete", port, vlan, last, RTM.DELLINK, None)


def _last(vlan: int, last: int, name: str) -> int:
    vlan = number_of(vlan, 1, 4093, "a VLAN with others behind it", f"{name}(vlan)")
    return number_of(last, vlan + 1, 4094, f"a VLAN behind {vlan}", f"{name}(last)")


def _tunnels(verb: str, port: int | str, vlan: int, last: int | None, command: int, tunnel_id: int | None) -> Do[None]:
    name = f"route.{verb}_vlan_tunnels"
    vlan = number_of(vlan, 1, 4094, "a VLAN", f"{name}(vlan)")
    last = None if last is None else _last(vlan, last, name)
    request = vlan_messages.PortVlan(
        index=index_of(port, f"{name}(port)"),
        vlan=BridgeVlan(vid=vlan, flags=BridgeVlanFlags.ONLY_OPTS),
        last=last,
        tunnel_id=tunnel_id,
        tunnel_command=command,
    )
    made = make_do(name, NETLINK.ROUTE, RTM.NEWVLAN, request)
    if last is None:
        return made
    guard = import_module("netlynx.route.port_vlan_rivals").CHANGED
    return guarded(made, PortVlan(index=request.index, vlan=vlan, last=last), request, guard)
