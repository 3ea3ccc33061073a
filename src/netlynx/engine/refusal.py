"""From the kernel's NLMSG_ERROR to a `NetlinkError` that names the attribute at fault."""

from __future__ import annotations

import errno
from typing import Any

from netlynx.errors import NetlinkError, error_class
from netlynx.operation import Do, Dump
from netlynx.schema.compile import plan_of
from netlynx.schema.locate import locate, missing
from netlynx.wire._codec import decode
from netlynx.wire.constants import NLMSG_HDRLEN
from netlynx.wire.message import Message, parse_acknowledgement

_HINTS = {
    errno.EPERM: "It takes CAP_NET_ADMIN in the user namespace that owns the network namespace",
    errno.EACCES: "It takes CAP_NET_ADMIN in the user namespace that owns the network namespace",
    errno.EOPNOTSUPP: "This kernel lacks it: a module may have to be loaded or built, or the kernel is too old",
    errno.EAFNOSUPPORT: "This kernel lacks the address family: its module may have to be loaded",
}


def refusal(operation: Do[Any] | Dump[Any], message: Message) -> NetlinkError | None:
    """The error that an NLMSG_ERROR or NLMSG_DONE message carries for `operation`; None when it is a success."""
    answer = parse_acknowledgement(message)
    if answer.errno == 0:
        return None
    attribute = lacking = ""
    if answer.offset is not None:
        attribute = locate(operation.request, operation.payload, answer.offset - NLMSG_HDRLEN)
    if answer.missing_type is not None:
        nest = None if answer.missing_nest is None else answer.missing_nest - NLMSG_HDRLEN
        lacking = missing(operation.request, operation.payload, answer.missing_type, nest)
    return error_class(answer.errno)(
        answer.errno,
        answer.text,
        asked=str(operation),
        attribute=attribute,
        missing=lacking,
        policy=describe_policy(answer.policy) if answer.policy else "",
        hint=_HINTS.get(answer.errno, ""),
    )


def describe_policy(policy: bytes) -> str:
    """A policy (NL_POLICY_TYPE_ATTR_*) in words, such as ``u32 from 1 to 4094``."""
    from netlynx.schema.policy import AttributePolicy  # few refusals have one

    return str(decode(plan_of(AttributePolicy), policy))
