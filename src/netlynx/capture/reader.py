"""A capture is read: its datagrams, one after the other."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import BinaryIO, Self

from netlynx.capture.cooked import NETLINK, SLL, SLL2, Datagram, opened
from netlynx.capture.files import packets
from netlynx.errors import DecodeError

_LINKS = (NETLINK, SLL, SLL2)


class Reader:
    """The datagrams of a capture, to iterate over once: the file is closed at their end, or by the context manager.

    `skipped` counts the packets that are none of netlink's: those of other devices, in files that have several.
    """

    def __init__(self, source: str | os.PathLike[str] | BinaryIO) -> None:
        self._owned: BinaryIO | None = None
        if isinstance(source, str | os.PathLike):
            source = self._owned = open(source, "rb")  # noqa: SIM115  # closed at the end, or by close()
        self._file: BinaryIO = source
        self.skipped = 0

    def __iter__(self) -> Iterator[Datagram]:
        try:
            yield from self._datagrams()
        finally:
            self.close()

    def _datagrams(self) -> Iterator[Datagram]:
        found = False
        link = 0
        for packet in packets(self._file):
            link = packet[0]
            datagram = opened(*packet) if link in _LINKS else None
            if datagram is None:
                self.skipped += 1
            else:
                found = True
                yield datagram
        if self.skipped and not found:
            raise DecodeError(
                f"the packets are of link type {link}, none is netlink's (253): record from an nlmon device"
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file, if it was opened here."""
        if self._owned is not None:
            self._owned.close()


def read(source: str | os.PathLike[str] | BinaryIO) -> Reader:
    """The datagrams of a capture in pcap or pcapng: a path, or a file that is open for bytes and need not be seekable.

    Both byte orders and any resolution of times are read, packets of nlmon devices and those of netlink among others
    (`tcpdump -i any`); blocks of pcapng that say nothing of packets are passed over.

    Raises OSError; while it is read DecodeError, with the offset in the file, where it is no capture, is cut off or is
    not what it says: what is before that was read.
    """
    return Reader(source)
