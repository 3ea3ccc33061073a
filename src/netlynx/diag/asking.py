"""How the kernel is asked for sockets: the same for all of them, but for the request and the record.

Source: linux/sock_diag.h, net/core/sock_diag.c.
"""

from __future__ import annotations

from typing import Any, TypeVar

from netlynx.diag.constants import SOCK_DIAG_BY_FAMILY, SocketFamily
from netlynx.engine.operation import Do, Dump, make_do, make_dump
from netlynx.schema import Layout, Record, enum, member, takes, u8, u16
from netlynx.wire.constants import NETLINK

R = TypeVar("R", bound=Record)


class RequestHeader(Layout):
    """What the fixed headers of requests begin with, in most families."""

    family: takes.Member[SocketFamily] = member(enum(SocketFamily, u8), c="sdiag_family")
    protocol: int = member(u8, c="sdiag_protocol")
    pad: int = member(u16, c="pad")


def list_sockets(name: str, request: Record, record: type[R], match: tuple[tuple[str, Any], ...] = ()) -> Dump[R]:
    """The sockets that a request asks for, those that fit `match`."""
    return make_dump(name, NETLINK.SOCK_DIAG, SOCK_DIAG_BY_FAMILY, request, record, SOCK_DIAG_BY_FAMILY, match=match)


def look_up(name: str, request: Record, record: type[R]) -> Do[R]:
    """The one socket that a request means."""
    return make_do(name, NETLINK.SOCK_DIAG, SOCK_DIAG_BY_FAMILY, request, reply=record, reply_type=SOCK_DIAG_BY_FAMILY)
