"""Options that several commands have, and what they stand for: a namespace, a kernel, a connection."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, TypedDict

from netlynx.cli.declare import Interface, Option
from netlynx.cli.form import Form, failed, misused
from netlynx.errors import NetlinkError

if TYPE_CHECKING:
    from pathlib import Path

    from netlynx.client.connection import Connection
    from netlynx.kernel import VirtualKernel
    from netlynx.netns import Where
    from netlynx.transport.bridge import BridgeKernel


class Target(TypedDict, total=False):
    """Which kernel, and which of this host's namespaces."""

    netns: Where | None
    kernel: VirtualKernel | BridgeKernel | str


Json = Annotated[bool, Option("--json", help="Print one JSON array.")]
Lines = Annotated[bool, Option("--lines", help="Print JSON, one object a line, while it is read.")]
JsonLines = Annotated[bool, Option("--json", help="Print one JSON object a line.")]
Wide = Annotated[bool, Option("--wide", help="A table with all its columns, each row in one line, however long.")]
Format = Annotated[
    Form | None,
    Option(
        "--format",
        metavar="FORM",
        help="Print this: table, json and lines as above; arrow, parquet and csv as columns.",
    ),
]
Netns = Annotated[
    str | None,
    Option(
        "--netns",
        metavar="NAME|PATH|PID",
        help="The network namespace to do it in; with unix:PATH, one of that kernel's.",
    ),
]
Kernel = Annotated[
    str,
    Option(
        "--kernel",
        metavar="host|FILE.py|unix:PATH",
        variable="NETLYNX_KERNEL",
        help="The kernel to talk to: this host's, the virtual one that FILE.py names `kernel`, or one served at PATH.",
    ),
]
# What each kind of object has families of: all that are named here are understood there.
LinkFamily = Annotated[
    str | None,
    Option("--family", metavar="FAMILY", help="As this one sees links: bridge or inet6."),
]
RouteFamily = Annotated[
    str | None, Option("--family", metavar="FAMILY", help="Only this one: inet (or 4), inet6 (or 6), mpls.")
]
NeighbourFamily = Annotated[
    str | None,
    Option(
        "--family",
        metavar="FAMILY",
        help="Only this one: inet (or 4), inet6 (or 6); bridge for forwarding databases.",
    ),
]
Family = Annotated[str | None, Option("--family", metavar="FAMILY", help="Only this one: inet (or 4), inet6 (or 6).")]
NetconfFamily = Annotated[
    str | None, Option("--family", metavar="FAMILY", help="Only this one: inet (or 4), inet6 (or 6), mpls.")
]
Dev = Annotated[str | None, Interface("--dev", metavar="NAME", help="Only those of this interface.")]

SameDev = Annotated[str | None, Option("--dev", metavar="NAME", help="The same as NAME.")]


def one_device(name: str | None, dev: str | None) -> str | None:
    """The interface that is given by its place, or as `--dev`. Raises typer.BadParameter for both."""
    if name is not None and dev is not None:
        raise misused("NAME and --dev say the same: give one of them")
    return dev if name is None else name


def family_name(family: str | None) -> str | None:
    """The name of a family, also for those who write 4 and 6."""
    if family is None:
        return None
    short = family.lower().removeprefix("ipv")
    return {"4": "inet", "6": "inet6"}.get(short, family)


def namespace_of(netns: str | None) -> Where | None:
    """What `--netns` means: digits are a process ID, a slash makes a path, anything else is a name.

    A namespace whose name is all digits is given by its path, /run/netns/NAME.
    """
    if netns is None or not netns.isdecimal():
        return netns
    from netlynx.netns import Pid

    return Pid(netns)


def kernel_of(kernel: str, netns: str | None) -> VirtualKernel | BridgeKernel | None:
    """The kernel that `--kernel` names, None for the host's. Raises typer.BadParameter and typer.Exit."""
    if kernel in ("", "host"):
        return None
    if kernel.startswith("unix:"):
        from netlynx.transport.default_kernel import other_kernel

        try:
            served: BridgeKernel = other_kernel(netns, kernel)
            return served
        except ValueError as error:
            raise _refused(str(error)) from None
    if netns is not None:
        raise _refused("--netns names a namespace of this host: a virtual kernel has none")
    from pathlib import Path

    return kernel_in(Path(kernel))


def target(kernel: str, netns: str | None) -> Target:
    """What `--kernel` and `--netns` say, as arguments of `connect` and `NetlinkSocket`. Raises as `kernel_of`."""
    found = kernel_of(kernel, netns)
    if found is None:
        return {"netns": namespace_of(netns), "kernel": "host"}
    return {"kernel": found}


def kernel_in(path: Path) -> VirtualKernel:
    """The virtual kernel that a file names `kernel`. Raises typer.BadParameter, and typer.Exit if running it fails."""
    import runpy

    from netlynx.kernel import VirtualKernel

    if not path.is_file():
        raise _refused(f"there is no file {str(path)!r}: give host, FILE.py or unix:PATH")
    sys.path.insert(0, str(path.parent.resolve()))  # as for `python FILE.py`, which may import its neighbours
    try:
        names = runpy.run_path(str(path), run_name="netlynx_kernel")
    except Exception as error:
        raise failed(f"{_where(error, path)}: {type(error).__name__}: {error}") from error
    found = names.get("kernel")
    if not isinstance(found, VirtualKernel):
        raise _refused(f"{path} has no `kernel = VirtualKernel()`")
    return found


def _where(error: BaseException, path: Path) -> str:
    """The file's line at fault: the last one of it that the error passed."""
    import traceback

    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    if isinstance(error, SyntaxError) and error.filename == str(path):
        lines.append(error.lineno)
    return f"{path}, line {lines[-1]}" if lines else str(path)


def _refused(problem: str) -> Exception:
    from netlynx.cli.wording import translated

    return misused(translated(problem), "--kernel")


def connection(netns: str | None, kernel: str) -> Connection:
    """A connection to what `--netns` and `--kernel` say. Raises NetlinkError, and as `kernel_of`."""
    from netlynx.client.connection import connect

    return connect(**target(kernel, netns))


def index_of(nl: Connection, name: str, option: str = "") -> int:
    """The index of an interface, which the kernel looks up; `option` is where its name was given. Raises NotFound."""
    from netlynx import route

    try:
        return nl.do(route.link(name=name, statistics=False)).index
    except NetlinkError as error:
        error.asked = f"{option} {name}".lstrip()
        raise


def table_number(name: str) -> int:
    """The number of a routing table, which has a name of rt_tables, too. Raises typer.BadParameter."""
    from netlynx.route.table_names import table_names, table_number

    number = table_number(name)
    if not number:  # 0 is none, and would be no filter
        known = ", ".join(table_names())
        raise misused(f"{name!r} is no number, and no table of rt_tables; known: {known}", "--table")
    return number
