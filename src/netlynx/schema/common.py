"""Layouts that every netlink family shares."""

from __future__ import annotations

from netlynx.schema.kinds import struct, u32
from netlynx.schema.record import Layout, member


class Bitfield32(Layout, c="nla_bitfield32"):
    """Flags with a mask: only the bits of `selector` count. Source: linux/netlink.h."""

    value: int = member(u32)
    selector: int = member(u32)


bitfield32 = struct(Bitfield32)
