"""`netlynx wifi`: radios, interfaces, stations, networks, rules; looking for networks, connecting to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Annotated, Any

from netlynx.cli import wifi_tables
from netlynx.cli.commands import App
from netlynx.cli.declare import Argument, Option
from netlynx.cli.form import Form, misused
from netlynx.cli.options import Json, Kernel, Lines, Netns, Wide, connection
from netlynx.cli.output import Column, Row, form_of, write_found, write_table
from netlynx.cli.stdout import write

if TYPE_CHECKING:
    from netlynx.nl80211 import Bss

commands = App()

_Device = Annotated[str, Argument("NAME", help="The interface: its name, or its index.")]


@commands.callback()
def about() -> None:
    """Look at wireless radios, interfaces, stations and networks; scan, connect, say which country this is."""


@commands.command()
def interfaces(
    json: Json = False, lines: Lines = False, wide: Wide = False, netns: Netns = None, kernel: Kernel = "host"
) -> None:
    """List wireless interfaces: what each is, on which channel, with how much power."""
    from netlynx import nl80211

    form = form_of(json, lines, wide=wide)
    with connection(netns, kernel) as nl:
        found = nl.dump(nl80211.interfaces()).all()
    _show(found, form, wide, wifi_tables.INTERFACES, wifi_tables.interface)


@commands.command()
def wiphys(
    radio: Annotated[str | None, Argument("RADIO", help="Only this one, by its name or number: all of it.")] = None,
    json: Json = False,
    lines: Lines = False,
    wide: Wide = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """List radios: their bands, and what interfaces they can have; or all that one can do."""
    from netlynx import nl80211
    from netlynx.cli.form import failed

    form = form_of(json, lines, wide=wide)
    with connection(netns, kernel) as nl:
        found = nl.do(nl80211.wiphys())
    if radio is not None:
        found = [each for each in found if radio in (each.name, str(each.wiphy))]
        if not found:
            raise failed(f"there is no radio {radio!r}: `netlynx wifi wiphys` lists those that there are")
        if form is Form.TABLE:
            write_table(wifi_tables.CHANNELS, wifi_tables.channels(found[0]), wide=wide)
            write("")
            write_table(wifi_tables.FIELDS, wifi_tables.abilities(found[0]), wide=wide)
            return
    _show(found, form, wide, wifi_tables.WIPHYS, wifi_tables.wiphy)


@commands.command()
def stations(
    device: _Device,
    json: Json = False,
    lines: Lines = False,
    wide: Wide = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """List the stations that an interface knows: of an access point its clients, else the access point."""
    from netlynx import nl80211

    form = form_of(json, lines, wide=wide)
    with connection(netns, kernel) as nl:
        found = nl.dump(nl80211.stations(_one(device))).all()
    _show(found, form, wide, wifi_tables.STATIONS, wifi_tables.station)


@commands.command()
def survey(
    device: _Device,
    json: Json = False,
    lines: Lines = False,
    wide: Wide = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """List what an interface measured on its channels: noise, and for how long each was in use."""
    from netlynx import nl80211

    form = form_of(json, lines, wide=wide)
    with connection(netns, kernel) as nl:
        found = nl.dump(nl80211.surveys(_one(device))).all()
    _show(found, form, wide, wifi_tables.SURVEYS, wifi_tables.survey)


@commands.command()
def scan(
    device: _Device,
    ssid: Annotated[
        list[str] | None, Option("--ssid", metavar="NAME", help="Ask for this network, too, which may hide.")
    ] = None,
    frequency: Annotated[
        list[int] | None, Option("--frequency", metavar="MHZ", help="Look only here; can be given several times.")
    ] = None,
    passive: Annotated[bool, Option("--passive", help="Send nothing: listen only.")] = False,
    flush: Annotated[bool, Option("--flush", help="Forget what was found before.")] = False,
    known: Annotated[bool, Option("--known", help="Do not look: list what was found of late.")] = False,
    json: Json = False,
    lines: Lines = False,
    wide: Wide = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """Look for networks and list those that were found, the strongest first. It takes CAP_NET_ADMIN, but --known."""
    from netlynx import nl80211

    form = form_of(json, lines, wide=wide)
    if known and (ssid or frequency or passive or flush):
        raise misused("nothing is looked for: leave --ssid, --frequency, --passive and --flush out", "--known")
    if passive and ssid:
        raise misused("a passive scan sends nothing, so it asks for no network: leave one out", "--ssid")
    with connection(netns, kernel) as nl:
        if known:
            found = nl.dump(nl80211.scan_results(_one(device))).all()
        else:
            names = ("", *(ssid or ()))
            looking = nl80211.scan(_one(device), ssids=names, frequencies=frequency or (), passive=passive, flush=flush)
            found = nl.do(looking)
    _show(sorted(found, key=_strength), form, wide, wifi_tables.NETWORKS, wifi_tables.network)


def _strength(network: Bss) -> float:
    return -(network.signal if network.signal is not None else -1000.0)


@commands.command()
def regulations(
    json: Json = False, lines: Lines = False, wide: Wide = False, netns: Netns = None, kernel: Kernel = "host"
) -> None:
    """List what regulators allow: the host's rules, and those of radios that have their own."""
    from netlynx import nl80211

    form = form_of(json, lines, wide=wide)
    with connection(netns, kernel) as nl:
        found = nl.dump(nl80211.regulations()).all()
    _show(found, form, wide, wifi_tables.RULES, wifi_tables.rules)


@commands.command()
def country(
    code: Annotated[str, Argument("COUNTRY", help="Two letters, such as DE; 00 is what is allowed anywhere.")],
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """Tell the kernel which country this is: it takes the rules of its database. It takes CAP_NET_ADMIN."""
    from netlynx import nl80211

    with connection(netns, kernel) as nl:
        nl.do(nl80211.set_country(code))
    write(f"told that this is {code.upper()}: `netlynx wifi regulations` shows what holds")


@commands.command()
def connect(
    device: _Device,
    ssid: Annotated[str, Argument("SSID", help="The network, which has to be open.")],
    bssid: Annotated[str | None, Option("--bssid", metavar="ADDRESS", help="Only this access point.")] = None,
    frequency: Annotated[int | None, Option("--frequency", metavar="MHZ", help="Only there.")] = None,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """Connect an interface to a network that is open, and wait until it is.

    WPA takes a program that holds keys, such as wpa_supplicant. It takes CAP_NET_ADMIN.
    """
    from netlynx import nl80211

    with connection(netns, kernel) as nl:
        told = nl.do(nl80211.connect(_one(device), ssid, bssid=bssid, frequency=frequency))
    write(f"{device} is connected to {told.mac}")


@commands.command()
def disconnect(device: _Device, netns: Netns = None, kernel: Kernel = "host") -> None:
    """Have an interface leave its network. It takes CAP_NET_ADMIN."""
    from netlynx import nl80211

    with connection(netns, kernel) as nl:
        nl.do(nl80211.disconnect(_one(device)))
    write(f"{device} has left its network")


@commands.command("add-interface")
def add_interface(
    name: Annotated[str, Argument("NAME", help="What it is to be called.")],
    radio: Annotated[
        str, Option("--radio", metavar="NUMBER|INTERFACE", help="Of this radio, by number, or of that of an interface.")
    ],
    type: Annotated[
        str, Option("--type", metavar="TYPE", help="What it is to be: managed, ap, monitor, mesh-point …")
    ] = "managed",
    address: Annotated[str | None, Option("--address", metavar="ADDRESS", help="Its hardware address.")] = None,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """Make another wireless interface of a radio. It takes CAP_NET_ADMIN."""
    from netlynx import nl80211

    which: dict[str, Any] = {"wiphy": int(radio)} if radio.isdecimal() else {"index": radio}
    with connection(netns, kernel) as nl:
        made = nl.do(nl80211.add_interface(name=name, type=type, mac=address, **which))
    write(f"{made.name} is there: {made.type}, {made.mac}")


@commands.command("delete-interface")
def delete_interface(
    name: _Device,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """Take a wireless interface away. It takes CAP_NET_ADMIN."""
    from netlynx import nl80211

    with connection(netns, kernel) as nl:
        nl.do(nl80211.delete_interface(_one(name)))
    write(f"{name} is gone")


@commands.command("power-save")
def power_save(
    device: _Device,
    state: Annotated[str | None, Argument("STATE", help="on or off; shown, where it is left out.")] = None,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """Show whether an interface saves power, or have it do so. To set it takes CAP_NET_ADMIN."""
    from netlynx import nl80211

    with connection(netns, kernel) as nl:
        if state is not None:
            nl.do(nl80211.set_power_save(_one(device), state))
        write(f"power save of {device} is {nl.do(nl80211.power_save(_one(device))).state}")


def _show(
    found: list[Any], form: Form, wide: bool, columns: tuple[Column, ...], rows: Callable[[Any], Iterable[Row]]
) -> None:
    write_found(found, form, columns, (row for each in found for row in rows(each)), wide=wide)


def _one(device: str) -> int | str:
    return int(device) if device.isdecimal() else device
