"""Write `captured/NAME.txt`: what tc(8) sends for the commands of tables, as strace sees it.

    cd tests && ../.venv/bin/python -m tc.capture tbf netem      # as root; all tables where none is named

In a network namespace of its own with a device `v0` of index 10. Whether the kernel then takes the request is of no
account: tc has written it before. Attributes that the table names in `APART` are left out.
"""

from __future__ import annotations

import re
import shlex
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

from netlynx import netns
from netlynx.testing.namespaces import new_namespace
from tc.both_ways import DEVICE, HERE, INDEX, Case, Sent, names, table, without

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


def main(wanted: list[str]) -> None:
    """Capture tables."""
    with new_namespace() as space:
        made = ["ip", "link", "add", DEVICE, "index", str(INDEX), "type", "veth", "peer", "v1"]
        netns.run_in(space, subprocess.run, made, check=True)
        for name in wanted or names():
            found = table(name)
            lines = [line_of(space, case, dict(found.apart), dict(found.heads)) for case in found.cases]
            (HERE / "captured" / f"{name}.txt").write_text("".join(lines))
            print(f"{name}: {len(lines)} commands")  # a program


if __name__ == "__main__":
    main(sys.argv[1:])
