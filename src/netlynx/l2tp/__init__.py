"""L2TP: tunnels over UDP or IP, and the sessions in them, each an Ethernet link, say, to another host.

    from netlynx import l2tp

    nl.do(l2tp.add(l2tp.Tunnel(id=1, peer_id=2, encapsulation="ip", local="192.0.2.1", remote="192.0.2.2")))
    nl.do(l2tp.add(l2tp.Session(tunnel_id=1, id=11, peer_id=12, name="east")))
    for session in nl.dump(l2tp.sessions()):
        print(session.tunnel_id, session.id, session.name, session.statistics.rx_packets)

Source: linux/l2tp.h, net/l2tp/l2tp_netlink.c, ip-l2tp(8).
"""

from __future__ import annotations

from .constants import L2TP_CMD, Encapsulation, Pseudowire, SublayerHeader
from .records import Session, Statistics, Tunnel
from .verbs import EVENTS, L2tp, add, change, delete, session, sessions, tunnel, tunnels

__all__ = [
    "EVENTS",
    "L2TP_CMD",
    "Encapsulation",
    "L2tp",
    "Pseudowire",
    "Session",
    "Statistics",
    "SublayerHeader",
    "Tunnel",
    "add",
    "change",
    "delete",
    "session",
    "sessions",
    "tunnel",
    "tunnels",
]
