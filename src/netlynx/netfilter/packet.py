"""What queued and logged packets have in common: link-layer address, time, VLAN, state of their connection.

Source: linux/netfilter/nfnetlink_queue.h, linux/netfilter/nfnetlink_log.h, linux/netfilter/nf_conntrack_common.h.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Enumeration, Layout, be16, be64, member, raw, u16


class FlowState(Enumeration, prefix="IP_CT_"):
    """What a packet is to its connection; those in reply direction apart."""

    ESTABLISHED = 0
    RELATED = 1
    NEW = 2
    ESTABLISHED_REPLY = 3
    RELATED_REPLY = 4

    __omitted__: ClassVar[dict[str, str]] = {
        "IP_CT_*": "limits, other names and flags of TCP",
    }


class PacketAddress(Layout, c="nfqnl_msg_packet_hw"):
    """The link-layer address that a packet came from: the first `length` bytes of `octets`."""

    length: int = member(be16, c="hw_addrlen")
    pad: int = member(u16, c="_pad")
    octets: bytes = member(raw(8), c="hw_addr")

    def __str__(self) -> str:
        return ":".join(f"{octet:02x}" for octet in self.octets[: self.length])


class PacketTime(Layout, c="nfqnl_msg_packet_timestamp"):
    """When a packet was received, where somebody asked for that: since 1970."""

    seconds: int = member(be64, c="sec")
    microseconds: int = member(be64, c="usec")
