"""What was counted of a service or a destination. Source: ip_vs_genl_fill_stats64 in net/netfilter/ipvs/ip_vs_ctl.c."""

from __future__ import annotations

from typing import ClassVar

from netlynx.ipvs.constants import IPVS_STATS_ATTR
from netlynx.schema import Record, attr, u64
from netlynx.schema.facts import Facts


class Statistics(Record):
    """Counters since the object was made or zeroed, and rates: the kernel sums both up every two seconds.

    "In" is towards destinations, "out" from them, where the answers pass this host at all (`Forwarding.MASQ`). Kernels
    before 4.1 count connections, packets and rates in 32 bits.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=IPVS_STATS_ATTR)

    connections: int | None = attr(IPVS_STATS_ATTR.CONNS, u64)
    packets_in: int | None = attr(IPVS_STATS_ATTR.INPKTS, u64)
    packets_out: int | None = attr(IPVS_STATS_ATTR.OUTPKTS, u64)
    bytes_in: int | None = attr(IPVS_STATS_ATTR.INBYTES, u64)
    bytes_out: int | None = attr(IPVS_STATS_ATTR.OUTBYTES, u64)
    connection_rate: int | None = attr(IPVS_STATS_ATTR.CPS, u64)  # a second, as all rates
    packet_rate_in: int | None = attr(IPVS_STATS_ATTR.INPPS, u64)
    packet_rate_out: int | None = attr(IPVS_STATS_ATTR.OUTPPS, u64)
    byte_rate_in: int | None = attr(IPVS_STATS_ATTR.INBPS, u64)
    byte_rate_out: int | None = attr(IPVS_STATS_ATTR.OUTBPS, u64)
