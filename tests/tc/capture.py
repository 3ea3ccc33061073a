"""Write `captured/NAME.txt`: what tc(8) sends for the commands of tables, as strace sees it.

    cd tests && ../.venv/bin/python -m tc.capture tbf netem      # as root; all tables where none is named

Where the table says what tc lists of a record (`shown`), `captured/NAME.json` has what tc lists of its own message of a
qdisc, as if a kernel had told it: `replay.c`, preloaded, answers tc's question, and no kernel has to know the kind.

In a network namespace of its own with a device `v0` of index 10. Whether the kernel then takes the request is of no
account: tc has written it before. Attributes that the table names in `APART` are left out.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import struct
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from netlynx import netns
from netlynx.testing.namespaces import new_namespace
from tc.both_ways import DEVICE, HERE, INDEX, Case, Sent, captured, names, table, told, without

_BYTES = re.compile(r"^ \| ([0-9a-f]+)  ((?:[0-9a-f]{2} +){1,16})")
_CHANGES = [*range(36, 45), 48, 49, 50, 100, 101, 102]  # RTM_*QDISC, *TCLASS, *TFILTER, *ACTION, *CHAIN
_ASKING = (38, 42, 46, 50, 102)


def sent_by(space: netns.NetworkNamespace, words: str) -> Sent:
    """The last message of traffic control that the command sent. Raises ValueError where it sent none."""
    with tempfile.NamedTemporaryFile() as file:
        watched = ["strace", "-f", "-e", "trace=sendmsg,sendto", "-e", "write=all", "-o", file.name, "tc"]
        done = netns.run_in(space, subprocess.run, [*watched, *shlex.split(words)], capture_output=True, text=True)
        text = Path(file.name).read_text()
    messages: list[bytearray] = []
    for line in text.splitlines():
        if found := _BYTES.match(line):
            if not int(found[1], 16):
                messages.append(bytearray())
            messages[-1] += bytes.fromhex(found[2])
    for message in reversed(messages):
        length, kind, flags = struct.unpack_from("=IHH", message)
        if kind in _CHANGES and kind not in _ASKING and length == len(message):
            return Sent(kind, flags, bytes(message[16:]))
    raise ValueError(f"tc {words}: {done.stderr.strip() or 'nothing was sent'}")


def line_of(space: netns.NetworkNamespace, case: Case, apart: dict[str, str], heads: dict[str, int]) -> str:
    """The two lines of a case."""
    sent = sent_by(space, case.words)
    return f"{case.words}\n  {sent.type} {sent.flags:#x} {without(sent, apart, heads).hex()}\n"


def listed_of(library: str, sent: Sent, heads: dict[str, int]) -> dict[str, Any] | None:
    """What ``tc -j -s -d`` lists of a qdisc's message; None where that is no JSON."""
    message = told(sent, heads)
    with tempfile.NamedTemporaryFile() as file:
        file.write(struct.pack("=IHHII", len(message) + 16, sent.type, 0, 0, 0) + message + bytes(-len(message) % 4))
        file.flush()
        around = {**os.environ, "LD_PRELOAD": library, "REPLAY": file.name}
        done = subprocess.run(["tc", "-j", "-s", "-d", "qdisc", "show"], capture_output=True, text=True, env=around)
    try:
        found: dict[str, Any] = json.loads(done.stdout)[0]
    except ValueError:
        return None
    del found["dev"]
    return found


def listings_of(name: str) -> None:
    """Write what tc lists of each qdisc's message of a table."""
    found = table(name)
    qdiscs = [each.words for each in found.cases if each.words.startswith("qdisc add")]
    if found.shown is None or not found.replayed or not qdiscs:
        return
    sent = captured(name)
    with tempfile.TemporaryDirectory() as folder:
        library = f"{folder}/replay.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-o", library, HERE / "replay.c", "-ldl"], check=True)
        listed = {
            words: said for words in qdiscs if (said := listed_of(library, sent[words], dict(found.heads))) is not None
        }
    lines = ",\n".join(f"{json.dumps(words)}: {json.dumps(said)}" for words, said in listed.items())
    (HERE / "captured" / f"{name}.json").write_text(f"{{\n{lines}\n}}\n")


def main(wanted: list[str]) -> None:
    """Capture tables."""
    with new_namespace() as space:
        made = ["ip", "link", "add", DEVICE, "index", str(INDEX), "type", "veth", "peer", "v1"]
        netns.run_in(space, subprocess.run, made, check=True)
        for name in wanted or names():
            found = table(name)
            lines = [line_of(space, case, dict(found.apart), dict(found.heads)) for case in found.cases]
            (HERE / "captured" / f"{name}.txt").write_text("".join(lines))
            listings_of(name)
            print(f"{name}: {len(lines)} commands")  # a program


if __name__ == "__main__":
    main(sys.argv[1:])
