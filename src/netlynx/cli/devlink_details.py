"""`netlynx devlink`: what is shown, read or done of one device."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

from netlynx.cli.declare import Argument, Option
from netlynx.cli.form import Form, json_text, misused
from netlynx.cli.interfaces import Interfaces
from netlynx.cli.listed import show
from netlynx.cli.options import Json, Kernel, Lines, Netns, Wide, connection
from netlynx.cli.output import Column, Row, form_of, write_found
from netlynx.cli.stdout import write
from netlynx.cli.tables import Table, text
from netlynx.cli.terminal import binary, is_terminal

if TYPE_CHECKING:
    from netlynx.devlink import Eswitch, Resource
    from netlynx.devlink import Table as Pipeline

_One = Annotated[str, Argument("DEVICE", help="The device: pci/0000:03:00.0.")]
_Place = Annotated[str, Argument("DEVICE", help="The device, or a port of it: pci/0000:03:00.0/1.")]


def _eswitch(each: Eswitch, interfaces: Interfaces) -> list[Row]:
    return [[each.handle, text(each.mode), text(each.inline_mode), text(each.encap_mode)]]


ESWITCHES = Table((Column("DEVICE", bare=True), Column("MODE"), Column("INLINE"), Column("ENCAP")), _eswitch)
_RESOURCES = (
    Column("RESOURCE"),
    *(Column(title, right=True) for title in ("SIZE", "NEW SIZE", "USED", "MINIMUM", "MAXIMUM", "STEP")),
)
_TABLES = (Column("TABLE"), *(Column(title, right=True) for title in ("SIZE", "MATCHES", "ACTIONS")), Column("COUNTS"))


def eswitch(
    device: _One,
    json: Json = False,
    lines: Lines = False,
    wide: Wide = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """Show the embedded switch of a device. It takes CAP_NET_ADMIN."""
    from netlynx import devlink

    form = form_of(json, lines, wide=wide)
    with connection(netns, kernel) as nl:
        show(nl, form, ESWITCHES, [nl.do(devlink.eswitch(device))], wide=wide)


def resource(
    device: _One,
    json: Json = False,
    lines: Lines = False,
    wide: Wide = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """Show what is limited in a device's hardware, and how much of it is in use."""
    from netlynx import devlink

    _show(device, devlink.resources, _RESOURCES, _resources, form_of(json, lines, wide=wide), wide, netns, kernel)


def table(
    device: _One,
    json: Json = False,
    lines: Lines = False,
    wide: Wide = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """Show the tables of a device's pipeline."""
    from netlynx import devlink

    _show(device, devlink.tables, _TABLES, _tables, form_of(json, lines, wide=wide), wide, netns, kernel)


def _resources(found: tuple[Resource, ...], depth: int = 0) -> Iterator[Row]:
    from netlynx.devlink import UNLIMITED

    def size(number: int | None) -> str:
        return "unlimited" if number == UNLIMITED else text(number)

    for each in found:
        sizes = (each.size, each.new_size, each.used, each.minimum, each.maximum, each.granularity)
        yield [f"{'  ' * depth}{text(each.name)}", *map(size, sizes)]
        yield from _resources(each.parts, depth + 1)


def _tables(found: tuple[Pipeline, ...]) -> Iterator[Row]:
    for each in found:
        counted = "" if each.counters is None else "yes" if each.counters else "no"
        yield [text(each.name), text(each.size), str(len(each.matches)), str(len(each.actions)), counted]


def _show(
    device: str,
    ask: Callable[[str], Any],
    columns: tuple[Column, ...],
    rows: Callable[[Any], Iterator[Row]],
    form: Form,
    wide: bool,
    netns: str | None,
    kernel: str,
) -> None:
    with connection(netns, kernel) as nl:
        found = nl.do(ask(device))
    write_found(found, form, columns, rows(found), wide=wide)


_Reporter = Annotated[str, Argument("REPORTER", help="The health reporter.")]


def diagnose(place: _Place, reporter: _Reporter, netns: Netns = None, kernel: Kernel = "host") -> None:
    """Print what a health reporter sees now, as JSON. It takes CAP_NET_ADMIN."""
    from netlynx import devlink

    with connection(netns, kernel) as nl:
        write(json_text(_printable(nl.do(devlink.diagnose(place, reporter)))))


def dump(
    place: _Place,
    reporter: _Reporter,
    clear: Annotated[bool, Option("--clear", help="Forget it instead: the next error makes a new one.")] = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """Print the dump that a health reporter keeps, as JSON, or one that it makes. It takes CAP_NET_ADMIN."""
    from netlynx import devlink

    with connection(netns, kernel) as nl:
        if clear:
            nl.do(devlink.clear_dump(place, reporter))
        else:
            write(json_text(_printable(nl.do(devlink.health_dump(place, reporter)))))


def _printable(value: Any) -> Any:
    """What JSON can say: bytes are hexadecimal digits there."""
    if isinstance(value, dict):
        return {name: _printable(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_printable(each) for each in value]
    return value.hex() if isinstance(value, bytes) else value


def read(
    place: _Place,
    region: Annotated[str, Argument("REGION", help="The region.")],
    snapshot: Annotated[int | None, Option("--snapshot", metavar="ID", help="Of this snapshot, not of now.")] = None,
    address: Annotated[int | None, Option("--address", metavar="N", help="From here on; with --length.")] = None,
    length: Annotated[int | None, Option("--length", metavar="BYTES", help="So many; with --address.")] = None,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """Print memory of a device: 16 bytes a line on a terminal, else as it is. It takes CAP_NET_ADMIN."""
    from netlynx import devlink

    if (address is None) != (length is None):
        raise misused("give --address and --length, or neither: all of it")
    out = None if is_terminal(sys.stdout) else binary(sys.stdout)
    with connection(netns, kernel) as nl:
        asked = devlink.chunks(place, region, snapshot, address=address, length=length)
        for chunk in (each for part in nl.dump(asked) for each in part.chunks):
            if out is not None:
                out.write(chunk.data or b"")
                continue
            data, first = chunk.data or b"", chunk.address or 0
            for at in range(0, len(data), 16):
                write(f"{first + at:016x}  {data[at : at + 16].hex(' ')}")


def flash(
    device: _One,
    file: Annotated[str, Argument("FILE", help="The firmware, below /lib/firmware.")],
    component: Annotated[
        str | None, Option("--component", metavar="NAME", help="Of this one, as `info` lists it.")
    ] = None,
    overwrite: Annotated[
        list[str] | None, Option("--overwrite", metavar="WHAT", help="Along with it: settings, identifiers.")
    ] = None,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """Write new firmware, and print how far it is. It takes CAP_NET_ADMIN."""
    from netlynx import devlink

    how: dict[str, Any] = {"component": component, "overwrite": overwrite or None}
    with connection(netns, kernel) as nl:
        for each in devlink.flashing(nl, device, file, **how):
            if each.message:
                share = f" {each.done} of {each.total}" if each.total else ""
                write(f"{f'[{each.component}] ' if each.component else ''}{each.message}{share}")


def reload(
    device: _One,
    action: Annotated[str | None, Option("--action", metavar="WHAT", help="driver-reinit or fw-activate.")] = None,
    limit: Annotated[str | None, Option("--limit", metavar="WHAT", help="What it must not do: no-reset.")] = None,
    to: Annotated[str | None, Option("--to", metavar="NAME|PATH", help="The network namespace to put it into.")] = None,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """Reload a device: begin anew with the parameters that are set, or with new firmware. It takes CAP_NET_ADMIN."""
    from netlynx import devlink

    with connection(netns, kernel) as nl:
        done = nl.do(devlink.reload(device, action, limits=limit, netns=to))
        if done is not None and done.performed is not None:
            write(f"{device}: {done.performed.value.label}")


_Port = Annotated[str, Argument("PORT", help="The port: pci/0000:03:00.0/1, or the name of its net device.")]


def split(
    port: _Port,
    count: Annotated[int, Argument("COUNT", help="Into how many.")],
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """Split a port into several. It takes CAP_NET_ADMIN."""
    from netlynx import devlink

    with connection(netns, kernel) as nl:
        nl.do(devlink.split(port, count))


def unsplit(port: _Port, netns: Netns = None, kernel: Kernel = "host") -> None:
    """Make one port again of those that one was split into. It takes CAP_NET_ADMIN."""
    from netlynx import devlink

    with connection(netns, kernel) as nl:
        nl.do(devlink.unsplit(port))


def recover(
    place: _Place,
    reporter: _Reporter,
    test: Annotated[bool, Option("--test", help="Have it report an error instead.")] = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """Have a health reporter recover what it looks at. It takes CAP_NET_ADMIN."""
    from netlynx import devlink

    with connection(netns, kernel) as nl:
        nl.do((devlink.test_reporter if test else devlink.recover)(place, reporter))


def selftest(device: _One, netns: Netns = None, kernel: Kernel = "host") -> None:
    """Run a device's selftest of its flash memory, and print what it has shown. It takes CAP_NET_ADMIN."""
    from netlynx import devlink

    with connection(netns, kernel) as nl:
        for each in nl.do(devlink.run_selftests(device)).results:
            write(f"{'flash' if each.test == 1 else each.test}: {text(each.status)}")


def occupancy(
    device: _One,
    buffer: Annotated[int, Option("--buffer", metavar="N", help="Of this shared buffer.")] = 0,
    clear: Annotated[bool, Option("--clear", help="Forget how much was in use at most, instead.")] = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """Take down how much of a shared buffer is in use, for `sb-port` and `sb-class` to list. It takes CAP_NET_ADMIN."""
    from netlynx import devlink

    with connection(netns, kernel) as nl:
        nl.do((devlink.clear_occupancy if clear else devlink.take_occupancy)(device, buffer))


COMMANDS = (
    *(eswitch, resource, table, diagnose, dump, recover, read, split, unsplit, selftest, occupancy, flash, reload),
)
