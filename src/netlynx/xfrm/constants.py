"""The numbers of xfrm: messages, attributes, groups, and what the members of its structs mean.

Source: linux/xfrm.h; of encapsulations linux/udp.h.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Constants, Enumeration, FlagSet


class XFRM_MSG(Constants):
    """Message types."""

    NEWSA = 16
    DELSA = 17
    GETSA = 18
    NEWPOLICY = 19
    DELPOLICY = 20
    GETPOLICY = 21
    ALLOCSPI = 22
    ACQUIRE = 23
    EXPIRE = 24
    UPDPOLICY = 25
    UPDSA = 26
    POLEXPIRE = 27
    FLUSHSA = 28
    FLUSHPOLICY = 29
    NEWAE = 30
    GETAE = 31
    REPORT = 32
    MIGRATE = 33
    NEWSADINFO = 34
    GETSADINFO = 35
    NEWSPDINFO = 36
    GETSPDINFO = 37
    MAPPING = 38
    SETDEFAULT = 39
    GETDEFAULT = 40
    MIGRATE_STATE = 41


class XFRMA(Constants):
    """Attributes of all messages but those of the databases."""

    UNSPEC = 0
    ALG_AUTH = 1
    ALG_CRYPT = 2
    ALG_COMP = 3
    ENCAP = 4
    TMPL = 5
    SA = 6
    POLICY = 7
    SEC_CTX = 8
    LTIME_VAL = 9
    REPLAY_VAL = 10
    REPLAY_THRESH = 11
    ETIMER_THRESH = 12
    SRCADDR = 13
    COADDR = 14
    LASTUSED = 15
    POLICY_TYPE = 16
    MIGRATE = 17
    ALG_AEAD = 18
    KMADDRESS = 19
    ALG_AUTH_TRUNC = 20
    MARK = 21
    TFCPAD = 22
    REPLAY_ESN_VAL = 23
    SA_EXTRA_FLAGS = 24
    PROTO = 25
    ADDRESS_FILTER = 26
    PAD = 27
    OFFLOAD_DEV = 28
    SET_MARK = 29
    SET_MARK_MASK = 30
    IF_ID = 31
    MTIMER_THRESH = 32
    SA_DIR = 33
    NAT_KEEPALIVE_INTERVAL = 34
    SA_PCPU = 35
    IPTFS_DROP_TIME = 36
    IPTFS_REORDER_WINDOW = 37
    IPTFS_DONT_FRAG = 38
    IPTFS_INIT_DELAY = 39
    IPTFS_MAX_QSIZE = 40
    IPTFS_PKT_SIZE = 41


class XFRMA_SAD(Constants):
    """Attributes of the database of states."""

    UNSPEC = 0
    CNT = 1
    HINFO = 2


class XFRMA_SPD(Constants):
    """Attributes of the database of policies."""

    UNSPEC = 0
    INFO = 1
    HINFO = 2
    IPV4_HTHRESH = 3
    IPV6_HTHRESH = 4


class XFRMNLGRP(Constants):
    """Multicast groups."""

    NONE = 0
    ACQUIRE = 1
    EXPIRE = 2
    SA = 3
    POLICY = 4
    AEVENTS = 5
    REPORT = 6
    MIGRATE = 7
    MAPPING = 8


class Protocol(
    Enumeration, prefix="IPPROTO_", renamed={"ANY": "IPPROTO_IP", "HAO": "IPPROTO_DSTOPTS", "ROUTE2": "IPPROTO_ROUTING"}
):
    """What a state does to packets: the protocol of its header.

    HAO and ROUTE2 are of Mobile IPv6: states of theirs have addresses in the place of an SPI. IPIP and IPV6 are the
    tunnels that the kernel makes itself for those of COMP.
    """

    __omitted__: ClassVar[dict[str, str]] = {"IPPROTO_*": "no state is of it"}

    ANY = 0
    IPIP = 4
    IPV6 = 41
    ROUTE2 = 43
    ESP = 50
    AH = 51
    HAO = 60
    COMP = 108


class UpperProtocol(Enumeration, prefix="IPPROTO_", renamed={"ANY": "IPPROTO_IP"}, labels={"ICMPV6": "ipv6-icmp"}):
    """Protocols that a selector names; others are plain numbers."""

    __omitted__: ClassVar[dict[str, str]] = {"IPPROTO_*": "a number says it"}

    ANY = 0
    ICMP = 1
    IPIP = 4
    TCP = 6
    UDP = 17
    DCCP = 33
    IPV6 = 41
    GRE = 47
    ICMPV6 = 58
    SCTP = 132
    MH = 135
    UDPLITE = 136


class Mode(Enumeration, prefix="XFRM_MODE_", renamed={"RO": "XFRM_MODE_ROUTEOPTIMIZATION"}):
    """What of a packet a state is about."""

    TRANSPORT = 0
    TUNNEL = 1
    RO = 2
    IN_TRIGGER = 3
    BEET = 4
    IPTFS = 5


class Unlimited(Enumeration, prefix="XFRM_", renamed={"UNLIMITED": "XFRM_INF"}):
    """The number of bytes or packets that stands for no limit."""

    __omitted__: ClassVar[dict[str, str]] = {"XFRM_*": "no number of bytes or packets"}

    UNLIMITED = 0xFFFF_FFFF_FFFF_FFFF


class Direction(Enumeration, prefix="XFRM_POLICY_"):
    """Which packets a policy is about: those that come in for this host, go out, or are forwarded."""

    __omitted__: ClassVar[dict[str, str]] = {"XFRM_POLICY_*": "no direction: Action, PolicyFlags, PolicyType"}

    IN = 0
    OUT = 1
    FWD = 2


class StateDirection(Enumeration, prefix="XFRM_SA_DIR_"):
    """Which packets a state is for; since Linux 6.10."""

    IN = 1
    OUT = 2


class Action(Enumeration, prefix="XFRM_POLICY_"):
    """What a policy does with its packets: lets them through, transformed as its templates say, or drops them."""

    __omitted__: ClassVar[dict[str, str]] = {"XFRM_POLICY_*": "no action: Direction, PolicyFlags, PolicyType"}

    ALLOW = 0
    BLOCK = 1


class Default(Enumeration, prefix="XFRM_USERPOLICY_"):
    """What becomes of packets that no policy is about. UNSPEC in a request: it stays."""

    UNSPEC = 0
    BLOCK = 1
    ACCEPT = 2


class PolicyType(Enumeration, prefix="XFRM_POLICY_TYPE_"):
    """Which of the databases a policy is in; most kernels have one alone."""

    MAIN = 0
    SUB = 1
    ANY = 255


class PolicyFlags(FlagSet, prefix="XFRM_POLICY_"):
    """LOCALOK: a socket may have another. ICMP: it is about errors of ICMP that tell of its packets, too.

    CPU_ACQUIRE: each CPU asks for a state of its own (since Linux 6.13).
    """

    __omitted__: ClassVar[dict[str, str]] = {"XFRM_POLICY_*": "no flag"}

    LOCALOK = 1
    ICMP = 2
    CPU_ACQUIRE = 4


class Share(Enumeration, prefix="XFRM_SHARE_"):
    """Who may share a state. The kernel keeps it and does nothing with it."""

    ANY = 0
    SESSION = 1
    USER = 2
    UNIQUE = 3


class StateFlags(FlagSet, prefix="XFRM_STATE_", labels={"AF_UNSPEC": "af-unspec"}):
    """What else a state does.

    NOECN: congestion is not told between the headers. DECAP_DSCP: the inner header gets the outer one's DSCP.
    NOPMTUDISC: outer headers never forbid fragments. WILDRECV: of Mobile IPv6. ICMP: it takes errors of ICMP that tell
    of its packets. AF_UNSPEC: packets of both families. ALIGN4: AH of IPv4 is aligned to 4 bytes. ESN: sequence numbers
    of 64 bits.
    """

    NOECN = 1
    DECAP_DSCP = 2
    NOPMTUDISC = 4
    WILDRECV = 8
    ICMP = 16
    AF_UNSPEC = 32
    ALIGN4 = 64
    ESN = 128


class ExtraFlags(FlagSet, prefix="XFRM_SA_XFLAG_"):
    """DONT_ENCAP_DSCP: the outer header does not get the inner one's DSCP. OSEQ_MAY_WRAP: numbers begin anew."""

    DONT_ENCAP_DSCP = 1
    OSEQ_MAY_WRAP = 2


class OffloadFlags(FlagSet, prefix="XFRM_OFFLOAD_"):
    """INBOUND: for packets that come in. PACKET: the device does all of it, not the cryptography alone."""

    IPV6 = 1
    INBOUND = 2
    PACKET = 4


class EncapsulationType(
    Enumeration,
    prefix="UDP_ENCAP_",
    renamed={"ESPINTCP": "TCP_ENCAP_ESPINTCP"},
    labels={"ESPINUDP_NON_IKE": "espinudp-nonike"},
):
    """In what ESP is carried through translations of addresses. ESPINUDP_NON_IKE: Linux has it no more."""

    __omitted__: ClassVar[dict[str, str]] = {"UDP_ENCAP_*": "nothing of xfrm's"}

    ESPINUDP_NON_IKE = 1
    ESPINUDP = 2
    ESPINTCP = 7


class ContextAlgorithm(Enumeration, prefix="XFRM_SC_ALG_"):
    """Whose label a security context is."""

    RESERVED = 0
    SELINUX = 1


class ContextDomain(Enumeration, prefix="XFRM_SC_DOI_"):
    """The domain of interpretation of a security context."""

    RESERVED = 0
    LSM = 1


class EventFlags(FlagSet, prefix="XFRM_AE_"):
    """Why the replay state of a state is told, or which of its thresholds is asked for.

    RTHR: the threshold of packets. RVAL: the replay state. LVAL: what was used of its lifetime. ETHR: the threshold of
    time. CR, CE, CU: it was told because of the first, of the second, because somebody set it.
    """

    RTHR = 1
    RVAL = 2
    LVAL = 4
    ETHR = 8
    CR = 16
    CE = 32
    CU = 64


class MigrateFlags(FlagSet, prefix="XFRM_MIGRATE_STATE_"):
    """How a single state is moved: it loses its offload, and a selector of two hosts is that of the new ones."""

    CLEAR_OFFLOAD = 1
    UPDATE_H2H_SEL = 2
