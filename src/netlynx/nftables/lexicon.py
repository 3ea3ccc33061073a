"""What the messages of nftables are called and what they carry: see `netlynx.engine.lexicon`."""

from __future__ import annotations

from typing import Any

from netlynx.engine.lexicon import Entry, Said, of_constants
from netlynx.netfilter.constants import NFNL_SUBSYS
from netlynx.nftables.chain import Chain
from netlynx.nftables.constants import NFT_MSG
from netlynx.nftables.element import ElementList
from netlynx.nftables.flowtable import Flowtable
from netlynx.nftables.generation import Generation
from netlynx.nftables.object import Object
from netlynx.nftables.rule import Rule
from netlynx.nftables.set import Set
from netlynx.nftables.table import Table
from netlynx.nftables.trace import Trace

_VERBS = ("NEW", "GET", "DEL", "DESTROY")
_OBJECTS: dict[str, Any] = {
    "TABLE": Table,
    "CHAIN": Chain,
    "RULE": Rule,
    "SET": Set,
    "SETELEM": ElementList,
    "GEN": Generation,
    "TRACE": Trace,
    "OBJ": Object,
    "FLOWTABLE": Flowtable,
}


def _object(name: str) -> Any:
    """The record of messages that are called so: ``NFT_MSG_GETRULE_RESET`` is about rules."""
    name = name.removeprefix("NFT_MSG_").removesuffix("_RESET")
    for verb in _VERBS:
        name = name.removeprefix(verb)
    return _OBJECTS[name]


_ENTRIES = of_constants(
    NFT_MSG, {int(number): _object(name) for name, number in NFT_MSG.__c_names__.items()}, NFNL_SUBSYS.NFTABLES << 8
)


def entry(said: Said) -> Entry | None:
    """See `netlynx.engine.lexicon.look_up`."""
    return _ENTRIES.get(said.message.type)
