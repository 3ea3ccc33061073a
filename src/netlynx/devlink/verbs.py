"""What can be changed: ports, rates and snapshots made and removed, and all that can be set.

Source: net/devlink/netlink_gen.c (the policies say what is taken).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from netlynx.devlink.buffer import (
    Binding,
    BindingSettings,
    Pool,
    PoolSettings,
    PortPool,
    PortPoolSettings,
)
from netlynx.devlink.device import Eswitch
from netlynx.devlink.family import Devlink
from netlynx.devlink.handle import OfDevice
from netlynx.devlink.health import Reporter, ReporterSettings
from netlynx.devlink.linecard import LineCard, LineCardSettings
from netlynx.devlink.listing import by_netdev
from netlynx.devlink.param import ParamSetting
from netlynx.devlink.pipeline import TableSettings
from netlynx.devlink.port import NewPort, Port, PortKey, PortSettings
from netlynx.devlink.rate import Rate, RateKey
from netlynx.devlink.region import Snapshot
from netlynx.devlink.resource import ResourceSize
from netlynx.devlink.setting import set_param
from netlynx.devlink.trap import (
    Trap,
    TrapGroup,
    TrapGroupSettings,
    TrapPolicer,
    TrapPolicerSettings,
    TrapSettings,
)
from netlynx.engine.operation import Do, Talk
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.schema.arguments import record_of
from netlynx.schema.record import class_of, was_read
from netlynx.schema.sending import changed, given, settable

_DEVICE = ("bus", "device", "device_index")
_PORT = (*_DEVICE, "port")

# What is changed: the request, what tells which one is meant, the command, and what has to be set with any of it.
_CHANGES: dict[type[OfDevice], tuple[type[OfDevice], tuple[str, ...], Callable[[Any], Do[Any]], tuple[str, ...]]] = {
    Eswitch: (Eswitch, _DEVICE, Devlink.set_eswitch, ()),
    Port: (PortSettings, _PORT, Devlink.set_port, ()),
    Reporter: (ReporterSettings, (*_PORT, "name"), Devlink.set_reporter, ()),
    Rate: (Rate, (*_PORT, "name"), Devlink.set_rate, ()),
    Trap: (TrapSettings, (*_DEVICE, "name"), Devlink.set_trap, ("action",)),
    TrapGroup: (TrapGroupSettings, (*_DEVICE, "name"), Devlink.set_trap_group, ()),
    TrapPolicer: (TrapPolicerSettings, (*_DEVICE, "id"), Devlink.set_trap_policer, ()),
    ResourceSize: (ResourceSize, (*_DEVICE, "id"), Devlink.set_resource, ("size",)),
    Pool: (PoolSettings, (*_DEVICE, "buffer", "pool"), Devlink.set_pool, ("size", "threshold_type")),
    PortPool: (PortPoolSettings, (*_PORT, "buffer", "pool"), Devlink.set_port_pool, ("threshold",)),
    Binding: (
        BindingSettings,
        (*_PORT, "buffer", "type", "traffic_class"),
        Devlink.set_binding,
        ("pool", "threshold"),
    ),
    LineCard: (LineCardSettings, (*_DEVICE, "index"), Devlink.set_linecard, ("type",)),
    TableSettings: (TableSettings, (*_DEVICE, "name"), Devlink.set_counters, ("counters",)),
}
_FREE = {"port", "device_index", "name"}  # what a key may do without: of a device and not of a port, of a leaf


def add(record: Port | Rate | Snapshot) -> Do[Any]:
    """Make a port (`flavour` and `pf` are needed), a group of rates (`name`), or a snapshot of a region (`name`).

    The answer is the `Port` that was made; of a snapshot without an `id` the `Snapshot` with the one that it got, else
    None. Raises EncodeError, with the path of the field, for what is missing and for what is not taken.
    """
    if isinstance(record, Port):
        record_of(Port, record, "devlink.add(record)")
        return Devlink.new_port(_request(record, NewPort, (*_PORT, "flavour", "pf", "sf", "controller"), "add"))
    if isinstance(record, Rate):
        record_of(Rate, record, "devlink.add(record)")
        if record.port is not None:
            raise EncodeError(
                "a port has its rate as long as it is there; what is made is a group: leave it out", "Rate.port"
            )
        return Devlink.new_rate(_named(settable(record, "Rate")))
    if isinstance(record, Snapshot):
        return Devlink.new_snapshot(_named(record))
    raise _none_of(record, "add", "a Port, a Rate or a Snapshot")


def change(record: OfDevice) -> Do[None] | Talk[None]:
    """Set what the record says of what is there; what is None stays.

    Taken are `Eswitch`, `Port` (its `type` and `function`; by its `netdev`, too), `ParamSetting`, `Reporter`, `Rate`,
    `Trap`, `TrapGroup`, `TrapPolicer`, `ResourceSize`, `Pool`, `PortPool`, `Binding`, `LineCard` and `TableSettings`.
    Of one that was read, what was replaced since is set. Raises EncodeError, with the path of the field, for what is
    missing, for what cannot be set, and for a record that sets nothing.
    """
    if isinstance(record, ParamSetting):
        return set_param(record, _named(record).name or "", record.value, mode=record.mode, reset=record.reset)
    cls = class_of(record)
    if cls not in _CHANGES:
        raise _none_of(record, "change", "a record that something can be set of, such as a Port or a Trap")
    record_of(cls, record, "devlink.change(record)")
    if isinstance(record, Port) and record.netdev and not record.bus and not record.device:
        wanted = record.replace(netdev=None)
        _settings(wanted.replace(bus="bus", device="device", port=0))  # refused now, if at all
        return by_netdev(record.netdev, "devlink.change", lambda place: _settings(wanted.replace(**place)))
    return _settings(record)


def delete(record: Port | Rate | Snapshot) -> Do[None]:
    """Remove a port, a group of rates, or a snapshot (`name` and `id`).

    Raises EncodeError, with the path of the field, for what is missing, and for a record that was made and says more
    than the kernel looks at.
    """
    if isinstance(record, Port):
        return Devlink.delete_port(_key(record, PortKey))
    if isinstance(record, Rate):
        if record.port is not None:
            raise EncodeError("a port has its rate as long as it is there: it cannot be removed", "Rate.port")
        return Devlink.delete_rate(_named(_key(record, RateKey)))
    if isinstance(record, Snapshot):
        if _named(record).id is None:
            raise EncodeError("say which one", "Snapshot.id")
        return Devlink.delete_snapshot(record)
    raise _none_of(record, "delete", "a Port, a Rate or a Snapshot")


def _settings(record: Any) -> Do[None]:
    name = class_of(record).__name__
    wanted, key, command, together = _CHANGES[class_of(record)]
    for field in key:
        if getattr(record, field) is None and field not in _FREE:
            raise EncodeError("say which one is meant", f"{name}.{field}")
    if (
        "port" in key
        and record.port is None
        and not isinstance(record, Reporter)
        and not (isinstance(record, Rate) and record.name)
    ):
        raise EncodeError("say which one is meant", f"{name}.port")
    if "name" in key and record.name is None and not (isinstance(record, Rate) and record.port is not None):
        raise EncodeError("say which one is meant", f"{name}.name")
    made = _request(record, wanted, (*key, *together), "change")
    said = [field for field in given(made) if field not in key]
    if not said:
        able = ", ".join(field for field in wanted.__declarations__ if field not in key)
        raise EncodeError(f"it sets nothing: give one of {able}", name)
    for field in together:
        if getattr(made, field) is None:
            raise EncodeError(f"{' and '.join(together)} are set together: give it too", f"{name}.{field}")
    return command(made)


def _request(record: Any, wanted: Any, kept: tuple[str, ...], verb: str) -> Any:
    """The request that says what a record says; of one that was read and changed, the changes and what is kept."""
    name = class_of(record).__name__
    made = settable(record, name, kept)
    values = {}
    for field in given(made):
        if field in wanted.__declarations__:
            values[field] = getattr(made, field)
        elif field == "unknown" or (was_read(record) and field not in changed(record)):
            continue
        else:
            raise EncodeError(f"no request to {verb} one takes it: leave it out", f"{name}.{field}")
    return wanted(**values)


def _key(record: Any, wanted: Any) -> Any:
    """What tells an object, for its removal."""
    name = class_of(record).__name__
    record_of(class_of(record), record, "devlink.delete(record)")
    if not was_read(record):
        for field in given(record):
            if field not in wanted.__declarations__:
                raise EncodeError("the kernel does not look at it: leave it out", f"{name}.{field}")
    return wanted(**{field: getattr(record, field) for field in wanted.__declarations__})


def _named(record: Any) -> Any:
    if record.name is None:
        raise EncodeError("say which one", f"{class_of(record).__name__}.name")
    return record


def _none_of(record: object, verb: str, wanted: str) -> EncodeTypeError:
    return EncodeTypeError(f"expected {wanted}, not {type(record).__name__}", f"devlink.{verb}(record)")
