"""Foo over UDP: ports on which packets of other protocols are taken out of UDP, plain or with a header (GUE).

    from netlynx import fou

    nl.do(fou.add(fou.Port(port=5555, protocol="ipip")))
    for port in nl.dump(fou.ports()):
        print(port.port, port.protocol, port.type)

What is sent so says the link, or the route: `route.Ipip` and the like have `encap_type` and ports.
Source: linux/fou.h, net/ipv4/fou_core.c, ip-fou(8).
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.engine.operation import Do, Dump
from netlynx.engine.unresolved import by_record
from netlynx.errors import EncodeError
from netlynx.generic import Family, GenericHeader, do, dump
from netlynx.route.constants import AddressFamily
from netlynx.schema import (
    Constants,
    Enumeration,
    Record,
    attr,
    be16,
    enum,
    flag,
    ip,
    named,
    s32,
    takes,
    u8,
)
from netlynx.schema.arguments import record_of
from netlynx.schema.facts import Facts
from netlynx.schema.record import replace_fields, was_read
from netlynx.schema.sending import changed, is_set


class FOU_CMD(Constants):
    """Commands."""

    UNSPEC = 0
    ADD = 1
    DEL = 2
    GET = 3


class FOU_ATTR(Constants):
    """Attributes of a port."""

    UNSPEC = 0
    PORT = 1
    AF = 2
    IPPROTO = 3
    TYPE = 4
    REMCSUM_NOPARTIAL = 5
    LOCAL_V4 = 6
    LOCAL_V6 = 7
    PEER_V4 = 8
    PEER_V6 = 9
    PEER_PORT = 10
    IFINDEX = 11


class Encapsulation(Enumeration, prefix="FOU_ENCAP_"):
    """What stands between the UDP header and the packet: nothing, or the header of Generic UDP Encapsulation."""

    UNSPEC = 0
    DIRECT = 1
    GUE = 2


class Protocol(Enumeration, prefix="IPPROTO_"):
    """What packets of a plain port may be; others are plain numbers."""

    __omitted__: ClassVar[dict[str, str]] = {"IPPROTO_*": "seldom put into UDP: a number will do"}

    IPIP = 4
    UDP = 17
    IPV6 = 41
    GRE = 47
    ESP = 50
    L2TP = 115
    SCTP = 132
    UDPLITE = 136
    MPLS = 137


class Port(Record, header=GenericHeader):
    """A UDP port whose packets are taken out. `port`, `family`, the addresses, `peer_port` and `index` tell which.

    Without `type` it is a plain one, and `protocol` says what is in its packets; those of GUE say so themselves.
    `family` follows from the addresses, and is inet without them. With a `peer`, only what comes from that and
    its `peer_port` is taken.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=FOU_ATTR, policy="fou_nl_policy", spec=("fou", "fou"))
    __differs__: ClassVar[dict[str, str]] = dict.fromkeys(("local", "peer"), "an address, in the spec a number")

    port: int | None = attr(FOU_ATTR.PORT, be16)
    family: takes.Member[AddressFamily | None] = attr(FOU_ATTR.AF, enum(AddressFamily, u8))
    protocol: takes.Member[Protocol | None] = attr(FOU_ATTR.IPPROTO, enum(Protocol, u8))
    type: takes.Member[Encapsulation | None] = attr(FOU_ATTR.TYPE, enum(Encapsulation, u8))
    remote_checksum_no_partial: bool = attr(FOU_ATTR.REMCSUM_NOPARTIAL, flag)  # of GUE's remote checksum offload
    local: takes.Ip[str | None] = attr(FOU_ATTR.LOCAL_V4, ip, ip6=FOU_ATTR.LOCAL_V6)
    peer: takes.Ip[str | None] = attr(FOU_ATTR.PEER_V4, ip, ip6=FOU_ATTR.PEER_V6)
    peer_port: int | None = attr(FOU_ATTR.PEER_PORT, be16)
    index: takes.Name[int | None] = attr(FOU_ATTR.IFINDEX, named(s32, "interface"))  # what comes in there alone


class Fou(Family, name="fou", version=1):
    """The family ``fou``."""

    add = do(FOU_CMD.ADD, request=Port, privileged=True)
    delete = do(FOU_CMD.DEL, request=Port, privileged=True)
    get = do(FOU_CMD.GET, request=Port, reply=Port)
    list = dump(FOU_CMD.GET, reply=Port)


_KEY = ("port", "family", "local", "peer", "peer_port", "index")
_NONE = ("0.0.0.0", "::")
_BESIDE = ("protocol", "type", "remote_checksum_no_partial")


def ports() -> Dump[Port]:
    """All ports of the network namespace."""
    return Fou.list()


def port(port: Port) -> Do[Port]:
    """One port, by what tells which it is (see `Port`); `NotFound` where there is none. Raises EncodeError."""
    return Fou.get(_key(record_of(Port, port, "fou.port")))


def add(port: Port) -> Do[None]:
    """Have packets taken out of what comes to a port; the kernel refuses one that is in use (EADDRINUSE).

    Raises EncodeError for what is missing, and for what the kernel would not look at.
    """
    record_of(Port, port, "fou.add")
    return by_record("fou.add", _add, port) or _add(port)


def _add(port: Port) -> Do[None]:
    kind = Encapsulation.DIRECT if port.type is None else port.type
    if kind == Encapsulation.DIRECT and not port.protocol:
        raise EncodeError("say what is in its packets", "Port.protocol")
    if kind != Encapsulation.DIRECT and port.protocol and not was_read(port):
        raise EncodeError("packets of GUE say so themselves: leave it out", "Port.protocol")
    if kind == Encapsulation.DIRECT and port.remote_checksum_no_partial:
        raise EncodeError("it is for GUE", "Port.remote_checksum_no_partial")
    protocol = port.protocol if kind == Encapsulation.DIRECT else None
    partial = port.remote_checksum_no_partial
    return Fou.add(replace_fields(_key(port), type=kind, protocol=protocol, remote_checksum_no_partial=partial))


def delete(port: Port) -> Do[None]:
    """Have a port's packets taken out no more, by what tells which it is (see `Port`).

    Raises EncodeError for a record that was made and says more, at which the kernel does not look.
    """
    record_of(Port, port, "fou.delete")
    return by_record("fou.delete", _delete, port) or _delete(port)


def _delete(port: Port) -> Do[None]:
    for name in _BESIDE:
        if is_set(port, name) and (not was_read(port) or name in changed(port)):
            raise EncodeError("the kernel does not look at it to delete: leave it out", f"Port.{name}")
    return Fou.delete(_key(port))


def _key(port: Port) -> Port:
    """What a port is found by. Raises EncodeError for what is missing or contradicts itself."""
    if not port.port:
        raise EncodeError("say which port", "Port.port")
    local, peer = _told(port.local), _told(port.peer)
    ends = [each for each in (local, peer) if each is not None]
    if len({":" in each for each in ends}) > 1:
        raise EncodeError("both addresses are of one family", "Port.peer")
    told = [AddressFamily.INET6 if ":" in each else AddressFamily.INET for each in ends]
    family = told[0] if told else AddressFamily.INET if port.family is None else port.family
    if port.family not in (None, family):
        raise EncodeError(f"{ends[0]} is of {family}", "Port.family")
    if family not in (AddressFamily.INET, AddressFamily.INET6):
        raise EncodeError("ports are of inet and of inet6", "Port.family")
    if peer is not None and not port.peer_port:
        raise EncodeError("packets of a peer come from one port: say which", "Port.peer_port")
    if peer is None and port.peer_port:
        raise EncodeError("it is a port of a peer: say of which", "Port.peer_port")
    values = {name: getattr(port, name) for name in _KEY}
    zero = {name: None for name in ("peer_port", "index") if not values[name]}
    return Port(**{**values, **zero, "family": family, "local": local, "peer": peer})


def _told(address: str | None) -> str | None:
    """An address; None for the kernel's way to tell that there is none."""
    return None if address is None or address in _NONE else str(address)
