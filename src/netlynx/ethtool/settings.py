"""What sets something of a device, and what of a record is only told: the kernel refuses a request that has it.

What was read can be sent back: what is only told is compared with what the device says now, and left out of the
request. Which fields those are follows from the policies in net/ethtool (`ethnl_rings_set_policy` and so on).
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, Generic, ParamSpec, TypeVar, overload

from netlynx.engine.operation import Do, Talk
from netlynx.errors import EncodeError
from netlynx.generic.declaration import DoCommand
from netlynx.generic.told import difference
from netlynx.schema.record import Record, class_of, replace_fields
from netlynx.schema.sending import own

from .bitset import Bits
from .channels import Channels
from .eee import Eee
from .features import Features
from .fec import Fec
from .header import RequestFlags
from .linkinfo import LinkInfo
from .linkmodes import LinkModes
from .mm import MacMerge
from .module import Module
from .pause import Pause
from .plca import Plca
from .pse import Pse
from .rings import Rings
from .rss import Rss

P = ParamSpec("P")
Q = TypeVar("Q")  # the record of requests
T = TypeVar("T")

TOLD: dict[type[Record], tuple[str, ...]] = {
    LinkInfo: ("crossover", "transceiver"),
    LinkModes: ("peer", "clock_state", "rate_matching"),
    Features: ("hardware", "active", "fixed"),
    Rings: ("rx_max", "rx_mini_max", "rx_jumbo_max", "tx_max", "tx_push_buffer_max", "hds_threshold_max"),
    Channels: ("rx_max", "tx_max", "other_max", "combined_max"),
    Pause: ("statistics", "statistics_source"),
    Eee: ("peer", "active"),
    Fec: ("active", "statistics"),
    Module: ("power_mode",),
    Pse: (
        *("podl_state", "podl_detection", "state", "detection", "power_class", "power", "reason", "detail", "limits"),
        *("domain", "priority_max"),
    ),
    MacMerge: ("tx_active", "rx_min_frag_size", "verify_status", "max_verify_time", "statistics"),
    Rss: ("start_context",),
    Plca: ("version", "status"),
}
"""Fields that no request can set."""


class Setting(Generic[P, Q, T]):
    """What sets something: ``set_rings(Rings(device="eth0", rx=512))``. Fields that are None stay as they are."""

    def __init__(self, command: DoCommand[P, Q, T], asking: DoCommand[..., Any, Any]) -> None:
        self.command, self.asking = command, asking

    @overload
    def __call__(self, record: Q, /) -> Do[T] | Talk[T]: ...
    @overload
    def __call__(self, *args: P.args, **values: P.kwargs) -> Do[T] | Talk[T]: ...
    def __call__(self, *args: Any, **values: Any) -> Do[T] | Talk[T]:
        """The operation, from a record or its fields.

        Of a record that was read, what is only told is asked again and compared before the rest is sent: that makes a
        `Talk`. It raises EncodeError for a value that is another now, as nothing can set it.

        Raises EncodeError for a value that a field cannot have and for what is only told, TypeError for a field that
        there is not.
        """
        wanted: Any = self.command.request
        if args and (values or len(args) > 1 or class_of(args[0]) is not wanted):
            return self.command(*args, **values)  # which refuses it
        record = args[0] if args else wanted(**values)
        given = {name: value for name in TOLD.get(wanted, ()) if (value := getattr(record, name)) is not None}
        for name in own(record) & {*given}:
            raise EncodeError("is only told: leave it out of the request", f"{wanted.__name__}.{name}")
        if given or (isinstance(record, Features) and _lists_all(record)):
            return self._compared(record, given)
        return self.command(record)

    def _compared(self, record: Any, given: dict[str, Any]) -> Talk[T]:
        which = {name: value for name in ("device", "device_index") if (value := getattr(record, name)) is not None}
        asked = self.asking(**which, request_flags=RequestFlags.STATS if "statistics" in given else None)
        request = replace_fields(record, **dict.fromkeys(given))
        operation = self.command(request)

        def steps() -> Generator[Do[Any], Any, T]:
            current = yield asked
            if (name := difference(record, current, given)) is not None:
                raise EncodeError(
                    f"is only told, and the device says {getattr(current, name)!s} now: leave it out of the request",
                    f"{class_of(record).__name__}.{name}",
                )
            relative = isinstance(request, Features) and _lists_all(request)
            changes: Any = _changes(request, current) if relative else request
            answer: T = yield self.command(changes) if relative else operation
            return answer

        return Talk(self.command.title, steps)


def _lists_all(record: Features) -> bool:
    """Whether it says of all features whether they are wanted: to the kernel, of those too that never change."""
    if record.wanted is None:
        return False
    try:
        return Bits.of(record.wanted).off is None
    except TypeError:
        return False  # what is no set of names is refused when it is encoded


def _changes(record: Features, current: Features) -> Features:
    """The record with those features alone that are to change."""
    wanted = Bits.of(record.wanted or ()).names
    now = frozenset() if current.wanted is None else current.wanted.names
    changes = Bits(on=tuple(sorted(wanted - now)), off=tuple(sorted(now - wanted)))
    return replace_fields(record, wanted=changes)
