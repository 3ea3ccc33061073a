"""Which connections a listing or a flush is about: what the kernel compares itself, and what can fit none.

Source: ctnetlink_alloc_filter and ctnetlink_filter_match in net/netfilter/nf_conntrack_netlink.c.
"""

from __future__ import annotations

from typing import Any

from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.netfilter.constants import NetfilterFamily, TransportProtocol
from netlynx.netfilter.flow import FilterFields, Flow, FlowStatus, Selection
from netlynx.netfilter.tuples import PORTS, Tuple, check_fields, family_of, protocol_of, set_fields, tracked_family
from netlynx.schema.arguments import flags_of

_WHOLE_MARK = 0xFFFFFFFF

# What the kernel compares beside the addresses, by protocol. Of others it takes the bits and compares nothing.
_COMPARED: dict[int, tuple[str, ...]] = {
    TransportProtocol.TCP: PORTS,
    TransportProtocol.UDP: PORTS,
    TransportProtocol.ICMP: ("icmp_type", "icmp_code", "icmp_id"),
    TransportProtocol.ICMPV6: ("icmpv6_type", "icmpv6_code", "icmpv6_id"),
}


def _tuple(given: Tuple | dict[str, Any], path: str) -> Tuple:
    """One end's fields as a record, which a dict of them does for, too, as in records."""
    if isinstance(given, dict):
        try:
            return Tuple(**given)
        except TypeError as error:
            raise EncodeTypeError(str(error), path) from None
    if not isinstance(given, Tuple):
        raise EncodeTypeError(f"expected a Tuple, not {type(given).__name__}", path)
    return given


class Wanted:
    """The connections that fit all that is given; arguments are those of `conntrack.flows`.

    Raises EncodeError and EncodeTypeError, with the name of the argument, for values that a connection cannot have and
    for filters that can fit none.
    """

    def __init__(
        self,
        name: str,
        family: NetfilterFamily | str | int | None,
        zone: int | None,
        mark: int | None,
        mark_mask: int | None,
        status: FlowStatus | str | int | None,
        original: Tuple | None,
        reply: Tuple | None,
    ) -> None:
        self.name = name
        self.zone, self.mark, self.mark_mask = zone, mark, mark_mask
        self.family = tracked_family(family, f"{name}(family)")
        sides = (("original", original), ("reply", reply))
        self.sides = {side: _tuple(each, f"{name}({side})") for side, each in sides if each is not None}
        if mark is None and mark_mask is not None:
            raise EncodeError("says in which bits the mark is compared: give mark too", f"{name}(mark_mask)")
        if mark is not None and mark_mask is not None and mark & ~mark_mask:
            raise EncodeError(f"{mark:#x} has bits outside of mark_mask: no mark fits that", f"{name}(mark)")
        self.status = None if status is None else flags_of(FlowStatus, status, f"{name}(status)")
        if self.status is not None and not self.status:
            raise EncodeError("give the bits that must be set", f"{name}(status)")
        self._check_sides()

    def _check_sides(self) -> None:
        protocols: set[int] = set()
        for side, each in self.sides.items():
            path = f"{self.name}({side})"
            fields = set_fields(each)
            if not fields:
                raise EncodeError("set the fields that are compared", path)
            check_fields(each, path)
            if fields.keys() & {"source", "destination"}:
                family = family_of(each, path)
                if self.family not in (None, family):
                    raise EncodeError(f"no connection of {self.family} has {family.label} addresses", path)
                self.family = family
            if (protocol := protocol_of(each, path)) is not None:
                protocols.add(protocol)
        if len(protocols) > 1:
            raise EncodeError("both directions of a connection are of one protocol", f"{self.name}(reply)")

    def match(self) -> tuple[tuple[str, Any], ...]:
        """What is compared here, of what the kernel lists."""
        match: list[tuple[str, Any]] = []
        if self.family is not None:
            match.append(("family", self.family))
        if self.zone is not None:
            match.append(("zone", self.zone or {0, None}))
        if self.mark is not None and self.mark_mask in (None, _WHOLE_MARK):
            match.append(("mark", self.mark or {0, None}))
        if self.status is not None:
            match.append(("status", self.status))
        return (*match, *((side, set_fields(each)) for side, each in self.sides.items()))

    def request(self, *, instead: str = "", flushes: bool = False) -> Flow:
        """What the kernel is asked. With `instead`, it must compare all that is given: EncodeError says that where not.

        A kernel before Linux 6.8 takes a zone and compares nothing: it would end the connections of all.
        """
        if instead and self.zone is not None:
            raise EncodeError(f"not every kernel compares it: {instead}", f"{self.name}(zone)")
        chosen: dict[str, FilterFields] = {}
        tuples: dict[str, Tuple] = {}
        for side, each in self.sides.items():
            fields = set_fields(each)
            compared = [name for name in fields if self._compares(each, name)]
            if instead and len(compared) != len(fields):
                raise EncodeError(
                    "the kernel can compare IPv4 addresses, and with their protocol and a family the ports of TCP and "
                    f"UDP and ICMP's numbers; for anything else, {instead}",
                    f"{self.name}({side})",
                )
            if compared:
                chosen[side] = flags_of(FilterFields, compared, f"{self.name}({side})")
                tuples[side] = Tuple(**{name: fields[name] for name in compared})
        narrowed = bool(chosen) or (flushes and self.family is not None)  # else the kernel flushes all families
        return Flow(
            family=self.family or NetfilterFamily.UNSPEC,
            zone=self.zone,
            mark=self.mark,
            mark_mask=self.mark_mask,
            status=self.status,
            selection=Selection(original=chosen.get("original"), reply=chosen.get("reply")) if narrowed else None,
            original=tuples.get("original"),
            reply=tuples.get("reply"),
        )

    def _compares(self, each: Tuple, field: str) -> bool:
        """Whether the kernel compares a field of a tuple rightly."""
        if field in ("source", "destination"):
            # Of IPv6 addresses, what differs fits: ctnetlink_filter_match_tuple takes ipv6_addr_cmp for a comparison
            # that is true when two addresses are equal.
            return self.family == NetfilterFamily.IPV4
        if self.family is None or each.protocol is None:
            return False
        return field == "protocol" or field in _COMPARED.get(protocol_of(each, self.name) or 0, ())
