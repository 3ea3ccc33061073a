"""What Open vSwitch means where the number of its error says little. Source: net/openvswitch/."""

from __future__ import annotations

import errno
from typing import Any

from netlynx.engine.operation import Do, Dump
from netlynx.wire.message import Acknowledgement

_NO_DATAPATH = "There is no such datapath: ovs.datapaths() lists those that there are"


def hint(operation: Do[Any] | Dump[Any], answer: Acknowledgement) -> str:
    """What to do about a refusal, or "" where no more is known than its number tells."""
    family, _, command = operation.name.partition(".")
    number = answer.errno
    request: Any = operation.request
    if number == errno.ENODEV and family == "OvsDatapath":
        return _NO_DATAPATH
    if number == errno.ENODEV and family in ("OvsFlow", "OvsMeter"):
        return _NO_DATAPATH
    if number == errno.ENODEV and family == "OvsVport":
        of = "link" if command == "add" else "port"
        return f"There is no such datapath, or no such {of}: ovs.datapaths() and ovs.vports() list those that there are"
    if family == "OvsVport" and command == "add":
        return _port(request, number)
    if family == "OvsFlow" and number == errno.ENOENT:
        return "No flow of this datapath has this UFID" if request.ufid else "No flow of this datapath has this key"
    if family == "OvsFlow" and number == errno.EEXIST:
        return "A flow is for these packets, or has this UFID, already: ovs.replace gives it other actions"
    if family in ("OvsFlow", "OvsPacket") and number == errno.EINVAL:
        return "The kernel's log says what is wrong with the key or the actions (dmesg), at most a few times a second"
    if family == "OvsMeter" and number == errno.ENOENT:
        return "The datapath has no such meter"
    return ""


def _port(request: Any, number: int) -> str:
    if number == errno.EBUSY and request.number:
        return "The number is taken, or the link is the port of a datapath already"
    if number == errno.EBUSY:
        return "The link is the port of a datapath, a bridge or a team already"
    if number == errno.EINVAL and str(request.type) == "netdev":
        return "A datapath takes no loopback, and no link that is a datapath's own"
    if number == errno.EAFNOSUPPORT:
        return f"This kernel has no ports of the type {request.type!s} (a module vport-{request.type!s} would)"
    return ""
