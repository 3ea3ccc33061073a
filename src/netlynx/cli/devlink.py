"""`netlynx devlink`: devices beyond their interfaces; lists of ports, parameters, health, memory, rates, traps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from netlynx.cli import devlink_details as details
from netlynx.cli.commands import App
from netlynx.cli.declare import Argument
from netlynx.cli.interfaces import Interfaces
from netlynx.cli.listed import Asked, listing
from netlynx.cli.output import Column, Row
from netlynx.cli.tables import Table, text

if TYPE_CHECKING:
    from netlynx.devlink import Param

_Device = Annotated[str | None, Argument("DEVICE", help="Only those of this one: pci/0000:03:00.0.")]
_COLOURS = {"healthy": "green", "error": "red", "drop": "red", "active": "green"}


def _columns(*about: tuple[str, str] | tuple[str, str, dict[str, Any]]) -> Table:
    """A table of which each column is a field, by its title, name and layout; the handle comes first."""
    fields = [each[1] for each in about]
    titles = [Column(each[0], _COLOURS, **(each[2] if len(each) > 2 else {})) for each in about]

    def rows(record: Any, interfaces: Interfaces) -> list[Row]:
        return [[record.handle, *(_shown(getattr(record, field)) for field in fields)]]

    return Table((Column("DEVICE", bare=True), *titles), rows)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return " ".join(map(str, value))
    return text(value)


_RIGHT: dict[str, Any] = {"right": True}
DEVICES = _columns(("RELOAD FAILED", "reload_failed"))
PORTS = _columns(
    ("TYPE", "type"),
    ("NETDEV", "netdev"),
    ("FLAVOUR", "flavour"),
    ("PORT", "number", _RIGHT),
    ("PF", "pf", {"right": True, "spare": 1}),
    ("VF", "vf", {"right": True, "spare": 1}),
    ("SF", "sf", {"right": True, "spare": 1}),
    ("LANES", "lanes", {"right": True, "spare": 2}),
    ("SPLITTABLE", "splittable", {"spare": 3}),
    ("RDMA", "ibdev", {"spare": 4}),
)
REPORTERS = _columns(
    ("REPORTER", "name", {"bare": True}),
    ("STATE", "state"),
    ("ERRORS", "errors", _RIGHT),
    ("RECOVERIES", "recoveries", _RIGHT),
    ("AUTO RECOVER", "auto_recover", {"spare": 2}),
    ("AUTO DUMP", "auto_dump", {"spare": 3}),
    ("GRACE, MS", "graceful_period", {"right": True, "spare": 1}),
)
REGIONS = _columns(
    ("REGION", "name", {"bare": True}),
    ("SIZE", "size", _RIGHT),
    ("SNAPSHOTS", "snapshots", {"wrap": True}),
    ("MOST", "max_snapshots", _RIGHT),
)
RATES = _columns(
    ("TYPE", "type"),
    ("NODE", "name"),
    ("SHARE", "share", _RIGHT),
    ("MAXIMUM", "maximum", _RIGHT),
    ("PARENT", "parent"),
    ("PRIORITY", "priority", {"right": True, "spare": 1}),
    ("WEIGHT", "weight", {"right": True, "spare": 1}),
)
TRAPS = _columns(
    ("TRAP", "name", {"bare": True}),
    ("GROUP", "group", {"spare": 1}),
    ("TYPE", "type", {"spare": 2}),
    ("ACTION", "action"),
    ("PACKETS", "packets", _RIGHT),
    ("BYTES", "bytes", {"right": True, "spare": 3}),
    ("DROPPED", "dropped", _RIGHT),
)
TRAP_GROUPS = _columns(
    ("GROUP", "name", {"bare": True}),
    ("POLICER", "policer", _RIGHT),
    ("PACKETS", "packets", _RIGHT),
    ("BYTES", "bytes", _RIGHT),
    ("DROPPED", "dropped", _RIGHT),
)
TRAP_POLICERS = _columns(
    ("POLICER", "id", _RIGHT), ("RATE", "rate", _RIGHT), ("BURST", "burst", _RIGHT), ("DROPPED", "dropped", _RIGHT)
)
BUFFERS = _columns(
    ("BUFFER", "index", _RIGHT),
    ("SIZE", "size", _RIGHT),
    ("POOLS IN", "ingress_pools", _RIGHT),
    ("POOLS OUT", "egress_pools", _RIGHT),
    ("CLASSES IN", "ingress_classes", _RIGHT),
    ("CLASSES OUT", "egress_classes", _RIGHT),
)
POOLS = _columns(
    ("BUFFER", "buffer", _RIGHT),
    ("POOL", "pool", _RIGHT),
    ("TYPE", "type"),
    ("SIZE", "size", _RIGHT),
    ("THRESHOLDS", "threshold_type"),
    ("CELL", "cell_size", _RIGHT),
)
_USED: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("POOL", "pool", _RIGHT),
    ("THRESHOLD", "threshold", _RIGHT),
    ("USED", "used", _RIGHT),
    ("MOST", "most", _RIGHT),
)
PORT_POOLS = _columns(("BUFFER", "buffer", _RIGHT), *_USED)
BINDINGS = _columns(("BUFFER", "buffer", _RIGHT), ("TYPE", "type"), ("CLASS", "traffic_class", _RIGHT), *_USED)
LINECARDS = _columns(
    ("CARD", "index", _RIGHT), ("STATE", "state"), ("TYPE", "type"), ("SUPPORTS", "supports", {"wrap": True})
)


def _info(info: Any, interfaces: Interfaces) -> list[Row]:
    first = [info.handle, text(info.driver), text(info.serial_number), "", "", ""]
    kinds = ("fixed", "running", "stored")
    versions = [["", "", "", kind, text(each.name), text(each.value)] for kind in kinds for each in getattr(info, kind)]
    return [first, *versions]


def _param(param: Param, interfaces: Interfaces) -> list[Row]:
    return [
        [param.handle, text(param.name), text(param.type), text(each.mode), _shown(param.meant(each))]
        for each in param.values
    ]


INFOS = Table(
    (Column("DEVICE", bare=True), Column("DRIVER"), Column("SERIAL"), Column("VERSION"), Column("OF"), Column("IS")),
    _info,
)
PARAMS = Table(
    (Column("DEVICE", bare=True), Column("NAME"), Column("TYPE", spare=1), Column("WHEN"), Column("VALUE", wrap=True)),
    _param,
)


@listing(DEVICES)
def dev() -> Asked:
    """List the devices."""
    from netlynx import devlink

    return devlink.devices()


@listing(INFOS)
def info() -> Asked:
    """List drivers, serial numbers and versions of devices."""
    from netlynx import devlink

    return devlink.infos()


@listing(PORTS)
def port(device: _Device = None) -> Asked:
    """List ports, and what is behind them."""
    from netlynx import devlink

    return devlink.ports(device)


@listing(PARAMS)
def param(device: _Device = None) -> Asked:
    """List parameters, with their values and when those count."""
    from netlynx import devlink

    return devlink.params(device)


@listing(REPORTERS)
def health(device: _Device = None) -> Asked:
    """List health reporters, and what they have noticed."""
    from netlynx import devlink

    return devlink.reporters(device)


@listing(REGIONS)
def region(device: _Device = None) -> Asked:
    """List regions of memory, with the snapshots of them."""
    from netlynx import devlink

    return devlink.regions(device)


@listing(RATES)
def rate(device: _Device = None) -> Asked:
    """List rates of ports, and of groups of them."""
    from netlynx import devlink

    return devlink.rates(device)


@listing(TRAPS)
def trap(device: _Device = None) -> Asked:
    """List traps, and what they have counted."""
    from netlynx import devlink

    return devlink.traps(device)


@listing(TRAP_GROUPS)
def trap_group(device: _Device = None) -> Asked:
    """List groups of traps."""
    from netlynx import devlink

    return devlink.trap_groups(device)


@listing(TRAP_POLICERS)
def trap_policer(device: _Device = None) -> Asked:
    """List policers of traps."""
    from netlynx import devlink

    return devlink.trap_policers(device)


@listing(BUFFERS)
def sb(device: _Device = None) -> Asked:
    """List shared buffers."""
    from netlynx import devlink

    return devlink.buffers(device)


@listing(POOLS)
def sb_pool(device: _Device = None) -> Asked:
    """List pools of shared buffers."""
    from netlynx import devlink

    return devlink.pools(device)


@listing(PORT_POOLS)
def sb_port(device: _Device = None) -> Asked:
    """List what ports may have of pools, and had when the occupancy was last taken down."""
    from netlynx import devlink

    return devlink.port_pools(device)


@listing(BINDINGS)
def sb_class(device: _Device = None) -> Asked:
    """List which pools the traffic classes of ports use."""
    from netlynx import devlink

    return devlink.bindings(device)


@listing(LINECARDS)
def linecard(device: _Device = None) -> Asked:
    """List line cards."""
    from netlynx import devlink

    return devlink.linecards(device)


commands = App()


@commands.callback()
def about() -> None:
    """List what devices are beyond their interfaces: ports, parameters, health, memory, rates, traps, buffers."""


for _command in (dev, info, port, param, health, region, rate, trap, trap_group, trap_policer, sb, sb_pool, sb_port):
    commands.command()(_command)
for _command in (sb_class, linecard):
    commands.command()(_command)
for _detail in details.COMMANDS:
    commands.command()(_detail)
