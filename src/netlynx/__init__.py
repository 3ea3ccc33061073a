"""Linux netlink for Python: typed, streaming, and both halves of the conversation.

    import netlynx
    from netlynx import route

    with netlynx.connect() as nl:
        for link in nl.dump(route.links()):
            print(link.index, link.name, link.operstate)

Connections and what they give are here. What the kernel can be asked is in rooms of their own: `netlynx.route`,
`netlynx.tc`, `netlynx.nftables` and others.
"""

from __future__ import annotations

from netlynx._version import __version__

TYPE_CHECKING = False  # checkers take it for true; importing typing would take longer than all of the rest

if TYPE_CHECKING:
    from typing import Any

    from netlynx.client.async_connection import AsyncConnection, aconnect
    from netlynx.client.async_dump_iterator import AsyncDumpIterator
    from netlynx.client.async_mirror import AsyncMirror
    from netlynx.client.async_subscription import AsyncSubscription
    from netlynx.client.connection import Connection, connect
    from netlynx.client.dump_iterator import DumpIterator
    from netlynx.client.mirror import Mirror
    from netlynx.client.statistics import Statistics
    from netlynx.client.subscription import Subscription
    from netlynx.client.table import Table
    from netlynx.codec._codec import to_json
    from netlynx.engine.batch import BatchResult
    from netlynx.engine.copy import Change, Missed
    from netlynx.engine.decoding import Decoded, Decoder, Refused, decode
    from netlynx.engine.mirrored import Mirrored
    from netlynx.engine.operation import Do, Dump, Event, EventKind, Flush, Group, NamespaceEvent, Overrun
    from netlynx.engine.transaction import Outcome
    from netlynx.errors import (
        AlreadyExists,
        Ambiguous,
        BufferOverrun,
        Busy,
        ConnectionClosed,
        DecodeError,
        DumpInterrupted,
        EncodeError,
        EncodeTypeError,
        NetlinkError,
        NetlynxError,
        NotFound,
        NotSupported,
        PermissionDenied,
        PortRefused,
        RequestTimeout,
        StaleGeneration,
        TransactionError,
    )
    from netlynx.schema.record import Attribute, Layout, Record
    from netlynx.transport.netlink_socket import NetlinkSocket
    from netlynx.wire.message import Message

# Where each public name lives. Loaded on first use: importing the package costs next to nothing.
_HOMES = {
    "netlynx.client.async_connection": ("AsyncConnection", "aconnect"),
    "netlynx.client.async_dump_iterator": ("AsyncDumpIterator",),
    "netlynx.client.async_mirror": ("AsyncMirror",),
    "netlynx.client.async_subscription": ("AsyncSubscription",),
    "netlynx.client.connection": ("Connection", "connect"),
    "netlynx.client.dump_iterator": ("DumpIterator",),
    "netlynx.engine.batch": ("BatchResult",),
    "netlynx.engine.copy": ("Change", "Missed"),
    "netlynx.client.mirror": ("Mirror",),
    "netlynx.engine.decoding": ("Decoded", "Decoder", "Refused", "decode"),
    "netlynx.engine.mirrored": ("Mirrored",),
    "netlynx.errors": (
        "AlreadyExists",
        "Ambiguous",
        "BufferOverrun",
        "Busy",
        "ConnectionClosed",
        "DecodeError",
        "DumpInterrupted",
        "EncodeError",
        "EncodeTypeError",
        "NetlinkError",
        "NetlynxError",
        "NotFound",
        "NotSupported",
        "PermissionDenied",
        "PortRefused",
        "RequestTimeout",
        "StaleGeneration",
        "TransactionError",
    ),
    "netlynx.engine.operation": ("Do", "Dump", "Event", "EventKind", "Flush", "Group", "NamespaceEvent", "Overrun"),
    "netlynx.engine.transaction": ("Outcome",),
    "netlynx.schema.record": ("Attribute", "Layout", "Record"),
    "netlynx.codec._codec": ("to_json",),
    "netlynx.client.statistics": ("Statistics",),
    "netlynx.client.subscription": ("Subscription",),
    "netlynx.client.table": ("Table",),
    "netlynx.wire.message": ("Message",),
    "netlynx.transport.netlink_socket": ("NetlinkSocket",),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "AlreadyExists",
    "Ambiguous",
    "AsyncConnection",
    "AsyncDumpIterator",
    "AsyncMirror",
    "AsyncSubscription",
    "Attribute",
    "BatchResult",
    "BufferOverrun",
    "Busy",
    "Change",
    "Connection",
    "ConnectionClosed",
    "DecodeError",
    "Decoded",
    "Decoder",
    "Do",
    "Dump",
    "DumpInterrupted",
    "DumpIterator",
    "EncodeError",
    "EncodeTypeError",
    "Event",
    "EventKind",
    "Flush",
    "Group",
    "Layout",
    "Message",
    "Mirror",
    "Mirrored",
    "Missed",
    "NamespaceEvent",
    "NetlinkError",
    "NetlinkSocket",
    "NetlynxError",
    "NotFound",
    "NotSupported",
    "Outcome",
    "Overrun",
    "PermissionDenied",
    "PortRefused",
    "Record",
    "Refused",
    "RequestTimeout",
    "StaleGeneration",
    "Statistics",
    "Subscription",
    "Table",
    "TransactionError",
    "__version__",
    "aconnect",
    "connect",
    "decode",
    "to_json",
]


def __getattr__(name: str) -> Any:  # Any: as many types as there are public names
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
