"""Which field of a header bytes of a packet are, by the protocols that the packet is known to have."""

from __future__ import annotations

from collections.abc import Iterator

from netlynx.nftables import symbols

from .context import Context
from .headers import HEADERS, Header, Place
from .nodes import Field, Raw

_VLAN_START = 112  # bits behind the start of the link's header


def header_of(context: Context, base: str, offset: int) -> Header | None:
    """The header that stands at a place."""
    if base == "ll":
        if context.link == "vlan" and offset >= _VLAN_START:
            return HEADERS["vlan"]
        return HEADERS["ether"] if context.link else None
    if base == "nh":
        return HEADERS.get(context.network)
    if context.other_transport:
        return None
    return HEADERS[context.transport or "th"]


def _fits(header: Header, place: Place, context: Context) -> bool:
    if not place.types:
        return True
    table = symbols.ICMP_TYPE if header.name == "icmp" else symbols.ICMPV6_TYPE
    return bool(context.icmp_types) and context.icmp_types <= {table[each] for each in place.types}


def exact(context: Context, base: str, offset: int, bits: int) -> Field | None:
    """The field that has these bits and no others."""
    header = header_of(context, base, offset)
    if header is None:
        return None
    for place in header.fields.values():
        if (place.offset, place.bits) == (offset, bits) and _fits(header, place, context):
            return Field(header.name, place.name)
    return None


def longer(context: Context, base: str, offset: int, bits: int) -> Field | None:
    """The field of which these are the first bits."""
    header = header_of(context, base, offset)
    if header is None or header.name == "th":
        return None
    for place in header.fields.values():
        if place.offset == offset and place.bits > bits and _fits(header, place, context):
            return Field(header.name, place.name)
    return None


def parts(context: Context, base: str, offset: int, bits: int) -> Iterator[Field | Raw]:
    """The fields that stand one after the other in these bits, and what is left of them."""
    while bits:
        header = header_of(context, base, offset)
        found = None
        for place in header.fields.values() if header is not None else ():
            if place.offset == offset and place.bits <= bits and _fits(header, place, context):  # type: ignore[arg-type]
                found = place
                break
        if found is None or header is None:
            yield Raw(base, offset, bits)
            return
        yield Field(header.name, found.name)
        offset, bits = offset + found.bits, bits - found.bits


def masked(context: Context, raw: Raw, mask: int) -> Field | None:
    """The field whose bits a mask leaves of bytes."""
    if not mask:
        return None
    shift = (mask & -mask).bit_length() - 1
    bits = (mask >> shift).bit_length()
    if mask >> shift != (1 << bits) - 1:
        return None
    return exact(context, raw.base, raw.offset + raw.length - shift - bits, bits)
