"""The elements of a set: how they are listed, and what is sent to add or delete some. Source:
net/netfilter/nf_tables_api.c.

A list has as many elements to a message as fit; each becomes a record, or a row, of its own. Where the kernel keeps a
range as two elements, they are one again here.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from functools import lru_cache, partial
from typing import Any

from netlynx.codec._codec import encode
from netlynx.engine.operation import Dump, make_dump
from netlynx.engine.reading import Reading
from netlynx.errors import EncodeError
from netlynx.netfilter.constants import NFNL_SUBSYS
from netlynx.netfilter.nfnetlink import message_type
from netlynx.nftables.constants import NFT_MSG
from netlynx.nftables.data import Data
from netlynx.nftables.datatypes import Form, Order
from netlynx.nftables.element import (
    NFTA_SET_ELEM,
    NFTA_SET_ELEM_LIST,
    Element,
    ElementFlags,
    ElementList,
    WireElement,
    read_data,
    said,
)
from netlynx.nftables.element_requests import datum
from netlynx.nftables.intervals import ranges_of
from netlynx.nftables.set import Set
from netlynx.nftables.set_type import SetType
from netlynx.schema import be16, be32, be64, hook, ip4, ip6, mac, u8, u16, u32, u64
from netlynx.schema.arguments import record_of, several_of
from netlynx.schema.compile import plan_of
from netlynx.schema.kinds import Kind
from netlynx.wire.constants import NETLINK

_BIG = {1: u8, 2: be16, 4: be32, 8: be64}
_HOST = {1: u8, 2: u16, 4: u32, 8: u64}


def elements(of: Set, *, reset: bool = False) -> Dump[Element]:
    """The elements of a set, as its types have them. `of` is a set that was read, or one as it was made.

    For some milliseconds after many elements were added to a set without ranges, the kernel makes room for them: while
    it does, it lists some twice and others never, and does not say so (rhashtable_walk_next in lib/rhashtable.c). A set
    that is made with a `size`, and without timeouts, has its room from the start.

    With `reset` the kernel sets the counters and quotas of what it lists to 0 (from Linux 6.5 on). Raises EncodeError
    for a set without a table or a name.
    """
    given = record_of(Set, of, "nftables.elements(of)")
    for name in ("table", "name"):
        if getattr(given, name) is None:
            raise EncodeError("it is needed to find the set", f"nftables.elements(of).{name}")
    request = ElementList(family=given.family, table=given.table, set=given.name)
    made = make_dump(
        "nftables.elements",
        NETLINK.NETFILTER,
        message_type(NFNL_SUBSYS.NFTABLES, NFT_MSG.GETSETELEM_RESET if reset else NFT_MSG.GETSETELEM),
        request,
        Element,
        message_type(NFNL_SUBSYS.NFTABLES, NFT_MSG.NEWSETELEM),
    )
    return Dump(
        **{name: getattr(made, name) for name in made.__struct_fields__}
        | {"reading": reading_of(given.content), "mirrored": "netlynx.nftables.mirroring:ELEMENTS"}
    )


@lru_cache(64)
def reading_of(content: SetType) -> Reading:
    """How messages with elements of such a set are read."""
    text = str(content).encode() + b"\0"
    said = struct.pack("=HH", 4 + len(text), int(NFTA_SET_ELEM_LIST.TYPE)) + text + bytes(-len(text) % 4)
    kinds = (
        ("key", _key_kind(content)),
        ("data", hook(partial(read_data, content), partial(_raw_data, content), pure=True)),
    )
    return Reading(
        kinds=kinds,
        rows=int(NFTA_SET_ELEM_LIST.ELEMENTS),
        said=said,
        key=int(NFTA_SET_ELEM.KEY) if content.ranges else 0,
        last=int(NFTA_SET_ELEM.KEY_END) if content.ranges else 0,
        flags=int(NFTA_SET_ELEM.FLAGS) if content.paired else 0,
    )


def _key_kind(content: SetType) -> Kind:
    """The kind of a key: one of the codec's own where there is one, which takes no Python function a row."""
    if not content.ranges and len(content.key.fields) == 1:
        field = content.key.fields[0]
        form = field.datatype.form
        if form is Form.IPV4:
            return ip4
        if form is Form.IPV6:
            return ip6
        if form is Form.MAC and field.size == 6:
            return mac
        if form is Form.NUMBER and not field.datatype.names:
            found = (_HOST if field.order is Order.HOST else _BIG).get(field.size)
            if found is not None:
                return found
    return hook(content.read_key, partial(_raw_key, content), pure=True)


def _raw_key(content: SetType, value: Any) -> bytes:
    """The bytes that a key is read from, for conditions on it."""
    return b"".join(content.key.encode_range(value)) if content.ranges else content.key.encode(value)


def _raw_data(content: SetType, value: Any) -> bytes:
    """The bytes that data is read from, for conditions on it."""
    return encode(plan_of(Data), datum(content, value))


def elements_in(of: Set, told: Iterable[ElementList]) -> tuple[Element, ...]:
    """The elements that messages tell of, such as those of an event, as the set's types have them.

    The kernel tells of each element in a message of its own, and of a range of single fields in two: give all that one
    event has of the set. Messages of other sets are left out. Raises EncodeTypeError for what is neither.
    """
    of = record_of(Set, of, "nftables.elements_in(of)")
    where = "nftables.elements_in(told)"
    lists = [record_of(ElementList, each, where) for each in several_of(told, where)]
    content = of.content
    rows = [
        row
        for each in lists
        if (each.family, each.table, each.set) == (of.family, of.table, of.name)
        for row in each.elements
    ]
    if not content.paired:
        return tuple(_told(of, content, row, _bytes(row.key), _bytes(row.key_end)) for row in rows)
    marks = [(key, _is_end(row), row) for row in rows if (key := _bytes(row.key)) is not None]
    ranges = [_told(of, content, row, first, last) for first, last, row in ranges_of(marks)]
    return (*ranges, *(_told(of, content, row, None, None) for row in rows if row.key is None))


def _told(of: Set, content: SetType, row: WireElement, first: bytes | None, last: bytes | None) -> Element:
    ranged = content.ranges and first is not None
    data = row.data
    return Element(
        set=of,
        key=None if first is None else content.read_key(first + (last or first) if ranged else first),
        data=None if data is None else said(content, data),
        object=row.object,
        flags=row.flags,
        timeout=row.timeout,
        expiration=row.expiration,
        userdata=row.userdata,
        expression=row.expression,
        expressions=row.expressions,
    )


def _is_end(row: WireElement) -> bool:
    return bool(ElementFlags(row.flags or 0) & ElementFlags.INTERVAL_END)


def _bytes(datum: Any) -> bytes | None:
    value: bytes | None = None if datum is None else datum.value
    return value
