"""Sockets of TIPC (AF_TIPC), as the kernel lists them.

Source: linux/tipc_sockets_diag.h, linux/tipc_netlink.h, tipc_sk_fill_sock_diag in net/tipc/socket.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.diag.asking import RequestHeader, list_sockets
from netlynx.diag.constants import SocketFamily, SocketState, SocketType
from netlynx.diag.states import States, asked_states
from netlynx.engine.operation import Dump
from netlynx.schema import (
    Constants,
    Record,
    attr,
    constant,
    enum,
    flag,
    head,
    member,
    nest,
    takes,
    u8,
    u16,
    u32,
    u64,
)
from netlynx.schema.facts import Facts


class TIPC_NLA(Constants):
    """What a message is about."""

    __omitted__: ClassVar[dict[str, str]] = {"TIPC_NLA_*": "of TIPC's own family of generic netlink"}

    SOCK = 2


class TIPC_NLA_SOCK(Constants):
    """Attributes of a socket."""

    UNSPEC = 0
    ADDR = 1
    REF = 2
    CON = 3
    HAS_PUBL = 4
    STAT = 5
    TYPE = 6
    INO = 7
    UID = 8
    TIPC_STATE = 9
    COOKIE = 10
    PAD = 11
    GROUP = 12


class TIPC_NLA_CON(Constants):
    """Attributes of a connection."""

    UNSPEC = 0
    FLAG = 1
    NODE = 2
    SOCK = 3
    TYPE = 4
    INST = 5


class TIPC_NLA_SOCK_STAT(Constants):
    """Attributes of what waits."""

    RCVQ = 0
    SENDQ = 1
    LINK_CONG = 2
    CONN_CONG = 3
    DROP = 4


class TIPC_NLA_SOCK_GROUP(Constants):
    """Attributes of a group of sockets that talk among themselves."""

    ID = 0
    OPEN = 1
    NODE_SCOPE = 2
    CLUSTER_SCOPE = 3
    INSTANCE = 4
    BC_SEND_NEXT = 5


class TipcRequestHeader(RequestHeader, c="tipc_sock_diag_req"):
    """A request."""

    states: int = member(u32, c="tidiag_states")


class TipcRequest(Record, header=TipcRequestHeader):
    """What the kernel is asked for."""

    family: takes.Member[SocketFamily] = head(default=SocketFamily.TIPC)
    states: int = head()


class TipcConnection(Record):
    """The socket at the other end, and the name by which it was found, if it was by one."""

    __facts__: ClassVar[Facts] = Facts(attributes=TIPC_NLA_CON)

    node: int | None = attr(TIPC_NLA_CON.NODE, u32)
    socket: int | None = attr(TIPC_NLA_CON.SOCK, u32)
    by_name: bool = attr(TIPC_NLA_CON.FLAG, flag)
    type: int | None = attr(TIPC_NLA_CON.TYPE, u32)
    instance: int | None = attr(TIPC_NLA_CON.INST, u32)


class TipcQueues(Record):
    """Messages that wait or were dropped, and whether the socket waits for a link or its peer to take more."""

    __facts__: ClassVar[Facts] = Facts(attributes=TIPC_NLA_SOCK_STAT)

    receive: int | None = attr(TIPC_NLA_SOCK_STAT.RCVQ, u32)
    send: int | None = attr(TIPC_NLA_SOCK_STAT.SENDQ, u32)
    link_congested: bool = attr(TIPC_NLA_SOCK_STAT.LINK_CONG, flag)
    connection_congested: bool = attr(TIPC_NLA_SOCK_STAT.CONN_CONG, flag)
    drops: int | None = attr(TIPC_NLA_SOCK_STAT.DROP, u32)


class TipcGroup(Record):
    """The group that a socket has joined."""

    __facts__: ClassVar[Facts] = Facts(attributes=TIPC_NLA_SOCK_GROUP)

    id: int | None = attr(TIPC_NLA_SOCK_GROUP.ID, u32)
    instance: int | None = attr(TIPC_NLA_SOCK_GROUP.INSTANCE, u32)
    open: bool = attr(TIPC_NLA_SOCK_GROUP.OPEN, flag)
    node_scope: bool = attr(TIPC_NLA_SOCK_GROUP.NODE_SCOPE, flag)
    cluster_scope: bool = attr(TIPC_NLA_SOCK_GROUP.CLUSTER_SCOPE, flag)
    next_broadcast: int | None = attr(TIPC_NLA_SOCK_GROUP.BC_SEND_NEXT, u16)


class TipcSocket(Record):
    """A TIPC socket: `reference` is its port, on the node `address`; `named` says that it has published a name.

    Source: tipc_sk_fill_sock_diag in net/tipc/socket.c.
    """

    __facts__: ClassVar[tuple[Facts, ...]] = (Facts(attributes=TIPC_NLA), Facts(attributes=TIPC_NLA_SOCK))
    __omitted__: ClassVar[dict[str, str]] = {"TIPC_NLA_*": "of TIPC's own family of generic netlink"}

    family: SocketFamily = constant(enum(SocketFamily, u8), SocketFamily.TIPC)
    type: takes.Member[SocketType | None] = attr((TIPC_NLA.SOCK, TIPC_NLA_SOCK.TYPE), enum(SocketType, u32))
    state: takes.Member[SocketState | None] = attr(
        (TIPC_NLA.SOCK, TIPC_NLA_SOCK.TIPC_STATE), enum(SocketState, u32), always=True
    )
    address: int | None = attr((TIPC_NLA.SOCK, TIPC_NLA_SOCK.ADDR), u32)
    reference: int | None = attr((TIPC_NLA.SOCK, TIPC_NLA_SOCK.REF), u32)
    connection: takes.Nested[TipcConnection | None] = attr((TIPC_NLA.SOCK, TIPC_NLA_SOCK.CON), nest(TipcConnection))
    named: bool = attr((TIPC_NLA.SOCK, TIPC_NLA_SOCK.HAS_PUBL), flag)
    inode: int | None = attr((TIPC_NLA.SOCK, TIPC_NLA_SOCK.INO), u32, always=True)
    uid: int | None = attr((TIPC_NLA.SOCK, TIPC_NLA_SOCK.UID), u32, always=True)
    cookie: int | None = attr((TIPC_NLA.SOCK, TIPC_NLA_SOCK.COOKIE), u64, always=True)
    queue: takes.Nested[TipcQueues | None] = attr((TIPC_NLA.SOCK, TIPC_NLA_SOCK.STAT), nest(TipcQueues))
    group: takes.Nested[TipcGroup | None] = attr((TIPC_NLA.SOCK, TIPC_NLA_SOCK.GROUP), nest(TipcGroup))


def tipc(*, states: States = None) -> Dump[TipcSocket]:
    """TIPC sockets of this network namespace; the kernel filters by `states`.

    Raises EncodeError for what is no state.
    """
    bits, match = asked_states(states, "diag.tipc(states)")  # of others the kernel sends messages with nothing in them
    request = TipcRequest(states=bits)
    return list_sockets("diag.tipc", request, TipcSocket, match)
