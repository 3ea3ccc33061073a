"""Packets: those that the kernel asks about, and those that actions are carried out for.

Source: linux/openvswitch.h, queue_userspace_packet and ovs_packet_cmd_execute of net/openvswitch/datapath.c.
"""

from __future__ import annotations

from typing import Any, ClassVar

from netlynx.ovs.action import ACTIONS, Action
from netlynx.ovs.constants import OVS_PACKET_ATTR
from netlynx.ovs.header import OvsHeader
from netlynx.ovs.key import Key, TunnelKey
from netlynx.schema import Record, attr, binary, flag, head, nest, takes, u16, u32, u64
from netlynx.schema.facts import Facts

_P = OVS_PACKET_ATTR


class Packet(Record, header=OvsHeader):
    """A packet, from its Ethernet header on, and its key.

    Of one that the kernel asks about, the key is as the packet was received, and the packet as actions made it.
    `data` and `actions` are those of the action `userspace` that sent it up, `tunnel` where it would go out. `length`
    is what it had where only a part of it was sent, `mru` the largest fragment that it was made of. `hash` is its hash,
    and in bits 32 and 33 whether software made it, and whether of ports, too.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=_P, policy="packet_policy", spec=("ovs_packet", "packet"))
    __omitted__: ClassVar[dict[str, str]] = {
        "OVS_PACKET_ATTR_UNUSED*": "nothing has it",
        "OVS_PACKET_ATTR_UPCALL_PID": "kernels that do not know it ignore it; actions say whom they ask",
    }

    datapath: takes.Name[int] = head("dp_ifindex")
    packet: bytes | None = attr(_P.PACKET, binary)
    key: takes.Natural[Key | None] = attr(_P.KEY, nest(Key))
    actions: takes.Takes[tuple[Action, ...] | None, Any] = attr(_P.ACTIONS, ACTIONS)
    data: bytes | None = attr(_P.USERDATA, binary)
    tunnel: takes.Nested[TunnelKey | None] = attr(_P.EGRESS_TUN_KEY, nest(TunnelKey))
    probe: bool = attr(_P.PROBE, flag)
    mru: int | None = attr(_P.MRU, u16)
    length: int | None = attr(_P.LEN, u32)
    hash: int | None = attr(_P.HASH, u64)
