"""What expressions compare and load: bytes, or a verdict on the packet. Source: linux/netfilter/nf_tables.h."""

from __future__ import annotations

from typing import Any, ClassVar

from netlynx.nftables.constants import NAME_LENGTH
from netlynx.schema import Constants, Enumeration, Record, attr, be32, binary, enum, nest, sbe32, string, takes
from netlynx.schema.facts import Facts


class NFTA_DATA(Constants):
    """Attributes of a datum."""

    UNSPEC = 0
    VALUE = 1
    VERDICT = 2


class NFTA_VERDICT(Constants):
    """Attributes of a verdict."""

    UNSPEC = 0
    CODE = 1
    CHAIN = 2
    CHAIN_ID = 3


class VerdictCode(
    Enumeration,
    prefix="NFT_",
    renamed={name: f"NF_{name}" for name in ("DROP", "ACCEPT", "STOLEN", "QUEUE", "REPEAT", "STOP")},
):
    """What becomes of a packet.

    CONTINUE goes on with the next rule, BREAK too (an expression did not match), JUMP goes on in another chain and
    comes back, GOTO does not, RETURN ends the chain. QUEUE to another queue than 0 has its number in the upper 16 bits.
    """

    DROP = 0
    ACCEPT = 1
    STOLEN = 2
    QUEUE = 3
    REPEAT = 4
    STOP = 5
    CONTINUE = -1
    BREAK = -2
    JUMP = -3
    GOTO = -4
    RETURN = -5


class Verdict(Record):
    """A verdict: `code`, and for a jump or goto the chain, by its name or by the ID that it has in a transaction.

    Where a verdict is wanted, its code will do: ``"accept"``.

    Source: nft_verdict_init in net/netfilter/nf_tables_api.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_VERDICT, policy="nft_verdict_policy")
    __differs__: ClassVar[dict[str, str]] = {"code": "those of nftables alone are below 0"}

    code: takes.Member[VerdictCode | None] = attr(NFTA_VERDICT.CODE, enum(VerdictCode, sbe32))
    chain: str | None = attr(NFTA_VERDICT.CHAIN, string(NAME_LENGTH))
    chain_id: int | None = attr(NFTA_VERDICT.CHAIN_ID, be32)

    @classmethod
    def __natural__(cls, value: Any) -> Any:
        return cls(code=value) if isinstance(value, (str, int)) and not isinstance(value, bool) else value


class Data(Record):
    """A datum: bytes as they stand in a register (at most 64), or a verdict.

    Where one is wanted, the bytes alone will do, or the verdict's code. Source: nft_data_init in
    net/netfilter/nf_tables_api.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_DATA, policy="nft_data_policy")

    value: bytes | None = attr(NFTA_DATA.VALUE, binary(64))
    verdict: takes.Natural[Verdict | None] = attr(NFTA_DATA.VERDICT, nest(Verdict))

    @classmethod
    def __natural__(cls, value: Any) -> Any:
        if isinstance(value, (bytes, bytearray, memoryview)):
            return cls(value=bytes(value))
        if isinstance(value, (str, VerdictCode)):
            return cls(verdict=value)
        return value
