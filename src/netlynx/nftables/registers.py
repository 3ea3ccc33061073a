"""Registers, in which a rule's expressions hand values on. Source: linux/netfilter/nf_tables.h."""

from __future__ import annotations

from netlynx.schema import Enumeration, be32, enum


class Register(
    Enumeration,
    prefix="NFT_REG",
    renamed={"VERDICT": "NFT_REG_VERDICT"}
    | {f"REG_{number}": f"NFT_REG_{number}" for number in range(1, 5)}
    | {f"REG32_{number:02}": f"NFT_REG32_{number:02}" for number in range(16)},
):
    """Where an expression leaves a value (`dreg`), or takes one from (`sreg`).

    REG_1 to REG_4 are 16 bytes each, REG32_00 to REG32_15 the same 64 bytes in parts of 4: REG_1 begins where REG32_00
    does. The kernel tells a register by the first name where it begins with it. VERDICT is what becomes of the packet.
    """

    VERDICT = 0
    REG_1 = 1
    REG_2 = 2
    REG_3 = 3
    REG_4 = 4
    REG32_00 = 8
    REG32_01 = 9
    REG32_02 = 10
    REG32_03 = 11
    REG32_04 = 12
    REG32_05 = 13
    REG32_06 = 14
    REG32_07 = 15
    REG32_08 = 16
    REG32_09 = 17
    REG32_10 = 18
    REG32_11 = 19
    REG32_12 = 20
    REG32_13 = 21
    REG32_14 = 22
    REG32_15 = 23


register = enum(Register, be32)
"""The kind of a field that tells a register."""
