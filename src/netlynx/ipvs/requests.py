"""Requests: what the kernel wants all of, given together; and what it would take and not look at, refused.

A field that is set is in the request, or the request is refused with its name. A record that was read comes with what
the kernel alone decides: that is left out, unless it was replaced since.

Source: ip_vs_genl_parse_service, ip_vs_genl_parse_dest, ip_vs_add_service and ip_vs_add_dest in
net/netfilter/ipvs/ip_vs_ctl.c; ip_vs_schedule in ip_vs_core.c, ip_vs_tunnel_xmit in ip_vs_xmit.c.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Any, TypeVar

from netlynx.codec._codec import encode_record
from netlynx.errors import EncodeError
from netlynx.ipvs.constants import DaemonState, Forwarding, Protocol, ServiceFlags, TunnelFlags, TunnelType
from netlynx.ipvs.daemon import Daemon, Timeouts
from netlynx.ipvs.destination import Destination
from netlynx.ipvs.service import KEY, Service, ServiceFlagChange, ServiceKey
from netlynx.route.constants import AddressFamily
from netlynx.schema.arguments import record_of
from netlynx.schema.record import class_of, replace_fields, was_read
from netlynx.schema.sending import changed, own, settable

R = TypeVar("R", Service, Destination)

_ALL = 0xFFFFFFFF
_SETTABLE = ~ServiceFlags.HASHED
_SCHEDULERS_OWN = ServiceFlags.SCHED1 | ServiceFlags.SCHED2 | ServiceFlags.SCHED3
# Schedulers of the kernel that look at no flags of their own.
_FLAGLESS = frozenset(("dh", "fo", "lblc", "lblcr", "lc", "none", "nq", "ovf", "rr", "sed", "twos", "wlc", "wrr"))
_DESTINATION_KEY = ("service", "family", "address", "port")
_WHOLE: dict[AddressFamily | None, str] = {AddressFamily.INET: "255.255.255.255", AddressFamily.INET6: "128"}


# -- which one is meant ------------------------------------------------------------------------------------------


def key(service: Service | ServiceKey, path: str) -> Service:
    """What the kernel finds a service by, and nothing else. Raises EncodeError for what is missing or too much."""
    protocol, address, port, fwmark = service.protocol, service.address, service.port, service.fwmark
    if fwmark is not None:
        said = [name for name in ("protocol", "address", "port") if getattr(service, name) is not None]
        if len(said) == 3:
            raise EncodeError(
                "a service of an address has no mark: the kernel would look at that alone", f"{path}.fwmark"
            )
        for name in said:
            raise EncodeError("a service of a mark has none: the kernel would not look at it", f"{path}.{name}")
        if fwmark == 0:
            raise EncodeError("no packet is marked with 0", f"{path}.fwmark")
        family = AddressFamily.INET if service.family is None else service.family
        if family not in _WHOLE:
            raise EncodeError("services are of inet and of inet6", f"{path}.family")
        return Service(family=family, fwmark=fwmark)
    if address is None:
        raise EncodeError("say which service: its protocol, address and port, or its mark", f"{path}.address")
    if protocol is None:
        raise EncodeError("say which one: tcp, udp or sctp", f"{path}.protocol")
    if protocol not in Protocol.__members__.values():
        raise EncodeError("the kernel balances tcp, udp and sctp; others by their mark (fwmark)", f"{path}.protocol")
    if port is None:
        raise EncodeError("say which one; 0 means all, of a persistent service", f"{path}.port")
    family = _family(address, service.family, path)
    return Service(family=family, protocol=protocol, address=address, port=port)


def only_key(service: Service, path: str) -> Service:
    """The key of a service of which nothing else is looked at. Raises EncodeError for more than that."""
    record_of(Service, service, path)
    _refuse_others(service, KEY, "the kernel looks at what a service is known by alone: leave it out")
    return key(service, "Service")


def only_destination_key(destination: Destination) -> Destination:
    """The same of a destination."""
    _refuse_others(destination, _DESTINATION_KEY, "the kernel looks at address and port alone: leave it out")
    return _destination_key(destination)


def _destination_key(destination: Destination) -> Destination:
    """Service, family, address and port of a destination, which has the service's port unless it says other."""
    if destination.service is None:
        raise EncodeError("say of which service", "Destination.service")
    of = key(destination.service, "Destination.service")
    if destination.address is None:
        raise EncodeError("say which server", "Destination.address")
    family = _family(destination.address, destination.family, "Destination")
    port = (of.port or 0) if destination.port is None else destination.port
    return Destination(service=as_key(of), family=family, address=destination.address, port=port)


def as_key(service: Service) -> ServiceKey:
    """The part of a service that it is known by."""
    return ServiceKey(**{name: getattr(service, name) for name in KEY})


def _family(address: str, said: AddressFamily | None, path: str) -> AddressFamily:
    family = AddressFamily.INET6 if ":" in str(address) else AddressFamily.INET
    if said not in (None, family):
        raise EncodeError(f"{address} is of {family.label}", f"{path}.family")
    return family


def _refuse_others(record: Service | Destination, taken: Iterable[str], why: str) -> None:
    known = {*taken}
    for name in class_of(record).__declarations__:
        if name in own(record) and name not in known and getattr(record, name) is not None:
            raise EncodeError(why, f"{class_of(record).__name__}.{name}")


# -- services ----------------------------------------------------------------------------------------------------


def service_made(record: Service) -> Service:
    """A service as the kernel wants it to make it: all of it. Raises EncodeError."""
    known = key(record, "Service")
    return _whole(known, _said(record), own(record))


def service_changed(record: Service, there: Service) -> Service:
    """The service that is there as it is to be: what the record does not say stays. Raises EncodeError."""
    known = key(record, "Service")
    fields = _changes(record, KEY)
    said = _said(record)
    before = ServiceFlags(0) if there.flags is None else ServiceFlags(there.flags.flags & _SETTABLE)
    flags = before
    if "flags" in fields and said.flags is not None:
        flags = before & ~ServiceFlags(said.flags.mask) | said.flags.flags & ServiceFlags(said.flags.mask)
    elif "timeout" in fields and said.timeout:
        flags |= ServiceFlags.PERSISTENT
    merged = replace_fields(there, stats=None, unknown=(), **{name: getattr(said, name) for name in fields})
    if before & ~flags & ServiceFlags.PERSISTENT:  # what was remembered goes with it
        forgotten = {"timeout": 0, "netmask": None, "persistence_engine": None}
        merged = replace_fields(merged, **{name: value for name, value in forgotten.items() if name not in fields})
    return _whole(known, replace_fields(merged, flags=ServiceFlagChange(flags=flags, mask=_ALL)), fields)


def _changes(record: Any, known_by: Iterable[str]) -> set[str]:
    """The fields of a change, which has to have some. Raises EncodeError."""
    known = {*known_by}
    name = class_of(record).__name__
    if was_read(record):
        for field in changed(record) & known - {"service"}:
            raise EncodeError("what it is known by cannot be changed: delete it and add another", f"{name}.{field}")
    fields = {each for each in own(record) - known if getattr(record, each) is not None}
    if not fields:
        raise EncodeError("say what is to be changed", name)
    return fields


def _said(record: R) -> R:
    """What a record says, without what the kernel only tells. Raises EncodeError."""
    if getattr(record, "flags", None) is not None:
        record = replace_fields(record, flags=_flags(record))
    said = settable(record, class_of(record).__name__)
    encode_record(said)  # values that no field can have are refused by the field's name
    if said.unknown and not was_read(record):
        raise EncodeError("the kernel looks at no other attributes", f"{class_of(record).__name__}.unknown")
    return replace_fields(said, unknown=())


def _flags(record: Any) -> ServiceFlagChange:  # Any: a service
    """Those flags that can be set: HASHED is told, and goes with what was read. Raises EncodeError."""
    change: ServiceFlagChange = record.flags
    if lost := ServiceFlags(change.flags & ~change.mask):
        raise EncodeError(f"{lost.label}: not in the mask, so nothing would look at it", "Service.flags.flags")
    if change.flags & ServiceFlags.HASHED and not was_read(record):
        raise EncodeError("hashed: the kernel says so itself", "Service.flags")
    return ServiceFlagChange(flags=change.flags & _SETTABLE, mask=change.mask)


def _whole(known: Service, said: Service, mine: set[str]) -> Service:
    """All that the kernel wants of a service; `mine` are the fields that somebody set."""
    scheduler = "wlc" if said.scheduler is None else said.scheduler
    if not scheduler:
        raise EncodeError("no scheduler is called so; `none` has no new connections made", "Service.scheduler")
    change = said.flags
    if change is None:
        change = ServiceFlagChange(flags=ServiceFlags.PERSISTENT if said.timeout else 0, mask=_ALL)
    flags = ServiceFlags(change.flags)
    if flags & ServiceFlags.ONEPACKET and known.protocol not in (None, Protocol.UDP):
        raise EncodeError("onepacket: the kernel looks at it for packets of UDP alone", "Service.flags")
    if flags & _SCHEDULERS_OWN and scheduler in _FLAGLESS:
        raise EncodeError(
            f"{(flags & _SCHEDULERS_OWN).label}: the scheduler {scheduler} has no flags of its own", "Service.flags"
        )
    _check_persistence(said, known, flags, mine)
    assert known.family is not None
    return replace_fields(
        known,
        scheduler=scheduler,
        persistence_engine=said.persistence_engine,
        flags=change,
        timeout=said.timeout or 0,
        netmask=_netmask(said.netmask, known.family),
    )


def _check_persistence(said: Service, known: Service, flags: ServiceFlags, mine: set[str]) -> None:
    if flags & ServiceFlags.PERSISTENT:
        if not said.timeout:
            raise EncodeError("say for how many seconds a persistent service remembers clients", "Service.timeout")
        return
    for name, nothing in (("timeout", 0), ("netmask", _WHOLE.get(known.family)), ("persistence_engine", "")):
        value = getattr(said, name)
        if name in mine and value is not None and value != nothing:
            raise EncodeError("only a persistent service has it: set that flag too", f"Service.{name}")
    if known.port == 0:
        raise EncodeError("only a persistent service has all ports: set that flag, and timeout", "Service.port")


def _netmask(given: str | None, family: AddressFamily) -> str:
    """What counts of clients' addresses, as the kernel has it for the family. Raises EncodeError."""
    if given is None:
        return _WHOLE[family]
    text = str(given).removeprefix("/")
    most = 32 if family is AddressFamily.INET else 128
    if text.isascii() and text.isdecimal():
        length = int(text)
    elif family is AddressFamily.INET6:
        raise EncodeError(f"{given!r} is no length of a prefix of IPv6, 1 to 128", "Service.netmask")
    else:
        try:
            length = ipaddress.IPv4Network(f"0.0.0.0/{text}").prefixlen
        except ValueError:
            raise EncodeError(f"{given!r} is no netmask such as 255.255.255.0", "Service.netmask") from None
    if not 1 <= length <= most:
        raise EncodeError(f"{given!r}: 1 to {most} bits of an address can count", "Service.netmask")
    return text if family is AddressFamily.INET6 else str(ipaddress.IPv4Network(f"0.0.0.0/{length}").netmask)


# -- destinations ------------------------------------------------------------------------------------------------


def destination_made(record: Destination) -> Destination:
    """A destination as the kernel wants it to make it: all of it. Raises EncodeError."""
    _destination_key(record)
    return _whole_destination(_said(record), own(record))


def destination_changed(record: Destination, there: Destination) -> Destination:
    """The destination that is there as it is to be: what the record does not say stays. Raises EncodeError."""
    known = _destination_key(record)
    fields = _changes(record, _DESTINATION_KEY)
    said = _said(record)
    kept = replace_fields(settable(there, "Destination"), **{name: getattr(known, name) for name in _DESTINATION_KEY})
    if "forwarding" in fields and said.forwarding is not Forwarding.TUNNEL:
        kept = replace_fields(kept, tunnel_type=None, tunnel_port=None, tunnel_flags=None)
    elif "tunnel_type" in fields and said.tunnel_type is not TunnelType.GUE:
        kept = replace_fields(kept, tunnel_port=None, tunnel_flags=None)
    merged = replace_fields(kept, unknown=(), **{name: getattr(said, name) for name in fields})
    return _whole_destination(merged, fields)


def check_change(record: Destination) -> Destination:
    """Which destination a change is about. Raises EncodeError for one that changes nothing."""
    known = _destination_key(record)
    _changes(record, _DESTINATION_KEY)
    _said(record)
    return known


def check_service_change(record: Service) -> Service:
    """Which service a change is about. Raises EncodeError for one that changes nothing."""
    known = key(record, "Service")
    _changes(record, KEY)
    _said(record)
    return known


def _whole_destination(said: Destination, mine: set[str]) -> Destination:
    known = _destination_key(said)
    of, forwarding = known.service, said.forwarding
    assert of is not None
    if forwarding is None:
        raise EncodeError("say how packets reach it: masq, tunnel, droute", "Destination.forwarding")
    if forwarding not in Forwarding.__members__.values():
        raise EncodeError(f"{int(forwarding)} is no way of forwarding", "Destination.forwarding")
    if forwarding is Forwarding.BYPASS and "forwarding" in mine:
        raise EncodeError("bypass: the kernel makes such destinations itself", "Destination.forwarding")
    if forwarding is not Forwarding.MASQ and known.port != (of.port or 0):
        raise EncodeError(
            f"packets that are not masqueraded keep the service's port, {of.port or 0}", "Destination.port"
        )
    if known.family != of.family and forwarding is not Forwarding.TUNNEL:
        raise EncodeError("only a tunnel leads from one family to the other", "Destination.forwarding")
    upper, lower = said.upper_threshold or 0, said.lower_threshold or 0
    if lower > upper:
        raise EncodeError(f"is above the upper threshold, {upper}", "Destination.lower_threshold")
    if said.weight is not None and said.weight > 0x7FFFFFFF:
        raise EncodeError("the kernel takes it for less than zero", "Destination.weight")
    return replace_fields(
        known,
        forwarding=forwarding,
        weight=1 if said.weight is None else said.weight,
        upper_threshold=upper,
        lower_threshold=lower,
        **_tunnel(said, forwarding, mine),
    )


def _tunnel(said: Destination, forwarding: Forwarding, mine: set[str]) -> dict[str, Any]:
    """What is told of the tunnel; kernels before 5.2 know of none but IPIP, and are not asked for more."""
    names = ("tunnel_type", "tunnel_port", "tunnel_flags")
    if forwarding is not Forwarding.TUNNEL:
        for name in names:
            if name in mine and getattr(said, name):
                raise EncodeError("it is no tunnel: set forwarding to tunnel", f"Destination.{name}")
        return {}
    kind = TunnelType.IPIP if said.tunnel_type is None else said.tunnel_type
    port, flags = said.tunnel_port or 0, TunnelFlags(said.tunnel_flags or 0)
    if kind is TunnelType.GUE and not port:
        raise EncodeError("say to which UDP port packets are sent", "Destination.tunnel_port")
    if kind is not TunnelType.GUE and port and "tunnel_port" in mine:
        raise EncodeError("only tunnels of gue have ports", "Destination.tunnel_port")
    taken = {TunnelType.GUE: TunnelFlags.CSUM | TunnelFlags.REMCSUM, TunnelType.GRE: TunnelFlags.CSUM}
    lost = flags & ~taken.get(kind, TunnelFlags(0))
    if lost and "tunnel_flags" in mine:
        raise EncodeError(f"{lost.label}: a tunnel of {kind.label} has no such checksum", "Destination.tunnel_flags")
    return {"tunnel_type": kind, "tunnel_port": port, "tunnel_flags": flags} if kind or port or flags else {}


# -- daemons, timeouts -------------------------------------------------------------------------------------------


def daemon_made(record: Daemon) -> Daemon:
    """A daemon as the kernel wants it to start it. Raises EncodeError."""
    _check_state(record)
    if not record.interface:
        raise EncodeError("say on which interface others are", "Daemon.interface")
    if record.sync_id is not None and record.sync_id > 255:
        raise EncodeError("is 0 to 255: more does not fit into what is sent", "Daemon.sync_id")
    if record.group is not None and not ipaddress.ip_address(str(record.group)).is_multicast:
        raise EncodeError(f"{record.group} is no multicast group", "Daemon.group")
    return replace_fields(record, sync_id=record.sync_id or 0, unknown=())


def daemon_deleted(record: Daemon) -> Daemon:
    """A daemon as the kernel wants it to stop it. Raises EncodeError."""
    _check_state(record)
    for name in class_of(record).__declarations__:
        if name != "state" and name in own(record) and getattr(record, name) is not None:
            raise EncodeError("there is one of each state: the kernel looks at nothing else", f"Daemon.{name}")
    return Daemon(state=record.state)


def timeouts_set(record: Timeouts) -> Timeouts:
    """Those timeouts that are given. Raises EncodeError for none of them, and for 0, which would change nothing."""
    record_of(Timeouts, record, "ipvs.set_timeouts(timeouts)")
    said = {name: getattr(record, name) for name in ("tcp", "tcp_fin", "udp")}
    if was_read(record) and changed(record):
        said = {name: value for name, value in said.items() if name in changed(record)}
    given = {name: value for name, value in said.items() if value is not None}
    if not given:
        raise EncodeError("set one of them at least", "Timeouts")
    for name, value in given.items():
        if value == 0:
            raise EncodeError("the kernel takes 0 for none, and leaves it as it is", f"Timeouts.{name}")
    return Timeouts(**given)


def _check_state(record: Daemon) -> None:
    if record.state not in (DaemonState.MASTER, DaemonState.BACKUP):
        raise EncodeError("say which one: master or backup", "Daemon.state")
