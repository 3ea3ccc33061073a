"""Expressions that put a value into a register, of other registers or of nothing at all."""

from __future__ import annotations

from typing import ClassVar

from netlynx.nftables.data import Data
from netlynx.nftables.expressions.expression import Expression, without_effect
from netlynx.nftables.registers import Register, register
from netlynx.schema import Constants, Enumeration, attr, be32, enum, nest, takes
from netlynx.schema.facts import Facts


class NFTA_IMMEDIATE(Constants):
    """Attributes of a constant."""

    UNSPEC = 0
    DREG = 1
    DATA = 2


class NFTA_BITWISE(Constants):
    """Attributes of an operation on bits."""

    UNSPEC = 0
    SREG = 1
    DREG = 2
    LEN = 3
    MASK = 4
    XOR = 5
    OP = 6
    DATA = 7
    SREG2 = 8


class NFTA_BYTEORDER(Constants):
    """Attributes of a change of byte order."""

    UNSPEC = 0
    SREG = 1
    DREG = 2
    OP = 3
    LEN = 4
    SIZE = 5


class NFTA_HASH(Constants):
    """Attributes of a hash."""

    UNSPEC = 0
    SREG = 1
    DREG = 2
    LEN = 3
    MODULUS = 4
    SEED = 5
    OFFSET = 6
    TYPE = 7
    SET_NAME = 8
    SET_ID = 9


class NFTA_NG(Constants):
    """Attributes of a number generator."""

    UNSPEC = 0
    DREG = 1
    MODULUS = 2
    TYPE = 3
    OFFSET = 4
    SET_NAME = 5
    SET_ID = 6


class BitwiseOp(Enumeration, prefix="NFT_BITWISE_"):
    """MASK_XOR: ``(sreg & mask) ^ xor``; shifts by `data`; AND, OR, XOR (from Linux 6.13 on) with `data` or `sreg2`."""

    MASK_XOR = 0
    LSHIFT = 1
    RSHIFT = 2
    AND = 3
    OR = 4
    XOR = 5


class ByteorderOp(Enumeration, prefix="NFT_BYTEORDER_"):
    """NTOH: from network byte order to the host's; HTON: the other way."""

    NTOH = 0
    HTON = 1


class HashType(Enumeration, prefix="NFT_HASH_"):
    """JENKINS: of a register; SYM: of the packet's connection, the same in both directions."""

    JENKINS = 0
    SYM = 1


class NumgenType(Enumeration, prefix="NFT_NG_"):
    """One number after the other, or any."""

    INCREMENTAL = 0
    RANDOM = 1


class Immediate(Expression):
    """`immediate`: put data into a register; a verdict, into that of verdicts, is what becomes of the packet.

    Source: net/netfilter/nft_immediate.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_IMMEDIATE, policy="nft_immediate_policy")

    dreg: takes.Member[Register | None] = attr(NFTA_IMMEDIATE.DREG, register)
    data: takes.Natural[Data | None] = attr(NFTA_IMMEDIATE.DATA, nest(Data))


class Bitwise(Expression):
    """`bitwise`: an operation on the first `len` bytes of a register. Source: net/netfilter/nft_bitwise.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_BITWISE, policy="nft_bitwise_policy")

    sreg: takes.Member[Register | None] = attr(NFTA_BITWISE.SREG, register)
    sreg2: takes.Member[Register | None] = attr(NFTA_BITWISE.SREG2, register)
    dreg: takes.Member[Register | None] = attr(NFTA_BITWISE.DREG, register)
    op: takes.Member[BitwiseOp | None] = attr(NFTA_BITWISE.OP, enum(BitwiseOp, be32))
    len: int | None = attr(NFTA_BITWISE.LEN, be32)  # bytes
    mask: takes.Natural[Data | None] = attr(NFTA_BITWISE.MASK, nest(Data))
    xor: takes.Natural[Data | None] = attr(NFTA_BITWISE.XOR, nest(Data))
    data: takes.Natural[Data | None] = attr(NFTA_BITWISE.DATA, nest(Data))


class Byteorder(Expression):
    """`byteorder`: turn numbers of `size` bytes, `len` bytes in all. Source: net/netfilter/nft_byteorder.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_BYTEORDER, policy="nft_byteorder_policy")

    sreg: takes.Member[Register | None] = attr(NFTA_BYTEORDER.SREG, register)
    dreg: takes.Member[Register | None] = attr(NFTA_BYTEORDER.DREG, register)
    op: takes.Member[ByteorderOp | None] = attr(NFTA_BYTEORDER.OP, enum(ByteorderOp, be32))
    len: int | None = attr(NFTA_BYTEORDER.LEN, be32)  # bytes
    size: int | None = attr(NFTA_BYTEORDER.SIZE, be32)  # bytes: 2, 4 or 8


class Hash(Expression):
    """`hash`: a number from `offset` to `offset` + `modulus` - 1. Source: net/netfilter/nft_hash.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_HASH, policy="nft_hash_policy")
    __omitted__: ClassVar[dict[str, str]] = {
        "NFTA_HASH_SET_*": "no kernel since Linux 5.1 knows them, none before did more than to read them"
    }

    sreg: takes.Member[Register | None] = attr(NFTA_HASH.SREG, register)
    dreg: takes.Member[Register | None] = attr(NFTA_HASH.DREG, register)
    len: int | None = attr(NFTA_HASH.LEN, be32)  # bytes of sreg
    modulus: int | None = attr(NFTA_HASH.MODULUS, be32)
    seed: int | None = attr(NFTA_HASH.SEED, be32)
    offset: int | None = attr(NFTA_HASH.OFFSET, be32)
    type: takes.Member[HashType | None] = attr(NFTA_HASH.TYPE, enum(HashType, be32))

    def __sent__(self) -> Hash:
        """Refuses what a hash of the connection does not look at."""
        if self.type == HashType.SYM:
            without_effect(self, "a symmetric hash is of the packet's connection alone", "sreg", "len", "seed")
        return self


class Numgen(Expression):
    """`numgen`: a number from `offset` to `offset` + `modulus` - 1. Source: net/netfilter/nft_numgen.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_NG, policy="nft_ng_policy")
    __omitted__: ClassVar[dict[str, str]] = {
        "NFTA_NG_SET_*": "no kernel since Linux 5.1 knows them, none before did more than to read them"
    }

    dreg: takes.Member[Register | None] = attr(NFTA_NG.DREG, register)
    modulus: int | None = attr(NFTA_NG.MODULUS, be32)
    type: takes.Member[NumgenType | None] = attr(NFTA_NG.TYPE, enum(NumgenType, be32))
    offset: int | None = attr(NFTA_NG.OFFSET, be32)
