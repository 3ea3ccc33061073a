"""What is asked of IPVS: services, destinations and daemons listed, made, changed and removed; counters zeroed.

Source: net/netfilter/ipvs/ip_vs_ctl.c.
"""

from __future__ import annotations

import errno
from collections.abc import Generator
from typing import Any, TypeAlias

import msgspec

from netlynx.engine.operation import Do, Dump, Talk, in_words
from netlynx.errors import EncodeError, EncodeTypeError, NotFound
from netlynx.ipvs import requests
from netlynx.ipvs.constants import Protocol
from netlynx.ipvs.daemon import Daemon, Info, Timeouts
from netlynx.ipvs.destination import Destination
from netlynx.ipvs.family import Ipvs
from netlynx.ipvs.service import KEY, Service, ServiceKey
from netlynx.schema.arguments import record_of
from netlynx.schema.record import replace_fields

Which: TypeAlias = Service | ServiceKey


class Pool(msgspec.Struct, frozen=True):
    """A service with its destinations, each of which says that it is of this service."""

    service: Service
    destinations: tuple[Destination, ...] = ()


def services() -> Dump[Service]:
    """All services: those of addresses first, those of marks behind them."""
    return Ipvs.services()


def service(
    address: str | None = None,
    port: int | None = None,
    *,
    protocol: Protocol | str | int = "tcp",
    fwmark: int | None = None,
    family: Any = None,
) -> Do[Service]:
    """One service, by protocol, address and port, or by a mark (of IPv4, unless `family` is "inet6").

    `NotFound` if there is none. Raises EncodeError for what is missing, and for a mark beside an address.
    """
    asked: dict[str, Any] = {"address": address, "port": port, "fwmark": fwmark, "family": family}
    if fwmark is None:
        asked["protocol"] = protocol
    elif address is not None or port is not None:
        raise EncodeError("a service of an address has no mark", "ipvs.service(fwmark)")
    return Ipvs.service(requests.key(Service(**asked), "ipvs.service"))


def destinations(service: Which) -> Dump[Destination]:
    """The destinations of one service, which they do not name: `pools` has them with it.

    The kernel lists none, too, of a service that is not there. Raises EncodeError for one that is not known by what
    the record says.
    """
    return Ipvs.destinations(_known(service, "ipvs.destinations(service)"))


def pools() -> Talk[list[Pool]]:
    """All services, each with its destinations."""
    listing = Ipvs.services()

    def steps() -> Generator[Do[Any] | Dump[Any], Any, list[Pool]]:
        found = []
        for each in (yield listing):
            of = requests.as_key(each)
            there = yield Ipvs.destinations(Service(**{name: getattr(of, name) for name in KEY}))
            found.append(Pool(each, tuple(replace_fields(one, service=of) for one in there)))
        return found

    return Talk("ipvs.pools", steps)


def daemons() -> Dump[Daemon]:
    """The daemons that run: two at most, one of each state."""
    return Ipvs.daemons()


def timeouts() -> Do[Timeouts]:
    """How long connections are kept without packets."""
    return Ipvs.timeouts()


def set_timeouts(timeouts: Timeouts) -> Do[None]:
    """Set those that are given; others stay. Raises EncodeError for none, and for 0, which would change nothing."""
    return Ipvs.set_timeouts(requests.timeouts_set(timeouts))


def info() -> Do[Info]:
    """What IPVS is in this kernel."""
    return Ipvs.info()


def add(record: Service | Destination | Daemon) -> Do[None]:
    """Make a service, give one a destination, or start a daemon; `AlreadyExists` where it is there.

    See `Service`, `Destination` and `Daemon` for what each needs and what it is otherwise. Raises EncodeError, with the
    path of the field, for what is missing and for what the kernel would not look at.
    """
    if isinstance(record, Service):
        record_of(Service, record, "ipvs.add(record)")
        return Ipvs.new_service(requests.service_made(record))
    if isinstance(record, Destination):
        record_of(Destination, record, "ipvs.add(record)")
        return Ipvs.new_destination(requests.destination_made(record))
    if isinstance(record, Daemon):
        return Ipvs.new_daemon(requests.daemon_made(record))
    raise _none_of(record, "add")


def change(record: Service | Destination) -> Talk[None]:
    """Change a service or a destination that is there: what the record says, and nothing else.

    The kernel sets all of it at once, so what is there is read first; `NotFound` where it is not. Of a record that was
    read, what was replaced since is changed. Flags are those of the mask (`ServiceFlagChange`); `persistence_engine` ""
    is none. A service that is not persistent any more forgets what only such ones have. Raises EncodeError as `add`,
    and for a record that changes nothing.
    """
    if isinstance(record, Service):
        return _change_service(record_of(Service, record, "ipvs.change(record)"))
    if isinstance(record, Destination):
        return _change_destination(record_of(Destination, record, "ipvs.change(record)"))
    if isinstance(record, Daemon):
        raise EncodeError("a daemon cannot be changed: delete it and add another", "ipvs.change(record)")
    raise _none_of(record, "change")


def delete(record: Service | Destination | Daemon) -> Do[None]:
    """Remove a service with its destinations, a destination, or stop a daemon (by its state); `NotFound` without it.

    Connections that there are go on until they end. Raises EncodeError for a record that was made and says more than
    the kernel looks at.
    """
    if isinstance(record, Service):
        return Ipvs.delete_service(requests.only_key(record, "ipvs.delete(record)"))
    if isinstance(record, Destination):
        record_of(Destination, record, "ipvs.delete(record)")
        return Ipvs.delete_destination(requests.only_destination_key(record))
    if isinstance(record, Daemon):
        return Ipvs.delete_daemon(requests.daemon_deleted(record))
    raise _none_of(record, "delete")


def zero(service: Which | None = None) -> Do[None]:
    """Count anew, of one service and its destinations or of all; `NotFound` without that one. Raises EncodeError."""
    if service is None:
        return Ipvs.zero()
    return Ipvs.zero(_known(service, "ipvs.zero(service)"))


def flush() -> Do[None]:
    """Remove all services, with their destinations. Daemons and timeouts stay."""
    return Ipvs.flush()


def _known(service: Which, path: str) -> Service:
    if not isinstance(service, Service | ServiceKey):
        raise EncodeTypeError(f"expected a Service or a ServiceKey, not {type(service).__name__}", path)
    return requests.key(service, type(service).__name__)


def _change_service(record: Service) -> Talk[None]:
    known = requests.check_service_change(record)
    asking = Ipvs.service(known)

    def steps() -> Generator[Do[Any] | Dump[Any], Any, None]:
        there = yield asking
        yield Ipvs.set_service(requests.service_changed(record, there))

    return Talk("ipvs.change", steps)


def _change_destination(record: Destination) -> Talk[None]:
    known = requests.check_change(record)
    assert known.service is not None
    listing = Ipvs.destinations(requests.key(known.service, "Destination.service"))

    def steps() -> Generator[Do[Any] | Dump[Any], Any, None]:
        for there in (yield listing):
            if (there.address, there.port) == (known.address, known.port):
                break
        else:
            raise NotFound(
                errno.ENOENT,
                f"no service has such a destination, of address {known.address} and port {known.port}",
                asked=f"ipvs.change({in_words(record)})",
            )
        yield Ipvs.set_destination(requests.destination_changed(record, there))

    return Talk("ipvs.change", steps)


def _none_of(record: object, verb: str) -> EncodeTypeError:
    return EncodeTypeError(
        f"expected a Service, a Destination or a Daemon, not {type(record).__name__}", f"ipvs.{verb}(record)"
    )
