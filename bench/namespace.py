"""Network namespaces of this process's own, and what is put into them to be measured."""

from __future__ import annotations

import ctypes
import os
import subprocess
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from . import priority

CLONE_NEWUSER = 0x10000000  # linux/sched.h
CLONE_NEWNET = 0x40000000

DEVICE = "bench0"
RARE_GATEWAY = "192.0.2.1"  # of one route in a hundred
GATEWAYS = [f"192.0.2.{host}" for host in range(2, 10)]
MOST_ROUTES = 1 << 20  # the /28s of 10.0.0.0/8

_is_root = os.geteuid() == 0


class Unfilled(Exception):
    """The kernel refused what was to be measured."""


def enter() -> None:
    """Moves this process, and the children it starts from now on, to a new and empty network namespace.

    The one before goes when nobody is in it any more. An ordinary user becomes root of a new user namespace first;
    that needs a process of one thread. Raises OSError where the system allows neither.
    """
    global _is_root
    if _is_root:
        _unshare(CLONE_NEWNET)
        return
    user, group = os.geteuid(), os.getegid()
    _unshare(CLONE_NEWUSER | CLONE_NEWNET)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"0 {user} 1")
    Path("/proc/self/gid_map").write_text(f"0 {group} 1")
    _is_root = True


def _unshare(flags: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)  # os.unshare is new in Python 3.12
    if libc.unshare(flags) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"cannot make a network namespace: {os.strerror(number)}")


def ip(*lines: str) -> None:
    """Carries out commands of `ip`. Raises Unfilled."""
    ip_batch(lines)


def ip_batch(lines: Iterable[str]) -> None:
    """Carries out many. Raises Unfilled, with what `ip` said of the first that was refused."""
    done = subprocess.run(
        ["ip", "-batch", "-"],
        input="\n".join(lines) + "\n",
        text=True,
        stderr=subprocess.PIPE,
        preexec_fn=priority.like_any_other,
    )
    if done.returncode:
        raise Unfilled(f"the table could not be filled: {'; '.join(done.stderr.splitlines())}")


def ip_can(*command: str) -> bool:
    """Whether the kernel (and this `ip`) does what it is told."""
    return subprocess.run(["ip", *command], capture_output=True).returncode == 0


# ---------------------------------------------------------------------------------------------------- worlds


P = ParamSpec("P")
T = TypeVar("T")
_world: tuple[Any, Any, Any] | None = None  # how the namespace is filled: the function, its arguments, what it returned


def kept(fill: Callable[P, T]) -> Callable[P, T]:
    """Does nothing when the namespace is already filled like that."""

    @wraps(fill)
    def filled(*args: P.args, **more: P.kwargs) -> T:
        global _world
        if _world is None or _world[:2] != (fill, args):
            _world = None
            _world = (fill, args, fill(*args, **more))
        result: T = _world[2]
        return result

    return filled


def empty() -> None:
    """A new namespace with nothing but a device."""
    global _world
    _world = None
    enter()
    make_device()


def make_device(*, ipv6: bool = False) -> None:
    """A veth device that is up and has no address: one, or a loopback device that is up, would bring its own routes.

    The kernel accepts an IPv4 gateway only once a local table exists, which the first address makes. Without `ipv6`
    the namespace has only IPv4 routes.
    """
    if not ipv6:
        for which in ("default", "all"):
            Path(f"/proc/sys/net/ipv6/conf/{which}/disable_ipv6").write_text("1")
    ip(
        f"link add {DEVICE} type veth peer name {DEVICE}p",
        f"link set {DEVICE} up addrgenmode none",
        f"link set {DEVICE}p up addrgenmode none",
        f"address add 127.0.0.1/32 dev {DEVICE}",
        f"address del 127.0.0.1/32 dev {DEVICE}",
    )


@kept
def plain_routes(count: int) -> None:
    """Fills a new namespace with `count` IPv4 routes: destination, gateway, device. One in a hundred has RARE_GATEWAY,
    the others take turns with eight gateways, so that no route has the gateway of the one before it."""
    if not 0 < count <= MOST_ROUTES:
        raise ValueError(f"1 to {MOST_ROUTES} routes, not {count}")
    enter()
    make_device()
    ip_batch(
        f"route add {network(number)} via {gateway(number)} dev {DEVICE} onlink proto static" for number in range(count)
    )


def network(number: int) -> str:
    """The destination of the numbered route."""
    return f"10.{number >> 12}.{number >> 4 & 255}.{(number & 15) << 4}/28"


def gateway(number: int) -> str:
    """The gateway of the numbered route."""
    return GATEWAYS[number % len(GATEWAYS)] if number % 100 else RARE_GATEWAY


ENCAPSULATIONS = {
    "seg6": "encap seg6 mode encap segs 2001:db8:a::{hop:x},2001:db8:b::1,2001:db8:c::1",
    "mpls": "encap mpls {hop}/200 via inet6 2001:db8:f::2",
    "ip6": "encap ip6 id {hop} dst 2001:db8:a::{hop:x} hoplimit 9",
}


@kept
def mixed_routes(count: int) -> list[str]:
    """Fills a new namespace with routes of all shapes: of each eight, two IPv4 routes have two to four next hops, two
    have metrics, one IPv6 route has next hops, one has metrics, and two are encapsulated.

    Returns the encapsulations that this kernel knows; where it knows none, those routes are plain.
    """
    enter()
    make_device(ipv6=True)
    ip(f"address add 2001:db8:f::ffff/64 dev {DEVICE} nodad")
    known = [
        name
        for name, words in ENCAPSULATIONS.items()
        if ip_can("route", "add", "2001:db8:e::/64", *words.format(hop=7).split(), "dev", DEVICE)
        and ip_can("route", "del", "2001:db8:e::/64")
    ]
    ip_batch(_mixed_line(number, known) for number in range(count))
    return known


def _mixed_line(number: int, encapsulations: list[str]) -> str:
    inet6 = f"2001:db8:{(number >> 16) + 0x100:x}:{number & 0xFFFF:x}::/64"
    hop = number % 250 + 1
    match number % 8:
        case 0 | 1:
            hops = [f"nexthop via 192.0.2.{(number + n) % 250 + 1} dev {DEVICE} onlink" for n in range(number % 3 + 2)]
            return f"route add {network(number)} " + " ".join(f"{each} weight {n + 1}" for n, each in enumerate(hops))
        case 2 | 3:
            metrics = f"mtu {1300 + number % 200} advmss {1200 + number % 200} rto_min 40ms initcwnd 20"
            return f"route add {network(number)} via {gateway(number)} dev {DEVICE} onlink {metrics}"
        case 4:
            return (
                f"route add {inet6} nexthop via 2001:db8:f::{hop:x} dev {DEVICE} weight 2"
                f" nexthop via 2001:db8:f::{hop + 1:x} dev {DEVICE}"
            )
        case 5:
            return f"route add {inet6} via 2001:db8:f::{hop:x} dev {DEVICE} mtu {1300 + number % 200} hoplimit 60"
        case _ if encapsulations:
            words = ENCAPSULATIONS[encapsulations[number % len(encapsulations)]]
            return f"route add {inet6} {words.format(hop=hop)} dev {DEVICE}"
        case _:
            return f"route add {inet6} via 2001:db8:f::{hop:x} dev {DEVICE}"


@kept
def many_links(count: int) -> None:
    """Fills a new namespace with `count` links: of each ten, six are ends of veth pairs, of which two are ports of a
    bridge; three are macvlans and one an ifb device. All are down, so that no counter moves while they are read."""
    enter()
    ip_batch(_link_lines(count))


def _link_lines(count: int) -> Iterator[str]:
    pairs, bridges, macvlans = count * 3 // 10, max(1, count // 250), count * 3 // 10
    for number in range(bridges):
        yield f"link add br{number} type bridge"
    for number in range(pairs):
        yield f"link add v{number} type veth peer name p{number}"
        if number % 3:
            yield f"link set p{number} master br{number % bridges}"
    for number in range(macvlans):
        yield f"link add mac{number} link v{number} type macvlan mode bridge"
    for number in range(count - bridges - 2 * pairs - macvlans - 1):  # and the loopback device
        yield f"link add ifb{number} type ifb"
