"""Data Center Bridging of a device, as messages have it. Source: linux/dcbnl.h, net/dcb/dcbnl.c, dcb(8)."""

from __future__ import annotations

from typing import ClassVar

from netlynx.dcb.constants import (
    DCB_APP_ATTR,
    DCB_ATTR,
    DCB_ATTR_CEE,
    DCB_ATTR_CEE_PEER_APP,
    DCB_ATTR_IEEE,
    DCB_ATTR_IEEE_APP,
    DCB_BCN_ATTR,
    DCB_CAP_ATTR,
    DCB_FEATCFG_ATTR,
    DCB_NUMTCS_ATTR,
    DCB_PFC_UP_ATTR,
    DCB_PG_ATTR,
    DCB_TC_ATTR_PARAM,
)
from netlynx.dcb.structs import (
    Application,
    Buffer,
    Congestion,
    CongestionStatistics,
    DcbMessage,
    DcbxMode,
    Ets,
    FeatureFlags,
    MaxRates,
    PeerApplications,
    PeerGroups,
    PeerPfc,
    Pfc,
    Selector,
)
from netlynx.dcb.tables import application_table, trust_order
from netlynx.schema import Record, attr, enum, flag, head, mac, multi, nest, s8, string, struct, takes, u8, u16, u32
from netlynx.schema.facts import Facts, NoFacts


class FlowControl(Record):
    """Which priorities have flow control (CEE): 0, or 1 and, of some drivers, 2 and 3 for one direction."""

    __facts__: ClassVar[Facts] = Facts(attributes=DCB_PFC_UP_ATTR, policy="dcbnl_pfc_up_nest")
    __omitted__: ClassVar[dict[str, str]] = {
        "DCB_PFC_UP_ATTR_ALL": "asks for all of them: `Query` has it",
        "DCB_PFC_UP_ATTR_UNDEFINED": "no attribute has this number",
    }

    up0: int | None = attr(DCB_PFC_UP_ATTR.UP_0, u8)
    up1: int | None = attr(DCB_PFC_UP_ATTR.UP_1, u8)
    up2: int | None = attr(DCB_PFC_UP_ATTR.UP_2, u8)
    up3: int | None = attr(DCB_PFC_UP_ATTR.UP_3, u8)
    up4: int | None = attr(DCB_PFC_UP_ATTR.UP_4, u8)
    up5: int | None = attr(DCB_PFC_UP_ATTR.UP_5, u8)
    up6: int | None = attr(DCB_PFC_UP_ATTR.UP_6, u8)
    up7: int | None = attr(DCB_PFC_UP_ATTR.UP_7, u8)


class TrafficClass(Record):
    """A traffic class of CEE. A value of 255 is one that the driver does not tell."""

    __facts__: ClassVar[Facts] = Facts(attributes=DCB_TC_ATTR_PARAM, policy="dcbnl_tc_param_nest")
    __omitted__: ClassVar[dict[str, str]] = {
        "DCB_TC_ATTR_PARAM_ALL": "asks for all of them: `Query` has it",
        "DCB_TC_ATTR_PARAM_UNDEFINED": "no attribute has this number",
    }

    group: int | None = attr(DCB_TC_ATTR_PARAM.PGID, u8)
    priorities: int | None = attr(DCB_TC_ATTR_PARAM.UP_MAPPING, u8)  # bit N: priority N
    strict: int | None = attr(DCB_TC_ATTR_PARAM.STRICT_PRIO, u8)  # 0: not, 1: in its group, 2: of the link
    share: int | None = attr(DCB_TC_ATTR_PARAM.BW_PCT, u8)  # of its group, in percent


class Groups(Record):
    """Priority groups of CEE, of one direction: the traffic classes, and the share of each group in percent."""

    __facts__: ClassVar[Facts] = Facts(attributes=DCB_PG_ATTR, policy="dcbnl_pg_nest")
    __omitted__: ClassVar[dict[str, str]] = {
        "DCB_PG_ATTR_*_ALL": "asks for all of them: `Query` has it",
        "DCB_PG_ATTR_UNDEFINED": "no attribute has this number",
    }

    class0: takes.Nested[TrafficClass | None] = attr(DCB_PG_ATTR.TC_0, nest(TrafficClass))
    class1: takes.Nested[TrafficClass | None] = attr(DCB_PG_ATTR.TC_1, nest(TrafficClass))
    class2: takes.Nested[TrafficClass | None] = attr(DCB_PG_ATTR.TC_2, nest(TrafficClass))
    class3: takes.Nested[TrafficClass | None] = attr(DCB_PG_ATTR.TC_3, nest(TrafficClass))
    class4: takes.Nested[TrafficClass | None] = attr(DCB_PG_ATTR.TC_4, nest(TrafficClass))
    class5: takes.Nested[TrafficClass | None] = attr(DCB_PG_ATTR.TC_5, nest(TrafficClass))
    class6: takes.Nested[TrafficClass | None] = attr(DCB_PG_ATTR.TC_6, nest(TrafficClass))
    class7: takes.Nested[TrafficClass | None] = attr(DCB_PG_ATTR.TC_7, nest(TrafficClass))
    share0: int | None = attr(DCB_PG_ATTR.BW_ID_0, u8)
    share1: int | None = attr(DCB_PG_ATTR.BW_ID_1, u8)
    share2: int | None = attr(DCB_PG_ATTR.BW_ID_2, u8)
    share3: int | None = attr(DCB_PG_ATTR.BW_ID_3, u8)
    share4: int | None = attr(DCB_PG_ATTR.BW_ID_4, u8)
    share5: int | None = attr(DCB_PG_ATTR.BW_ID_5, u8)
    share6: int | None = attr(DCB_PG_ATTR.BW_ID_6, u8)
    share7: int | None = attr(DCB_PG_ATTR.BW_ID_7, u8)


class Capabilities(Record):
    """What a device is capable of."""

    __facts__: ClassVar[Facts] = Facts(attributes=DCB_CAP_ATTR, policy="dcbnl_cap_nest")
    __omitted__: ClassVar[dict[str, str]] = {
        "DCB_CAP_ATTR_ALL": "asks for all of them: `Query` has it",
        "DCB_CAP_ATTR_UNDEFINED": "no attribute has this number",
    }

    groups: int | None = attr(DCB_CAP_ATTR.PG, u8)
    flow_control: int | None = attr(DCB_CAP_ATTR.PFC, u8)
    class_mapping: int | None = attr(DCB_CAP_ATTR.UP2TC, u8)  # of priorities
    group_classes: int | None = attr(DCB_CAP_ATTR.PG_TCS, u8)  # bit N: N+1 classes can be
    flow_control_classes: int | None = attr(DCB_CAP_ATTR.PFC_TCS, u8)
    strict_groups: int | None = attr(DCB_CAP_ATTR.GSP, u8)
    congestion: int | None = attr(DCB_CAP_ATTR.BCN, u8)
    dcbx: takes.Flags[DcbxMode | None] = attr(DCB_CAP_ATTR.DCBX, enum(DcbxMode, u8))


class ClassCounts(Record):
    """How many traffic classes there are for priority groups, and for flow control."""

    __facts__: ClassVar[Facts] = Facts(attributes=DCB_NUMTCS_ATTR, policy="dcbnl_numtcs_nest")
    __omitted__: ClassVar[dict[str, str]] = {
        "DCB_NUMTCS_ATTR_ALL": "asks for all of them: `Query` has it",
        "DCB_NUMTCS_ATTR_UNDEFINED": "no attribute has this number",
    }

    groups: int | None = attr(DCB_NUMTCS_ATTR.PG, u8)
    flow_control: int | None = attr(DCB_NUMTCS_ATTR.PFC, u8)


class Features(Record):
    """What was negotiated of each feature (CEE)."""

    __facts__: ClassVar[Facts] = Facts(attributes=DCB_FEATCFG_ATTR, policy="dcbnl_featcfg_nest")
    __omitted__: ClassVar[dict[str, str]] = {
        "DCB_FEATCFG_ATTR_ALL": "asks for all of them: `Query` has it",
        "DCB_FEATCFG_ATTR_UNDEFINED": "no attribute has this number",
    }

    groups: takes.Flags[FeatureFlags | None] = attr(DCB_FEATCFG_ATTR.PG, enum(FeatureFlags, u8))
    flow_control: takes.Flags[FeatureFlags | None] = attr(DCB_FEATCFG_ATTR.PFC, enum(FeatureFlags, u8))
    applications: takes.Flags[FeatureFlags | None] = attr(DCB_FEATCFG_ATTR.APP, enum(FeatureFlags, u8))


class BackwardCongestion(Record):
    """Backward congestion notification (CEE), which came before IEEE's; the names are those of its draft."""

    __facts__: ClassVar[Facts] = Facts(attributes=DCB_BCN_ATTR, policy="dcbnl_bcn_nest")
    __omitted__: ClassVar[dict[str, str]] = {
        "DCB_BCN_ATTR_RP_ALL": "nothing asks for it",
        "DCB_BCN_ATTR_ALL": "asks for all of them: `Query` has it",
        "DCB_BCN_ATTR_C": "the kernel neither tells nor takes it",
        "DCB_BCN_ATTR_UNDEFINED": "no attribute has this number",
    }

    rp0: int | None = attr(DCB_BCN_ATTR.RP_0, u8)
    rp1: int | None = attr(DCB_BCN_ATTR.RP_1, u8)
    rp2: int | None = attr(DCB_BCN_ATTR.RP_2, u8)
    rp3: int | None = attr(DCB_BCN_ATTR.RP_3, u8)
    rp4: int | None = attr(DCB_BCN_ATTR.RP_4, u8)
    rp5: int | None = attr(DCB_BCN_ATTR.RP_5, u8)
    rp6: int | None = attr(DCB_BCN_ATTR.RP_6, u8)
    rp7: int | None = attr(DCB_BCN_ATTR.RP_7, u8)
    bcna_0: int | None = attr(DCB_BCN_ATTR.BCNA_0, u32)
    bcna_1: int | None = attr(DCB_BCN_ATTR.BCNA_1, u32)
    alpha: int | None = attr(DCB_BCN_ATTR.ALPHA, u32)
    beta: int | None = attr(DCB_BCN_ATTR.BETA, u32)
    gd: int | None = attr(DCB_BCN_ATTR.GD, u32)
    gi: int | None = attr(DCB_BCN_ATTR.GI, u32)
    tmax: int | None = attr(DCB_BCN_ATTR.TMAX, u32)
    td: int | None = attr(DCB_BCN_ATTR.TD, u32)
    rmin: int | None = attr(DCB_BCN_ATTR.RMIN, u32)
    w: int | None = attr(DCB_BCN_ATTR.W, u32)
    rd: int | None = attr(DCB_BCN_ATTR.RD, u32)
    ru: int | None = attr(DCB_BCN_ATTR.RU, u32)
    wrtt: int | None = attr(DCB_BCN_ATTR.WRTT, u32)
    ri: int | None = attr(DCB_BCN_ATTR.RI, u32)


class CeeApplication(Record):
    """The priorities of an application (CEE): bit N of `priorities` stands for priority N."""

    __facts__: ClassVar[Facts] = Facts(attributes=DCB_APP_ATTR, policy="dcbnl_app_nest")
    __omitted__: ClassVar[dict[str, str]] = {"DCB_APP_ATTR_UNDEFINED": "no attribute has this number"}

    id_type: int | None = attr(DCB_APP_ATTR.IDTYPE, u8)  # 0: of an Ethernet type, 1: of a port; of IEEE: a `Selector`
    protocol: int | None = attr(DCB_APP_ATTR.ID, u16)
    priorities: int | None = attr(DCB_APP_ATTR.PRIORITY, u8)


_IEEE, _CEE = DCB_ATTR.IEEE, DCB_ATTR.CEE
_PEERS = DCB_ATTR_CEE.PEER_APP_TABLE


class Device(Record, header=DcbMessage):
    """Data Center Bridging of a device (`dcbmsg` + `DCB_ATTR_*`): what of it one message says, or all of it.

    What stands first is IEEE's, which `ieee` asks for: what the device was told, what the other end of the link says
    (``peer_…``), and three tables: `applications` give frames that come in a priority, `trust` says which selectors are
    looked at, first things first, and `rewrite` what frames that go out are marked with. What CEE has, of before the
    standard, `cee` asks for (``cee_…``); the rest has a function each.

    Source: dcbnl_ieee_fill, dcbnl_cee_fill and reply_funcs in net/dcb/dcbnl.c.
    """

    __facts__: ClassVar[tuple[Facts, ...]] = (
        Facts(attributes=DCB_ATTR, policy="dcbnl_rtnl_policy"),
        Facts(attributes=DCB_ATTR_IEEE, policy="dcbnl_ieee_policy"),
        Facts(attributes=DCB_ATTR_CEE),
    )
    __omitted__: ClassVar[dict[str, str]] = {
        "DCB_ATTR_UNDEFINED": "no attribute has this number",
        "DCB_ATTR_NUM_TC": "the kernel neither tells nor takes it",
        "DCB_ATTR_SET_ALL": "a request: `commit` has it",
        "DCB_ATTR_DCB_APP": "in tables, which are translated",
    }
    __differs__: ClassVar[dict[str, str]] = {
        "permanent_address": "the policy is that of the question, a flag",
    }

    command: int = head(read_only=True)
    name: str | None = attr(DCB_ATTR.IFNAME, string(15), always=True)  # of the device
    ets: takes.Nested[Ets | None] = attr((_IEEE, DCB_ATTR_IEEE.ETS), struct(Ets))
    pfc: takes.Nested[Pfc | None] = attr((_IEEE, DCB_ATTR_IEEE.PFC), struct(Pfc))
    max_rates: takes.Nested[MaxRates | None] = attr((_IEEE, DCB_ATTR_IEEE.MAXRATE), struct(MaxRates))
    congestion: takes.Nested[Congestion | None] = attr((_IEEE, DCB_ATTR_IEEE.QCN), struct(Congestion))
    congestion_statistics: takes.Nested[CongestionStatistics | None] = attr(
        (_IEEE, DCB_ATTR_IEEE.QCN_STATS), struct(CongestionStatistics), read_only=True
    )
    buffer: takes.Nested[Buffer | None] = attr((_IEEE, DCB_ATTR_IEEE.BUFFER), struct(Buffer))
    applications: takes.Natural[tuple[Application, ...] | None] = attr(
        (_IEEE, DCB_ATTR_IEEE.APP_TABLE), application_table
    )
    rewrite: takes.Natural[tuple[Application, ...] | None] = attr((_IEEE, DCB_ATTR_IEEE.REWR_TABLE), application_table)
    trust: takes.Natural[tuple[Selector, ...] | None] = attr((_IEEE, DCB_ATTR_IEEE.APP_TRUST_TABLE), trust_order)
    peer_ets: takes.Nested[Ets | None] = attr((_IEEE, DCB_ATTR_IEEE.PEER_ETS), struct(Ets), read_only=True)
    peer_pfc: takes.Nested[Pfc | None] = attr((_IEEE, DCB_ATTR_IEEE.PEER_PFC), struct(Pfc), read_only=True)
    peer_applications: takes.Records[Application] = attr(
        (_IEEE, DCB_ATTR_IEEE.PEER_APP, DCB_ATTR_IEEE_APP.IEEE_APP), multi(struct(Application)), read_only=True
    )
    dcbx: takes.Flags[DcbxMode | None] = attr(DCB_ATTR.DCBX, enum(DcbxMode, u8))
    cee_sent: takes.Nested[Groups | None] = attr((_CEE, DCB_ATTR_CEE.TX_PG), nest(Groups), read_only=True)
    cee_received: takes.Nested[Groups | None] = attr((_CEE, DCB_ATTR_CEE.RX_PG), nest(Groups), read_only=True)
    cee_flow_control: takes.Nested[FlowControl | None] = attr(
        (_CEE, DCB_ATTR_CEE.PFC), nest(FlowControl), read_only=True
    )
    cee_applications: takes.Records[CeeApplication] = attr(
        (_CEE, DCB_ATTR_CEE.APP_TABLE, DCB_ATTR.APP), multi(nest(CeeApplication)), read_only=True
    )
    cee_features: takes.Nested[Features | None] = attr((_CEE, DCB_ATTR_CEE.FEAT), nest(Features), read_only=True)
    cee_peer_groups: takes.Nested[PeerGroups | None] = attr(
        (_CEE, DCB_ATTR_CEE.PEER_PG), struct(PeerGroups), read_only=True
    )
    cee_peer_flow_control: takes.Nested[PeerPfc | None] = attr(
        (_CEE, DCB_ATTR_CEE.PEER_PFC), struct(PeerPfc), read_only=True
    )
    cee_peer: takes.Nested[PeerApplications | None] = attr(
        (_CEE, _PEERS, DCB_ATTR_CEE_PEER_APP.PEER_APP_INFO), struct(PeerApplications), read_only=True
    )
    cee_peer_applications: takes.Records[Application] = attr(
        (_CEE, _PEERS, DCB_ATTR_CEE_PEER_APP.PEER_APP), multi(struct(Application)), read_only=True
    )
    state: int | None = attr(DCB_ATTR.STATE, u8)  # of CEE: 1 where it is on
    flow_control_state: int | None = attr(DCB_ATTR.PFC_STATE, u8)
    flow_control: takes.Nested[FlowControl | None] = attr(DCB_ATTR.PFC_CFG, nest(FlowControl))
    groups: takes.Nested[Groups | None] = attr(DCB_ATTR.PG_CFG, nest(Groups))  # of the direction that was asked for
    capabilities: takes.Nested[Capabilities | None] = attr(DCB_ATTR.CAP, nest(Capabilities), read_only=True)
    class_counts: takes.Nested[ClassCounts | None] = attr(DCB_ATTR.NUMTCS, nest(ClassCounts))
    backward_congestion: takes.Nested[BackwardCongestion | None] = attr(DCB_ATTR.BCN, nest(BackwardCongestion))
    application: takes.Nested[CeeApplication | None] = attr(DCB_ATTR.APP, nest(CeeApplication))
    features: takes.Nested[Features | None] = attr(DCB_ATTR.FEATCFG, nest(Features))
    permanent_address: str | None = attr(DCB_ATTR.PERM_HWADDR, mac, read_only=True)  # in 32 bytes, ff behind its own


class Query(Record, header=DcbMessage):
    """What is asked of a device: all of a nest."""

    __facts__: ClassVar[NoFacts] = NoFacts("questions have flags where answers have values")

    command: int = head()
    name: str | None = attr(DCB_ATTR.IFNAME, string(15))
    flow_control: bool = attr((DCB_ATTR.PFC_CFG, DCB_PFC_UP_ATTR.ALL), flag)
    classes: bool = attr((DCB_ATTR.PG_CFG, DCB_PG_ATTR.TC_ALL, DCB_TC_ATTR_PARAM.ALL), flag)
    shares: bool = attr((DCB_ATTR.PG_CFG, DCB_PG_ATTR.BW_ID_ALL), flag)
    capabilities: bool = attr((DCB_ATTR.CAP, DCB_CAP_ATTR.ALL), flag)
    class_counts: bool = attr((DCB_ATTR.NUMTCS, DCB_NUMTCS_ATTR.ALL), flag)
    backward_congestion: bool = attr((DCB_ATTR.BCN, DCB_BCN_ATTR.ALL), flag)
    features: bool = attr((DCB_ATTR.FEATCFG, DCB_FEATCFG_ATTR.ALL), flag)
    application: takes.Nested[CeeApplication | None] = attr(DCB_ATTR.APP, nest(CeeApplication))
    all: int | None = attr(DCB_ATTR.SET_ALL, u8)


class Answer(Record, header=DcbMessage):
    """What the kernel says of what was set: 0, or an error number or what else the driver says, as one byte."""

    __facts__: ClassVar[NoFacts] = NoFacts("answers have a byte where questions have values")

    command: int = head()
    state: int | None = attr(DCB_ATTR.STATE, s8)
    flow_control_state: int | None = attr(DCB_ATTR.PFC_STATE, s8)
    flow_control: int | None = attr(DCB_ATTR.PFC_CFG, s8)
    groups: int | None = attr(DCB_ATTR.PG_CFG, s8)
    all: int | None = attr(DCB_ATTR.SET_ALL, u8)
    class_counts: int | None = attr(DCB_ATTR.NUMTCS, s8)
    backward_congestion: int | None = attr(DCB_ATTR.BCN, s8)
    application: int | None = attr(DCB_ATTR.APP, s8)
    ieee: int | None = attr(DCB_ATTR.IEEE, s8)
    dcbx: int | None = attr(DCB_ATTR.DCBX, s8)
    features: int | None = attr(DCB_ATTR.FEATCFG, s8)
