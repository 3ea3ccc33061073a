"""From the kernel's NLMSG_ERROR to a `NetlinkError` that names the attribute at fault."""

from __future__ import annotations

import errno
import struct
from typing import Any

from netlynx.errors import NetlinkError, error_class
from netlynx.operation import Do, Dump
from netlynx.schema.locate import locate, missing
from netlynx.wire.constants import NL_ATTR_TYPE, NL_POLICY_TYPE_ATTR, NLMSG_HDRLEN
from netlynx.wire.message import Message, parse_acknowledgement, parse_attributes

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
    found = {attribute.type: attribute.payload for attribute in parse_attributes(policy)}

    def number(kind: int, layout: str) -> int | None:
        payload = found.get(kind)
        return struct.unpack(layout, payload)[0] if payload and len(payload) == struct.calcsize(layout) else None

    words = []
    kind = number(NL_POLICY_TYPE_ATTR.TYPE, "=I")
    if kind is not None:
        names = {int(value): name[len("NL_ATTR_TYPE_") :].lower() for name, value in NL_ATTR_TYPE.__c_names__.items()}
        words.append(names.get(kind, f"type {kind}"))
    unsigned = (number(NL_POLICY_TYPE_ATTR.MIN_VALUE_U, "=Q"), number(NL_POLICY_TYPE_ATTR.MAX_VALUE_U, "=Q"))
    signed = (number(NL_POLICY_TYPE_ATTR.MIN_VALUE_S, "=q"), number(NL_POLICY_TYPE_ATTR.MAX_VALUE_S, "=q"))
    lengths = (number(NL_POLICY_TYPE_ATTR.MIN_LENGTH, "=I"), number(NL_POLICY_TYPE_ATTR.MAX_LENGTH, "=I"))
    words += [_between(*unsigned), _between(*signed)]
    if length := _between(*lengths):
        words.append(f"{length} bytes")
    for number_of_mask, layout in ((NL_POLICY_TYPE_ATTR.BITFIELD32_MASK, "=I"), (NL_POLICY_TYPE_ATTR.MASK, "=Q")):
        mask = number(number_of_mask, layout)
        if mask is not None:
            words.append(f"with bits of {mask:#x}")
    return " ".join(filter(None, words))


def _between(low: int | None, high: int | None) -> str:
    """A range in words, either end of which may be open."""
    if low is None:
        return "" if high is None else f"up to {high}"
    return f"at least {low}" if high is None else f"from {low} to {high}"
