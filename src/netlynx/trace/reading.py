"""What was heard, message by message: decoded, with what is learnt on the way of families and of requests."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from netlynx.engine.decoding import Decoded, Decoder
from netlynx.errors import DecodeError
from netlynx.trace.heard import Heard
from netlynx.wire.constants import NETLINK, NLMSG, NLMSG_HDRLEN
from netlynx.wire.message import Message, align


class Told(NamedTuple):
    """One message of what was heard; without one, a call that failed, or bytes that are none (`fault` says why)."""

    heard: Heard
    message: Decoded | None
    fault: str = ""

    @property
    def error(self) -> str:
        """Why the call failed, or the kernel refused the request, by name and in words; "" where nothing did."""
        if self.heard.error:
            return _failed(self.heard)
        if self.message is not None and self.message.error is not None:
            return str(self.message.error)
        return self.fault


def prepare() -> None:
    """Load what reads the most usual protocols: later, a program would wait for that."""
    for protocol in (NETLINK.ROUTE, NETLINK.GENERIC):
        Decoder().read(protocol, Message(type=NLMSG.MIN_TYPE, payload=bytes(16)), answer=True)


class Reading:
    """Reads what was heard; `families` are the names of generic netlink's that are known, by number.

    The function is asked for them once, for a message of a family that nobody was heard to look up.
    """

    def __init__(self, families: Callable[[], Mapping[int, str]]) -> None:
        self._ask = families
        self._asked = False
        self.families: dict[int, str] = {}
        self._decoders: dict[tuple[int, int, int], Decoder] = {}

    def each(self, heard: Heard) -> Iterator[Told]:
        """The messages of what was heard."""
        if heard.error or not heard.data:
            yield Told(heard, None, "" if heard.error else "no bytes")
            if not heard.data:
                return
        decoder = self._decoder(heard)
        at = 0
        try:
            for message in decoder.each(heard.protocol, heard.data, answer=not heard.sent):
                if self._is_unknown(heard, message):
                    message = decoder.read(heard.protocol, message.message, answer=not heard.sent)
                at += align(NLMSG_HDRLEN + len(message.message.payload))
                yield Told(heard, message)
        except DecodeError as error:
            rest = len(heard.data) - at
            cut = ", as it was cut off" if heard.length != len(heard.data) else ""
            yield Told(heard, None, f"{rest} bytes that are no message{cut}: {error.message}")

    def _decoder(self, heard: Heard) -> Decoder:
        key = heard.process, heard.descriptor, heard.protocol
        decoder = self._decoders.get(key)
        if decoder is None:
            decoder = self._decoders[key] = Decoder()
            decoder.families = self.families  # what one learns, all know
        return decoder

    def _is_unknown(self, heard: Heard, message: Decoded) -> bool:
        """Whether a message has to be read again, as the kernel was asked which family it is of."""
        number = message.message.type
        if heard.protocol != NETLINK.GENERIC or number <= NLMSG.MIN_TYPE or number in self.families or self._asked:
            return False
        self._asked = True
        for each, name in self._ask().items():
            self.families.setdefault(each, name)
        return True


def _failed(heard: Heard) -> str:
    """A call that failed, in words."""
    name = heard.failure
    if name == "ENOBUFS" and not heard.sent:
        return f"{name}: messages were lost, as the program read too slowly"
    if name == "EAGAIN" and not heard.sent:
        return f"{name}: nothing waits"
    return f"{name}: {os.strerror(heard.error)}"
