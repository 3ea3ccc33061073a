"""Datapaths: switches in the kernel. Source: linux/openvswitch.h, net/openvswitch/datapath.c."""

from __future__ import annotations

from typing import ClassVar

from netlynx.ovs.constants import OVS_DP_ATTR
from netlynx.ovs.header import OvsHeader
from netlynx.ovs.values import DatapathFeatures
from netlynx.schema import (
    Layout,
    Record,
    array,
    attr,
    enum,
    head,
    member,
    string,
    struct,
    takes,
    u32,
    u64,
)
from netlynx.schema.facts import Facts


class DatapathStatistics(Layout, c="ovs_dp_stats"):
    """What a datapath counts: packets that a flow was found for, that none was, that no upcall could tell of."""

    hit: int = member(u64, c="n_hit")
    missed: int = member(u64, c="n_missed")
    lost: int = member(u64, c="n_lost")
    flows: int = member(u64, c="n_flows")  # that there are


class MaskStatistics(Layout, c="ovs_dp_megaflow_stats"):
    """How packets find their flows: masks that were looked at, masks that there are, what the cache of masks knew."""

    hit: int = member(u64, c="n_mask_hit")
    masks: int = member(u32, c="n_masks")
    pad: int = member(u32, c="pad0")
    cache_hit: int = member(u64, c="n_cache_hit")
    pad1: int = member(u64, c="pad1")


class Datapath(Record, header=OvsHeader):
    """A datapath; its link, which is its local port, has its name.

    `upcall_pid` is the port ID of the socket that is asked about packets of the local port which no flow is for, 0 for
    none; the kernel does not tell it. `per_cpu_pids` are those of one socket for each processor, of which the feature
    `dispatch_upcall_per_cpu` has it ask; `masks_cache_size` is how many masks it remembers, 0 or a power of 2.
    `wanted_index` is the index that the new link is to have.
    """

    __facts__: ClassVar[Facts] = Facts(
        attributes=OVS_DP_ATTR, policy="datapath_policy", spec=("ovs_datapath", "datapath")
    )

    index: takes.Name[int] = head("dp_ifindex")
    name: str | None = attr(OVS_DP_ATTR.NAME, string(15), always=True)
    upcall_pid: int | None = attr(OVS_DP_ATTR.UPCALL_PID, u32)
    features: takes.Flags[DatapathFeatures | None] = attr(OVS_DP_ATTR.USER_FEATURES, enum(DatapathFeatures, u32))
    masks_cache_size: int | None = attr(OVS_DP_ATTR.MASKS_CACHE_SIZE, u32)
    per_cpu_pids: takes.MaybeSeveral[int] = attr(OVS_DP_ATTR.PER_CPU_PIDS, array(u32))
    wanted_index: int | None = attr(OVS_DP_ATTR.IFINDEX, u32)
    statistics: takes.Nested[DatapathStatistics | None] = attr(
        OVS_DP_ATTR.STATS, struct(DatapathStatistics), read_only=True
    )
    masks: takes.Nested[MaskStatistics | None] = attr(
        OVS_DP_ATTR.MEGAFLOW_STATS, struct(MaskStatistics), read_only=True
    )
