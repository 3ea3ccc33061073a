"""What a network device can do and how it is set up, as the family ``ethtool`` says it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from netlynx.cli import devices, hardware
from netlynx.cli.form import COLUMNS, ONE, Form
from netlynx.cli.options import Format, Json, Kernel, Lines, Netns, SameDev, Wide, connection, one_device
from netlynx.cli.output import Column, form_of, phrases, write_json, write_rows, write_table

if TYPE_CHECKING:
    from netlynx.client.connection import Connection
    from netlynx.ethtool import Features

_SUBJECTS = (
    *("linkinfo", "linkmodes", "linkstate", "debug", "wol", "features", "privflags", "rings", "channels", "coalesce"),
    *("pause", "eee", "tsinfo", "tsconfig", "tunnels", "fec", "statistics", "phc_vclocks", "module", "pse", "rss"),
    *("plca", "plca_status", "mm", "phy", "mse", "strings"),
)
_WITH_STATISTICS = ("linkstate", "pause", "tsinfo", "fec", "mm")
_I2C_HIGHEST = 0x7F

_COLOURS = {"on": "green", "off": "red"}
_FEATURES = (Column("FEATURE"), Column("IS", _COLOURS), Column("WANTED", _COLOURS), Column("CAN BE CHANGED"))
_FIELDS = (Column("WHAT"), Column("FIELD"), Column("VALUE", wrap=True))


def ethtool(
    device: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Its name, or its index; all are listed if none.")
    ] = None,
    subjects: Annotated[
        list[str] | None,
        typer.Argument(metavar="[WHAT]…", help=f"What of it; all that it has when left out. {', '.join(_SUBJECTS)}."),
    ] = None,
    dev: SameDev = None,
    eeprom: Annotated[
        int | None,
        typer.Option("--eeprom", metavar="PAGE", min=0, max=255, help="Show this page of the plug-in module's EEPROM."),
    ] = None,
    bank: Annotated[int, typer.Option("--bank", min=0, max=255, help="The bank that the page is in.")] = 0,
    i2c: Annotated[
        str, typer.Option("--i2c", metavar="ADDRESS", help="Where the EEPROM answers: 0x51 for diagnostics of an SFP.")
    ] = "0x50",
    test_cable: Annotated[
        bool, typer.Option("--test-cable", help="Test the cable, and print what is said of it until it is done.")
    ] = False,
    measure_cable: Annotated[
        bool, typer.Option("--measure-cable", help="The same with how the cable reflects along its length.")
    ] = False,
    json: Json = False,
    lines: Lines = False,
    format: Format = None,
    wide: Wide = False,
    netns: Netns = None,
    kernel: Kernel = "host",
) -> None:
    """List devices with the state of their links, or show what one can do and how it is set up.

    Testing a cable takes the link down for some seconds. It takes CAP_NET_ADMIN, as does reading an EEPROM.
    """
    if dev is not None and device in _SUBJECTS:  # NAME was given as an option: what stands in its place is what of it
        subjects, device = [str(device), *(subjects or ())], None
    device = one_device(device, dev)
    for subject in subjects or ():
        if subject not in _SUBJECTS:
            raise typer.BadParameter(f"{subject!r} is none of {', '.join(_SUBJECTS)}")
    if problem := hardware.check(device, subjects, (eeprom is not None) + test_cable + measure_cable):
        raise typer.BadParameter(problem)
    form, address = form_of(json, lines, format, wide=wide), _address(i2c)
    with connection(netns, kernel) as nl:
        if device is None:
            _list(nl, form, wide)
            return
        if form in COLUMNS:
            raise typer.BadParameter(ONE)
        one = int(device) if device.isdigit() else device
        if eeprom is not None:
            hardware.show_eeprom(nl, one, eeprom, form, bank=bank, i2c=address)
        elif test_cable or measure_cable:
            hardware.show_cable_test(nl, one, form, measured=measure_cable)
        else:
            _show(dict(_answers(nl, one, subjects)), form, subjects, wide)


def _address(given: str) -> int:
    try:
        address = int(given, 0)
    except ValueError:
        address = -1
    if not 0 <= address <= _I2C_HIGHEST:
        raise typer.BadParameter(f"{given!r} is no address from 0 to {_I2C_HIGHEST:#x}", param_hint="--i2c")
    return address


def _list(nl: Connection, form: Form, wide: bool) -> None:
    rows = devices.devices(nl)
    if form is Form.TABLE:
        write_table(devices.COLUMNS, map(devices.cells, rows), wide=wide)
    else:
        write_rows(rows, form)


def _show(found: dict[str, Any], form: Form, subjects: list[str] | None, wide: bool) -> None:
    if form is not Form.TABLE:
        write_json([_without_unknown(found)], form)
    elif subjects == ["features"]:
        write_table(_FEATURES, _features(found["features"]), wide=wide)
    else:
        write_table(_FIELDS, _rows(found), wide=wide)


def _answers(nl: Connection, device: str | int, subjects: list[str] | None) -> Iterator[tuple[str, Any]]:
    """What there is to say of each subject. One that was not asked for by name may be missing."""
    from netlynx import NotSupported
    from netlynx import ethtool as room

    nl.do(room.linkstate(device))  # a device that is not there is an error, whatever is asked of it
    for subject in subjects or [each for each in _SUBJECTS if each != "strings"]:
        try:
            if subject == "strings":
                yield subject, _strings(nl, device)
                continue
            values = {"request_flags": room.RequestFlags.STATS} if subject in _WITH_STATISTICS else {}
            yield subject, nl.do(getattr(room, subject)(device, **values))
        except (NotSupported, PermissionError):
            if subjects is not None:
                raise


def _strings(nl: Connection, device: str | int) -> dict[str, list[str]]:
    """The device's own strings: names of its statistics, flags, tests."""
    from netlynx import ethtool as room

    own = [room.StringSetId.TEST, room.StringSetId.STATS, room.StringSetId.PRIV_FLAGS]
    sets = nl.do(room.string_sets(own, device)).sets
    return {each.id.label: list(each.names.values()) for each in sets if isinstance(each.id, room.StringSetId)}


def _features(found: Features) -> Iterator[list[str]]:
    mask = (found.hardware.mask or frozenset()) if found.hardware else frozenset()
    for name in sorted(each for each in mask if not each.isdigit()):  # bits without a name mean nothing
        yield [
            name,
            _is(name, found.active),
            _is(name, found.wanted),
            "no" if name in (found.fixed or ()) or name not in (found.hardware or ()) else "yes",
        ]


def _in_words(now: str, wanted: str, free: str) -> list[str]:
    """How a feature is, in a word where that is all that there is to say."""
    return [f"{now}{'' if wanted == now or free == 'no' else f', wanted {wanted}'}{', fixed' if free == 'no' else ''}"]


def _is(name: str, bits: Any) -> str:
    return "on" if bits is not None and name in bits else "off"


def _rows(found: dict[str, Any]) -> Iterator[list[str]]:
    """A row for each field that has a value, and for each feature; the device is left out: that is known."""
    for subject, record in found.items():
        if subject == "features":
            yield from ([subject, name, *_in_words(*words)] for name, *words in _features(record))
            continue
        values = record if isinstance(record, dict) else _fields(record)
        for field, value in values.items():
            if field not in ("device", "device_index"):
                yield [subject, field, "unknown" if _is_unknown(field, value) else _text(value)]


def _is_unknown(field: str, value: Any) -> bool:
    """Whether a number says that the kernel does not know it: a link's speed is the only one that ethtool sends so."""
    from netlynx.ethtool import UNKNOWN_SPEED

    return field == "speed" and value == UNKNOWN_SPEED


def _without_unknown(found: dict[str, Any]) -> dict[str, Any]:
    modes = found.get("linkmodes")
    if modes is None or not _is_unknown("speed", modes.speed):
        return found
    return {**found, "linkmodes": msgspec.structs.replace(modes, speed=None)}


def _fields(record: Any) -> dict[str, Any]:
    named: dict[str, Any] = {name: getattr(record, name) for name in record.__declarations__}
    return {name: value for name, value in named.items() if value not in (None, ())}


def _text(value: Any) -> str:
    """A value in one line."""
    from netlynx.ethtool import Bits, CounterGroup

    if isinstance(value, Bits):
        off = [f"-{name}" for name in value.off or ()]
        return phrases([*value.on, *off]) if value.on or off else "none"
    if isinstance(value, CounterGroup):
        counters = " ".join(f"{name}={count}" for name, count in value.named.items())
        return f"{value.id}: {counters or 'none'}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, (tuple, list)):
        return ", ".join(map(_text, value))
    if hasattr(value, "__declarations__"):
        return " ".join(f"{name}={_text(each)}" for name, each in _fields(value).items())
    return str(value)
