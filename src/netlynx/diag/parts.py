"""What sockets of all inet protocols have within them: memory, options, what was put on top of TCP, BPF storage.

Source: linux/inet_diag.h, linux/sock_diag.h, linux/tls.h, linux/mptcp_pm.h.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.diag.constants import SocketFamily
from netlynx.schema import (
    Constants,
    Enumeration,
    FlagSet,
    Layout,
    Record,
    attr,
    binary,
    bits,
    enum,
    flag,
    ip_of,
    member,
    multi,
    nest,
    raw,
    string,
    takes,
    u8,
    u16,
    u32,
    u64,
)
from netlynx.schema.facts import Facts, NoFacts

COOKIE = {"cookie": "two numbers of 32 bits, the lower one first: sock_diag_save_cookie"}
"""Why a cookie is not as headers have it, for `__differs__`."""


class SocketMemory(Layout):
    """A socket's memory (`SK_MEMINFO_*`), in bytes but for the drops."""

    __facts__: ClassVar[NoFacts] = NoFacts("an array of numbers, indexed by SK_MEMINFO_* of linux/sock_diag.h")

    receive_allocated: int = member(u32)  # held by what waits to be read
    receive_buffer: int = member(u32)  # as much may be
    send_allocated: int = member(u32)  # held by what was handed to lower layers
    send_buffer: int = member(u32)  # as much may be
    forward_allocated: int = member(u32)  # set aside for the socket, and not in use
    send_queued: int = member(u32)  # held by what waits to be sent or acknowledged
    options: int = member(u32)  # held by socket options, filters among them
    backlog: int = member(u32)  # held by packets that came while the socket was in use
    drops: int = member(u32)  # packets


class MemoryUse(Layout, c="inet_diag_meminfo"):
    """What `SocketMemory` tells as well, in bytes."""

    receive: int = member(u32, c="idiag_rmem")
    send_queued: int = member(u32, c="idiag_wmem")
    forward: int = member(u32, c="idiag_fmem")
    send: int = member(u32, c="idiag_tmem")


class SocketOptions(Layout, c="inet_diag_sockopt"):
    """Options of an inet socket, as ip(7) and ipv6(7) explain them."""

    recverr: bool = member(enum(bool, bits(u8, 1)), c="recverr")
    is_icsk: bool = member(enum(bool, bits(u8, 1)), c="is_icsk")  # of a protocol with connections
    freebind: bool = member(enum(bool, bits(u8, 1)), c="freebind")
    hdrincl: bool = member(enum(bool, bits(u8, 1)), c="hdrincl")
    mc_loop: bool = member(enum(bool, bits(u8, 1)), c="mc_loop")
    transparent: bool = member(enum(bool, bits(u8, 1)), c="transparent")
    mc_all: bool = member(enum(bool, bits(u8, 1)), c="mc_all")
    nodefrag: bool = member(enum(bool, bits(u8, 1)), c="nodefrag")
    bind_address_no_port: bool = member(enum(bool, bits(u8, 1)), c="bind_address_no_port")
    recverr_rfc4884: bool = member(enum(bool, bits(u8, 1)), c="recverr_rfc4884")
    defer_connect: bool = member(enum(bool, bits(u8, 1)), c="defer_connect")
    pad_unused: int = member(bits(u8, 5), c="unused")


class Md5Key(Layout, c="tcp_diag_md5sig"):
    """A key that TCP segments of a peer are signed with (RFC 2385): told to who may administer the network."""

    family: takes.Member[SocketFamily] = member(enum(SocketFamily, u8), c="tcpm_family")
    prefixlen: int = member(u8, c="tcpm_prefixlen")
    key_length: int = member(u16, c="tcpm_keylen")
    address: takes.Ip[str | None] = member(ip_of("family"), c="tcpm_addr")
    key: bytes = member(raw(80), c="tcpm_key")  # of which `key_length` bytes count


class INET_ULP_INFO(Constants):
    """Attributes of what was put on top of TCP."""

    UNSPEC = 0
    NAME = 1
    TLS = 2
    MPTCP = 3


class TLS_INFO(Constants):
    """Attributes of TLS in the kernel."""

    UNSPEC = 0
    VERSION = 1
    CIPHER = 2
    TXCONF = 3
    RXCONF = 4
    ZC_RO_TX = 5
    RX_NO_PAD = 6
    TX_MAX_PAYLOAD_LEN = 7


class MPTCP_SUBFLOW_ATTR(Constants):
    """Attributes of a subflow of Multipath TCP."""

    UNSPEC = 0
    TOKEN_REM = 1
    TOKEN_LOC = 2
    RELWRITE_SEQ = 3
    MAP_SEQ = 4
    MAP_SFSEQ = 5
    SSN_OFFSET = 6
    MAP_DATALEN = 7
    FLAGS = 8
    ID_REM = 9
    ID_LOC = 10
    PAD = 11


class SK_DIAG_BPF_STORAGE(Constants):
    """Attributes of one BPF map's value for a socket."""

    __omitted__: ClassVar[dict[str, str]] = {
        "SK_DIAG_BPF_STORAGE_REQ_*": "of requests",
        "SK_DIAG_BPF_STORAGE_REP_*": "of the list",
    }

    NONE = 0
    PAD = 1
    MAP_ID = 2
    MAP_VALUE = 3


class SK_DIAG_BPF_STORAGE_REQ(Constants):
    """Attributes of a request for BPF maps' values."""

    NONE = 0
    MAP_FD = 1


class SK_DIAG_BPF_STORAGES(Constants, prefix="SK_DIAG_BPF_STORAGE_REP_", renamed={"STORAGE": "SK_DIAG_BPF_STORAGE"}):
    """Attributes of the list of BPF maps' values."""

    NONE = 0
    STORAGE = 1


class TlsVersion(
    Enumeration,
    prefix="TLS_",
    renamed={"TLS1_2": "TLS_1_2_VERSION", "TLS1_3": "TLS_1_3_VERSION"},
    labels={"TLS1_2": "1.2", "TLS1_3": "1.3"},
):
    """Versions of TLS."""

    __omitted__: ClassVar[dict[str, str]] = {"TLS_*": "of the other enumerations of linux/tls.h"}

    TLS1_2 = 0x0303
    TLS1_3 = 0x0304


class TlsCipher(Enumeration, prefix="TLS_CIPHER_"):
    """Ciphers of TLS in the kernel."""

    __omitted__: ClassVar[dict[str, str]] = {"TLS_CIPHER_*_SIZE": "sizes of keys"}

    AES_GCM_128 = 51
    AES_GCM_256 = 52
    AES_CCM_128 = 53
    CHACHA20_POLY1305 = 54
    SM4_GCM = 55
    SM4_CCM = 56
    ARIA_GCM_128 = 57
    ARIA_GCM_256 = 58


class TlsMode(Enumeration, prefix="TLS_CONF_"):
    """Who encrypts, or decrypts: nobody yet, the kernel, the device, or the device with its own TCP."""

    BASE = 1
    SW = 2
    HW = 3
    HW_RECORD = 4


class SubflowFlags(FlagSet, prefix="MPTCP_SUBFLOW_FLAG_"):
    """What a subflow is, and how it began: at this end (`LOC`) or at the other (`REM`)."""

    MCAP_REM = 1
    MCAP_LOC = 2
    JOIN_REM = 4
    JOIN_LOC = 8
    BKUP_REM = 16
    BKUP_LOC = 32
    FULLY_ESTABLISHED = 64
    CONNECTED = 128
    MAPVALID = 256


class Tls(Record):
    """TLS in the kernel. Source: tls_get_info in net/tls/tls_main.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=TLS_INFO)

    version: takes.Member[TlsVersion | None] = attr(TLS_INFO.VERSION, enum(TlsVersion, u16))
    cipher: takes.Member[TlsCipher | None] = attr(TLS_INFO.CIPHER, enum(TlsCipher, u16))
    send: takes.Member[TlsMode | None] = attr(TLS_INFO.TXCONF, enum(TlsMode, u16))
    receive: takes.Member[TlsMode | None] = attr(TLS_INFO.RXCONF, enum(TlsMode, u16))
    zero_copy: bool = attr(TLS_INFO.ZC_RO_TX, flag)
    no_padding: bool = attr(TLS_INFO.RX_NO_PAD, flag)
    max_payload: int | None = attr(TLS_INFO.TX_MAX_PAYLOAD_LEN, u16)  # bytes


class Subflow(Record):
    """A TCP connection as part of a Multipath TCP one. Source: subflow_get_info in net/mptcp/diag.c."""

    __facts__: ClassVar[Facts] = Facts(attributes=MPTCP_SUBFLOW_ATTR)

    remote_token: int | None = attr(MPTCP_SUBFLOW_ATTR.TOKEN_REM, u32)
    local_token: int | None = attr(MPTCP_SUBFLOW_ATTR.TOKEN_LOC, u32)
    relative_write_sequence: int | None = attr(MPTCP_SUBFLOW_ATTR.RELWRITE_SEQ, u32)
    map_sequence: int | None = attr(MPTCP_SUBFLOW_ATTR.MAP_SEQ, u64)
    map_subflow_sequence: int | None = attr(MPTCP_SUBFLOW_ATTR.MAP_SFSEQ, u32)
    sequence_offset: int | None = attr(MPTCP_SUBFLOW_ATTR.SSN_OFFSET, u32)
    map_data_length: int | None = attr(MPTCP_SUBFLOW_ATTR.MAP_DATALEN, u16)
    flags: takes.Flags[SubflowFlags | None] = attr(MPTCP_SUBFLOW_ATTR.FLAGS, enum(SubflowFlags, u32))
    remote_id: int | None = attr(MPTCP_SUBFLOW_ATTR.ID_REM, u8)
    local_id: int | None = attr(MPTCP_SUBFLOW_ATTR.ID_LOC, u8)


class UpperProtocol(Record):
    """What was put on top of TCP (`TCP_ULP`), by its name and by what it tells of itself."""

    __facts__: ClassVar[Facts] = Facts(attributes=INET_ULP_INFO)

    name: str | None = attr(INET_ULP_INFO.NAME, string)
    tls: takes.Nested[Tls | None] = attr(INET_ULP_INFO.TLS, nest(Tls))
    mptcp: takes.Nested[Subflow | None] = attr(INET_ULP_INFO.MPTCP, nest(Subflow))


class BpfStorages(Record):
    """Which BPF maps' values a request asks for: those of these open maps, or of all."""

    __facts__: ClassVar[Facts] = Facts(attributes=SK_DIAG_BPF_STORAGE_REQ)

    maps: takes.Several[int] = attr(SK_DIAG_BPF_STORAGE_REQ.MAP_FD, multi(u32))


class BpfStorage(Record):
    """What one BPF map (BPF_MAP_TYPE_SK_STORAGE) keeps for a socket."""

    __facts__: ClassVar[Facts] = Facts(attributes=SK_DIAG_BPF_STORAGE)

    map_id: int | None = attr(SK_DIAG_BPF_STORAGE.MAP_ID, u32)
    value: bytes | None = attr(SK_DIAG_BPF_STORAGE.MAP_VALUE, binary)
