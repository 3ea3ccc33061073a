"""Filters: which packets go into which class, or meet which actions. Source: net/sched/cls_api.c, tc(8)."""

from __future__ import annotations

from operator import index as index_number
from typing import TYPE_CHECKING, Any, ClassVar

from netlynx.engine.operation import Do, Dump, EventKind, Group, make_do, make_dump
from netlynx.engine.unresolved import by_name
from netlynx.errors import EncodeError
from netlynx.route.arguments import index_of, member_of
from netlynx.route.constants import RTM, RTNLGRP, AddressFamily
from netlynx.schema import Bitfield32, Record, attr, bitfield32, head, select, string, struct, takes, u32
from netlynx.schema.either import WHOLE, AnyOf
from netlynx.schema.facts import Facts
from netlynx.tc.constants import KIND_LIMIT, TCA
from netlynx.tc.estimator import RateEstimator
from netlynx.tc.ethertypes import EtherType
from netlynx.tc.filter_message import OF_A_BLOCK, FilterMessage, InBlock, block_in
from netlynx.tc.filters import FILTER_OPTIONS
from netlynx.tc.handle import FilterHandle, FilterParent, block_of
from netlynx.tc.kind import kinds_by_class, with_kind
from netlynx.tc.verbs import Verbs, heard, register
from netlynx.wire.constants import NETLINK, NLM_F

MOST_CHAINS = 0x0FFF_FFFF  # TC_ACT_EXT_VAL_MASK
TERSE = 1  # TCA_DUMP_FLAGS_TERSE


class Filter(InBlock, Record, header=FilterMessage):
    """A filter (`tcmsg` + `TCA_*`): at the `parent` of a device, or in a `block`, in a `chain` there.

    Of each `priority`, the lowest first, filters are of one kind and look at packets of one `protocol`; `handle` tells
    them from each other. To add one, `index` and `parent` (or `block`) and `data` are needed: ``Filter(index="v0",
    parent="ingress", protocol="ip", priority=10, data=Flower(dst_ip="192.0.2.0/24",
    actions=[Mirred(redirect="v1")]))``. Without a protocol it looks at all packets; without a priority, or a handle,
    the kernel takes one that is free.

    `tc.change` needs both, and replaces all that the filter said. `tc.delete` removes the filter with this handle;
    where the record has none, all of its priority, and without a priority it is refused: ``tc.flush(tc.filters(…))``
    removes all.

    A shared filter is read with `block`; its `index` is 4294967295 then. Source: tcf_fill_node, tc_new_tfilter and
    tc_del_tfilter in net/sched/cls_api.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=TCA, policy="rtm_tca_policy")
    __omitted__: ClassVar[dict[str, str]] = {
        "TCA_FCNT": "the kernel does not use it",
        "TCA_STATS": "of qdiscs and classes: a filter's actions count",
        "TCA_STATS2": "of qdiscs and classes: a filter's actions count",
        "TCA_XSTATS": "of qdiscs and classes",
        "TCA_STAB": "of qdiscs",
        "TCA_DUMP_INVISIBLE": "of qdiscs",
        "TCA_HW_OFFLOAD": "of qdiscs",
        "TCA_INGRESS_BLOCK": "of qdiscs",
        "TCA_EGRESS_BLOCK": "of qdiscs",
    }

    family: takes.Member[AddressFamily] = head(default=AddressFamily.UNSPEC, read_only=True)
    index: takes.Name[int] = head(always=True)
    parent: takes.Member[FilterParent] = head(default=FilterParent(0), always=True)
    chain: int | None = attr(TCA.CHAIN, u32)  # 0 unless it is given
    priority: int = head(always=True)
    protocol: takes.Member[EtherType | int] = head(always=True)
    handle: takes.Member[FilterHandle] = head(default=FilterHandle(0), always=True)
    kind: str | None = attr(TCA.KIND, string(KIND_LIMIT), always=True)
    data: Any = attr(TCA.OPTIONS, select("kind", FILTER_OPTIONS))
    estimator: takes.Nested[RateEstimator | None] = attr(TCA.RATE, struct(RateEstimator))
    listing: takes.Natural[Bitfield32 | None] = attr(TCA.DUMP_FLAGS, bitfield32)  # of a request: what is told
    warning: str | None = attr(TCA.EXT_WARN_MSG, string, read_only=True)

    if TYPE_CHECKING:
        block: takes.Name[int | None] = head()
    else:

        @property
        def block(self) -> int | None:
            """The number of the block that the filter stands in, if it does."""
            return block_in(self)

    __sure__: ClassVar[tuple[frozenset[str], frozenset[str]]] = (frozenset(("kind", "index")), frozenset())

    @classmethod
    def __settle__(cls, values: dict[str, Any]) -> dict[str, Any]:
        return cls.placed(with_kind(values, _KINDS))


_KINDS = kinds_by_class(FILTER_OPTIONS)

HEADS = AnyOf(((("handle", FilterHandle(0)),),), negated=True)
"""The kernel begins each priority with a row that says no more than that it is there."""


@by_name(index="interface")
def filters(
    *,
    index: int | str | None = None,
    parent: FilterParent | str | int | None = None,
    block: int | str | None = None,
    chain: int | None = None,
    priority: int | None = None,
    protocol: EtherType | str | int | None = None,
    terse: bool = False,
) -> Dump[Filter]:
    """The filters at a place of a device (`index`), by default at its root qdisc, or those of a block.

    The kernel filters by all of the arguments. Of a parent that is not there it lists none. With `terse` it says of
    each what tells it from others and whether it is in hardware, and of its actions what they count. Raises EncodeError
    for what is none of these, and if not one of `index` and `block` is given.
    """
    path = "tc.filters"
    request = Filter(
        **place_of(path, index, parent, block),
        chain=None if chain is None else chain_of(chain, f"{path}(chain)"),
        priority=0 if priority is None else priority_of(priority, f"{path}(priority)"),
        protocol=0 if protocol is None else member_of(EtherType, protocol, f"{path}(protocol)"),
        listing=Bitfield32(value=TERSE, selector=TERSE) if terse else None,
    )
    asked = {"chain": chain, "priority": priority, "protocol": request.protocol or None}
    match: tuple[tuple[str, Any], ...] = tuple((name, value) for name, value in asked.items() if value is not None)
    return make_dump(
        path, NETLINK.ROUTE, RTM.GETTFILTER, request, Filter, RTM.NEWTFILTER, match=(*match, (WHOLE, HEADS))
    )


@by_name(index="interface")
def filter_(
    index: int | str | None = None,
    *,
    parent: FilterParent | str | int | None = None,
    block: int | str | None = None,
    chain: int | None = None,
    priority: int,
    handle: FilterHandle | str | int,
) -> Do[Filter]:
    """One filter. `NotFound` if there is none. Raises EncodeError for what is none of its arguments."""
    path = "tc.filter_"
    request = Filter(
        **place_of(path, index, parent, block),
        chain=None if chain is None else chain_of(chain, f"{path}(chain)"),
        priority=priority_of(priority, f"{path}(priority)"),
        handle=handle,
    )
    return make_do(path, NETLINK.ROUTE, RTM.GETTFILTER, request, reply=Filter, reply_type=RTM.NEWTFILTER)


def place_of(path: str, index: object, parent: object, block: object) -> dict[str, Any]:
    """Where something stands, of arguments. Raises EncodeError for none, or two of them."""
    if (index is None) == (block is None):
        raise EncodeError("say on which device (index), or in which block", f"{path}(index)")
    if block is not None:
        if parent is not None:
            raise EncodeError("a block has no parent", f"{path}(parent)")
        number = FilterParent.parse(block if block[:1] in "bB" else f"b{block}") if isinstance(block, str) else block
        if isinstance(number, bool) or not isinstance(number, int):
            raise EncodeError(f"{block!r} is no block", f"{path}(block)")
        return {"index": OF_A_BLOCK, "parent": block_of(number)}
    where = FilterParent.of(0 if parent is None else parent)
    return {"index": index_of(index, f"{path}(index)"), "parent": where}  # type: ignore[arg-type]


def too_high(chain: Any) -> bool:
    """Whether a chain's number is more than there can be; what is no number the codec refuses."""
    return hasattr(chain, "__index__") and index_number(chain) > MOST_CHAINS


def chain_of(value: object, path: str) -> int:
    """The number of a chain. Raises EncodeError for what is none."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_CHAINS:
        raise EncodeError(f"{value!r} is no chain (0 to {MOST_CHAINS})", path)
    return value


def priority_of(value: object, path: str) -> int:
    """The priority of a filter. Raises EncodeError for what is none."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= 0xFFFF:
        raise EncodeError(f"{value!r} is no priority (1 to 65535)", path)
    return value


FILTERS: Group[Filter] = Group(
    "tc.FILTERS",
    NETLINK.ROUTE,
    (RTNLGRP.TC,),
    {RTM.NEWTFILTER: (EventKind.NEW, Filter), RTM.DELTFILTER: (EventKind.DELETE, Filter)},
)
"""Of a priority that is removed with all its filters, one event tells, without a handle."""


register(
    Filter,
    Verbs(
        new=RTM.NEWTFILTER,
        delete=RTM.DELTFILTER,
        prepare="netlynx.tc.filter_requests:prepare",
        removable="netlynx.tc.flushing:filters",
        flags={"replace": NLM_F.CREATE},
        mute=heard,
        without={"link": "that is for qdiscs"},
    ),
)
