"""`netlynx netns`: namespaces of this host by their names, as ip-netns(8) has them."""

from __future__ import annotations

import os
import signal
from typing import Annotated, Any

import typer

from netlynx.cli.commands import App
from netlynx.cli.options import Format, Json, Lines, Netns, Wide, connection
from netlynx.cli.output import Column, form_of, write_rows, write_table
from netlynx.cli.stdout import write

commands = App()

Name = Annotated[str, typer.Argument(metavar="NAMESPACE", help="Its name: /run/netns has them.")]
Names = Annotated[list[str], typer.Argument(metavar="NAMESPACE…", help="Its name, or several.")]
_COLUMNS = (Column("NAME", bare=True), Column("NSID", right=True), Column("PIDS", right=True))


@commands.callback()
def about() -> None:
    """List network namespaces by their names, make and remove them, run programs in one."""


@commands.command("list")
def list_(json: Json = False, lines: Lines = False, format: Format = None, wide: Wide = False) -> None:
    """List the namespaces that have names, their IDs here, and how many processes of yours are in each."""
    from netlynx import netns, route
    from netlynx.cli.form import Form

    form = form_of(json, lines, format, wide=wide)
    with connection(None, "host") as nl:
        ids = {name: nsid for nsid, names in nl.do(route.namespace_names()).items() for name in names}
    rows = [{"name": each, "nsid": ids.get(each), "pids": _pids(netns, each)} for each in netns.list()]
    if form is not Form.TABLE:
        write_rows(rows, form)
        return
    told = ([_text(each) for each in row.values()] for row in rows)
    write_table(_COLUMNS, told, wide=wide)


def _pids(netns: Any, name: str) -> int | None:
    """How many there are; None for a namespace that may not be looked at."""
    try:
        return len(netns.processes(name))
    except OSError:
        return None


def _text(value: object) -> str:
    return "" if value is None else str(value)


@commands.command()
def add(names: Names) -> None:
    """Make namespaces. It takes CAP_SYS_ADMIN; their loopback devices are down."""
    from netlynx import netns

    for name in names:
        netns.create(name)
        write(f"added namespace {name}")


@commands.command()
def attach(
    name: Name, pid: Annotated[int, typer.Argument(metavar="PID", min=1, help="A process that is in it.")]
) -> None:
    """Give the namespace of a process a name. It takes CAP_SYS_ADMIN."""
    from netlynx import netns

    netns.attach(name, pid)
    write(f"attached namespace {name} to process {pid}")


@commands.command()
def delete(names: Names) -> None:
    """Take names away: a namespace ends when no process, socket or descriptor of it is left."""
    from netlynx import netns

    for name in names:
        netns.remove(name)
        write(f"deleted namespace {name}")


@commands.command("set")
def set_(
    name: Name,
    nsid: Annotated[str, typer.Argument(metavar="ID|auto", help="A free one, or auto: the kernel chooses.")],
    netns: Netns = None,
) -> None:
    """Give a namespace an ID in this one, by which links and events tell of it. It takes CAP_NET_ADMIN."""
    from netlynx import route

    if nsid != "auto" and not nsid.isdecimal():
        raise typer.BadParameter(f"{nsid!r} is no ID: a number, or auto", param_hint="ID")
    with connection(netns, "host") as nl:
        nl.do(route.add(route.NamespaceId(fd=name, nsid=None if nsid == "auto" else int(nsid))))
        write(f"namespace {name} has the ID {nl.do(route.namespace_id(fd=name)).nsid}")


@commands.command("exec", context_settings={"allow_interspersed_args": False, "ignore_unknown_options": True})
def exec_(
    name: Name, command: Annotated[list[str], typer.Argument(metavar="COMMAND…", help="The program and its words.")]
) -> None:
    """Run a program in a namespace, with its exit status: `netlynx netns exec blue ping -c1 192.0.2.1`.

    Mounts stay as they are: it sees this namespace's /sys, and none of /etc/netns. It takes CAP_SYS_ADMIN.
    """
    from netlynx import netns

    with netns.popen(name, command) as process:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # the program has it, too, and says what becomes of it
        try:
            status = process.wait()
        finally:
            signal.signal(signal.SIGINT, before)
    raise typer.Exit(status if status >= 0 else 128 - status)


@commands.command()
def identify(
    pid: Annotated[int | None, typer.Argument(metavar="[PID]", min=1, help="This command's own when left out.")] = None,
) -> None:
    """Print the names of the namespace that a process is in, a line each: none for one without."""
    from netlynx import netns

    for name in netns.names_of(netns.Pid(os.getpid() if pid is None else pid)):
        write(name)


@commands.command()
def pids(name: Name) -> None:
    """Print the processes in a namespace that you may look at, a line each."""
    from netlynx import netns

    for pid in netns.processes(name):
        write(str(pid))
