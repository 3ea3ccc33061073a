"""Bridges. Source: linux/if_link.h, linux/if_bridge.h, net/bridge/br_netlink.c.

Times are in clock ticks as user space knows them (USER_HZ): hundredths of a second.
"""

from __future__ import annotations

from typing import Any, ClassVar

from netlynx.errors import EncodeError
from netlynx.route.kinds.vlan import VlanProtocol
from netlynx.schema import (
    Constants,
    Enumeration,
    FlagSet,
    Layout,
    Record,
    attr,
    be16,
    boolean,
    enum,
    flag,
    interface,
    ip4,
    ip6,
    mac,
    member,
    nest,
    struct,
    takes,
    u8,
    u16,
    u32,
    u64,
)
from netlynx.schema.facts import Facts
from netlynx.schema.natural import Masked
from netlynx.schema.record import replace_fields


class IFLA_BR(Constants):
    """Attributes of a bridge."""

    UNSPEC = 0
    FORWARD_DELAY = 1
    HELLO_TIME = 2
    MAX_AGE = 3
    AGEING_TIME = 4
    STP_STATE = 5
    PRIORITY = 6
    VLAN_FILTERING = 7
    VLAN_PROTOCOL = 8
    GROUP_FWD_MASK = 9
    ROOT_ID = 10
    BRIDGE_ID = 11
    ROOT_PORT = 12
    ROOT_PATH_COST = 13
    TOPOLOGY_CHANGE = 14
    TOPOLOGY_CHANGE_DETECTED = 15
    HELLO_TIMER = 16
    TCN_TIMER = 17
    TOPOLOGY_CHANGE_TIMER = 18
    GC_TIMER = 19
    GROUP_ADDR = 20
    FDB_FLUSH = 21
    MCAST_ROUTER = 22
    MCAST_SNOOPING = 23
    MCAST_QUERY_USE_IFADDR = 24
    MCAST_QUERIER = 25
    MCAST_HASH_ELASTICITY = 26
    MCAST_HASH_MAX = 27
    MCAST_LAST_MEMBER_CNT = 28
    MCAST_STARTUP_QUERY_CNT = 29
    MCAST_LAST_MEMBER_INTVL = 30
    MCAST_MEMBERSHIP_INTVL = 31
    MCAST_QUERIER_INTVL = 32
    MCAST_QUERY_INTVL = 33
    MCAST_QUERY_RESPONSE_INTVL = 34
    MCAST_STARTUP_QUERY_INTVL = 35
    NF_CALL_IPTABLES = 36
    NF_CALL_IP6TABLES = 37
    NF_CALL_ARPTABLES = 38
    VLAN_DEFAULT_PVID = 39
    PAD = 40
    VLAN_STATS_ENABLED = 41
    MCAST_STATS_ENABLED = 42
    MCAST_IGMP_VERSION = 43
    MCAST_MLD_VERSION = 44
    VLAN_STATS_PER_PORT = 45
    MULTI_BOOLOPT = 46
    MCAST_QUERIER_STATE = 47
    FDB_N_LEARNED = 48
    FDB_MAX_LEARNED = 49
    STP_MODE = 50


class BRIDGE_QUERIER(Constants):
    """Attributes of a bridge's view of multicast queriers."""

    UNSPEC = 0
    IP_ADDRESS = 1
    IP_PORT = 2
    IP_OTHER_TIMER = 3
    PAD = 4
    IPV6_ADDRESS = 5
    IPV6_PORT = 6
    IPV6_OTHER_TIMER = 7


class StpState(Enumeration):
    """Who runs the spanning tree protocol: nobody, the kernel, or a daemon. Requests take 0 and 1."""

    NONE = 0
    KERNEL = 1
    USER = 2


class StpMode(Enumeration, prefix="BR_STP_MODE_"):
    """Who is to run the spanning tree protocol when it is turned on."""

    AUTO = 0
    USER = 1
    KERNEL = 2


class MulticastRouter(Enumeration, prefix="MDB_RTR_TYPE_"):
    """Whether multicast routers are taken to be behind a bridge or port."""

    DISABLED = 0
    TEMP_QUERY = 1  # learn from queries
    PERM = 2
    TEMP = 3  # until a timer ends


class BridgeOption(FlagSet):
    """Boolean options; the kernel numbers their bits BR_BOOLOPT_*."""

    NO_LL_LEARN = 1 << 0
    MCAST_VLAN_SNOOPING = 1 << 1
    MST_ENABLE = 1 << 2
    MDB_OFFLOAD_FAIL_NOTIFICATION = 1 << 3
    FDB_LOCAL_VLAN_0 = 1 << 4


class BridgeOptions(Layout, Masked, c="br_boolopt_multi"):
    """Boolean options: their values, and which of them count (in a request: are set)."""

    values: takes.Flags[BridgeOption] = member(enum(BridgeOption, u32), c="optval")
    mask: takes.Flags[BridgeOption] = member(enum(BridgeOption, u32), c="optmask")


class BridgeId(Layout, c="ifla_bridge_id"):
    """Identity of a bridge in the spanning tree."""

    __differs__: ClassVar[dict[str, str]] = {"priority": "two bytes in C, the higher one first"}

    priority: int = member(be16, c="prio")
    address: str = member(mac(6), c="addr")


class BridgeQuerierState(Record):
    """The multicast queriers that a bridge knows. Source: linux/if_bridge.h, net/bridge/br_multicast.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=BRIDGE_QUERIER)

    address: takes.Ip[str | None] = attr(BRIDGE_QUERIER.IP_ADDRESS, ip4)
    port: takes.Name[int | None] = attr(BRIDGE_QUERIER.IP_PORT, interface)  # interface index; absent: the bridge itself
    other_timer: int | None = attr(BRIDGE_QUERIER.IP_OTHER_TIMER, u64)  # ticks
    address6: takes.Ip[str | None] = attr(BRIDGE_QUERIER.IPV6_ADDRESS, ip6)
    port6: takes.Name[int | None] = attr(BRIDGE_QUERIER.IPV6_PORT, interface)  # interface index
    other_timer6: int | None = attr(BRIDGE_QUERIER.IPV6_OTHER_TIMER, u64)  # ticks


_SECOND = 100  # ticks (USER_HZ)


class Bridge(Record):
    """A bridge. Source: linux/if_link.h, net/bridge/br_netlink.c."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=IFLA_BR, policy="br_policy", spec=("rt-link", "linkinfo-bridge-attrs")
    )
    __differs__: ClassVar[dict[str, str]] = {
        "vlan_protocol": "the kernel reads and writes it in network order (nla_get_be16, nla_put_be16)"
    }

    hello_timer: int | None = attr(IFLA_BR.HELLO_TIMER, u64, read_only=True)  # ticks left
    tcn_timer: int | None = attr(IFLA_BR.TCN_TIMER, u64, read_only=True)  # ticks left
    topology_change_timer: int | None = attr(IFLA_BR.TOPOLOGY_CHANGE_TIMER, u64, read_only=True)  # ticks left
    gc_timer: int | None = attr(IFLA_BR.GC_TIMER, u64, read_only=True)  # ticks left
    forward_delay: int | None = attr(IFLA_BR.FORWARD_DELAY, u32)  # ticks
    hello_time: int | None = attr(IFLA_BR.HELLO_TIME, u32)  # ticks
    max_age: int | None = attr(IFLA_BR.MAX_AGE, u32)  # ticks
    ageing: int | None = attr(IFLA_BR.AGEING_TIME, u32)  # ticks
    stp: takes.Member[StpState | None] = attr(IFLA_BR.STP_STATE, enum(StpState, u32))
    priority: int | None = attr(IFLA_BR.PRIORITY, u16)
    vlan_filtering: bool | None = attr(IFLA_BR.VLAN_FILTERING, boolean, told=True)
    group_forward_mask: int | None = attr(IFLA_BR.GROUP_FWD_MASK, u16)  # last digit of 01:80:c2:00:00:0X
    bridge_id: takes.Nested[BridgeId | None] = attr(IFLA_BR.BRIDGE_ID, struct(BridgeId), read_only=True)
    root_id: takes.Nested[BridgeId | None] = attr(IFLA_BR.ROOT_ID, struct(BridgeId), read_only=True)
    root_port: int | None = attr(IFLA_BR.ROOT_PORT, u16, read_only=True)
    root_path_cost: int | None = attr(IFLA_BR.ROOT_PATH_COST, u32, read_only=True)
    topology_change: bool | None = attr(IFLA_BR.TOPOLOGY_CHANGE, boolean, read_only=True)
    topology_change_detected: bool | None = attr(IFLA_BR.TOPOLOGY_CHANGE_DETECTED, boolean, read_only=True)
    group_address: str | None = attr(IFLA_BR.GROUP_ADDR, mac(6))
    options: takes.Natural[BridgeOptions | None] = attr(IFLA_BR.MULTI_BOOLOPT, struct(BridgeOptions), told=True)
    fdb_learned: int | None = attr(IFLA_BR.FDB_N_LEARNED, u32, read_only=True)  # entries
    fdb_max_learned: int | None = attr(IFLA_BR.FDB_MAX_LEARNED, u32, told=True)  # entries, 0: no limit
    stp_mode: takes.Member[StpMode | None] = attr(IFLA_BR.STP_MODE, enum(StpMode, u32), told=True)
    fdb_flush: bool = attr(IFLA_BR.FDB_FLUSH, flag)  # requests only
    vlan_protocol: takes.Member[VlanProtocol | None] = attr(IFLA_BR.VLAN_PROTOCOL, enum(VlanProtocol, be16), told=True)
    vlan_default_pvid: int | None = attr(IFLA_BR.VLAN_DEFAULT_PVID, u16, told=True)  # 0: none
    vlan_stats_enabled: bool | None = attr(IFLA_BR.VLAN_STATS_ENABLED, boolean, told=True)
    vlan_stats_per_port: bool | None = attr(IFLA_BR.VLAN_STATS_PER_PORT, boolean, told=True)
    multicast_router: takes.Member[MulticastRouter | None] = attr(
        IFLA_BR.MCAST_ROUTER, enum(MulticastRouter, u8), told=True
    )
    multicast_snooping: bool | None = attr(IFLA_BR.MCAST_SNOOPING, boolean, told=True)
    multicast_query_use_address: bool | None = attr(IFLA_BR.MCAST_QUERY_USE_IFADDR, boolean, told=True)
    multicast_querier: bool | None = attr(IFLA_BR.MCAST_QUERIER, boolean, told=True)
    multicast_stats_enabled: bool | None = attr(IFLA_BR.MCAST_STATS_ENABLED, boolean, told=True)
    multicast_hash_elasticity: int | None = attr(IFLA_BR.MCAST_HASH_ELASTICITY, u32, read_only=True)  # always 16
    multicast_hash_max: int | None = attr(IFLA_BR.MCAST_HASH_MAX, u32, told=True)
    multicast_last_member_count: int | None = attr(IFLA_BR.MCAST_LAST_MEMBER_CNT, u32, told=True)
    multicast_startup_query_count: int | None = attr(IFLA_BR.MCAST_STARTUP_QUERY_CNT, u32, told=True)
    multicast_igmp_version: int | None = attr(IFLA_BR.MCAST_IGMP_VERSION, u8, told=True)
    multicast_querier_state: takes.Nested[BridgeQuerierState | None] = attr(
        IFLA_BR.MCAST_QUERIER_STATE, nest(BridgeQuerierState), read_only=True
    )
    multicast_mld_version: int | None = attr(IFLA_BR.MCAST_MLD_VERSION, u8, told=True)
    multicast_last_member_interval: int | None = attr(IFLA_BR.MCAST_LAST_MEMBER_INTVL, u64, told=True)  # ticks
    multicast_membership_interval: int | None = attr(IFLA_BR.MCAST_MEMBERSHIP_INTVL, u64, told=True)  # ticks
    multicast_querier_interval: int | None = attr(IFLA_BR.MCAST_QUERIER_INTVL, u64, told=True)  # ticks
    multicast_query_interval: int | None = attr(IFLA_BR.MCAST_QUERY_INTVL, u64, told=True)  # ticks
    multicast_query_response_interval: int | None = attr(IFLA_BR.MCAST_QUERY_RESPONSE_INTVL, u64, told=True)  # ticks
    multicast_startup_query_interval: int | None = attr(IFLA_BR.MCAST_STARTUP_QUERY_INTVL, u64, told=True)  # ticks
    nf_call_iptables: bool | None = attr(IFLA_BR.NF_CALL_IPTABLES, boolean, told=True)
    nf_call_ip6tables: bool | None = attr(IFLA_BR.NF_CALL_IP6TABLES, boolean, told=True)
    nf_call_arptables: bool | None = attr(IFLA_BR.NF_CALL_ARPTABLES, boolean, told=True)

    def __sent__(self) -> Bridge:
        """The record as it is: the kernel would make a second of less, and only log it (br_multicast.c)."""
        for name in ("multicast_query_interval", "multicast_startup_query_interval"):
            value = getattr(self, name)
            if isinstance(value, int) and value < _SECOND:
                raise EncodeError(f"{value} is too short: {_SECOND} ticks, which are a second, are the least", name)
        return self

    def __again__(self) -> Bridge:
        """What makes a bridge like this one: what is off is left out where some kernels cannot even turn it off."""
        changes: dict[str, Any] = {}
        if self.vlan_filtering is False:
            changes["vlan_filtering"] = None
        if self.options is not None:
            options = BridgeOptions(values=self.options.values, mask=self.options.values)
            changes["options"] = options if options.mask else None
        return replace_fields(self, **changes)
