"""What fuzzing begins with: bytes that a kernel sent, taken from the tests, and the like for what is no message."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from . import targets

if TYPE_CHECKING:
    from netlynx.transport.bridge_calls import AnyCall

TESTS = Path(__file__).parents[1] / "tests"


def messages() -> dict[str, list[bytes]]:
    """Captured messages, each behind the bytes that choose its record, one by one and several to a datagram."""
    sys.path.insert(0, str(TESTS))
    from captures import captured

    of_class: dict[type, list[bytes]] = {}
    for cls, payload in captured():
        of_class.setdefault(cls, []).append(payload)
    chosen = {cls: targets.number_of(cls).to_bytes(targets.CHOICE, "little") for cls in of_class}
    # Every other record begins with nothing at all.
    every = [key.to_bytes(targets.CHOICE, "little") + bytes(24) for key in targets.chosen()[0]]
    return {
        "records": [chosen[cls] + payload for cls, payloads in of_class.items() for payload in payloads] + every,
        "datagrams": [chosen[cls] + targets.in_messages(payloads[:8]) for cls, payloads in of_class.items()],
    }


def others() -> dict[str, list[bytes]]:
    """Device and process events, what is audited, a recording, a small spec, and calls to a served kernel."""
    import msgspec

    from netlynx import audit, connector
    from netlynx.connector.messages import enveloped
    from netlynx.transport import bridge_calls as calls
    from netlynx.transport.recording import FORMAT, Open, Receive, Send
    from netlynx.uevent import udev
    from netlynx.wire.message import Message

    event = b"add@/devices/virtual/net/v0\0ACTION=add\0DEVPATH=/devices/virtual/net/v0\0SUBSYSTEM=net\0SEQNUM=7\0"
    properties = {"ACTION": "add", "DEVPATH": "/devices/virtual/net/v0", "SUBSYSTEM": "net", "SEQNUM": "7"}
    steps = [Open(socket=1, protocol=0, port=7), Send(socket=1, hex="14000000"), Receive(socket=1, hex="14000000")]
    lines = [b'{"netlynx_recording":%d,"byteorder":"little"}' % FORMAT, *map(msgspec.json.encode, steps)]
    spec = b"""name: toy
protocol: genetlink
attribute-sets:
  - name: cat
    attributes:
      - {name: age, type: u32}
      - {name: friend, type: nest, nested-attributes: cat}
operations:
  list:
    - {name: get, attribute-set: cat, do: {request: {attributes: [age]}, reply: {attributes: [age, friend]}}}
"""
    link = Message(16, 2, 7, 9, bytes(16) + b"\x07\0\x03\0v0\0\0").pack()
    asked = Message(18, 0x301, 7, 0, bytes(16)).pack()
    packets = [calls.encode(calls.Numbered(n, call)) for n, call in enumerate(_calls(), 1)]
    return {
        "processes": [enveloped(connector.Exit(pid=7, tgid=7).to_bytes()).pack()],
        "auditing": [
            b"\x14\x05audit(1.002:3): syscall=59 comm=6C73 key=(null)",
            audit.parse("-a always,exit -F arch=x86_64 -S open -F auid>=1000 -C uid!=euid -k k").data().to_bytes(),
            audit.watch("/etc/passwd", "wa", key="k", directory=False).data().to_bytes(),
        ],
        "uevents": [event, udev.pack(properties, ["seat"])],
        "recordings": [b"\n".join(lines) + b"\n"],
        "specs": [spec],
        "decoding": [
            b"\0" + link,
            b"\0" + asked + link,
            b"\x0f" + event,
            b"\x0c" + Message(256).pack(),
        ],
        "captures": [*_files(link, asked)],
        "bridge": [b"".join(bytes([len(packet)]) + packet for packet in packets if len(packet) < 256)],
    }


def _files(*datagrams: bytes) -> Iterator[bytes]:
    """Captures of both formats."""
    import io

    sys.path.insert(0, str(TESTS))
    import capture_files as files
    from netlynx import capture

    written = io.BytesIO()
    with capture.Writer(written) as writer:
        for each in datagrams:
            writer.write("route", each, direction="received", time=10**18)
    yield written.getvalue()
    packets = [files.enhanced(files.cooked(0, each), 10**15) for each in datagrams]
    last = files.simple(files.cooked(0, b""))
    yield b"".join([files.section(), files.interface(files.option(9, b"\x09")), *packets, last])


def _calls() -> list[AnyCall]:
    from netlynx.transport import bridge_calls as calls

    return [
        calls.MakeSocket("", 25, 3),
        calls.Bind((0, 0)),
        calls.Name(),
        calls.SetOption(270, 1, b"\1\0\0\0"),
        calls.GetOption(1, 55, 36),
        calls.Send(0, bytes(16), (), 0x40, (0, 0), False),
        calls.Receive(100, 100, 0x40),
    ]


def write(folder: Path) -> None:
    """Write them all, a file each, into a folder for each target."""
    for name, inputs in {**messages(), **others()}.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        for number, data in enumerate(inputs):
            (folder / name / f"seed-{number}").write_bytes(data)
