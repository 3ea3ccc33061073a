"""Write `captured/NAME.told`: what a kernel tells of the actions and filters of tables when they are listed.

For kernels that have them; in the guest, where what is written has to be in a folder that it shares:

    cd tests && NETLYNX_VM_SHARE=$PWD/tc/captured ../scripts/vm run sh -c \\
        '../.venv/bin/python -m tc.hearing "$NETLYNX_VM_SHARE" actions police filters_flower'

Cases that the kernel refuses are left out. `capture.py` asks tc(8) afterwards what it reads in these messages.
"""

from __future__ import annotations

import shlex
import socket
import struct
import subprocess
import sys
from pathlib import Path

import netlynx
from netlynx import netns, route, tc
from netlynx.engine.operation import Dump
from netlynx.testing.namespaces import new_namespace
from netlynx.wire.constants import NLM_F, NLMSG, NLMSG_HDRLEN
from netlynx.wire.message import parse_messages
from tc.both_ways import DEVICE, INDEX, Case, table


def told(operation: Dump[object]) -> list[bytes]:
    """The payloads of what the kernel answers."""
    found: list[bytes] = []
    size, flags = NLMSG_HDRLEN + len(operation.payload), NLM_F.REQUEST | NLM_F.DUMP
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, int(operation.protocol)) as asking:
        asking.send(struct.pack("=IHHII", size, operation.message_type, flags, 0, 0) + operation.payload)
        while True:
            for message in parse_messages(asking.recv(1 << 17)):
                if message.type in (NLMSG.DONE, NLMSG.ERROR):
                    return found
                found.append(bytes(message.payload))


def cleared(case: Case) -> list[str]:
    """What removes all that there is of earlier cases."""
    if case.what == "actions":
        return [f"actions flush action {case.record.kind}"]
    return [f"qdisc delete dev {DEVICE} clsact", *case.before]


def main(folder: Path, wanted: list[str]) -> None:
    """Listen to a kernel for each table."""
    for name in wanted:
        lines = []
        with new_namespace() as space, netlynx.connect(netns=space) as nl:
            other = route.Link(name="v1")
            nl.do(route.add(route.Link(index=INDEX, name=DEVICE, kind="veth", data=route.Veth(peer=other))))
            for case in table(name).cases:
                for line in cleared(case):
                    netns.run_in(space, subprocess.run, ["tc", *line.split()], capture_output=True)
                if netns.run_in(
                    space, subprocess.run, ["tc", *shlex.split(case.words)], capture_output=True
                ).returncode:
                    continue
                listing = tc.actions(kind=case.record.kind) if case.what == "actions" else case.read(INDEX)
                lines += [case.words, *(f"  {each.hex()}" for each in netns.run_in(space, told, listing))]
        (folder / f"{name}.told").write_text("".join(f"{line}\n" for line in lines))
        print(f"{name}: {len(lines)} lines")  # a program


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
