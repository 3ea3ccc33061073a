"""What Data Center Bridging says in C structs. Source: linux/dcbnl.h, IEEE 802.1Q (Qaz, Qbb, Qau)."""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Enumeration, FlagSet, Layout, array, boolean, enum, member, takes, u8, u16, u32, u64

PRIORITIES = 8
"""How many priorities a frame may have, and how many traffic classes there are (IEEE_8021QAZ_MAX_TCS)."""

_NONE = (0,) * PRIORITIES


class Selector(
    Enumeration,
    prefix="IEEE_8021QAZ_APP_SEL_",
    renamed={"PCP": "DCB_APP_SEL_PCP"},
    labels={"ETHERTYPE": "ethtype", "STREAM": "stream-port", "DGRAM": "dgram-port", "ANY": "port"},
):
    """What of a frame is looked at: its Ethernet type (0: what nothing else fits), a port of TCP or SCTP, of UDP or
    DCCP, of any of them, its DSCP, or priority and drop eligibility of its VLAN tag (of no standard)."""

    __omitted__: ClassVar[dict[str, str]] = {"IEEE_8021QAZ_APP_SEL_MAX": "the highest"}

    ETHERTYPE = 1
    STREAM = 2
    DGRAM = 3
    ANY = 4
    DSCP = 5
    PCP = 255


class Selection(Enumeration, prefix="IEEE_8021QAZ_TSA_"):
    """How the next frame is chosen among traffic classes: always that of the highest, by credits, by shares."""

    STRICT = 0
    CB_SHAPER = 1
    ETS = 2
    VENDOR = 255


class CongestionState(Enumeration, prefix="DCB_CNDD_"):
    """The state of the defence of a congestion notification domain."""

    RESET = 0
    EDGE = 1
    INTERIOR = 2
    INTERIOR_READY = 3


class DcbxMode(
    FlagSet,
    prefix="DCB_CAP_DCBX_",
    labels={"VER_CEE": "cee", "VER_IEEE": "ieee"},
):
    """Who negotiates with the other end of the link (DCBX), and in which version."""

    HOST = 1  # a program of this host
    LLD_MANAGED = 2  # the device, or its firmware
    VER_CEE = 4
    VER_IEEE = 8
    STATIC = 16  # nobody: what is set holds


class FeatureFlags(FlagSet, prefix="DCB_FEATCFG_"):
    """What was negotiated of a feature, or is to be."""

    __omitted__: ClassVar[dict[str, str]] = {"DCB_FEATCFG_ATTR_*": "attributes"}

    ERROR = 1
    ENABLE = 2
    WILLING = 4
    ADVERTISE = 8


class DcbMessage(Layout, c="dcbmsg"):
    """The fixed header of a message."""

    family: int = member(u8, c="dcb_family")
    command: int = member(u8, c="cmd")
    reserved: int = member(u16, c="dcb_pad")


class Ets(Layout, c="ieee_ets"):
    """Enhanced transmission selection. Shares are in percent, by traffic class; those of classes that are selected by
    shares make 100. `priority_classes` has the class of each priority. What is recommended, the other end is told.
    """

    willing: bool = member(boolean, c="willing")  # to take the other end's
    capacity: int = member(u8, c="ets_cap")  # classes that the device has; it tells that
    credit_based: bool = member(boolean, c="cbs")  # whether it can select by credits
    shares: tuple[int, ...] = member(array(u8, PRIORITIES), default=_NONE, c="tc_tx_bw")
    receive_shares: tuple[int, ...] = member(array(u8, PRIORITIES), default=_NONE, c="tc_rx_bw")
    selection: tuple[Selection, ...] = member(
        array(enum(Selection, u8), PRIORITIES), default=(Selection.STRICT,) * PRIORITIES, c="tc_tsa"
    )
    priority_classes: tuple[int, ...] = member(array(u8, PRIORITIES), default=_NONE, c="prio_tc")
    recommended_shares: tuple[int, ...] = member(array(u8, PRIORITIES), default=_NONE, c="tc_reco_bw")
    recommended_selection: tuple[Selection, ...] = member(
        array(enum(Selection, u8), PRIORITIES), default=(Selection.STRICT,) * PRIORITIES, c="tc_reco_tsa"
    )
    recommended_priority_classes: tuple[int, ...] = member(array(u8, PRIORITIES), default=_NONE, c="reco_prio_tc")


class MaxRates(Layout, c="ieee_maxrate"):
    """At most how many kbit/s each traffic class sends; 0: no limit, to most drivers."""

    rates: tuple[int, ...] = member(array(u64, PRIORITIES), default=_NONE, c="tc_maxrate")


class Congestion(Layout, c="ieee_qcn"):
    """Quantized congestion notification, by priority: IEEE 802.1Qau names the values."""

    enabled: tuple[int, ...] = member(array(u8, PRIORITIES), default=_NONE, c="rpg_enable")
    most_rate_limiters: tuple[int, ...] = member(array(u32, PRIORITIES), default=_NONE, c="rppp_max_rps")
    time_reset: tuple[int, ...] = member(array(u32, PRIORITIES), default=_NONE, c="rpg_time_reset")
    byte_reset: tuple[int, ...] = member(array(u32, PRIORITIES), default=_NONE, c="rpg_byte_reset")
    threshold: tuple[int, ...] = member(array(u32, PRIORITIES), default=_NONE, c="rpg_threshold")
    most_rate: tuple[int, ...] = member(array(u32, PRIORITIES), default=_NONE, c="rpg_max_rate")
    active_increase: tuple[int, ...] = member(array(u32, PRIORITIES), default=_NONE, c="rpg_ai_rate")
    hyper_increase: tuple[int, ...] = member(array(u32, PRIORITIES), default=_NONE, c="rpg_hai_rate")
    decrease: tuple[int, ...] = member(array(u32, PRIORITIES), default=_NONE, c="rpg_gd")
    least_decrease: tuple[int, ...] = member(array(u32, PRIORITIES), default=_NONE, c="rpg_min_dec_fac")
    least_rate: tuple[int, ...] = member(array(u32, PRIORITIES), default=_NONE, c="rpg_min_rate")
    state: tuple[CongestionState, ...] = member(
        array(enum(CongestionState, u32), PRIORITIES),
        default=(CongestionState.RESET,) * PRIORITIES,
        c="cndd_state_machine",
    )


class CongestionStatistics(Layout, c="ieee_qcn_stats"):
    """How long rate limiters were there, in hundredths of a second, and how many were made; by priority."""

    centiseconds: tuple[int, ...] = member(array(u64, PRIORITIES), default=_NONE, c="rppp_rp_centiseconds")
    created: tuple[int, ...] = member(array(u32, PRIORITIES), default=_NONE, c="rppp_created_rps")


class Pfc(Layout, c="ieee_pfc"):
    """Flow control by priority. Bit N of `enabled` stands for priority N."""

    capacity: int = member(u8, c="pfc_cap")  # priorities that can have it at a time; the device tells that
    enabled: int = member(u8, c="pfc_en")
    macsec_bypass: bool = member(boolean, c="mbc")
    delay: int = member(u16, c="delay")  # allowed for the way there and back, in bits
    requests: tuple[int, ...] = member(array(u64, PRIORITIES), default=_NONE, c="requests")  # frames that were sent
    indications: tuple[int, ...] = member(array(u64, PRIORITIES), default=_NONE, c="indications")  # and received


class Buffer(Layout, c="dcbnl_buffer"):
    """Where frames that come in are kept: the buffer of each priority, and the size of each in bytes."""

    priority_buffers: tuple[int, ...] = member(array(u8, PRIORITIES), default=_NONE, c="prio2buffer")
    sizes: tuple[int, ...] = member(array(u32, PRIORITIES), default=_NONE, c="buffer_size")
    total_size: int = member(u32, c="total_size")  # the device tells that


class Application(Layout, c="dcb_app"):
    """The priority of what `selector` and `protocol` say: a line of the tables of priorities, and of rewriting.

    `protocol` is an Ethernet type, a port, a DSCP, or for PCP priority and 8 where a frame may be dropped.
    """

    selector: takes.Member[Selector] = member(enum(Selector, u8), c="selector")
    priority: int = member(u8, c="priority")
    protocol: int = member(u16, c="protocol")


class PeerGroups(Layout, c="cee_pg"):
    """Priority groups (CEE) of the other end: shares in percent by group, and the group of each priority."""

    willing: bool = member(boolean, c="willing")
    error: bool = member(boolean, c="error")
    enabled: bool = member(boolean, c="pg_en")
    classes: int = member(u8, c="tcs_supported")
    shares: tuple[int, ...] = member(array(u8, PRIORITIES), default=_NONE, c="pg_bw")
    priority_groups: tuple[int, ...] = member(array(u8, PRIORITIES), default=_NONE, c="prio_pg")


class PeerPfc(Layout, c="cee_pfc"):
    """Flow control (CEE) of the other end."""

    willing: bool = member(boolean, c="willing")
    error: bool = member(boolean, c="error")
    enabled: int = member(u8, c="pfc_en")
    classes: int = member(u8, c="tcs_supported")


class PeerApplications(Layout, c="dcb_peer_app_info"):
    """What the other end says of its applications (CEE)."""

    willing: bool = member(boolean, c="willing")
    error: bool = member(boolean, c="error")
