"""Messages of generic netlink: a family's header before the attributes, and operations made of them."""

from __future__ import annotations

from typing import Any

from netlynx.codec._codec import encode
from netlynx.engine.operation import Do, Dump
from netlynx.generic.constants import CONTROLLER, CONTROLLER_VERSION, GENL_ID_CTRL, GenericHeader
from netlynx.schema.compile import plan_of
from netlynx.schema.record import Record
from netlynx.wire.constants import NETLINK


class Nothing(Record, header=GenericHeader):
    """A request that says no more than its command."""


def packed(record: Record, command: int, version: int) -> bytes:
    """A message of a family: `record`, which has a `GenericHeader` or a longer one, with its command filled in.

    Raises EncodeError with the path of the field at fault.
    """
    payload = encode(plan_of(type(record)), record)
    return bytes((command, version)) + payload[2:]


def generic_do(
    name: str,
    family: str,
    command: int,
    request: Record,
    *,
    version: int,
    flags: int = 0,
    reply: type[Record] | None = None,
) -> Do[Any]:
    """A `Do` of a family, with its request encoded. Raises EncodeError with the path of the field at fault."""
    number = _number(family)
    payload = packed(request, command, version)
    return Do(name, NETLINK.GENERIC, number, flags, request, payload, reply, number, "" if number else family)


def generic_dump(
    name: str,
    family: str,
    command: int,
    request: Record,
    reply: type[Record],
    *,
    version: int,
    flags: int = 0,
    match: tuple[tuple[str, Any], ...] = (),
    once: bool = False,
) -> Dump[Any]:
    """A `Dump` of a family, with its request encoded. Raises EncodeError with the path of the field at fault."""
    number = _number(family)
    payload = packed(request, command, version)
    family = "" if number else family
    return Dump(name, NETLINK.GENERIC, number, flags, request, payload, reply, number, match, family, once=once)


def controller_do(name: str, command: int, request: Record, reply: type[Record]) -> Do[Any]:
    """A `Do` of the controller."""
    return generic_do(name, CONTROLLER, command, request, version=CONTROLLER_VERSION, reply=reply)


def controller_dump(
    name: str, command: int, request: Record, reply: type[Record], match: tuple[tuple[str, Any], ...] = ()
) -> Dump[Any]:
    """A `Dump` of the controller."""
    return generic_dump(name, CONTROLLER, command, request, reply, version=CONTROLLER_VERSION, match=match)


def _number(family: str) -> int:
    """The message type where it is known beforehand: the controller's, which tells those of all others."""
    return GENL_ID_CTRL if family == CONTROLLER else 0
