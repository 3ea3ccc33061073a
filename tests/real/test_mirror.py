"""The mirror against a real kernel: what it says and what it does not say, and random changes at full speed.

NETLYNX_MIRROR_SECONDS makes the random run longer (a few seconds otherwise), NETLYNX_MIRROR_SEED repeats one.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext, suppress
from typing import Any

import anyio
import anyio.from_thread
import pytest

import netlynx
from conftest import Ip
from netlynx import netns, route
from netlynx.client.async_mirror import AsyncMirror
from netlynx.engine.copy import Copy
from netlynx.engine.operation import Dump
from netlynx.route import Address, Link, Neighbour, NextHop, NextHopObject, Route, Rule
from netlynx.schema import Record
from support import PATIENCE, resident

pytestmark = pytest.mark.namespace

LISTINGS: tuple[Dump[Any], ...] = (
    route.links(), route.addresses(), route.routes(), route.neighbours(), route.rules(), route.nexthops()
)  # fmt: skip
TINY = 1  # bytes asked for; the kernel gives its smallest, some two kilobytes
SECONDS = float(os.environ.get("NETLYNX_MIRROR_SECONDS", "3"))
SETTLING = PATIENCE


def assert_like_a_dump(nl: netlynx.Connection, mirror: netlynx.Mirror | AsyncMirror, told: str) -> float:
    """Every copy holds what a dump gives, and every key finds what the copy holds; but for what copies leave out.

    The kernel goes on by itself for a second: a carrier shows at once in a dump and is told by a worker (linkwatch).
    Returns how many seconds it took until they were alike.
    """
    started = time.monotonic()
    while different := [copy for copy in mirror._state.copies if dumped(nl, copy) != held(copy)]:
        if time.monotonic() > started + PATIENCE:
            (copy, *_) = different
            assert held(copy) == dumped(nl, copy), f"{told}: {copy.listing}, {mirror.statistics}"
        os.sched_yield()
    took = time.monotonic() - started
    for copy in mirror._state.copies:
        for names, index in copy._indexes.items():
            found = {id(record) for records in index.values() for record in records.values()}
            assert found <= {id(record) for record in list(copy.records.values())}, f"{told}: {names}"
            assert all(index.values()), f"{told}: {names}"
    return took


def held(copy: Copy[Any]) -> Counter[Any]:
    return Counter(list(copy.records.values()))


def dumped(nl: netlynx.Connection, copy: Copy[Any]) -> Counter[Any]:
    rows: list[Any] = []
    with suppress(netlynx.NotFound):  # what it filters by is gone
        rows = nl.dump(copy.listing).all()
    return Counter(copy._still(row) for row in rows if copy._has(row))


STORY = """
link add v0 type veth peer name v1
link set v0 up
link set v1 up
addr add 10.0.0.1/24 dev v0
addr add 10.0.0.2/24 dev v0
addr add 10.0.0.3/24 peer 10.5.0.3/32 dev v0
route add 10.9.0.0/16 via 10.0.0.7
route append 10.9.0.0/16 via 10.0.0.8
route replace 10.9.0.0/16 via 10.0.0.9
route add 10.9.0.0/16 via 10.0.0.7 metric 5
route replace 10.9.0.0/16 via 10.0.0.9 metric 5
route add 10.9.0.0/16 tos 0x10 via 10.0.0.7
route add 10.10.0.0/16 nexthop via 10.0.0.7 nexthop via 10.0.0.8
-6 addr add 2001:db8::1/64 dev v0 nodad
-6 route add 2001:db8:1::/48 via 2001:db8::7
-6 route append 2001:db8:1::/48 via 2001:db8::8
-6 route append 2001:db8:1::/48 via 2001:db8::6
-6 route del 2001:db8:1::/48 via 2001:db8::7
-6 route replace 2001:db8:1::/48 via 2001:db8::9
nexthop add id 5 via 10.0.0.7 dev v0
nexthop add id 6 via 10.0.0.8 dev v0
nexthop add id 7 group 5/6
nexthop add id 8 via 2001:db8::7 dev v0
route add 10.11.0.0/16 nhid 7
route add 10.13.0.0/16 nhid 6
-6 route add 2001:db8:2::/48 nhid 8
nexthop replace id 6 via 10.0.0.9 dev v0
nexthop del id 5
nexthop del id 8
nexthop del id 6
route add 10.12.0.0/16 src 10.0.0.2 dev v0
neigh add 10.0.0.7 lladdr 02:00:00:00:00:01 dev v0
addr del 10.0.0.2/24 dev v0
rule add from 10.0.0.0/8 table 100 priority 10
rule add priority 9 goto 11
rule add priority 11 table main
rule del priority 11
rule add iif v0 priority 12 table 5
link property add dev v0 altname a-long-alternative-name
link set v1 down
link set v1 up
link set v0 down
link set v0 up
addr add 10.0.0.2/24 dev v0
link set v0 name w0
link add br0 type bridge
link set w0 master br0
link set br0 up
link set w0 nomaster
link set w0 mtu 1400
neigh add 10.0.0.8 lladdr 02:00:00:00:00:01 dev w0
link del br0
move v1
link del w0
"""


def test_whatever_ip_does_the_mirror_is_what_a_dump_gives(nl: netlynx.Connection, ip: Ip) -> None:
    with netns.anonymous() as other, nl.mirror(*LISTINGS) as mirror:
        ip("link set lo up")
        for command in STORY.strip().splitlines():
            if command == "move v1":
                nl.do(route.change(Link(name="v1", netns_fd=other.fileno())))
            else:
                ip(command)
            mirror.settle(PATIENCE)
            assert_like_a_dump(nl, mirror, command)


def test_filtered_listings_stay_filtered(nl: netlynx.Connection, ip: Ip) -> None:
    ip("link add br0 type bridge")
    ip("link add v0 type veth peer name v1")
    master, port = nl.do(route.link(name="br0")).index, nl.do(route.link(name="v0")).index
    listings = (
        route.links(master=master),
        route.links(kind="veth"),
        route.routes(oif=port),
        route.routes(table=77),
        route.addresses(index=port),
        route.neighbours(master=master),
    )
    with nl.mirror(*listings) as mirror:
        for command in (
            "link set v0 up",
            "link set v1 up",
            "addr add 10.0.0.1/24 dev v0",
            "addr add 10.0.1.1/24 dev v1",
            "route add 10.9.0.0/16 table 77 nexthop via 10.0.0.7 nexthop via 10.0.1.7",
            "route add 10.8.0.0/16 via 10.0.0.7",
            "link set v0 master br0",
            "neigh add 10.0.0.7 lladdr 02:00:00:00:00:01 dev v0",
            "link set v0 nomaster",
            "link set v0 master br0",
            "link del v0",
        ):
            ip(command)
            mirror.settle(PATIENCE)
            assert_like_a_dump(nl, mirror, command)


def test_waiting_and_the_feed_of_changes_tell_before_and_after(nl: netlynx.Connection, ip: Ip) -> None:
    with nl.mirror(route.links()) as mirror, mirror.changes() as changes:
        ip("link add br0 type bridge")
        made = mirror.wait_until(lambda seen: seen[route.links()].get(name="br0"), PATIENCE)
        ip("link set br0 name br1")
        mirror.wait_until(lambda seen: seen[route.links()].get(name="br1"), PATIENCE)
        ip("link del br1")
        mirror.wait_until(lambda seen: seen[route.links()].get(index=made.index) is None, PATIENCE)
        mirror.settle(PATIENCE)
        names = []
        while True:
            change = changes.get(PATIENCE)
            assert isinstance(change, netlynx.Change)
            names.append(tuple(getattr(side, "name", None) for side in (change.before, change.after)))
            if change.after is None:
                break
        assert names[0] == (None, "br0")
        assert ("br0", "br1") in names
        assert names[-1] == ("br1", None)
        with pytest.raises(netlynx.RequestTimeout, match=r"did not come within 0\.01 s \(generation"):
            mirror.wait_until(lambda seen: seen[route.links()].get(name="never"), 0.01)


# ------------------------------------------------------------------------------------------- random changes


class Writer:
    """Changes what it likes, as fast as it can, while it is allowed to."""

    def __init__(self, namespace: netns.NetworkNamespace, seed: int, number: int) -> None:
        self.random = random.Random(f"{seed} {number}")
        self.number = number
        self.changes = 0
        self._namespace = namespace
        self._go, self._rests = threading.Event(), threading.Event()
        self._stop = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def go(self) -> None:
        self._rests.clear()
        self._go.set()

    def rest(self) -> None:
        self._go.clear()
        assert self._rests.wait(PATIENCE)

    def stop(self) -> None:
        self._stop = True
        self._go.set()
        self._thread.join(PATIENCE)

    def _run(self) -> None:
        with netlynx.connect(netns=self._namespace) as nl:
            while not self._stop:
                if not self._go.is_set():
                    self._rests.set()
                    self._go.wait()
                    continue
                operations = [self._change() for _ in range(self.random.choice((1, 1, 5, 40)))]
                with suppress(netlynx.NetlynxError):
                    nl.batch(operations, on_error="continue")
                self.changes += len(operations)

    def _change(self) -> netlynx.Do[None]:
        pick = self.random.choice
        makers: tuple[Callable[[], Record], ...] = (
            *(self._route,) * 6, *(self._route6,) * 4, self._address, self._neighbour, self._rule, self._nexthop,
            self._link,
        )  # fmt: skip
        while True:
            record = pick(makers)()
            verb = pick((route.add, route.add, route.replace, route.append, route.delete, route.delete, route.change))
            with suppress(netlynx.EncodeError):  # not all verbs go with all records
                return verb(record)

    def _gateway(self) -> str:
        return f"10.0.0.{self.random.randrange(2, 9)}"

    def _route(self) -> Route:
        pick = self.random.randrange
        destination = f"10.{pick(100, 104)}.{pick(8)}.0/24"
        metric, tos, table = pick(2) or None, pick(2) * 16, (254, 77)[pick(2)]
        match pick(6):
            case 0:
                hops = tuple(NextHop(gateway=self._gateway(), oif=2) for _ in range(2))
                return Route(destination=destination, metric=metric, tos=tos, table=table, multipath=hops)
            case 1:
                return Route(destination=destination, metric=metric, tos=tos, table=table, nexthop_id=pick(1, 6))
            case 2:
                return Route(destination=destination, metric=metric, table=table, type="blackhole")
            case 3:
                source = f"10.0.0.{pick(100, 104)}"
                return Route(destination=destination, table=table, oif=2, preferred_source=source)
            case _:
                return Route(destination=destination, metric=metric, tos=tos, table=table, gateway=self._gateway())

    def _route6(self) -> Route:
        pick = self.random.randrange
        destination = f"2001:db8:{pick(1, 9)}::/48"
        metric = pick(1, 3)
        match pick(4):
            case 0:
                hops = tuple(NextHop(gateway=f"2001:db8::{pick(2, 9)}", oif=2) for _ in range(2))
                return Route(destination=destination, metric=metric, multipath=hops)
            case 1:
                return Route(destination=destination, metric=metric, type="unreachable")
            case _:
                return Route(destination=destination, metric=metric, gateway=f"2001:db8::{pick(2, 9)}", oif=2)

    def _address(self) -> Address:
        pick = self.random.randrange
        if pick(2):
            return Address(index=pick(2, 5), address=f"10.0.0.{pick(100, 104)}/24")
        return Address(index=pick(2, 5), address=f"2001:db8::{pick(100, 104)}/64", flags="nodad")

    def _neighbour(self) -> Neighbour:
        pick = self.random.randrange
        return Neighbour(index=pick(2, 5), destination=self._gateway(), address=f"02:00:00:00:00:0{pick(9)}")

    def _rule(self) -> Rule:
        pick = self.random.randrange
        if pick(3) == 0:
            return Rule(family="inet", priority=pick(100, 110), goto=pick(111, 114))
        return Rule(source=f"10.{pick(5)}.0.0/16", priority=pick(100, 114), iifname=("v0", "n0", None)[pick(3)])

    def _nexthop(self) -> NextHopObject:
        pick = self.random.randrange
        if pick(3) == 0:
            members = tuple({pick(1, 6): None, pick(1, 6): None})
            return NextHopObject(id=pick(6, 9), group=tuple(route.NextHopMember(id=each) for each in members))
        return NextHopObject(id=pick(1, 6), gateway=self._gateway(), oif=2)

    def _link(self) -> Link:
        pick = self.random.randrange
        match pick(6):
            case 0:
                return Link(name=f"n{pick(3)}", kind="bridge")
            case 1:
                return Link(name=f"p{pick(3)}", kind="veth")
            case 2:
                return Link(index=2 + pick(2), flags=pick(4) and route.LinkFlags.UP, change=route.LinkFlags.UP)
            case 3:
                return Link(index=pick(4, 9), name=f"n{pick(3)}")
            case 4:
                return Link(index=2, mtu=pick(1300, 1500))
            case _:
                return Link(index=pick(4, 9), master=pick(4, 9))


class InATask:
    """An async mirror in an event loop of a thread of its own."""

    def __init__(self, namespace: netns.NetworkNamespace, receive_buffer: int) -> None:
        self.mirror: AsyncMirror | None = None
        self._ready = threading.Event()
        self._thread = threading.Thread(target=anyio.run, args=(self._run, namespace, receive_buffer), daemon=True)
        self._thread.start()
        assert self._ready.wait(PATIENCE)

    async def _run(self, namespace: netns.NetworkNamespace, receive_buffer: int) -> None:
        self._portal = anyio.from_thread.BlockingPortal()
        async with (
            self._portal,
            netlynx.aconnect(netns=namespace) as nl,
            nl.mirror(*LISTINGS, receive_buffer=receive_buffer) as self.mirror,
        ):
            self._ready.set()
            await self._portal.sleep_until_stopped()

    def settle(self) -> None:
        assert self.mirror is not None
        self._portal.call(self.mirror.settle, SETTLING)

    def stop(self) -> None:
        self._portal.call(self._portal.stop)
        self._thread.join(PATIENCE)


def overrun(tiny: netlynx.Mirror, task: InATask) -> bool:
    """Whether both of the mirrors with little room have lost notifications; on a slow machine that takes longer."""
    return bool(tiny.statistics.overruns and task.mirror and task.mirror.statistics.overruns)


@pytest.mark.timeout(SECONDS + 3 * PATIENCE)
def test_whenever_the_writers_rest_every_mirror_is_what_a_dump_gives(
    nl: netlynx.Connection, namespace: netns.NetworkNamespace, ip: Ip, capsys: pytest.CaptureFixture[str]
) -> None:
    seed = int(os.environ.get("NETLYNX_MIRROR_SEED") or random.randrange(1 << 32))
    print(f"NETLYNX_MIRROR_SEED={seed}")
    ip.all(("link add v0 type veth peer name v1", "link set v0 up", "link set v1 up", "link set lo up"))
    ip("addr add 10.0.0.1/24 dev v0")
    ip("addr add 2001:db8::1/64 dev v0 nodad")
    chance = random.Random(seed)
    writers = [Writer(namespace, seed, number) for number in range(4)]
    started, rounds, memory, lags = time.monotonic(), 0, list[int](), list[float]()
    task = InATask(namespace, receive_buffer=TINY)
    try:
        with nl.mirror(*LISTINGS) as wide, nl.mirror(*LISTINGS, receive_buffer=TINY) as tiny:
            with wide.changes(limit=100):  # nobody reads them
                while time.monotonic() - started < SECONDS or not overrun(tiny, task):
                    for writer in writers:
                        writer.go()
                    pause = chance.uniform(0.02, 0.5)
                    with wide._looking if chance.random() < 0.3 else nullcontext():  # a reader that stalls it
                        threading.Event().wait(pause)
                    for writer in writers:
                        writer.rest()
                    rounds += 1
                    if rounds % 5 == 0:  # there may be any number of equal rules: the table grows else
                        rules = [rule for rule in nl.dump(route.rules()) if 100 <= (rule.priority or 0) < 120]
                        nl.batch(map(route.delete, rules), on_error="continue")
                    told = f"seed {seed}, round {rounds}"
                    for mirror in (wide, tiny):
                        mirror.settle(SETTLING)
                        lags.append(assert_like_a_dump(nl, mirror, told))
                    task.settle()
                    assert task.mirror is not None
                    lags.append(assert_like_a_dump(nl, task.mirror, f"{told}, async"))
                    if rounds % 5 == 0:
                        memory.append(resident())
            assert task.mirror is not None
            figures = [wide.statistics, tiny.statistics, task.mirror.statistics]
    finally:
        for writer in writers:
            writer.stop()
        task.stop()
    made = sum(writer.changes for writer in writers)
    with capsys.disabled():
        if SECONDS > 10:
            print(f"\nseed {seed}: {rounds} rounds, {made} changes, at most {max(lags):.3f} s behind")
            late = sum(lag > 0.1 for lag in lags)
            print(f"{len(lags) * len(LISTINGS)} copies like a dump, {late} of {len(lags)} times only after 0.1 s")
            print(f"memory {memory[0]:,} to {memory[-1]:,} bytes")
            for name, each in zip(("wide", "tiny", "async"), figures, strict=True):
                print(f"{name:6} {each}")
    later = memory[len(memory) // 4 :] or [0]
    assert later[-1] - later[0] < 2 << 20, f"memory grew: {memory[:: max(1, len(memory) // 20)]} bytes"
