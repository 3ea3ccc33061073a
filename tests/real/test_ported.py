"""Programs of pyroute2's, ported with docs/from/pyroute2.md alone: both do the same to the kernel (tests/ported)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pairs import BY_CHANCE, LINE_BY_CHANCE, steady
from support import IN_GUEST, PATIENCE, needs_root

PROGRAMS = Path(__file__).parents[1] / "ported"
try:
    import pyroute2  # noqa: F401
except ImportError:
    SIDES = ["netlynx"]
else:
    SIDES = ["netlynx", "pyroute2"]

pytestmark = [pytest.mark.namespace, pytest.mark.every_kernel, needs_root]

# In all of them $run is the program, of which others have to have seen something before they end.
QUIET = "mount -t tmpfs none /run; ip link set lo up; echo 1 > /proc/sys/net/ipv6/conf/default/addr_gen_mode"
FAILOVER = """
for name in u0 u1; do
    ip link add $name type veth peer name ${name}p
    ip link set $name up
    ip link set ${name}p up
done
$run 2 u0 u1 > /run/said &
for patience in $(seq 300); do
    ! grep -q u0 /run/said || break
    sleep 0.1
done
ip link set u0p down
wait $!
"""
VLANS = """
for name in p0 p1 p2; do
    ip link add $name address 02:00:00:00:00:0${name#p} type veth peer name ${name}p
done
$run
$run
"""
LAB = """
$run
for name in router left right; do
    ip -n $name -j route show
    ip netns exec $name tc class show dev l0p 2>/dev/null || :
done
ip netns exec left ping -c 3 -i 0.2 -W 5 10.2.0.2 > /run/said
"""


@dataclass(frozen=True)
class Program:
    """What one of them is run with, and what shows what it did."""

    name: str
    around: str
    shown: tuple[str, ...]
    guest: bool = False


TABLE = (
    Program("failover", FAILOVER, ("ip -j address show u0", "ip -j address show u1", "ip -j -4 route show")),
    Program("vlans", VLANS, ("ip -j -d address show", "bridge -j vlan show"), guest=True),
    Program("lab", LAB, tuple(f"ip -n {name} -j -4 address show" for name in ("router", "left", "right"))),
)


def did(program: Program, side: str) -> list[Any]:
    """What is shown when the program of this side has ended, each a line, without what is by chance."""
    script = f"{QUIET}\n{program.around}\necho ---\n" + "\n".join(program.shown)
    words = ["unshare", "--net", "--mount", "sh", "-ec", script]
    run = f"{sys.executable} -W ignore {PROGRAMS / f'{program.name}_{side}.py'}"
    environment = {**os.environ, "run": run, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(words, capture_output=True, text=True, timeout=4 * PATIENCE, env=environment)
    assert done.returncode == 0, (side, done.stdout, done.stderr)
    lines = [LINE_BY_CHANCE.sub("", line) for line in done.stdout.splitlines()]
    return [steady(json.loads(line), BY_CHANCE) if line.startswith("[") else line for line in lines]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("program", TABLE, ids=[each.name for each in TABLE])
def test_the_port_does_what_the_original_does(program: Program) -> None:
    if program.guest != IN_GUEST:
        pytest.skip("its kinds of links are the guest's" if program.guest else "it is tried on the host")
    first, *others = [did(program, side) for side in SIDES]
    assert sum(isinstance(each, list) and bool(each) for each in first) > 1
    for other in others:
        assert other == first
    if not others:
        pytest.skip("pyroute2, whose program it was, is not installed")
