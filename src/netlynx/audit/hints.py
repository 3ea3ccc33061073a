"""What refusals of auditing mean. Source: audit_netlink_ok in kernel/audit.c."""

from __future__ import annotations

import errno
from typing import Any

from netlynx.engine.operation import Do, Dump
from netlynx.errors import NetlinkError, NotSupported
from netlynx.netns import privileges
from netlynx.netns.seeing import process_elsewhere
from netlynx.wire.message import Acknowledgement

from .types import AUDIT


def meaning(operation: Do[Any] | Dump[Any], answer: Acknowledgement) -> type[NetlinkError] | None:
    """The kernel refuses whoever is not in its initial namespaces as if there were no auditing, or no privilege."""
    elsewhere = process_elsewhere()
    refused = (elsewhere == "user" and answer.errno == errno.ECONNREFUSED) or (
        elsewhere and answer.errno == errno.EPERM
    )
    return NotSupported if refused else None


def hint(operation: Do[Any] | Dump[Any], answer: Acknowledgement) -> str:
    """What is known of a refusal."""
    elsewhere = process_elsewhere()
    if elsewhere and answer.errno in (errno.ECONNREFUSED, errno.EPERM):
        return (
            "The kernel answers to processes in its initial PID and user namespaces alone, "
            f"and this one is in another {elsewhere} namespace"
        )
    if answer.errno == errno.EPERM:
        return privileges.lacks(privileges.Capability.CAP_AUDIT_CONTROL)
    if answer.errno == errno.EEXIST and operation.message_type == AUDIT.ADD_RULE:
        return "There is such a rule already"
    if answer.errno == errno.ENOENT and operation.message_type == AUDIT.DEL_RULE:
        return "There is no such rule: a rule is deleted by all that it says, as it is listed"
    return ""
