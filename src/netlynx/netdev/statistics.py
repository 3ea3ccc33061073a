"""Statistics that drivers keep of devices and queues, finer than those of a link."""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.netdev.constants import NETDEV_A_QSTATS, QueueType, StatisticsScope
from netlynx.schema import Record, attr, enum, interface, takes, u32, uint
from netlynx.schema.facts import Facts

_QSTATS = NETDEV_A_QSTATS


class StatisticsFilter(Record, header=GenericHeader):
    """Whose statistics, and whether of each queue."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=_QSTATS, policy="netdev_qstats_get_nl_policy", spec=("netdev", "qstats")
    )
    __omitted__: ClassVar[dict[str, str]] = {
        "NETDEV_A_QSTATS_*": "what is counted, not what it is found by: Statistics"
    }

    index: takes.Name[int | None] = attr(_QSTATS.IFINDEX, interface)
    scope: takes.Flags[StatisticsScope | None] = attr(_QSTATS.SCOPE, enum(StatisticsScope, uint))


class Statistics(Record, header=GenericHeader):
    """Of a device since it was last reset, or of one queue since it was set up; what a driver does not count is None.

    Those of queues need not add up to those of their device.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=_QSTATS, spec=("netdev", "qstats"))
    __omitted__: ClassVar[dict[str, str]] = {"NETDEV_A_QSTATS_SCOPE": "only asked with: StatisticsFilter"}

    index: takes.Name[int | None] = attr(_QSTATS.IFINDEX, interface)  # of the interface
    queue_type: takes.Member[QueueType | None] = attr(_QSTATS.QUEUE_TYPE, enum(QueueType, u32))
    queue_id: int | None = attr(_QSTATS.QUEUE_ID, u32)
    rx_packets: int | None = attr(_QSTATS.RX_PACKETS, uint)
    rx_bytes: int | None = attr(_QSTATS.RX_BYTES, uint)
    tx_packets: int | None = attr(_QSTATS.TX_PACKETS, uint)
    tx_bytes: int | None = attr(_QSTATS.TX_BYTES, uint)
    rx_alloc_fail: int | None = attr(_QSTATS.RX_ALLOC_FAIL, uint)
    rx_hw_drops: int | None = attr(_QSTATS.RX_HW_DROPS, uint)
    rx_hw_drop_overruns: int | None = attr(_QSTATS.RX_HW_DROP_OVERRUNS, uint)
    rx_csum_complete: int | None = attr(_QSTATS.RX_CSUM_COMPLETE, uint)
    rx_csum_unnecessary: int | None = attr(_QSTATS.RX_CSUM_UNNECESSARY, uint)
    rx_csum_none: int | None = attr(_QSTATS.RX_CSUM_NONE, uint)
    rx_csum_bad: int | None = attr(_QSTATS.RX_CSUM_BAD, uint)
    rx_hw_gro_packets: int | None = attr(_QSTATS.RX_HW_GRO_PACKETS, uint)
    rx_hw_gro_bytes: int | None = attr(_QSTATS.RX_HW_GRO_BYTES, uint)
    rx_hw_gro_wire_packets: int | None = attr(_QSTATS.RX_HW_GRO_WIRE_PACKETS, uint)
    rx_hw_gro_wire_bytes: int | None = attr(_QSTATS.RX_HW_GRO_WIRE_BYTES, uint)
    rx_hw_drop_ratelimits: int | None = attr(_QSTATS.RX_HW_DROP_RATELIMITS, uint)
    tx_hw_drops: int | None = attr(_QSTATS.TX_HW_DROPS, uint)
    tx_hw_drop_errors: int | None = attr(_QSTATS.TX_HW_DROP_ERRORS, uint)
    tx_csum_none: int | None = attr(_QSTATS.TX_CSUM_NONE, uint)
    tx_needs_csum: int | None = attr(_QSTATS.TX_NEEDS_CSUM, uint)
    tx_hw_gso_packets: int | None = attr(_QSTATS.TX_HW_GSO_PACKETS, uint)
    tx_hw_gso_bytes: int | None = attr(_QSTATS.TX_HW_GSO_BYTES, uint)
    tx_hw_gso_wire_packets: int | None = attr(_QSTATS.TX_HW_GSO_WIRE_PACKETS, uint)
    tx_hw_gso_wire_bytes: int | None = attr(_QSTATS.TX_HW_GSO_WIRE_BYTES, uint)
    tx_hw_drop_ratelimits: int | None = attr(_QSTATS.TX_HW_DROP_RATELIMITS, uint)
    tx_stop: int | None = attr(_QSTATS.TX_STOP, uint)
    tx_wake: int | None = attr(_QSTATS.TX_WAKE, uint)
