"""Meshes: how they work, how they are joined, the paths through them. Source: nl80211_get_mesh_config,
nl80211_join_mesh, nl80211_send_mpath in net/wireless/nl80211.c."""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import Record, attr, binary, enum, flag, interface, s32, takes, u8, u16, u32
from netlynx.schema import mac as hardware
from netlynx.schema.facts import Facts

from .enums.interfaces import ChannelType, ChannelWidth
from .enums.meshes import MeshPower, MpathFlags
from .numbers.attributes import NL80211_ATTR as _A
from .numbers.attributes import OF_OTHERS
from .numbers.networks import NL80211_MESH_SETUP as _S
from .numbers.networks import NL80211_MESHCONF as _M
from .numbers.stations import NL80211_MPATH_INFO as _P
from .units import network_name


class MeshConfig(Record, header=GenericHeader):
    """How the mesh of an interface works, by the names that the header has. To set it, what is None stays.

    Numbers that are 0 or 1 say whether something is on.
    """

    __facts__: ClassVar[tuple[Facts, ...]] = (
        Facts(attributes=_A, policy="nl80211_policy"),
        Facts(attributes=_M, policy="nl80211_meshconf_params_policy"),
    )
    __omitted__: ClassVar[dict[str, str]] = OF_OTHERS

    index: takes.Name[int | None] = attr(_A.IFINDEX, interface)
    retry_timeout: int | None = attr((_A.MESH_CONFIG, _M.RETRY_TIMEOUT), u16)  # milliseconds
    confirm_timeout: int | None = attr((_A.MESH_CONFIG, _M.CONFIRM_TIMEOUT), u16)  # milliseconds
    holding_timeout: int | None = attr((_A.MESH_CONFIG, _M.HOLDING_TIMEOUT), u16)  # milliseconds
    max_peer_links: int | None = attr((_A.MESH_CONFIG, _M.MAX_PEER_LINKS), u16)
    max_retries: int | None = attr((_A.MESH_CONFIG, _M.MAX_RETRIES), u8)
    ttl: int | None = attr((_A.MESH_CONFIG, _M.TTL), u8)
    auto_open_plinks: int | None = attr((_A.MESH_CONFIG, _M.AUTO_OPEN_PLINKS), u8)
    hwmp_max_preq_retries: int | None = attr((_A.MESH_CONFIG, _M.HWMP_MAX_PREQ_RETRIES), u8)
    path_refresh_time: int | None = attr((_A.MESH_CONFIG, _M.PATH_REFRESH_TIME), u32)  # milliseconds
    min_discovery_timeout: int | None = attr((_A.MESH_CONFIG, _M.MIN_DISCOVERY_TIMEOUT), u16)  # milliseconds
    hwmp_active_path_timeout: int | None = attr((_A.MESH_CONFIG, _M.HWMP_ACTIVE_PATH_TIMEOUT), u32)  # units of 1024 us
    hwmp_preq_min_interval: int | None = attr((_A.MESH_CONFIG, _M.HWMP_PREQ_MIN_INTERVAL), u16)  # units of 1024 us
    hwmp_net_diam_trvs_time: int | None = attr((_A.MESH_CONFIG, _M.HWMP_NET_DIAM_TRVS_TIME), u16)  # units of 1024 us
    hwmp_rootmode: int | None = attr((_A.MESH_CONFIG, _M.HWMP_ROOTMODE), u8)
    element_ttl: int | None = attr((_A.MESH_CONFIG, _M.ELEMENT_TTL), u8)
    hwmp_rann_interval: int | None = attr((_A.MESH_CONFIG, _M.HWMP_RANN_INTERVAL), u16)  # units of 1024 us
    gate_announcements: int | None = attr((_A.MESH_CONFIG, _M.GATE_ANNOUNCEMENTS), u8)
    hwmp_perr_min_interval: int | None = attr((_A.MESH_CONFIG, _M.HWMP_PERR_MIN_INTERVAL), u16)  # units of 1024 us
    forwarding: int | None = attr((_A.MESH_CONFIG, _M.FORWARDING), u8)
    rssi_threshold: int | None = attr((_A.MESH_CONFIG, _M.RSSI_THRESHOLD), s32)  # dBm
    sync_offset_max_neighbor: int | None = attr((_A.MESH_CONFIG, _M.SYNC_OFFSET_MAX_NEIGHBOR), u32)
    ht_opmode: int | None = attr((_A.MESH_CONFIG, _M.HT_OPMODE), u16)
    hwmp_path_to_root_timeout: int | None = attr(
        (_A.MESH_CONFIG, _M.HWMP_PATH_TO_ROOT_TIMEOUT), u32
    )  # units of 1024 us
    hwmp_root_interval: int | None = attr((_A.MESH_CONFIG, _M.HWMP_ROOT_INTERVAL), u16)  # units of 1024 us
    hwmp_confirmation_interval: int | None = attr(
        (_A.MESH_CONFIG, _M.HWMP_CONFIRMATION_INTERVAL), u16
    )  # units of 1024 us
    power_mode: takes.Member[MeshPower | None] = attr((_A.MESH_CONFIG, _M.POWER_MODE), enum(MeshPower, u32))
    awake_window: int | None = attr((_A.MESH_CONFIG, _M.AWAKE_WINDOW), u16)  # units of 1024 us
    plink_timeout: int | None = attr((_A.MESH_CONFIG, _M.PLINK_TIMEOUT), u32)  # seconds
    connected_to_gate: int | None = attr((_A.MESH_CONFIG, _M.CONNECTED_TO_GATE), u8)
    nolearn: int | None = attr((_A.MESH_CONFIG, _M.NOLEARN), u8)
    connected_to_as: int | None = attr((_A.MESH_CONFIG, _M.CONNECTED_TO_AS), u8)


class MeshJoin(Record, header=GenericHeader):
    """The mesh that an interface joins: its name and a channel."""

    __facts__: ClassVar[tuple[Facts, ...]] = (
        Facts(attributes=_A, policy="nl80211_policy"),
        Facts(attributes=_S, policy="nl80211_mesh_setup_params_policy"),
    )
    __omitted__: ClassVar[dict[str, str]] = OF_OTHERS

    index: takes.Name[int | None] = attr(_A.IFINDEX, interface)
    mesh_id: str | None = attr(_A.MESH_ID, network_name)
    frequency: int | None = attr(_A.WIPHY_FREQ, u32)  # MHz
    width: takes.Member[ChannelWidth | None] = attr(_A.CHANNEL_WIDTH, enum(ChannelWidth, u32))
    channel_type: takes.Member[ChannelType | None] = attr(_A.WIPHY_CHANNEL_TYPE, enum(ChannelType, u32))
    center1: int | None = attr(_A.CENTER_FREQ1, u32)  # MHz
    center2: int | None = attr(_A.CENTER_FREQ2, u32)  # MHz
    beacon_interval: int | None = attr(_A.BEACON_INTERVAL, u32)  # units of 1024 us
    dtim_period: int | None = attr(_A.DTIM_PERIOD, u32)  # beacons
    vendor_path_selection: int | None = attr((_A.MESH_SETUP, _S.ENABLE_VENDOR_PATH_SEL), u8)
    vendor_metric: int | None = attr((_A.MESH_SETUP, _S.ENABLE_VENDOR_METRIC), u8)
    vendor_sync: int | None = attr((_A.MESH_SETUP, _S.ENABLE_VENDOR_SYNC), u8)
    elements: bytes | None = attr((_A.MESH_SETUP, _S.IE), binary(2304))
    userspace_auth: bool = attr((_A.MESH_SETUP, _S.USERSPACE_AUTH), flag)
    userspace_ampe: bool = attr((_A.MESH_SETUP, _S.USERSPACE_AMPE), flag)
    userspace_peering: bool = attr((_A.MESH_SETUP, _S.USERSPACE_MPM), flag)
    auth_protocol: int | None = attr((_A.MESH_SETUP, _S.AUTH_PROTOCOL), u8)
    owned: bool = attr(_A.SOCKET_OWNER, flag)  # it is left when the socket that asked for it is closed


class MeshPath(Record, header=GenericHeader):
    """A path through a mesh: where it leads, and by which neighbour."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A)
    __omitted__: ClassVar[dict[str, str]] = OF_OTHERS

    index: takes.Name[int | None] = attr(_A.IFINDEX, interface)
    destination: str | None = attr(_A.MAC, hardware)
    next_hop: str | None = attr(_A.MPATH_NEXT_HOP, hardware)
    generation: int | None = attr(_A.GENERATION, u32)
    queue: int | None = attr((_A.MPATH_INFO, _P.FRAME_QLEN), u32)  # frames
    sequence: int | None = attr((_A.MPATH_INFO, _P.SN), u32)
    metric: int | None = attr((_A.MPATH_INFO, _P.METRIC), u32)
    expires: int | None = attr((_A.MPATH_INFO, _P.EXPTIME), u32)  # milliseconds
    flags: takes.Flags[MpathFlags | None] = attr((_A.MPATH_INFO, _P.FLAGS), enum(MpathFlags, u8))
    discovery_timeout: int | None = attr((_A.MPATH_INFO, _P.DISCOVERY_TIMEOUT), u32)  # milliseconds
    discovery_retries: int | None = attr((_A.MPATH_INFO, _P.DISCOVERY_RETRIES), u8)
    hops: int | None = attr((_A.MPATH_INFO, _P.HOP_COUNT), u8)
    changes: int | None = attr((_A.MPATH_INFO, _P.PATH_CHANGE), u32)


class MeshPathKey(Record, header=GenericHeader):
    """Which path, and, to set it, by which neighbour it leads."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="nl80211_policy")
    __omitted__: ClassVar[dict[str, str]] = OF_OTHERS

    index: takes.Name[int | None] = attr(_A.IFINDEX, interface)
    destination: str | None = attr(_A.MAC, hardware)
    next_hop: str | None = attr(_A.MPATH_NEXT_HOP, hardware)
