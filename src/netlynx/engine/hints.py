"""What to do about a refusal. A hint names a cause only where it is known to be one: from the kernel's own words, from
the request, or from what this process may do. Where several could be, there is none.
"""

from __future__ import annotations

import errno
from importlib import import_module
from typing import Any, NamedTuple

from netlynx.engine.operation import Do, Dump
from netlynx.errors import NetlinkError, error_class
from netlynx.netns import privileges
from netlynx.wire.constants import NETLINK
from netlynx.wire.message import Acknowledgement

# The rooms that know more: each has a function `hint(operation, answer)`, loaded when there is something to explain. It
# may have `meaning(operation, answer)`: the class of the error, where the errno says another thing than elsewhere.
_ROOMS: dict[int, str] = {
    NETLINK.ROUTE: "netlynx.route.hints",
    NETLINK.NETFILTER: "netlynx.netfilter.hints",
    NETLINK.GENERIC: "netlynx.generic.hints",
    NETLINK.SOCK_DIAG: "netlynx.diag.hints",
    NETLINK.CRYPTO: "netlynx.crypto.hints",
    NETLINK.XFRM: "netlynx.xfrm.hints",
    NETLINK.RDMA: "netlynx.rdma.hints",
    NETLINK.AUDIT: "netlynx.audit.hints",
}

# Of netfilter, by subsystem (the upper byte of a message type): those that have a room of their own. Such a room may
# have `private(operation, answer)`, too: what its own error numbers mean.
_SUBSYSTEMS: dict[int, str] = {
    6: "netlynx.ipset.hints",
}

# What a virtual kernel alone says: which of its handlers it lacks. No cause that a real one could have goes with it.
NO_HANDLER = "this virtual kernel has no handler for "

# What the kernel says at the end of a dump when its next object is too large (netlink_dump, net/netlink/af_netlink.c).
TOO_LARGE = (
    "One object of the table is larger than a part of a dump may be, 32 KiB: neither it nor what stands behind it can "
    "be listed; single ones can be asked for, or filters may leave it out"
)


def hint(operation: Do[Any] | Dump[Any], answer: Acknowledgement) -> str:
    """What to do about an operation that was refused, or ""."""
    if answer.text.startswith(NO_HANDLER):
        return ""
    room = _room(operation)
    known: str = import_module(room).hint(operation, answer) if room else ""
    if not known and answer.errno == errno.EMSGSIZE and isinstance(operation, Dump) and not operation.once:
        return TOO_LARGE
    return known or (privileges.lacking() if is_denied(answer) else "")


class Private(NamedTuple):
    """What an error number means that a part of the kernel has for itself, and which of many things it is about."""

    symbol: str = ""
    message: str = ""
    line: int = 0


def private(operation: Do[Any] | Dump[Any], answer: Acknowledgement) -> Private:
    """What the room of an operation makes of an error number, if that is one of its own."""
    room = _room(operation)
    known = getattr(import_module(room), "private", None) if room else None
    found: Private = known(operation, answer) if known is not None else Private()
    return found


def _room(operation: Do[Any] | Dump[Any]) -> str | None:
    if operation.protocol == NETLINK.NETFILTER and operation.message_type >> 8 in _SUBSYSTEMS:
        return _SUBSYSTEMS[operation.message_type >> 8]
    return _ROOMS.get(operation.protocol)


def class_for(operation: Do[Any] | Dump[Any], answer: Acknowledgement) -> type[NetlinkError]:
    """The class of the error for a refusal: that of its errno, unless the room knows that it means something else."""
    room = _room(operation)
    meaning = getattr(import_module(room), "meaning", None) if room else None
    known: type[NetlinkError] | None = meaning(operation, answer) if meaning is not None else None
    return known or error_class(answer.errno)


def is_denied(answer: Acknowledgement) -> bool:
    """Whether a refusal may be one for want of a privilege: the kernel has nothing else to say about it then."""
    return answer.errno in (errno.EPERM, errno.EACCES) and not answer.text and answer.offset is None
