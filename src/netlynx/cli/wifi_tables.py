"""The columns of `netlynx wifi`, and what of a record stands in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from netlynx.cli.output import Column, Row
from netlynx.cli.tables import text

if TYPE_CHECKING:
    from netlynx.nl80211 import Bss, Interface, Regulation, Station, Survey, Wiphy

INTERFACES = (
    Column("NAME"),
    Column("RADIO", right=True, spare=3),
    Column("TYPE"),
    Column("SSID"),
    Column("MHZ", right=True),
    Column("CHANNEL", right=True, spare=1),
    Column("WIDTH", right=True, spare=2),
    Column("DBM", right=True, spare=4),
    Column("ADDRESS", spare=5),
)
WIPHYS = (
    Column("RADIO", right=True),
    Column("NAME"),
    Column("BANDS"),
    Column("CHANNELS", right=True, spare=2),
    Column("TYPES", wrap=True),
    Column("CIPHERS", wrap=True, spare=1),
)
STATIONS = (
    Column("STATION"),
    Column("DBM", right=True),
    Column("RECEIVES AT", spare=3),
    Column("SENDS AT", spare=2),
    Column("RECEIVED", right=True, spare=4),
    Column("SENT", right=True, spare=5),
    Column("FAILED", right=True, spare=7),
    Column("CONNECTED", right=True, spare=1),
    Column("QUIET", right=True, spare=6),
    Column("IS", wrap=True, spare=8),
)
SURVEYS = (
    Column("MHZ", right=True),
    Column("CHANNEL", right=True, spare=1),
    Column("IN USE"),
    Column("NOISE", right=True),
    Column("ACTIVE", right=True),
    Column("BUSY", right=True),
    Column("RECEIVING", right=True, spare=2),
    Column("SENDING", right=True, spare=3),
)
NETWORKS = (
    Column("DBM", right=True),
    Column("SSID"),
    Column("SECURITY"),
    Column("CHANNEL", right=True),
    Column("MHZ", right=True, spare=3),
    Column("BSSID"),
    Column("STANDARD", spare=1),
    Column("LOAD", right=True, spare=4),
    Column("SEEN", right=True, spare=5),
    Column("STATUS", spare=2),
)
RULES = (
    Column("OF"),
    Column("COUNTRY"),
    Column("DFS", spare=3),
    Column("MHZ"),
    Column("WIDTH", right=True),
    Column("DBM", right=True),
    Column("GAIN", right=True, spare=2),
    Column("FLAGS", wrap=True, spare=1),
)
CHANNELS = (
    Column("BAND"),
    Column("CHANNEL", right=True),
    Column("MHZ", right=True),
    Column("DBM", right=True),
    Column("NOTES", wrap=True),
)
FIELDS = (Column("WHAT"), Column("IS", wrap=True))


def interface(each: Interface) -> Iterator[Row]:
    """An interface in a row; one that has no name is known by its type and its radio."""
    yield [
        each.name or "",
        text(each.wiphy),
        text(each.type),
        each.ssid or "",
        text(each.frequency),
        _channel(each.frequency),
        text(each.width),
        "" if each.power is None else f"{each.power:g}",
        each.mac or "",
    ]


def wiphy(each: Wiphy) -> Iterator[Row]:
    """A radio in a row."""
    yield [
        text(each.wiphy),
        each.name or "",
        " ".join(map(_band, each.bands or {})),
        text(len(each.frequencies)),
        " ".join(map(str, each.types or ())),
        " ".join(map(str, each.ciphers or ())),
    ]


def channels(each: Wiphy) -> Iterator[Row]:
    """The channels of a radio, band by band."""
    for number, band in (each.bands or {}).items():
        for frequency in band.frequencies:
            power = "" if frequency.max_power is None else f"{frequency.max_power:g}"
            notes = " ".join(frequency.words)
            yield [_band(number), text(frequency.channel), text(frequency.frequency), power, notes]


def abilities(each: Wiphy) -> Iterator[Row]:
    """What else a radio can do, a line for each subject."""
    for number, band in (each.bands or {}).items():
        name = _band(number)
        yield [f"{name} rates", " ".join(f"{(rate.bitrate or 0) / 1_000_000:g}" for rate in band.rates)]
        for word, values in (("HT", band.ht), ("VHT", band.vht)):
            if values is not None:
                yield [f"{name} {word}", " ".join(values)]
        for one in band.types:
            of = "/".join(map(str, one.types or ()))
            for word, values in (("HE", one.he_phy), ("EHT", one.eht_phy)):
                if values is not None:
                    yield [f"{name} {word} {of}", " ".join(values)]
    lists: dict[str, Any] = {
        "types": each.types,
        "types in software": each.software_types,
        "ciphers": each.ciphers,
        "key management": each.akms,
        "commands": each.commands,
        "features": each.features.labels if each.features is not None else (),
        "further features": each.extended_features,
    }
    for word, found in lists.items():
        if found:
            yield [word, " ".join(map(str, found))]
    for one_of in each.combinations:
        limits = ", ".join(f"{'/'.join(map(str, limit.types or ()))} <= {limit.max}" for limit in one_of.limits)
        yield ["interfaces together", f"{limits}; {one_of.max} at most, on {one_of.channels} channels"]


def station(each: Station) -> Iterator[Row]:
    """A station in a row."""
    yield [
        each.mac or "",
        text(each.signal),
        "" if each.rx_rate is None else each.rx_rate.words,
        "" if each.tx_rate is None else each.tx_rate.words,
        text(each.rx_bytes),
        text(each.tx_bytes),
        text(each.tx_failed),
        "" if each.connected is None else f"{each.connected} s",
        "" if each.inactive is None else f"{each.inactive} ms",
        "" if each.flags is None else " ".join(each.flags.flags.labels),
    ]


def survey(each: Survey) -> Iterator[Row]:
    """What was measured on a channel, in a row; times in milliseconds."""
    yield [
        text(each.frequency),
        _channel(each.frequency),
        "yes" if each.in_use else "",
        "" if each.noise is None else f"{each.noise} dBm",
        *("" if time is None else f"{time} ms" for time in (each.active, each.busy, each.receiving, each.sending)),
    ]


def network(each: Bss) -> Iterator[Row]:
    """A network in a row."""
    said = each.elements
    standards = [] if said is None else [name for name in ("ht", "vht", "he", "eht") if getattr(said, name) is not None]
    load = None if said is None or said.load is None else said.load.utilisation
    yield [
        f"{each.signal:g}" if each.signal is not None else "",
        each.ssid,
        each.security,
        _channel(each.frequency),
        text(each.frequency),
        each.bssid or "",
        " ".join(standards).upper(),
        "" if load is None else f"{round(load * 100 / 255)} %",
        "" if each.seen_ago is None else f"{each.seen_ago} ms",
        text(each.status),
    ]


def rules(each: Regulation) -> Iterator[Row]:
    """The rules of the host, or of a radio, a row each."""
    for rule in each.rules:
        yield [
            "host" if each.wiphy is None else f"radio {each.wiphy}",
            each.country or "",
            text(each.dfs),
            f"{_mhz(rule.start)} to {_mhz(rule.end)}",
            _mhz(rule.width),
            "" if rule.power is None else f"{rule.power:g}",
            "" if rule.gain is None else f"{rule.gain:g}",
            "" if rule.flags is None else " ".join(rule.flags.labels),
        ]


def _mhz(khz: int | None) -> str:
    return "" if khz is None else f"{khz / 1000:g}"


def _channel(frequency: int | None) -> str:
    from netlynx.nl80211 import channel_of

    return text(channel_of(frequency or 0))


def _band(number: int) -> str:
    from netlynx.nl80211 import BandId

    return BandId(number).label if number in BandId._value2member_map_ else str(number)
