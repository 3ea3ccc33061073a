"""What a capture says, message by message."""

from __future__ import annotations

import struct
import time
from collections.abc import Iterator
from typing import Any

import msgspec

from netlynx.capture.cooked import Datagram
from netlynx.engine.decoding import Decoded, Decoder, head_of, json_of
from netlynx.engine.lexicon import UNFRAMED, is_control
from netlynx.errors import DecodeError
from netlynx.wire.constants import PROTOCOLS

_HEADER = 16  # bytes of struct nlmsghdr
_SWAPPED = struct.Struct(">I")
_FOREIGN = "a machine with another byte order recorded it: read it on one like that"


class Captured(msgspec.Struct, frozen=True, gc=False):
    """One message of a capture: the datagram that it came in, and what it says.

    Where bytes are no message, `message` is None and `fault` says why; `rest` are those bytes.
    """

    datagram: Datagram
    message: Decoded | None
    fault: str = ""
    rest: bytes = b""

    @property
    def sent(self) -> bool:
        """Whether it is a program's: as it was recorded, else as it was read."""
        if self.datagram.direction is not None:
            return self.datagram.direction == "sent"
        return self.message is not None and not self.message.answer

    @property
    def error(self) -> str:
        """What went wrong, in words: why the kernel refused a request, or why this cannot be read; else ""."""
        if self.message is None:
            return self.fault
        if self.message.error is not None:
            return str(self.message.error)
        return "" if self.message.fault is None else f"no {self.message.name}: {self.message.fault.message}"


def messages(datagram: Datagram, decoder: Decoder) -> Iterator[Captured]:
    """The messages of a datagram; what is none comes last."""
    answer = None if datagram.direction is None else datagram.direction == "received"
    at = 0
    try:
        for message in decoder.each(datagram.protocol, datagram.data, answer=answer):
            at += 0 if datagram.protocol in UNFRAMED else _HEADER + (len(message.message.payload) + 3 & ~3)
            yield Captured(datagram, message)
    except DecodeError as error:
        rest = datagram.data[at:]
        yield Captured(datagram, None, _why(datagram, rest, error), rest)
    else:
        if datagram.length > len(datagram.data):
            yield Captured(datagram, None, _cut(datagram))


def _why(datagram: Datagram, rest: bytes, error: DecodeError) -> str:
    """Why bytes are no message, as far as that can be seen."""
    if datagram.length > len(datagram.data):
        return _cut(datagram)
    if len(rest) >= _HEADER and _HEADER <= int(_SWAPPED.unpack_from(rest)[0]) <= len(rest):
        return f"{len(rest)} bytes that are no message here: {_FOREIGN}"
    return f"{len(rest)} bytes that are no message: {error.message}"


def _cut(datagram: Datagram) -> str:
    return f"the recorder kept {len(datagram.data)} of {datagram.length} bytes: have it keep whole packets"


def protocol_name(number: int) -> str:
    """A protocol's name in lower case, its number where it has none."""
    known = PROTOCOLS.get(number)
    return str(number) if known is None else known.name


def as_json(said: Captured) -> bytes:
    """A message as an object of JSON in one line; what nothing reads has its bytes as `payload`, in hexadecimal."""
    datagram, message = said.datagram, said.message
    record = json_of(message)
    found: dict[str, Any] = {
        "time": datagram.time / 1e9,
        "direction": datagram.direction,
        "protocol": protocol_name(datagram.protocol),
        "type": None if message is None else message.name,
        "flags": () if message is None else message.flags,
        "sequence": None if message is None else message.message.sequence,
        "port": None if message is None else message.message.portid,
        "error": said.error or None,
        "record": record,
    }
    payload = said.rest if message is None else message.message.payload
    control = message is not None and is_control(datagram.protocol, message.message.type)
    if record is None and payload and not control:
        found["payload"] = payload.hex()
    return msgspec.json.encode(found, enc_hook=str)


def line_of(said: Captured) -> tuple[str, str, str]:
    """A message in words: when it was said, which way, and what it is; what is in it; what went wrong."""
    datagram, message = said.datagram, said.message
    when = _clock(datagram.time)
    way = ">" if said.sent else "<"
    if message is None:
        return f"{when} {way} {protocol_name(datagram.protocol)}", "", said.fault
    head = f"{when} {way} {head_of(message)} seq={message.message.sequence} port={message.message.portid}"
    if is_control(message.protocol, message.message.type):
        return head, "", said.error
    return head, message.words, said.error


def _clock(nanoseconds: int) -> str:
    """The time of day, to the microsecond."""
    seconds, rest = divmod(nanoseconds, 10**9)
    return f"{time.strftime('%H:%M:%S', time.localtime(seconds))}.{rest // 1000:06}"
