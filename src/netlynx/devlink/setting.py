"""What is done to a device, a port or a reporter: parameters, splits, reloads, recoveries, selftests, flashing.

Source: net/devlink/.
"""

from __future__ import annotations

import os
import select
import threading
from collections.abc import Generator, Iterator
from contextlib import suppress
from typing import Any

import msgspec

from netlynx.devlink.constants import (
    DEVLINK_CMD,
    FlashOverwrite,
    ParamMode,
    ReloadAction,
    ValueType,
)
from netlynx.devlink.device import FlashProgress, Reloaded, SelftestResults
from netlynx.devlink.family import Devlink
from netlynx.devlink.handle import device_of, place_of
from netlynx.devlink.listing import Which, of_port
from netlynx.devlink.param import typed
from netlynx.devlink.port import PortKey
from netlynx.engine.operation import Do, Dump, Event, Group, Talk
from netlynx.errors import ConnectionClosed, EncodeError, EncodeTypeError
from netlynx.generic.message import generic_do
from netlynx.schema.arguments import member_of

EVENTS: Group[Any] = Devlink.notifications()  # Any: of as many records as there are notifications
"""All that changes of devices, ports, parameters, regions, traps, rates and line cards, health, and flashing."""


def events(where: Which) -> Group[Any]:
    """The same of one device, or of one port, and of nothing else: the kernel keeps the rest from this listener.

    Since Linux 6.8. What is of no port is kept from who asks for one. Raises EncodeError.
    """
    request = PortKey(**place_of(where, "devlink.events(where)"))
    ask = generic_do("devlink.events", "devlink", DEVLINK_CMD.NOTIFY_FILTER_SET, request, version=1)
    return msgspec.structs.replace(EVENTS, name="devlink.events", begin=(ask,))


def set_param(
    device: Which, name: str, value: Any = None, *, mode: ParamMode | str | int | None = None, reset: bool = False
) -> Talk[None]:
    """Set a parameter to an int, a bool, a text, or a text that says a number or "true"; or to its default (`reset`).

    `mode` can be left out of a parameter that has one alone. What type it has is asked first. Raises EncodeError for a
    value that a parameter of the type cannot have.
    """
    path = "devlink.set_param"
    place = device_of(device, f"{path}(device)")
    if (value is None) is not reset:
        why = "a reset has no value" if reset else "give a value, or have it reset to its default"
        raise EncodeError(why, f"{path}(value)")
    for each in value if isinstance(value, list | tuple) else [] if value is None else [value]:
        if not isinstance(each, int | str | bytes):
            raise EncodeTypeError(f"expected a number, a text or a bool, not {each!r}", f"{path}(value)")
    wanted = None if mode is None else member_of(ParamMode, mode, f"{path}(mode)")

    def steps() -> Generator[Do[Any] | Dump[Any], Any, None]:
        found = yield Devlink.param(**place, name=name)
        has = [each.mode for each in found.values]
        if wanted is None and len(has) != 1:
            modes = ", ".join(str(getattr(each, "label", each)) for each in has)
            raise EncodeError(f"say when it is to count: {name} has {modes}", f"{path}(mode)")
        kind: ValueType = found.type
        said = None if reset else typed(value, kind, f"{path}(value)")
        when = has[0] if wanted is None else wanted
        yield Devlink.set_param(**place, name=name, type=kind, value=said, mode=when, reset=reset)

    return Talk(path, steps)


def split(port: Which, count: int) -> Do[None] | Talk[None]:
    """Split a port into several. Raises EncodeError."""
    return of_port(port, "devlink.split(port)", lambda fields: Devlink.split_port(**fields, count=count))


def unsplit(port: Which) -> Do[None] | Talk[None]:
    """Make one port again of those that one was split into. Raises EncodeError."""
    return of_port(port, "devlink.unsplit(port)", lambda fields: Devlink.unsplit_port(**fields))


def recover(where: Which, reporter: str) -> Do[None]:
    """Have a reporter, of a device or a port, recover what it looks at. Raises EncodeError."""
    return Devlink.recover(**place_of(where, "devlink.recover(where)"), name=reporter)


def clear_dump(where: Which, reporter: str) -> Do[None]:
    """Forget the dump that a reporter keeps: it makes a new one at the next error. Raises EncodeError."""
    return Devlink.clear_dump(**place_of(where, "devlink.clear_dump(where)"), name=reporter)


def test_reporter(where: Which, reporter: str) -> Do[None]:
    """Have a reporter report an error, for tests. Raises EncodeError."""
    return Devlink.test_reporter(**place_of(where, "devlink.test_reporter(where)"), name=reporter)


def reload(
    device: Which,
    action: ReloadAction | str | int | None = None,
    *,
    limits: Any = None,
    netns: Any = None,
    netns_pid: int | None = None,
    netns_id: int | None = None,
) -> Do[Reloaded | None]:
    """Reload a device: "driver-reinit", unless `action` says "fw-activate"; with limits, "no-reset".

    With `netns` (a name, a path, an open one) or the others it is in that network namespace then. The answer says what
    was done; None where neither action nor limits were given: all that was asked for. Raises EncodeError.
    """
    return Devlink.reload(
        **device_of(device, "devlink.reload(device)"),
        action=action,
        limits=limits,
        netns=netns,
        netns_pid=netns_pid,
        netns_id=netns_id,
    )


def run_selftests(device: Which, *, flash: bool = True) -> Do[SelftestResults]:
    """Run selftests of a device, that of its flash memory. Raises EncodeError."""
    return Devlink.run_selftests(**device_of(device, "devlink.run_selftests(device)"), flash=flash)


def take_occupancy(device: Which, buffer: int = 0) -> Do[None]:
    """Take down how much of a shared buffer is in use: `port_pools` and `bindings` tell it then. Raises EncodeError."""
    return Devlink.take_occupancy(**device_of(device, "devlink.take_occupancy(device)"), index=buffer)


def clear_occupancy(device: Which, buffer: int = 0) -> Do[None]:
    """Forget how much of a shared buffer was in use at most. Raises EncodeError."""
    return Devlink.clear_occupancy(**device_of(device, "devlink.clear_occupancy(device)"), index=buffer)


def flash(
    device: Which, file: str, *, component: str | None = None, overwrite: FlashOverwrite | str | int | None = None
) -> Do[None]:
    """Write new firmware, of a file below /lib/firmware, into a device or a component of it, which may take minutes.

    `overwrite` "settings", "identifiers" or both are overwritten along. `flashing` tells how far it is meanwhile, as
    events do. Raises EncodeError.
    """
    fields: dict[str, Any] = {"component": component, "overwrite": overwrite}
    return Devlink.flash(**device_of(device, "devlink.flash(device)"), file=file, **fields)


def flashing(connection: Any, device: Which, file: str, **how: Any) -> Iterator[FlashProgress]:
    """Write new firmware over a `Connection`, and tell how far it is until it is done: iterate over it.

    The parameters are those of `flash`. What the kernel refuses is raised behind what was told; nothing is begun before
    the first step. Whoever ends the iteration early waits until the device is done all the same: it cannot be stopped.
    """
    operation = flash(device, file, **how)
    place = device_of(device, "devlink.flashing(device)")
    if not hasattr(connection, "subscribe") or not hasattr(connection, "do"):
        raise EncodeTypeError(f"expected a Connection, not {connection!r}", "devlink.flashing(connection)")
    return _flashing(connection, operation, place)


def _flashing(connection: Any, operation: Do[None], place: dict[str, Any]) -> Iterator[FlashProgress]:
    with connection.subscribe(EVENTS) as listening:
        reading, writing = os.pipe()
        failure: list[BaseException] = []

        def run() -> None:
            try:
                connection.do(operation)
            except BaseException as error:
                failure.append(error)
            finally:
                os.close(writing)

        thread = threading.Thread(target=run, name="netlynx-flash", daemon=True)
        thread.start()
        try:
            ended = False
            while not ended:
                ready, _, _ = select.select([listening, reading], [], [])
                ended = reading in ready  # what was told before that is in the queue
                with suppress(ConnectionClosed):
                    for each in listening.drain():
                        if isinstance(each, Event) and _is_of(each.record, place):
                            yield each.record
        finally:
            thread.join()
            os.close(reading)
    if failure:
        raise failure[0]


def _is_of(record: Any, place: dict[str, Any]) -> bool:
    return isinstance(record, FlashProgress) and record.bus == place["bus"] and record.device == place["device"]
