"""Letters between two processes over NETLINK_USERSOCK: how many a second arrive, as bytes and as records.

`python -m bench.letters` receives. For each line, "bytes N" or "records N", it starts a sender and answers with the
seconds from the first letter to the last; with "check" before it, with the letters themselves, one a line.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator

from netlynx.schema import Record, attr, string, u32
from netlynx.usersock import Letter, Peer

from .measure import Samples, Wrong, answer, ask, python, start, stop, tell
from .options import Options

BYTES, RECORDS = "netlynx: bytes", "netlynx: records"
TEXT = "hello netlink!!"
SIZE = 64  # bytes of a letter
CHECKED = 1_000


class Note(Record):
    """As long as SIZE bytes with its header."""

    number: int | None = attr(1, u32)
    text: str | None = attr(2, string)


def run(options: Options) -> Samples:
    samples = Samples("letters", f"Letters of {SIZE} bytes between two processes", "letters/s")
    receiver = start(python("letters"))
    try:
        answer(receiver)
        for kind, name in (("bytes", BYTES), ("records", RECORDS)):
            tell(receiver, f"check {kind} {CHECKED}")
            found = list(iter(lambda: answer(receiver), ""))
            if found != [_line(content) for content in _contents(kind, CHECKED)]:
                raise Wrong(f"{name}: what arrived is not what was sent")
            rounds = [float(ask(receiver, f"{kind} {options.letters}")) for _ in range(options.rounds + 1)]
            samples.values[name] = [options.letters / seconds for seconds in rounds[1:]]
    finally:
        stop(receiver)
    samples.notes.append(f"{options.letters:,} letters, many to a datagram (`send_all`), each handed out on its own")
    return samples


def _contents(kind: str, count: int) -> Iterator[bytes | Note]:
    if kind == "records":
        return (Note(number=number, text=TEXT) for number in range(count))
    return (number.to_bytes(SIZE, "little") for number in range(count))


def _line(content: bytes | Note) -> str:
    return content.hex() if isinstance(content, bytes) else repr(content)


def receive() -> None:
    with Peer(records={0x20: Note}) as peer:
        print("ready", flush=True)
        for line in sys.stdin:
            *check, kind, count = line.split()
            sender = _sending(kind, int(count), peer.port)
            first = peer.receive()
            started = time.perf_counter()
            letters = [first]
            for letter in peer:
                letters.append(letter)
                if len(letters) == int(count):
                    break
            seconds = time.perf_counter() - started
            os.waitpid(sender, 0)
            if check:
                for letter in letters:
                    assert isinstance(letter, Letter)
                    print(_line(letter.content))
                print(flush=True)
            else:
                print(seconds, flush=True)
            del letters


def _sending(kind: str, count: int, port: int) -> int:
    """A process of its own that sends; its ID."""
    sender = os.fork()
    if sender == 0:
        with Peer(records={0x20: Note}) as peer:
            peer.send_all(_contents(kind, count), to=port)
        os._exit(0)
    return sender


if __name__ == "__main__":
    receive()
