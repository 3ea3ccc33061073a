"""Processes that talk to each other through the kernel, without a kernel module (NETLINK_USERSOCK).

    with usersock.Peer(port=100) as server, usersock.Peer() as client:
        client.send("hello netlink!!", to=server.port)
        letter = server.receive(timeout=5)

Source: netlink(7), net/netlink/af_netlink.c.
"""

from .aio import AsyncPeer
from .letters import Letter
from .peer import Peer

__all__ = ["AsyncPeer", "Letter", "Peer"]
