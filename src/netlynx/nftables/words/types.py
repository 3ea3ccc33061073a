"""What nft's datatypes hold: how a value is written, its number in sets' keys, its byte order.

A value is an `int` (an address, too), or a `str` of a datatype that is text. Source: nft(8) "Data types".
"""

from __future__ import annotations

import datetime
import pwd
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address
from typing import Any, Literal

from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.nftables import datatypes

from . import names

Order = Literal["big", "host", ""]  # "": as the field that holds it, which says so


@dataclass(frozen=True, slots=True)
class Datatype:
    """One datatype: `number` is nft's own, `bits` the size (0: that of the field), `flags` whether it is a bitmask."""

    name: str
    number: int
    bits: int = 0
    order: Order = "big"
    symbols: Mapping[str, int] = field(default_factory=dict)
    hexadecimal: bool = False
    flags: bool = False
    text: bool = False
    quoted: bool = False
    read: Callable[[str], int] | None = None
    write: Callable[[int], str] | None = None

    def value(self, given: Any, path: str, bits: int = 0) -> int | str:  # Any: whatever a caller gives
        """The value that is meant. Raises EncodeError with `path` for one that the datatype does not have."""
        if isinstance(given, bool) and self.name != "boolean":
            raise EncodeTypeError(f"expected {self._wanted()}, not {given!r}", path)
        if self.text:
            size = self.bits or bits or 128
            if not isinstance(given, str):
                raise EncodeTypeError(f"expected a text, not {given!r}", path)
            if len(given.encode()) >= size // 8:
                raise EncodeError(f"{given!r} is longer than {size // 8 - 1} bytes", path)
            return given
        number = self._number(given, path)
        size = self.bits or bits
        if size and not 0 <= number < 1 << size:
            raise EncodeError(f"{given!r} does not fit {size} bits", path)
        return number

    def _number(self, given: Any, path: str) -> int:
        if isinstance(given, int):
            return int(given)
        if isinstance(given, IPv4Address | IPv6Address):
            given = str(given)
        if not isinstance(given, str):
            raise EncodeTypeError(f"expected {self._wanted()}, not {given!r}", path)
        if self.flags and ("," in given or "|" in given):
            total = 0
            for part in given.replace("|", ",").split(","):
                total |= self._number(part.strip(), path)
            return total
        if given in self.symbols:
            return self.symbols[given]
        if self.read is not None:
            try:
                return self.read(given)
            except (ValueError, OSError, KeyError):
                raise EncodeError(f"{given!r} is no {self.name}", path) from None
        try:
            return int(given, 0)
        except ValueError:
            pass
        known = f": it has {', '.join(self.symbols)}" if self.symbols else ""
        raise EncodeError(f"{given!r} is no {self.name}{known}", path)

    def _wanted(self) -> str:
        return f"a value of datatype {self.name}"

    def shown(self, value: int | str, bits: int = 0) -> str:
        """A value as nft lists it."""
        if isinstance(value, str):
            return f'"{value}"'
        for name, number in self.symbols.items():
            if number == value:
                return f'"{name}"' if self.quoted else name
        return self.plain(value, bits)

    def plain(self, value: int, bits: int = 0) -> str:
        """A value without the name that it may have."""
        if self.write is not None:
            return self.write(value)
        if self.hexadecimal:
            return f"0x{value:0{((self.bits or bits) + 3) // 4}x}"
        return str(value)

    def flags_shown(self, value: int, between: str) -> str:
        """The flags that are set in a bitmask, by their names and, of bits without one, as a number."""
        found, rest = [], value
        for name, bit in sorted(self.symbols.items(), key=lambda item: item[1]):
            if bit and rest & bit == bit:
                found.append(name)
                rest &= ~bit
        if rest or not found:
            found.append(f"0x{rest:x}")
        return between.join(found)


def _ipv4(text: str) -> int:
    return int(IPv4Address(text))


def _ipv6(text: str) -> int:
    return int(IPv6Address(text))


def _ether(text: str) -> int:
    parts = text.split(":")
    if len(parts) != 6:
        raise ValueError(text)
    return int("".join(f"{int(part, 16):02x}" for part in parts), 16)


def _ether_shown(value: int) -> str:
    return value.to_bytes(6, "big").hex(":")


def _service(text: str) -> int:
    return int(text, 0) if text[:1].isdigit() else socket.getservbyname(text)


def _user(text: str) -> int:
    return int(text, 0) if text[:1].isdigit() else pwd.getpwnam(text).pw_uid


def _group(text: str) -> int:
    import grp  # only where a group is named

    return int(text, 0) if text[:1].isdigit() else grp.getgrnam(text).gr_gid


def _class(text: str) -> int:
    major, colon, minor = text.partition(":")
    return int(major or "0", 16) << 16 | int(minor or "0", 16) if colon else int(text, 0)


def _class_shown(value: int) -> str:
    return f"{value >> 16:x}:{value & 0xFFFF:x}"


_UNITS = (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1))


def milliseconds(text: str) -> int:
    """A time such as ``1d2h3m4s500ms``, or a number of seconds. Raises ValueError for anything else."""
    if text.isdecimal():
        return int(text) * 1000
    total, rest = 0, text
    for unit, size in _UNITS:
        digits = len(rest) - len(rest.lstrip("0123456789"))
        if digits and rest[digits:].startswith(unit) and not (unit == "m" and rest[digits:].startswith("ms")):
            total += int(rest[:digits]) * size
            rest = rest[digits + len(unit) :]
    if rest or not text:
        raise ValueError(text)
    return total


def time_shown(value: int) -> str:
    """Milliseconds as nft writes them, such as ``1h30m``."""
    said = ""
    for unit, size in _UNITS:
        count, value = divmod(value, size)
        if count:
            said += f"{count}{unit}"
    return said or "0s"


def _date(text: str) -> int:
    return int(datetime.datetime.fromisoformat(text).astimezone().timestamp()) * 1_000_000_000


def _date_shown(value: int) -> str:
    return f'"{datetime.datetime.fromtimestamp(value // 1_000_000_000):%Y-%m-%d %H:%M:%S}"'


_DAY_SECONDS = 86_400


def _offset() -> int:
    """Seconds that local time is ahead of UTC: hours of a rule are local where they are written, UTC in the kernel."""
    ahead = datetime.datetime.now().astimezone().utcoffset()
    return 0 if ahead is None else int(ahead.total_seconds())


def _hour(text: str) -> int:
    parts = [int(part) for part in text.split(":")]
    if len(parts) not in (2, 3):
        raise ValueError(text)
    return (parts[0] * 3600 + parts[1] * 60 + (parts[2] if len(parts) == 3 else 0) - _offset()) % _DAY_SECONDS


def _hour_shown(value: int) -> str:
    minutes, seconds = divmod((value + _offset()) % _DAY_SECONDS, 60)
    said = f"{minutes // 60:02d}:{minutes % 60:02d}"
    return f'"{said}:{seconds:02d}"' if seconds else f'"{said}"'


def _label(text: str) -> int:
    return 1 << int(text)


def _label_shown(value: int) -> str:
    return ",".join(str(bit) for bit in range(128) if value >> bit & 1)


@dataclass(frozen=True, slots=True)
class _Written:
    """How values of one datatype are written, where that is not plain."""

    bits: int = 0
    order: Order | None = None
    symbols: Mapping[str, int] | None = None
    hexadecimal: bool = False
    flags: bool = False
    quoted: bool = False
    read: Callable[[str], int] | None = None
    write: Callable[[int], str] | None = None


_PLAIN = _Written()
_WRITTEN = {
    "bitmask": _Written(order="", hexadecimal=True),
    "integer": _Written(order=""),
    "ipv4_addr": _Written(read=_ipv4, write=lambda value: str(IPv4Address(value))),
    "ipv6_addr": _Written(read=_ipv6, write=lambda value: str(IPv6Address(value))),
    "ether_addr": _Written(read=_ether, write=_ether_shown),
    "ether_type": _Written(hexadecimal=True),
    "arp_op": _Written(hexadecimal=True),
    "inet_proto": _Written(symbols=names.PROTOCOL),
    "inet_service": _Written(read=_service),
    "tcp_flag": _Written(hexadecimal=True),
    "dccp_pkttype": _Written(bits=4, hexadecimal=True),
    "time": _Written(read=milliseconds, write=time_shown),
    "mark": _Written(hexadecimal=True),
    "iface_type": _Written(hexadecimal=True),
    "realm": _Written(symbols=names.REALM, quoted=True),
    "classid": _Written(symbols=names.CLASS, read=_class, write=_class_shown),
    "uid": _Written(read=_user),
    "gid": _Written(read=_group),
    "ct_state": _Written(hexadecimal=True),
    "ct_status": _Written(hexadecimal=True),
    "ct_label": _Written(flags=True, read=_label, write=_label_shown),
    "devgroup": _Written(symbols=names.DEVICE_GROUP, quoted=True),
    "dscp": _Written(hexadecimal=True),
    "ecn": _Written(hexadecimal=True),
    "ct_event": _Written(symbols=names.CT_EVENT, hexadecimal=True, flags=True),
    "time_date": _Written(read=_date, write=_date_shown),
    "hour": _Written(read=_hour, write=_hour_shown),
    "day": _Written(quoted=True),
}


def _written(of: datatypes.Datatype) -> Datatype:
    how = _WRITTEN.get(of.name, _PLAIN)
    order: Order = "big" if of.order is datatypes.Order.BIG else "host"
    return Datatype(
        of.name,
        of.number,
        how.bits or (of.most.bit_length() if of.most > 1 else of.size * 8),
        order if how.order is None else how.order,
        of.names if how.symbols is None else how.symbols,
        how.hexadecimal,
        how.flags or of.form is datatypes.Form.FLAGS,
        of.form is datatypes.Form.TEXT,
        how.quoted,
        how.read,
        how.write,
    )


TYPES = {each.name: _written(each) for each in datatypes.DATATYPES.values()}
NUMBERS = {each.number: each for each in TYPES.values()}
