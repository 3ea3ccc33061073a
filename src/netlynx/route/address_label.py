"""Labels of IPv6 addresses: of two source addresses, the one with the destination's label is preferred.

Source: linux/if_addrlabel.h, net/ipv6/addrlabel.c, RFC 6724.
"""

from __future__ import annotations

from ipaddress import IPv6Network
from typing import Any, ClassVar

import msgspec

from netlynx.engine.operation import Do, Dump, make_do, make_dump
from netlynx.engine.unresolved import by_name
from netlynx.errors import EncodeError
from netlynx.route.constants import RTM, AddressFamily
from netlynx.route.verbs import Verbs, register
from netlynx.schema import Constants, Layout, Record, attr, enum, head, interface, member, prefix, takes, u8, u32
from netlynx.schema.facts import Facts
from netlynx.schema.sending import settable
from netlynx.wire.constants import NETLINK

_NONE = 0xFFFFFFFF  # IPV6_ADDR_LABEL_DEFAULT of net/ipv6/addrlabel.c: of an address that nothing fits


class IFAL(Constants):
    """Attributes of a label."""

    ADDRESS = 1
    LABEL = 2


class AddressLabelMessage(Layout, c="ifaddrlblmsg"):
    """The fixed header of a label's message."""

    family: takes.Member[AddressFamily] = member(enum(AddressFamily, u8), c="ifal_family")
    reserved: int = member(u8, c="__ifal_reserved")
    prefixlen: int = member(u8, c="ifal_prefixlen")
    flags: int = member(u8, c="ifal_flags")
    index: takes.Name[int] = member(interface, c="ifal_index")
    sequence: int = member(u32, c="ifal_seq")


class AddressLabel(Record, header=AddressLabelMessage):
    """The label of the addresses of a prefix (`ifaddrlblmsg` + `IFAL_*`), on one interface or, with `index` 0, on all.

    The longest prefix that an address fits counts, and of the same one that of the interface. A namespace begins with
    a table like that of RFC 6724. To make a label, `prefix` and `label` are enough.

    Source: ip6addrlbl_newdel and ip6addrlbl_fill in net/ipv6/addrlabel.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=IFAL, policy="ifal_policy")

    family: takes.Member[AddressFamily] = head()
    index: takes.Name[int] = head(always=True)
    sequence: int = head(read_only=True)  # counts the changes of the table, of all namespaces in some kernels
    prefix: takes.Prefix[str | None] = attr(IFAL.ADDRESS, prefix("prefixlen", whole=True), always=True)
    label: int | None = attr(IFAL.LABEL, u32, always=True)


def address_labels() -> Dump[AddressLabel]:
    """The table of labels, the longest prefixes first."""
    request = AddressLabel(family=AddressFamily.INET6)
    return make_dump("route.address_labels", NETLINK.ROUTE, RTM.GETADDRLABEL, request, AddressLabel, RTM.NEWADDRLABEL)


@by_name(index="interface")
def address_label(address: str, *, index: int | str = 0) -> Do[AddressLabel]:
    """The entry that gives an IPv6 address its label, on interface `index` or on any.

    Fails with errno ESRCH where none fits. Raises EncodeError for what is no IPv6 address, or no index.
    """
    if ":" not in str(address) or "/" in str(address):
        raise EncodeError(f"{address!r} is not one IPv6 address", "route.address_label(address)")
    request = AddressLabel(family=AddressFamily.INET6, index=index, prefix=f"{address}/128")
    return make_do(
        "route.address_label", NETLINK.ROUTE, RTM.GETADDRLABEL, request, reply=AddressLabel, reply_type=RTM.NEWADDRLABEL
    )


def place_of(label: AddressLabel) -> tuple[int, IPv6Network]:
    """What the kernel tells labels apart by. It does not look at the bits of an address behind the prefix."""
    return label.index, IPv6Network(label.prefix, strict=False)


def _prepare(record: AddressLabel, verb: str) -> Any:
    record = settable(record, "AddressLabel")
    if record.prefix is None:
        raise EncodeError("a label is of a prefix", "AddressLabel.prefix")
    if record.family not in (AddressFamily.UNSPEC, AddressFamily.INET6) or ":" not in str(record.prefix):
        raise EncodeError("IPv6 addresses alone have labels", "AddressLabel.prefix")
    label = record.label
    if label is None:
        if verb != "delete":
            raise EncodeError("which label is it to have? a number from 0 to 4294967294", "AddressLabel.label")
        label = 0  # which the kernel wants, and does not look at
    if label == _NONE:
        raise EncodeError("no label is 4294967295: the kernel means by it that there is none", "AddressLabel.label")
    return msgspec.structs.replace(record, family=AddressFamily.INET6, label=label)


_NO_APPEND = "a prefix has one label on an interface: replace it"

register(
    AddressLabel,
    Verbs(
        new=RTM.NEWADDRLABEL,
        delete=RTM.DELADDRLABEL,
        prepare=_prepare,
        without={"append": _NO_APPEND, "change": "the kernel cannot change a label that is there: replace it"},
        guard="netlynx.route.address_label_rivals:ADDRESS_LABELS",
    ),
)
