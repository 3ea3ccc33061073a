"""A network namespace of this process's own, filled with routes."""

import ctypes
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

CLONE_NEWUSER = 0x10000000  # linux/sched.h
CLONE_NEWNET = 0x40000000

DEVICE = "bench0"
GATEWAYS = [f"192.0.2.{host}" for host in range(1, 9)]
MOST_ROUTES = 1 << 24  # the /32s of 10.0.0.0/8


def enter() -> None:
    """Moves this process, and the children it starts from now on, to a new and empty network namespace.

    An ordinary user becomes root of a new user namespace first; that needs a process of one thread.
    Raises OSError where the system allows neither.
    """
    user, group = os.geteuid(), os.getegid()
    if user == 0:
        _unshare(CLONE_NEWNET)
        return
    _unshare(CLONE_NEWUSER | CLONE_NEWNET)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"0 {user} 1")
    Path("/proc/self/gid_map").write_text(f"0 {group} 1")


def _unshare(flags: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)  # os.unshare is new in Python 3.12
    if libc.unshare(flags) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"cannot make a network namespace: {os.strerror(number)}")


def add_routes(count: int) -> None:
    """Adds `count` IPv4 routes to the main table. No other IPv4 route is in the namespace.

    The gateways are declared on-link on a veth device without addresses: an address, or the loopback
    device when up, would bring routes of its own.
    """
    if not 0 < count <= MOST_ROUTES:
        raise ValueError(f"1 to {MOST_ROUTES} routes, not {count}")
    _ip_batch(
        [
            f"link add {DEVICE} type veth peer name {DEVICE}p",
            f"link set {DEVICE} up",
            f"link set {DEVICE}p up",
            # The kernel accepts a gateway only once a local table exists, which the first address makes.
            f"address add 127.0.0.1/32 dev {DEVICE}",
            f"address del 127.0.0.1/32 dev {DEVICE}",
        ]
    )
    _ip_batch(route_lines(count))


def route_lines(count: int) -> Iterator[str]:
    """The `ip` commands that add `count` routes: of each ten, six plain and four with something more."""
    for number in range(count):
        destination = f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}/32"
        gateway = GATEWAYS[number % len(GATEWAYS)]
        via = f"via {gateway} dev {DEVICE} onlink"
        match number % 10:
            case 0:
                yield f"route add {destination} {via} mtu 1400 advmss 1360"
            case 1:
                yield f"route add {destination} {via} proto bird metric {number % 7 + 10}"
            case 2:
                yield f"route add {destination} dev {DEVICE} scope link"
            case 3:
                second = GATEWAYS[(number + 1) % len(GATEWAYS)]
                yield (
                    f"route add {destination} nexthop via {gateway} dev {DEVICE} onlink"
                    f" nexthop via {second} dev {DEVICE} onlink"
                )
            case _:
                yield f"route add {destination} {via}"


def _ip_batch(lines: list[str] | Iterator[str]) -> None:
    subprocess.run(["ip", "-batch", "-"], input="\n".join(lines) + "\n", text=True, check=True)
