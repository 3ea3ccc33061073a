"""Layouts that every netlink family shares."""

from __future__ import annotations

from netlynx.schema.kinds import struct, u32
from netlynx.schema.natural import Masked
from netlynx.schema.record import Layout, member


class Bitfield32(Layout, Masked, c="nla_bitfield32"):
    """Flags with a mask: only the bits of `selector` count, of `value` if it is not given. Source: linux/netlink.h."""

    value: int = member(u32)
    selector: int = member(u32)


bitfield32 = struct(Bitfield32)  # flags, and which of them count
