"""What rtnetlink may mean where its own words say little. Source: net/core/rtnetlink.c, net/core/fib_rules.c,
net/core/neighbour.c (`neightbl_set`), net/bridge/br_fdb.c (`fdb_add_entry`), drivers/net/vxlan/vxlan_core.c
(`vxlan_fdb_parse`), net/bridge/br_mdb.c (`br_mdb_del`).
"""

from __future__ import annotations

import errno
import sys
from importlib import import_module
from typing import Any

from netlynx.codec._codec import decode
from netlynx.engine.operation import Do, Dump
from netlynx.errors import NetlinkError, NotFound, NotSupported
from netlynx.netns import privileges
from netlynx.route.can_gateway import CanGateway
from netlynx.route.constants import RTM, AddressFamily
from netlynx.route.link import Link
from netlynx.route.link_constants import LinkExtensions
from netlynx.route.neighbour import Neighbour, NeighbourState
from netlynx.route.stats import StatsRequest, StatsSets
from netlynx.schema.compile import plan_of
from netlynx.wire.message import Acknowledgement, align

_UNKNOWN_KIND = "Unknown device type"
_NO_TUN = "tun/tap creation via rtnetlink is not supported."
# What traffic control says of a kind that it lacks: `netlynx.tc.hints` says more.
_LACKED = ("Specified qdisc kind is unknown", "TC classifier not found", "Failed to load TC action module")
_ALWAYS = NeighbourState.PERMANENT | NeighbourState.NOARP  # entries that were not learned
_ATTRIBUTE_MOST = 0xFFFF


def hint(operation: Do[Any] | Dump[Any], answer: Acknowledgement) -> str:
    """What to do about a refusal, or "" where no more is known than its number and words tell."""
    request: Any = operation.request  # of whatever record
    kind = operation.message_type
    if _of_traffic_control(kind):
        known: str = import_module("netlynx.tc.hints").hint(operation, answer)  # a room of its own
        return known
    if answer.errno == errno.EOPNOTSUPP and answer.text == _UNKNOWN_KIND and getattr(request, "kind", None):
        return (
            f"This kernel has no links of kind {request.kind!r}, and found no module that provides them "
            f"(rtnl-link-{request.kind}): it has to be installed, or built"
        )
    if answer.text == _NO_TUN:
        return "netlynx.tun makes them, by /dev/net/tun: tun.open(name), or tun.create(name) for one that stays"
    if kind in (RTM.NEWRULE, RTM.DELRULE, RTM.GETRULE) and not answer.text and answer.errno == errno.EAFNOSUPPORT:
        return "This kernel has no rules for that address family"
    if kind == RTM.SETNEIGHTBL and answer.errno == errno.ENOENT and getattr(request, "index", None) is None:
        return (  # the table is there: that was looked at before
            "What is not of one interface is one for all network namespaces, and the kernel changes it in the first one"
            " alone: with `index`, an interface's own can be changed here"
        )
    if kind == RTM.NEWROUTE and answer.errno == errno.ENFILE and operation.payload[:1] == bytes([AddressFamily.IPMR]):
        return "The interface that packets come in from (`iif`) is none of the table's: a routing daemon adds it there"
    if isinstance(request, CanGateway):
        return _can_gateway(kind, answer)
    if answer.errno == errno.EOPNOTSUPP and (lacking := _LACKING.get(type(request).__name__)):
        return lacking
    if _lacks_entry(operation, answer):
        return "The database has no such entry: its key is bridge, port, group, VLAN and source"
    if kind == RTM.NEWNEIGH and not answer.text:
        entry = decode(plan_of(Neighbour), operation.payload)
        if entry.family == AddressFamily.BRIDGE:
            return _forwarding(entry, answer.errno)
    return ""


_NO_MCTP = "This kernel has no MCTP: it has to be built with it (CONFIG_MCTP)"
_NO_PHONET = "This kernel has no Phonet now: the module phonet provides it"
_NO_DCB = "The driver of the device has no Data Center Bridging, or not this of it"
# By the classes of requests: rtnetlink answers so where nobody takes messages of their family, or the driver does not.
_LACKING = {
    **dict.fromkeys(("MctpAddress", "MctpRoute", "MctpNeighbour"), _NO_MCTP),
    **dict.fromkeys(("PhonetAddress", "PhonetRoute"), _NO_PHONET),
    **dict.fromkeys(("Query", "Device"), _NO_DCB),
}


def _can_gateway(kind: int, answer: Acknowledgement) -> str:
    """Of a job of the CAN gateway. Source: net/can/gw.c; net/core/rtnetlink.c has other families asked for it."""
    number = answer.errno
    if number == errno.EOPNOTSUPP or (kind == RTM.GETROUTE and answer.text.startswith("Invalid header")):
        return "This kernel has no CAN gateway now: the module can-gw provides it"
    if number == errno.ENODEV:
        return "`source` and `destination` have to be CAN interfaces that are there"
    if kind == RTM.DELROUTE and number == errno.EINVAL:
        return "There is no job that is all that was said: its flags, hops, filter, changes and checksums count"
    return ""


def meaning(operation: Do[Any] | Dump[Any], answer: Acknowledgement) -> type[NetlinkError] | None:
    """The class of an error whose errno says another thing than elsewhere."""
    if answer.errno == errno.ENOENT and answer.text in _LACKED:
        return NotSupported
    if _of_traffic_control(operation.message_type):
        return NotFound if import_module("netlynx.tc.hints").lacking(operation, answer) else None
    return NotFound if _lacks_entry(operation, answer) else None


def _of_traffic_control(message_type: int) -> bool:
    return RTM.NEWQDISC <= message_type <= RTM.GETACTION or RTM.NEWCHAIN <= message_type <= RTM.GETCHAIN


def _lacks_entry(operation: Do[Any] | Dump[Any], answer: Acknowledgement) -> bool:
    """Whether a multicast database lacks what is to be removed: all else that is wrong, br_mdb_del says in words."""
    return operation.message_type == RTM.DELMDB and answer.errno == errno.EINVAL and not answer.text


def _forwarding(entry: Neighbour, number: int) -> str:
    """Of an entry in a forwarding database: its bridge, or its VXLAN."""
    if number == errno.EAFNOSUPPORT and entry.destination is not None:
        return (
            f"{entry.destination} is not of the address family of the VXLAN, which follows from its own addresses "
            "(`local`, `group`)"
        )
    if number == errno.EPERM and not (entry.state or 0) & _ALWAYS and not privileges.lacking():
        return (
            "The bridge's port neither learns nor forwards now, and takes no learned entries meanwhile: set it up, or "
            'give the entry the state "permanent" or "noarp"'
        )
    return ""


def unreadable(request: Link | StatsRequest, data: bytes | bytearray | memoryview, offset: int) -> str:
    """What to do when what came for a link makes no sense at a place of the datagram, or "".

    An attribute holds up to 65,531 bytes. Of a list that is longer the kernel writes the low 16 bits of its length
    (`rtnl_vf_ports_fill`, `rtnl_fill_vf`, `br_fill_linkxstats`), and what follows is read from the wrong place on.
    """
    if isinstance(request, StatsRequest):
        if not request.sets & (StatsSets.XSTATS | StatsSets.XSTATS_SLAVE):
            return ""
        advice = "VLANs: route.stats() tells of them in several records"
    else:
        if not (request.extensions or 0) & LinkExtensions.VF:
            return ""
        advice = "virtual functions: vf=False leaves them out"
    at = length = 0
    while at <= offset and at + 4 <= len(data):
        length = int.from_bytes(data[at : at + 4], sys.byteorder)
        if offset < at + length or length < 4:
            break
        at += align(length)
    if length <= _ATTRIBUTE_MOST:
        return ""
    return f"The message has {length} bytes, more than the kernel can say of a list of {advice}"
