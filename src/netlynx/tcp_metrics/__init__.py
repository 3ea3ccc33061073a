"""What TCP remembers of the hosts it has talked to: round-trip times, windows, Fast Open.

    from netlynx import tcp_metrics

    for entry in nl.dump(tcp_metrics.entries()):
        print(entry.address, entry.values and entry.values.rtt_us)

Source: linux/tcp_metrics.h, net/ipv4/tcp_metrics.c, ip-tcp_metrics(8).
"""

from __future__ import annotations

from typing import ClassVar, overload

from netlynx.engine.operation import Do
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.generic import Family, GenericHeader, do, dump
from netlynx.schema import Constants, Record, attr, binary, ip, nest, s32, takes, u16, u32, u64
from netlynx.schema.facts import Facts


class TCP_METRICS_CMD(Constants):
    """Commands."""

    UNSPEC = 0
    GET = 1
    DEL = 2


class TCP_METRICS_ATTR(Constants):
    """Attributes of an entry."""

    UNSPEC = 0
    ADDR_IPV4 = 1
    ADDR_IPV6 = 2
    AGE = 3
    TW_TSVAL = 4
    TW_TS_STAMP = 5
    VALS = 6
    FOPEN_MSS = 7
    FOPEN_SYN_DROPS = 8
    FOPEN_SYN_DROP_TS = 9
    FOPEN_COOKIE = 10
    SADDR_IPV4 = 11
    SADDR_IPV6 = 12
    PAD = 13


class TCP_METRICS_A_METRICS(Constants):
    """Attributes of the measured values; one more than their indices in the kernel (`enum tcp_metric_index`)."""

    RTT = 1
    RTTVAR = 2
    SSTHRESH = 3
    CWND = 4
    REODERING = 5
    RTT_US = 6
    RTTVAR_US = 7


_COOKIE = 16  # bytes of a Fast Open cookie at most, TCP_FASTOPEN_COOKIE_MAX


class Values(Record):
    """What was measured; a value that is not there was not."""

    __facts__: ClassVar[Facts] = Facts(attributes=TCP_METRICS_A_METRICS, spec=("tcp_metrics", "metrics"))

    rtt: int | None = attr(TCP_METRICS_A_METRICS.RTT, u32)  # eighths of a millisecond
    rttvar: int | None = attr(TCP_METRICS_A_METRICS.RTTVAR, u32)  # quarters of a millisecond
    ssthresh: int | None = attr(TCP_METRICS_A_METRICS.SSTHRESH, u32)  # segments
    cwnd: int | None = attr(TCP_METRICS_A_METRICS.CWND, u32)  # segments
    reordering: int | None = attr(TCP_METRICS_A_METRICS.REODERING, u32)  # segments
    rtt_us: int | None = attr(TCP_METRICS_A_METRICS.RTT_US, u32)  # eighths of a microsecond
    rttvar_us: int | None = attr(TCP_METRICS_A_METRICS.RTTVAR_US, u32)  # quarters of a microsecond


class Key(Record, header=GenericHeader):
    """Which entry: of a host, as seen from one of the own addresses."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=TCP_METRICS_ATTR, policy="tcp_metrics_nl_policy", spec=("tcp_metrics", "tcp-metrics")
    )
    __omitted__: ClassVar[dict[str, str]] = {"TCP_METRICS_ATTR_*": "what is remembered, not what it is found by: Entry"}

    address: takes.Ip[str | None] = attr(  # the other host
        TCP_METRICS_ATTR.ADDR_IPV4, ip, ip6=TCP_METRICS_ATTR.ADDR_IPV6
    )
    source: takes.Ip[str | None] = attr(  # the own address
        TCP_METRICS_ATTR.SADDR_IPV4, ip, ip6=TCP_METRICS_ATTR.SADDR_IPV6
    )


class Entry(Record, header=GenericHeader):
    """What is remembered of one host."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=TCP_METRICS_ATTR, policy="tcp_metrics_nl_policy", spec=("tcp_metrics", "tcp-metrics")
    )

    address: takes.Ip[str | None] = attr(  # the other host
        TCP_METRICS_ATTR.ADDR_IPV4, ip, ip6=TCP_METRICS_ATTR.ADDR_IPV6
    )
    source: takes.Ip[str | None] = attr(  # the own address
        TCP_METRICS_ATTR.SADDR_IPV4, ip, ip6=TCP_METRICS_ATTR.SADDR_IPV6
    )
    age: int | None = attr(TCP_METRICS_ATTR.AGE, u64)  # milliseconds since it was changed
    values: takes.Nested[Values | None] = attr(TCP_METRICS_ATTR.VALS, nest(Values))
    fastopen_mss: int | None = attr(TCP_METRICS_ATTR.FOPEN_MSS, u16)  # bytes
    fastopen_syn_drops: int | None = attr(TCP_METRICS_ATTR.FOPEN_SYN_DROPS, u16)
    fastopen_syn_drop_age: int | None = attr(TCP_METRICS_ATTR.FOPEN_SYN_DROP_TS, u64)  # milliseconds
    fastopen_cookie: bytes | None = attr(TCP_METRICS_ATTR.FOPEN_COOKIE, binary(_COOKIE))
    tw_tsval: int | None = attr(TCP_METRICS_ATTR.TW_TSVAL, u32)  # before Linux 4.10
    tw_ts_stamp: int | None = attr(TCP_METRICS_ATTR.TW_TS_STAMP, s32)  # before Linux 4.10; seconds


class TcpMetrics(Family, name="tcp_metrics", version=1):
    """TCP metrics, as the family ``tcp_metrics`` has them."""

    get = do(TCP_METRICS_CMD.GET, request=Key, reply=Entry, required=("address",))
    list = dump(TCP_METRICS_CMD.GET, reply=Entry)
    delete = do(TCP_METRICS_CMD.DEL, request=Key, privileged=True)


entry = TcpMetrics.get  # (address=…, source=…): the entry of one host
entries = TcpMetrics.list  # all entries


@overload
def delete(record: Entry | Key, /) -> Do[None]: ...
@overload
def delete(*, address: str, source: str | None = ...) -> Do[None]: ...
def delete(record: Entry | Key | None = None, /, *, address: str | None = None, source: str | None = None) -> Do[None]:
    """Forget one host: what is remembered of it as seen from `source`, or from all own addresses where that is None.

    An entry that was read goes as a whole, and no other. Raises EncodeError without an address, which to the kernel
    would mean all hosts: that is `flush`.
    """
    if record is not None:
        if address is not None or source is not None:
            raise EncodeError("give a record, or address and source", "tcp_metrics.delete")
        if not isinstance(record, Entry | Key):
            raise EncodeTypeError(f"takes an Entry, not a {type(record).__name__}", "tcp_metrics.delete")
        address, source = record.address, record.source
    if address is None:
        raise EncodeError("say which host is forgotten; tcp_metrics.flush() forgets all", "tcp_metrics.delete(address)")
    if source is not None and (":" in str(address)) != (":" in str(source)):
        raise EncodeError("address and source are of two families", "tcp_metrics.delete(source)")
    return TcpMetrics.delete(address=address, source=source)


def flush() -> Do[None]:
    """Forget all hosts."""
    return TcpMetrics.delete()
