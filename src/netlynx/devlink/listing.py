"""What can be asked: of all devices, of one, and of one thing by its name.

A device is told by its handle, ``"pci/0000:03:00.0"``, a port by ``"pci/0000:03:00.0/1"`` or by the name of its net
device, ``"eth0"``; or by a record that has one. Listings of all take a device, too. Functions raise EncodeError for
what is no handle.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Generator
from typing import Any, TypeAlias, TypeVar

from netlynx.devlink.buffer import Binding, Buffer, Pool, PortPool
from netlynx.devlink.constants import PoolType
from netlynx.devlink.device import Device, Eswitch, Info, Selftests
from netlynx.devlink.family import Devlink
from netlynx.devlink.handle import Handle, NestedDevice, OfDevice, device_of, place_of
from netlynx.devlink.health import Reporter
from netlynx.devlink.linecard import LineCard
from netlynx.devlink.param import Param
from netlynx.devlink.port import Port
from netlynx.devlink.rate import Rate
from netlynx.devlink.region import Region
from netlynx.devlink.trap import Trap, TrapGroup, TrapPolicer
from netlynx.engine.operation import Do, Dump, Talk
from netlynx.errors import NotFound

T = TypeVar("T")

Which: TypeAlias = str | Handle | OfDevice | NestedDevice
"""What tells a device, or a port: a handle as text, a `Handle`, or a record of this room."""


def by_netdev(name: str, path: str, make: Callable[[dict[str, Any]], Do[T]]) -> Talk[T]:
    """What `make` does with the port whose net device is called so, once that is looked up."""

    def steps() -> Generator[Do[Any] | Dump[Any], Any, T]:
        found = yield Devlink.ports()
        for each in found:
            if each.netdev == name:
                answer: T = yield make({"bus": each.bus, "device": each.device, "port": each.port})
                return answer
        raise NotFound(errno.ENODEV, f"no device here has a port whose net device is {name!r}", asked=path)

    return Talk(path.partition("(")[0], steps)


def of_port(which: Which, path: str, make: Callable[[dict[str, Any]], Do[T]]) -> Do[T] | Talk[T]:
    """What `make` does with a port, by its handle or the name of its net device."""
    if isinstance(which, str) and which and "/" not in which:
        return by_netdev(which, path, make)
    return make(place_of(which, path))


def _of(device: Which | None, path: str) -> dict[str, Any]:
    return {} if device is None else device_of(device, path)


def devices() -> Dump[Device]:
    """All devices of this network namespace."""
    return Devlink.devices()


def device(device: Which) -> Do[Device]:
    """One device."""
    return Devlink.device(**device_of(device, "devlink.device(device)"))


def infos() -> Dump[Info]:
    """Drivers, serial numbers and versions of all devices."""
    return Devlink.infos()


def info(device: Which) -> Do[Info]:
    """Driver, serial numbers and versions of a device."""
    return Devlink.info(**device_of(device, "devlink.info(device)"))


def eswitch(device: Which) -> Do[Eswitch]:
    """The embedded switch of a device; takes CAP_NET_ADMIN."""
    return Devlink.eswitch(**device_of(device, "devlink.eswitch(device)"))


def ports(device: Which | None = None) -> Dump[Port]:
    """All ports, or those of one device."""
    return Devlink.ports(**_of(device, "devlink.ports(device)"))


def port(port: Which) -> Do[Port] | Talk[Port]:
    """One port, by its handle or the name of its net device."""
    return of_port(port, "devlink.port(port)", lambda fields: Devlink.port(**fields))


def params(device: Which | None = None) -> Dump[Param]:
    """All parameters, or those of one device."""
    return Devlink.params(**_of(device, "devlink.params(device)"))


def param(device: Which, name: str) -> Do[Param]:
    """One parameter."""
    return Devlink.param(**device_of(device, "devlink.param(device)"), name=name)


def reporters(where: Which | None = None) -> Dump[Reporter]:
    """All health reporters, or those of one device, or port."""
    return Devlink.reporters(**({} if where is None else place_of(where, "devlink.reporters(where)")))


def reporter(where: Which, name: str) -> Do[Reporter]:
    """One health reporter, of a device or a port."""
    return Devlink.reporter(**place_of(where, "devlink.reporter(where)"), name=name)


def regions(device: Which | None = None) -> Dump[Region]:
    """All regions, or those of one device and its ports."""
    return Devlink.regions(**_of(device, "devlink.regions(device)"))


def region(where: Which, name: str) -> Do[Region]:
    """One region, of a device or a port."""
    return Devlink.region(**place_of(where, "devlink.region(where)"), name=name)


def rates(device: Which | None = None) -> Dump[Rate]:
    """All rates of ports and of groups, or those of one device."""
    return Devlink.rates(**_of(device, "devlink.rates(device)"))


def rate(where: Which, name: str | None = None) -> Do[Rate] | Talk[Rate]:
    """The rate of a port, or of the group of a device that is called `name`."""
    if name is not None:
        return Devlink.rate(**device_of(where, "devlink.rate(where)"), name=name)
    return of_port(where, "devlink.rate(where)", lambda fields: Devlink.rate(**fields))


def traps(device: Which | None = None) -> Dump[Trap]:
    """All traps with what they counted, or those of one device."""
    return Devlink.traps(**_of(device, "devlink.traps(device)"))


def trap(device: Which, name: str) -> Do[Trap]:
    """One trap."""
    return Devlink.trap(**device_of(device, "devlink.trap(device)"), name=name)


def trap_groups(device: Which | None = None) -> Dump[TrapGroup]:
    """All groups of traps, or those of one device."""
    return Devlink.trap_groups(**_of(device, "devlink.trap_groups(device)"))


def trap_group(device: Which, name: str) -> Do[TrapGroup]:
    """One group of traps."""
    return Devlink.trap_group(**device_of(device, "devlink.trap_group(device)"), name=name)


def trap_policers(device: Which | None = None) -> Dump[TrapPolicer]:
    """All policers of traps, or those of one device."""
    return Devlink.trap_policers(**_of(device, "devlink.trap_policers(device)"))


def trap_policer(device: Which, id: int) -> Do[TrapPolicer]:
    """One policer of traps."""
    return Devlink.trap_policer(**device_of(device, "devlink.trap_policer(device)"), id=id)


def buffers(device: Which | None = None) -> Dump[Buffer]:
    """All shared buffers, or those of one device."""
    return Devlink.buffers(**_of(device, "devlink.buffers(device)"))


def buffer(device: Which, index: int = 0) -> Do[Buffer]:
    """One shared buffer."""
    return Devlink.buffer(**device_of(device, "devlink.buffer(device)"), index=index)


def pools(device: Which | None = None) -> Dump[Pool]:
    """All pools of shared buffers, or those of one device."""
    return Devlink.pools(**_of(device, "devlink.pools(device)"))


def pool(device: Which, pool: int, *, buffer: int = 0) -> Do[Pool]:
    """One pool of a shared buffer."""
    return Devlink.pool(**device_of(device, "devlink.pool(device)"), buffer=buffer, pool=pool)


def port_pools(device: Which | None = None) -> Dump[PortPool]:
    """What ports may have of pools and have: of all devices, or of one."""
    return Devlink.port_pools(**_of(device, "devlink.port_pools(device)"))


def port_pool(port: Which, pool: int, *, buffer: int = 0) -> Do[PortPool] | Talk[PortPool]:
    """What one port may have of a pool, and has."""
    return of_port(
        port, "devlink.port_pool(port)", lambda fields: Devlink.port_pool(**fields, buffer=buffer, pool=pool)
    )


def bindings(device: Which | None = None) -> Dump[Binding]:
    """Which pools traffic classes of ports use: of all devices, or of one."""
    return Devlink.bindings(**_of(device, "devlink.bindings(device)"))


def binding(
    port: Which, type: PoolType | str | int, traffic_class: int, *, buffer: int = 0
) -> Do[Binding] | Talk[Binding]:
    """Which pool a traffic class of a port uses, "ingress" or "egress"."""
    values: dict[str, Any] = {"type": type, "traffic_class": traffic_class, "buffer": buffer}
    return of_port(port, "devlink.binding(port)", lambda fields: Devlink.binding(**fields, **values))


def linecards(device: Which | None = None) -> Dump[LineCard]:
    """All line cards, or those of one device."""
    return Devlink.linecards(**_of(device, "devlink.linecards(device)"))


def linecard(device: Which, index: int) -> Do[LineCard]:
    """One line card."""
    return Devlink.linecard(**device_of(device, "devlink.linecard(device)"), index=index)


def selftests(device: Which) -> Do[Selftests]:
    """Which selftests a device has."""
    return Devlink.selftests(**device_of(device, "devlink.selftests(device)"))
