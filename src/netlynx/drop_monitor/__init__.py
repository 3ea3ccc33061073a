"""Dropped packets: which, where in the kernel, why; and those that devices dropped. Family ``NET_DM``.

    from netlynx import drop_monitor

    session = nl.do(drop_monitor.begin(mode="packet"))
    with nl.subscribe(drop_monitor.DROPS) as events:
        drop = events.get().record
        print(drop.reason, drop.function, drop.packet)
    nl.do(drop_monitor.end(session))

There is one monitor of the whole machine, in the initial network namespace, for the packets of all. It has to be
started, and told whether to tell sums or packets, which cannot be changed while it goes on. It takes CAP_NET_ADMIN, and
listening CAP_SYS_ADMIN; a kernel has it as a module (``drop_monitor``). Source: linux/net_dropmon.h,
net/core/drop_monitor.c.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import msgspec

from netlynx.drop_monitor.constants import NET_DM_ATTR, NET_DM_CMD, AlertMode, Origin
from netlynx.drop_monitor.records import (
    Configuration,
    Drop,
    Monitored,
    Point,
    Points,
    Statistics,
    Summary,
    TrapCount,
)
from netlynx.drop_monitor.symbols import Symbols
from netlynx.engine.operation import Do, Dump, Group, Talk
from netlynx.errors import EncodeError, NetlinkError
from netlynx.generic import Family, do, event
from netlynx.schema.arguments import record_of
from netlynx.schema.sending import given

__all__ = [
    "DROPS",
    "NET_DM_ATTR",
    "NET_DM_CMD",
    "AlertMode",
    "Configuration",
    "Drop",
    "DropMonitor",
    "Monitored",
    "Origin",
    "Point",
    "Points",
    "Session",
    "Statistics",
    "Summary",
    "Symbols",
    "TrapCount",
    "begin",
    "configuration",
    "configure",
    "end",
    "start",
    "statistics",
    "stop",
]


class DropMonitor(Family, name="NET_DM", version=2, netnsok=False, joining={"events": "sys_admin"}):
    """The family ``NET_DM``."""

    configure = do(NET_DM_CMD.CONFIG, request=Configuration, privileged=True)
    start = do(NET_DM_CMD.START, request=Monitored, privileged=True)
    stop = do(NET_DM_CMD.STOP, request=Monitored, privileged=True)
    configuration = do(NET_DM_CMD.CONFIG_GET, reply=Configuration, reply_number=NET_DM_CMD.CONFIG_NEW)
    statistics = do(NET_DM_CMD.STATS_GET, reply=Statistics, reply_number=NET_DM_CMD.STATS_NEW)

    summary = event(NET_DM_CMD.ALERT, Summary, group="events")
    drop = event(NET_DM_CMD.PACKET_ALERT, Drop, group="events")


DROPS: Group[Drop | Summary] = DropMonitor.notifications()
"""What is dropped while the monitor goes on: in the mode ``packet`` a `Drop` for each, else a `Summary` a second."""


class Session(msgspec.Struct, frozen=True):
    """What `begin` has started, and how drops were told `before` where it changed that: for `end`."""

    software: bool
    hardware: bool
    before: Configuration | None


def configuration() -> Do[Configuration]:
    """How drops are told."""
    return DropMonitor.configuration()


def configure(configuration: Configuration) -> Do[None]:
    """Say how drops are told; `Busy` while something monitors. Raises EncodeError for a record that says nothing."""
    record_of(Configuration, configuration, "drop_monitor.configure")
    if not given(configuration):
        raise EncodeError("say something: mode, truncation, or queue_length", "drop_monitor.configure")
    return DropMonitor.configure(configuration)


def start(*, software: bool = True, hardware: bool = False) -> Do[None]:
    """Start to tell of drops; `NetlinkError` (EAGAIN) where it goes on already. Raises EncodeError for neither."""
    return DropMonitor.start(_monitored(software, hardware, "drop_monitor.start"))


def stop(*, software: bool = True, hardware: bool = False) -> Do[None]:
    """Stop it, whoever started it; the kernel says nothing where it does not go on. Raises EncodeError for neither."""
    return DropMonitor.stop(_monitored(software, hardware, "drop_monitor.stop"))


def statistics() -> Do[Statistics]:
    """How many dropped packets were not told."""
    return DropMonitor.statistics()


def begin(
    *,
    mode: AlertMode | str = AlertMode.PACKET,
    truncation: int | None = None,
    queue_length: int | None = None,
    software: bool = True,
    hardware: bool = False,
) -> Talk[Session]:
    """Set up how drops are told, and start; where it cannot be started, all is as it was.

    It is set up where it is different only: `Busy` says that something monitors, which would have to stop first. Raises
    EncodeError.
    """
    wanted = Configuration(mode=mode, truncation=truncation, queue_length=queue_length)
    starting = start(software=software, hardware=hardware)

    def steps() -> Generator[Do[Any] | Dump[Any], Any, Session]:
        found = yield configuration()
        different = any(getattr(wanted, name) not in (None, getattr(found, name)) for name in given(wanted))
        before: Configuration | None = found if different and given(found) else None
        if different:
            yield configure(wanted)
        try:
            yield starting
        except NetlinkError:
            if before is not None:
                yield configure(before)
            raise
        return Session(software, hardware, before)

    return Talk("drop_monitor.begin", steps)


def end(session: Session) -> Talk[None]:
    """Stop what `begin` has started, and have drops told as before. Raises EncodeError."""
    if not isinstance(session, Session):
        raise EncodeError(f"it takes what begin() has answered, not {session!r}", "drop_monitor.end(session)")

    def steps() -> Generator[Do[Any] | Dump[Any], Any, None]:
        yield stop(software=session.software, hardware=session.hardware)
        if session.before is not None:
            yield configure(session.before)

    return Talk("drop_monitor.end", steps)


def _monitored(software: bool, hardware: bool, path: str) -> Monitored:
    if not (software or hardware):
        raise EncodeError("of what: software, hardware, or both", path)
    return Monitored(software=software, hardware=hardware)
