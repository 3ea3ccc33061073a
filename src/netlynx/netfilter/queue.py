"""Packets handed to a process, which decides what becomes of them (NFQUEUE).

A rule of nftables (`queue num 5`) or iptables (`-j NFQUEUE --queue-num 5`) sends packets to a queue; a subscription to
`packets(5)` binds the queue to its socket, gets them, and sends a verdict on each through the same socket::

    with nl.subscribe(queue.packets(5)) as packets:
        for event in packets:
            if isinstance(event, Overrun):
                continue                                  # the kernel dropped what did not fit (or let it pass)
            packets.send(queue.accept(event.record))

Where packets come faster than that, the verdicts on those that wait may go together, which costs less::

    while True:
        events = packets.drain(64) or [packets.get()]
        packets.send(*(queue.accept(event.record) for event in events if not isinstance(event, Overrun)))

Without anybody bound to it, a queue drops its packets (unless the rule says bypass). Packets that wait for a verdict
are dropped when the socket is closed. Verdicts are operations: `Subscription.do` carries them out and says whether the
kernel took them, `send` does not wait.

Source: linux/netfilter/nfnetlink_queue.h, net/netfilter/nfnetlink_queue.c.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from netlynx.codec._codec import Stamp, encode_record
from netlynx.engine.operation import Do, Group
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.netfilter.constants import NFNL_SUBSYS, Hook, NetfilterFamily
from netlynx.netfilter.expectation import Expectation
from netlynx.netfilter.expectation import of_packet as expectation_of_packet
from netlynx.netfilter.flow import Flow
from netlynx.netfilter.flow_requests import of_packet as flow_of_packet
from netlynx.netfilter.nfnetlink import NetfilterHeader, message_type, netfilter_do
from netlynx.netfilter.packet import FlowState as FlowState
from netlynx.netfilter.packet import PacketAddress as PacketAddress
from netlynx.netfilter.packet import PacketTime as PacketTime
from netlynx.netfilter.queue_constants import NFQA, NFQA_CFG, NFQA_VLAN, NFQNL_MSG, QueueCommand
from netlynx.netfilter.queue_constants import CopyMode as CopyMode
from netlynx.netfilter.queue_constants import PacketInfo as PacketInfo
from netlynx.netfilter.queue_constants import QueueFlags as QueueFlags
from netlynx.netfilter.queue_constants import VerdictKind as VerdictKind
from netlynx.schema import (
    Layout,
    Record,
    attr,
    be16,
    be32,
    binary,
    enum,
    head,
    member,
    nest,
    string,
    struct,
    takes,
    u8,
)
from netlynx.schema.arguments import flags_of, member_of, record_of
from netlynx.schema.facts import Facts
from netlynx.wire.constants import NETLINK

_SUBSYSTEM = int(NFNL_SUBSYS.QUEUE)
WHOLE = 0xFFFF  # bytes of a packet that are handed over at most


class PacketHeader(Layout, c="nfqnl_msg_packet_hdr", packed=True):
    """Which packet it is, its protocol (EtherType) and where it was met."""

    id: int = member(be32, c="packet_id")
    protocol: int = member(be16, c="hw_protocol")
    hook: takes.Member[Hook] = member(enum(Hook, u8), c="hook")


class VerdictHeader(Layout, c="nfqnl_msg_verdict_hdr"):
    """What becomes of which packet. The upper half of `verdict` is the number of another queue, for QUEUE."""

    verdict: int = member(be32, c="verdict")
    id: int = member(be32, c="id")


class CommandLayout(Layout, c="nfqnl_msg_config_cmd"):
    """A command about a queue."""

    command: takes.Member[QueueCommand] = member(enum(QueueCommand, u8), c="command")
    pad: int = member(u8, c="_pad")
    family: int = member(be16, c="pf")


class CopyLayout(Layout, c="nfqnl_msg_config_params", packed=True):
    """How much of each packet is handed over; `range` is in bytes, 0 the most there can be."""

    range: int = member(be32, c="copy_range")
    mode: takes.Member[CopyMode] = member(enum(CopyMode, u8), c="copy_mode")


class Vlan(Record):
    """A VLAN tag (`NFQA_VLAN_*`): protocol (EtherType) and tag control information, the VLAN ID in the low 12 bits."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFQA_VLAN, policy="nfqa_vlan_policy")

    protocol: int | None = attr(NFQA_VLAN.PROTO, be16)
    tci: int | None = attr(NFQA_VLAN.TCI, be16)


class Packet(Record, header=NetfilterHeader):
    """One packet that waits for a verdict (`nfgenmsg` + `NFQA_*`).

    `payload` is the packet from its network header on; `length` is its true length where not all of it is here.
    `flow` is the connection that it belongs to and `flow_state` what it is to it (flag CONNTRACK of the queue).
    `uid`, `gid` (UID_GID) and `security_context` (SECCTX) tell who sent it, if this host did.

    Source: nfqnl_build_packet_message in net/netfilter/nfnetlink_queue.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=NFQA, policy="nfqa_verdict_policy")
    __omitted__: ClassVar[dict[str, str]] = {"NFQA_VERDICT_HDR": "of verdicts", "NFQA_EXP": "of verdicts"}

    family: takes.Member[NetfilterFamily] = head(default=NetfilterFamily.UNSPEC)
    queue: int = head("resource", default=0, always=True)
    header: takes.Nested[PacketHeader | None] = attr(NFQA.PACKET_HDR, struct(PacketHeader))
    input: int | None = attr(NFQA.IFINDEX_INDEV, be32)  # index of the interface
    output: int | None = attr(NFQA.IFINDEX_OUTDEV, be32)
    bridge_input: int | None = attr(NFQA.IFINDEX_PHYSINDEV, be32)  # the bridge's port
    bridge_output: int | None = attr(NFQA.IFINDEX_PHYSOUTDEV, be32)
    mark: int | None = attr(NFQA.MARK, be32)
    priority: int | None = attr(NFQA.PRIORITY, be32)
    address: takes.Nested[PacketAddress | None] = attr(NFQA.HWADDR, struct(PacketAddress))
    vlan: takes.Nested[Vlan | None] = attr(NFQA.VLAN, nest(Vlan))
    link_header: bytes | None = attr(NFQA.L2HDR, binary)
    uid: int | None = attr(NFQA.UID, be32)
    gid: int | None = attr(NFQA.GID, be32)
    security_context: str | None = attr(NFQA.SECCTX, string)
    cgroup_class: int | None = attr(NFQA.CGROUP_CLASSID, be32)
    flow: takes.Nested[Flow | None] = attr(NFQA.CT, nest(Flow, headless=True))
    flow_state: takes.Member[FlowState | None] = attr(NFQA.CT_INFO, enum(FlowState, be32))
    time: takes.Nested[PacketTime | None] = attr(NFQA.TIMESTAMP, struct(PacketTime))
    info: takes.Flags[PacketInfo | None] = attr(NFQA.SKB_INFO, enum(PacketInfo, be32))
    length: int | None = attr(NFQA.CAP_LEN, be32)
    payload: bytes | None = attr(NFQA.PAYLOAD, binary)

    @property
    def id(self) -> int:
        """What verdicts call it: counts from 1 in each queue."""
        return 0 if self.header is None else self.header.id

    @property
    def hook(self) -> Hook | None:
        """Where it was met."""
        return None if self.header is None else self.header.hook


class Verdict(Record, header=NetfilterHeader):
    """What becomes of one packet, or with NFQNL_MSG_VERDICT_BATCH of all up to one (`nfgenmsg` + `NFQA_*`)."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFQA, policy=("nfqa_verdict_policy", "nfqa_verdict_batch_policy"))
    __omitted__: ClassVar[dict[str, str]] = dict.fromkeys(
        (
            "NFQA_PACKET_HDR", "NFQA_TIMESTAMP", "NFQA_IFINDEX_*", "NFQA_HWADDR", "NFQA_CT_INFO", "NFQA_CAP_LEN",
            "NFQA_SKB_INFO", "NFQA_UID", "NFQA_GID", "NFQA_SECCTX", "NFQA_CGROUP_CLASSID",
        ),
        "of packets",
    )  # fmt: skip

    family: takes.Member[NetfilterFamily] = head(default=NetfilterFamily.UNSPEC)
    queue: int = head("resource", default=0, always=True)
    header: takes.Nested[VerdictHeader | None] = attr(NFQA.VERDICT_HDR, struct(VerdictHeader))
    mark: int | None = attr(NFQA.MARK, be32)
    priority: int | None = attr(NFQA.PRIORITY, be32)
    vlan: takes.Nested[Vlan | None] = attr(NFQA.VLAN, nest(Vlan))
    link_header: bytes | None = attr(NFQA.L2HDR, binary)
    flow: takes.Nested[Flow | None] = attr(NFQA.CT, nest(Flow, headless=True))
    expectation: takes.Nested[Expectation | None] = attr(NFQA.EXP, nest(Expectation, headless=True))
    payload: bytes | None = attr(NFQA.PAYLOAD, binary)


class Configuration(Record, header=NetfilterHeader):
    """What a queue is told (`nfgenmsg` + `NFQA_CFG_*`): only the flags in `mask` change."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFQA_CFG, policy="nfqa_cfg_policy")

    family: takes.Member[NetfilterFamily] = head(default=NetfilterFamily.UNSPEC)
    queue: int = head("resource", default=0, always=True)
    command: takes.Nested[CommandLayout | None] = attr(NFQA_CFG.CMD, struct(CommandLayout))
    copy: takes.Nested[CopyLayout | None] = attr(NFQA_CFG.PARAMS, struct(CopyLayout))
    max_queued: int | None = attr(NFQA_CFG.QUEUE_MAXLEN, be32)  # packets
    mask: takes.Flags[QueueFlags | None] = attr(NFQA_CFG.MASK, enum(QueueFlags, be32))
    flags: takes.Flags[QueueFlags | None] = attr(NFQA_CFG.FLAGS, enum(QueueFlags, be32))


# -- queues ------------------------------------------------------------------------------------------------------


def packets(
    queue: int,
    *,
    copy: CopyMode | str | int = CopyMode.PACKET,
    range: int = WHOLE,
    max_queued: int | None = None,
    flags: QueueFlags | str | int = QueueFlags.GSO,
) -> Group[Packet]:
    """The packets of a queue, to subscribe to: each is an event of kind ``"packet"``.

    The subscription's socket binds the queue; while it is open nobody else can (`PermissionDenied`). `range` is how
    many bytes of a packet are handed over, `max_queued` how many packets may wait for a verdict (1024 unless the kernel
    is told otherwise). Without flag GSO the kernel cuts large packets and fills checksums in, which takes its time.

    Raises EncodeError for what is no queue, mode or flag.
    """
    return Group(
        f"queue.packets({queue})",
        NETLINK.NETFILTER,
        (),
        {message_type(_SUBSYSTEM, NFQNL_MSG.PACKET): ("packet", Packet)},
        begin=(
            bind(queue),
            configure(queue, copy=copy, range=range, max_queued=max_queued, flags=flags),
        ),
    )


def bind(queue: int) -> Do[None]:
    """Send the packets of a queue to the socket that this is carried out on (`Subscription.do`)."""
    return _command("queue.bind", queue, QueueCommand.BIND)


def unbind(queue: int) -> Do[None]:
    """Let go of a queue; packets that wait in it are dropped."""
    return _command("queue.unbind", queue, QueueCommand.UNBIND)


def configure(
    queue: int,
    *,
    copy: CopyMode | str | int | None = None,
    range: int | None = None,
    max_queued: int | None = None,
    flags: QueueFlags | str | int | None = None,
) -> Do[None]:
    """Change how a queue hands over its packets; see `packets`. What is None stays as it is.

    `range` goes with `copy` (all there is, unless given). Raises EncodeError for what is no queue, mode or flag.
    """
    if copy is None and range is not None:
        raise EncodeError("says how much is copied: give copy too", "queue.configure(range)")
    mode = None if copy is None else member_of(CopyMode, copy, "queue.configure(copy)")
    bits = None if flags is None else flags_of(QueueFlags, flags, "queue.configure(flags)")
    request = Configuration(
        queue=queue,
        copy=None if mode is None else CopyLayout(range=WHOLE if range is None else range, mode=mode),
        max_queued=max_queued,
        mask=None if bits is None else _ALL_FLAGS,
        flags=bits,
    )
    return netfilter_do("queue.configure", _SUBSYSTEM, NFQNL_MSG.CONFIG, request)


_ALL_FLAGS = QueueFlags(sum(QueueFlags))


def _command(name: str, queue: int, command: QueueCommand) -> Do[None]:
    request = Configuration(queue=queue, command=CommandLayout(command=command))
    return netfilter_do(name, _SUBSYSTEM, NFQNL_MSG.CONFIG, request)


# -- verdicts ----------------------------------------------------------------------------------------------------


def accept(
    packet: Packet,
    *,
    mark: int | None = None,
    payload: bytes | None = None,
    flow: Flow | None = None,
    expectation: Expectation | None = None,
    vlan: Vlan | None = None,
    link_header: bytes | None = None,
    priority: int | None = None,
) -> Do[None]:
    """Let a packet go on its way: as it is, with another mark or priority, or with another content.

    `payload` replaces all from the network header on: its checksums are the caller's business. `flow` changes the
    packet's connection (mark, labels, status, helper, timeout, and nothing else of it), `expectation` announces one
    that will follow it; for both, the queue needs flag CONNTRACK. Raises EncodeError for what cannot be sent.
    """
    if (
        mark is None
        and payload is None
        and flow is None
        and expectation is None
        and vlan is None
        and link_header is None
        and priority is None
    ):
        return _accepted(packet)
    packet = record_of(Packet, packet, "queue.accept(packet)")
    if expectation is not None and flow is None:
        flow = Flow()  # the kernel looks at the expectation only beside a connection
    if flow is not None:
        flow = flow_of_packet(flow)
    if expectation is not None:
        expectation = expectation_of_packet(expectation)
    request = Verdict(
        family=packet.family,
        queue=packet.queue,
        header=VerdictHeader(verdict=int(VerdictKind.ACCEPT), id=packet.id),
        mark=mark,
        payload=payload,
        flow=flow,
        expectation=expectation,
        vlan=vlan,
        link_header=link_header,
        priority=priority,
    )
    return netfilter_do("queue.accept", _SUBSYSTEM, NFQNL_MSG.VERDICT, request)


def drop(packet: Packet) -> Do[None]:
    """Let a packet vanish."""
    return _dropped(packet)


def repeat(packet: Packet, *, mark: int | None = None, payload: bytes | None = None) -> Do[None]:
    """Send a packet through the same hook again; unless the rules look at its new `mark`, it comes back here."""
    return _verdict("queue.repeat", packet, VerdictKind.REPEAT, mark, payload)


def requeue(packet: Packet, to: int, *, mark: int | None = None, payload: bytes | None = None) -> Do[None]:
    """Hand a packet on to another queue. Raises EncodeError for a number that no queue has."""
    if isinstance(to, bool) or not isinstance(to, int):
        raise EncodeTypeError(f"expected the number of a queue, not {type(to).__name__} {to!r}", "queue.requeue(to)")
    if not 0 <= to <= 0xFFFF:
        raise EncodeError(f"{to!r} is no queue (0 to 65535)", "queue.requeue(to)")
    return _verdict("queue.requeue", packet, to << 16 | VerdictKind.QUEUE, mark, payload)


def accept_up_to(packet: Packet, *, mark: int | None = None, priority: int | None = None) -> Do[None]:
    """Let this packet and all before it in its queue go on (NFQNL_MSG_VERDICT_BATCH): one request for many."""
    return _up_to("queue.accept_up_to", packet, VerdictKind.ACCEPT, mark, priority)


def drop_up_to(packet: Packet) -> Do[None]:
    """Let this packet and all before it in its queue vanish, in one request."""
    return _up_to("queue.drop_up_to", packet, VerdictKind.DROP)


_PROTOCOL, _VERDICT = int(NETLINK.NETFILTER), message_type(_SUBSYSTEM, int(NFQNL_MSG.VERDICT))


def _plain(name: str, verdict: VerdictKind) -> Callable[[Packet], Do[None]]:
    """What makes a verdict and nothing else: said of each packet, so it takes the short way."""

    def make(packet: Packet) -> Do[None]:
        packet = record_of(Packet, packet, f"{name}(packet)")
        header = VerdictHeader(verdict=int(verdict), id=packet.id)
        request = Verdict(family=packet.family, queue=packet.queue, header=header)
        return Do(name, _PROTOCOL, _VERDICT, 0, request, encode_record(request))

    carried = {("family",): ("family",), ("queue",): ("queue",), ("header", "id"): ("header", "id")}
    return Stamp(Packet, make, carried).make


_accepted, _dropped = _plain("queue.accept", VerdictKind.ACCEPT), _plain("queue.drop", VerdictKind.DROP)


def _verdict(name: str, packet: Packet, verdict: int, mark: int | None, payload: bytes | None) -> Do[None]:
    packet = record_of(Packet, packet, f"{name}(packet)")
    header = VerdictHeader(verdict=verdict, id=packet.id)
    request = Verdict(family=packet.family, queue=packet.queue, header=header, mark=mark, payload=payload)
    return netfilter_do(name, _SUBSYSTEM, NFQNL_MSG.VERDICT, request)


def _up_to(
    name: str, packet: Packet, verdict: VerdictKind, mark: int | None = None, priority: int | None = None
) -> Do[None]:
    packet = record_of(Packet, packet, f"{name}(packet)")
    header = VerdictHeader(verdict=verdict, id=packet.id)
    request = Verdict(family=packet.family, queue=packet.queue, header=header, mark=mark, priority=priority)
    return netfilter_do(name, _SUBSYSTEM, NFQNL_MSG.VERDICT_BATCH, request)
