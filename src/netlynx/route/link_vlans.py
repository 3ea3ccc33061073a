"""VLANs of a bridge's ports, and of the bridge itself: ``route.add_vlans("port", "10-20")``.

Source: br_afspec and br_process_vlan_info in net/bridge/br_netlink.c, rtnl_bridge_setlink and rtnl_bridge_dellink in
net/core/rtnetlink.c, bridge(8).
"""

from __future__ import annotations

import errno
from collections.abc import Hashable, Iterable, Iterator
from typing import Any, TypeAlias

from netlynx.engine.operation import Do, Dump, Guarded, bare, make_do
from netlynx.engine.unresolved import by_name
from netlynx.errors import EncodeError, EncodeTypeError, NotFound
from netlynx.route.arguments import index_of
from netlynx.route.constants import RTM, AddressFamily
from netlynx.route.link import Link, links
from netlynx.route.link_bridge import BridgeFlags, BridgeSpec, BridgeVlan, BridgeVlanFlags
from netlynx.route.link_constants import LinkExtensions
from netlynx.route.rivals import Guard
from netlynx.route.verbs import delete
from netlynx.schema.record import replace_fields
from netlynx.wire.constants import NETLINK

Vlans: TypeAlias = int | str | Iterable[int]
"""A VLAN's number (1 to 4094), several: ``"10-20"``, ``"7,10-20"``, ``range(10, 21)``, ``[7, 9]``."""

_BEGIN, _END = BridgeVlanFlags.RANGE_BEGIN, BridgeVlanFlags.RANGE_END
_SORT = BridgeVlanFlags.PVID | BridgeVlanFlags.UNTAGGED


@by_name(port="interface")
def add_vlans(
    port: Link | int | str, vlans: Vlans, *, untagged: bool = False, pvid: bool = False, own: bool = False
) -> Do[None]:
    """Make a bridge's port, given by index, name or record, a member of VLANs: ``add_vlans("port", "10-20")``.

    `untagged`: their frames go out without a tag; `pvid`: frames without a tag that come in belong to it (one VLAN
    only). Of a VLAN that the port is in already these are set anew. With `own` the link is the bridge itself (or a card
    that switches by itself). Fails with `NotSupported` where the link is no bridge's port, or the kernel's bridges have
    no VLANs. Raises EncodeError and EncodeTypeError for what is no VLAN.
    """
    flags = BridgeVlanFlags.UNTAGGED if untagged else BridgeVlanFlags(0)
    ranges = ranges_of(vlans, "route.add_vlans(vlans)")
    if pvid:
        flags |= BridgeVlanFlags.PVID
        if len(ranges) != 1 or ranges[0][0] != ranges[0][1]:
            raise EncodeError("untagged frames belong to one VLAN, not to several", "route.add_vlans(pvid)")
    request = _request(port, ranges, flags, own, "route.add_vlans(port)")
    return make_do("route.add_vlans", NETLINK.ROUTE, RTM.SETLINK, request)


@by_name(port="interface")
def delete_vlans(port: Link | int | str, vlans: Vlans, *, own: bool = False) -> Do[None]:
    """Take a bridge's port, or with `own` the bridge itself, out of VLANs. Arguments and errors are as of `add_vlans`.

    Fails with `NotFound` where it is not in all of them; then nothing is removed.
    """
    ranges = ranges_of(vlans, "route.delete_vlans(vlans)")
    return delete(_request(port, ranges, BridgeVlanFlags(0), own, "route.delete_vlans(port)"))


def _request(
    port: Link | int | str, ranges: list[tuple[int, int]], flags: BridgeVlanFlags, own: bool, path: str
) -> Link:
    if isinstance(port, Link):
        if port.target_netnsid is not None:
            raise EncodeError("it acts in the namespace of the connection: connect(netns=…) to that one instead", path)
        port = port.index
    said: list[BridgeVlan] = []
    for first, last in ranges:
        if first == last:
            said.append(BridgeVlan(vid=first, flags=flags))
        else:
            said += BridgeVlan(vid=first, flags=flags | _BEGIN), BridgeVlan(vid=last, flags=flags | _END)
    spec = BridgeSpec(flags=BridgeFlags.SELF if own else None, vlans=tuple(said))
    return Link(family=AddressFamily.BRIDGE, index=index_of(port, path), af_spec=spec)


def ranges_of(vlans: object, path: str) -> list[tuple[int, int]]:
    """VLANs as ranges, in order and each once. Raises EncodeError and EncodeTypeError."""
    numbers = sorted(set(_numbers(vlans, path)))
    if not numbers:
        raise EncodeError("give at least one VLAN", path)
    ranges = [(numbers[0], numbers[0])]
    for number in numbers[1:]:
        first, last = ranges[-1]
        if number == last + 1:
            ranges[-1] = first, number
        else:
            ranges.append((number, number))
    return ranges


def _numbers(vlans: object, path: str) -> Iterator[int]:
    if isinstance(vlans, str):
        for part in vlans.split(","):
            first, dash, last = (each.strip() for each in part.partition("-"))
            if not all(each.isascii() and each.isdecimal() for each in ((first, last) if dash else (first,))):
                raise EncodeError(f"{vlans!r} is no VLAN and no range such as 10-20", path)
            ends = _number(int(first), path), _number(int(last if dash else first), path)
            if ends[0] > ends[1]:
                raise EncodeError(f"{part.strip()} begins behind its end", path)
            yield from range(ends[0], ends[1] + 1)
    elif isinstance(vlans, int):
        yield _number(vlans, path)
    elif isinstance(vlans, Iterable):
        for each in vlans:
            yield _number(each, path)
    else:
        raise EncodeTypeError(f"expected VLANs, not {type(vlans).__name__}", path)


def _number(value: object, path: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise EncodeTypeError(f"expected a VLAN's number, not {type(value).__name__} {value!r}", path)
    if not 1 <= value <= 4094:
        raise EncodeError(f"{value} is no VLAN (1 to 4094)", path)
    return value


# -- deletions ---------------------------------------------------------------------------------------------------


class _Vlans(Guard):
    """The kernel says nothing where a port is not in the VLANs that are removed, nor where it knows of none at all."""

    record = Link

    def needed(self, record: Any, pattern: Any) -> bool:
        return isinstance(pattern.af_spec, BridgeSpec) and bool(pattern.af_spec.vlans)

    def domain(self, operation: Guarded[Any]) -> Hashable:
        return "bridges"

    def listing(self, operation: Guarded[Any]) -> Dump[Any]:
        return links(family=AddressFamily.BRIDGE, extensions=LinkExtensions.BRVLAN_COMPRESSED)

    def around(self, operation: Guarded[Any]) -> Dump[Any]:
        return self.listing(operation).where(index=operation.pattern.index)

    def key_of(self, record: Any) -> Hashable:
        return int(record.index)

    def choose(self, operation: Guarded[Any], rivals: list[Any]) -> tuple[Do[Any], list[Any]]:
        spec = operation.pattern.af_spec
        by_itself = bool((spec.flags or 0) & BridgeFlags.SELF)
        there = [each for each in rivals if (each.master == each.index) is by_itself]
        if by_itself and not there:
            return bare(operation), rivals  # a card that switches by itself, which tells in its own way or not at all
        has: dict[int, BridgeVlanFlags] = {}
        for each in there:
            if isinstance(each.af_spec, BridgeSpec):
                has.update(_each(each.af_spec.vlans))
        lacking = [vid for vid, flags in _each(spec.vlans) if vid not in has or flags & ~has[vid]]
        if lacking and there:
            names = ", ".join(f"{a}-{b}" if a != b else str(a) for a, b in ranges_of(lacking, ""))
            problem = f"it is not in VLAN {names}" if has else "it is in no VLAN at all"
            raise NotFound(errno.ENOENT, problem, asked=str(operation), hint="Nothing was removed")
        return bare(operation), [_without(each, spec.vlans) for each in there]


VLANS = _Vlans()


def _without(record: Any, vlans: Iterable[BridgeVlan]) -> Any:
    """A port as it is without these VLANs."""
    if not isinstance(record.af_spec, BridgeSpec):
        return record
    gone = dict(_each(vlans))
    left = (BridgeVlan(vid=vid, flags=flags) for vid, flags in _each(record.af_spec.vlans) if vid not in gone)
    return replace_fields(record, af_spec=BridgeSpec(vlans=tuple(left)))


def _each(vlans: Iterable[BridgeVlan]) -> Iterator[tuple[int, BridgeVlanFlags]]:
    """Each VLAN with what it is, of which ranges are said by their ends."""
    first = 0
    for vlan in vlans:
        if vlan.flags & _BEGIN:
            first = vlan.vid
            continue
        for vid in range(first if vlan.flags & _END and first else vlan.vid, vlan.vid + 1):
            yield vid, vlan.flags & _SORT
        first = 0
