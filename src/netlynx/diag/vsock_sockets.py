"""Sockets between a virtual machine and its host (AF_VSOCK), as the kernel lists them.

Source: linux/vm_sockets_diag.h, net/vmw_vsock/diag.c, vsock(7).
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.diag.asking import RequestHeader, list_sockets
from netlynx.diag.constants import Shutdown, SocketFamily, SocketState, SocketType
from netlynx.diag.parts import COOKIE
from netlynx.diag.states import States, asked_states
from netlynx.engine.operation import Dump
from netlynx.schema import Layout, Record, enum, head, member, takes, u8, u32, u64

VMADDR_CID_ANY = 0xFFFFFFFF
"""As a context: any, of a socket that is bound to none; as a peer's, none."""

VMADDR_CID_HYPERVISOR = 0
VMADDR_CID_LOCAL = 1
VMADDR_CID_HOST = 2
VMADDR_PORT_ANY = 0xFFFFFFFF


class VsockMessage(Layout, c="vsock_diag_msg", packed=True):
    """A socket's message (`vsock_diag_msg`)."""

    __differs__: ClassVar[dict[str, str]] = COOKIE

    family: takes.Member[SocketFamily] = member(enum(SocketFamily, u8), c="vdiag_family")
    type: takes.Member[SocketType] = member(enum(SocketType, u8), c="vdiag_type")
    state: takes.Member[SocketState] = member(enum(SocketState, u8), c="vdiag_state")
    shutdown: takes.Flags[Shutdown] = member(enum(Shutdown, u8), c="vdiag_shutdown")
    source: int = member(u32, c="vdiag_src_cid")
    source_port: int = member(u32, c="vdiag_src_port")
    destination: int = member(u32, c="vdiag_dst_cid")
    destination_port: int = member(u32, c="vdiag_dst_port")
    inode: int = member(u32, c="vdiag_ino")
    cookie: int = member(u64, c="vdiag_cookie")


class VsockRequestHeader(RequestHeader, c="vsock_diag_req", packed=True):
    """A request; the kernel looks at the states, and at nothing else."""

    __differs__: ClassVar[dict[str, str]] = COOKIE

    states: int = member(u32, c="vdiag_states")
    inode: int = member(u32, c="vdiag_ino")
    show: int = member(u32, c="vdiag_show")
    cookie: int = member(u64, c="vdiag_cookie")


class VsockRequest(Record, header=VsockRequestHeader):
    """What the kernel is asked for."""

    family: takes.Member[SocketFamily] = head(default=SocketFamily.VSOCK)
    states: int = head()


class VsockSocket(Record, header=VsockMessage):
    """A socket between a virtual machine and its host.

    `source` and `destination` are contexts (CIDs): 2 is the host, 1 this machine itself, 4294967295 any; so is the
    port 4294967295 (vsock(7)).

    Source: linux/vm_sockets_diag.h, sk_diag_fill in net/vmw_vsock/diag.c.
    """

    family: takes.Member[SocketFamily] = head(default=SocketFamily.VSOCK)
    type: takes.Member[SocketType] = head()
    state: takes.Member[SocketState] = head()
    source: int = head()
    source_port: int = head()
    destination: int = head()
    destination_port: int = head()
    inode: int = head()
    cookie: int = head()
    shutdown: takes.Flags[Shutdown] = head(default=Shutdown(0))


def vsock(*, states: States = None) -> Dump[VsockSocket]:
    """Vsock sockets of this network namespace that are bound or connected; the kernel filters by `states`.

    Raises EncodeError for what is no state.
    """
    bits, match = asked_states(states, "diag.vsock(states)")
    request = VsockRequest(states=bits)
    return list_sockets("diag.vsock", request, VsockSocket, match)
