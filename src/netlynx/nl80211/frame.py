"""Management frames: what beacons, probes, authentications and the like say. Source: IEEE 802.11-2020, 9.3.3."""

from __future__ import annotations

from typing import Any, ClassVar

from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.schema import (
    Record,
    attr,
    binary,
    enum,
    flag,
    indexed,
    mac,
    string,
    takes,
    u8,
    u16,
    u64,
)
from netlynx.schema.arguments import text_of
from netlynx.schema.facts import NoFacts

from .capabilities import NETWORK
from .elements.elements import Elements, read_elements
from .elements.kind import element_bytes
from .enums.reasons import Reason, Status
from .words import read_words

_ADDRESS = 6
_HEADER = 24  # bytes, of a management frame without HT control
_ORDER = 0x8000  # HT control stands behind the header
_PROTECTED = 0x4000
SUBTYPES: dict[int, str] = {
    0: "association-request",
    1: "association-response",
    2: "reassociation-request",
    3: "reassociation-response",
    4: "probe-request",
    5: "probe-response",
    6: "timing-advertisement",
    8: "beacon",
    9: "atim",
    10: "disassociation",
    11: "authentication",
    12: "deauthentication",
    13: "action",
    14: "action-no-ack",
}
"""Subtypes of management frames."""


class Frame(Record):
    """A management frame, decoded as far as its subtype is known; `data` are the bytes that it is."""

    __facts__: ClassVar[NoFacts] = NoFacts("IEEE 802.11 describes frames: linux/nl80211.h has them as bytes")

    subtype: str | None = attr(1, string)
    receiver: str | None = attr(2, mac)
    sender: str | None = attr(3, mac)
    bssid: str | None = attr(4, mac)
    sequence: int | None = attr(5, u16)
    protected: bool = attr(6, flag)  # what is behind the header is encrypted
    algorithm: int | None = attr(7, u16)  # of an authentication: 0 open, 1 shared key, 2 FT, 3 SAE
    transaction: int | None = attr(8, u16)
    status: takes.Member[Status | None] = attr(9, enum(Status, u16))
    reason: takes.Member[Reason | None] = attr(10, enum(Reason, u16))
    capability: takes.MaybeSeveral[str] = attr(11, indexed(string))
    listen_interval: int | None = attr(12, u16)  # beacons
    aid: int | None = attr(13, u16)
    timestamp: int | None = attr(14, u64)  # microseconds
    beacon_interval: int | None = attr(15, u16)  # units of 1024 us
    category: int | None = attr(16, u8)  # of an action
    action: int | None = attr(17, u8)
    elements: takes.Natural[Elements | None] = attr(18, element_bytes)
    body: bytes | None = attr(19, binary)  # what is behind the header, where it is not decoded
    data: bytes | None = attr(20, binary)

    @classmethod
    def of(cls, data: bytes) -> Frame:
        """A frame from its bytes. Raises ValueError for one that ends too early."""
        return read_frame(data)

    @classmethod
    def __natural__(cls, value: Any) -> Any:
        return read_frame(bytes(value)) if isinstance(value, bytes | bytearray | memoryview) else value


class _Body:
    """What is left of a frame's body."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def number(self, size: int = 2) -> int:
        """The next bytes as a number. Raises ValueError where there are fewer."""
        if len(self.data) < size:
            raise ValueError("the frame ends too early")
        number = int.from_bytes(self.data[:size], "little")
        self.data = self.data[size:]
        return number


def _fixed(subtype: int, body: _Body) -> tuple[dict[str, Any], bool]:
    """What stands before the elements, and whether there are elements."""
    found: dict[str, Any] = {}
    if subtype in (5, 8):
        found = {"timestamp": body.number(8), "beacon_interval": body.number()}
    elif subtype == 11:
        found = {"algorithm": body.number(), "transaction": body.number(), "status": body.number()}
        return found, found["algorithm"] not in (3, 4)  # SAE has its own fields there
    elif subtype in (10, 12):
        return {"reason": body.number()}, True
    elif subtype == 13 or subtype == 14:
        return {"category": body.number(1), **({"action": body.number(1)} if body.data else {})}, False
    if subtype in (0, 1, 2, 3, 5, 8):
        found["capability"] = read_words(NETWORK, body.number())
    if subtype in (0, 2):
        found["listen_interval"] = body.number()
    if subtype in (1, 3):
        found |= {"status": body.number(), "aid": body.number() & 0x3FFF}
    if subtype == 2:
        body.number(6)  # the access point that it comes from
    return found, subtype in (0, 1, 2, 3, 4, 5, 8)


def read_frame(data: bytes) -> Frame:
    """A frame from its bytes. Raises ValueError for one that ends too early."""
    if len(data) < _HEADER:
        raise ValueError(f"{len(data)} bytes are no management frame: its header has {_HEADER}")
    control = int.from_bytes(data[:2], "little")
    kind, subtype = control >> 2 & 3, control >> 4 & 15
    body = _Body(data[_HEADER + 4 * bool(control & _ORDER) :])
    fields: dict[str, Any] = {}
    if kind == 0 and not control & _PROTECTED and subtype in SUBTYPES:
        fields, has_elements = _fixed(subtype, body)
        if has_elements and body.data:
            fields["elements"] = read_elements(body.data)
            body.data = b""
    return Frame(
        subtype=SUBTYPES.get(subtype, f"{subtype}") if kind == 0 else f"{kind}/{subtype}",
        receiver=data[4:10].hex(":"),
        sender=data[10:16].hex(":"),
        bssid=data[16:22].hex(":"),
        sequence=int.from_bytes(data[22:24], "little") >> 4,
        protected=bool(control & _PROTECTED),
        body=body.data or None,
        data=data,
        **fields,
    )


def make_frame(subtype: str | int, receiver: str, sender: str, bssid: str, body: bytes) -> bytes:
    """The bytes of a management frame: its header, with `body` behind it; the kernel numbers it.

    `subtype` is a name of `SUBTYPES`, or its number. Raises EncodeError for a name or an address that is none.
    """
    numbers = {name: number for number, name in SUBTYPES.items()}
    number = subtype if isinstance(subtype, int) else numbers.get(text_of(subtype, f"{_MAKE}(subtype)"), -1)
    if not 0 <= number <= 15:
        raise EncodeError(f"{subtype!r} is none of {', '.join(numbers)}", f"{_MAKE}(subtype)")
    given = {"receiver": receiver, "sender": sender, "bssid": bssid}
    addresses = [_address(each, f"{_MAKE}({name})") for name, each in given.items()]
    if not isinstance(body, bytes):
        raise EncodeTypeError(f"expected bytes, not {body!r}", f"{_MAKE}(body)")
    return bytes((number << 4, 0, 0, 0)) + b"".join(addresses) + b"\0\0" + body


_MAKE = "nl80211.make_frame"


def _address(given: object, path: str) -> bytes:
    text = text_of(given, path)
    try:
        found = bytes.fromhex(text.replace(":", ""))
    except ValueError:
        found = b""
    if len(found) != _ADDRESS:
        raise EncodeError(f"{text!r} is no address such as 02:00:00:00:00:01", path)
    return found
