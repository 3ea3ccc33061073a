"""What L2TP means where the number of its error says little. Source: net/l2tp/l2tp_netlink.c, l2tp_core.c."""

from __future__ import annotations

import errno
from typing import Any

from netlynx.engine.operation import Do, Dump
from netlynx.wire.message import Acknowledgement

_NO_TUNNEL = "There is no tunnel with this ID: l2tp.tunnels() lists those that there are"
_NO_SESSION = "There is no such session: l2tp.sessions() lists those that there are"


def hint(operation: Do[Any] | Dump[Any], answer: Acknowledgement) -> str:
    """What to do about a refusal, or "" where no more is known than its number tells."""
    command = operation.name.rpartition(".")[2]
    number = answer.errno
    request: Any = operation.request
    if number == errno.ENODEV and command in ("add_session", "tunnel", "delete_tunnel", "change_tunnel"):
        return _NO_TUNNEL
    if number == errno.ENODEV and command in ("session", "delete_session", "change_session"):
        return _NO_SESSION
    if number == errno.EADDRNOTAVAIL and command == "add_tunnel":
        return f"{request.local} is no address of this network namespace"
    if number == errno.EADDRINUSE and command == "add_tunnel":
        return "Another socket has this address and port, or this ID"
    if number == errno.EPROTONOSUPPORT and command == "add_session":
        kind = str(request.pseudowire)
        return f"This kernel carries no {kind} (a module l2tp_{kind} would), or the tunnel is of L2TPv2, for ppp alone"
    return ""
