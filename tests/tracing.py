"""What tests of `netlynx trace` share: a trace of a command, and the same as strace(1) sees it."""

from __future__ import annotations

import functools
import re
import struct
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from command import PATIENCE, environment
from netlynx import capture, netns

COMMAND = [sys.executable, "-m", "netlynx", "trace"]
PROTOCOLS = {"ROUTE": 0, "USERSOCK": 2, "SOCK_DIAG": 4, "NETFILTER": 12, "GENERIC": 16}
# What is of the clock, or of the process: IFLA_INET6_CACHEINFO, IFA_CACHEINFO, NFTA_GEN_PROC_PID.
PASSING = re.compile(rb"\x14\x00[\x05\x06]\x00.{16}|\x08\x00\x02\x00\x00.{3}", re.S)

Datagrams = list[tuple[str, int, bytes]]  # direction, protocol, bytes


@functools.cache
def refused() -> str:
    """Why nothing can be traced here, or "" if it can."""
    done = subprocess.run([*COMMAND, "--", "true"], capture_output=True, text=True, timeout=PATIENCE, env=environment())
    return "" if done.returncode == 0 else done.stderr.strip()


def trace(where: netns.Where | None, *words: str, **how: Any) -> subprocess.CompletedProcess[str]:
    """A command of `netlynx trace`, to its end."""
    given = {"capture_output": True, "text": True, "timeout": PATIENCE, "env": environment(), **how}
    if where is None:
        return subprocess.run([*COMMAND, *words], **given)
    return netns.run(where, [*COMMAND, *words], **given)


def objects(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    """What `--json` printed."""
    return [msgspec.json.decode(line) for line in done.stdout.splitlines()]


def captured(path: Path) -> Datagrams:
    """What a capture of a trace has."""
    with capture.read(path) as found:
        return [(each.direction or "", each.protocol, each.data) for each in found]


def seen_by_strace(where: netns.Where, command: Sequence[str], path: Path) -> Datagrams:
    """What a command sends and receives, as strace tells it."""
    options = ["-f", "-yy", "-o", str(path), "-e", "trace=network,read,write", "-e", "read=all", "-e", "write=all"]
    netns.run(where, ["strace", *options, *command], capture_output=True, timeout=PATIENCE, check=True)
    found: Datagrams = []
    opened = re.compile(r"\d+ +socket\(AF_NETLINK, .*NETLINK_(\w+)\) = \d+<NETLINK:\[(\d+)\]>")
    head = re.compile(r"\d+ +(\w+)\(\d+<NETLINK:\[(?:(\w+):)?(\d+)\]>, (.*) = (\d+)")
    unbound: dict[str, str] = {}  # protocols by inode, of sockets that have no port yet
    lasts, size = False, 0
    for line in path.read_text().splitlines():
        if new := opened.match(line):
            unbound[new[2]] = new[1]
        elif told := head.match(line):
            call, rest, size = told[1], told[4], int(told[5])
            lasts = call in ("sendto", "sendmsg", "recvfrom", "recvmsg", "read", "write") and "MSG_PEEK" not in rest
            if lasts:
                sent = call.startswith(("send", "write"))
                protocol = PROTOCOLS[told[2] or unbound[told[3]]]
                found.append(("sent" if sent else "received", protocol, b""))
        elif lasts and (row := re.match(r" \| [0-9a-f]{5} +((?:[0-9a-f]{2} ?)+(?: +(?:[0-9a-f]{2} ?)+)?)", line)):
            direction, protocol, data = found[-1]
            found[-1] = direction, protocol, (data + bytes.fromhex(row[1].replace(" ", "")))[:size]
        elif not line.startswith(" "):
            lasts = False
    return found


def without_numbers(datagrams: Datagrams) -> Datagrams:
    """Without what differs from one time to the next: sequence numbers, ports, and what is within acknowledgements."""
    return [(direction, protocol, _plain(data)) for direction, protocol, data in datagrams]


def _plain(data: bytes) -> bytes:
    at, found = 0, bytearray(data)
    while at + 16 <= len(data):
        length, kind = struct.unpack_from("=IH", data, at)
        if length < 16:
            break
        found[at + 8 : at + 16] = bytes(8)
        if kind == 2 and length >= 36:  # NLMSG_ERROR: the request's header is within
            found[at + 28 : at + 36] = bytes(8)
        at += length + 3 & ~3
    if len(data) == 20:  # of struct rtgenmsg, busybox sets the first byte alone
        del found[17:]
    return PASSING.sub(b"", bytes(found))
