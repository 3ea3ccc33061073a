"""What is fuzzed: functions that take any bytes and end well, or with an error that netlynx has for it.

An input that once did not is kept in `fuzz/crashes`, named after its target; the tests run all of them.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import io
import json
import socket
import struct
import tempfile
import zlib
from bisect import bisect_left
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import netlynx
from netlynx.codec import _codec
from netlynx.errors import DecodeError, EncodeError
from netlynx.schema import Record
from netlynx.schema.compile import plan_of

from . import ways

CRASHES = Path(__file__).parent / "crashes"
CHOICE = 2  # bytes of an input that choose the record

_TYPE, _SEQUENCE, _PORT = 24, 1, 1
_HEADER = struct.Struct("=IHHII")


@functools.cache
def chosen() -> tuple[list[int], list[Any]]:
    """Every declared record of the package by a number that stays when others are added."""
    found: dict[int, Any] = {}
    for path in sorted(Path(netlynx.__path__[0]).rglob("*.py")):
        name = ".".join(["netlynx", *path.relative_to(netlynx.__path__[0]).with_suffix("").parts])
        if path.stem == "__main__":
            continue
        module = importlib.import_module(name.removesuffix(".__init__"))
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Record) and value is not Record:
                found[number_of(value)] = value
    keys = sorted(found)
    return keys, [found[key] for key in keys]


def prepare(target: str) -> None:
    """Load what a target fuzzes: every room for those that take any record, which is most of the time of a start; for
    the others what they load themselves."""
    if target in ("records", "datagrams"):
        chosen()
    TARGETS[target](b"")


def number_of(record: type) -> int:
    """The two bytes that choose a record."""
    return zlib.crc32(f"{record.__module__}.{record.__qualname__}".encode()) & 0xFFFF


def record_of(data: bytes) -> Any:
    """The record that the first bytes of an input choose."""
    keys, classes = chosen()
    return classes[bisect_left(keys, int.from_bytes(data[:CHOICE], "little")) % len(classes)]


def records(data: bytes) -> None:
    """A payload of any declared record: decoded, shown, encoded again, and that read as the same."""
    plan = plan_of(record_of(data))
    payload = data[CHOICE:]
    record, failure = None, None
    try:
        record = _codec.decode(plan, payload)
    except DecodeError as error:
        failure = error
    if failure is not None:
        assert 0 <= failure.offset <= len(payload), failure
        assert failure.path, failure
        return
    json.loads(_codec.to_json(record))
    repr(record)
    try:
        again = _codec.encode(plan, record)
    except EncodeError:  # a number that grew, a prefix longer than its address: shown, but never sent
        return
    _codec.decode(plan, again)


def datagrams(data: bytes) -> None:
    """A datagram of any messages, into everything that takes datagrams in: all see the same messages in it, and the
    same in them, or refuse it for the same."""
    cls = record_of(data)
    plan = plan_of(cls)
    datagram = data[CHOICE:]
    outcomes: list[Any] = []
    for sink in (_codec.Records(plan), _codec.Columns(plan), _codec.Json(plan)):
        try:
            outcomes.append(sink.read(datagram, 0, len(datagram), _TYPE, _SEQUENCE, _PORT))
        except DecodeError as error:
            outcomes.append((error.message, error.offset, error.path))
        if isinstance(sink, _codec.Columns):
            sink.finish()
    assert outcomes.count(outcomes[0]) == len(outcomes), outcomes
    counted: Any
    try:
        counted = _codec.Counter().read(datagram, 0, len(datagram), _TYPE, _SEQUENCE, _PORT)
    except DecodeError as error:
        counted = (error.message, error.offset, error.path)
    # Counting does not look into messages: what is wrong in one is not told.
    assert counted == outcomes[0] or (isinstance(outcomes[0][0], str) and outcomes[0][2]), (counted, outcomes)
    ways.check(cls, list(payloads_of(datagram)), Random(zlib.crc32(data)))
    events: list[Any] = []
    with contextlib.suppress(DecodeError):
        meaning = (plan, netlynx.EventKind.NEW, netlynx.EventKind.UPDATE)
        _codec.Notifications({_TYPE: meaning}, netlynx.Event).read(datagram, len(datagram), events)
    answers: list[Any] = []
    with contextlib.suppress(DecodeError):
        _codec.read_answers(datagram, len(datagram), _SEQUENCE, 3, _PORT, answers)


def payloads_of(datagram: bytes) -> Iterator[bytes]:
    """The payloads of a datagram's messages, up to one that is malformed."""
    at = 0
    while len(datagram) - at >= _HEADER.size:
        length = _HEADER.unpack_from(datagram, at)[0]
        if not _HEADER.size <= length <= len(datagram) - at:
            return
        yield datagram[at + _HEADER.size : at + length]
        at += (length + 3) & ~3


def in_messages(payloads: list[bytes]) -> bytes:
    """Payloads as the datagram that `datagrams` wants."""
    messages = (
        _HEADER.pack(_HEADER.size + len(each), _TYPE, 2, _SEQUENCE, _PORT) + each + bytes(-len(each) & 3)
        for each in payloads
    )
    return b"".join(messages)


def uevents(data: bytes) -> None:
    """A message of the kernel's device events, or of udev's."""
    from netlynx.uevent import event, udev

    for parse in (event.parse, udev.parse):
        try:
            found = parse(data)
        except DecodeError:
            continue
        assert found.action is not None
        repr(found)


def processes(data: bytes) -> None:
    """A datagram of the process connector; what it tells is an event of a kind that is known."""
    from netlynx.connector import PROCESSES
    from netlynx.connector.feed import ProcessFeed

    events: list[Any] = []
    with contextlib.suppress(DecodeError):
        ProcessFeed([PROCESSES]).feed(bytearray(data), len(data), 0, events)  # type: ignore[list-item]
    for event in events:
        repr(event)
        json.loads(_codec.to_json(event.record) if isinstance(event, netlynx.Event) else b"0")


def auditing(data: bytes) -> None:
    """A record of the log of auditing, and a rule: one that can be read is the same when it is sent and read again."""
    from netlynx.audit import Rule
    from netlynx.audit.record import read
    from netlynx.audit.rule_data import RuleData

    with contextlib.suppress(DecodeError):
        _, _, record = read(int.from_bytes(data[:2], "little"), data[2:])
        repr((record, record.name, record.arguments))
    try:
        rule = Rule.of(RuleData.from_bytes(data))
        str(rule)
    except (DecodeError, EncodeError):
        return
    assert Rule.of(RuleData.from_bytes(rule.data().to_bytes())) == rule


def recordings(data: bytes) -> None:
    """A file that says it is a recording; what can be loaded can be saved, and is the same then."""
    from netlynx.transport.recording import Recording

    with tempfile.NamedTemporaryFile(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as file:
        file.write(data)
        file.flush()
        try:
            found = Recording.load(file.name)
        except DecodeError:
            return
        for step in found:
            with contextlib.suppress(ValueError):
                getattr(step, "data", b"")
        found.save(file.name)
        Recording.load(file.name)


def specs(data: bytes) -> None:
    """The YAML of a kernel spec: a family that makes records of any bytes, or a SpecError."""
    from netlynx.ynl import Spec, SpecError
    from netlynx.ynl.reader import read

    try:
        family = Spec(read(data, "input"), "input")
        for operation in family.operations:
            family.operations[operation]
    except SpecError:
        return


def decoding(data: bytes) -> None:
    """A datagram of any protocol, which its first byte chooses: its messages have words, or it is refused."""
    families = {29: "ethtool", 30: "wireguard", 31: "netdev"}
    with contextlib.suppress(DecodeError):
        for each in netlynx.decode(data[0] % 32 if data else 0, data[1:], families=families):
            str(each)


def captures(data: bytes) -> None:
    """A file that says it is a capture: what can be read has words, is JSON, and a row of a table each."""
    from netlynx import capture
    from netlynx.capture.captured import as_json, line_of

    datagrams: list[capture.Datagram] = []
    end = 0
    try:
        datagrams.extend(capture.read(io.BytesIO(data)))
    except DecodeError as error:
        end = error.offset
    assert 0 <= end <= len(data), end
    decoder = netlynx.Decoder()
    said = [each for datagram in datagrams for each in capture.messages(datagram, decoder)]
    for each in said:
        line_of(each)
        json.loads(as_json(each))
    assert len(capture.table(datagrams)) == len(said)


@functools.cache
def _served() -> Any:
    from netlynx.kernel import VirtualKernel

    kernel = VirtualKernel()
    kernel.protocol(25, lambda sock, message: None)
    return kernel


def bridge(data: bytes) -> None:
    """What a client sends to a served kernel, packet after packet: each has its length before it."""
    from netlynx.kernel.credentials import Credentials
    from netlynx.kernel.session import Session

    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    at = 0
    with ours:
        ours.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while at < len(data):
                size = data[at]
                ours.send(data[at + 1 : at + 1 + size] or b"\0")
                at += 1 + size
        ours.shutdown(socket.SHUT_WR)
        Session(_served(), theirs, Credentials(1, 65534, 65534, frozenset())).run()
    assert _served().sockets() == []


TARGETS: dict[str, Callable[[bytes], None]] = {
    "records": records,
    "datagrams": datagrams,
    "uevents": uevents,
    "processes": processes,
    "auditing": auditing,
    "recordings": recordings,
    "specs": specs,
    "decoding": decoding,
    "captures": captures,
    "bridge": bridge,
}
