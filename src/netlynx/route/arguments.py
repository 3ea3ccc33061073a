"""What operations of rtnetlink do with their arguments before they become a request."""

from __future__ import annotations

import re

from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.route.constants import AddressFamily
from netlynx.schema.arguments import flags_of as flags_of
from netlynx.schema.arguments import member_of as member_of

# Listings of their own, of families whose addresses are numbers.
_ELSEWHERE = {
    "can route.routes(family)": "route.can_gateways()",
    **{
        f"{family} route.{table}(family)": f"route.{family}_{table}()"
        for family, table in (
            *(("mctp", table) for table in ("addresses", "routes", "neighbours")),
            *(("phonet", table) for table in ("addresses", "routes")),
        )
    },
}


def index_of(value: int | str, path: str) -> int:
    """An interface index as a filter: a positive number, as 0 would ask for no filter at all."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise EncodeTypeError(f"expected an interface index, not {type(value).__name__} {value!r}", path)
    if not 0 < value < 1 << 31:
        raise EncodeError(f"{value} is no interface index (1 to 2147483647)", path)
    return value


def number_of(value: object, low: int, high: int, what: str, path: str) -> int:
    """A number from `low` to `high`. Raises EncodeError and EncodeTypeError, which say `what` was expected."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise EncodeTypeError(f"expected {what}, not {type(value).__name__} {value!r}", path)
    if not low <= value <= high:
        raise EncodeError(f"{value} is not {what} ({low} to {high})", path)
    return value


def table_of(value: int | str, path: str) -> int:
    """The number of a routing table as a filter: 0 would ask for no filter at all."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise EncodeTypeError(f"expected a table's number, not {type(value).__name__} {value!r}", path)
    if not 0 < value < 1 << 32:
        raise EncodeError(f"{value} is no routing table (1 to 4294967295)", path)
    return value


def family_filter(family: object, path: str, *tables: AddressFamily) -> AddressFamily | None:
    """The family to filter by, of those that the kernel has such tables of; None for all of them.

    Raises EncodeError for one of which there is no such table: nothing would be listed, or something else.
    """
    if family is None:
        return None
    wanted = member_of(AddressFamily, family, path)
    if wanted is not AddressFamily.UNSPEC and wanted not in tables:
        if other := _ELSEWHERE.get(f"{wanted.label} {path}"):
            raise EncodeError(f"those of {wanted.label} are listed by {other}", path)
        known = ", ".join(each.label for each in tables)
        raise EncodeError(f"there is none of {wanted.label}: it is one of {known}", path)
    return wanted or None


def family_of(address: object) -> AddressFamily:
    """The family of an address or prefix, given as text or as an object of the `ipaddress` module."""
    return AddressFamily.INET6 if ":" in str(address) else AddressFamily.INET


def family_of_destination(destination: object) -> AddressFamily | None:
    """The family of what a route leads to. None for "default" and for nothing: any family has those."""
    text = str(destination)
    if destination is None or text == "default":
        return None
    return AddressFamily.MPLS if re.fullmatch("[0-9]+", text) else family_of(text)
