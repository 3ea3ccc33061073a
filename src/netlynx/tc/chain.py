"""Chains: lists of filters at one place, which actions go to. Source: tc_ctl_chain in net/sched/cls_api.c, tc(8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from netlynx.engine.operation import Do, Dump, EventKind, Group, make_do, make_dump
from netlynx.engine.unresolved import by_name
from netlynx.errors import EncodeError
from netlynx.route.constants import RTM, RTNLGRP, AddressFamily
from netlynx.schema import Record, attr, head, paired, select, string, takes, u32
from netlynx.schema.facts import Facts
from netlynx.schema.record import replace_fields, was_read
from netlynx.schema.sending import deletes_no_less, settable
from netlynx.tc.constants import KIND_LIMIT, TCA
from netlynx.tc.ethertypes import EtherType
from netlynx.tc.filter import MOST_CHAINS, chain_of, place_of, too_high
from netlynx.tc.filter_message import FilterMessage, InBlock, block_in
from netlynx.tc.filters import Flower
from netlynx.tc.filters.flower_requests import looked_at
from netlynx.tc.handle import FilterParent
from netlynx.tc.kind import kinds_by_class, with_kind
from netlynx.tc.verbs import Verbs, register
from netlynx.wire.constants import NETLINK

TEMPLATES = {"flower": paired(Flower)}


class Chain(InBlock, Record, header=FilterMessage):
    """A chain (`tcmsg` + `TCA_*`) at the `parent` of a device, or in a `block`: filters that are looked at together.

    Chain 0 is where packets begin; an action ``goto`` leads to others. One comes and goes with its filters; one that is
    added by itself stays, and may have a template: filters in it are of its kind, and have no masks but those of `data`
    (``Chain(index="v0", parent="ingress", chain=5, data=Flower(eth_type="ip", dst_ip="0.0.0.0/24"))``). To delete it
    removes its filters, too.

    One that was read has the handle of its qdisc for a parent, as the kernel tells it. At `clsact` no chain can be
    deleted so: say ``chain.replace(parent="ingress")``, or where else it was listed; `flush` does.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=TCA, policy="rtm_tca_policy")
    __omitted__: ClassVar[dict[str, str]] = {
        "TCA_FCNT": "the kernel does not use it",
        "TCA_STATS": "of qdiscs and classes",
        "TCA_STATS2": "of qdiscs and classes",
        "TCA_XSTATS": "of qdiscs and classes",
        "TCA_RATE": "of qdiscs, classes and filters",
        "TCA_STAB": "of qdiscs",
        "TCA_DUMP_INVISIBLE": "of qdiscs",
        "TCA_HW_OFFLOAD": "of qdiscs",
        "TCA_INGRESS_BLOCK": "of qdiscs",
        "TCA_EGRESS_BLOCK": "of qdiscs",
        "TCA_DUMP_FLAGS": "of filters",
    }

    family: takes.Member[AddressFamily] = head(default=AddressFamily.UNSPEC, read_only=True)
    index: takes.Name[int] = head(always=True)
    parent: takes.Member[FilterParent] = head(default=FilterParent(0), always=True)
    chain: int | None = attr(TCA.CHAIN, u32, always=True)
    kind: str | None = attr(TCA.KIND, string(KIND_LIMIT))
    data: Any = attr(TCA.OPTIONS, select("kind", TEMPLATES))
    warning: str | None = attr(TCA.EXT_WARN_MSG, string, read_only=True)

    if TYPE_CHECKING:
        block: takes.Name[int | None] = head()
    else:

        @property
        def block(self) -> int | None:
            """The number of the block that the chain stands in, if it does."""
            return block_in(self)

    @classmethod
    def __settle__(cls, values: dict[str, Any]) -> dict[str, Any]:
        return cls.placed(with_kind(values, _KINDS))


_KINDS = kinds_by_class(TEMPLATES)


@by_name(index="interface")
def chains(
    *,
    index: int | str | None = None,
    parent: FilterParent | str | int | None = None,
    block: int | str | None = None,
    chain: int | None = None,
) -> Dump[Chain]:
    """The chains at a place of a device (`index`), by default at its root qdisc, or those of a block.

    The kernel filters by all of the arguments. Of a parent that is not there it lists none. Raises EncodeError for what
    is none of these, and if not one of `index` and `block` is given.
    """
    path = "tc.chains"
    number = None if chain is None else chain_of(chain, f"{path}(chain)")
    request = Chain(**place_of(path, index, parent, block), chain=number)
    match: tuple[tuple[str, Any], ...] = () if chain is None else (("chain", number),)
    return make_dump(path, NETLINK.ROUTE, RTM.GETCHAIN, request, Chain, RTM.NEWCHAIN, match=match)


def where_listed(listing: Dump[Chain], chain: Chain) -> Chain:
    """A chain of a listing, with the place that was listed for its parent.

    The kernel tells the handle of the qdisc (tc_chain_fill_node in net/sched/cls_api.c), which of `clsact` is neither
    of its places: chains are added and deleted at these alone.
    """
    asked: Any = listing.request
    return replace_fields(chain, parent=asked.parent)


@by_name(index="interface")
def chain(
    index: int | str | None = None,
    *,
    parent: FilterParent | str | int | None = None,
    block: int | str | None = None,
    chain: int = 0,
) -> Do[Chain]:
    """One chain. `NotFound` if there is none. Raises EncodeError for what is none of its arguments."""
    path = "tc.chain"
    request = Chain(**place_of(path, index, parent, block), chain=chain_of(chain, f"{path}(chain)"))
    # The kernel answers with the type that it was asked with (tc_ctl_chain).
    return make_do(path, NETLINK.ROUTE, RTM.GETCHAIN, request, reply=Chain, reply_type=RTM.GETCHAIN)


CHAINS: Group[Chain] = Group(
    "tc.CHAINS",
    NETLINK.ROUTE,
    (RTNLGRP.TC,),
    {RTM.NEWCHAIN: (EventKind.NEW, Chain), RTM.DELCHAIN: (EventKind.DELETE, Chain)},
)
"""Chains of filters that come and go."""


def _prepare(record: Chain, verb: str) -> Chain:
    if not record.index:
        raise EncodeError("say on which device, or in which block", "Chain.index")
    if record.chain is None:
        raise EncodeError("say which one", "Chain.chain")
    if too_high(record.chain):
        raise EncodeError(f"chains have numbers up to {MOST_CHAINS}", "Chain.chain")
    record = settable(record, "Chain")
    if verb == "delete":
        if not was_read(record):
            deletes_no_less(record, "Chain", unseen=("kind", "data", "warning"))
        return Chain(index=record.index, parent=record.parent, chain=record.chain)
    if isinstance(record.data, Flower):
        looked_at(record.data, EtherType.ALL)
    return record


register(
    Chain,
    Verbs(
        new=RTM.NEWCHAIN,
        delete=RTM.DELCHAIN,
        prepare=_prepare,
        removable="netlynx.tc.flushing:chains",
        # It tells all that listen, and forgets who asked (tc_chain_notify in net/sched/cls_api.c).
        mute=lambda request, verb: "chains: tc.chain() asks for one",
        without={
            "replace": "a chain that is there stays as it is: delete it and add another",
            "change": "a chain that is there stays as it is: delete it and add another",
            "link": "that is for qdiscs",
        },
    ),
)
