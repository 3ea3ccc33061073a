"""Receive-side scaling: which packets go to which queue.

Source: linux/ethtool_netlink_generated.h, linux/ethtool.h, net/ethtool/rss.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import (
    Constants,
    FlagSet,
    Record,
    array,
    attr,
    binary,
    enum,
    interface,
    nest,
    string,
    takes,
    u32,
    uint,
)
from netlynx.schema.facts import Facts

from .header import ETHTOOL_A_HEADER, NO_PHY, RequestFlags


class ETHTOOL_A_RSS(Constants):
    """Attributes."""

    UNSPEC = 0
    HEADER = 1
    CONTEXT = 2
    HFUNC = 3
    INDIR = 4
    HKEY = 5
    INPUT_XFRM = 6
    START_CONTEXT = 7
    FLOW_HASH = 8


class ETHTOOL_A_FLOW(Constants):
    """Attributes of the fields that are hashed, by kind of packet."""

    ETHER = 1
    IP4 = 2
    IP6 = 3
    TCP4 = 4
    TCP6 = 5
    UDP4 = 6
    UDP6 = 7
    SCTP4 = 8
    SCTP6 = 9
    AH4 = 10
    AH6 = 11
    ESP4 = 12
    ESP6 = 13
    AH_ESP4 = 14
    AH_ESP6 = 15
    GTPU4 = 16
    GTPU6 = 17
    GTPC4 = 18
    GTPC6 = 19
    GTPC_TEID4 = 20
    GTPC_TEID6 = 21
    GTPU_EH4 = 22
    GTPU_EH6 = 23
    GTPU_UL4 = 24
    GTPU_UL6 = 25
    GTPU_DL4 = 26
    GTPU_DL6 = 27


class HashInput(FlagSet, prefix="RXH_XFRM_"):
    """What is done to fields before they are hashed."""

    __omitted__: ClassVar[dict[str, str]] = {"RXH_XFRM_NO_CHANGE": "all bits: of the ioctl, where nothing else says so"}

    SYM_XOR = 1
    SYM_OR_XOR = 2


class HashFields(FlagSet, prefix="RXH_"):
    """Fields of a packet that are hashed."""

    DISCARD = 2147483648  # packets are dropped
    L2DA = 2
    VLAN = 4
    L3_PROTO = 8
    IP_SRC = 16
    IP_DST = 32
    L4_B_0_1 = 64  # source port
    L4_B_2_3 = 128  # destination port
    GTP_TEID = 256
    IP6_FL = 512  # flow label


class FlowFields(Record):
    """Which fields are hashed."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=ETHTOOL_A_FLOW, policy="ethnl_rss_flows_policy", spec=("ethtool", "flow")
    )

    ether: takes.Flags[HashFields | None] = attr(ETHTOOL_A_FLOW.ETHER, enum(HashFields, uint))
    ip4: takes.Flags[HashFields | None] = attr(ETHTOOL_A_FLOW.IP4, enum(HashFields, uint))
    ip6: takes.Flags[HashFields | None] = attr(ETHTOOL_A_FLOW.IP6, enum(HashFields, uint))
    tcp4: takes.Flags[HashFields | None] = attr(ETHTOOL_A_FLOW.TCP4, enum(HashFields, uint))
    tcp6: takes.Flags[HashFields | None] = attr(ETHTOOL_A_FLOW.TCP6, enum(HashFields, uint))
    udp4: takes.Flags[HashFields | None] = attr(ETHTOOL_A_FLOW.UDP4, enum(HashFields, uint))
    udp6: takes.Flags[HashFields | None] = attr(ETHTOOL_A_FLOW.UDP6, enum(HashFields, uint))
    sctp4: takes.Flags[HashFields | None] = attr(ETHTOOL_A_FLOW.SCTP4, enum(HashFields, uint))
    sctp6: takes.Flags[HashFields | None] = attr(ETHTOOL_A_FLOW.SCTP6, enum(HashFields, uint))
    ah4: takes.Flags[HashFields | None] = attr(ETHTOOL_A_FLOW.AH4, enum(HashFields, uint))
    ah6: takes.Flags[HashFields | None] = attr(ETHTOOL_A_FLOW.AH6, enum(HashFields, uint))
    esp4: takes.Flags[HashFields | None] = attr(ETHTOOL_A_FLOW.ESP4, enum(HashFields, uint))
    esp6: takes.Flags[HashFields | None] = attr(ETHTOOL_A_FLOW.ESP6, enum(HashFields, uint))
    ah_esp4: takes.Flags[HashFields | None] = attr(ETHTOOL_A_FLOW.AH_ESP4, enum(HashFields, uint))
    ah_esp6: takes.Flags[HashFields | None] = attr(ETHTOOL_A_FLOW.AH_ESP6, enum(HashFields, uint))
    gtpu4: takes.Flags[HashFields | None] = attr(ETHTOOL_A_FLOW.GTPU4, enum(HashFields, uint))
    gtpu6: takes.Flags[HashFields | None] = attr(ETHTOOL_A_FLOW.GTPU6, enum(HashFields, uint))
    gtpc4: takes.Flags[HashFields | None] = attr(ETHTOOL_A_FLOW.GTPC4, enum(HashFields, uint))
    gtpc6: takes.Flags[HashFields | None] = attr(ETHTOOL_A_FLOW.GTPC6, enum(HashFields, uint))
    gtpc_teid4: takes.Flags[HashFields | None] = attr(ETHTOOL_A_FLOW.GTPC_TEID4, enum(HashFields, uint))
    gtpc_teid6: takes.Flags[HashFields | None] = attr(ETHTOOL_A_FLOW.GTPC_TEID6, enum(HashFields, uint))
    gtpu_eh4: takes.Flags[HashFields | None] = attr(ETHTOOL_A_FLOW.GTPU_EH4, enum(HashFields, uint))
    gtpu_eh6: takes.Flags[HashFields | None] = attr(ETHTOOL_A_FLOW.GTPU_EH6, enum(HashFields, uint))
    gtpu_ul4: takes.Flags[HashFields | None] = attr(ETHTOOL_A_FLOW.GTPU_UL4, enum(HashFields, uint))
    gtpu_ul6: takes.Flags[HashFields | None] = attr(ETHTOOL_A_FLOW.GTPU_UL6, enum(HashFields, uint))
    gtpu_dl4: takes.Flags[HashFields | None] = attr(ETHTOOL_A_FLOW.GTPU_DL4, enum(HashFields, uint))
    gtpu_dl6: takes.Flags[HashFields | None] = attr(ETHTOOL_A_FLOW.GTPU_DL6, enum(HashFields, uint))


class Rss(Record, header=GenericHeader):
    """Receive-side scaling of a device, or of one of its further contexts."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=ETHTOOL_A_RSS,
        policy=("ethnl_rss_get_policy", "ethnl_rss_set_policy", "ethnl_rss_create_policy", "ethnl_rss_delete_policy"),
        spec=("ethtool", "rss"),
    )
    __omitted__: ClassVar[dict[str, str]] = NO_PHY

    device: str | None = attr((ETHTOOL_A_RSS.HEADER, ETHTOOL_A_HEADER.DEV_NAME), string(127))
    device_index: takes.Name[int | None] = attr((ETHTOOL_A_RSS.HEADER, ETHTOOL_A_HEADER.DEV_INDEX), interface)
    request_flags: takes.Flags[RequestFlags | None] = attr(
        (ETHTOOL_A_RSS.HEADER, ETHTOOL_A_HEADER.FLAGS), enum(RequestFlags, u32)
    )
    context: int | None = attr(ETHTOOL_A_RSS.CONTEXT, u32)  # 0, or none: of the device
    hash_function: int | None = attr(ETHTOOL_A_RSS.HFUNC, u32)  # a bit, named by string set 5
    indirection: takes.MaybeSeveral[int] = attr(ETHTOOL_A_RSS.INDIR, array(u32))  # queue by hash
    key: bytes | None = attr(ETHTOOL_A_RSS.HKEY, binary)
    input: takes.Flags[HashInput | None] = attr(ETHTOOL_A_RSS.INPUT_XFRM, enum(HashInput, u32))
    start_context: int | None = attr(ETHTOOL_A_RSS.START_CONTEXT, u32)  # of a dump: the first to list
    flows: takes.Nested[FlowFields | None] = attr(ETHTOOL_A_RSS.FLOW_HASH, nest(FlowFields))
