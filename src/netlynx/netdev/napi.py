"""NAPI instances: what polls the queues of a device."""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.netdev.constants import NETDEV_A_NAPI, Threaded
from netlynx.schema import Record, attr, enum, interface, takes, u32, uint
from netlynx.schema.facts import Facts

_NAPI = NETDEV_A_NAPI
_TOLD = {"NETDEV_A_NAPI_*": "what is told of it, not what it is found by: Napi"}


class NapiKey(Record, header=GenericHeader):
    """Which instance."""

    __facts__: ClassVar[Facts] = Facts(attributes=_NAPI, policy="netdev_napi_get_do_nl_policy", spec=("netdev", "napi"))
    __omitted__: ClassVar[dict[str, str]] = _TOLD

    id: int | None = attr(_NAPI.ID, u32)


class NapiFilter(Record, header=GenericHeader):
    """Whose instances."""

    __facts__: ClassVar[Facts] = Facts(
        attributes=_NAPI, policy="netdev_napi_get_dump_nl_policy", spec=("netdev", "napi")
    )
    __omitted__: ClassVar[dict[str, str]] = _TOLD

    index: takes.Name[int | None] = attr(_NAPI.IFINDEX, interface)


class NapiSettings(Record, header=GenericHeader):
    """What can be set of an instance; what is None stays."""

    __facts__: ClassVar[Facts] = Facts(attributes=_NAPI, policy="netdev_napi_set_nl_policy", spec=("netdev", "napi"))
    __omitted__: ClassVar[dict[str, str]] = {"NETDEV_A_NAPI_*": "what cannot be set: Napi"}

    id: int | None = attr(_NAPI.ID, u32)
    defer_hard_irqs: int | None = attr(_NAPI.DEFER_HARD_IRQS, u32)
    gro_flush_timeout: int | None = attr(_NAPI.GRO_FLUSH_TIMEOUT, uint)
    irq_suspend_timeout: int | None = attr(_NAPI.IRQ_SUSPEND_TIMEOUT, uint)
    threaded: takes.Member[Threaded | None] = attr(_NAPI.THREADED, enum(Threaded, u32))


class Napi(Record, header=GenericHeader):
    """One instance."""

    __facts__: ClassVar[Facts] = Facts(attributes=_NAPI, spec=("netdev", "napi"))

    index: takes.Name[int | None] = attr(_NAPI.IFINDEX, interface)  # of the interface
    id: int | None = attr(_NAPI.ID, u32)
    irq: int | None = attr(_NAPI.IRQ, u32)
    pid: int | None = attr(_NAPI.PID, u32)  # of the thread that polls, if there is one
    defer_hard_irqs: int | None = attr(_NAPI.DEFER_HARD_IRQS, u32)  # polls without work before interrupts are back on
    gro_flush_timeout: int | None = attr(_NAPI.GRO_FLUSH_TIMEOUT, uint)  # nanoseconds
    irq_suspend_timeout: int | None = attr(_NAPI.IRQ_SUSPEND_TIMEOUT, uint)  # nanoseconds
    threaded: takes.Member[Threaded | None] = attr(_NAPI.THREADED, enum(Threaded, u32))
