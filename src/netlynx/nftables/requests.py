"""How the objects of nftables are asked for."""

from __future__ import annotations

from typing import Any

from netlynx.engine.operation import Do, Dump
from netlynx.errors import EncodeError
from netlynx.netfilter.constants import NFNL_SUBSYS
from netlynx.netfilter.nfnetlink import netfilter_do, netfilter_dump
from netlynx.nftables.constants import Family
from netlynx.schema import Record
from netlynx.schema.arguments import member_of, text_of

_SUBSYSTEM = int(NFNL_SUBSYS.NFTABLES)


def listing(
    name: str,
    message: int,
    request: Record,
    reply: int,
    *,
    match: tuple[tuple[str, Any], ...] = (),
    mirrored: str | None = None,
) -> Dump[Any]:
    """A list of objects of the request's class; `mirrored` is how a copy is kept, a name of `nftables.mirroring`.

    Raises EncodeError with the path of the field at fault.
    """
    cls: type[Record] = type(request)
    how = f"netlynx.nftables.mirroring:{mirrored}" if mirrored else None
    return netfilter_dump(name, _SUBSYSTEM, message, request, cls, reply, match=match, mirrored=how)


def single(name: str, message: int, request: Record, reply: int) -> Do[Any]:
    """One object of the request's class, found by the kernel."""
    return netfilter_do(name, _SUBSYSTEM, message, request, reply=type(request), reply_message=reply)


def any_family(value: Family | str | int | None, path: str) -> Family:
    """The family that is meant, UNSPEC for all. Raises EncodeError with `path` for one that no table can be of."""
    return Family.UNSPEC if value is None else member_of(Family, value, path)


def one_family(value: Family | str | int, path: str) -> Family:
    """The family that is meant. Raises EncodeError with `path` where it is none, or all of them."""
    family = member_of(Family, value, path)
    if family is Family.UNSPEC:
        raise EncodeError("say which family: inet, ip, ip6, arp, bridge or netdev", path)
    return family


def a_name(value: str, path: str) -> str:
    """The name of an object. Raises EncodeTypeError with `path` for what is no text, EncodeError for none."""
    if not text_of(value, path):
        raise EncodeError("nothing is called so", path)
    return value


def asked(**fields: Any) -> tuple[tuple[str, Any], ...]:
    """What a list is filtered by: the fields that are given, `family` but for UNSPEC."""
    return tuple((name, value) for name, value in fields.items() if value)
