"""Sockets that see packets as they are (AF_PACKET), as the kernel lists them.

Source: linux/packet_diag.h, net/packet/diag.c, packet(7).
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.diag.asking import RequestHeader, list_sockets
from netlynx.diag.constants import SocketFamily, SocketType
from netlynx.diag.parts import COOKIE, SocketMemory
from netlynx.engine.operation import Dump
from netlynx.schema import (
    Constants,
    Enumeration,
    FlagSet,
    Layout,
    Record,
    array,
    attr,
    bits,
    enum,
    head,
    interface,
    member,
    raw,
    struct,
    takes,
    u8,
    u16,
    u32,
    u64,
)
from netlynx.schema.facts import Facts, NoFacts


class PACKET_DIAG(Constants):
    """Attributes of a socket."""

    INFO = 0
    MCLIST = 1
    RX_RING = 2
    TX_RING = 3
    FANOUT = 4
    UID = 5
    MEMINFO = 6
    FILTER = 7


class PacketShow(FlagSet, prefix="PACKET_SHOW_"):
    """What a request asks for."""

    INFO = 1
    MCLIST = 2
    RING_CFG = 4
    FANOUT = 8
    MEMINFO = 16
    FILTER = 32


class PacketFlags(FlagSet, prefix="PDI_"):
    """What a socket was told to do (see packet(7)), and whether it is in use."""

    RUNNING = 1
    AUXDATA = 2
    ORIGDEV = 4
    VNETHDR = 8
    LOSS = 16


class PacketVersion(Enumeration, prefix="TPACKET_"):
    """Layouts of a ring's frames."""

    __omitted__: ClassVar[dict[str, str]] = {"TPACKET_*": "sizes"}

    V1 = 0
    V2 = 1
    V3 = 2


class FanoutType(Enumeration, prefix="PACKET_FANOUT_"):
    """By what packets are spread over the sockets of a group."""

    __omitted__: ClassVar[dict[str, str]] = {
        "PACKET_FANOUT_FLAG_*": "what more there is to it: the kernel does not tell",
        "PACKET_FANOUT_DATA": "a socket option",
    }

    HASH = 0
    LB = 1
    CPU = 2
    ROLLOVER = 3
    RND = 4
    QM = 5
    CBPF = 6
    EBPF = 7


class MembershipType(Enumeration, prefix="PACKET_MR_"):
    """What an interface was told to receive for a socket."""

    MULTICAST = 0
    PROMISC = 1
    ALLMULTI = 2
    UNICAST = 3


class EtherType(
    Enumeration,
    prefix="ETH_P_",
    renamed={
        "NOVELL": "ETH_P_802_3",
        "LLC": "ETH_P_802_2",
        "DOT1Q": "ETH_P_8021Q",
        "DOT1AD": "ETH_P_8021AD",
        "PTP": "ETH_P_1588",
    },
    labels={"NOVELL": "802.3", "LLC": "802.2", "DOT1Q": "802.1Q", "DOT1AD": "802.1ad"},
):
    """Which packets a socket sees: of one protocol, or all of them. Source: linux/if_ether.h."""

    __omitted__: ClassVar[dict[str, str]] = {"ETH_P_*": "hardly anybody listens to them: they stay numbers"}
    __not_in_headers__: ClassVar[dict[str, str]] = {"ETH_P_NONE": "packet(7): it receives nothing"}

    NONE = 0
    NOVELL = 0x0001
    ALL = 0x0003
    LLC = 0x0004
    SNAP = 0x0005
    CAN = 0x000C
    CANFD = 0x000D
    LOOP = 0x0060
    IP = 0x0800
    ARP = 0x0806
    RARP = 0x8035
    DOT1Q = 0x8100
    IPV6 = 0x86DD
    PAUSE = 0x8808
    SLOW = 0x8809
    MPLS_UC = 0x8847
    MPLS_MC = 0x8848
    PPP_DISC = 0x8863
    PPP_SES = 0x8864
    PAE = 0x888E
    DOT1AD = 0x88A8
    PREAUTH = 0x88C7
    TIPC = 0x88CA
    LLDP = 0x88CC
    MRP = 0x88E3
    MACSEC = 0x88E5
    PTP = 0x88F7
    CFM = 0x8902
    TDLS = 0x890D


class PacketMessage(Layout, c="packet_diag_msg", packed=True):
    """The fixed header of a socket's message (`packet_diag_msg`)."""

    __differs__: ClassVar[dict[str, str]] = COOKIE

    family: takes.Member[SocketFamily] = member(enum(SocketFamily, u8), c="pdiag_family")
    type: takes.Member[SocketType] = member(enum(SocketType, u8), c="pdiag_type")
    protocol: takes.Member[EtherType] = member(enum(EtherType, u16), c="pdiag_num")
    inode: int = member(u32, c="pdiag_ino")
    cookie: int = member(u64, c="pdiag_cookie")


class PacketRequestHeader(RequestHeader, c="packet_diag_req", packed=True):
    """The fixed header of a request; the kernel looks at what to show, and at nothing else."""

    __differs__: ClassVar[dict[str, str]] = COOKIE

    inode: int = member(u32, c="pdiag_ino")
    show: takes.Flags[PacketShow] = member(enum(PacketShow, u32), c="pdiag_show")
    cookie: int = member(u64, c="pdiag_cookie")


class PacketRequest(Record, header=PacketRequestHeader):
    """What the kernel is asked for."""

    family: takes.Member[SocketFamily] = head(default=SocketFamily.PACKET)
    show: takes.Flags[PacketShow] = head(default=PacketShow(0))


class PacketInfo(Layout, c="packet_diag_info"):
    """What a socket is bound to, and how it was set up; `index` is an interface, 0 for all of them."""

    index: takes.Name[int] = member(interface, c="pdi_index")
    version: takes.Member[PacketVersion] = member(enum(PacketVersion, u32), c="pdi_version")
    reserve: int = member(u32, c="pdi_reserve")  # bytes before each packet of a ring, left to the program
    copy_threshold: int = member(u32, c="pdi_copy_thresh")  # PACKET_COPY_THRESH
    timestamp: int = member(u32, c="pdi_tstamp")  # PACKET_TIMESTAMP: bits of SOF_TIMESTAMPING_*
    flags: takes.Flags[PacketFlags] = member(enum(PacketFlags, u32), c="pdi_flags")


class PacketMembership(Layout, c="packet_diag_mclist"):
    """What an interface receives for the socket's sake."""

    index: takes.Name[int] = member(interface, c="pdmc_index")
    count: int = member(u32, c="pdmc_count")  # how often it was asked for
    type: takes.Member[MembershipType] = member(enum(MembershipType, u16), c="pdmc_type")
    length: int = member(u16, c="pdmc_alen")  # of the address, in bytes
    address: bytes = member(raw(32), c="pdmc_addr")

    @property
    def hardware_address(self) -> str:
        """The address as text, empty where the kind of membership needs none."""
        return self.address[: self.length].hex(":")


class PacketRing(Layout, c="packet_diag_ring"):
    """A ring of frames that is shared with the program; the last three are of version 3."""

    block_size: int = member(u32, c="pdr_block_size")  # bytes
    blocks: int = member(u32, c="pdr_block_nr")
    frame_size: int = member(u32, c="pdr_frame_size")  # bytes
    frames: int = member(u32, c="pdr_frame_nr")
    retire_timeout: int = member(u32, c="pdr_retire_tmo")  # ms
    private_size: int = member(u32, c="pdr_sizeof_priv")  # bytes
    features: int = member(u32, c="pdr_features")


class Fanout(Layout):
    """The group of sockets that a socket shares packets with."""

    __facts__: ClassVar[NoFacts] = NoFacts("a number put together in pdiag_put_fanout of net/packet/diag.c")

    id: int = member(bits(u32, 16))
    type: takes.Member[FanoutType] = member(enum(FanoutType, bits(u32, 8)))
    rest: int = member(bits(u32, 8))


class FilterInstruction(Layout, c="sock_filter"):
    """An instruction of a filter, of the classic kind: see Documentation/networking/filter.rst of the kernel."""

    code: int = member(u16, c="code")
    jump_true: int = member(u8, c="jt")  # instructions further on, if the condition holds
    jump_false: int = member(u8, c="jf")
    k: int = member(u32, c="k")


class PacketSocket(Record, header=PacketMessage):
    """A socket that sees packets as they are; `protocol` says which.

    `filter` is told to who may administer the network (CAP_NET_ADMIN): to others it is an empty tuple, be there one
    or not, and None says for certain that there is none. One of the extended kind (eBPF) is not told.

    Source: linux/packet_diag.h, sk_diag_fill in net/packet/diag.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=PACKET_DIAG)

    family: takes.Member[SocketFamily] = head(default=SocketFamily.PACKET)
    type: takes.Member[SocketType] = head()
    protocol: takes.Member[EtherType] = head(default=EtherType.NONE)
    info: takes.Nested[PacketInfo | None] = attr(PACKET_DIAG.INFO, struct(PacketInfo))
    inode: int = head()
    uid: int | None = attr(PACKET_DIAG.UID, u32, always=True)
    cookie: int = head()
    memberships: takes.MaybeSeveral[PacketMembership] = attr(PACKET_DIAG.MCLIST, array(struct(PacketMembership)))
    receive_ring: takes.Nested[PacketRing | None] = attr(PACKET_DIAG.RX_RING, struct(PacketRing))
    send_ring: takes.Nested[PacketRing | None] = attr(PACKET_DIAG.TX_RING, struct(PacketRing))
    fanout: takes.Nested[Fanout | None] = attr(PACKET_DIAG.FANOUT, struct(Fanout))
    memory: takes.Nested[SocketMemory | None] = attr(PACKET_DIAG.MEMINFO, struct(SocketMemory))
    filter: takes.MaybeSeveral[FilterInstruction] = attr(PACKET_DIAG.FILTER, array(struct(FilterInstruction)))


def packet() -> Dump[PacketSocket]:
    """Packet sockets of this network namespace. The kernel filters nothing: `where` does."""
    request = PacketRequest(show=sum(PacketShow))
    return list_sockets("diag.packet", request, PacketSocket)
