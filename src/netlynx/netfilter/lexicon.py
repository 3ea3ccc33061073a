"""What netfilter's messages are called and what they carry: see `netlynx.engine.lexicon`.

Those of subsystems with a room of their own are said there.
"""

from __future__ import annotations

from typing import Any

from netlynx.engine.lexicon import Entry, Said, of_constants
from netlynx.netfilter import log, queue
from netlynx.netfilter.accounting import Account
from netlynx.netfilter.compat import Extension
from netlynx.netfilter.conntrack_statistics import CpuStatistics, ExpectationStatistics, Statistics
from netlynx.netfilter.constants import NFNL_SUBSYS
from netlynx.netfilter.expectation import Expectation
from netlynx.netfilter.fingerprints import Fingerprint
from netlynx.netfilter.flow import Flow
from netlynx.netfilter.helpers import Helper
from netlynx.netfilter.hooks import HookFunction
from netlynx.netfilter.log import NFULNL_MSG
from netlynx.netfilter.messages import (
    IPCTNL_MSG_CT,
    IPCTNL_MSG_EXP,
    IPCTNL_MSG_TIMEOUT,
    NFNL_MSG_ACCT,
    NFNL_MSG_COMPAT,
    NFNL_MSG_CTHELPER,
    NFNL_MSG_HOOK,
    OSF_MSG,
)
from netlynx.netfilter.nfnetlink import NFNL_MSG, BatchMark
from netlynx.netfilter.queue_constants import NFQNL_MSG
from netlynx.netfilter.timeouts import Policy

# By subsystem: what names the messages, the record that most of them carry, and those that carry another.
_SUBSYSTEMS: dict[int, tuple[Any, Any, dict[int, Any]]] = {
    NFNL_SUBSYS.NONE: (NFNL_MSG, BatchMark, {}),
    NFNL_SUBSYS.CTNETLINK: (
        IPCTNL_MSG_CT,
        Flow,
        {IPCTNL_MSG_CT.GET_STATS_CPU: CpuStatistics, IPCTNL_MSG_CT.GET_STATS: Statistics},
    ),
    NFNL_SUBSYS.CTNETLINK_EXP: (
        IPCTNL_MSG_EXP,
        Expectation,
        {IPCTNL_MSG_EXP.GET_STATS_CPU: ExpectationStatistics},
    ),
    NFNL_SUBSYS.QUEUE: (
        NFQNL_MSG,
        queue.Verdict,
        {NFQNL_MSG.PACKET: queue.Packet, NFQNL_MSG.CONFIG: queue.Configuration},
    ),
    NFNL_SUBSYS.ULOG: (NFULNL_MSG, log.Packet, {NFULNL_MSG.CONFIG: log.Configuration}),
    NFNL_SUBSYS.OSF: (OSF_MSG, Fingerprint, {}),
    NFNL_SUBSYS.ACCT: (NFNL_MSG_ACCT, Account, {}),
    NFNL_SUBSYS.CTNETLINK_TIMEOUT: (IPCTNL_MSG_TIMEOUT, Policy, {}),
    NFNL_SUBSYS.CTHELPER: (NFNL_MSG_CTHELPER, Helper, {}),
    NFNL_SUBSYS.NFT_COMPAT: (NFNL_MSG_COMPAT, Extension, {}),
    NFNL_SUBSYS.HOOK: (NFNL_MSG_HOOK, HookFunction, {}),
}
_ENTRIES = {
    kind: each
    for subsystem, (names, usual, others) in _SUBSYSTEMS.items()
    for kind, each in of_constants(
        names, {**dict.fromkeys(names.__c_names__.values(), usual), **others}, subsystem << 8
    ).items()
}


def entry(said: Said) -> Entry | None:
    """See `netlynx.engine.lexicon.look_up`."""
    return _ENTRIES.get(said.message.type)
