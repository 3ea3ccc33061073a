"""The fixed header of filters and chains: a `tcmsg`, whose last member is two numbers. Source: linux/rtnetlink.h."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from netlynx.errors import EncodeError
from netlynx.route.constants import AddressFamily
from netlynx.schema import Layout, be16, enum, interface, member, takes, u8, u16
from netlynx.schema.facts import NoFacts
from netlynx.tc.ethertypes import EtherType
from netlynx.tc.handle import FILTER_HANDLE, FILTER_PARENT, FilterHandle, FilterParent, block_of

OF_A_BLOCK: Final = 0xFFFF_FFFF  # TCM_IFINDEX_MAGIC_BLOCK
"""The index of filters that are of a block: their parent is its number."""

_SPLIT = NoFacts("tcmsg, of which tcm_info is the priority << 16 | the protocol in network byte order")


class _Place(Layout):
    """Where a filter stands, and which one it is."""

    __facts__: ClassVar[NoFacts] = _SPLIT

    family: takes.Member[AddressFamily] = member(enum(AddressFamily, u8), c="tcm_family")
    pad1: int = member(u8, c="tcm__pad1")
    pad2: int = member(u16, c="tcm__pad2")
    index: takes.Name[int] = member(interface, c="tcm_ifindex")
    handle: takes.Member[FilterHandle] = member(FILTER_HANDLE, c="tcm_handle")
    parent: takes.Member[FilterParent] = member(FILTER_PARENT, c="tcm_parent")


class _LittleEndian(_Place):
    protocol: takes.Member[EtherType | int] = member(enum(EtherType, be16), c="tcm_info")
    priority: int = member(u16)


class _BigEndian(_Place):
    priority: int = member(u16, c="tcm_info")
    protocol: takes.Member[EtherType | int] = member(enum(EtherType, be16))


FilterMessage: Final[type[Layout]] = _LittleEndian if sys.byteorder == "little" else _BigEndian
"""The fixed header of filters and chains."""


class InBlock:
    """What stands at a device, or in a block that several share: ``block=7`` is an index and a parent."""

    __slots__ = ()
    __besides__: ClassVar[frozenset[str]] = frozenset(("block",))

    @classmethod
    def __beside__(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        made = dict(values)
        block = made.pop("block")
        if block is None:
            return made
        if made.get("index") or made.get("parent"):
            raise EncodeError(
                "a block stands in place of an index and a parent: give those, or it", f"{cls.__name__}.block"
            )
        if isinstance(block, str):
            block = FilterParent.parse(block if block[:1] in "bB" else f"b{block}")
        try:
            return {**made, "index": OF_A_BLOCK, "parent": block_of(block)}
        except EncodeError as error:
            raise error.within(f"{cls.__name__}.block") from None

    @staticmethod
    def placed(values: dict[str, Any]) -> dict[str, Any]:
        """Values of fields with the index that a block for a parent means."""
        parent = values.get("parent")
        if not values.get("index") and isinstance(parent, FilterParent) and 0 < parent <= 0xFFFF:
            return {**values, "index": OF_A_BLOCK}
        return values


def block_in(record: Any) -> int | None:
    """The number of the block that a record stands in, if it does."""
    return int(record.parent) if record.index == OF_A_BLOCK else None
