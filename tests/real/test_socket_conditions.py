"""Conditions on sockets: what the kernel lets through is what Python would, and what is asked of it is what can be."""

from __future__ import annotations

import re
import socket
import sys
import time
from collections.abc import Callable, Iterator
from ipaddress import ip_address, ip_network
from random import Random
from typing import Any

import pytest

import netlynx
from netlynx import diag
from netlynx.diag import bytecode, where
from netlynx.diag.conditions import Automatic, Comparison, Condition, Every, Not, Some
from netlynx.diag.splitting import program, split
from netlynx.schema.either import Masked
from netlynx.testing.namespaces import new_namespace
from socket_maker import Maker, sockets_in
from support import PATIENCE, rounds

pytestmark = pytest.mark.namespace

NETWORKS = ("127.0.0.0/8", "10.0.0.0/8", "::/0", "0.0.0.0/0", "::ffff:0:0/96")
MARKS, PAIRS = (0, 1, 7, 0x10, 0xFF), 120


@pytest.fixture(scope="module")
def crowd() -> Iterator[tuple[netlynx.Connection, list[diag.TcpSocket], set[int]]]:
    """Some hundred sockets: a connection to their kernel, what it tells of all, and the cookies of those that nobody
    bound to a port."""
    random = Random(11)
    with new_namespace() as namespace, sockets_in(namespace) as maker, netlynx.connect(netns=namespace) as nl:
        nl.do(netlynx.route.add(netlynx.route.Address(index=1, address="10.1.2.3", prefixlen=8)))
        bound = _populate(maker, random)
        found = calm(nl)
        assert len(found) > 200
        ports = {each.source_port for each in found}
        assert bound <= ports
        yield nl, found, {each.cookie for each in nl.dump(diag.tcp(where.automatic))}


def calm(nl: netlynx.Connection) -> list[diag.TcpSocket]:
    """All sockets, once nothing is on its way between them any more."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found = nl.dump(diag.tcp()).all()
        moving = {diag.SocketState.FIN_WAIT1, diag.SocketState.SYN_SENT, diag.SocketState.SYN_RECV}
        busy = any(each.state in moving or each.timer is diag.Timer.RETRANSMIT for each in found)
        if not busy and [_lasting(each) for each in nl.dump(diag.tcp())] == [_lasting(each) for each in found]:
            return found
    raise AssertionError("the sockets do not come to rest")


def _lasting(each: diag.TcpSocket) -> tuple[Any, ...]:
    return each.cookie, each.state, each.info and each.info.cwnd, each.receive_queue, each.send_queue


def _populate(maker: Maker, random: Random) -> set[int]:
    """Connections of all sorts; the ports that were bound by hand."""
    listeners = [
        maker.listening(),
        maker.listening(address="127.0.0.9"),
        maker.listening(address="10.1.2.3"),
        maker.listening(socket.AF_INET6),
        maker.listening(socket.AF_INET6, "::"),
    ]
    bound = {each.getsockname()[1] for each in listeners}
    for number in range(PAIRS):
        to = random.choice(listeners)
        mark = random.choice(MARKS)

        def prepare(each: socket.socket, mark: int = mark, number: int = number) -> None:
            each.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, mark)
            if number % 5 == 0:
                each.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo")

        by = ("::1", "127.0.0.1")[number % 2] if to.getsockname()[0] == "::" else ""
        one, _ = maker.connected(to, prepare, by)
        if number % 7 == 0:
            one.shutdown(socket.SHUT_WR)
    maker.settle()
    return bound


# -- what a condition says, in Python ----------------------------------------------------------------------------


def fits(condition: Condition, found: Any, automatic: set[int]) -> bool:
    match condition:
        case Every(parts):
            return all(fits(each, found, automatic) for each in parts)
        case Some(parts):
            return any(fits(each, found, automatic) for each in parts)
        case Not(part):
            return not fits(part, found, automatic)
        case Automatic():
            return found.cookie in automatic
        case Comparison(path, value):
            own = found
            for name in path:
                own = getattr(own, name, None)
            values = value if isinstance(value, set | frozenset) else {value}
            return any(_is(path[0], own, each) for each in values)
    raise AssertionError(condition)


def _is(name: str, own: Any, value: Any) -> bool:
    if isinstance(value, range):
        return own is not None and own in value
    if isinstance(value, Masked):
        return (own or 0) & value.mask == value.masked
    if name in ("source", "destination"):
        network, address = ip_network(value), ip_address(own)
        mapped = getattr(address, "ipv4_mapped", None)
        return address in network or (mapped is not None and mapped in network)
    if name == "state":
        return bool(own.label == value)
    return bool((own or 0) == value)


def conditions(random: Random, found: list[diag.TcpSocket], depth: int, here: bool) -> Condition:
    if depth and random.random() < 0.75:
        kind = random.randrange(5)
        if kind == 0:
            return ~conditions(random, found, depth - 1, here)
        parts = [conditions(random, found, depth - 1, here) for _ in range(random.randint(2, 4))]
        joined = parts[0]
        for each in parts[1:]:
            joined = joined & each if kind < 3 else joined | each
        return joined
    return _leaf(random, random.choice(found), here)


def _leaf(random: Random, like: diag.TcpSocket, here: bool) -> Condition:
    assert like.source is not None
    end = random.choice(("source", "destination"))
    port, text = getattr(like, f"{end}_port"), getattr(like, end)
    wide = str(ip_network(f"{text}/{random.choice((0, 8, 9, 24, 31, 32))}", strict=False))
    choices: list[Callable[[], Condition]] = [
        lambda: getattr(where, f"{end}_port") == port,
        lambda: getattr(where, f"{end}_port") >= port,
        lambda: getattr(where, f"{end}_port") < port,
        lambda: getattr(where, f"{end}_port") == {port, range(port + 3, port + 900), 1},
        lambda: where.port == range(max(port - 500, 0), port + 1),
        lambda: getattr(where, end) == text,
        lambda: getattr(where, end) == wide,
        lambda: getattr(where, end) == random.choice(NETWORKS),
        lambda: where.address == {text, "10.1.2.3"},
        lambda: where.index == random.choice((0, 1, 2)),
        lambda: where.mark == random.choice(MARKS),
        lambda: where.mark.masked(0x11) == random.choice((0, 1, 0x10, 0x11)),
        lambda: where.cgroup == (like.cgroup or 1),
        lambda: where.source_port != port,
    ]
    if here:
        choices += [
            lambda: where.inode == like.inode,
            lambda: where.info.cwnd >= random.choice((1, 5, 10, 11)),
            lambda: where.state == like.state.label,
            lambda: where.uid == random.choice((0, 1)),
            lambda: where.receive_queue == 0,
        ]
    else:
        choices.append(lambda: where.automatic)
    return random.choice(choices)()


def _told(each: diag.TcpSocket) -> bool:
    """Whether all is told of a socket that a condition may be about: not of those that have no process any more."""
    return each.mark is not None and each.cgroup is not None


def listed(condition: Condition) -> Any:
    """The listing, or why it is refused."""
    try:
        return diag.tcp(condition)
    except netlynx.EncodeError as error:
        return str(error)


@pytest.mark.parametrize("here", [False, True], ids=["kernel", "mixed"])
def test_the_kernel_lets_through_what_python_would(crowd: Any, here: bool) -> None:
    nl, found, automatic = crowd
    random, went = Random(5), 0
    for _ in rounds(200):
        condition = conditions(random, found, 4, here)
        listing = listed(condition)
        if isinstance(listing, str):  # refused, as nothing could fit; of nothing that a socket could have in one place
            assert re.search("nothing is |there is no value|no socket is in", listing), condition
            assert "no value" in listing or not any(fits(condition, each, automatic) for each in found)
            continue
        kernel, rest = listing.split()
        went += kernel is not None
        if not here:
            assert rest is None
        wanted = {each.cookie for each in found if fits(condition, each, automatic)}
        got = {each.cookie for each in nl.dump(listing)}
        unsure = {each.cookie for each in found if not _told(each)}
        assert got - unsure == wanted - unsure, str(condition)
        if not here:  # by the kernel alone: the same program, with nothing compared behind it
            alone = diag.tcp()
            parts = [
                netlynx.engine.operation.make_dump(
                    "diag.tcp",
                    4,
                    20,
                    each.request.replace(bytecode=program(condition_of(listing)).to_bytes()),
                    each.reply,
                    20,
                )
                for each in (alone, *alone.following)
            ]
            by_kernel = {each.cookie for part in parts for each in nl.dump(part)}
            assert by_kernel - unsure == wanted - unsure, str(condition)
        assert nl.count(listing) == len(got)
    assert went > 20


def condition_of(listing: Any) -> Condition:
    kernel = listing.split().kernel
    assert kernel is not None
    return kernel


def test_many_alternatives_and_long_programs(crowd: Any) -> None:
    nl, found, _ = crowd
    ports = sorted({each.source_port for each in found})
    several = diag.tcp(where.source_port == set(ports[::2]))
    assert several.split().here is None
    assert {each.source_port for each in nl.dump(several)} == set(ports[::2])
    chain = where.source_port == ports[0]
    for port in range(1, 3000):
        chain |= where.source_port == 60_000 - port
    assert nl.count(diag.tcp(chain)) == sum(each.source_port in {ports[0], *range(57_001, 60_000)} for each in found)
    too_long = where.source == {f"10.{n >> 8}.{n & 255}.1" for n in range(6000)}
    assert diag.tcp(too_long).split().kernel is None
    assert nl.count(diag.tcp(too_long)) == 0
    every = where.source_port != 1
    for port in range(2, 200):
        every &= where.source_port != port
    assert nl.count(diag.tcp(every)) == len(found)


def test_states_are_asked_for_as_bits(crowd: Any) -> None:
    nl, found, _ = crowd
    for states in ("listen", {"established", "fin-wait-2"}, ["close-wait", "time-wait"]):
        wanted = {states} if isinstance(states, str) else set(states)
        listing = diag.tcp(states=states)
        named = {each.cookie for each in found if each.state.label in wanted}
        assert {each.cookie for each in nl.dump(listing)} == named
        assert diag.tcp(where.state == (states if isinstance(states, str) else set(states))).payload == listing.payload
    assert diag.tcp(~(where.state == "listen")).request.states == diag.tcp().request.states & ~(1 << 10)
    with pytest.raises(netlynx.EncodeError, match=r"diag\.tcp\(states\)"):
        diag.tcp((where.state == "listen") & (where.state == "established"))


def test_which_part_goes_where_can_be_asked() -> None:
    listing = diag.tcp((where.source_port == 80) & (where.inode == 3) & ((where.uid == 0) | (where.mark == 1)))
    assert [str(each) for each in listing.split()] == ["source_port=80", "inode=3 & (uid=0 | mark=1)"]
    assert diag.tcp(states="listen").split() == (None, None)
    assert str(diag.tcp().where(port=53).split().kernel) == "source_port=53 | destination_port=53"
    assert split(~(where.source_port == range(1, 9))).here is None
    assert "source_port=1-8" in str(diag.tcp(~(where.source_port == range(1, 9))))


def test_names_of_interfaces_are_looked_up_where_they_are_needed(crowd: Any) -> None:
    nl, found, _ = crowd
    on_lo = {each.cookie for each in found if each.index == 1}
    assert on_lo
    listing = diag.tcp((where.index == "lo") & (where.source_port > 0))
    assert str(listing.split().kernel).startswith("index=")
    assert {each.cookie for each in nl.dump(listing)} == on_lo
    assert nl.count(diag.tcp().where(index={"lo", 0})) == len(found)
    with pytest.raises(netlynx.NotFound, match="no interface is called 'nosuch0'"):
        nl.count(diag.tcp(where.index == "nosuch0"))


def test_programs_are_what_the_kernel_audits() -> None:
    """Each jump leads forwards to an operation, or 4 bytes behind the end; `yes` leads to the next one."""
    random = Random(3)
    like = diag.TcpSocket(source="192.0.2.1", destination="2001:db8::1", source_port=7, destination_port=9)
    for _ in rounds(300):
        condition = split(conditions(random, [like], 4, False)).kernel
        assert condition is not None
        code = program(condition).to_bytes()
        starts, at = set(), 0
        while at < len(code):
            starts.add(at)
            yes = code[at + 1]
            assert yes >= 4
            assert yes % 4 == 0
            at += yes
        assert at == len(code)
        for start in starts:
            no = int.from_bytes(code[start + 2 : start + 4], sys.byteorder)
            assert start + no in starts | {len(code), len(code) + 4}
            assert no >= code[start + 1] or code[start] == bytecode.INET_DIAG_BC.JMP
