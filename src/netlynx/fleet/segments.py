"""One file of what waits on disk: rounds of messages, each with its length and a checksum, appended and read in order.

| bytes | |
|---|---|
| 8 | ``NLXWAIT1`` |
| 8 | little-endian: up to where the server has stored it; the only bytes that are written again |
| 8 + n | length and CRC-32 of what follows, and what follows: what was known when the file was begun (`Before`) |
| 8 + n | the same of each round: a list of `Run` |

A write that the system, or a kill, cut short is seen by its length or checksum: what stands before it is whole. That
holds for the death of a process; what a power cut takes depends on what the file system had put to disk.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from netlynx.fleet.losses import Loss
from netlynx.fleet.messages import Before

SUFFIX = ".wait"
_MAGIC = b"NLXWAIT1"
_DONE_AT = len(_MAGIC)
_DONE = struct.Struct("<Q")
_HEAD = struct.Struct("<II")
_BEGIN = _DONE_AT + _DONE.size


class Run(msgspec.Struct, frozen=True, array_like=True):
    """Events of one subject that follow each other: a message that waits. `tells` are the losses that it tells of."""

    host: str
    namespace: str
    subject: str
    start: str
    first: int
    count: int
    generation: int
    time: int
    record: str
    payload: bytes
    tells: tuple[Loss, ...] = ()

    @property
    def loss(self) -> Loss:
        """What is lost with it."""
        return Loss(self.host, self.namespace, self.start, self.first, self.first + self.count - 1)


_ENCODER = msgspec.msgpack.Encoder()
_BEFORE = msgspec.msgpack.Decoder(Before)
_RUNS = msgspec.msgpack.Decoder(list[Run])


class Segment:
    """A file of rounds. `size` is how far it is whole, `done` up to where it need not be sent any more."""

    def __init__(self, path: Path, descriptor: int, before: Before, begin: int, size: int, done: int) -> None:
        self.path = path
        self.before = before
        self.begin = begin
        self.size = size
        self.done = max(done, begin)
        self._descriptor = descriptor

    @classmethod
    def make(cls, path: Path, before: Before) -> Segment:
        """A new file. Raises OSError, and leaves none then."""
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        head = _MAGIC + _DONE.pack(0) + _framed(_ENCODER.encode(before))
        try:
            _write(descriptor, head, 0)
        except OSError:
            os.close(descriptor)
            path.unlink()
            raise
        return cls(path, descriptor, before, len(head), len(head), 0)

    @classmethod
    def open(cls, path: Path) -> Segment | None:
        """A file that is there; None for one that was hardly begun, or is no such file. Raises OSError."""
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        head = os.pread(descriptor, _BEGIN, 0)
        framed = _frame(descriptor, _BEGIN) if head[:_DONE_AT] == _MAGIC and len(head) == _BEGIN else None
        if framed is None:
            os.close(descriptor)
            return None
        try:
            before = _BEFORE.decode(framed[0])
        except msgspec.DecodeError:
            os.close(descriptor)
            return None
        size = os.fstat(descriptor).st_size
        return cls(path, descriptor, before, framed[1], size, _DONE.unpack_from(head, _DONE_AT)[0])

    def rounds(self, at: int) -> Iterator[tuple[list[Run], int]]:
        """The rounds from an offset on, each with the offset behind it, up to the end or what is not whole."""
        while at < self.size and (framed := _frame(self._descriptor, at)) is not None:
            try:
                runs = _RUNS.decode(framed[0])
            except msgspec.DecodeError:
                return
            at = framed[1]
            yield runs, at

    def append(self, runs: list[Run]) -> None:
        """Write a round. Raises OSError, and nothing of it is there then."""
        framed = _framed(_ENCODER.encode(runs))
        try:
            _write(self._descriptor, framed, self.size)
        except OSError:
            os.ftruncate(self._descriptor, self.size)
            raise
        self.size += len(framed)

    def finish(self, at: int) -> None:
        """All before this offset is stored elsewhere. Raises OSError."""
        self.done = at
        _write(self._descriptor, _DONE.pack(at), _DONE_AT)

    def shorten(self, size: int) -> int:
        """Leave out what is not whole behind an offset; returns how many bytes that was. Raises OSError."""
        out, self.size = self.size - size, size
        if out:
            os.ftruncate(self._descriptor, size)
        return out

    def close(self) -> None:
        """Close the file, which stays."""
        os.close(self._descriptor)

    def remove(self) -> None:
        """Close the file and remove it. Raises OSError."""
        self.close()
        self.path.unlink()


def _framed(body: bytes) -> bytes:
    return _HEAD.pack(len(body), zlib.crc32(body)) + body


def _frame(descriptor: int, at: int) -> tuple[bytes, int] | None:
    """What is framed at an offset, and the offset behind it; None where that is not whole."""
    head = os.pread(descriptor, _HEAD.size, at)
    if len(head) < _HEAD.size:
        return None
    length, checksum = _HEAD.unpack(head)
    if at + _HEAD.size + length > os.fstat(descriptor).st_size:
        return None
    body = os.pread(descriptor, length, at + _HEAD.size)
    if len(body) != length or zlib.crc32(body) != checksum:
        return None
    return body, at + _HEAD.size + length


def _write(descriptor: int, data: bytes, at: int) -> None:
    view = memoryview(data)
    while view:
        written = os.pwrite(descriptor, view, at)
        view, at = view[written:], at + written
