"""IPVS, the balancer of the kernel: services, the destinations that their connections go to, daemons, statistics.

    from netlynx import ipvs

    web = ipvs.Service(protocol="tcp", address="192.0.2.1", port=80, scheduler="rr")
    nl.do(ipvs.add(web))
    nl.do(ipvs.add(ipvs.Destination(service=web, address="198.51.100.7", forwarding="masq")))
    for pool in nl.do(ipvs.pools()):
        print(pool.service.stats.connections, [each.address for each in pool.destinations])

Source: linux/ip_vs.h, net/netfilter/ipvs/ip_vs_ctl.c, ipvsadm(8).
"""

from __future__ import annotations

from .constants import DaemonState, Forwarding, Protocol, ServiceFlags, TunnelFlags, TunnelType
from .daemon import Daemon, Info, Timeouts
from .destination import Destination
from .family import Ipvs
from .service import Service, ServiceFlagChange, ServiceKey
from .statistics import Statistics
from .verbs import (
    Pool,
    add,
    change,
    daemons,
    delete,
    destinations,
    flush,
    info,
    pools,
    service,
    services,
    set_timeouts,
    timeouts,
    zero,
)

__all__ = [
    "Daemon",
    "DaemonState",
    "Destination",
    "Forwarding",
    "Info",
    "Ipvs",
    "Pool",
    "Protocol",
    "Service",
    "ServiceFlagChange",
    "ServiceFlags",
    "ServiceKey",
    "Statistics",
    "Timeouts",
    "TunnelFlags",
    "TunnelType",
    "add",
    "change",
    "daemons",
    "delete",
    "destinations",
    "flush",
    "info",
    "pools",
    "service",
    "services",
    "set_timeouts",
    "timeouts",
    "zero",
]
