"""Flows: which packets, and what becomes of them. Source: linux/openvswitch.h, net/openvswitch/datapath.c."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from netlynx.errors import EncodeError
from netlynx.ovs.action import ACTIONS, Action
from netlynx.ovs.constants import OVS_FLOW_ATTR
from netlynx.ovs.header import FlowCounters, OvsHeader
from netlynx.ovs.key import Key
from netlynx.ovs.values import UfidFlags
from netlynx.schema import Record, attr, binary, enum, flag, head, member, nest, string, struct, takes, u8, u32, u64
from netlynx.schema.facts import Facts

_F = OVS_FLOW_ATTR


class Flow(Record, header=OvsHeader):
    """A flow of a datapath: packets whose key fits in the bits of the mask, and actions.

    ``Flow(datapath="dp0", match="in_port(1),eth(),eth_type(0x0800),ipv4(dst=192.0.2.0/24)", actions="2")``: `match`
    stands for a key and a mask, in the words of `ovs-dpctl`, and is the text of both. Without a mask all of a key
    counts. A key with a protocol and without `ethernet` is of packets that have no such header; headers that the kernel
    wants beside a protocol, and that a match does not say, are added, and do not count.

    `ufid` names the flow, in up to 16 bytes: a flow that has one is found by that alone. `used` is when a packet was
    last seen, milliseconds of the kernel's monotonic clock; `tcp_flags` are those that were seen. `clear` has counters
    begin anew. `probe` is for trying whether the kernel takes a flow: it then logs no refusal.
    """

    __facts__: ClassVar[Facts] = Facts(
        attributes=_F, policy="flow_policy@net/openvswitch/datapath.c", spec=("ovs_flow", "flow-attrs")
    )

    datapath: takes.Name[int] = head("dp_ifindex")
    ufid: bytes | None = attr(_F.UFID, binary(16))
    key: takes.Natural[Key | None] = attr(_F.KEY, nest(Key))
    mask: takes.Nested[Key | None] = attr(_F.MASK, nest(Key))
    actions: takes.Takes[tuple[Action, ...] | None, Any] = attr(_F.ACTIONS, ACTIONS)
    statistics: takes.Nested[FlowCounters | None] = attr(_F.STATS, struct(FlowCounters), read_only=True)
    tcp_flags: int | None = attr(_F.TCP_FLAGS, u8, read_only=True)
    used: int | None = attr(_F.USED, u64, read_only=True)
    clear: bool = attr(_F.CLEAR, flag)
    probe: bool = attr(_F.PROBE, flag)
    ufid_flags: takes.Flags[UfidFlags | None] = attr(_F.UFID_FLAGS, enum(UfidFlags, u32))
    if TYPE_CHECKING:
        match: takes.Takes[str, str] = member(string)
    else:

        @property
        def match(self) -> str:
            """The key and the mask in words."""
            from netlynx.ovs.words.key_writing import key_words

            return "" if self.key is None else key_words(self.key, self.mask)

    @property
    def words(self) -> str:
        """The actions in words; ``drop`` for none."""
        from netlynx.ovs.words.action_writing import actions_words

        return "" if self.actions is None else actions_words(self.actions)

    __besides__: ClassVar[frozenset[str]] = frozenset(("match",))

    @classmethod
    def __beside__(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """The key and the mask that a text says."""
        made = dict(values)
        match = made.pop("match")
        if match is None:
            return made
        for name in ("key", "mask"):
            if made.get(name) is not None:
                raise EncodeError(f"it says the key and the mask: leave {name} out, or this", f"{cls.__name__}.match")
        from netlynx.ovs.words.key_reading import match_of

        try:
            made["key"], made["mask"] = match_of(match)
        except EncodeError as error:
            raise error.within(f"{cls.__name__}.match") from error.__cause__
        return made
