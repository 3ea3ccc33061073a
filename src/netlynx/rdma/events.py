"""What is told without having been asked for: devices that come and go, and what the kernel asks daemons.

Source: rdma_nl_notify_event of drivers/infiniband/core/nldev.c, sa_query.c, addr.c and iwpm_msg.c beside it.
"""

from __future__ import annotations

from typing import Any

from netlynx.engine.operation import Group
from netlynx.rdma.device import Notification
from netlynx.rdma.listing import number
from netlynx.rdma.mapper import MapperHello, MapperRequest
from netlynx.rdma.numbers import RDMA_NL, RDMA_NL_GROUP, RDMA_NL_IWPM, RDMA_NL_LS_OP, RDMA_NLDEV_CMD
from netlynx.rdma.services import AddressRequest, PathRequest
from netlynx.wire.constants import NETLINK


def _group(name: str, group: int, messages: dict[int, Any], *, initial_only: bool = False) -> Group[Any]:
    return Group(f"rdma.{name}", NETLINK.RDMA, (group,), messages, initial_only=initial_only)


DEVICES: Group[Notification] = _group(
    "DEVICES", RDMA_NL_GROUP.NOTIFY, {number(RDMA_NLDEV_CMD.MONITOR): ("device", Notification)}
)
"""Devices that come and go, and network interfaces that get behind a port of one or leave it; Linux 6.12 tells."""

SERVICES: Group[PathRequest | AddressRequest] = _group(
    "SERVICES",
    RDMA_NL_GROUP.LS,
    {
        number(RDMA_NL_LS_OP.RESOLVE, RDMA_NL.LS): ("resolve", PathRequest),
        number(RDMA_NL_LS_OP.IP_RESOLVE, RDMA_NL.LS): ("resolve", AddressRequest),
    },
    initial_only=True,
)
"""What the kernel asks a local service of InfiniBand: for paths, and for the GIDs of addresses."""

MAPPER: Group[MapperRequest | MapperHello] = _group(
    "MAPPER",
    RDMA_NL_GROUP.IWPM,
    {
        number(RDMA_NL_IWPM.REG_PID, RDMA_NL.IWCM): ("register", MapperRequest),
        number(RDMA_NL_IWPM.HELLO, RDMA_NL.IWCM): ("hello", MapperHello),
    },
    initial_only=True,
)
"""What the kernel asks whoever maps ports of iWARP; what follows it asks that alone."""
