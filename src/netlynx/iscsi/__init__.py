"""What iSCSI tells unasked (NETLINK_ISCSI): connections that break, sessions that end, what adapters do by themselves.

    from netlynx import iscsi

    with nl.subscribe(iscsi.EVENTS) as events:
        for event in events:
            print(event.kind, event.record)  # connection-failed ConnectionFailed(session=1, code=TCP_CONN_CLOSE, …)

Sessions are made and ended by iscsid, which answers what comes; others can listen. Which ones there are stands in
/sys/class/iscsi_session: the protocol lists nothing. Source: include/scsi/iscsi_if.h of the kernel,
drivers/scsi/scsi_transport_iscsi.c.
"""

from __future__ import annotations

import struct
from typing import Any

from netlynx.engine.call import PlainFeed
from netlynx.engine.operation import Group
from netlynx.iscsi.constants import (
    ISCSI_NL_GRP,
    ISCSI_UEVENT,
    ConnectionState,
    HostEventCode,
    IscsiError,
    IscsiEventType,
    PingStatus,
)
from netlynx.iscsi.events import (
    ConnectionFailed,
    Counters,
    HostEvent,
    HostStatistics,
    InterfaceDown,
    LoginState,
    Path,
    PathWanted,
    PduReceived,
    PingDone,
    SessionCreated,
    SessionDestroyed,
    SessionStatistics,
    SessionUnbound,
)
from netlynx.wire.constants import NETLINK

__all__ = [
    "ADAPTERS",
    "EVENTS",
    "ConnectionFailed",
    "ConnectionState",
    "Counters",
    "HostEvent",
    "HostEventCode",
    "HostStatistics",
    "InterfaceDown",
    "IscsiError",
    "IscsiEventType",
    "LoginState",
    "Path",
    "PathWanted",
    "PduReceived",
    "PingDone",
    "PingStatus",
    "SessionCreated",
    "SessionDestroyed",
    "SessionStatistics",
    "SessionUnbound",
]

_TYPE = struct.Struct("=I")


class _Feed(PlainFeed):
    """The messages have no type, 0: their payload begins with it."""

    __slots__ = ()

    def kind(self, number: int, payload: memoryview) -> int:
        """See `PlainFeed.kind`."""
        return int(_TYPE.unpack_from(payload)[0]) if len(payload) >= _TYPE.size else 0


EVENTS: Group[Any] = Group(  # of each of the classes of events
    "iscsi.EVENTS",
    NETLINK.ISCSI,
    (ISCSI_NL_GRP.ISCSID,),
    {
        IscsiEventType.RECV_PDU: ("pdu", PduReceived),
        IscsiEventType.CONN_ERROR: ("connection-failed", ConnectionFailed),
        IscsiEventType.CONN_LOGIN_STATE: ("login-state", LoginState),
        IscsiEventType.CREATE_SESSION: ("session-created", SessionCreated),
        IscsiEventType.UNBIND_SESSION: ("session-unbound", SessionUnbound),
        IscsiEventType.DESTROY_SESSION: ("session-destroyed", SessionDestroyed),
        IscsiEventType.HOST_EVENT: ("host", HostEvent),
        IscsiEventType.PING_COMP: ("ping-done", PingDone),
        ISCSI_UEVENT.GET_STATS: ("statistics", SessionStatistics),
        ISCSI_UEVENT.GET_HOST_STATS: ("host-statistics", HostStatistics),
    },
    initial_only=True,  # netlink_kernel_create(&init_net, …)
    feed=_Feed,
)
"""What iscsid listens to, each of a kind of its own. It takes CAP_NET_ADMIN, in the first network namespace.

The kernel answers iscsid here, too, where it asks for statistics; the passwords that it may ask for are left out."""

ADAPTERS: Group[Any] = Group(
    "iscsi.ADAPTERS",
    NETLINK.ISCSI,
    (ISCSI_NL_GRP.UIP,),
    {
        IscsiEventType.PATH_REQ: ("path-wanted", PathWanted),
        IscsiEventType.IF_DOWN: ("interface-down", InterfaceDown),
    },
    initial_only=True,
    feed=_Feed,
)
"""What adapters ask iscsiuio for: the way to an address, and that a card went down. It takes what `EVENTS` takes."""
