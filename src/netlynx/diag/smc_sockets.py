"""Sockets of SMC (AF_SMC, shared memory communications), as the kernel lists them.

Source: linux/smc_diag.h, net/smc/smc_diag.c, af_smc(7).
"""

from __future__ import annotations

import socket
from typing import ClassVar

from netlynx.diag.asking import list_sockets
from netlynx.diag.constants import Shutdown, SocketFamily
from netlynx.diag.parts import COOKIE
from netlynx.engine.operation import Dump
from netlynx.schema import (
    Constants,
    Enumeration,
    Layout,
    Record,
    attr,
    be16,
    chars,
    enum,
    head,
    hook,
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
from netlynx.schema.facts import Facts


class SMC_DIAG(Constants):
    """Attributes of a socket; a request asks for the first four by bits."""

    __omitted__: ClassVar[dict[str, str]] = {"SMC_DIAG_MODE_*": "modes"}

    NONE = 0
    CONNINFO = 1
    LGRINFO = 2
    SHUTDOWN = 3
    DMBINFO = 4
    FALLBACK = 5


class SmcMode(Enumeration, prefix="SMC_DIAG_MODE_"):
    """What a connection goes over: RDMA, TCP as the two ends could not agree, or a device of this machine (ISM)."""

    SMCR = 0
    FALLBACK_TCP = 1
    SMCD = 2


class SmcState(Enumeration):
    """What a socket is at. Source: net/smc/smc.h of the kernel (`enum smc_state`)."""

    ACTIVE = 1
    INIT = 2
    CLOSED = 7
    LISTEN = 10
    PEERCLOSEWAIT1 = 20
    PEERCLOSEWAIT2 = 21
    APPCLOSEWAIT1 = 22
    APPCLOSEWAIT2 = 23
    APPFINCLOSEWAIT = 24
    PEERFINCLOSEWAIT = 25
    PEERABORTWAIT = 26
    PROCESSABORT = 27


class SmcMessage(Layout, c="smc_diag_msg", packed=True):
    """The fixed header of a socket's message (`smc_diag_msg`)."""

    __differs__: ClassVar[dict[str, str]] = COOKIE | dict.fromkeys(
        ("source", "destination"), "the family of the addresses is not told: see SmcSocket"
    )

    family: takes.Member[SocketFamily] = member(enum(SocketFamily, u8), c="diag_family")
    state: takes.Member[SmcState] = member(enum(SmcState, u8), c="diag_state")
    mode: takes.Member[SmcMode] = member(enum(SmcMode, u8), c="diag_mode")
    pad: int = member(u8, c="diag_shutdown")  # the kernel leaves it empty, and has an attribute
    source_port: int = member(be16, c="idiag_sport")
    destination_port: int = member(be16, c="idiag_dport")
    source: bytes = member(raw(16), c="idiag_src")
    destination: bytes = member(raw(16), c="idiag_dst")
    index: takes.Name[int] = member(interface, c="idiag_if")
    cookie: int = member(u64, c="idiag_cookie")
    uid: int = member(u32, c="diag_uid")
    inode: int = member(u64, c="diag_inode")


class SmcRequestHeader(Layout, c="smc_diag_req"):
    """The fixed header of a request; the kernel looks at the extensions, and at nothing else."""

    family: takes.Member[SocketFamily] = member(enum(SocketFamily, u8), c="diag_family")
    pad: bytes = member(raw(2), c="pad")
    extensions: int = member(u8, c="diag_ext")
    id: bytes = member(raw(48), c="id")


class SmcRequest(Record, header=SmcRequestHeader):
    """What the kernel is asked for."""

    family: takes.Member[SocketFamily] = head(default=SocketFamily.SMC)
    extensions: int = head()


class SmcCursor(Layout, c="smc_diag_cursor"):
    """A place in a buffer: the byte, and how often the buffer was gone through before."""

    reserved: int = member(u16, c="reserved")
    wrap: int = member(u16, c="wrap")
    count: int = member(u32, c="count")


class SmcConnection(Layout, c="smc_diag_conninfo"):
    """A connection's buffers: what was produced and consumed, as told to (`send_…`) and by (`receive_…`) the peer."""

    token: int = member(u32, c="token")
    send_buffer: int = member(u32, c="sndbuf_size")  # bytes
    receive_buffer: int = member(u32, c="rmbe_size")  # bytes
    peer_receive_buffer: int = member(u32, c="peer_rmbe_size")  # bytes
    receive_produced: takes.Nested[SmcCursor] = member(struct(SmcCursor), c="rx_prod")
    receive_consumed: takes.Nested[SmcCursor] = member(struct(SmcCursor), c="rx_cons")
    send_produced: takes.Nested[SmcCursor] = member(struct(SmcCursor), c="tx_prod")
    send_consumed: takes.Nested[SmcCursor] = member(struct(SmcCursor), c="tx_cons")
    receive_flags: int = member(u8, c="rx_prod_flags")
    receive_state_flags: int = member(u8, c="rx_conn_state_flags")
    send_flags: int = member(u8, c="tx_prod_flags")
    send_state_flags: int = member(u8, c="tx_conn_state_flags")
    prepared: takes.Nested[SmcCursor] = member(struct(SmcCursor), c="tx_prep")
    sent: takes.Nested[SmcCursor] = member(struct(SmcCursor), c="tx_sent")
    finished: takes.Nested[SmcCursor] = member(struct(SmcCursor), c="tx_fin")


class SmcLink(Layout, c="smc_diag_linkinfo"):
    """A link of two RDMA devices."""

    id: int = member(u8, c="link_id")
    device: str = member(chars(64), c="ibname")
    port: int = member(u8, c="ibport")
    gid: str = member(chars(40), c="gid")
    peer_gid: str = member(chars(40), c="peer_gid")


class SmcLinkGroup(Layout, c="smc_diag_lgrinfo"):
    """The link that a connection goes over, and who began the group of links: 0 the other end, 1 this one."""

    link: takes.Nested[SmcLink] = member(struct(SmcLink), c="lnk")
    role: int = member(u8, c="role")


class SmcDirectMemory(Layout, c="smcd_diag_dmbinfo"):
    """The memory that a connection within a machine goes over."""

    link_id: int = member(u32, c="linkid")
    peer_gid: int = member(u64, c="peer_gid")
    gid: int = member(u64, c="my_gid")
    token: int = member(u64, c="token")
    peer_token: int = member(u64, c="peer_token")
    peer_gid_extension: int = member(u64, c="peer_gid_ext")
    gid_extension: int = member(u64, c="my_gid_ext")


class SmcFallback(Layout, c="smc_diag_fallback"):
    """Why a connection goes over TCP (SMC_CLC_DECL_* of net/smc/smc_clc.h in the kernel); 0: it does not."""

    reason: int = member(u32, c="reason")
    peer_diagnosis: int = member(u32, c="peer_diagnosis")


def _address_text(data: bytes) -> str:
    """What is IPv4 has 12 empty bytes behind it."""
    version = socket.AF_INET6 if any(data[4:]) else socket.AF_INET
    return socket.inet_ntop(version, data if any(data[4:]) else data[:4])


def _address_bytes(text: str) -> bytes:
    version = socket.AF_INET6 if ":" in text else socket.AF_INET
    return socket.inet_pton(version, text).ljust(16, b"\0")


_address = hook(_address_text, _address_bytes, pure=True)


class SmcSocket(Record, header=SmcMessage):
    """A socket of SMC.

    The kernel does not tell an IPv6 socket that is bound to all addresses from an IPv4 one: both have ``0.0.0.0``.

    Source: linux/smc_diag.h, __smc_diag_dump in net/smc/smc_diag.c.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=SMC_DIAG)

    family: takes.Member[SocketFamily] = head(default=SocketFamily.SMC)
    state: takes.Member[SmcState] = head()
    mode: takes.Member[SmcMode] = head(default=SmcMode.SMCR)
    source: str = head(kind=_address, default="0.0.0.0")
    source_port: int = head()
    destination: str = head(kind=_address, default="0.0.0.0")
    destination_port: int = head()
    index: takes.Name[int] = head()
    inode: int = head()
    uid: int = head()
    cookie: int = head()
    shutdown: takes.Flags[Shutdown | None] = attr(SMC_DIAG.SHUTDOWN, enum(Shutdown, u8))
    fallback: takes.Nested[SmcFallback | None] = attr(SMC_DIAG.FALLBACK, struct(SmcFallback))
    connection: takes.Nested[SmcConnection | None] = attr(SMC_DIAG.CONNINFO, struct(SmcConnection))
    link_group: takes.Nested[SmcLinkGroup | None] = attr(SMC_DIAG.LGRINFO, struct(SmcLinkGroup))
    direct_memory: takes.Nested[SmcDirectMemory | None] = attr(SMC_DIAG.DMBINFO, struct(SmcDirectMemory))


_EVERYTHING = 0xFF


def smc() -> Dump[SmcSocket]:
    """SMC sockets of this network namespace. The kernel filters nothing: `where` does."""
    request = SmcRequest(extensions=_EVERYTHING)
    return list_sockets("diag.smc", request, SmcSocket)
