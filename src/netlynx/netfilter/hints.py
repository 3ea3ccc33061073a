"""What netfilter means where the number of its error says little: only where the request leaves no other cause."""

from __future__ import annotations

import errno
from importlib import import_module
from typing import Any

from netlynx.engine.operation import Do, Dump
from netlynx.errors import NetlinkError, NotSupported, StaleGeneration
from netlynx.netfilter.constants import NFNL_SUBSYS
from netlynx.netfilter.messages import (
    IPCTNL_MSG_CT,
    IPCTNL_MSG_EXP,
    IPCTNL_MSG_TIMEOUT,
    NFNL_MSG_ACCT,
    NFNL_MSG_COMPAT,
    NFNL_MSG_CTHELPER,
    NFNL_MSG_HOOK,
    OSF_MSG,
)
from netlynx.netns import privileges
from netlynx.netns.privileges import Capability
from netlynx.wire.message import Acknowledgement

# By subsystem (the upper byte of a message type): what it is, and what its module is called.
_SUBSYSTEMS = {
    NFNL_SUBSYS.CTNETLINK: ("connection tracking", "nf_conntrack_netlink"),
    NFNL_SUBSYS.CTNETLINK_EXP: ("expectations", "nf_conntrack_netlink"),
    NFNL_SUBSYS.QUEUE: ("packet queues", "nfnetlink_queue"),
    NFNL_SUBSYS.ULOG: ("packet logs", "nfnetlink_log"),
    NFNL_SUBSYS.OSF: ("fingerprints of systems", "nfnetlink_osf"),
    NFNL_SUBSYS.ACCT: ("counters by name", "nfnetlink_acct"),
    NFNL_SUBSYS.CTNETLINK_TIMEOUT: ("policies of timeouts", "nfnetlink_cttimeout"),
    NFNL_SUBSYS.CTHELPER: ("helpers that are programs", "nfnetlink_cthelper"),
    NFNL_SUBSYS.NFT_COMPAT: ("extensions of iptables in nftables", "nft_compat"),
    NFNL_SUBSYS.HOOK: ("a list of its hooks", "nfnetlink_hook"),
}
_BOUND = {NFNL_SUBSYS.QUEUE: "queue", NFNL_SUBSYS.ULOG: "log group"}  # only one socket at a time is told of it

# What a subsystem that is there takes with any attributes, or does not look at them: nothing of it can be invalid.
_NEVER_INVALID = {
    NFNL_SUBSYS.CTNETLINK: {IPCTNL_MSG_CT.GET_STATS, IPCTNL_MSG_CT.GET_STATS_CPU, IPCTNL_MSG_CT.GET_DYING},
    NFNL_SUBSYS.CTNETLINK_EXP: {IPCTNL_MSG_EXP.GET_STATS_CPU},
    # Of these, requests are checked before they are sent.
    NFNL_SUBSYS.OSF: {OSF_MSG.ADD, OSF_MSG.REMOVE},
    NFNL_SUBSYS.ACCT: {NFNL_MSG_ACCT.GET, NFNL_MSG_ACCT.GET_CTRZERO, NFNL_MSG_ACCT.DEL},
    NFNL_SUBSYS.CTNETLINK_TIMEOUT: {
        IPCTNL_MSG_TIMEOUT.GET,
        IPCTNL_MSG_TIMEOUT.DELETE,
        IPCTNL_MSG_TIMEOUT.DEFAULT_GET,
        IPCTNL_MSG_TIMEOUT.DEFAULT_SET,
    },
    NFNL_SUBSYS.CTHELPER: {NFNL_MSG_CTHELPER.GET, NFNL_MSG_CTHELPER.DEL},
    NFNL_SUBSYS.NFT_COMPAT: {NFNL_MSG_COMPAT.GET},
    NFNL_SUBSYS.HOOK: {NFNL_MSG_HOOK.GET},
}
# What is looked up by its name alone: the messages, and what it is called.
_BY_NAME = {
    NFNL_SUBSYS.ACCT: ({NFNL_MSG_ACCT.GET, NFNL_MSG_ACCT.GET_CTRZERO, NFNL_MSG_ACCT.DEL}, "counter"),
    NFNL_SUBSYS.CTNETLINK_TIMEOUT: ({IPCTNL_MSG_TIMEOUT.GET, IPCTNL_MSG_TIMEOUT.DELETE}, "policy of timeouts"),
    NFNL_SUBSYS.CTHELPER: ({NFNL_MSG_CTHELPER.GET, NFNL_MSG_CTHELPER.DEL}, "helper that is a program"),
}
_ASKING = {NFNL_SUBSYS.CTNETLINK: "conntrack.statistics()", NFNL_SUBSYS.CTNETLINK_EXP: "conntrack.statistics()"}


def meaning(operation: Do[Any] | Dump[Any], answer: Acknowledgement) -> type[NetlinkError] | None:
    """The class of an error whose number says something else elsewhere: that the state which changes were made for has
    changed since, or (all is invalid) that the kernel lacks a subsystem."""
    if answer.errno == errno.ERESTART:
        return StaleGeneration
    subsystem, message = operation.message_type >> 8, operation.message_type & 0xFF
    if answer.errno != errno.EINVAL or answer.text or subsystem not in _SUBSYSTEMS:
        return None
    return NotSupported if _proves(operation, subsystem, message) else None


def hint(operation: Do[Any] | Dump[Any], answer: Acknowledgement) -> str:
    """What to do about a refusal, or "" where no more is known than its number tells."""
    if answer.text:
        return ""
    if answer.errno == errno.ERESTART:
        made_for = getattr(operation.request, "generation", None)
        return (
            f"It was made for generation {made_for}, and there is another one by now: somebody else has changed "
            "something. Read again what it relies on and make the changes anew; nftables.changing does both"
        )
    subsystem, message = operation.message_type >> 8, operation.message_type & 0xFF
    if subsystem == NFNL_SUBSYS.NFTABLES:
        known: str = import_module("netlynx.nftables.hints").hint(operation, answer)  # a room of its own
        return known
    if answer.errno in (errno.EPERM, errno.EBUSY) and subsystem in _BOUND:
        bound = f"Another socket has bound the {_BOUND[subsystem]}, and only one can"
        if answer.errno == errno.EBUSY:
            return bound
        return privileges.lacking() or (bound if privileges.has(Capability.CAP_NET_ADMIN) else "")
    if answer.errno == errno.EINVAL and subsystem in _SUBSYSTEMS:
        what, module = _SUBSYSTEMS[subsystem]
        if _proves(operation, subsystem, message):
            return f"This kernel lacks {what}: its module is {module}"
        asking = _ASKING.get(subsystem, "")
        return f"{asking} says whether this kernel has {what} at all" if asking else ""
    if answer.errno == errno.ENOENT and message in _BY_NAME.get(subsystem, ((), ""))[0]:
        name = getattr(operation.request, "name", None)
        return f"There is no {_BY_NAME[subsystem][1]} named {name!r} in this namespace" if name else ""
    if subsystem == NFNL_SUBSYS.CTNETLINK and message == IPCTNL_MSG_CT.NEW:
        return _of_a_change(operation, answer.errno)
    return ""


def _proves(operation: Do[Any] | Dump[Any], subsystem: int, message: int) -> bool:
    """Whether only a missing subsystem finds this request invalid (nfnetlink_rcv_msg)."""
    if message in _NEVER_INVALID.get(subsystem, ()):
        return True
    request: Any = operation.request
    if isinstance(operation, Dump):
        return bool(request == type(request)())  # lists all
    command = getattr(request, "command", None)
    return subsystem in _BOUND and command is not None  # to bind or unbind


def _of_a_change(operation: Do[Any] | Dump[Any], number: int) -> str:
    request: Any = operation.request
    if number == errno.ENOSPC and request.labels is not None:  # nf_connlabels_replace knows no other cause
        return (
            "The connection has no room for labels: it has if a rule of its namespace uses labels (iptables' connlabel "
            "match, nftables' ct label) when it begins"
        )
    if number == errno.EOPNOTSUPP and request.helper is not None:
        return (
            "Either this kernel has no such helper for the connection's protocol (its module may have to be loaded), "
            "or the connection is there and began without one"
        )
    if number == errno.EOPNOTSUPP and (request.master or request.nat_source or request.nat_destination) is not None:
        return "Either the connection is there, which has its translation and master for good, or this kernel lacks NAT"
    return ""
