"""What the kernel tells of changes to the ruleset. Source: nft_commit_notify in net/netfilter/nf_tables_api.c."""

from __future__ import annotations

from typing import Any

from netlynx.engine.gathering import Commit, GatheringFeed
from netlynx.engine.operation import EventKind, Group, Meaning
from netlynx.netfilter.constants import NFNL_SUBSYS, NFNLGRP
from netlynx.netfilter.nfnetlink import message_type
from netlynx.nftables.chain import Chain
from netlynx.nftables.constants import NFT_MSG
from netlynx.nftables.element import ElementList
from netlynx.nftables.flowtable import Flowtable
from netlynx.nftables.generation import Generation
from netlynx.nftables.object import Object
from netlynx.nftables.rule import Rule
from netlynx.nftables.set import Set
from netlynx.nftables.table import Table
from netlynx.wire.constants import NETLINK

_PARTS = (
    (Table, NFT_MSG.NEWTABLE, NFT_MSG.DELTABLE),
    (Chain, NFT_MSG.NEWCHAIN, NFT_MSG.DELCHAIN),
    (Rule, NFT_MSG.NEWRULE, NFT_MSG.DELRULE),
    (Set, NFT_MSG.NEWSET, NFT_MSG.DELSET),
    (ElementList, NFT_MSG.NEWSETELEM, NFT_MSG.DELSETELEM),
    (Object, NFT_MSG.NEWOBJ, NFT_MSG.DELOBJ),
    (Flowtable, NFT_MSG.NEWFLOWTABLE, NFT_MSG.DELFLOWTABLE),
)


def _feed(groups: list[Group[Any]]) -> GatheringFeed:
    return GatheringFeed(groups, parts=frozenset(cls for cls, _, _ in _PARTS), end=Generation)


def _messages() -> dict[int, Meaning]:
    said: dict[int, Meaning] = {}
    for cls, new, gone in _PARTS:
        said[message_type(NFNL_SUBSYS.NFTABLES, new)] = EventKind.NEW, cls
        said[message_type(NFNL_SUBSYS.NFTABLES, gone)] = EventKind.DELETE, cls
    said[message_type(NFNL_SUBSYS.NFTABLES, NFT_MSG.NEWGEN)] = EventKind.NEW, Generation
    return said


CHANGES: Group[Commit[Any]] = Group(
    "nftables.CHANGES", int(NETLINK.NETFILTER), (int(NFNLGRP.NFTABLES),), _messages(), feed=_feed
)
"""Every transaction that changes the ruleset of the namespace, as one event: its record is a `Commit`.

That has the generation, the thread that did it, and an `Event` for each table, chain, rule, set, object and flowtable
that is new or gone, and for the elements of sets that are. What happens outside of transactions (a quota is used up) is
an event by itself, whose record is that object. Elements that time out go without a word.
"""
