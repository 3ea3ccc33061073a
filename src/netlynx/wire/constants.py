"""The numbers of netlink itself: protocols, header types and flags, socket options, policy descriptions.

Source: linux/netlink.h, linux/socket.h. What one protocol defines on top of this is in that protocol's room.
"""

from __future__ import annotations

from typing import NamedTuple

from netlynx.wire.nearest import nearest

from .names import Constants

AF_NETLINK = 16  # address family of the socket
SOL_NETLINK = 270  # level of its options and control messages

NLMSG_ALIGNTO = 4  # messages start at multiples of this
NLMSG_HDRLEN = 16  # struct nlmsghdr
NLMSGERR_LEN = 20  # struct nlmsgerr: the errno and the header of the request
NLA_ALIGNTO = 4  # attributes start at multiples of this
NLA_HDRLEN = 4  # struct nlattr
NLA_TYPE_MASK = 0x3FFF  # the type proper, without the two flag bits


class NETLINK(Constants):
    """Protocol numbers, the last argument of ``socket(AF_NETLINK, SOCK_RAW, …)``. Source: linux/netlink.h."""

    ROUTE = 0
    USERSOCK = 2
    FIREWALL = 3
    SOCK_DIAG = 4
    NFLOG = 5
    XFRM = 6
    SELINUX = 7
    ISCSI = 8
    AUDIT = 9
    FIB_LOOKUP = 10
    CONNECTOR = 11
    NETFILTER = 12
    IP6_FW = 13
    DNRTMSG = 14
    KOBJECT_UEVENT = 15
    GENERIC = 16
    SCSITRANSPORT = 18
    ECRYPTFS = 19
    RDMA = 20
    CRYPTO = 21
    SMC = 22


class NETLINK_OPTION(Constants, prefix="NETLINK_"):
    """Socket options at level `SOL_NETLINK`. Source: linux/netlink.h, netlink(7)."""

    ADD_MEMBERSHIP = 1
    DROP_MEMBERSHIP = 2
    PKTINFO = 3
    BROADCAST_ERROR = 4
    NO_ENOBUFS = 5
    RX_RING = 6
    TX_RING = 7
    LISTEN_ALL_NSID = 8
    LIST_MEMBERSHIPS = 9
    CAP_ACK = 10
    EXT_ACK = 11
    GET_STRICT_CHK = 12


class NLMSG(Constants):
    """Message types common to all protocols; those from `MIN_TYPE` on belong to the protocol."""

    NOOP = 0x1
    ERROR = 0x2
    DONE = 0x3
    OVERRUN = 0x4
    MIN_TYPE = 0x10


class NLM_F(Constants):
    """Flags of a message header; the meaning of those from 0x100 on depends on the kind of request.

    Source: linux/netlink.h, in its order: every message, GET, NEW, DELETE, acknowledgements.
    """

    REQUEST = 0x1
    MULTI = 0x2
    ACK = 0x4
    ECHO = 0x8
    DUMP_INTR = 0x10
    DUMP_FILTERED = 0x20

    ROOT = 0x100
    MATCH = 0x200
    ATOMIC = 0x400
    DUMP = 0x300

    REPLACE = 0x100
    EXCL = 0x200
    CREATE = 0x400
    APPEND = 0x800

    NONREC = 0x100
    BULK = 0x200

    CAPPED = 0x100
    ACK_TLVS = 0x200


class NLMSGERR_ATTR(Constants):
    """Attributes of an extended acknowledgement (`enum nlmsgerr_attrs`)."""

    UNUSED = 0
    MSG = 1  # string
    OFFS = 2  # u32, offset of the attribute at fault from the start of the request's header
    COOKIE = 3  # binary, meaning set by the subsystem
    POLICY = 4  # nest of NL_POLICY_TYPE_ATTR
    MISS_TYPE = 5  # u32, type of the attribute that was missing
    MISS_NEST = 6  # u32, offset of the nest it was missing in; absent at message level


class NLA_F(Constants):
    """Flag bits in the type of an attribute; the kernel calls them mutually exclusive."""

    NESTED = 0x8000
    NET_BYTEORDER = 0x4000


class NL_POLICY_TYPE_ATTR(Constants):
    """Attributes that describe one policy entry (`enum netlink_policy_type_attr`)."""

    UNSPEC = 0
    TYPE = 1  # u32, `schema.policy.AttributeType`
    MIN_VALUE_S = 2  # s64
    MAX_VALUE_S = 3  # s64
    MIN_VALUE_U = 4  # u64
    MAX_VALUE_U = 5  # u64
    MIN_LENGTH = 6  # u32, bytes
    MAX_LENGTH = 7  # u32, bytes
    POLICY_IDX = 8  # u32
    POLICY_MAXTYPE = 9  # u32
    BITFIELD32_MASK = 10  # u32
    PAD = 11
    MASK = 12  # u64


class Protocol(NamedTuple):
    """One netlink protocol: what it is for and, if kernels lack it today, since when and what replaced it.

    `room` is the package of netlynx that has its records and operations (``netlynx.route``), "" where there is none;
    `provider` the part of the kernel that has its other side.
    """

    number: int
    name: str  # as in C, without NETLINK_ and in lower case
    description: str
    gone: str = ""
    initial: bool = False  # its kernel side is in the initial network namespace alone
    room: str = ""
    provider: str = ""

    @property
    def c_name(self) -> str:
        """The name in linux/netlink.h."""
        return f"NETLINK_{self.name.upper()}"


_TABLE = (
    Protocol(0, "route", "links, addresses, routes, rules, neighbours, traffic control", room="route"),
    Protocol(2, "usersock", "messages between processes, with ports and groups; no kernel side", room="usersock"),
    Protocol(
        3,
        "firewall",
        "packets queued to a process (ip_queue)",
        "removed in Linux 3.5; NFQUEUE in NETLINK_NETFILTER (12) replaced it: netlynx.netfilter.queue, or "
        "netlynx.firewall.open()",
        room="firewall",
    ),
    Protocol(4, "sock_diag", "sockets of this host: TCP, UDP, Unix, packet, netlink, vsock", room="diag"),
    Protocol(
        5,
        "nflog",
        "packets logged by iptables (ULOG)",
        "removed in Linux 3.17; NFLOG in NETLINK_NETFILTER (12) replaced it: netlynx.netfilter.log",
    ),
    Protocol(
        6,
        "xfrm",
        "IPsec: security associations and policies",
        room="xfrm",
        provider="CONFIG_XFRM_USER, module xfrm_user",
    ),
    Protocol(
        7,
        "selinux",
        "SELinux notifications: enforcing mode, policy loads",
        initial=True,
        room="selinux",
        provider="CONFIG_SECURITY_SELINUX",
    ),
    Protocol(
        8,
        "iscsi",
        "Open-iSCSI: sessions and connections",
        initial=True,
        room="iscsi",
        provider="CONFIG_SCSI_ISCSI_ATTRS, module scsi_transport_iscsi",
    ),
    Protocol(9, "audit", "the audit log and its rules", room="audit", provider="CONFIG_AUDIT"),
    Protocol(10, "fib_lookup", "route lookups in the IPv4 forwarding table", room="fib_lookup"),
    Protocol(
        11,
        "connector",
        "kernel connector: process events and other drivers' channels",
        initial=True,
        room="connector",
        provider="CONFIG_CONNECTOR, module cn",
    ),
    Protocol(
        12,
        "netfilter",
        "connection tracking, packet queues, packet logs; rulesets and IP sets (rooms nftables and ipset)",
        room="netfilter",
        provider="CONFIG_NETFILTER_NETLINK, module nfnetlink",
    ),
    Protocol(
        13,
        "ip6_fw",
        "IPv6 packets queued to a process (ip6_queue)",
        "removed in Linux 3.5; NFQUEUE in NETLINK_NETFILTER (12) replaced it: netlynx.netfilter.queue",
    ),
    Protocol(14, "dnrtmsg", "DECnet routing messages", "removed in Linux 6.1, with DECnet"),
    Protocol(15, "kobject_uevent", "device events of the kernel, as udev reads them", room="uevent"),
    Protocol(
        16, "generic", "generic netlink: families found by name (ethtool, wireguard, nl80211, devlink)", room="generic"
    ),
    Protocol(
        18,
        "scsitransport",
        "events of SCSI transports (Fibre Channel)",
        initial=True,
        room="scsi",
        provider="CONFIG_SCSI_NETLINK, in module scsi_mod",
    ),
    Protocol(19, "ecryptfs", "eCryptfs key daemon", "number reserved; no current kernel uses it"),
    Protocol(
        20,
        "rdma",
        "RDMA devices, resources and connections",
        room="rdma",
        provider="CONFIG_INFINIBAND, module ib_core",
    ),
    Protocol(
        21,
        "crypto",
        "algorithms of the kernel's crypto layer",
        room="crypto",
        provider="CONFIG_CRYPTO_USER, module crypto_user",
    ),
    Protocol(22, "smc", "SMC monitoring", "number reserved; SMC is monitored through NETLINK_GENERIC (16)"),
)

PROTOCOLS: dict[int, Protocol] = {protocol.number: protocol for protocol in _TABLE}
"""Every protocol that linux/netlink.h names, by number; the other numbers up to 31 are free for modules."""

MAX_PROTOCOLS = 32  # MAX_LINKS in linux/netlink.h: numbers are 0 … 31

_BY_NAME = {protocol.name: protocol.number for protocol in _TABLE} | {"inet_diag": NETLINK.SOCK_DIAG}


def protocol_number(protocol: int | str) -> int:
    """The number of a protocol given as number or name.

    ``"route"``, ``"NETLINK_ROUTE"``, ``"sock-diag"``, ``"0"`` and ``0`` all work.

    Raises:
        ValueError: no protocol has that name (the message names near matches) or the number is not 0 … 31.
    """
    if isinstance(protocol, str):
        name = protocol.strip().lower().replace("-", "_").removeprefix("netlink_")
        if name in _BY_NAME:
            return int(_BY_NAME[name])
        if not (name.isascii() and name.isdigit()):
            hint = nearest(name, _BY_NAME, most=3, listed="there are")
            raise ValueError(f"no netlink protocol is called {protocol!r}{hint}")
        protocol = int(name)
    if not 0 <= protocol < MAX_PROTOCOLS:
        raise ValueError(f"netlink protocols are numbered 0 to {MAX_PROTOCOLS - 1}, not {protocol}")
    return int(protocol)


def protocol_label(number: int) -> str:
    """A protocol as people read it: ``NETLINK_ROUTE (0)``, or ``protocol 25`` when the number has no name."""
    known = PROTOCOLS.get(number)
    return f"{known.c_name} ({int(number)})" if known else f"protocol {int(number)}"


def provider_of(number: int) -> str:
    """What would make a protocol available that this kernel does not have, in a sentence without its full stop."""
    known = PROTOCOLS.get(number)
    if known is None:
        return f"A kernel module that calls netlink_kernel_create for protocol {int(number)} provides it"
    if known.gone:
        return known.gone[0].upper() + known.gone[1:]
    part = f" ({known.provider})" if known.provider else ""
    return f"Its kernel part{part} is not built in, or its module is not there to be loaded"


def nobody_there(number: int) -> str:
    """Why a protocol that exists refuses what is sent to its kernel side (ECONNREFUSED): there is none here."""
    if number == NETLINK.USERSOCK:
        return "NETLINK_USERSOCK has no kernel side: it goes to a port of another process"
    known = PROTOCOLS.get(number)
    here = f"{protocol_label(number)} has no kernel side in this network namespace"
    if known is not None and known.initial:
        return f"{here}: only the initial one has it"
    return here if known is not None else f"{here}: its module makes one in each that it is for (netlink_kernel_create)"
