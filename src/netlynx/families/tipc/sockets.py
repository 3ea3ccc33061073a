"""What is said of TIPC's sockets, and of the names that they are known by. Source: net/tipc/socket.c, name_table.c."""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import Enumeration, Record, attr, enum, flag, nest, takes, u32
from netlynx.schema.facts import Facts

from .constants import TIPC_NLA, TIPC_NLA_CON, TIPC_NLA_NAME_TABLE, TIPC_NLA_PUBL, TIPC_NLA_SOCK

_TOP = Facts(attributes=TIPC_NLA, policy="tipc_nl_policy")
_SOCK = Facts(attributes=TIPC_NLA_SOCK, policy="tipc_nl_sock_policy")
_OTHER = {"TIPC_NLA_*": "not of this message"}


class Scope(
    Enumeration,
    prefix="TIPC_",
    renamed={"ZONE": "TIPC_ZONE_SCOPE", "CLUSTER": "TIPC_CLUSTER_SCOPE", "NODE": "TIPC_NODE_SCOPE"},
):
    """Who hears of a name; ZONE is CLUSTER, as older programs say it."""

    __omitted__: ClassVar[dict[str, str]] = {"TIPC_*": "of other things"}

    ZONE = 1
    CLUSTER = 2
    NODE = 3


class Connection(Record):
    """Whom a socket is connected to; `type` and `instance` are the name that it was connected by."""

    __facts__: ClassVar[Facts] = Facts(attributes=TIPC_NLA_CON)

    node: int | None = attr(TIPC_NLA_CON.NODE, u32)
    port: int | None = attr(TIPC_NLA_CON.SOCK, u32)
    named: bool = attr(TIPC_NLA_CON.FLAG, flag)
    type: int | None = attr(TIPC_NLA_CON.TYPE, u32)
    instance: int | None = attr(TIPC_NLA_CON.INST, u32)


class Socket(Record, header=GenericHeader):
    """A socket of this node; `port` names it to `publications`. `netlynx.diag` tells more of them."""

    __facts__: ClassVar[tuple[Facts, ...]] = (_TOP, _SOCK)
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    address: int | None = attr((TIPC_NLA.SOCK, TIPC_NLA_SOCK.ADDR), u32)  # of the node
    port: int | None = attr((TIPC_NLA.SOCK, TIPC_NLA_SOCK.REF), u32)
    connection: takes.Nested[Connection | None] = attr((TIPC_NLA.SOCK, TIPC_NLA_SOCK.CON), nest(Connection))
    bound: bool = attr((TIPC_NLA.SOCK, TIPC_NLA_SOCK.HAS_PUBL), flag)  # to names


class SocketRequest(Record, header=GenericHeader):
    """Which socket, by its port."""

    __facts__: ClassVar[tuple[Facts, ...]] = (_TOP, _SOCK)
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    port: int | None = attr((TIPC_NLA.SOCK, TIPC_NLA_SOCK.REF), u32)


class Publication(Record, header=GenericHeader):
    """Names that a socket is bound to: instances `lower` to `upper` of a type."""

    __facts__: ClassVar[tuple[Facts, ...]] = (_TOP, Facts(attributes=TIPC_NLA_PUBL))
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    type: int | None = attr((TIPC_NLA.PUBL, TIPC_NLA_PUBL.TYPE), u32)
    lower: int | None = attr((TIPC_NLA.PUBL, TIPC_NLA_PUBL.LOWER), u32)
    upper: int | None = attr((TIPC_NLA.PUBL, TIPC_NLA_PUBL.UPPER), u32)
    key: int | None = attr((TIPC_NLA.PUBL, TIPC_NLA_PUBL.KEY), u32)


class Name(Record, header=GenericHeader):
    """A row of the name table: instances `lower` to `upper` of a type, and the socket that they lead to."""

    __facts__: ClassVar[tuple[Facts, ...]] = (
        _TOP,
        Facts(attributes=TIPC_NLA_NAME_TABLE, policy="tipc_nl_name_table_policy"),
        Facts(attributes=TIPC_NLA_PUBL),
    )
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    type: int | None = attr((TIPC_NLA.NAME_TABLE, TIPC_NLA_NAME_TABLE.PUBL, TIPC_NLA_PUBL.TYPE), u32)
    lower: int | None = attr((TIPC_NLA.NAME_TABLE, TIPC_NLA_NAME_TABLE.PUBL, TIPC_NLA_PUBL.LOWER), u32)
    upper: int | None = attr((TIPC_NLA.NAME_TABLE, TIPC_NLA_NAME_TABLE.PUBL, TIPC_NLA_PUBL.UPPER), u32)
    scope: takes.Member[Scope | None] = attr(
        (TIPC_NLA.NAME_TABLE, TIPC_NLA_NAME_TABLE.PUBL, TIPC_NLA_PUBL.SCOPE), enum(Scope, u32)
    )
    node: int | None = attr((TIPC_NLA.NAME_TABLE, TIPC_NLA_NAME_TABLE.PUBL, TIPC_NLA_PUBL.NODE), u32)
    port: int | None = attr((TIPC_NLA.NAME_TABLE, TIPC_NLA_NAME_TABLE.PUBL, TIPC_NLA_PUBL.REF), u32)
    key: int | None = attr((TIPC_NLA.NAME_TABLE, TIPC_NLA_NAME_TABLE.PUBL, TIPC_NLA_PUBL.KEY), u32)
