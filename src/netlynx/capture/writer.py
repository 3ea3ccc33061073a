"""A capture is written, for Wireshark, tcpdump and `netlynx.capture.read`."""

from __future__ import annotations

import os
import struct
import time as clock
from typing import BinaryIO, Self

from netlynx.capture.cooked import NETLINK, SIZE, Direction, header
from netlynx.capture.files import SECOND
from netlynx.wire.constants import protocol_number

_MAGIC = 0xA1B23C4D  # times in nanoseconds, in this machine's byte order: so are the messages
_VERSION = (2, 4)
_SNAPLEN = 262144  # the longest packet that libpcap and Wireshark take
_HEAD = struct.Struct("=IHHiIII")
_RECORD = struct.Struct("=IIII")


class Writer:
    """A capture that is written, in pcap with nanoseconds; a context manager that closes the file.

    `target` is a path, or a file that is open for bytes. `count` is how many datagrams were written.

    Raises OSError.
    """

    def __init__(self, target: str | os.PathLike[str] | BinaryIO) -> None:
        self._owned: BinaryIO | None = None
        if isinstance(target, str | os.PathLike):
            target = self._owned = open(target, "wb")  # noqa: SIM115  # closed by close()
        self._file: BinaryIO = target
        self.count = 0
        self._file.write(_HEAD.pack(_MAGIC, *_VERSION, 0, 0, _SNAPLEN, NETLINK))

    def write(
        self,
        protocol: int | str,
        data: bytes | bytearray | memoryview,
        *,
        direction: Direction | None = None,
        time: int | None = None,
        length: int | None = None,
    ) -> None:
        """Write one datagram. `direction` is which way it went, if that is known; `time` when, in nanoseconds since
        1970, by default now; `length` how many bytes it had, where `data` has not all of them.

        What does not fit 262,144 bytes with its header is cut: no reader takes more. Raises OSError; ValueError for
        what is no protocol, direction or time.
        """
        if direction not in (None, "sent", "received"):
            raise ValueError(f"direction takes 'sent', 'received' or None, not {direction!r}")
        when = clock.time_ns() if time is None else time
        seconds, fraction = divmod(when, SECOND)
        if not 0 <= seconds < 1 << 32:
            raise ValueError(f"time is in nanoseconds since 1970, up to the year 2106, not {when}")
        size = len(data)
        kept = bytes(data[: _SNAPLEN - SIZE])
        head = _RECORD.pack(seconds, fraction, SIZE + len(kept), SIZE + max(size, length or 0))
        self._file.write(head + header(protocol_number(protocol), direction) + kept)
        self.count += 1

    def flush(self) -> None:
        """Hand what was written to the file. Raises OSError."""
        self._file.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Write what is left, and close the file if it was opened here. Raises OSError."""
        if self._owned is not None:
            self._owned.close()
        else:
            self._file.flush()
