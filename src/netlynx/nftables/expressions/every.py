"""Every expression by its name, those that have others within them, and what stands for one that is not known."""

from __future__ import annotations

from typing import ClassVar

from netlynx.nftables.constants import NAME_LENGTH, NFTA_LIST
from netlynx.nftables.expressions.acting import Dup, Forward, Log, Queue, Reject, TProxy
from netlynx.nftables.expressions.comparing import Compare, Lookup, Range
from netlynx.nftables.expressions.compat import Match, Target
from netlynx.nftables.expressions.computing import Bitwise, Byteorder, Hash, Immediate, Numgen
from netlynx.nftables.expressions.counting import ConnectionLimit, Counter, Last, Limit, Quota
from netlynx.nftables.expressions.expression import Expression, any_expression
from netlynx.nftables.expressions.looking import Fib, Osf, Routing, Socket, Tunnel, Xfrm
from netlynx.nftables.expressions.nat import Masquerade, Nat, Redirect
from netlynx.nftables.expressions.packet import ExtensionHeader, Meta, Payload
from netlynx.nftables.expressions.referring import ObjectReference
from netlynx.nftables.expressions.tracking import Conntrack, FlowOffload, NoTrack, Synproxy
from netlynx.nftables.registers import Register, register
from netlynx.schema import (
    Constants,
    Enumeration,
    FlagSet,
    attr,
    be32,
    be64,
    enum,
    multi,
    nest,
    replace_fields,
    select,
    string,
    takes,
)
from netlynx.schema.facts import Facts


class NFTA_EXPR(Constants):
    """Attributes of an expression."""

    UNSPEC = 0
    NAME = 1
    DATA = 2


class NFTA_DYNSET(Constants):
    """Attributes of a change of a set by a packet."""

    UNSPEC = 0
    SET_NAME = 1
    SET_ID = 2
    OP = 3
    SREG_KEY = 4
    SREG_DATA = 5
    TIMEOUT = 6
    EXPR = 7
    PAD = 8
    FLAGS = 9
    EXPRESSIONS = 10


class NFTA_INNER(Constants):
    """Attributes of looking into a tunnel."""

    UNSPEC = 0
    NUM = 1
    TYPE = 2
    FLAGS = 3
    HDRSIZE = 4
    EXPR = 5


class DynsetOp(Enumeration, prefix="NFT_DYNSET_OP_"):
    """What becomes of the element: UPDATE begins its timeout anew, too."""

    ADD = 0
    UPDATE = 1
    DELETE = 2


class DynsetFlags(FlagSet, prefix="NFT_DYNSET_F_"):
    """INV: matches where the element cannot be added; EXPR: there are several expressions."""

    INV = 1
    EXPR = 2


class InnerType(Enumeration, prefix="NFT_INNER_"):
    """Which tunnel."""

    UNSPEC = 0
    VXLAN = 1
    GENEVE = 2

    __omitted__: ClassVar[dict[str, str]] = {"NFT_INNER_MASK": "all flags at once"}


class InnerFlags(FlagSet, prefix="NFT_INNER_"):
    """Which headers there are within the tunnel."""

    HDRSIZE = 1
    LL = 2
    NH = 4
    TH = 8


class Dynset(Expression):
    """`dynset`: add an element to a set, or update it, or remove it, of the key (and data) in registers.

    Each element gets an instance of `expr`, or of `expressions` (with the flag EXPR) where there are several.

    Source: net/netfilter/nft_dynset.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_DYNSET, policy="nft_dynset_policy")

    sreg_key: takes.Member[Register | None] = attr(NFTA_DYNSET.SREG_KEY, register)
    sreg_data: takes.Member[Register | None] = attr(NFTA_DYNSET.SREG_DATA, register)
    op: takes.Member[DynsetOp | None] = attr(NFTA_DYNSET.OP, enum(DynsetOp, be32))
    timeout: int | None = attr(NFTA_DYNSET.TIMEOUT, be64)  # milliseconds
    set_name: str | None = attr(NFTA_DYNSET.SET_NAME, string(NAME_LENGTH))
    set_id: int | None = attr(NFTA_DYNSET.SET_ID, be32)  # of a set of the same transaction
    expr: takes.Nested[Expression | None] = attr(NFTA_DYNSET.EXPR, any_expression)
    expressions: takes.Records[Expression] = attr((NFTA_DYNSET.EXPRESSIONS, NFTA_LIST.ELEM), multi(any_expression))
    flags: takes.Flags[DynsetFlags | None] = attr(NFTA_DYNSET.FLAGS, enum(DynsetFlags, be32))

    def __sent__(self) -> Dynset:
        """The kernel tells a timeout of 0 of sets whose elements have none, and takes none for those.

        Several expressions it tells without the flag that it wants with them.
        """
        flags = self.flags
        if self.expressions:
            flags = (flags or DynsetFlags(0)) | DynsetFlags.EXPR
        return replace_fields(self, timeout=self.timeout or None, flags=flags)


class Inner(Expression):
    """`inner`: let `expr` (a `Payload` or a `Meta`) look at what is within a tunnel.

    Source: net/netfilter/nft_inner.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_INNER, policy="nft_inner_policy")

    num: int | None = attr(NFTA_INNER.NUM, be32)  # 0: the kernel knows no other
    type: takes.Member[InnerType | None] = attr(NFTA_INNER.TYPE, enum(InnerType, be32))
    flags: takes.Flags[InnerFlags | None] = attr(NFTA_INNER.FLAGS, enum(InnerFlags, be32))
    hdrsize: int | None = attr(NFTA_INNER.HDRSIZE, be32)  # bytes of the tunnel's header
    expr: takes.Nested[Expression | None] = attr(NFTA_INNER.EXPR, any_expression)


EXPRESSIONS: dict[str, type[Expression]] = {
    "bitwise": Bitwise,
    "byteorder": Byteorder,
    "cmp": Compare,
    "connlimit": ConnectionLimit,
    "counter": Counter,
    "ct": Conntrack,
    "dup": Dup,
    "dynset": Dynset,
    "exthdr": ExtensionHeader,
    "fib": Fib,
    "flow_offload": FlowOffload,
    "fwd": Forward,
    "hash": Hash,
    "immediate": Immediate,
    "inner": Inner,
    "last": Last,
    "limit": Limit,
    "log": Log,
    "lookup": Lookup,
    "masq": Masquerade,
    "match": Match,
    "meta": Meta,
    "nat": Nat,
    "notrack": NoTrack,
    "numgen": Numgen,
    "objref": ObjectReference,
    "osf": Osf,
    "payload": Payload,
    "queue": Queue,
    "quota": Quota,
    "range": Range,
    "redir": Redirect,
    "reject": Reject,
    "rt": Routing,
    "socket": Socket,
    "synproxy": Synproxy,
    "target": Target,
    "tproxy": TProxy,
    "tunnel": Tunnel,
    "xfrm": Xfrm,
}
"""The class of each expression, by the kernel's name for it."""


class UnknownExpression(Expression):
    """An expression as messages have it: its name and its attributes, bytes where the name is not known here.

    Where expressions are read, all that are known are records of their own classes; such a one, or one that says more
    than its name and its attributes, is of this class, and goes back byte for byte.

    Source: nft_expr_init in net/netfilter/nf_tables_api.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_EXPR, policy="nft_expr_policy")

    name: str | None = attr(NFTA_EXPR.NAME, string(42))
    data: Expression | bytes | None = attr(
        NFTA_EXPR.DATA, select("name", {name: nest(each) for name, each in EXPRESSIONS.items()})
    )
