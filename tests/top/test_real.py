"""The screen, and what is printed, before a real kernel: what it says went by is what `ip` says has been counted."""

from __future__ import annotations

import json
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from command import environment
from forking import forked
from netlynx import connect, netns, route
from support import PATIENCE, ip, named_namespace, needs_root
from top.network import Screen, play, screen

pytestmark = [needs_root, pytest.mark.namespace]
pytest.importorskip("textual")

FRAME = b"\xff" * 12 + b"\x88\xb5" + bytes(200)  # of a protocol for experiments: nobody answers


@pytest.fixture
def blue() -> Iterator[str]:
    """A namespace with the two ends of a cable, over which nobody says anything unasked."""
    with named_namespace() as name:
        ip(name, "link", "add", "name", "a0", "type", "veth", "peer", "name", "b0")
        for end in ("a0", "b0"):
            ip(name, "link", "set", "dev", end, "addrgenmode", "none", "up")
        with connect(netns=name) as nl, nl.subscribe(route.LINKS) as events:
            while nl.count(route.links().where(kind="veth", operstate="up")) < 2:  # before that nothing is sent
                events.get(timeout=PATIENCE)
        yield name


def counted(name: str) -> dict[str, Any]:
    """What iproute2 says of the links of a namespace."""
    command = ["ip", "-netns", name, "-s", "-j", "link"]
    told = subprocess.run(command, check=True, capture_output=True, text=True, timeout=PATIENCE, env=environment())
    return {each["ifname"]: each["stats64"] for each in json.loads(told.stdout)}


@contextmanager
def sender(name: str, link: str) -> Iterator[socket.socket]:
    """A socket that sends frames out of a link."""
    with netns.socket_in(name, socket.AF_PACKET, socket.SOCK_RAW) as sock:
        sock.bind((link, 0))
        yield sock


def test_what_all_rates_add_up_to_is_what_ip_has_counted(blue: str) -> None:
    before = counted(blue)
    added = dict.fromkeys(("in_bits", "out_bits", "in_packets", "out_packets"), 0.0)
    rounds = []

    def watch(shown: Screen) -> None:
        """Add up what each round that was not looked at yet says of `a0`."""
        now = shown.app.view.round
        if now is None or now in rounds[-1:]:
            return
        rounds.append(now)
        (found,) = [each for each in now.entries if each.record.name == "a0"]
        for name in added:
            rate = shown.app.view.pane.column(name).value(found)
            assert rate is None or rate >= 0
            added[name] += (rate or 0.0) * found.seconds

    async def story() -> None:
        async with screen(lambda: feed(blue), seconds=0.1) as shown:
            await shown.until(lambda: len(shown.rows) == 3)
            with sender(blue, "a0") as a, sender(blue, "b0") as b:
                for burst in range(1, 6):
                    for _ in range(burst):
                        a.send(FRAME)
                    b.send(FRAME)
                    seen = len(rounds)
                    await shown.until(lambda seen=seen: watch(shown) or len(rounds) > seen + 1)
            await shown.until(lambda: watch(shown) or added["out_packets"] > 14.9)

    play(story)
    after = counted(blue)
    for name, way in (("in", "rx"), ("out", "tx")):
        for what, counter, factor in (("bits", "bytes", 8), ("packets", "packets", 1)):
            more = after["a0"][way][counter] - before["a0"][way][counter]
            assert round(added[f"{name}_{what}"]) == factor * more
    assert after["a0"]["tx"]["packets"] - before["a0"]["tx"]["packets"] == 15


def feed(name: str) -> Any:
    from netlynx.cli.top.feed import Feed

    return Feed(connect(netns=name))


def test_links_come_and_go_and_are_renamed_while_they_are_looked_at(blue: str) -> None:
    async def story() -> None:
        async with screen(lambda: feed(blue)) as shown:
            await shown.until(lambda: len(shown.rows) == 3)
            ip(blue, "link", "set", "dev", "a0", "down")
            ip(blue, "link", "set", "dev", "a0", "name", "long-name")
            await shown.until(lambda: any(row[:2] == ["long-name", "DOWN"] for row in shown.rows))
            await shown.press("6")
            await shown.until(lambda: any(row[2:3] == ["link"] and "long-name" in row for row in shown.rows))
            ip(blue, "link", "delete", "dev", "b0")
            await shown.press("1")
            await shown.until(lambda: [row[0] for row in shown.rows] == ["lo"])
            ip(blue, "link", "set", "lo", "up")
            await shown.until(lambda: shown.rows[0][:2] == ["lo", "UP"])

    play(story)


def test_sockets_neighbours_and_conntrack_of_a_real_kernel(blue: str) -> None:
    ip(blue, "link", "set", "lo", "up")
    ip(blue, "neigh", "add", "192.0.2.7", "lladdr", "02:00:00:00:00:07", "dev", "a0")

    async def story() -> None:
        server = netns.run_in(blue, socket.create_server, ("127.0.0.1", 0))
        client = netns.run_in(blue, socket.create_connection, server.getsockname())
        with server, client, server.accept()[0]:
            client.send(b"x" * 100)
            async with screen(lambda: feed(blue), "sockets", size=(160, 50)) as shown:
                await shown.until(lambda: len(shown.rows) == 3)
                port = server.getsockname()[1]
                assert shown.bar("said") == "tcp: 2 established, 1 listen; udp: none"
                waiting = [row for row in shown.rows if row[2] == "100"]
                assert [row[1] for row in waiting] == ["established"]
                assert f"127.0.0.1:{port}" in waiting[0]
                client.send(b"x" * 1000)
                received = shown.app.view.pane.column("in_bits")
                await shown.until(lambda: any((received.value(each) or 0) > 0 for each in shown.app.view.entries))
                await shown.press("2")
                await shown.until(lambda: any(row[:2] == ["192.0.2.7", "a0"] for row in shown.rows))
                await shown.press("3")
                await shown.until(lambda: "reading" not in shown.table[2])

    play(story)


def test_what_is_printed_for_scripts_adds_up_too(blue: str) -> None:
    with sender(blue, "a0") as a, connect(netns=blue) as nl:
        for _ in range(9):
            a.send(FRAME)
        done = forked(["top", "links", "--lines", "--count", "2", "--interval", "0.1", "--netns", blue], "", {})
        assert done.returncode == 0, done.stderr
        told = [json.loads(line) for line in done.stdout.splitlines()]
        assert len(told) == 6
        assert {each["pane"] for each in told} == {"links"}
        a_twice = [each for each in told if each["name"] == "a0"]
        assert [each["out_bits"] for each in a_twice] == [0.0, 0.0]  # it was counted before the first reading
        assert nl.do(route.interface_stats("a0")).link.tx_packets == 9
