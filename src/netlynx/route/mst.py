"""States of bridge ports in the instances of the multiple spanning tree protocol.

Which VLANs are in which instance, `route.vlan_options` says. Source: net/bridge/br_mst.c, br_fill_ifinfo in
net/bridge/br_netlink.c.
"""

from __future__ import annotations

from importlib import import_module
from typing import ClassVar

import msgspec

from netlynx.engine.operation import Do, Dump, guarded, make_do, make_dump
from netlynx.engine.unfolding import Unfolding
from netlynx.engine.unresolved import by_name
from netlynx.route.arguments import index_of, member_of, number_of
from netlynx.route.constants import RTM, AddressFamily
from netlynx.route.kinds.bridge_port import BridgePortState
from netlynx.route.link import Link
from netlynx.route.link_bridge import IFLA_BRIDGE, IFLA_BRIDGE_MST, IFLA_BRIDGE_MST_ENTRY, BridgeSpec, MstState
from netlynx.route.link_constants import IFLA, LinkExtensions, LinkMessage
from netlynx.schema import Record, attr, enum, head, interface, takes, u8, u16
from netlynx.schema.facts import Facts
from netlynx.wire.constants import NETLINK

_ENTRY = (IFLA.AF_SPEC, IFLA_BRIDGE.MST, IFLA_BRIDGE_MST.ENTRY)


class MstPort(Record, header=LinkMessage):
    """The state that the port `index` of the bridge `bridge` has in an instance of the multiple spanning tree protocol.

    Source: br_mst_fill_info in net/bridge/br_mst.c.
    """

    __facts__: ClassVar[tuple[Facts, ...]] = (
        Facts(attributes=IFLA),
        Facts(attributes=IFLA_BRIDGE),
        Facts(attributes=IFLA_BRIDGE_MST),
        Facts(attributes=IFLA_BRIDGE_MST_ENTRY, policy="br_mst_nl_policy"),
    )
    __omitted__: ClassVar[dict[str, str]] = {"IFLA_*": "of the port's link"}

    index: takes.Name[int] = head(always=True)
    bridge: takes.Name[int | None] = attr(IFLA.MASTER, interface)
    instance: int | None = attr((*_ENTRY, IFLA_BRIDGE_MST_ENTRY.MSTI), u16)
    state: takes.Member[BridgePortState | None] = attr(
        (*_ENTRY, IFLA_BRIDGE_MST_ENTRY.STATE), enum(BridgePortState, u8)
    )
    family: takes.Member[AddressFamily] = head(default=AddressFamily.BRIDGE)


# Of a port's link, all but what bridge it belongs to.
_ROWS = Unfolding(_ENTRY, aside=tuple(each for each in range(1, 100) if each not in (IFLA.MASTER, IFLA.AF_SPEC)))


def mst_states() -> Dump[MstPort]:
    """The states of all ports in all instances. The kernel filters by nothing: use
    ``route.mst_states().where(index="p0")``."""
    request = Link(family=AddressFamily.BRIDGE, extensions=LinkExtensions.MST)
    listing = make_dump(
        "route.mst_states",
        NETLINK.ROUTE,
        RTM.GETLINK,
        request,
        MstPort,
        RTM.NEWLINK,
        match=(("family", AddressFamily.BRIDGE),),
    )
    return msgspec.structs.replace(listing, reading=_ROWS)


@by_name(port="interface")
def set_mst_state(port: int | str, instance: int, state: BridgePortState | str | int) -> Do[None]:
    """Set the state of a bridge's port in an instance (1 to 4095), as a daemon of that protocol does: ``"blocking"``.

    It counts in all VLANs of the instance; instance 0 is that of the port itself (`route.set_bridge_port`). Fails with
    `NotFound` where the port has no such instance: its bridge has to have the option `mst_enable`, and a VLAN of the
    port to be in it (`VlanOptions.mst_instance`). Raises EncodeError for what is no instance or state.
    """
    path = "route.set_mst_state"
    instance = number_of(instance, 1, 4095, "an instance", f"{path}(instance)")
    wanted = member_of(BridgePortState, state, f"{path}(state)")
    spec = BridgeSpec(mst=(MstState(instance=instance, state=wanted),))
    index = index_of(port, f"{path}(port)")
    request = Link(family=AddressFamily.BRIDGE, index=index, af_spec=spec)
    record = MstPort(index=index, instance=instance, state=wanted)
    guard = import_module("netlynx.route.mst_rivals").STATES
    return guarded(make_do(path, NETLINK.ROUTE, RTM.SETLINK, request), record, request, guard)
