"""What the kernel asks a local service on InfiniBand for, paths and GIDs of addresses, and what that answers (`LS`).

The kernel asks the group; an answer has the sequence number of its request, and RDMA_NL_LS_F_ERR among its flags where
there is none. Source: drivers/infiniband/core/sa_query.c, drivers/infiniband/core/addr.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.engine.operation import Do
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.rdma.constants import PathUse
from netlynx.rdma.listing import asking
from netlynx.rdma.numbers import LS_NLA_TYPE, RDMA_NL, RDMA_NL_LS_OP
from netlynx.schema import (
    Layout,
    Record,
    array,
    attr,
    chars,
    enum,
    head,
    interface,
    ip4,
    ip6,
    member,
    multi,
    struct,
    takes,
    u8,
    u16,
    u32,
    u64,
)
from netlynx.schema.facts import Facts

A = LS_NLA_TYPE
SHORTEST, LONGEST = 100, 200_000  # milliseconds that the kernel waits for an answer: IB_SA_LOCAL_SVC_TIMEOUT_*
_OTHERS = {"LS_NLA_TYPE_*": "said in other messages"}


class PathHeader(Layout, c="rdma_ls_resolve_header"):
    """The fixed header of a request for a path."""

    device: str = member(chars(64), c="device_name")
    port: int = member(u8, c="port_num")
    use: takes.Member[PathUse] = member(enum(PathUse, u8), c="path_use")


class PathRequest(Record, header=PathHeader):
    """The kernel asks for the path from one port to another: for what, from where to where, for which partition."""

    __facts__: ClassVar[Facts] = Facts(attributes=A, policy="ib_nl_policy")
    __omitted__: ClassVar[dict[str, str]] = _OTHERS

    device: str = head(default="", always=True)
    port: int = head(always=True)
    use: takes.Member[PathUse] = head(default=PathUse.ALL)
    service: int | None = attr(A.SERVICE_ID, u64)
    source: takes.Ip[str | None] = attr(A.SGID, ip6)
    destination: takes.Ip[str | None] = attr(A.DGID, ip6)
    traffic_class: int | None = attr(A.TCLASS, u8)
    pkey: int | None = attr(A.PKEY, u16)
    qos_class: int | None = attr(A.QOS_CLASS, u16)


class AddressHeader(Layout, c="rdma_ls_ip_resolve_header"):
    """The fixed header of a request for the GID of an address."""

    interface: takes.Name[int] = member(interface, c="ifindex")


class AddressRequest(Record, header=AddressHeader):
    """The kernel asks which GID an address of IP has, on an interface or (0) on any."""

    __facts__: ClassVar[Facts] = Facts(attributes=A, policy="ib_nl_addr_policy")
    __omitted__: ClassVar[dict[str, str]] = _OTHERS

    interface: takes.Name[int] = head(always=True)
    ip4: takes.Ip[str | None] = attr(A.IPV4, ip4)
    ip6: takes.Ip[str | None] = attr(A.IPV6, ip6)


class AddressAnswer(Record):
    """The GID of the address that was asked for."""

    __facts__: ClassVar[Facts] = Facts(attributes=A, policy="ib_nl_addr_policy")
    __omitted__: ClassVar[dict[str, str]] = _OTHERS

    gid: takes.Ip[str | None] = attr(A.DGID, ip6)


class PathData(Layout, c="ib_path_rec_data"):
    """A path that was found, in 64 bytes as the subnet's administrator says it, and what it is for."""

    flags: int = member(u32)
    reserved: int = member(u32)
    path: tuple[int, ...] = member(array(u32, 16), c="path_rec")


class PathAnswer(Record):
    """The paths that were asked for."""

    __facts__: ClassVar[Facts] = Facts(attributes=A, policy="ib_nl_policy")
    __omitted__: ClassVar[dict[str, str]] = _OTHERS

    paths: takes.Records[PathData] = attr(A.PATH_RECORD, multi(struct(PathData)))


class Timeout(Record):
    """For how long the kernel waits for an answer, in milliseconds."""

    __facts__: ClassVar[Facts] = Facts(attributes=A, policy="ib_nl_policy")
    __omitted__: ClassVar[dict[str, str]] = _OTHERS

    timeout: int | None = attr(A.TIMEOUT, u32)


def set_service_timeout(milliseconds: int) -> Do[None]:
    """Have the kernel wait that long for a local service, from 100 to 200,000 ms. It takes CAP_NET_ADMIN.

    Raises EncodeError for another time, which the kernel would put back into that range without a word.
    """
    path = "rdma.set_service_timeout(milliseconds)"
    given: object = milliseconds  # whatever callers without a type checker hand over
    if not isinstance(given, int) or isinstance(given, bool):
        raise EncodeTypeError(f"expected a number, not {milliseconds!r}", path)
    if not SHORTEST <= milliseconds <= LONGEST:
        raise EncodeError(f"between {SHORTEST} and {LONGEST}, not {milliseconds}", path)
    made: Do[None] = asking(
        "set_service_timeout", RDMA_NL_LS_OP.SET_TIMEOUT, Timeout(timeout=milliseconds), client=RDMA_NL.LS
    )
    return made
