"""NETLINK_NETFILTER: connection tracking, packets handed to a process for a verdict, packets logged to a process.

    from netlynx.netfilter import conntrack, log, queue

Each of the three is a room of its own: `conntrack.flows()`, `queue.packets(5)`, `log.packets(3)`. So is what netfilter
keeps besides (`accounting`, `timeouts`, `helpers`, `fingerprints`), and what it tells of itself (`hooks`, `compat`).
What all messages of netfilter share, and changes that take effect together, are here; rulesets are `netlynx.nftables`,
sets `netlynx.ipset`.

Source: linux/netfilter/nfnetlink.h and the headers beside it.
"""

from __future__ import annotations

from netlynx.netfilter.constants import NFNL_SUBSYS, NFNLGRP, Hook, NetfilterFamily, TransportProtocol
from netlynx.netfilter.nfnetlink import BatchMark, NetfilterHeader, message_type, transaction

__all__ = [
    "NFNLGRP",
    "NFNL_SUBSYS",
    "BatchMark",
    "Hook",
    "NetfilterFamily",
    "NetfilterHeader",
    "TransportProtocol",
    "message_type",
    "transaction",
]
