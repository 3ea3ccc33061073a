"""What can be asked: devices, ports, resources and statistics, of one device or of all.

A device is told by its index or its name, a port by its number, from 1 on. Of all but devices the kernel answers for
one device at a time: without one, those that there are are asked one after the other.

Source: drivers/infiniband/core/nldev.c.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, TypeVar, cast

import msgspec

from netlynx.engine.named import NamedDo, NamedDump, settled
from netlynx.engine.operation import Do, Dump, in_words, make_do, make_dump
from netlynx.engine.reading import Reading
from netlynx.errors import EncodeError
from netlynx.rdma.device import Device, Link
from netlynx.rdma.numbers import RDMA_NL, RDMA_NLDEV_CMD
from netlynx.rdma.parts import DEVICE, DEVICES, A
from netlynx.rdma.request import Wanted
from netlynx.rdma.resource import (
    CmId,
    CompletionQueue,
    Context,
    MemoryRegion,
    ProtectionDomain,
    QueuePair,
    Resources,
    SharedReceiveQueue,
)
from netlynx.rdma.system import CharacterDevice, System
from netlynx.schema.arguments import text_of
from netlynx.schema.record import Record
from netlynx.schema.wanted import Wanted as Name
from netlynx.schema.wanted import filled
from netlynx.schema.wanted import wanted as wanted_names
from netlynx.wire.constants import NETLINK

R = TypeVar("R", bound=Record)
T = TypeVar("T")
C = RDMA_NLDEV_CMD

Which: TypeAlias = int | str
"""A device, by its index or its name."""


def number(command: int, client: int = RDMA_NL.NLDEV) -> int:
    """The type of a message."""
    return client << 10 | command


def asking(
    name: str,
    command: int,
    wanted: Record,
    reply: Any = None,
    answered: int | None = None,
    *,
    client: int = RDMA_NL.NLDEV,
    path: str = "",
) -> Any:
    """A request for one thing. What answers it is of the type `answered`, where that is another.

    Where the name of a device stands for its index, that is asked for first; `path` says where it was given, if not as
    an argument.
    """

    def make(record: Record) -> Do[Any]:
        asked, told = number(command, client), number(command if answered is None else answered, client)
        return make_do(f"rdma.{name}", NETLINK.RDMA, asked, record, reply=reply, reply_type=told if reply else 0)

    return _of_one(name, wanted, make, NamedDo, path)


def _of_one(name: str, asked: Record, make: Callable[[Any], T], later: Any, path: str = "") -> T:
    """What `make` makes of a request, once the numbers are known of the names in it."""
    given = path or f"rdma.{name}(device)"
    names = [each._replace(path=given) if each.names == DEVICE else each for each in wanted_names(asked)]
    if not names:
        bare: T = make(asked)
        return bare
    unknown, made, model = settled(names, lambda numbers: make(filled(asked, numbers)))
    operation: T = later(f"rdma.{name}", in_words(asked), unknown, made, model)
    return operation


def _table(name: str, command: int, reply: type[R], rows: int, wanted: Wanted) -> Dump[R]:
    listing = make_dump(f"rdma.{name}", NETLINK.RDMA, number(command), wanted, reply, number(command))
    reading = Reading((), rows=rows, bare=True) if rows else None
    return msgspec.structs.replace(listing, reading=reading)


def listed(name: str, command: int, reply: type[R], rows: int, device: Which | None, **fields: Any) -> Dump[R]:
    """The listing of a device, or of all that there are when it is asked for; `rows` is what holds its rows."""

    def of(wanted: Wanted) -> Dump[R]:
        return _table(name, command, reply, rows, wanted)

    if device is not None:
        made: Dump[R] = _of_one(name, Wanted(device=device, **fields), of, NamedDump)
        return made

    def each(numbers: Mapping[Any, Any]) -> Dump[R]:
        found = numbers[DEVICES, "all"]
        indexes = found if isinstance(found, tuple) else (found,)  # one, of the model
        first, *others = [of(Wanted(device=index, **fields)) for index in indexes] or [_nothing(reply)]
        return msgspec.structs.replace(first, name=f"rdma.{name}", following=tuple(others))

    unknown, make, model = settled((Name(DEVICES, "all", f"rdma.{name}"),), each)
    named: Dump[R] = cast("Any", NamedDump(f"rdma.{name}", in_words(Wanted(**fields)), unknown, make, model))
    return named


def _nothing(reply: type[R]) -> Dump[R]:
    """A listing of nothing, for there is no device: their own, of which none has rows."""
    return _table("", C.GET, reply, A.RES_QP, Wanted())


def devices() -> Dump[Device]:
    """All devices: of this network namespace, where they are not shared."""
    return make_dump("rdma.devices", NETLINK.RDMA, number(C.GET), Wanted(), Device, number(C.GET))


def device(device: Which) -> Do[Device]:
    """One device. `NotFound` without it."""
    made: Do[Device] = asking("device", C.GET, Wanted(device=device), Device)
    return made


def links(device: Which | None = None) -> Dump[Link]:
    """The ports of a device, or of all, with the network interface behind each."""
    return listed("links", C.PORT_GET, Link, 0, device)


def link(device: Which, port: int = 1) -> Do[Link]:
    """One port of a device."""
    made: Do[Link] = asking("link", C.PORT_GET, Wanted(device=device, port=port), Link, C.GET)
    return made


def system() -> Do[System]:
    """What holds for all devices."""
    made: Do[System] = asking("system", C.SYS_GET, Wanted(), System)
    return made


def character_device(kind: str, device: Which | None = None, port: int | None = None) -> Do[CharacterDevice]:
    """The device file of a kind: "uverbs" of a device, "umad" or "issm" of a port of one, "rdma_cm" of all.

    `NotSupported` where there is none. Raises EncodeError for a port without its device.
    """
    if port is not None and device is None:
        raise EncodeError("say of which device", "rdma.character_device(port)")
    wanted = Wanted(file=text_of(kind, "rdma.character_device(kind)"), device=device, port=port)
    made: Do[CharacterDevice] = asking("character_device", C.GET_CHARDEV, wanted, CharacterDevice)
    return made


def resources() -> Dump[Resources]:
    """How many resources each device has: those of a driver's own are not counted."""
    return make_dump("rdma.resources", NETLINK.RDMA, number(C.RES_GET), Wanted(), Resources, number(C.RES_GET))


def resource_counts(device: Which, *, details: bool = False) -> Do[Resources]:
    """How many resources a device has, with those of its driver's own too (`details`)."""
    wanted = Wanted(device=device, details=details or None)
    made: Do[Resources] = asking("resource_counts", C.RES_GET, wanted, Resources)
    return made


def queue_pairs(device: Which | None = None, *, port: int | None = None, details: bool = False) -> Dump[QueuePair]:
    """Queue pairs: of a device or of all, of a port, with those of the driver's own too (`details`)."""
    return listed("queue_pairs", C.RES_QP_GET, QueuePair, A.RES_QP, device, port=port, details=details or None)


def queue_pair(device: Which, number: int, *, port: int = 1) -> Do[QueuePair]:
    """One queue pair, of which the port has to be said."""
    made: Do[QueuePair] = asking("queue_pair", C.RES_QP_GET, Wanted(device=device, port=port, qp=number), QueuePair)
    return made


def cm_ids(device: Which | None = None, *, port: int | None = None, details: bool = False) -> Dump[CmId]:
    """Identifiers of the connection manager: see `queue_pairs`."""
    return listed("cm_ids", C.RES_CM_ID_GET, CmId, A.RES_CM_ID, device, port=port, details=details or None)


def cm_id(device: Which, number: int, *, port: int = 1) -> Do[CmId]:
    """One identifier of the connection manager, of which the port has to be said."""
    made: Do[CmId] = asking("cm_id", C.RES_CM_ID_GET, Wanted(device=device, port=port, cm_id=number), CmId)
    return made


def completion_queues(device: Which | None = None, *, details: bool = False) -> Dump[CompletionQueue]:
    """Completion queues: of a device or of all, with those of the driver's own too (`details`)."""
    return listed("completion_queues", C.RES_CQ_GET, CompletionQueue, A.RES_CQ, device, details=details or None)


def completion_queue(device: Which, number: int) -> Do[CompletionQueue]:
    """One completion queue."""
    wanted = Wanted(device=device, cq=number)
    made: Do[CompletionQueue] = asking("completion_queue", C.RES_CQ_GET, wanted, CompletionQueue)
    return made


def memory_regions(device: Which | None = None, *, details: bool = False) -> Dump[MemoryRegion]:
    """Memory regions: see `completion_queues`."""
    return listed("memory_regions", C.RES_MR_GET, MemoryRegion, A.RES_MR, device, details=details or None)


def memory_region(device: Which, number: int) -> Do[MemoryRegion]:
    """One memory region."""
    made: Do[MemoryRegion] = asking("memory_region", C.RES_MR_GET, Wanted(device=device, mr=number), MemoryRegion)
    return made


def protection_domains(device: Which | None = None, *, details: bool = False) -> Dump[ProtectionDomain]:
    """Protection domains: see `completion_queues`."""
    return listed("protection_domains", C.RES_PD_GET, ProtectionDomain, A.RES_PD, device, details=details or None)


def protection_domain(device: Which, number: int) -> Do[ProtectionDomain]:
    """One protection domain."""
    wanted = Wanted(device=device, pd=number)
    made: Do[ProtectionDomain] = asking("protection_domain", C.RES_PD_GET, wanted, ProtectionDomain)
    return made


def contexts(device: Which | None = None, *, details: bool = False) -> Dump[Context]:
    """Processes that have opened devices: see `completion_queues`."""
    return listed("contexts", C.RES_CTX_GET, Context, A.RES_CTX, device, details=details or None)


def context(device: Which, number: int) -> Do[Context]:
    """One of them."""
    made: Do[Context] = asking("context", C.RES_CTX_GET, Wanted(device=device, context=number), Context)
    return made


def shared_receive_queues(device: Which | None = None, *, details: bool = False) -> Dump[SharedReceiveQueue]:
    """Shared receive queues: see `completion_queues`."""
    name = "shared_receive_queues"
    return listed(name, C.RES_SRQ_GET, SharedReceiveQueue, A.RES_SRQ, device, details=details or None)


def shared_receive_queue(device: Which, number: int) -> Do[SharedReceiveQueue]:
    """One shared receive queue."""
    wanted = Wanted(device=device, srq=number)
    made: Do[SharedReceiveQueue] = asking("shared_receive_queue", C.RES_SRQ_GET, wanted, SharedReceiveQueue)
    return made
