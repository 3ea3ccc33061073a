"""Connectivity Fault Management (IEEE 802.1Q, clause 12.14) of a bridge: maintenance end points (MEPs).

The kernel answers with the fields in the plural, each entry with the `instance` it belongs to; a request sets one
of the others. Source: linux/if_bridge.h, linux/cfm_bridge.h, net/bridge/br_cfm_netlink.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import (
    Constants,
    Enumeration,
    Record,
    attr,
    binary,
    enum,
    interface,
    mac,
    multi,
    nest,
    takes,
    u8,
    u32,
)
from netlynx.schema.facts import Facts


class IFLA_BRIDGE_CFM(Constants):
    """Attributes of IFLA_BRIDGE_CFM: those in …_INFO are answers, the others requests."""

    UNSPEC = 0
    MEP_CREATE = 1
    MEP_DELETE = 2
    MEP_CONFIG = 3
    CC_CONFIG = 4
    CC_PEER_MEP_ADD = 5
    CC_PEER_MEP_REMOVE = 6
    CC_RDI = 7
    CC_CCM_TX = 8
    MEP_CREATE_INFO = 9
    MEP_CONFIG_INFO = 10
    CC_CONFIG_INFO = 11
    CC_RDI_INFO = 12
    CC_CCM_TX_INFO = 13
    CC_PEER_MEP_INFO = 14
    MEP_STATUS_INFO = 15
    CC_PEER_STATUS_INFO = 16


class IFLA_BRIDGE_CFM_MEP_CREATE(Constants):
    """Attributes of a MEP as it is made."""

    UNSPEC = 0
    INSTANCE = 1
    DOMAIN = 2
    DIRECTION = 3
    IFINDEX = 4


class IFLA_BRIDGE_CFM_MEP_DELETE(Constants):
    """Attributes of a request to remove a MEP."""

    UNSPEC = 0
    INSTANCE = 1


class IFLA_BRIDGE_CFM_MEP_CONFIG(Constants):
    """Attributes of a MEP's configuration."""

    UNSPEC = 0
    INSTANCE = 1
    UNICAST_MAC = 2
    MDLEVEL = 3
    MEPID = 4


class IFLA_BRIDGE_CFM_CC_CONFIG(Constants):
    """Attributes of the configuration of continuity checks."""

    UNSPEC = 0
    INSTANCE = 1
    ENABLE = 2
    EXP_INTERVAL = 3
    EXP_MAID = 4


class IFLA_BRIDGE_CFM_CC_PEER_MEP(Constants, renamed={"ID": "IFLA_BRIDGE_CFM_CC_PEER_MEPID"}):
    """Attributes of a peer that continuity checks are expected from."""

    UNSPEC = 0
    INSTANCE = 1
    ID = 2


class IFLA_BRIDGE_CFM_CC_RDI(Constants):
    """Attributes of a MEP's remote defect indication."""

    UNSPEC = 0
    INSTANCE = 1
    RDI = 2


class IFLA_BRIDGE_CFM_CC_CCM_TX(Constants):
    """Attributes of the sending of continuity checks."""

    UNSPEC = 0
    INSTANCE = 1
    DMAC = 2
    SEQ_NO_UPDATE = 3
    PERIOD = 4
    IF_TLV = 5
    IF_TLV_VALUE = 6
    PORT_TLV = 7
    PORT_TLV_VALUE = 8


class IFLA_BRIDGE_CFM_MEP_STATUS(Constants):
    """Attributes of a MEP's status."""

    UNSPEC = 0
    INSTANCE = 1
    OPCODE_UNEXP_SEEN = 2
    VERSION_UNEXP_SEEN = 3
    RX_LEVEL_LOW_SEEN = 4


class IFLA_BRIDGE_CFM_CC_PEER_STATUS(Constants):
    """Attributes of a peer's status."""

    UNSPEC = 0
    INSTANCE = 1
    PEER_MEPID = 2
    CCM_DEFECT = 3
    RDI = 4
    PORT_TLV_VALUE = 5
    IF_TLV_VALUE = 6
    SEEN = 7
    TLV_SEEN = 8
    SEQ_UNEXP_SEEN = 9


class CfmDomain(Enumeration, prefix="BR_CFM_"):
    """What a MEP watches over: a port, or a VLAN of it."""

    __omitted__: ClassVar[dict[str, str]] = {"BR_CFM_OPCODE_CCM": "a number in packets"}

    PORT = 0
    VLAN = 1


class CfmDirection(Enumeration, prefix="BR_CFM_MEP_DIRECTION_"):
    """Where a MEP looks: out of its port, or into the bridge."""

    DOWN = 0
    UP = 1


class CfmInterval(
    Enumeration,
    prefix="BR_CFM_CCM_INTERVAL_",
    renamed={
        "MS_3_3": "BR_CFM_CCM_INTERVAL_3_3_MS",
        "MS_10": "BR_CFM_CCM_INTERVAL_10_MS",
        "MS_100": "BR_CFM_CCM_INTERVAL_100_MS",
        "SEC_1": "BR_CFM_CCM_INTERVAL_1_SEC",
        "SEC_10": "BR_CFM_CCM_INTERVAL_10_SEC",
        "MIN_1": "BR_CFM_CCM_INTERVAL_1_MIN",
        "MIN_10": "BR_CFM_CCM_INTERVAL_10_MIN",
    },
):
    """Time between continuity checks."""

    NONE = 0
    MS_3_3 = 1
    MS_10 = 2
    MS_100 = 3
    SEC_1 = 4
    SEC_10 = 5
    MIN_1 = 6
    MIN_10 = 7


class CfmMep(Record):
    """A MEP: where it is and where it looks."""

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_BRIDGE_CFM_MEP_CREATE, policy="br_cfm_mep_create_policy")

    instance: int | None = attr(IFLA_BRIDGE_CFM_MEP_CREATE.INSTANCE, u32)
    domain: takes.Member[CfmDomain | None] = attr(IFLA_BRIDGE_CFM_MEP_CREATE.DOMAIN, enum(CfmDomain, u32))
    direction: takes.Member[CfmDirection | None] = attr(IFLA_BRIDGE_CFM_MEP_CREATE.DIRECTION, enum(CfmDirection, u32))
    index: takes.Name[int | None] = attr(IFLA_BRIDGE_CFM_MEP_CREATE.IFINDEX, interface)  # of its port


class CfmMepConfiguration(Record):
    """Identity of a MEP."""

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_BRIDGE_CFM_MEP_CONFIG, policy="br_cfm_mep_config_policy")

    instance: int | None = attr(IFLA_BRIDGE_CFM_MEP_CONFIG.INSTANCE, u32)
    unicast_mac: str | None = attr(IFLA_BRIDGE_CFM_MEP_CONFIG.UNICAST_MAC, mac(6))
    level: int | None = attr(IFLA_BRIDGE_CFM_MEP_CONFIG.MDLEVEL, u32)  # 0 to 7
    id: int | None = attr(IFLA_BRIDGE_CFM_MEP_CONFIG.MEPID, u32)  # 1 to 8191


class CfmChecks(Record):
    """Continuity checks that a MEP expects."""

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_BRIDGE_CFM_CC_CONFIG, policy="br_cfm_cc_config_policy")

    instance: int | None = attr(IFLA_BRIDGE_CFM_CC_CONFIG.INSTANCE, u32)
    enable: bool | None = attr(IFLA_BRIDGE_CFM_CC_CONFIG.ENABLE, enum(bool, u32))
    interval: takes.Member[CfmInterval | None] = attr(IFLA_BRIDGE_CFM_CC_CONFIG.EXP_INTERVAL, enum(CfmInterval, u32))
    maid: bytes | None = attr(IFLA_BRIDGE_CFM_CC_CONFIG.EXP_MAID, binary(48))  # maintenance association


class CfmPeer(Record):
    """A peer from which a MEP expects continuity checks."""

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_BRIDGE_CFM_CC_PEER_MEP, policy="br_cfm_cc_peer_mep_policy")

    instance: int | None = attr(IFLA_BRIDGE_CFM_CC_PEER_MEP.INSTANCE, u32)
    id: int | None = attr(IFLA_BRIDGE_CFM_CC_PEER_MEP.ID, u32)


class CfmDefect(Record):
    """Whether a MEP tells its peers of a defect."""

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_BRIDGE_CFM_CC_RDI, policy="br_cfm_cc_rdi_policy")

    instance: int | None = attr(IFLA_BRIDGE_CFM_CC_RDI.INSTANCE, u32)
    defect: bool | None = attr(IFLA_BRIDGE_CFM_CC_RDI.RDI, enum(bool, u32))


class CfmTransmission(Record):
    """Continuity checks that a MEP sends, for `period` microseconds."""

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_BRIDGE_CFM_CC_CCM_TX, policy="br_cfm_cc_ccm_tx_policy")

    instance: int | None = attr(IFLA_BRIDGE_CFM_CC_CCM_TX.INSTANCE, u32)
    destination: str | None = attr(IFLA_BRIDGE_CFM_CC_CCM_TX.DMAC, mac(6))
    same_sequence: bool | None = attr(IFLA_BRIDGE_CFM_CC_CCM_TX.SEQ_NO_UPDATE, enum(bool, u32))
    period: int | None = attr(IFLA_BRIDGE_CFM_CC_CCM_TX.PERIOD, u32)  # us
    interface_tlv: bool | None = attr(IFLA_BRIDGE_CFM_CC_CCM_TX.IF_TLV, enum(bool, u32))
    interface_status: int | None = attr(IFLA_BRIDGE_CFM_CC_CCM_TX.IF_TLV_VALUE, u8)
    port_tlv: bool | None = attr(IFLA_BRIDGE_CFM_CC_CCM_TX.PORT_TLV, enum(bool, u32))
    port_status: int | None = attr(IFLA_BRIDGE_CFM_CC_CCM_TX.PORT_TLV_VALUE, u8)


class CfmMepStatus(Record):
    """What a MEP has seen since it was last asked."""

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_BRIDGE_CFM_MEP_STATUS)

    instance: int | None = attr(IFLA_BRIDGE_CFM_MEP_STATUS.INSTANCE, u32)
    unexpected_opcode: bool | None = attr(IFLA_BRIDGE_CFM_MEP_STATUS.OPCODE_UNEXP_SEEN, enum(bool, u32))
    unexpected_version: bool | None = attr(IFLA_BRIDGE_CFM_MEP_STATUS.VERSION_UNEXP_SEEN, enum(bool, u32))
    low_level: bool | None = attr(IFLA_BRIDGE_CFM_MEP_STATUS.RX_LEVEL_LOW_SEEN, enum(bool, u32))


class CfmPeerStatus(Record):
    """What a MEP knows of a peer, and has seen of it since it was last asked."""

    __facts__: ClassVar[Facts] = Facts(attributes=IFLA_BRIDGE_CFM_CC_PEER_STATUS)

    instance: int | None = attr(IFLA_BRIDGE_CFM_CC_PEER_STATUS.INSTANCE, u32)
    id: int | None = attr(IFLA_BRIDGE_CFM_CC_PEER_STATUS.PEER_MEPID, u32)
    lost: bool | None = attr(IFLA_BRIDGE_CFM_CC_PEER_STATUS.CCM_DEFECT, enum(bool, u32))  # no checks arrive
    defect: bool | None = attr(IFLA_BRIDGE_CFM_CC_PEER_STATUS.RDI, enum(bool, u32))  # the peer reports one
    port_status: int | None = attr(IFLA_BRIDGE_CFM_CC_PEER_STATUS.PORT_TLV_VALUE, u8)
    interface_status: int | None = attr(IFLA_BRIDGE_CFM_CC_PEER_STATUS.IF_TLV_VALUE, u8)
    seen: bool | None = attr(IFLA_BRIDGE_CFM_CC_PEER_STATUS.SEEN, enum(bool, u32))
    tlv_seen: bool | None = attr(IFLA_BRIDGE_CFM_CC_PEER_STATUS.TLV_SEEN, enum(bool, u32))
    unexpected_sequence: bool | None = attr(IFLA_BRIDGE_CFM_CC_PEER_STATUS.SEQ_UNEXP_SEEN, enum(bool, u32))


class Cfm(Record):
    """MEPs of a bridge (fields in the plural), or one request about a MEP. Source: linux/if_bridge.h, br_cfm_parse."""

    __facts__: ClassVar[tuple[Facts, ...]] = (
        Facts(attributes=IFLA_BRIDGE_CFM, policy="br_cfm_policy"),
        Facts(attributes=IFLA_BRIDGE_CFM_MEP_DELETE, policy="br_cfm_mep_delete_policy"),
    )

    meps: takes.Records[CfmMep] = attr(IFLA_BRIDGE_CFM.MEP_CREATE_INFO, multi(nest(CfmMep)))
    configurations: takes.Records[CfmMepConfiguration] = attr(
        IFLA_BRIDGE_CFM.MEP_CONFIG_INFO, multi(nest(CfmMepConfiguration))
    )
    checks: takes.Records[CfmChecks] = attr(IFLA_BRIDGE_CFM.CC_CONFIG_INFO, multi(nest(CfmChecks)))
    defects: takes.Records[CfmDefect] = attr(IFLA_BRIDGE_CFM.CC_RDI_INFO, multi(nest(CfmDefect)))
    transmissions: takes.Records[CfmTransmission] = attr(IFLA_BRIDGE_CFM.CC_CCM_TX_INFO, multi(nest(CfmTransmission)))
    peers: takes.Records[CfmPeer] = attr(IFLA_BRIDGE_CFM.CC_PEER_MEP_INFO, multi(nest(CfmPeer)))
    statuses: takes.Records[CfmMepStatus] = attr(IFLA_BRIDGE_CFM.MEP_STATUS_INFO, multi(nest(CfmMepStatus)))
    peer_statuses: takes.Records[CfmPeerStatus] = attr(IFLA_BRIDGE_CFM.CC_PEER_STATUS_INFO, multi(nest(CfmPeerStatus)))
    create: takes.Nested[CfmMep | None] = attr(IFLA_BRIDGE_CFM.MEP_CREATE, nest(CfmMep))
    delete: int | None = attr((IFLA_BRIDGE_CFM.MEP_DELETE, IFLA_BRIDGE_CFM_MEP_DELETE.INSTANCE), u32)
    configure: takes.Nested[CfmMepConfiguration | None] = attr(IFLA_BRIDGE_CFM.MEP_CONFIG, nest(CfmMepConfiguration))
    check: takes.Nested[CfmChecks | None] = attr(IFLA_BRIDGE_CFM.CC_CONFIG, nest(CfmChecks))
    add_peer: takes.Nested[CfmPeer | None] = attr(IFLA_BRIDGE_CFM.CC_PEER_MEP_ADD, nest(CfmPeer))
    remove_peer: takes.Nested[CfmPeer | None] = attr(IFLA_BRIDGE_CFM.CC_PEER_MEP_REMOVE, nest(CfmPeer))
    defect: takes.Nested[CfmDefect | None] = attr(IFLA_BRIDGE_CFM.CC_RDI, nest(CfmDefect))
    transmit: takes.Nested[CfmTransmission | None] = attr(IFLA_BRIDGE_CFM.CC_CCM_TX, nest(CfmTransmission))
