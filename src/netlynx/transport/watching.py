"""Watching what goes over sockets: every message decoded, with direction, time and socket, to a logger.

It is on for the sockets that are opened while NETLYNX_DEBUG is set (to anything but 0), or while the logger
``netlynx.engine.messages`` has the level DEBUG. All is read the slow way then: nothing is received natively.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from netlynx.codec._codec import Traffic
from netlynx.wire.shown import one_spelling, shown

if TYPE_CHECKING:
    from logging import Logger

LOGGER = "netlynx.engine.messages"
VARIABLE = "NETLYNX_DEBUG"
# Of generic netlink, by number: what the sockets of each connection were told.
_families: WeakKeyDictionary[Traffic, dict[int, str]] = WeakKeyDictionary()

_FORMAT = "%(asctime)s.%(msecs)03d %(message)s"


def wanted() -> bool:
    """Whether sockets that are opened now are watched. Costs little, and imports nothing, where they are not."""
    if os.environ.get(VARIABLE, "0") not in ("", "0"):
        return True
    logging = sys.modules.get("logging")
    return logging is not None and logging.getLogger(LOGGER).level == logging.DEBUG


def _logger() -> Logger:
    """The logger; where the variable alone asked for it, it writes to standard error."""
    import logging

    logger = logging.getLogger(LOGGER)
    if logger.level != logging.DEBUG:
        logger.setLevel(logging.DEBUG)
        if not logger.hasHandlers():
            handler = logging.StreamHandler()
            handler.setFormatter(logging.Formatter(_FORMAT, "%H:%M:%S"))
            logger.addHandler(handler)
    return logger


class Watched(Traffic):
    """The traffic of one socket: counted with that of its connection, and told to the logger."""

    def __init__(self, total: Traffic, protocol: int, portid: int) -> None:
        from netlynx.wire.constants import PROTOCOLS

        known = PROTOCOLS.get(protocol)
        self._total = total
        self._protocol = protocol
        self._socket = f"{known.name if known else protocol}:{portid}"
        self._families = _families.setdefault(total, {})
        self._log = _logger()

    def sent(self, data: bytes | bytearray | memoryview) -> None:
        """See `Traffic.sent`."""
        self._total.sent(data)
        self._tell(">", bytes(data))

    def received(self, data: bytes | bytearray | memoryview, size: int, sender: int) -> None:
        """See `Traffic.received`."""
        self._total.received(data, size, sender)
        self._tell("<", bytes(memoryview(data)[:size]), f" from port {sender}" if sender else "")
        if size > len(data):
            self._log.debug("  %s cut to %d of %d bytes", self._socket, len(data), size)

    def received_many(self, data: bytes | bytearray | memoryview, index: bytearray, count: int) -> None:
        """See `Traffic.received_many`."""
        from netlynx.engine.subscription import DATAGRAM

        self._total.received_many(data, index, count)
        view = memoryview(data)
        for number in range(count):
            start, size, sender = DATAGRAM.unpack_from(index, number * DATAGRAM.size)
            self._tell("<", bytes(view[start : start + size]), f" from port {sender}" if sender else "")

    def strayed(self, count: int) -> None:
        """See `Traffic.strayed`."""
        self._total.strayed(count)
        if count:
            self._log.debug("  %s ignored %d messages: nobody here asked for them", self._socket, count)

    def overran(self) -> None:
        """See `Traffic.overran`."""
        self._total.overran()
        self._log.debug("< %s ENOBUFS: messages were lost", self._socket)

    def lost(self, count: int) -> None:
        """See `Traffic.lost`."""
        self._total.lost(count)

    def retried(self) -> None:
        """See `Traffic.retried`."""
        self._total.retried()

    def _tell(self, direction: str, data: bytes, whence: str = "") -> None:
        from netlynx.engine import messages

        self._families.update(messages.family_numbers(self._protocol, data))
        for line in messages.lines(self._protocol, data, self._families, answer=direction == "<"):
            # Shown: nothing that a message holds begins a line of its own in the log.
            self._log.debug("%s %s%s %s", direction, self._socket, whence, one_spelling(shown(line)))
