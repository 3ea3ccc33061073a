"""The commands, the options before them, and what becomes of errors."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer

from netlynx._version import __version__
from netlynx.cli import (
    alternative_names,
    audit,
    batch,
    bridge,
    bus_lists,
    capture,
    completion_scripts,
    conntrack,
    data_center,
    devlink,
    drops,
    ethtool,
    exporter,
    families,
    family,
    fleet,
    hello,
    impair,
    interface_listing,
    ipset,
    ipvs,
    kernel,
    l2tp,
    listing,
    lookup,
    macsec,
    module,
    monitor,
    multicast,
    netfilter_lists,
    netns_commands,
    nft,
    ovs,
    packets,
    peer,
    processes,
    protocols,
    rdma,
    socket_listing,
    sockets,
    sql,
    tasks,
    tc,
    top,
    topology,
    trace,
    traffic,
    uevents,
    vm,
    wifi,
    wireguard,
    writing,
    xfrm,
    ynl,
)
from netlynx.cli.commands import App, Command, Group
from netlynx.cli.stdout import fault, status_of, tell, write, write_text
from netlynx.errors import EncodeError

_HELP = """Talk to the Linux kernel over netlink.

Listings ask the kernel and print a table, or JSON with --json or --lines. `netlynx hello` shows what netlink is.
"""


class Commands(Group):
    """Runs a command; an error is one line on stderr, a reader that went away is no error."""

    def invoke(self, ctx: Any) -> Any:  # Any: the context of the command-line library that typer brings along
        """Run the chosen command. Raises typer.Exit with the status, and everything as it is with --traceback."""
        traceback = bool(ctx.params.get("traceback"))
        try:
            status = status_of(lambda: Group.invoke(self, ctx), traceback=traceback)
        except EncodeError as error:
            if traceback:
                raise
            raise _misused(ctx, error.message, error.path) from None
        except ValueError as error:  # how plain functions refuse a value
            if traceback or is_misuse(error):
                raise
            raise _misused(ctx, str(error), "") from None
        except Exception as error:
            if traceback or is_misuse(error) or isinstance(error, typer.Exit | typer.Abort):
                raise
            raise _Fault(error) from error
        raise typer.Exit(status)


class _Writing(Command):
    """A command whose help depends on the words before it: what kinds of objects there are, or what fields of one."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # Any: as above
        """Read the words, and keep them for the help."""
        ctx.meta[__name__] = [word for word in args if not word.startswith("-")]
        return super().parse_args(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Print the help of the command, and of what it can write."""
        from netlynx.cli.writing_help import told

        super().format_help(ctx, formatter)
        formatter.write("\n")
        for line in told(str(self.name), ctx.meta.get(__name__, [])):
            formatter.write(f"{line}\n")


class _Fault(Exception):
    """Whatever no command should end with."""


def run_all(arguments: list[str]) -> int:
    """Do what the arguments say; the exit status. Wrong usage, and a fault of ours, are one line on stderr too."""
    status = 0

    def run() -> None:
        nonlocal status
        try:
            status = app.of(arguments)(arguments, prog_name="netlynx", standalone_mode=False) or 0
        except Exception as error:
            if not is_misuse(error):
                raise
            if type(error).__name__ == "NoArgsIsHelpError":
                write_text(error.format_message())  # type: ignore[attr-defined]  # the help
            else:
                tell(_usage(error))
            status = error.exit_code  # type: ignore[attr-defined]  # all errors of the command-line library have one

    try:
        failed = status_of(run, traceback="--traceback" in arguments[:1])
    except typer.Abort:
        return 1
    except KeyboardInterrupt:
        return 130
    except _Fault as found:
        return fault(found.__cause__)
    return failed or status  # what could not be written says more than how the command was used


def is_misuse(error: Exception) -> bool:
    """Whether it is one of the command-line library's own, which say how a command was used in a wrong way."""
    return hasattr(error, "format_message") and hasattr(error, "exit_code")


def _usage(error: Any) -> str:
    """What was wrong, and where to read how it is right."""
    context = getattr(error, "ctx", None)
    command = "netlynx"
    if context is not None:
        command = context.command_path
        inner = getattr(context, "invoked_subcommand", None)
        if inner and command == "netlynx":
            command = f"{command} {inner}"
            below = getattr(context.command.commands.get(inner), "commands", {})
            command += next((f" {word}" for word in sys.argv[1:] if word in below), "")
    about = getattr(error, "about", "")
    return f"{plainly(error.format_message()).rstrip('.')}; see `{f'{command} {about}'.rstrip()} --help`"


def plainly(message: str) -> str:
    """What the library says of a wrong value, in other words: with the value, and without types."""
    found = re.fullmatch(r"Invalid value for '?(?P<where>[^':]+)'?: (?P<said>.*)", message, re.DOTALL)
    if found is None:
        return message
    where, said = found["where"], found["said"].rstrip(".")
    if where.startswith("-"):
        where = max(where.split(" / "), key=len).strip("' ")
    value = _given_as(where, said)
    if re.match(r"Input should be a valid integer|'.*' is not a valid int", said):
        said = f"{value} is no whole number"
    elif re.match(r"Input should be a valid number|'.*' is not a valid float", said):
        said = f"{value} is no number"
    elif bound := re.match(r"Input should be (greater|less) than or equal to (\S+)", said):
        said = f"{value} is {'less' if bound[1] == 'greater' else 'more'} than {bound[2]}"
    return f"Invalid value for {where}: {said.removeprefix('Value error, ')}"


def _given_as(option: str, said: str) -> str:
    """The value of an option, or of an argument, as it was typed."""
    for before, word in zip(["", *sys.argv[1:]], sys.argv[1:], strict=False):
        if before == option:
            return repr(word)
        if word.startswith(f"{option}="):
            return repr(word.partition("=")[2])
    numbers = "than or equal" in said  # an argument: the word that is a number, or is none, as it is to blame
    for word in sys.argv[:1:-1]:
        if not word.startswith("-") and word.replace(".", "", 1).isdecimal() is numbers:
            return repr(word)
    return "it"


def _misused(context: Any, message: str, path: str) -> typer.BadParameter:  # Any: the command-line library's
    """The usage error for a value that was refused: everything that is refused here was given on the command line.

    The path ends with what a parameter of an operation, or a field, is called; parameters of commands mostly have the
    same name. Where they do not, the value in the message tells which of the words it was.
    """
    from netlynx.cli.wording import refused, translated

    command = context.command.commands.get(context.invoked_subcommand)
    known = {each.name: each for each in getattr(command, "params", ())}
    for name in reversed(re.findall(r"\w+", path)):
        if name in known:
            found = known[name]
            hint = found.opts[0] if found.param_type_name == "option" else (found.metavar or found.name).strip("[]…")
            return typer.BadParameter(translated(message), ctx=context, param_hint=hint)
    for before, word in zip(["", *sys.argv[1:]], sys.argv[1:], strict=False):
        option, _, value = word.rpartition("=")
        if value and re.search(rf"(?<!\w){re.escape(value)}(?!\w)", message):
            hint = option if option.startswith("--") else before if before.startswith("--") else None
            return typer.BadParameter(translated(message), ctx=context, param_hint=hint)
    return typer.BadParameter(refused(message, path if "(" not in path else ""), ctx=context)


def _version(wanted: bool) -> None:
    if wanted:
        write(f"netlynx {__version__}")
        raise typer.Exit


app = App(cls=Commands, help=_HELP, pretty_exceptions_enable=False)


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", is_eager=True, callback=_version)
    ] = False,
    traceback: Annotated[bool, typer.Option("--traceback", help="Show where an error comes from.")] = False,
) -> None:
    """The options that stand before a command."""


_COMMANDS: dict[str, tuple[Callable[..., None], ...]] = {
    "Listings": (
        listing.links,
        listing.addresses,
        listing.routes,
        listing.neighbours,
        listing.rules,
        listing.nexthops,
        listing.nexthop_buckets,
        listing.fdb,
        listing.nsids,
        listing.address_labels,
        listing.neighbour_tables,
        traffic.qdiscs,
        traffic.classes,
        traffic.filters,
        traffic.chains,
        traffic.actions,
        interface_listing.stats,
        interface_listing.netconf,
        multicast.multicast_routes,
        multicast.multicast_tables,
        data_center.dcb,
        bus_lists.can_gateways,
        bus_lists.mctp_addresses,
        bus_lists.mctp_routes,
        bus_lists.mctp_neighbours,
        bus_lists.phonet_addresses,
        bus_lists.phonet_routes,
        families.families,
        families.policy,
        conntrack.conntrack,
        netfilter_lists.conntrack_timeouts,
        netfilter_lists.conntrack_helpers,
        netfilter_lists.accounting,
        netfilter_lists.hooks,
        ipvs.ipvs,
        wireguard.wireguard,
        macsec.macsec,
        l2tp.l2tp,
        tasks.tasks,
        processes.processes,
        drops.drops,
        listing.crypto,
        lookup.lookup,
        ethtool.ethtool,
        monitor.monitor,
        uevents.uevents,
        socket_listing.sockets,
        sql.sql,
        topology.topology,
        exporter.exporter,
        top.top,
    ),
    "Changes": (*writing.COMMANDS.values(), batch.batch, impair.impair),
    "Messages": (sockets.send, sockets.listen, peer.peer, protocols.protocols, ynl.ynl),
    "Packets": (packets.queue, packets.log),
    "Learning": (hello.hello, completion_scripts.completion),
}

for _panel, _commands in _COMMANDS.items():
    for _command in _commands:
        _class = _Writing if _command.__name__ in writing.COMMANDS else None
        app.command(rich_help_panel=_panel, cls=_class)(_command)
app.command(rich_help_panel="Messages", context_settings={"allow_interspersed_args": False})(trace.trace)
app.add_typer(audit.commands, name="audit", rich_help_panel="Listings")
app.add_typer(capture.commands, name="capture", rich_help_panel="Messages")
app.add_typer(bridge.commands, name="bridge", rich_help_panel="Listings")
app.add_typer(family.commands, name="family", rich_help_panel="Messages")
app.add_typer(fleet.commands, name="fleet", rich_help_panel="Listings")
app.add_typer(devlink.commands, name="devlink", rich_help_panel="Listings")
app.add_typer(ipset.commands, name="ipset", rich_help_panel="Listings")
app.add_typer(netns_commands.commands, name="netns", rich_help_panel="Changes")
app.add_typer(alternative_names.commands, name="altname", rich_help_panel="Changes")
app.add_typer(nft.commands, name="nft", rich_help_panel="Listings")
app.add_typer(kernel.commands, name="kernel", rich_help_panel="The kernel's side")
app.add_typer(module.commands, name="module", rich_help_panel="The kernel's side")
app.add_typer(ovs.commands, name="ovs", rich_help_panel="Listings")
app.add_typer(rdma.commands, name="rdma", rich_help_panel="Listings")
app.add_typer(tc.commands, name="tc", rich_help_panel="Listings")
app.add_typer(wifi.commands, name="wifi", rich_help_panel="Listings")
app.add_typer(xfrm.commands, name="xfrm", rich_help_panel="Listings")
app.add_typer(vm.commands, name="vm", rich_help_panel="The kernel's side")
