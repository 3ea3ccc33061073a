"""Ports of bridges (slave data, and IFLA_PROTINFO of the bridge family).

Source: linux/if_link.h, linux/if_bridge.h, net/bridge/br_netlink.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.route.kinds.bridge import BridgeId, MulticastRouter
from netlynx.schema import (
    Constants,
    Enumeration,
    Record,
    attr,
    boolean,
    enum,
    flag,
    interface,
    struct,
    takes,
    u8,
    u16,
    u32,
    u64,
)
from netlynx.schema.facts import Facts


class IFLA_BRPORT(Constants):
    """Attributes of a bridge port."""

    UNSPEC = 0
    STATE = 1
    PRIORITY = 2
    COST = 3
    MODE = 4
    GUARD = 5
    PROTECT = 6
    FAST_LEAVE = 7
    LEARNING = 8
    UNICAST_FLOOD = 9
    PROXYARP = 10
    LEARNING_SYNC = 11
    PROXYARP_WIFI = 12
    ROOT_ID = 13
    BRIDGE_ID = 14
    DESIGNATED_PORT = 15
    DESIGNATED_COST = 16
    ID = 17
    NO = 18
    TOPOLOGY_CHANGE_ACK = 19
    CONFIG_PENDING = 20
    MESSAGE_AGE_TIMER = 21
    FORWARD_DELAY_TIMER = 22
    HOLD_TIMER = 23
    FLUSH = 24
    MULTICAST_ROUTER = 25
    PAD = 26
    MCAST_FLOOD = 27
    MCAST_TO_UCAST = 28
    VLAN_TUNNEL = 29
    BCAST_FLOOD = 30
    GROUP_FWD_MASK = 31
    NEIGH_SUPPRESS = 32
    ISOLATED = 33
    BACKUP_PORT = 34
    MRP_RING_OPEN = 35
    MRP_IN_OPEN = 36
    MCAST_EHT_HOSTS_LIMIT = 37
    MCAST_EHT_HOSTS_CNT = 38
    LOCKED = 39
    MAB = 40
    MCAST_N_GROUPS = 41
    MCAST_MAX_GROUPS = 42
    NEIGH_VLAN_SUPPRESS = 43
    BACKUP_NHID = 44
    NEIGH_FORWARD_GRAT = 45


class BridgePortState(Enumeration, prefix="BR_STATE_"):
    """State of a port in the spanning tree."""

    DISABLED = 0
    LISTENING = 1
    LEARNING = 2
    FORWARDING = 3
    BLOCKING = 4


class BridgePort(Record):
    """A bridge's port. Times are in USER_HZ ticks (hundredths of a second).

    Source: linux/if_link.h, net/bridge/br_netlink.c.
    """

    __facts__: ClassVar[Facts] = Facts(
        attributes=IFLA_BRPORT, policy="br_port_policy", spec=("rt-link", "linkinfo-brport-attrs")
    )

    state: takes.Member[BridgePortState | None] = attr(IFLA_BRPORT.STATE, enum(BridgePortState, u8))
    priority: int | None = attr(IFLA_BRPORT.PRIORITY, u16)  # 0 to 63
    cost: int | None = attr(IFLA_BRPORT.COST, u32)
    hairpin: bool | None = attr(IFLA_BRPORT.MODE, boolean)  # BRIDGE_MODE_HAIRPIN
    guard: bool | None = attr(IFLA_BRPORT.GUARD, boolean)  # BPDU guard
    root_block: bool | None = attr(IFLA_BRPORT.PROTECT, boolean)
    fast_leave: bool | None = attr(IFLA_BRPORT.FAST_LEAVE, boolean)
    multicast_to_unicast: bool | None = attr(IFLA_BRPORT.MCAST_TO_UCAST, boolean)
    learning: bool | None = attr(IFLA_BRPORT.LEARNING, boolean)
    learning_sync: bool | None = attr(IFLA_BRPORT.LEARNING_SYNC, boolean, read_only=True)
    unicast_flood: bool | None = attr(IFLA_BRPORT.UNICAST_FLOOD, boolean)
    multicast_flood: bool | None = attr(IFLA_BRPORT.MCAST_FLOOD, boolean)
    broadcast_flood: bool | None = attr(IFLA_BRPORT.BCAST_FLOOD, boolean)
    proxy_arp: bool | None = attr(IFLA_BRPORT.PROXYARP, boolean)
    proxy_arp_wifi: bool | None = attr(IFLA_BRPORT.PROXYARP_WIFI, boolean)
    root_id: takes.Nested[BridgeId | None] = attr(IFLA_BRPORT.ROOT_ID, struct(BridgeId), read_only=True)
    bridge_id: takes.Nested[BridgeId | None] = attr(IFLA_BRPORT.BRIDGE_ID, struct(BridgeId), read_only=True)
    designated_port: int | None = attr(IFLA_BRPORT.DESIGNATED_PORT, u16, read_only=True)
    designated_cost: int | None = attr(IFLA_BRPORT.DESIGNATED_COST, u16, read_only=True)
    id: int | None = attr(IFLA_BRPORT.ID, u16, read_only=True)
    number: int | None = attr(IFLA_BRPORT.NO, u16, read_only=True)
    topology_change_ack: bool | None = attr(IFLA_BRPORT.TOPOLOGY_CHANGE_ACK, boolean, read_only=True)
    config_pending: bool | None = attr(IFLA_BRPORT.CONFIG_PENDING, boolean, read_only=True)
    vlan_tunnel: bool | None = attr(IFLA_BRPORT.VLAN_TUNNEL, boolean)
    group_forward_mask: int | None = attr(IFLA_BRPORT.GROUP_FWD_MASK, u16)  # last digit of 01:80:c2:00:00:0X
    neighbour_suppress: bool | None = attr(IFLA_BRPORT.NEIGH_SUPPRESS, boolean)
    mrp_ring_open: bool | None = attr(IFLA_BRPORT.MRP_RING_OPEN, boolean, read_only=True)
    mrp_in_open: bool | None = attr(IFLA_BRPORT.MRP_IN_OPEN, boolean, read_only=True)
    isolated: bool | None = attr(IFLA_BRPORT.ISOLATED, boolean)
    locked: bool | None = attr(IFLA_BRPORT.LOCKED, boolean)
    mac_auth_bypass: bool | None = attr(IFLA_BRPORT.MAB, boolean)
    neighbour_vlan_suppress: bool | None = attr(IFLA_BRPORT.NEIGH_VLAN_SUPPRESS, boolean)
    neighbour_forward_gratuitous: bool | None = attr(IFLA_BRPORT.NEIGH_FORWARD_GRAT, boolean, told=True)
    message_age_timer: int | None = attr(IFLA_BRPORT.MESSAGE_AGE_TIMER, u64, read_only=True)  # ticks left
    forward_delay_timer: int | None = attr(IFLA_BRPORT.FORWARD_DELAY_TIMER, u64, read_only=True)  # ticks left
    hold_timer: int | None = attr(IFLA_BRPORT.HOLD_TIMER, u64, read_only=True)  # ticks left
    flush: bool = attr(IFLA_BRPORT.FLUSH, flag)  # requests only: forget what was learned on it
    multicast_router: takes.Member[MulticastRouter | None] = attr(
        IFLA_BRPORT.MULTICAST_ROUTER, enum(MulticastRouter, u8)
    )
    multicast_eht_hosts_limit: int | None = attr(IFLA_BRPORT.MCAST_EHT_HOSTS_LIMIT, u32)
    multicast_eht_hosts: int | None = attr(IFLA_BRPORT.MCAST_EHT_HOSTS_CNT, u32, read_only=True)
    multicast_groups: int | None = attr(IFLA_BRPORT.MCAST_N_GROUPS, u32, read_only=True)
    multicast_max_groups: int | None = attr(IFLA_BRPORT.MCAST_MAX_GROUPS, u32)  # 0: no limit
    backup_port: takes.Name[int | None] = attr(IFLA_BRPORT.BACKUP_PORT, interface)  # interface index
    backup_nexthop: int | None = attr(IFLA_BRPORT.BACKUP_NHID, u32)  # nexthop id
