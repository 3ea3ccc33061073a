"""The commands, the options before them, and what becomes of errors."""

from __future__ import annotations

import os
import re
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from netlynx._version import __version__
from netlynx.cli import (
    batch,
    conntrack,
    ethtool,
    families,
    hello,
    kernel,
    listing,
    module,
    monitor,
    packets,
    peer,
    protocols,
    sockets,
    tasks,
    uevents,
    vm,
    wireguard,
)
from netlynx.errors import EncodeError, NetlynxError

_HELP = """Talk to the Linux kernel over netlink.

Listings ask the kernel and print a table, or JSON with --json or --lines. `netlynx hello` shows what netlink is.
"""


class Commands(TyperGroup):
    """Runs a command; an error is one line on stderr, a reader that went away is no error."""

    def invoke(self, ctx: Any) -> Any:  # Any: the context of the command-line library that typer brings along
        """Run the chosen command. Raises typer.Exit with the status, and everything as it is with --traceback."""
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(errors="backslashreplace")  # a name that the locale cannot write
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
            return result
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for the flush at the very end
            raise typer.Exit(0) from None
        except (NetlynxError, OSError) as error:
            if ctx.params.get("traceback"):
                raise
            if isinstance(error, EncodeError):
                raise _misused(error) from None
            sys.stdout.flush()
            typer.echo(f"netlynx: {' '.join(str(error).split())}", err=True)
            raise typer.Exit(1) from None


def _misused(error: EncodeError) -> typer.BadParameter:
    """The usage error for a value that an operation refused: everything encoded here was given as an option."""
    found = re.fullmatch(r"route\.\w+\((\w+)\)", error.path)
    if found is None:
        return typer.BadParameter(str(error))
    return typer.BadParameter(error.message, param_hint=f"--{found[1]}")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"netlynx {__version__}")
        raise typer.Exit


app = typer.Typer(
    cls=Commands,
    help=_HELP,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", is_eager=True, callback=_version)
    ] = False,
    traceback: Annotated[bool, typer.Option("--traceback", help="Show where an error comes from.")] = False,
) -> None:
    """The options that stand before a command."""


for _command in (listing.links, listing.addresses, listing.routes, listing.neighbours, listing.rules):
    app.command(rich_help_panel="Listings")(_command)
app.command(rich_help_panel="Listings")(families.families)
app.command(rich_help_panel="Listings")(families.policy)
app.command(rich_help_panel="Listings")(conntrack.conntrack)
app.command(rich_help_panel="Listings")(wireguard.wireguard)
app.command(rich_help_panel="Listings")(tasks.tasks)
app.command(rich_help_panel="Listings")(ethtool.ethtool)
app.command(rich_help_panel="Listings")(monitor.monitor)
app.command(rich_help_panel="Listings")(uevents.uevents)
app.command(rich_help_panel="Changes")(batch.batch)
app.command(rich_help_panel="Messages")(sockets.send)
app.command(rich_help_panel="Messages")(sockets.listen)
app.command(rich_help_panel="Messages")(peer.peer)
app.command(rich_help_panel="Packets")(packets.queue)
app.command(rich_help_panel="Packets")(packets.log)
app.command(rich_help_panel="Messages")(protocols.protocols)
app.command(rich_help_panel="Learning")(hello.hello)
app.add_typer(kernel.commands, name="kernel", rich_help_panel="The kernel's side")
app.add_typer(module.commands, name="module", rich_help_panel="The kernel's side")
app.add_typer(vm.commands, name="vm", rich_help_panel="The kernel's side")
