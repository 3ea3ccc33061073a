"""What to say of a request without an answer where something came all the same. Loaded when that happened."""

from __future__ import annotations

from typing import Any

from netlynx.codec._codec import read_header
from netlynx.engine.exchange import HEADER_SIZE, KERNEL, DoExchange
from netlynx.errors import DecodeError, RequestTimeout
from netlynx.wire.constants import NLMSG

_CONTROL = {number: name for name, number in NLMSG.__c_names__.items() if number < NLMSG.MIN_TYPE}


def explain(error: RequestTimeout, exchange: Any, data: bytearray | memoryview, size: int, sender: int) -> None:
    """Have an error say what came last, and why it is no answer. `exchange` is any that a shell carries out."""
    why = _why(exchange, data, min(size, len(data)), sender)
    count = f"{exchange.strays} messages came that are" if exchange.strays > 1 else "a message came that is"
    error.args = (f"{error}; {count} no answer to it{f': {why}' if why else ''}",)


def _why(exchange: Any, data: bytearray | memoryview, size: int, sender: int) -> str:
    if sender != KERNEL:
        return f"it is from port {sender}, and only the kernel (port 0) is believed"
    numbers = _numbers(exchange)
    why, at = "", 0
    while at < size:
        try:
            length, kind, _, sequence, port = read_header(data, at, size)
        except DecodeError:
            return why
        what = f"of type {kind}" + (f" ({_CONTROL[kind]})" if kind in _CONTROL else "")
        if numbers is not None and not numbers[0] <= sequence <= numbers[1]:
            first, last, _ = numbers
            asked = f"the request's is {first}" if first == last else f"the requests' are {first} to {last}"
            why = f"it is {what}, {length - HEADER_SIZE} bytes, and its sequence number is {sequence}, where {asked}"
            if isinstance(exchange, DoExchange):
                why += "; `netlynx.classical` is for kernels' sides that answer so"
        elif numbers is not None and port != numbers[2]:
            why = f"it is {what}, and for port {port}, where the request's is {numbers[2]}"
        else:
            wanted = getattr(getattr(exchange, "operation", None), "reply_type", None)
            why = f"it is {what}" + (f", where an answer is of type {int(wanted)}" if wanted else "")
        at += (length + 3) & ~3
    return why


def _numbers(exchange: Any) -> tuple[int, int, int] | None:
    """The first and the last sequence number, and the port, that an answer may have; None where any will do."""
    packed = getattr(exchange, "packed", None)
    if packed is not None:
        return packed.first_sequence, exchange.last_sequence, packed.portid
    if hasattr(exchange, "sequence"):
        return exchange.sequence, exchange.sequence, exchange.portid
    return None
