"""Packets that rules log to a process (NFLOG).

A rule of nftables (`log group 3`) or iptables (`-j NFLOG --nflog-group 3`) tells of a packet, which goes on its way; a
subscription to `packets(3)` hears of it::

    with nl.subscribe(log.packets(3)) as packets:
        for event in packets:
            print(event)                                  # Event("packet", Packet(prefix="ssh", …)) or Overrun

Source: linux/netfilter/nfnetlink_log.h, net/netfilter/nfnetlink_log.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.engine.operation import Do, Group
from netlynx.errors import EncodeError
from netlynx.netfilter.constants import NFNL_SUBSYS, Hook, NetfilterFamily
from netlynx.netfilter.flow import Flow
from netlynx.netfilter.nfnetlink import NetfilterHeader, message_type, netfilter_do
from netlynx.netfilter.packet import FlowState, PacketAddress, PacketTime
from netlynx.schema import (
    Constants,
    Enumeration,
    FlagSet,
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
from netlynx.schema.arguments import flags_of, member_of
from netlynx.schema.facts import Facts
from netlynx.wire.constants import NETLINK

_SUBSYSTEM = int(NFNL_SUBSYS.ULOG)


class NFULNL_MSG(Constants):
    """Messages of NFNL_SUBSYS_ULOG."""

    PACKET = 0
    CONFIG = 1


class NFULA(Constants):
    """Attributes of a logged packet."""

    UNSPEC = 0
    PACKET_HDR = 1
    MARK = 2
    TIMESTAMP = 3
    IFINDEX_INDEV = 4
    IFINDEX_OUTDEV = 5
    IFINDEX_PHYSINDEV = 6
    IFINDEX_PHYSOUTDEV = 7
    HWADDR = 8
    PAYLOAD = 9
    PREFIX = 10
    UID = 11
    SEQ = 12
    SEQ_GLOBAL = 13
    GID = 14
    HWTYPE = 15
    HWHEADER = 16
    HWLEN = 17
    CT = 18
    CT_INFO = 19
    VLAN = 20
    L2HDR = 21


class NFULA_VLAN(Constants):
    """Attributes of a VLAN tag."""

    UNSPEC = 0
    PROTO = 1
    TCI = 2


class NFULA_CFG(Constants):
    """Attributes of a group's configuration."""

    UNSPEC = 0
    CMD = 1
    MODE = 2
    NLBUFSIZ = 3
    TIMEOUT = 4
    QTHRESH = 5
    FLAGS = 6


class LogCommand(Enumeration, prefix="NFULNL_CFG_CMD_"):
    """What is to be done with a group. Those with PF say for which families log rules of the kernel's own use it."""

    NONE = 0
    BIND = 1
    UNBIND = 2
    PF_BIND = 3
    PF_UNBIND = 4


class LogCopy(Enumeration, prefix="NFULNL_COPY_"):
    """How much of a packet is told: nothing, what is known of it, or its bytes too."""

    NONE = 0
    META = 1
    PACKET = 2


class LogFlags(FlagSet, prefix="NFULNL_CFG_F_"):
    """SEQ: count the group's packets. SEQ_GLOBAL: count those of all groups. CONNTRACK: tell the connection too."""

    SEQ = 0x1
    SEQ_GLOBAL = 0x2
    CONNTRACK = 0x4


class LogHeader(Layout, c="nfulnl_msg_packet_hdr"):
    """The packet's protocol (EtherType) and where it was met."""

    protocol: int = member(be16, c="hw_protocol")
    hook: takes.Member[Hook] = member(enum(Hook, u8), c="hook")
    pad: int = member(u8, c="_pad")


class LogCommandLayout(Layout, c="nfulnl_msg_config_cmd", packed=True):
    """A command about a group."""

    command: takes.Member[LogCommand] = member(enum(LogCommand, u8), c="command")


class LogCopyLayout(Layout, c="nfulnl_msg_config_mode", packed=True):
    """How much of each packet is told; `range` is in bytes, 0 the most there can be."""

    range: int = member(be32, c="copy_range")
    mode: takes.Member[LogCopy] = member(enum(LogCopy, u8), c="copy_mode")
    pad: int = member(u8, c="_pad")


class Vlan(Record):
    """A VLAN tag (`NFULA_VLAN_*`): protocol (EtherType) and tag control information, the VLAN ID in the low 12 bits."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFULA_VLAN)

    protocol: int | None = attr(NFULA_VLAN.PROTO, be16)
    tci: int | None = attr(NFULA_VLAN.TCI, be16)


class Packet(Record, header=NetfilterHeader):
    """One logged packet (`nfgenmsg` + `NFULA_*`).

    `prefix` is the rule's word for it, `payload` the packet from its network header on, as far as it was copied.
    `sequence` and `global_sequence` count (flags SEQ, SEQ_GLOBAL): a gap is a packet that was lost.

    Source: __build_packet_message in net/netfilter/nfnetlink_log.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=NFULA)

    family: takes.Member[NetfilterFamily] = head(default=NetfilterFamily.UNSPEC)
    group: int = head("resource", default=0, always=True)
    prefix: str | None = attr(NFULA.PREFIX, string)
    header: takes.Nested[LogHeader | None] = attr(NFULA.PACKET_HDR, struct(LogHeader))
    input: int | None = attr(NFULA.IFINDEX_INDEV, be32)  # index of the interface
    output: int | None = attr(NFULA.IFINDEX_OUTDEV, be32)
    bridge_input: int | None = attr(NFULA.IFINDEX_PHYSINDEV, be32)  # the bridge's port
    bridge_output: int | None = attr(NFULA.IFINDEX_PHYSOUTDEV, be32)
    mark: int | None = attr(NFULA.MARK, be32)
    address: takes.Nested[PacketAddress | None] = attr(NFULA.HWADDR, struct(PacketAddress))
    hardware_type: int | None = attr(NFULA.HWTYPE, be16)  # ARPHRD_*
    hardware_length: int | None = attr(NFULA.HWLEN, be16)  # bytes
    hardware_header: bytes | None = attr(NFULA.HWHEADER, binary)
    vlan: takes.Nested[Vlan | None] = attr(NFULA.VLAN, nest(Vlan))
    link_header: bytes | None = attr(NFULA.L2HDR, binary)
    time: takes.Nested[PacketTime | None] = attr(NFULA.TIMESTAMP, struct(PacketTime))
    uid: int | None = attr(NFULA.UID, be32)
    gid: int | None = attr(NFULA.GID, be32)
    sequence: int | None = attr(NFULA.SEQ, be32)
    global_sequence: int | None = attr(NFULA.SEQ_GLOBAL, be32)
    flow: takes.Nested[Flow | None] = attr(NFULA.CT, nest(Flow, headless=True))
    flow_state: takes.Member[FlowState | None] = attr(NFULA.CT_INFO, enum(FlowState, be32))
    payload: bytes | None = attr(NFULA.PAYLOAD, binary)

    @property
    def hook(self) -> Hook | None:
        """Where it was met."""
        return None if self.header is None else self.header.hook


class Configuration(Record, header=NetfilterHeader):
    """What a group is told (`nfgenmsg` + `NFULA_CFG_*`)."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFULA_CFG, policy="nfula_cfg_policy")

    family: takes.Member[NetfilterFamily] = head(default=NetfilterFamily.UNSPEC)
    group: int = head("resource", default=0, always=True)
    command: takes.Nested[LogCommandLayout | None] = attr(NFULA_CFG.CMD, struct(LogCommandLayout))
    copy: takes.Nested[LogCopyLayout | None] = attr(NFULA_CFG.MODE, struct(LogCopyLayout))
    buffer: int | None = attr(NFULA_CFG.NLBUFSIZ, be32)  # bytes of a datagram
    timeout: int | None = attr(NFULA_CFG.TIMEOUT, be32)  # hundredths of a second
    threshold: int | None = attr(NFULA_CFG.QTHRESH, be32)  # packets
    flags: takes.Flags[LogFlags | None] = attr(NFULA_CFG.FLAGS, enum(LogFlags, be16))


def packets(
    group: int,
    *,
    copy: LogCopy | str | int = LogCopy.PACKET,
    range: int = 0,
    threshold: int | None = None,
    timeout: int | None = None,
    buffer: int | None = None,
    flags: LogFlags | str | int | None = None,
) -> Group[Packet]:
    """The packets logged to a group, to subscribe to: each is an event of kind ``"packet"``.

    The subscription's socket binds the group; while it is open nobody else can (`PermissionDenied`). `range` is how
    many bytes of a packet are copied (0: all of it). The kernel gathers `threshold` packets, or what fits in `buffer`
    bytes, before it sends them, but for no longer than `timeout` hundredths of a second: `threshold=1` has each packet
    told at once.

    Raises EncodeError for what is no group, mode or flag.
    """
    return Group(
        f"log.packets({group})",
        NETLINK.NETFILTER,
        (),
        {message_type(_SUBSYSTEM, NFULNL_MSG.PACKET): ("packet", Packet)},
        begin=(
            bind(group),
            configure(group, copy=copy, range=range, threshold=threshold, timeout=timeout, buffer=buffer, flags=flags),
        ),
    )


def bind(group: int) -> Do[None]:
    """Send what is logged to a group to the socket that this is carried out on (`Subscription.do`)."""
    return _command("log.bind", group, LogCommand.BIND)


def unbind(group: int) -> Do[None]:
    """Let go of a group."""
    return _command("log.unbind", group, LogCommand.UNBIND)


def configure(
    group: int,
    *,
    copy: LogCopy | str | int | None = None,
    range: int | None = None,
    threshold: int | None = None,
    timeout: int | None = None,
    buffer: int | None = None,
    flags: LogFlags | str | int | None = None,
) -> Do[None]:
    """Change how a group tells of its packets; see `packets`. What is None stays as it is.

    `range` goes with `copy` (all there is, unless given). Raises EncodeError for what is no group, mode or flag.
    """
    if copy is None and range is not None:
        raise EncodeError("says how much is copied: give copy too", "log.configure(range)")
    mode = None if copy is None else member_of(LogCopy, copy, "log.configure(copy)")
    request = Configuration(
        group=group,
        copy=None if mode is None else LogCopyLayout(range=range or 0, mode=mode),
        buffer=buffer,
        timeout=timeout,
        threshold=threshold,
        flags=None if flags is None else flags_of(LogFlags, flags, "log.configure(flags)"),
    )
    return netfilter_do("log.configure", _SUBSYSTEM, NFULNL_MSG.CONFIG, request)


def _command(name: str, group: int, command: LogCommand) -> Do[None]:
    request = Configuration(group=group, command=LogCommandLayout(command=command))
    return netfilter_do(name, _SUBSYSTEM, NFULNL_MSG.CONFIG, request)
