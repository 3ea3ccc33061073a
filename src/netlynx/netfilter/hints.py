"""What netfilter may mean where the number of its error says little."""

from __future__ import annotations

import errno
from typing import Any

from netlynx.operation import Do, Dump
from netlynx.wire.message import Acknowledgement

# By subsystem (the upper byte of a message type): what it is, and what its module is called.
_SUBSYSTEMS = {
    1: ("connection tracking", "nf_conntrack_netlink"),
    2: ("expectations", "nf_conntrack_netlink"),
    3: ("packet queues", "nfnetlink_queue"),
    4: ("packet logs", "nfnetlink_log"),
    6: ("IP sets", "ip_set"),
    10: ("nftables", "nf_tables"),
}
_BOUND = {3: "queue", 4: "log group"}  # of which only one socket at a time is told, and refused to others with EPERM


def hint(operation: Do[Any] | Dump[Any], answer: Acknowledgement) -> str:
    """What to do about a refusal, or "" where no more is known than its number tells."""
    subsystem = operation.message_type >> 8
    if answer.errno in (errno.EPERM, errno.EBUSY) and subsystem in _BOUND:
        return (
            "It takes CAP_NET_ADMIN in the user namespace that owns the network namespace, and that no other socket "
            f"has bound the {_BOUND[subsystem]}"
        )
    if answer.errno == errno.EINVAL and not answer.text and subsystem in _SUBSYSTEMS:
        what, module = _SUBSYSTEMS[subsystem]
        return f"If nothing is wrong with it, this kernel lacks {what}: its module is {module}"
    return ""
