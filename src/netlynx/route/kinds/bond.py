"""Bonds and their members.

Source: linux/if_link.h, linux/if_bonding.h, drivers/net/bonding/bond_netlink.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import (
    Constants,
    Enumeration,
    FlagSet,
    Record,
    attr,
    boolean,
    enum,
    indexed,
    interface,
    ip4,
    ip6,
    mac,
    nest,
    s32,
    takes,
    u8,
    u16,
    u32,
)
from netlynx.schema.facts import Facts
from netlynx.schema.record import replace_fields


class IFLA_BOND(Constants):
    """Attributes of a bond."""

    UNSPEC = 0
    MODE = 1
    ACTIVE_SLAVE = 2
    MIIMON = 3
    UPDELAY = 4
    DOWNDELAY = 5
    USE_CARRIER = 6
    ARP_INTERVAL = 7
    ARP_IP_TARGET = 8
    ARP_VALIDATE = 9
    ARP_ALL_TARGETS = 10
    PRIMARY = 11
    PRIMARY_RESELECT = 12
    FAIL_OVER_MAC = 13
    XMIT_HASH_POLICY = 14
    RESEND_IGMP = 15
    NUM_PEER_NOTIF = 16
    ALL_SLAVES_ACTIVE = 17
    MIN_LINKS = 18
    LP_INTERVAL = 19
    PACKETS_PER_SLAVE = 20
    AD_LACP_RATE = 21
    AD_SELECT = 22
    AD_INFO = 23
    AD_ACTOR_SYS_PRIO = 24
    AD_USER_PORT_KEY = 25
    AD_ACTOR_SYSTEM = 26
    TLB_DYNAMIC_LB = 27
    PEER_NOTIF_DELAY = 28
    AD_LACP_ACTIVE = 29
    MISSED_MAX = 30
    NS_IP6_TARGET = 31
    COUPLED_CONTROL = 32
    BROADCAST_NEIGH = 33
    LACP_STRICT = 34


class IFLA_BOND_AD_INFO(Constants):
    """Attributes of a bond's 802.3ad state."""

    UNSPEC = 0
    AGGREGATOR = 1
    NUM_PORTS = 2
    ACTOR_KEY = 3
    PARTNER_KEY = 4
    PARTNER_MAC = 5


class IFLA_BOND_SLAVE(Constants):
    """Attributes of a bond's member."""

    UNSPEC = 0
    STATE = 1
    MII_STATUS = 2
    LINK_FAILURE_COUNT = 3
    PERM_HWADDR = 4
    QUEUE_ID = 5
    AD_AGGREGATOR_ID = 6
    AD_ACTOR_OPER_PORT_STATE = 7
    AD_PARTNER_OPER_PORT_STATE = 8
    PRIO = 9
    ACTOR_PORT_PRIO = 10
    AD_CHURN_ACTOR_STATE = 11
    AD_CHURN_PARTNER_STATE = 12


class BondMode(
    Enumeration,
    prefix="BOND_MODE_",
    renamed={
        "BALANCE_RR": "BOND_MODE_ROUNDROBIN",
        "ACTIVE_BACKUP": "BOND_MODE_ACTIVEBACKUP",
        "BALANCE_XOR": "BOND_MODE_XOR",
        "LACP": "BOND_MODE_8023AD",
        "BALANCE_TLB": "BOND_MODE_TLB",
        "BALANCE_ALB": "BOND_MODE_ALB",
    },
    labels={"LACP": "802.3ad"},
):
    """How a bond spreads traffic over its members."""

    BALANCE_RR = 0
    ACTIVE_BACKUP = 1
    BALANCE_XOR = 2
    BROADCAST = 3
    LACP = 4
    BALANCE_TLB = 5
    BALANCE_ALB = 6


class XmitHashPolicy(
    Enumeration,
    prefix="BOND_XMIT_POLICY_",
    labels={
        "LAYER34": "layer3+4",
        "LAYER23": "layer2+3",
        "ENCAP23": "encap2+3",
        "ENCAP34": "encap3+4",
        "VLAN_SRCMAC": "vlan+srcmac",
    },
):
    """Which header fields choose the member that a packet leaves by."""

    LAYER2 = 0
    LAYER34 = 1
    LAYER23 = 2
    ENCAP23 = 3
    ENCAP34 = 4
    VLAN_SRCMAC = 5


class ArpValidate(Enumeration, labels={"FILTER_ACTIVE": "filter_active", "FILTER_BACKUP": "filter_backup"}):
    """On which members ARP probes and replies are checked (the kernel's option `arp_validate`)."""

    NONE = 0
    ACTIVE = 1
    BACKUP = 2
    ALL = 3
    FILTER = 4
    FILTER_ACTIVE = 5
    FILTER_BACKUP = 6


class ArpAllTargets(Enumeration):
    """Whether one or all ARP targets must answer (the kernel's option `arp_all_targets`)."""

    ANY = 0
    ALL = 1


class PrimaryReselect(Enumeration):
    """When the primary member takes over again (the kernel's option `primary_reselect`)."""

    ALWAYS = 0
    BETTER = 1
    FAILURE = 2


class FailOverMac(Enumeration):
    """Whose hardware address the bond has (the kernel's option `fail_over_mac`)."""

    NONE = 0
    ACTIVE = 1
    FOLLOW = 2


class LacpRate(Enumeration):
    """How often the partner is asked to send: every 30 seconds, or every second."""

    SLOW = 0
    FAST = 1


class AdSelect(Enumeration, labels={"PRIORITY": "actor_port_prio"}):
    """How the active aggregator is chosen (the kernel's option `ad_select`)."""

    STABLE = 0
    BANDWIDTH = 1
    COUNT = 2
    PRIORITY = 3


class BondMemberState(Enumeration, prefix="BOND_STATE_", upper=True):
    """Whether a member carries traffic or waits."""

    ACTIVE = 0
    BACKUP = 1


class BondMemberLink(
    Enumeration,
    prefix="BOND_LINK_",
    upper=True,
    renamed={"GOING_DOWN": "BOND_LINK_FAIL", "GOING_BACK": "BOND_LINK_BACK"},
):
    """Link state of a member, as the monitor sees it."""

    UP = 0
    GOING_DOWN = 1
    DOWN = 2
    GOING_BACK = 3


class LacpState(FlagSet, prefix="LACP_STATE_"):
    """Port state of the link aggregation control protocol (802.1AX)."""

    LACP_ACTIVITY = 1
    LACP_TIMEOUT = 2
    AGGREGATION = 4
    SYNCHRONIZATION = 8
    COLLECTING = 16
    DISTRIBUTING = 32
    DEFAULTED = 64
    EXPIRED = 128


class LacpChurn(Enumeration):
    """What the churn machine of one side says (net/bond_3ad.h)."""

    MONITOR = 0
    CHURN = 1
    NO_CHURN = 2


class BondAdInfo(Record):
    """State of a bond's active 802.3ad aggregator. Source: drivers/net/bonding/bond_netlink.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_BOND_AD_INFO, spec=("rt-link", "bond-ad-info-attrs"))

    aggregator: int | None = attr(IFLA_BOND_AD_INFO.AGGREGATOR, u16)
    ports: int | None = attr(IFLA_BOND_AD_INFO.NUM_PORTS, u16)
    actor_key: int | None = attr(IFLA_BOND_AD_INFO.ACTOR_KEY, u16)
    partner_key: int | None = attr(IFLA_BOND_AD_INFO.PARTNER_KEY, u16)
    partner_address: str | None = attr(IFLA_BOND_AD_INFO.PARTNER_MAC, mac(6))


class Bond(Record):
    """A bond. Source: linux/if_link.h, drivers/net/bonding/bond_netlink.c."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=IFLA_BOND, policy="bond_policy", spec=("rt-link", "linkinfo-bond-attrs")
    )

    mode: takes.Member[BondMode | None] = attr(IFLA_BOND.MODE, enum(BondMode, u8))
    active_member: takes.Name[int | None] = attr(IFLA_BOND.ACTIVE_SLAVE, interface)  # interface index
    miimon: int | None = attr(IFLA_BOND.MIIMON, u32)  # milliseconds between looks at the link; 0: never
    up_delay: int | None = attr(IFLA_BOND.UPDELAY, u32)  # milliseconds, rounded down to whole miimons
    down_delay: int | None = attr(IFLA_BOND.DOWNDELAY, u32)  # milliseconds, as up_delay
    peer_notify_delay: int | None = attr(IFLA_BOND.PEER_NOTIF_DELAY, u32)  # milliseconds, as up_delay
    use_carrier: bool | None = attr(IFLA_BOND.USE_CARRIER, boolean)
    arp_interval: int | None = attr(IFLA_BOND.ARP_INTERVAL, u32)  # milliseconds
    arp_targets: takes.MaybeSeveral[str] = attr(IFLA_BOND.ARP_IP_TARGET, indexed(ip4, first=0))
    ns_targets: takes.MaybeSeveral[str] = attr(IFLA_BOND.NS_IP6_TARGET, indexed(ip6, first=0))
    arp_validate: takes.Member[ArpValidate | None] = attr(IFLA_BOND.ARP_VALIDATE, enum(ArpValidate, u32))
    arp_all_targets: takes.Member[ArpAllTargets | None] = attr(IFLA_BOND.ARP_ALL_TARGETS, enum(ArpAllTargets, u32))
    primary: takes.Name[int | None] = attr(IFLA_BOND.PRIMARY, interface)  # interface index
    primary_reselect: takes.Member[PrimaryReselect | None] = attr(IFLA_BOND.PRIMARY_RESELECT, enum(PrimaryReselect, u8))
    fail_over_mac: takes.Member[FailOverMac | None] = attr(IFLA_BOND.FAIL_OVER_MAC, enum(FailOverMac, u8))
    xmit_hash_policy: takes.Member[XmitHashPolicy | None] = attr(IFLA_BOND.XMIT_HASH_POLICY, enum(XmitHashPolicy, u8))
    resend_igmp: int | None = attr(IFLA_BOND.RESEND_IGMP, u32)  # reports after a failover
    peer_notifications: int | None = attr(IFLA_BOND.NUM_PEER_NOTIF, u8)  # after a failover
    all_members_active: bool | None = attr(IFLA_BOND.ALL_SLAVES_ACTIVE, boolean)
    min_links: int | None = attr(IFLA_BOND.MIN_LINKS, u32)
    lp_interval: int | None = attr(IFLA_BOND.LP_INTERVAL, u32)  # seconds between learning packets
    packets_per_member: int | None = attr(IFLA_BOND.PACKETS_PER_SLAVE, u32)
    lacp_active: bool | None = attr(IFLA_BOND.AD_LACP_ACTIVE, boolean)
    lacp_rate: takes.Member[LacpRate | None] = attr(IFLA_BOND.AD_LACP_RATE, enum(LacpRate, u8))
    ad_select: takes.Member[AdSelect | None] = attr(IFLA_BOND.AD_SELECT, enum(AdSelect, u8))
    tlb_dynamic: bool | None = attr(IFLA_BOND.TLB_DYNAMIC_LB, boolean)
    missed_max: int | None = attr(IFLA_BOND.MISSED_MAX, u8)  # ARP probes
    coupled_control: bool | None = attr(IFLA_BOND.COUPLED_CONTROL, boolean, told=True)
    broadcast_neighbour: bool | None = attr(IFLA_BOND.BROADCAST_NEIGH, boolean, told=True)
    lacp_strict: bool | None = attr(IFLA_BOND.LACP_STRICT, boolean, told=True)
    ad_actor_system_priority: int | None = attr(IFLA_BOND.AD_ACTOR_SYS_PRIO, u16)
    ad_user_port_key: int | None = attr(IFLA_BOND.AD_USER_PORT_KEY, u16)
    ad_actor_system: str | None = attr(IFLA_BOND.AD_ACTOR_SYSTEM, mac(6))
    ad_info: takes.Nested[BondAdInfo | None] = attr(IFLA_BOND.AD_INFO, nest(BondAdInfo), read_only=True)

    def __again__(self) -> Bond:
        """What makes a bond like this one: what its mode has, without what the kernel does not take from the start.

        Source: unsuppmodes in drivers/net/bonding/bond_options.c.
        """
        lost = {"active_member": None}  # the kernel chooses it again
        for names, modes in _IN_MODES:
            if self.mode not in modes:
                lost.update(dict.fromkeys(names))
        if not self.miimon:
            lost.update(dict.fromkeys(("up_delay", "down_delay", "peer_notify_delay")))
        if not self.arp_interval:
            lost.update(dict.fromkeys(("arp_targets", "ns_targets")))
        if self.ad_actor_system == "00:00:00:00:00:00":
            lost["ad_actor_system"] = None
        return replace_fields(self, **lost)


_WITH_ACTIVE_MEMBER = (BondMode.ACTIVE_BACKUP, BondMode.BALANCE_TLB, BondMode.BALANCE_ALB)
_IN_MODES = (
    (
        (
            *("lacp_active", "lacp_rate", "coupled_control", "broadcast_neighbour", "lacp_strict"),
            *("ad_actor_system_priority", "ad_user_port_key", "ad_actor_system"),
        ),
        (BondMode.LACP,),
    ),
    (("primary",), _WITH_ACTIVE_MEMBER),
    (("tlb_dynamic",), (BondMode.BALANCE_TLB, BondMode.BALANCE_ALB)),
    (("packets_per_member",), (BondMode.BALANCE_RR,)),
    (
        ("arp_interval", "arp_validate", "missed_max"),
        (BondMode.BALANCE_RR, BondMode.ACTIVE_BACKUP, BondMode.BALANCE_XOR, BondMode.BROADCAST),
    ),
)


class BondMember(Record):
    """A bond's member (slave data). Source: linux/if_link.h, drivers/net/bonding/bond_netlink.c."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=IFLA_BOND_SLAVE, policy="bond_slave_policy", spec=("rt-link", "bond-slave-attrs")
    )

    state: takes.Member[BondMemberState | None] = attr(IFLA_BOND_SLAVE.STATE, enum(BondMemberState, u8), read_only=True)
    mii_status: takes.Member[BondMemberLink | None] = attr(
        IFLA_BOND_SLAVE.MII_STATUS, enum(BondMemberLink, u8), read_only=True
    )
    link_failures: int | None = attr(IFLA_BOND_SLAVE.LINK_FAILURE_COUNT, u32, read_only=True)
    permanent_address: str | None = attr(IFLA_BOND_SLAVE.PERM_HWADDR, mac, read_only=True)
    queue: int | None = attr(IFLA_BOND_SLAVE.QUEUE_ID, u16)
    priority: int | None = attr(IFLA_BOND_SLAVE.PRIO, s32)  # of being made active
    ad_aggregator: int | None = attr(IFLA_BOND_SLAVE.AD_AGGREGATOR_ID, u16, read_only=True)
    ad_actor_state: takes.Flags[LacpState | None] = attr(
        IFLA_BOND_SLAVE.AD_ACTOR_OPER_PORT_STATE, enum(LacpState, u8), read_only=True
    )
    ad_partner_state: takes.Flags[LacpState | None] = attr(
        IFLA_BOND_SLAVE.AD_PARTNER_OPER_PORT_STATE, enum(LacpState, u16), read_only=True
    )
    ad_actor_churn: takes.Member[LacpChurn | None] = attr(
        IFLA_BOND_SLAVE.AD_CHURN_ACTOR_STATE, enum(LacpChurn, u8), read_only=True
    )
    ad_partner_churn: takes.Member[LacpChurn | None] = attr(
        IFLA_BOND_SLAVE.AD_CHURN_PARTNER_STATE, enum(LacpChurn, u8), read_only=True
    )
    actor_port_priority: int | None = attr(IFLA_BOND_SLAVE.ACTOR_PORT_PRIO, u16)
