"""From the kernel's NLMSG_ERROR to a `NetlinkError` that names the attribute at fault."""

from __future__ import annotations

import errno
from importlib import import_module
from typing import Any

from netlynx.errors import NetlinkError, error_class
from netlynx.messages import note_request
from netlynx.operation import Do, Dump
from netlynx.schema.compile import plan_of
from netlynx.schema.locate import locate, missing
from netlynx.schema.record import Record
from netlynx.wire._codec import decode
from netlynx.wire.constants import NETLINK, NLMSG_HDRLEN
from netlynx.wire.message import Acknowledgement, Message, parse_acknowledgement

_HINTS = {
    errno.EPERM: "It takes CAP_NET_ADMIN in the user namespace that owns the network namespace",
    errno.EACCES: "It takes CAP_NET_ADMIN in the user namespace that owns the network namespace",
    errno.EOPNOTSUPP: "Either what it is about (a device, mostly) does not support it, or this kernel lacks it: "
    "a module may have to be loaded or built, or the kernel is too old",
    errno.EAFNOSUPPORT: "This kernel lacks the address family: its module may have to be loaded",
}

# What the kernel says at the end of a dump when its next object is too large (netlink_dump, net/netlink/af_netlink.c).
_TOO_LARGE = (
    "One object of the table is larger than a part of a dump may be, 32 KiB: neither it nor what stands behind it can "
    "be listed; single ones can be asked for, or filters may leave it out"
)

# The rooms that know more: each has a function `hint(operation, answer)`, loaded when there is something to explain.
_ROOMS: dict[int, str] = {NETLINK.NETFILTER: "netlynx.netfilter.hints", NETLINK.GENERIC: "netlynx.generic.hints"}


def refusal(operation: Do[Any] | Dump[Any], message: Message, sent: bytes) -> NetlinkError | None:
    """The error that an NLMSG_ERROR or NLMSG_DONE message carries for `operation`; None when it is a success.

    `sent` is the request as it went out: a note of the error shows it.
    """
    answer = parse_acknowledgement(message)
    if answer.errno == 0:
        return None
    attribute = lacking = ""
    request = operation.request
    if answer.offset is not None and isinstance(request, Record):
        attribute = locate(request, operation.payload, answer.offset - NLMSG_HDRLEN)
    if answer.missing_type is not None and isinstance(request, Record):
        nest = None if answer.missing_nest is None else answer.missing_nest - NLMSG_HDRLEN
        lacking = missing(request, operation.payload, answer.missing_type, nest)
    error = error_class(answer.errno)(
        answer.errno,
        answer.text,
        asked=str(operation),
        attribute=attribute,
        missing=lacking,
        policy=describe_policy(answer.policy) if answer.policy else "",
        hint=_hint(operation, answer),
    )
    note_request(error, operation.protocol, sent)
    return error


def _hint(operation: Do[Any] | Dump[Any], answer: Acknowledgement) -> str:
    room = _ROOMS.get(operation.protocol)
    known: str = import_module(room).hint(operation, answer) if room else ""
    if not known and answer.errno == errno.EMSGSIZE and isinstance(operation, Dump):
        return _TOO_LARGE
    return known or _HINTS.get(answer.errno, "")


def describe_policy(policy: bytes) -> str:
    """A policy (NL_POLICY_TYPE_ATTR_*) in words, such as ``u32 from 1 to 4094``."""
    from netlynx.schema.policy import AttributePolicy  # few refusals have one

    return str(decode(plan_of(AttributePolicy), policy))
