"""Seconds, counts and sizes: whatever public thing takes one refuses, at the call and by name, what is none."""

from __future__ import annotations

import enum
import importlib
import inspect
import math
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

import anyio
import msgspec
import pytest

import netlynx
from netlynx import fleet, limits, metrics, netns, route, schema, sql, tun
from netlynx.client.async_mirror import AsyncChanges
from netlynx.client.mirror import Changes
from netlynx.kernel import Server, SteppedClock, UserSocket, VirtualKernel
from netlynx.usersock import AsyncPeer, Letter, Peer
from toy import ENTRIES, PROTOCOL, Table, entries, entry

SECONDS = {"timeout", "deadline", "seconds"}
COUNTS = {"retries", "receive_buffer", "send_buffer", "window", "most", "limit", "hold", "times", "nth", "log_size"}

WRONG: tuple[object, ...] = ("5", b"5", True, (), 1j, -1, math.nan)
FINE: tuple[object, ...] = (0, 0.5, Fraction(1, 4))

# What is public, and no call that a limit is given to.
SPARED = {
    "impair": "of packets that wait, in a field of a record",
    **dict.fromkeys(("Clock", "SteppedClock.wait", "SystemClock"), "a deadline there is a moment of the clock"),
    **dict.fromkeys(("Recorder", "Transport"), "what connections call, which have looked at it"),
    **dict.fromkeys(("Log.", "Timer.", "Statistics."), "made by what looked at it"),
    **dict.fromkeys(("Mirror.", "AsyncMirror.", "Subscription."), "made by what looked at it"),
}
SPARED |= {
    "Datatype.": "a row of the table of types",
    "Elements.": "milliseconds are a field of each element, refused when it is said",
}
NOT_ROOMS = {"__main__", "_version", "cli", "codec", "engine", "errors", "limits", "schema", "wire", "vm", "module"}


def rooms() -> Iterator[ModuleType]:
    yield netlynx
    for found in pkgutil.iter_modules(netlynx.__path__):
        if found.name not in NOT_ROOMS:
            yield importlib.import_module(f"netlynx.{found.name}")


def public(room: ModuleType) -> Iterator[Any]:
    """The functions and classes that a room shows and that are its own or the front's."""
    late = {"netlynx.netns": ("run", "popen"), "netlynx.firewall": ("open", "Firewall")}.get(room.__name__, ())
    for name in sorted({*getattr(room, "__all__", dir(room)), *late}):
        found = getattr(room, name)
        if name.startswith("_") or not (inspect.isfunction(found) or isinstance(found, type)):
            continue  # a declared command of a family takes fields
        if not getattr(found, "__module__", "").startswith("netlynx"):
            continue
        if isinstance(found, type) and issubclass(found, enum.Enum | BaseException | schema.Record):
            continue
        yield found


def calls(found: Any) -> Iterator[tuple[str, Any]]:
    """What can be called of it, by name; of a class its methods and what can be set, too."""
    yield found.__name__ + ("." if isinstance(found, type) else ""), found
    if isinstance(found, type):
        for name, each in inspect.getmembers(found):
            if name.startswith("_"):
                continue
            if inspect.isfunction(each):
                yield f"{found.__name__}.{name}", each
            elif isinstance(each, property) and each.fset is not None:
                yield f"{found.__name__}.{name}=", None


def arguments(call: Any) -> list[str]:
    try:
        return list(inspect.signature(call).parameters)
    except ValueError:  # a number of a kind
        return []


def parameters() -> set[tuple[str, str]]:
    """All that is public and takes a limit, with the limit's name."""
    taken = set()
    everything = [each for room in rooms() for each in public(room)] + [Changes, AsyncChanges]
    for found in everything:
        if isinstance(found, type) and issubclass(found, msgspec.Struct):
            continue  # a value: what it holds was counted by somebody, or goes into a message
        for name, call in calls(found):
            if any(name == each or name.startswith(each + ".") for each in SPARED):
                continue
            names = [name.partition(".")[2].removesuffix("=")] if call is None else arguments(call)
            taken |= {(name, each) for each in names if each in SECONDS | COUNTS}
    return taken


PARAMETERS = sorted(parameters())

# What the calls take besides.
PORT = 7  # of a peer that is there
BESIDES: dict[str, tuple[Any, ...]] = {
    "do": (entry(1),),
    "dump": (entries(),),
    "count": (entries(),),
    "table": (entries(),),
    "batch": ([],),
    "subscribe": (ENTRIES,),
    "mirror": (route.links(),),
    "wait_until": (lambda mirror: False,),
    "NetlinkSocket.send": ("hello",),
    "UserSocket.send": (b"hello",),
    "Peer.send": ("hello",),
    "AsyncPeer.send": ("hello",),
    "UserSocket.receive": (4096,),
    "send_all": (["hello"],),
    "request": ("hello",),
    "answer": (Letter(b"", PORT), "hello"),
    "refuse": (Letter(b"", PORT), 5),
    "run": ("/proc/self/ns/net", ["true"]),
}
WITH: dict[str, dict[str, Any]] = {
    "request": {"to": PORT},
    "send_all": {"to": PORT},
    "Peer.send": {"to": PORT},
    "AsyncPeer.send": {"to": PORT},
    "Faults.delay": {"seconds": 1},
    "Faults.fail": {"nth": 1, "errno": 5},
    "VirtualKernel.timer": {"function": print},
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """One of each class that limits are given to."""
    with ExitStack() as stack:
        kernel = stack.enter_context(VirtualKernel())
        Table(kernel)
        nl = stack.enter_context(netlynx.connect(kernel=kernel))
        anl = netlynx.aconnect(kernel=kernel)
        stack.callback(anl.close)
        clock = SteppedClock()
        path = Path(tmp_path_factory.mktemp("served")) / "kernel"
        server = stack.enter_context(Server(kernel, path))
        peer = stack.enter_context(Peer(kernel=kernel))
        apeer = AsyncPeer(kernel=kernel)
        stack.enter_context(Peer(PORT, kernel=kernel))
        stack.callback(apeer._socket.close)
        sock = stack.enter_context(netlynx.NetlinkSocket(PROTOCOL, kernel=kernel))
        subscription = stack.enter_context(nl.subscribe(ENTRIES))
        mirror, amirror = nl.mirror(route.links()), anl.mirror(route.links())
        user: UserSocket = kernel.socket_for(PROTOCOL)
        firewall = object.__new__(netlynx.firewall.Firewall)
        firewall._stream = subscription
        publisher = fleet.Publisher("nats://127.0.0.1:1", Path(tmp_path_factory.mktemp("waiting")))
        stack.callback(anyio.run, publisher.aclose)
        gatherer = stack.enter_context(metrics.Gatherer(["links"], kernel=kernel))
        yield {
            type(each).__name__: each
            for each in (
                kernel, nl, anl, clock, server, peer, apeer, sock, subscription, mirror, amirror, user, firewall,
                kernel.faults, kernel.messages, nl.dump(entries()), anl.dump(entries()), mirror.changes(),
                amirror.changes(), anl.subscribe(ENTRIES), tun.Device(-1, "tun0", 0, None), publisher,
                fleet.mirror("nats://127.0.0.1:1"), gatherer,
            )
        } | {"kernel": kernel}  # fmt: skip


def called(world: dict[str, Any], name: str, parameter: str, value: object) -> object:
    """What comes of giving a call a limit."""
    owner, _, method = name.partition(".")
    if method.endswith("="):
        setattr(world[owner], parameter, value)
        return None
    besides = BESIDES.get(name, BESIDES.get(method or owner, ()))
    how = {**WITH.get(name, WITH.get(method or owner, {})), parameter: value}
    function = getattr(world[owner], method) if method else maker(world, owner)
    made = function(*besides, **how)
    return anyio.run(lambda: made) if inspect.isawaitable(made) else made


def maker(world: dict[str, Any], name: str) -> Callable[..., Any]:
    kernel = world["kernel"]
    makers: dict[str, Callable[..., Any]] = {
        "connect": lambda **how: netlynx.connect(kernel=kernel, **how),
        "aconnect": lambda **how: netlynx.aconnect(kernel=kernel, **how),
        "Connection": lambda **how: netlynx.Connection(kernel, **how),
        "AsyncConnection": lambda **how: netlynx.AsyncConnection(kernel, **how),
        "NetlinkSocket": lambda **how: netlynx.NetlinkSocket(PROTOCOL, kernel=kernel, **how),
        "Peer": lambda **how: Peer(kernel=kernel, **how),
        "AsyncPeer": lambda **how: AsyncPeer(kernel=kernel, **how),
        "Server": lambda **how: Server(kernel, "/nonexistent/kernel", **how),
        "VirtualKernel": VirtualKernel,
        "open": lambda **how: netlynx.firewall.open(kernel=kernel, **how),
        "run": netns.run,
        "Session": lambda **how: sql.connect(kernel=kernel, **how),
        "register": lambda **how: sql.register(None, kernel=kernel, **how),
        "frame": lambda **how: sql.frame("links", kernel=kernel, **how),
        "Gatherer": lambda **how: metrics.Gatherer(kernel=kernel, **how),
        "collect": lambda **how: metrics.collect(world["Connection"], "links", **how),
        "Publisher": lambda **how: fleet.Publisher("nats://127.0.0.1:1", Path("/nonexistent"), **how),
    }
    return makers[name]


def test_the_walk_finds_what_takes_limits() -> None:
    assert len(PARAMETERS) > 60
    assert {
        ("connect", "timeout"), ("Connection.do", "deadline"), ("Connection.timeout=", "timeout"),
        ("AsyncPeer.request", "timeout"), ("NetlinkSocket.receive_buffer=", "receive_buffer"),
        ("Firewall.get", "timeout"), ("run", "timeout"), ("Changes.get", "timeout"), ("Server.", "limit"),
    } <= set(PARAMETERS)  # fmt: skip


@pytest.mark.parametrize(("name", "parameter"), PARAMETERS)
def test_what_is_no_limit_is_refused_at_the_call_and_by_name(world: dict[str, Any], name: str, parameter: str) -> None:
    wrong = WRONG if parameter in SECONDS else (*WRONG, 1.5)
    for value in wrong:
        with pytest.raises((TypeError, ValueError), match=f"^{parameter} takes a .*number.* not ") as refused:
            called(world, name.removesuffix("."), parameter, value)
        kind = ValueError if value == -1 or (parameter in SECONDS and value != value) else TypeError
        assert refused.type is kind, (value, refused.value)


def test_seconds_are_any_number_and_for_ever_where_they_are_as_good_as_that() -> None:
    for value in FINE:
        assert limits.optional_seconds("timeout", value) == value
    for value in (None, math.inf, 1e300, 10**400):
        assert limits.optional_seconds("timeout", value) is None
    assert limits.seconds("timeout", math.inf) == limits.FOR_EVER


def test_a_limit_of_infinity_holds_nothing_up(world: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    with netlynx.connect(kernel=world["kernel"], timeout=math.inf) as nl:
        assert list(nl.dump(entries(), deadline=math.inf)) == []
        with nl.subscribe(ENTRIES) as events:
            nl.timeout = 5
            world["kernel"].timer(0.001, lambda: events.close())
            with pytest.raises(netlynx.ConnectionClosed):
                events.get(timeout=math.inf)
