"""One look-up in one table of IPv4 routes (NETLINK_FIB_LOOKUP): which of its routes an address falls under.

    from netlynx import fib_lookup

    found = nl.do(fib_lookup.lookup("192.0.2.7", table="main"))
    print(found.prefix, found.type, found.next_hop)

Rules are not looked at, nor is it said where the route leads: for what becomes of a packet, ask `route.route`.
Source: nl_fib_input in net/ipv4/fib_frontend.c, struct fib_result_nl in include/net/ip_fib.h.
"""

from __future__ import annotations

import errno
from collections.abc import Generator
from ipaddress import IPv4Network
from typing import Any, ClassVar

from netlynx.engine.operation import Do, Talk, make_do
from netlynx.engine.unresolved import by_name
from netlynx.errors import EncodeError, EncodeTypeError, NotFound, from_errno
from netlynx.route.constants import Scope
from netlynx.route.route_names import RouteType
from netlynx.schema import Layout, Record, enum, head, ip4, member, s32, takes, u8, u32
from netlynx.schema.arguments import number_of
from netlynx.schema.facts import NoFacts
from netlynx.schema.record import replace_fields
from netlynx.wire.constants import NETLINK, NLMSG

__all__ = ["Found", "LookupMessage", "lookup"]

_MAIN = 254  # RT_TABLE_MAIN
_TABLES = 255  # the member of the message has one byte
_CONGESTION = 0x3  # bits of a type of service that are no part of it (RFC 3168)

# The kernel says of a route that refuses no more than the error it refuses with: fib_props, net/ipv4/fib_semantics.c.
_REFUSING = {
    errno.EINVAL: RouteType.BLACKHOLE,
    errno.EHOSTUNREACH: RouteType.UNREACHABLE,
    errno.EACCES: RouteType.PROHIBIT,
}


class LookupMessage(Layout):
    """A request and its answer, which is the request with more filled in."""

    __facts__: ClassVar[NoFacts] = NoFacts("include/net/ip_fib.h is no header for users")

    address: takes.Ip[str] = member(ip4, c="fl_addr")
    mark: int = member(u32, c="fl_mark")
    tos: int = member(u8, c="fl_tos")
    asked_scope: takes.Member[Scope] = member(enum(Scope, u8), c="fl_scope")
    asked_table: int = member(u8, c="tb_id_in")
    table: int = member(u8, c="tb_id")
    prefixlen: int = member(u8, c="prefixlen")
    next_hop: int = member(u8, c="nh_sel")
    type: takes.Member[RouteType] = member(enum(RouteType, u8), c="type")
    scope: takes.Member[Scope] = member(enum(Scope, u8), c="scope")
    error: int = member(s32, c="err")


class Found(Record, header=LookupMessage):
    """The route of a table that an address falls under.

    `address`, `mark`, `tos`, `asked_scope` and `asked_table` are what was asked. `table` is where the route was found,
    `prefixlen` how many bits of the address it is about, `type` what becomes of packets, `scope` how far it reaches,
    and `next_hop` which of its next hops was chosen, counted from 0. Of one that refuses packets (blackhole,
    unreachable, prohibit) the kernel tells the table and the type alone: `error`, 0 elsewhere, is then what a sender
    fails with, as a negative errno.
    """

    address: takes.Ip[str] = head(default="0.0.0.0", always=True)
    mark: int = head()
    tos: int = head()
    asked_scope: takes.Member[Scope] = head(default=Scope.GLOBAL)
    asked_table: int = head()
    table: int = head(always=True)
    prefixlen: int = head(always=True)
    next_hop: int = head(always=True)
    type: takes.Member[RouteType] = head(default=RouteType.UNSPEC, always=True)
    scope: takes.Member[Scope] = head(default=Scope.GLOBAL, always=True)
    error: int = head()

    @property
    def prefix(self) -> str | None:
        """The route's destination; None of one that refuses packets, of which the kernel does not tell it."""
        return None if self.error else str(IPv4Network((self.address, self.prefixlen), strict=False))


@by_name(table="table")
def lookup(
    address: str, *, table: int | str = _MAIN, mark: int = 0, tos: int = 0, scope: Scope | str | int = Scope.GLOBAL
) -> Talk[Found]:
    """The route of `table` that an IPv4 address falls under: a number from 1 to 255, or a table's name.

    `mark` is what policies compare, `tos` the type of service that routes may be for, without its lowest two bits.
    Routes that reach farther than `scope` do not count: with ``"link"`` those over gateways do not.

    Until a network namespace gets rules of its own, the kernel keeps its tables local and main as one: each finds the
    routes of the other then.

    Fails with `NotFound` where there is no such table (errno ENOENT), and where it has no such route (ENETUNREACH), or
    one of type throw, which is the same to the kernel. A route that refuses packets is found as others are. Raises
    EncodeError for what is no IPv4 address, and for values that the message has no room for.
    """
    asked = _request(address, table, mark, tos, scope)

    def steps() -> Generator[Do[Found], Found, Found]:
        return _checked((yield asked), str(asked))

    return Talk("fib_lookup.lookup", steps)


def _request(address: str, table: Any, mark: int, tos: Any, scope: Scope | str | int) -> Do[Found]:
    called = "fib_lookup.lookup"
    if ":" in str(address) or "/" in str(address):
        raise EncodeError(f"{address!r} is not one IPv4 address: this protocol knows no others", f"{called}(address)")
    if isinstance(table, bool) or not isinstance(table, int):
        raise EncodeTypeError(f"expected the number or name of a table, not {table!r}", f"{called}(table)")
    if not 1 <= table <= _TABLES:
        raise EncodeError(f"the message has room for tables 1 to {_TABLES}, not for {table}", f"{called}(table)")
    if isinstance(tos, int) and tos & _CONGESTION:
        raise EncodeError(f"the lowest two bits of {tos:#x} are no type of service", f"{called}(tos)")
    request = Found(
        address=address,
        mark=mark,
        tos=tos,
        asked_scope=number_of(Scope, scope, f"{called}(scope)"),
        asked_table=table,
    )
    message_type = int(NLMSG.MIN_TYPE)  # any will do: the kernel does not look at it
    return make_do(called, NETLINK.FIB_LOOKUP, message_type, request, reply=Found, reply_type=message_type)


def _checked(found: Found, asked: str) -> Found:
    """What was found, told by its type. Raises NetlinkError where nothing was."""
    number = -found.error
    if not number:
        return found
    refusing = _REFUSING.get(number)
    if refusing is not None:
        return replace_fields(found, type=refusing)
    if number == errno.ENOENT:
        raise NotFound(number, f"there is no table {found.asked_table}", asked=asked)
    if number == errno.EAGAIN:
        raise NotFound(
            errno.ENETUNREACH, f"table {found.asked_table} has no such route, or one of type throw", asked=asked
        )
    raise from_errno(number, asked=asked)
