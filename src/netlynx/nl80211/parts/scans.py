"""Networks: looked for, and found. Source: net/wireless/nl80211.c."""

from __future__ import annotations

import errno
from collections.abc import Generator, Iterable
from typing import Any

from netlynx.engine.awaited import Awaited
from netlynx.engine.operation import Do, Dump, Event, Group, Talk
from netlynx.errors import EncodeError, from_errno
from netlynx.generic import Family, do, dump, event
from netlynx.schema.arguments import several_of

from ..bss import Bss, BssFilter, Scan
from ..enums.found import ScanFlags
from ..interface import InterfaceKey
from ..numbers.commands import NL80211_CMD as _C


class Scans(Family, name="nl80211", version=1):
    """Networks: looked for, and found."""

    trigger_scan = do(_C.TRIGGER_SCAN, request=Scan, privileged="namespace")
    abort_scan = do(_C.ABORT_SCAN, request=InterfaceKey, privileged="namespace")
    scan_results = dump(_C.GET_SCAN, request=BssFilter, reply=Bss, reply_number=_C.NEW_SCAN_RESULTS)
    scan_started = event(_C.TRIGGER_SCAN, Scan, group="scan")
    scan_done = event(_C.NEW_SCAN_RESULTS, Scan, group="scan")
    scan_aborted = event(_C.SCAN_ABORTED, Scan, group="scan")
    repeated_scan_started = event(_C.START_SCHED_SCAN, Scan, group="scan")
    repeated_scan_found = event(_C.SCHED_SCAN_RESULTS, Scan, group="scan")
    repeated_scan_stopped = event(_C.SCHED_SCAN_STOPPED, Scan, group="scan")


SCANS: Group[Any] = Scans.notifications("scan")
"""Scans that begin, end, and are given up."""


def scan_results(index: int | str) -> Dump[Bss]:
    """The networks that an interface has seen of late, without looking anew: see `scan`."""
    return Scans.scan_results(index=index)


def abort_scan(index: int | str) -> Do[None]:
    """Have a scan that is under way end now. `NotFound` where none is."""
    return Scans.abort_scan(index=index)


def scan(
    index: int | str,
    *,
    ssids: Iterable[str] = ("",),
    frequencies: Iterable[int] = (),
    passive: bool = False,
    flush: bool = False,
    flags: Any = None,
    **values: Any,
) -> Talk[list[Bss]]:
    """Look for networks now, wait until that is done, and list those that were found.

    It asks whoever is there, or, with `ssids`, for these; `passive` sends nothing and listens only. `frequencies` are
    in MHz: all that are allowed, unless given. What was found before is listed too, unless with `flush`. `flags` are
    further `ScanFlags`, `values` further fields of `Scan`. Where another scan is under way, this one comes after it.

    The interface has to be up, and it takes CAP_NET_ADMIN. It takes some seconds; how long is waited for it, the
    connection's timeout says. Raises EncodeError for a value that a field cannot have; NetlinkError, which is of
    ECANCELED where somebody gave the scan up.
    """
    names = tuple(several_of(ssids, "nl80211.scan(ssids)"))
    if passive and names not in ((), ("",)):
        raise EncodeError("a passive scan sends nothing, so it asks for no names: leave one out", "nl80211.scan(ssids)")
    wanted = Scan(flags=flags).flags or ScanFlags(0)
    if flush:
        wanted |= ScanFlags.FLUSH
    trigger = Scans.trigger_scan(
        index=index,
        ssids=None if passive else names,
        frequencies=tuple(several_of(frequencies, "nl80211.scan(frequencies)")) or None,
        flags=wanted or None,
        **values,
    )
    looking = Awaited(
        "nl80211.scan",
        trigger,
        (Scans.scan_started, Scans.scan_done, Scans.scan_aborted),
        _ended,
        (errno.EBUSY,),
        _begun,
    )
    listing = Scans.scan_results(index=index)

    def steps() -> Generator[Any, Any, list[Bss]]:
        yield looking
        found: list[Bss] = yield listing
        return found

    return Talk("nl80211.scan", steps)


def _begun(asked: Do[Any], event: Event[Any]) -> bool:
    """Whether an event says that the scan of a request begins: one that was told of its end before is another."""
    request: Any = asked.request
    return event.kind == "scan_started" and event.record.index == request.index


def _ended(asked: Do[Any], event: Event[Any]) -> bool | None:
    """Whether an event says that the scan of a request is over. Raises NetlinkError for one that was given up."""
    request: Any = asked.request
    if event.record.index != request.index or event.kind == "scan_started":
        return None
    if event.kind == "scan_aborted":
        raise from_errno(errno.ECANCELED, "the scan was given up before its end", asked=str(asked))
    return True
