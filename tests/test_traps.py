"""What other netlink libraries do wrong, one test each: it fails where netlynx does as they did."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import msgspec
import pytest

import netlynx
from child import python
from facts.book import ABSENT, FOLDER
from netlynx import netns, route, ynl
from netlynx.codec._codec import decode
from netlynx.kernel import Request, VirtualKernel
from netlynx.schema.compile import plan_of
from netlynx.transport.host import HostKernel
from netlynx.wire.constants import AF_NETLINK, NETLINK
from netlynx.wire.message import Attribute, pack_attributes, parse_attributes
from support import PATIENCE, Background
from toy import ENTRIES, Entry, Table, add, entries, entry, payload, rows

CAPTURED = json.loads((Path(__file__).parent / "route" / "captured_link_messages.json").read_text())
RTM_NEWLINK, RTM_GETLINK = 16, 18  # linux/rtnetlink.h
RTM_NEWROUTE, RTM_GETROUTE = 24, 26
IFLA_OPERSTATE, IFLA_IFALIAS, IFLA_STATS64, IFLA_LINKINFO = 16, 20, 23, 18  # linux/if_link.h


@pytest.fixture
def kernel() -> Iterator[VirtualKernel]:
    with VirtualKernel() as made:
        yield made


@pytest.fixture
def virtual(kernel: VirtualKernel) -> Iterator[netlynx.Connection]:
    with netlynx.connect(kernel=kernel, timeout=PATIENCE) as connection:
        yield connection


# ---------------------------------------------------------------------------------------------- lost notifications


def test_one_overrun_neither_ends_a_subscription_nor_passes_in_silence(
    kernel: VirtualKernel, virtual: netlynx.Connection
) -> None:
    table = Table(kernel)
    with virtual.subscribe(ENTRIES, receive_buffer=5000) as events:
        for turn in (1, 2, 3):
            for number in range(500):
                table.tell(number)
            assert [event for event in events.drain() if isinstance(event, netlynx.Overrun)] == [netlynx.Overrun(turn)]
            table.tell(1000 + turn)
            event = events.get(PATIENCE)
            assert isinstance(event, netlynx.Event)
            assert event.record.number == 1000 + turn


@pytest.mark.namespace
def test_one_overrun_on_a_real_kernel_neither_ends_a_subscription_nor_passes_in_silence(nl: netlynx.Connection) -> None:
    with nl.subscribe(route.LINKS, receive_buffer=1) as events:
        for number in range(10):
            nl.do(route.add(route.Link(name=f"d{number}", kind="ifb")))
        assert sum(isinstance(event, netlynx.Overrun) for event in events.drain()) == 1
        nl.do(route.add(route.Link(name="last", kind="ifb")))
        event = events.get(PATIENCE)
        assert isinstance(event, netlynx.Event)
        assert event.record.name == "last"


# ---------------------------------------------------------------------------------------------- interrupted dumps


def test_an_interrupted_dump_is_noticed_and_read_again_but_not_for_ever(
    kernel: VirtualKernel, virtual: netlynx.Connection
) -> None:
    table = Table(kernel, rows(100, 500))
    kernel.faults.interrupt_dump(3)
    assert virtual.dump(entries()).all() == list(table.rows.values())
    kernel.faults.interrupt_dump(1_000_000)
    with pytest.raises(netlynx.DumpInterrupted) as caught:
        virtual.dump(entries()).all()
    assert caught.value.attempts == virtual.retries + 1
    assert list(caught.value.records) == list(table.rows.values())


@pytest.mark.namespace
def test_dumps_of_links_that_come_and_go_all_the_time_end_and_are_whole_or_said_not_to_be(
    namespace: netns.NetworkNamespace,
) -> None:
    """Veth pairs made and removed at full speed interrupt most dumps."""
    stop = threading.Event()
    steady = {f"steady{number}" for number in range(60)}

    def churn() -> None:
        pair = route.Link(name="v0", kind="veth", data=route.Veth(peer=route.Link(name="v1")))
        with netlynx.connect(netns=namespace) as nl:
            while not stop.is_set():
                nl.batch([route.add(pair), route.delete(route.Link(name="v0"))] * 5)

    def attempts_in_vain(nl: netlynx.Connection) -> int:
        try:
            assert steady <= {link.name for link in nl.dump(route.links()).all()}
        except netlynx.DumpInterrupted as error:
            return error.attempts
        return 0

    with netlynx.connect(netns=namespace, retries=3) as nl, netlynx.connect(netns=namespace, retries=0) as once:
        nl.batch(route.add(route.Link(name=name, kind="bridge")) for name in steady)
        churning = Background(churn)
        try:
            met = 0
            deadline = time.monotonic() + PATIENCE
            while met < 20 or not nl.statistics.retries:
                assert time.monotonic() < deadline, f"only {met} dumps were interrupted"
                before = nl.statistics.retries
                assert attempts_in_vain(nl) in (0, 4)
                assert nl.statistics.retries - before <= 3
                met += attempts_in_vain(once)
        finally:
            stop.set()
            churning.result()
        assert {link.name for link in nl.dump(route.links())} == {"lo", *steady}


# ---------------------------------------------------------------------------------------- filters in the kernel


class Counted:
    """A transport that counts the bytes it receives into its kernel's `received`."""

    def __init__(self, transport: Any, kernel: CountedKernel) -> None:
        self._transport = transport
        self._kernel = kernel

    def __getattr__(self, name: str) -> Any:  # Any: whatever else a transport has
        return getattr(self._transport, name)

    def send(self, data: bytes) -> int:
        self._kernel.sent.append(bytes(data))
        sent: int = self._transport.send(data)
        return sent

    def drain(self, *arguments: Any) -> tuple[int, int, int, int]:
        return 0, 0, 0, 0  # it shall receive one by one

    def receive_into(self, buffer: bytearray) -> tuple[int, int, int]:
        size, sender, groups = self._transport.receive_into(buffer)
        self._kernel.received += size
        return size, sender, groups


class CountedKernel:
    """Another kernel, observed."""

    def __init__(self, kernel: Any) -> None:
        self._kernel = kernel
        self.received = 0
        self.sent: list[bytes] = []

    def open(self, protocol: int, port: int = 0, groups: tuple[int, ...] = ()) -> Any:  # Any: a transport
        return Counted(self._kernel.open(protocol, port, groups), self)


@pytest.mark.parametrize(
    ("operation", "fixed", "attribute", "value"),
    [
        (route.routes(table=100_000), 12, 15, 100_000),  # RTA_TABLE
        (route.routes(oif=7), 12, 4, 7),  # RTA_OIF
        (route.links(master=7), 16, 10, 7),  # IFLA_MASTER
        (route.neighbours(index=7), 12, 8, 7),  # NDA_IFINDEX
    ],
    ids=lambda value: value.name if isinstance(value, netlynx.Dump) else "",
)
def test_filters_stand_in_the_request(operation: netlynx.Dump[Any], fixed: int, attribute: int, value: int) -> None:
    found = {each.type: each.payload for each in parse_attributes(operation.payload[fixed:])}
    assert found[attribute] == struct.pack("=I", value)


@pytest.mark.namespace
def test_one_route_out_of_thousands_is_found_by_the_kernel_and_not_by_reading_them_all(
    namespace: netns.NetworkNamespace,
) -> None:
    own = HostKernel(namespace)
    kernel = CountedKernel(own)
    with netlynx.connect(kernel=kernel) as nl:
        nl.do(route.up(1))
        many = (route.Route(destination=f"10.{n >> 8}.{n & 255}.0/24", oif=1, table=100) for n in range(20_000))
        nl.batch(route.add(each) for each in many)
        nl.do(route.add(route.Route(destination="192.0.2.0/24", oif=1, table=200)))
        kernel.received = 0
        everything = nl.dump(route.routes(family="inet", table=100)).all()
        whole, kernel.received = kernel.received, 0
        (found,) = nl.dump(route.routes(family="inet", table=200))
    own.close()
    assert len(everything) == 20_000
    assert found.destination == "192.0.2.0/24"
    assert kernel.received < whole / 1000


# -------------------------------------------------------------------------------------------- unknown is data


def serve(kernel: VirtualKernel, request_type: int, reply_type: int, messages: list[bytes]) -> None:
    kernel.serve(NETLINK.ROUTE).dump(request_type, reply=reply_type)(lambda request: messages)


def test_what_a_newer_kernel_says_spoils_neither_its_link_nor_the_dump(
    kernel: VirtualKernel, virtual: netlynx.Connection
) -> None:
    header = struct.pack("=BxHiII", 0, 65_000, 3, 1 << 30, 0)  # a hardware type and a flag that nobody knows
    strange = header + pack_attributes(
        [
            Attribute(3, b"new0\0"),  # IFLA_IFNAME
            Attribute(IFLA_OPERSTATE, b"\x63"),
            Attribute(IFLA_IFALIAS, "caf\u00e9".encode("latin-1") + b"\0"),
            Attribute(IFLA_STATS64, struct.pack("=40Q", *range(1, 41))),  # a struct that grew
            Attribute(IFLA_LINKINFO, pack_attributes([Attribute(1, b"quux\0"), Attribute(2, b"\1\2\3\4")])),
            Attribute(9000, b"later"),
            Attribute(4, b"\1\2\3"),  # IFLA_MTU, which has 4 bytes
        ]
    )
    plain = struct.pack("=BxHiII", 0, 1, 4, 0, 0) + pack_attributes(
        [Attribute(3, b"eth0\0"), Attribute(IFLA_IFALIAS, "\u00e9".encode() + b"\0")]
    )
    serve(kernel, RTM_GETLINK, RTM_NEWLINK, [strange, plain])
    odd, eth0 = virtual.dump(route.links())
    assert (odd.name, odd.index, odd.type, odd.operstate, odd.kind) == ("new0", 3, 65_000, 0x63, "quux")
    assert odd.alias == "caf\udce9"
    assert odd.flags == 1 << 30
    assert odd.stats64 is not None
    assert odd.stats64.rx_packets == 1
    assert len(odd.stats64.tail) % 8 == 0
    assert len(odd.stats64.tail) > 0
    raw = {each.type: each.payload for each in odd.unknown}
    assert raw[9000] == b"later"
    assert raw[4] == b"\1\2\3"
    assert b"\1\2\3\4" in (odd.data, *raw.values())
    assert (eth0.name, eth0.alias) == ("eth0", "\u00e9")


@pytest.mark.namespace
def test_an_alias_that_is_not_ascii_spoils_no_dump(nl: netlynx.Connection, ip: Any) -> None:
    ip("link add d0 type ifb")
    ip("link set d0 alias é")
    assert [link.alias for link in nl.dump(route.links()) if link.name == "d0"] == ["é"]


# ------------------------------------------------------------------------------------------ misspelt arguments


def test_a_misspelt_field_is_refused_with_the_right_name_and_nothing_is_sent() -> None:
    with pytest.raises(TypeError, match="Route has no field 'gatewya'; did you mean gateway"):
        route.Route(destination="10.0.0.0/8", gatewya="192.0.2.1")  # type: ignore[call-arg]  # the mistake
    with pytest.raises(TypeError, match="tabel"):
        route.routes(tabel=100)  # type: ignore[call-arg]  # the mistake


# ------------------------------------------------------------------------------------------------ stale errors


@pytest.mark.parametrize("on_error", ["raise", "stop", "continue"])
def test_no_error_of_a_failed_batch_is_met_by_the_next_call(
    kernel: VirtualKernel, virtual: netlynx.Connection, on_error: Any
) -> None:
    table = Table(kernel, rows(300))
    try:
        virtual.batch((add(Entry(number=number)) for number in range(300)), on_error=on_error)
    except FileExistsError:
        assert on_error == "raise"
    for number in range(300, 310):
        virtual.do(add(Entry(number=number)))
        assert virtual.do(entry(number)) == Entry(number=number)
    assert len(virtual.dump(entries()).all()) == len(table.rows) == 310


@pytest.mark.namespace
def test_no_error_of_a_failed_batch_on_a_real_kernel_is_met_by_the_next_call(nl: netlynx.Connection) -> None:
    with pytest.raises(netlynx.NetlinkError):
        nl.batch(route.add(route.Route(destination=f"10.0.{n}.0/24", gateway="192.0.2.1")) for n in range(200))
    nl.do(route.up(1))
    assert nl.do(route.link(index=1)).name == "lo"


# --------------------------------------------------------------------------------------------- abandoned dumps


def test_after_a_dump_that_was_given_up_the_next_one_is_not_refused_as_busy(
    kernel: VirtualKernel, virtual: netlynx.Connection
) -> None:
    Table(kernel, rows(1000, 1000))
    for _ in range(3):
        assert next(virtual.dump(entries())).number == 0
        for _ in virtual.dump(entries()):
            break
        held = virtual.dump(entries())
        next(held)
        assert len(virtual.dump(entries()).all()) == 1000
        assert virtual.do(entry(5)).number == 5


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_after_a_dump_that_a_task_gave_up_the_next_one_is_not_refused_as_busy(
    kernel: VirtualKernel, backend: str
) -> None:
    Table(kernel, rows(1000, 1000))

    async def main() -> None:
        async with netlynx.aconnect(kernel=kernel) as nl:
            async for _ in nl.dump(entries()):
                break
            held = nl.dump(entries())
            await anext(held)
            with anyio.CancelScope() as scope:
                async for _ in nl.dump(entries()):
                    scope.cancel()
            assert len(await nl.dump(entries()).all()) == 1000

    anyio.run(main, backend=backend)


@pytest.mark.namespace
def test_after_a_dump_of_a_real_kernel_was_given_up_the_next_one_is_not_refused_as_busy(nl: netlynx.Connection) -> None:
    nl.do(route.up(1))
    nl.batch(route.add(route.Route(destination=f"10.{n >> 8}.{n & 255}.0/24", oif=1)) for n in range(1500))
    for _ in range(3):
        for _ in nl.dump(route.routes(table=254)):
            break
        held = nl.dump(route.routes(table=254))
        next(held)
        assert len(nl.dump(route.routes(table=254)).all()) == 1500


# ----------------------------------------------------------------------------------------------------- threads


def test_another_thread_uses_the_same_connection_and_closing_it_wakes_that(
    kernel: VirtualKernel, virtual: netlynx.Connection
) -> None:
    table = Table(kernel)
    events = virtual.subscribe(ENTRIES)
    virtual.do(add(Entry(number=1)))
    assert Background(lambda: events.get(PATIENCE)).result() == netlynx.Event(netlynx.EventKind.NEW, table.rows[1])
    waiting = Background(events.get)
    virtual.close()
    with pytest.raises(netlynx.ConnectionClosed):
        waiting.result()


# ------------------------------------------------------------------------------------- the kernel's own reasons


@pytest.mark.namespace
def test_a_refusal_is_told_in_the_kernels_words(nl: netlynx.Connection) -> None:
    with pytest.raises(netlynx.NetlinkError) as caught:
        nl.do(route.add(route.Route(destination="10.0.0.0/8", gateway="192.0.2.1")))
    assert caught.value.errno == errno.ENETUNREACH
    assert caught.value.message == "Nexthop has invalid gateway"
    assert "gateway=192.0.2.1" in str(caught.value)


@pytest.mark.namespace
def test_a_refusal_names_the_attribute_and_what_the_kernel_would_take(nl: netlynx.Connection) -> None:
    short = netlynx.Attribute(4, b"\1\2")  # IFLA_MTU
    with pytest.raises(netlynx.NetlinkError) as caught:
        nl.do(route.add(route.Link(name="d0", kind="ifb", unknown=(short,))))
    assert caught.value.errno == errno.ERANGE
    assert caught.value.attribute == "Link.mtu"
    assert caught.value.policy == "u32 from 0 to 4294967295"
    assert caught.value.message


def test_a_refusal_names_a_field_deep_inside_and_one_that_is_missing(
    kernel: VirtualKernel, virtual: netlynx.Connection
) -> None:
    service = kernel.serve(NETLINK.ROUTE)

    @service.do(RTM_NEWROUTE, record=route.Route)
    def refuse(request: Request) -> None:
        if request.record.metrics is None:
            raise netlynx.NetlinkError(errno.EINVAL, "where to?", missing="Route.oif")
        raise netlynx.NetlinkError(errno.EINVAL, "too small", attribute="Route.metrics.mtu")

    metrics = route.Metrics(advmss=1000, mtu=60)
    with pytest.raises(netlynx.NetlinkError, match=r"too small \[.*attribute Route\.metrics\.mtu"):
        virtual.do(route.add(route.Route(destination="10.0.0.0/8", gateway="192.0.2.1", metrics=metrics)))
    with pytest.raises(netlynx.NetlinkError, match=r"where to\? \[.*missing Route\.oif"):
        virtual.do(route.add(route.Route(destination="10.0.0.0/8", gateway="192.0.2.1")))


# ------------------------------------------------------------------------------------------------- event loops


def test_the_sync_verbs_work_inside_a_running_event_loop_and_make_none_of_their_own(
    kernel: VirtualKernel, virtual: netlynx.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = Table(kernel, rows(10))

    async def main() -> None:
        with monkeypatch.context() as patch:
            for name in ("new_event_loop", "run", "run_coroutine_threadsafe"):
                patch.setattr(asyncio, name, lambda *_, **__: pytest.fail("an event loop is made"))
            assert virtual.do(entry(3)).number == 3
            assert len(virtual.dump(entries()).all()) == 10
            assert len(list(virtual.dump(entries()))) == 10
            virtual.batch([add(Entry(number=20))])
            with virtual.subscribe(ENTRIES) as events:
                table.tell(5)
                assert isinstance(events.get(PATIENCE), netlynx.Event)

    asyncio.run(main())


def test_a_program_that_uses_the_sync_verbs_never_loads_an_event_loop() -> None:
    code = """
import sys
import netlynx
from netlynx.kernel import VirtualKernel
from toy import Table, entries, rows
with VirtualKernel() as kernel, netlynx.connect(kernel=kernel) as nl:
    Table(kernel, rows(3))
    assert len(nl.dump(entries()).all()) == 3
assert not {"asyncio", "anyio", "trio"} & set(sys.modules), sorted(sys.modules)
"""
    with python(code):
        pass


# ------------------------------------------------------------------------------------------------- namespaces


@pytest.mark.namespace
def test_another_namespace_is_reached_without_a_helper_process(
    namespace: netns.NetworkNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = children()  # of other tests
    for module, name in (
        (os, "fork"),
        (os, "forkpty"),
        (os, "posix_spawn"),
        (os, "posix_spawnp"),
        (os, "system"),
        (subprocess, "Popen"),
        (subprocess, "_fork_exec"),
    ):
        monkeypatch.setattr(module, name, lambda *_, **__: pytest.fail("a process is made"), raising=False)
    for _ in range(20):
        with netlynx.connect(netns=namespace) as nl, nl.subscribe(route.LINKS) as events:
            nl.do(route.up(1))
            assert "lo" in [link.name for link in nl.dump(route.links())]
            nl.do(route.add(route.Link(name="d0", kind="ifb")))
            assert nl.do(route.link(name="d0")).name == "d0"
            nl.do(route.delete(route.Link(name="d0")))
            assert events.drain()
    assert children() == before
    assert netns.current() != namespace  # nor has this thread moved


def children() -> list[int]:
    found = []
    for task in os.listdir("/proc/self/task"):
        with open(f"/proc/self/task/{task}/children") as listed:
            found += [int(pid) for pid in listed.read().split()]
    return found


# --------------------------------------------------------------------------------------------------- big writes


def test_thousands_of_refusals_do_not_overrun_the_socket_that_asked(
    kernel: VirtualKernel, virtual: netlynx.Connection
) -> None:
    Table(kernel, rows(3000))
    result = virtual.batch((add(Entry(number=number)) for number in range(3000)), on_error="continue")
    assert len(result.errors) == 3000
    assert {type(error) for error in result} == {netlynx.AlreadyExists}


@pytest.mark.namespace
def test_thousands_of_refusals_by_a_real_kernel_do_not_overrun_the_socket_that_asked(nl: netlynx.Connection) -> None:
    lost = (route.Route(destination=f"10.{n >> 8}.{n & 255}.0/24", gateway="192.0.2.1") for n in range(2000))
    result = nl.batch(map(route.add, lost), on_error="continue")
    assert len(result.errors) == 2000
    assert {error.message for error in result.errors.values()} == {"Nexthop has invalid gateway"}


# ------------------------------------------------------------------------------------------- attributes by hand


def raw(value: Any, path: str = "") -> Iterator[str]:
    """Where a decoded record still holds bytes or attributes that nobody decoded."""
    if isinstance(value, bytes) and value:
        yield path
    elif isinstance(value, netlynx.Record | netlynx.Layout):
        for name in value.__struct_fields__:
            yield from raw(getattr(value, name), f"{path}.{name}" if path else type(value).__name__ + "." + name)
    elif isinstance(value, msgspec.Struct):
        yield path
    elif isinstance(value, tuple | list):
        for number, item in enumerate(value):
            yield from raw(item, f"{path}[{number}]")


@pytest.mark.parametrize("captured", CAPTURED, ids=lambda captured: captured["what"])
def test_nothing_of_a_link_is_left_to_be_parsed_by_hand(captured: dict[str, str]) -> None:
    link = decode(plan_of(route.Link), bytes.fromhex(captured["data"]))
    assert list(raw(link)) == []


# ------------------------------------------------------------------------------- one that is unknown among many


def counted(packets: int) -> bytes:
    """What an nftables counter says: NFTA_COUNTER_BYTES and NFTA_COUNTER_PACKETS of linux/netfilter/nf_tables.h."""
    return pack_attributes([Attribute(1, bytes(8)), Attribute(2, struct.pack(">Q", packets))])


@pytest.mark.skipif(bool(ABSENT), reason=ABSENT)
def test_an_expression_that_nobody_knows_stays_in_its_place_in_its_rule() -> None:
    spec = ynl.load(FOLDER / "specs" / "nftables.yaml")
    expressions = [(b"counter", counted(1)), (b"quux", b"\1\2\3\4"), (b"counter", counted(2)), (b"quuux", b"")]
    listed = pack_attributes(  # NFTA_LIST_ELEM, of NFTA_EXPR_NAME and NFTA_EXPR_DATA
        [Attribute(1, pack_attributes([Attribute(1, name + b"\0"), Attribute(2, data)])) for name, data in expressions]
    )
    rule = decode(plan_of(spec.records["rule-attrs"]), pack_attributes([Attribute(4, listed)]))  # NFTA_RULE_EXPRESSIONS
    first, unknown, second, empty = rule.expressions.elem
    assert [each.name for each in rule.expressions.elem] == ["counter", "quux", "counter", "quuux"]
    assert (first.data.packets, second.data.packets) == (1, 2)
    assert (unknown.data, empty.data) == (b"\1\2\3\4", b"")


def test_a_link_of_a_kind_that_nobody_knows_stays_among_the_others_with_what_it_says(
    kernel: VirtualKernel, virtual: netlynx.Connection
) -> None:
    def link(index: int, kind: bytes, slave: bytes) -> bytes:
        data = b"\5\6\7\10" if kind == b"quux\0" else b""
        info = [Attribute(1, kind), Attribute(2, data), Attribute(4, slave), Attribute(5, b"\1\2\3\4")]
        return struct.pack("=BxHiII", 0, 1, index, 0, 0) + pack_attributes(
            [Attribute(3, f"l{index}\0".encode()), Attribute(IFLA_LINKINFO, pack_attributes(info))]
        )

    kinds = [b"bridge\0", b"quux\0", b"veth\0"]
    serve(kernel, RTM_GETLINK, RTM_NEWLINK, [link(number, kind, b"quuux\0") for number, kind in enumerate(kinds, 1)])
    found = virtual.dump(route.links()).all()
    assert [(each.name, each.kind, each.slave_kind) for each in found] == [
        ("l1", "bridge", "quuux"), ("l2", "quux", "quuux"), ("l3", "veth", "quuux")
    ]  # fmt: skip
    assert found[1].data == b"\5\6\7\10"
    assert [each.slave_data for each in found] == [b"\1\2\3\4"] * 3


# ------------------------------------------------------------------------------------------- without a kernel


def test_a_program_is_tested_without_a_kernel_whatever_it_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Links, a protocol of one's own, events, faults and plain sockets; no privilege, and no netlink socket at all."""
    real = socket.socket

    def refuse(family: int = -1, *args: Any, **kwargs: Any) -> socket.socket:
        assert family != AF_NETLINK, "a real netlink socket is opened"
        return real(family, *args, **kwargs)

    monkeypatch.setattr(socket, "socket", refuse)
    with VirtualKernel() as kernel, netlynx.connect(kernel=kernel) as nl:
        serve(kernel, RTM_GETLINK, RTM_NEWLINK, [payload(route.Link(index=1, name="lo"))])
        assert [link.name for link in nl.dump(route.links())] == ["lo"]
        table = Table(kernel)
        with nl.subscribe(ENTRIES) as events:
            nl.do(add(Entry(number=1)))
            kernel.faults.fail(1, errno.EPERM)
            with pytest.raises(PermissionError):
                nl.do(add(Entry(number=2)))
            assert len(events.drain()) == len(table.rows) == 1
        with (
            netlynx.NetlinkSocket("usersock", kernel=kernel) as one,
            netlynx.NetlinkSocket("usersock", kernel=kernel) as other,
        ):
            one.send(b"hello", to=other.port)
            assert other.recv().payload == b"hello"
