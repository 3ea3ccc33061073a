"""NETLINK_FIREWALL: packets queued to a process, as Linux had it until 3.5 (ip_queue), and on today's kernels.

    from netlynx import firewall

    with firewall.open() as packets:
        for packet in packets:
            if not isinstance(packet, firewall.Packet):
                continue                                  # Overrun: some were lost
            elif b"secret" in packet.payload:
                packets.drop(packet)
            else:
                packets.accept(packet)

`open` takes protocol 3 where a kernel has it (a virtual one), and a queue of `netfilter.queue` elsewhere. One level
below, `nl.subscribe(firewall.packets())` speaks ip_queue and nothing else.

Source: linux/netfilter_ipv4/ip_queue.h and net/ipv4/netfilter/ip_queue.c of Linux 3.4, as 64-bit kernels laid it out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlynx.firewall.ip_queue import IPQM as IPQM
from netlynx.firewall.ip_queue import WHOLE as WHOLE
from netlynx.firewall.ip_queue import Copy as Copy
from netlynx.firewall.ip_queue import Mode as Mode
from netlynx.firewall.ip_queue import Packet as Packet
from netlynx.firewall.ip_queue import Verdict as Verdict
from netlynx.firewall.ip_queue import accept as accept
from netlynx.firewall.ip_queue import drop as drop
from netlynx.firewall.ip_queue import mode as mode
from netlynx.firewall.ip_queue import packets as packets

if TYPE_CHECKING:
    from netlynx.client.firewall import Firewall as Firewall
    from netlynx.client.firewall import open as open


def __getattr__(name: str) -> object:
    if name in ("Firewall", "open"):  # it opens a connection, which declarations are not to know of
        from netlynx.client import firewall as firewall_open

        return getattr(firewall_open, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
