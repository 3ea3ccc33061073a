"""From the kernel's NLMSG_ERROR to a `NetlinkError` that names the attribute at fault."""

from __future__ import annotations

from typing import Any

from netlynx.codec._codec import decode
from netlynx.engine.hints import class_for, hint, private
from netlynx.engine.messages import note_request
from netlynx.engine.operation import Do, Dump
from netlynx.errors import NetlinkError
from netlynx.schema.compile import plan_of
from netlynx.schema.locate import locate, missing
from netlynx.schema.record import Record
from netlynx.wire.constants import NLMSG_HDRLEN
from netlynx.wire.message import Message, parse_acknowledgement


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
    own = private(operation, answer)
    error = class_for(operation, answer)(
        answer.errno,
        own.message if own.symbol else answer.text,
        asked=str(operation),
        attribute=attribute,
        missing=lacking,
        policy=describe_policy(answer.policy) if answer.policy else "",
        hint=hint(operation, answer),
        symbol=own.symbol,
        line=own.line,
    )
    note_request(error, operation.protocol, sent, operation)
    return error


def describe_policy(policy: bytes) -> str:
    """A policy (NL_POLICY_TYPE_ATTR_*) in words, such as ``u32 from 1 to 4094``."""
    from netlynx.schema.policy import AttributePolicy  # few refusals have one

    return str(decode(plan_of(AttributePolicy), policy))
