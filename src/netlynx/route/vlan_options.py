"""What a VLAN is for a whole bridge: how multicast is snooped in it, and its instance of the spanning tree.

Source: linux/if_bridge.h, br_vlan_global_opts_fill and br_vlan_process_global_one_opts in net/bridge/br_vlan_options.c.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec

from netlynx.engine.operation import Dump, make_dump
from netlynx.engine.unfolding import Unfolding
from netlynx.engine.unresolved import by_name
from netlynx.errors import EncodeError
from netlynx.route.arguments import index_of
from netlynx.route.constants import RTM, AddressFamily
from netlynx.route.kinds.bridge import BridgeQuerierState
from netlynx.route.mdb_messages import MDBA, MDBA_ROUTER, MdbRouterPort
from netlynx.route.verbs import Verbs, register
from netlynx.route.vlan_messages import (
    BRIDGE_VLANDB,
    BRIDGE_VLANDB_GOPTS,
    VlanDumpFlags,
    VlanMessage,
    VlanRequest,
    check_vlans,
)
from netlynx.schema import Record, attr, boolean, head, multi, nest, takes, u8, u16, u32, u64
from netlynx.schema.facts import Facts
from netlynx.schema.sending import given, settable
from netlynx.wire.constants import NETLINK

_OF = BRIDGE_VLANDB.GLOBAL_OPTIONS


class VlanOptions(Record, header=VlanMessage):
    """What a VLAN, or a range of VLANs that are alike, is for the whole bridge `bridge`.

    `vlan` is the first, `last` the last of a range, else None; `vlans` is all of them. The rest is about multicast, as
    the bridge's own fields of these names are, and counts where the bridge has the option `mcast_vlan_snooping`; times
    are in hundredths of a second. `mst_instance` is the VLAN's instance of the spanning tree (0 to 4095): what state
    that has on a port, `route.set_mst_state` says.

    The kernel takes changes of VLANs that the bridge or one of its ports is in: ``route.change(VlanOptions(…))``.

    Source: linux/if_bridge.h, net/bridge/br_vlan_options.c.
    """

    __facts__: ClassVar[tuple[Facts, ...]] = (
        Facts(attributes=BRIDGE_VLANDB),
        Facts(attributes=BRIDGE_VLANDB_GOPTS, policy="br_vlan_db_gpol"),
    )
    __omitted__: ClassVar[dict[str, str]] = {
        "BRIDGE_VLANDB_ENTRY": "a record of its own: PortVlan",
        "MDBA_MDB": "a listing of its own: MdbEntry",
    }

    bridge: takes.Name[int] = head("index", always=True)
    vlan: int | None = attr((_OF, BRIDGE_VLANDB_GOPTS.ID), u16, always=True)
    last: int | None = attr((_OF, BRIDGE_VLANDB_GOPTS.RANGE), u16)
    mst_instance: int | None = attr((_OF, BRIDGE_VLANDB_GOPTS.MSTI), u16)
    multicast_snooping: bool | None = attr((_OF, BRIDGE_VLANDB_GOPTS.MCAST_SNOOPING), boolean)
    multicast_querier: bool | None = attr((_OF, BRIDGE_VLANDB_GOPTS.MCAST_QUERIER), boolean)
    multicast_igmp_version: int | None = attr((_OF, BRIDGE_VLANDB_GOPTS.MCAST_IGMP_VERSION), u8)
    multicast_mld_version: int | None = attr((_OF, BRIDGE_VLANDB_GOPTS.MCAST_MLD_VERSION), u8)
    multicast_last_member_count: int | None = attr((_OF, BRIDGE_VLANDB_GOPTS.MCAST_LAST_MEMBER_CNT), u32)
    multicast_startup_query_count: int | None = attr((_OF, BRIDGE_VLANDB_GOPTS.MCAST_STARTUP_QUERY_CNT), u32)
    multicast_last_member_interval: int | None = attr((_OF, BRIDGE_VLANDB_GOPTS.MCAST_LAST_MEMBER_INTVL), u64)
    multicast_membership_interval: int | None = attr((_OF, BRIDGE_VLANDB_GOPTS.MCAST_MEMBERSHIP_INTVL), u64)
    multicast_querier_interval: int | None = attr((_OF, BRIDGE_VLANDB_GOPTS.MCAST_QUERIER_INTVL), u64)
    multicast_query_interval: int | None = attr((_OF, BRIDGE_VLANDB_GOPTS.MCAST_QUERY_INTVL), u64)
    multicast_query_response_interval: int | None = attr((_OF, BRIDGE_VLANDB_GOPTS.MCAST_QUERY_RESPONSE_INTVL), u64)
    multicast_startup_query_interval: int | None = attr((_OF, BRIDGE_VLANDB_GOPTS.MCAST_STARTUP_QUERY_INTVL), u64)
    multicast_querier_state: takes.Nested[BridgeQuerierState | None] = attr(
        (_OF, BRIDGE_VLANDB_GOPTS.MCAST_QUERIER_STATE), nest(BridgeQuerierState), read_only=True
    )
    multicast_router_ports: takes.Records[MdbRouterPort] = attr(
        (_OF, BRIDGE_VLANDB_GOPTS.MCAST_ROUTER_PORTS, MDBA.ROUTER, MDBA_ROUTER.PORT),
        multi(nest(MdbRouterPort)),
        read_only=True,
    )
    family: takes.Member[AddressFamily] = head(default=AddressFamily.BRIDGE, read_only=True)

    @property
    def vlans(self) -> range:
        """All VLANs that it stands for."""
        first = self.vlan or 0
        return range(first, (self.last or first) + 1)


TOLD = Unfolding((_OF,), mark=0x2000)
"""How a message is read that holds several."""


@by_name(bridge="interface")
def vlan_options(*, bridge: int | str | None = None) -> Dump[VlanOptions]:
    """What VLANs are for all bridges, or for one; alike ones that follow each other as a range.

    Fails as `port_vlans` does. Raises EncodeError and EncodeTypeError for what is no interface.
    """
    request = VlanRequest(
        index=0 if bridge is None else index_of(bridge, "route.vlan_options(bridge)"), flags=VlanDumpFlags.GLOBAL
    )
    match = () if bridge is None else (("bridge", bridge),)
    listing = make_dump(
        "route.vlan_options", NETLINK.ROUTE, RTM.GETVLAN, request, VlanOptions, RTM.NEWVLAN, match=match
    )
    return msgspec.structs.replace(listing, reading=TOLD)


_WHICH = ("bridge", "vlan", "last")


def _prepare(record: VlanOptions, verb: str) -> VlanOptions:
    if record.bridge == 0:
        raise EncodeError("set the index of the bridge", "VlanOptions.bridge")
    if record.vlan is None:
        raise EncodeError("set the VLAN, or the first of several", "VlanOptions.vlan")
    check_vlans(record.vlan, record.last, "VlanOptions")
    record = settable(record, "VlanOptions", _WHICH)
    if not {*given(record)} - {*_WHICH}:
        raise EncodeError("it does not say what is to be different", "VlanOptions")
    if (record.mst_instance or 0) > 4095:
        raise EncodeError(f"{record.mst_instance} is no instance (0 to 4095)", "VlanOptions.mst_instance")
    return record


_WITH_PORTS = "a VLAN is there as long as the bridge or a port is in it: change it, or use route.PortVlan"

register(
    VlanOptions,
    Verbs(
        new=RTM.NEWVLAN,
        delete=RTM.DELVLAN,
        prepare=_prepare,
        without=dict.fromkeys(("add", "append", "replace", "delete"), _WITH_PORTS),
        guards={"change": "netlynx.route.port_vlan_rivals:OPTIONS"},
        mute=lambda request, verb: "what VLANs are for a bridge",
    ),
)
