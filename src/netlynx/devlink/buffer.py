"""Shared buffers: the memory of a device that waiting packets share, its pools, and who may take how much of them.

Source: net/devlink/sb.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.devlink.attributes import DEVLINK_ATTR
from netlynx.devlink.constants import PoolType, ThresholdType
from netlynx.devlink.handle import OfDevice, OfPort
from netlynx.schema import attr, enum, takes, u8, u16, u32
from netlynx.schema.facts import Facts

_A, _SPEC = DEVLINK_ATTR, ("devlink", "devlink")


class BufferKey(OfDevice):
    """Which shared buffer."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=_A,
        policy=(
            "devlink_sb_get_do_nl_policy",
            "devlink_sb_occ_snapshot_nl_policy",
            "devlink_sb_occ_max_clear_nl_policy",
        ),
        spec=_SPEC,
    )

    index: int | None = attr(_A.SB_INDEX, u32)


class Buffer(OfDevice):
    """A shared buffer: its size in bytes, and how many pools and traffic classes it has each way."""

    index: int | None = attr(_A.SB_INDEX, u32)
    size: int | None = attr(_A.SB_SIZE, u32)
    ingress_pools: int | None = attr(_A.SB_INGRESS_POOL_COUNT, u16)
    egress_pools: int | None = attr(_A.SB_EGRESS_POOL_COUNT, u16)
    ingress_classes: int | None = attr(_A.SB_INGRESS_TC_COUNT, u16)
    egress_classes: int | None = attr(_A.SB_EGRESS_TC_COUNT, u16)


class PoolKey(OfDevice):
    """Which pool of which shared buffer."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="devlink_sb_pool_get_do_nl_policy", spec=_SPEC)

    buffer: int | None = attr(_A.SB_INDEX, u32)
    pool: int | None = attr(_A.SB_POOL_INDEX, u16)


class Pool(OfDevice):
    """A pool of a shared buffer: its `size` in bytes, and in what it is divided (`cell_size`)."""

    buffer: int | None = attr(_A.SB_INDEX, u32)
    pool: int | None = attr(_A.SB_POOL_INDEX, u16)
    type: takes.Member[PoolType | None] = attr(_A.SB_POOL_TYPE, enum(PoolType, u8), read_only=True)
    size: int | None = attr(_A.SB_POOL_SIZE, u32)
    threshold_type: takes.Member[ThresholdType | None] = attr(_A.SB_POOL_THRESHOLD_TYPE, enum(ThresholdType, u8))
    cell_size: int | None = attr(_A.SB_POOL_CELL_SIZE, u32, read_only=True)


class PoolSettings(OfDevice):
    """What can be set of a pool; the kernel wants both."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="devlink_sb_pool_set_nl_policy", spec=_SPEC)

    buffer: int | None = attr(_A.SB_INDEX, u32)
    pool: int | None = attr(_A.SB_POOL_INDEX, u16)
    size: int | None = attr(_A.SB_POOL_SIZE, u32)
    threshold_type: takes.Member[ThresholdType | None] = attr(_A.SB_POOL_THRESHOLD_TYPE, enum(ThresholdType, u8))


class PortPoolKey(OfPort):
    """Which pool, of which port."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="devlink_sb_port_pool_get_do_nl_policy", spec=_SPEC)

    buffer: int | None = attr(_A.SB_INDEX, u32)
    pool: int | None = attr(_A.SB_POOL_INDEX, u16)


class PortPool(OfPort):
    """How much of a pool a port may have: bytes, of a pool whose thresholds are static; else 0 to 20, for a power of 2
    that what is free is multiplied with. `used` and `most` are bytes: now and at most, as of the last snapshot.
    """

    buffer: int | None = attr(_A.SB_INDEX, u32)
    pool: int | None = attr(_A.SB_POOL_INDEX, u16)
    threshold: int | None = attr(_A.SB_THRESHOLD, u32)
    used: int | None = attr(_A.SB_OCC_CUR, u32, read_only=True)
    most: int | None = attr(_A.SB_OCC_MAX, u32, read_only=True)


class PortPoolSettings(OfPort):
    """How much of a pool a port is to have."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="devlink_sb_port_pool_set_nl_policy", spec=_SPEC)

    buffer: int | None = attr(_A.SB_INDEX, u32)
    pool: int | None = attr(_A.SB_POOL_INDEX, u16)
    threshold: int | None = attr(_A.SB_THRESHOLD, u32)


class BindingKey(OfPort):
    """Which traffic class of which port, one way."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="devlink_sb_tc_pool_bind_get_do_nl_policy", spec=_SPEC)

    buffer: int | None = attr(_A.SB_INDEX, u32)
    type: takes.Member[PoolType | None] = attr(_A.SB_POOL_TYPE, enum(PoolType, u8))
    traffic_class: int | None = attr(_A.SB_TC_INDEX, u16)


class Binding(OfPort):
    """From which pool the packets of a traffic class of a port take room, and how much: see `PortPool`."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, spec=_SPEC)

    buffer: int | None = attr(_A.SB_INDEX, u32)
    type: takes.Member[PoolType | None] = attr(_A.SB_POOL_TYPE, enum(PoolType, u8))
    traffic_class: int | None = attr(_A.SB_TC_INDEX, u16)
    pool: int | None = attr(_A.SB_POOL_INDEX, u16)
    threshold: int | None = attr(_A.SB_THRESHOLD, u32)
    used: int | None = attr(_A.SB_OCC_CUR, u32, read_only=True)
    most: int | None = attr(_A.SB_OCC_MAX, u32, read_only=True)


class BindingSettings(OfPort):
    """From which pool a traffic class of a port is to take room, and how much; the kernel wants both."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="devlink_sb_tc_pool_bind_set_nl_policy", spec=_SPEC)

    buffer: int | None = attr(_A.SB_INDEX, u32)
    type: takes.Member[PoolType | None] = attr(_A.SB_POOL_TYPE, enum(PoolType, u8))
    traffic_class: int | None = attr(_A.SB_TC_INDEX, u16)
    pool: int | None = attr(_A.SB_POOL_INDEX, u16)
    threshold: int | None = attr(_A.SB_THRESHOLD, u32)
