"""`netlynx rdma`: devices, their ports, resources, what they count, and what holds for all of them."""

from __future__ import annotations

import errno
from typing import Annotated, Any

from netlynx.cli.commands import App
from netlynx.cli.declare import Argument, Option
from netlynx.cli.form import Form
from netlynx.cli.interfaces import Interfaces
from netlynx.cli.listed import Asked, listing, show
from netlynx.cli.options import Json, Kernel, Lines, Netns, Wide, connection
from netlynx.cli.output import Column, Row, form_of, write_found
from netlynx.cli.stdout import write
from netlynx.cli.tables import Table, text

_COLOURS = {"ACTIVE": "green", "LINK_UP": "green", "RTS": "green", "DOWN": "red", "DISABLED": "red", "ERR": "red"}
_RIGHT: dict[str, Any] = {"right": True}
_SPARE: dict[str, Any] = {"spare": 1}

_Device = Annotated[str | None, Argument("DEVICE", help="Only those of this one, by its name or its index.")]
_One = Annotated[str, Argument("DEVICE", help="The device, by its name or its index.")]
_Port = Annotated[int, Option("--port", metavar="NUMBER", help="Which port of it.")]
_Pair = Annotated[int, Argument("QP", help="The queue pair, by its number.")]
_Details = Annotated[bool, Option("--details", help="Those of the driver's own, too.")]


def _columns(*about: tuple[str, str] | tuple[str, str, dict[str, Any]]) -> Table:
    """A table of which each column is a field, by its title, name and layout; the device comes first."""
    fields = [each[1] for each in about]
    titles = [Column(each[0], _COLOURS, **(each[2] if len(each) > 2 else {})) for each in about]

    def rows(record: Any, interfaces: Interfaces) -> list[Row]:
        return [[text(record.name), *(_shown(record, field) for field in fields)]]

    return Table((Column("DEVICE", bare=True), *titles), rows)


def _shown(record: Any, field: str) -> str:
    if field == "owner":
        return f"[{record.kernel}]" if record.kernel else text(record.pid)
    value = getattr(record, field)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return " ".join(map(_numbers if field == "queue_pairs" else str, value))
    return text(value)


def _numbers(each: Any) -> str:
    return str(each.number) if each.number is not None else f"{each.first}-{each.last}"


_OWNER = ("OWNER", "owner")
_MORE = ("DETAILS", "details", {"wrap": True, "spare": 1})
DEVICES = _columns(
    ("INDEX", "index", _RIGHT),
    ("NODE", "node_type"),
    ("PROTOCOL", "protocol"),
    ("PORTS", "ports", _RIGHT),
    ("FIRMWARE", "firmware"),
    ("NODE GUID", "node_guid"),
    ("DIM", "dim", _SPARE),
    ("PARENT", "parent", _SPARE),
)
LINKS = _columns(
    ("PORT", "port", _RIGHT),
    ("STATE", "state"),
    ("PHYSICAL STATE", "physical_state"),
    ("NETDEV", "netdev"),
    ("LID", "lid", {"right": True, "spare": 1}),
    ("SUBNET", "subnet_prefix", {"spare": 2}),
)
PAIRS = _columns(
    ("PORT", "port", {"right": True, "spare": 2}),
    ("QP", "number", _RIGHT),
    ("REMOTE", "remote", _RIGHT),
    ("TYPE", "type"),
    ("STATE", "state"),
    ("PD", "pd", {"right": True, "spare": 3}),
    _OWNER,
    _MORE,
)
CM_IDS = _columns(
    ("ID", "number", _RIGHT),
    ("QP", "qp", {"right": True, "spare": 2}),
    ("SPACE", "port_space", {"spare": 3}),
    ("STATE", "state"),
    ("SOURCE", "source"),
    ("DESTINATION", "destination"),
    _OWNER,
    _MORE,
)
QUEUES = _columns(
    ("CQ", "number", _RIGHT),
    ("SIZE", "size", _RIGHT),
    ("USERS", "users", _RIGHT),
    ("POLLED", "poll_context", {"spare": 2}),
    ("CONTEXT", "context", {"right": True, "spare": 3}),
    _OWNER,
    _MORE,
)
REGIONS = _columns(("MR", "number", _RIGHT), ("LENGTH", "length", _RIGHT), ("PD", "pd", _RIGHT), _OWNER, _MORE)
DOMAINS = _columns(("PD", "number", _RIGHT), ("USERS", "users", _RIGHT), ("CONTEXT", "context", _RIGHT), _OWNER, _MORE)
CONTEXTS = _columns(("CONTEXT", "number", _RIGHT), _OWNER, _MORE)
SHARED = _columns(
    ("SRQ", "number", _RIGHT),
    ("TYPE", "type"),
    ("PD", "pd", {"right": True, "spare": 2}),
    ("CQ", "cq", {"right": True, "spare": 3}),
    ("QPS", "queue_pairs", {"wrap": True}),
    _OWNER,
    _MORE,
)
_KINDS = ("pd", "cq", "qp", "cm_id", "mr", "ctx", "srq")


def _resources(record: Any, interfaces: Interfaces) -> list[Row]:
    return [[text(record.name), *(text(record.count(kind)) for kind in _KINDS)]]


def _counted(record: Any, interfaces: Interfaces) -> list[Row]:
    return [[text(record.name), text(record.port), text(each.name), text(each.value)] for each in record.values]


def _counter(record: Any, interfaces: Interfaces) -> list[Row]:
    bound = " ".join(map(_numbers, record.queue_pairs))
    first = [text(record.name), text(record.port), text(record.number), text(record.mode), bound]
    values = [[text(each.name), text(each.value)] for each in record.values] or [["", ""]]
    return [[*first, *values[0]], *([*[""] * len(first), *each] for each in values[1:])]


def _countable(record: Any, interfaces: Interfaces) -> list[Row]:
    said = {None: "always", True: "on demand, and is", False: "on demand, and is not"}
    return [[text(record.name), text(record.port), text(each.name), said[each.enabled]] for each in record.each]


RESOURCES = Table(
    (Column("DEVICE", bare=True), *(Column(kind.upper().replace("_", " "), right=True) for kind in _KINDS)), _resources
)
STATISTICS = Table(
    (Column("DEVICE", bare=True), Column("PORT", right=True), Column("WHAT"), Column("VALUE", right=True)), _counted
)
COUNTERS = Table(
    (
        Column("DEVICE", bare=True),
        Column("PORT", right=True),
        Column("COUNTER", right=True),
        Column("BOUND"),
        Column("QPS", wrap=True),
        Column("WHAT"),
        Column("VALUE", right=True),
    ),
    _counter,
)
COUNTABLES = Table(
    (Column("DEVICE", bare=True), Column("PORT", right=True), Column("WHAT"), Column("IS COUNTED")), _countable
)
SYSTEM = (Column("WHAT"), Column("VALUE"))


def _which(device: str | None) -> Any:
    """A device as the room takes it: a name, or an index."""
    return int(device) if device is not None and device.isdecimal() else device


@listing(DEVICES)
def devices() -> Asked:
    """List devices: what each is, and how many ports it has."""
    from netlynx import rdma

    return rdma.devices()


@listing(LINKS)
def links(device: _Device = None) -> Asked:
    """List ports of devices, and the network interface behind each."""
    from netlynx import rdma

    return rdma.links(_which(device))


@listing(RESOURCES, single="device", beside="details")
def resources(device: _Device = None, details: _Details = False) -> Asked:
    """List how many resources devices have, by kind; of one device, with those of its driver's own if wanted."""
    from netlynx import rdma
    from netlynx.cli.form import misused

    if device is not None:
        return rdma.resource_counts(_which(device), details=details)
    if details:
        raise misused("the kernel tells them of one device: give DEVICE too", "--details")
    return rdma.resources()


@listing(PAIRS)
def qps(device: _Device = None, details: _Details = False) -> Asked:
    """List queue pairs, and whose they are: a process by its number, a part of the kernel by its name."""
    from netlynx import rdma

    return rdma.queue_pairs(_which(device), details=details)


@listing(CM_IDS)
def cm_ids(device: _Device = None, details: _Details = False) -> Asked:
    """List identifiers of the connection manager: who is connected with whom, who listens."""
    from netlynx import rdma

    return rdma.cm_ids(_which(device), details=details)


@listing(QUEUES)
def cqs(device: _Device = None, details: _Details = False) -> Asked:
    """List completion queues."""
    from netlynx import rdma

    return rdma.completion_queues(_which(device), details=details)


@listing(REGIONS)
def mrs(device: _Device = None, details: _Details = False) -> Asked:
    """List memory regions; their keys, which take CAP_NET_ADMIN, are in JSON."""
    from netlynx import rdma

    return rdma.memory_regions(_which(device), details=details)


@listing(DOMAINS)
def pds(device: _Device = None, details: _Details = False) -> Asked:
    """List protection domains."""
    from netlynx import rdma

    return rdma.protection_domains(_which(device), details=details)


@listing(CONTEXTS)
def contexts(device: _Device = None, details: _Details = False) -> Asked:
    """List which processes have opened devices."""
    from netlynx import rdma

    return rdma.contexts(_which(device), details=details)


@listing(SHARED)
def srqs(device: _Device = None, details: _Details = False) -> Asked:
    """List shared receive queues, and the queue pairs that share each."""
    from netlynx import rdma

    return rdma.shared_receive_queues(_which(device), details=details)


@listing(COUNTERS)
def counters(device: _Device = None) -> Asked:
    """List counters that queue pairs are bound to, and what each counted."""
    from netlynx import rdma

    return rdma.counters(_which(device))


def statistics(
    device: _Device = None,
    json: Json = False,
    lines: Lines = False,
    wide: Wide = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """List what ports have counted: of a device, or of all whose drivers count."""
    from netlynx import rdma
    from netlynx.errors import NetlinkError

    form = form_of(json, lines, wide=wide)
    found = []
    with connection(netns, kernel) as nl:
        for each in nl.dump(rdma.links(_which(device))).all():
            try:
                found.append(nl.do(rdma.statistics(each.index or 0, each.port or 1)))
            except NetlinkError as error:
                if device is not None or error.errno != errno.EINVAL:
                    raise
        show(nl, form, STATISTICS, found, wide=wide)


def countables(
    device: _One,
    count: Annotated[
        list[str] | None,
        Option("--count", metavar="NAME", help="Count this on demand, and no other; can be given several times."),
    ] = None,
    none: Annotated[bool, Option("--count-none", help="Count nothing of what is counted on demand.")] = False,
    port: _Port = 1,
    json: Json = False,
    lines: Lines = False,
    wide: Wide = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """List all that a port can count; or say what is to be counted on demand, which takes CAP_NET_ADMIN."""
    from netlynx import rdma
    from netlynx.cli.form import misused

    form = form_of(json, lines, wide=wide)
    if count and none:
        raise misused("it says the contrary of --count: leave one out", "--count-none")
    with connection(netns, kernel) as nl:
        if count or none:
            nl.do(rdma.set_optional_counters(_which(device), count or (), port=port))
        show(nl, form, COUNTABLES, [nl.do(rdma.countables(_which(device), port))], wide=wide)


def system(
    json: Json = False, lines: Lines = False, wide: Wide = False, netns: Netns = None, kernel: Kernel = "host"
) -> None:
    """Show what holds for all devices: whether network namespaces share them, and what this kernel can."""
    from netlynx import rdma

    form = form_of(json, lines, wide=wide)
    with connection(netns, kernel) as nl:
        found = nl.do(rdma.system())
    rows = [[name.replace("_", " "), _shown(found, name)] for name in found.to_dict()] if form is Form.TABLE else ()
    write_found([found], form, SYSTEM, rows, wide=wide)


def bind(
    device: _One,
    qp: _Pair,
    counter: Annotated[int | None, Option("--counter", metavar="NUMBER", help="To this one, and no new one.")] = None,
    port: _Port = 1,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """Bind a queue pair to a counter, or to a new one. It takes CAP_NET_ADMIN."""
    from netlynx import rdma

    with connection(netns, kernel) as nl:
        told = nl.do(rdma.bind(_which(device), qp, counter, port=port))
    write(f"queue pair {qp} is bound to counter {told.counter}: `netlynx rdma counters` shows what it counts")


def unbind(
    device: _One,
    qp: _Pair,
    counter: Annotated[int, Argument("COUNTER", help="The counter that it is bound to.")],
    port: _Port = 1,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """Take a queue pair from its counter, which goes with the last of them. It takes CAP_NET_ADMIN."""
    from netlynx import rdma

    with connection(netns, kernel) as nl:
        nl.do(rdma.unbind(_which(device), qp, counter, port=port))
    write(f"queue pair {qp} is bound to no counter")


commands = App()


@commands.callback()
def about() -> None:
    """List devices of RDMA, their ports and resources, and what they count."""


for _command in (devices, links, resources, qps, cm_ids, cqs, mrs, pds, contexts, srqs, counters):
    commands.command()(_command)
for _other in (statistics, countables, system, bind, unbind):
    commands.command()(_other)
