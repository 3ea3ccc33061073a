"""Tables printed from outlines that lie ready: what is loaded for them, and what is left to the whole way."""

from __future__ import annotations

import errno
import os
import socket
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cli.test_start import PROBE
from command import PATIENCE, environment
from netlynx import netns, route
from netlynx.cli import ready
from netlynx.codec._codec import encode_record, to_json
from netlynx.wire.message import Message

PORT, STRANGER = 77, 78
NEWROUTE, NOOP, ERROR, DONE = 24, 1, 2, 3
MULTI, INTERRUPTED = 2, 0x10
ROUTES = [
    route.Route(
        family=route.AddressFamily.INET,
        tos=0,
        flags=route.RouteFlags(0),
        protocol=route.RouteProtocol.STATIC,
        type=route.RouteType.UNICAST,
        scope=route.Scope.GLOBAL,
        table=254,
        destination=f"10.0.{number}.0/24",
        oif=number,
    )
    for number in range(1, 4)
]
LINES = "".join(to_json(each).decode() + "\n" for each in ROUTES)


def row(record: route.Route, **more: Any) -> bytes:
    return message(NEWROUTE, encode_record(record), **more)


def message(kind: int, payload: bytes, *, flags: int = MULTI, sequence: int = 1, port: int = PORT) -> bytes:
    return Message(kind, flags, sequence, port, payload).pack()


def end(number: int = 0, flags: int = MULTI) -> bytes:
    return message(DONE, struct.pack("=i", -number), flags=flags)


class Answering:
    """A socket whose kernel answers the request with these datagrams."""

    def __init__(self, datagrams: list[bytes]) -> None:
        self._near, self._far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._datagrams = datagrams
        self.requests: list[bytes] = []

    def fileno(self) -> int:
        return self._near.fileno()

    def getsockname(self) -> tuple[int, int]:
        return PORT, 0

    def send(self, request: bytes) -> None:
        self.requests.append(request)
        for datagram in self._datagrams:
            self._far.send(datagram)

    def close(self) -> None:
        self._near.close()
        self._far.close()


Ask = Callable[..., tuple[int | None, str, str]]


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Ask]:
    """List routes as lines; the kernel answers with these datagrams. Gives status, standard output and error."""
    sockets = []

    def ask(*datagrams: bytes, hold: int = 1 << 20, lines: bool = True) -> tuple[int | None, str, str]:
        def opened(protocol: int) -> Answering:
            assert protocol == 0
            sockets.append(Answering(list(datagrams)))
            return sockets[-1]

        monkeypatch.setattr(ready, "_opened", opened)
        monkeypatch.setattr(ready, "_LINES_HELD", hold)
        monkeypatch.setattr(ready, "HELD", hold)
        status = ready.run("routes", lines=lines)
        return status, *capsys.readouterr()

    yield ask
    for each in sockets:
        assert each.requests == [Message(26, 0x301, 1, PORT, bytes(12)).pack()]
        assert each.fileno() == -1


def test_rows_are_printed_as_they_are_listed(ask: Ask) -> None:
    assert ask(*map(row, ROUTES), end()) == (0, LINES, "")
    assert ask(b"".join(map(row, ROUTES)) + end()) == (0, LINES, "")
    array = "[\n" + ",\n".join(LINES.splitlines()) + "\n]\n"
    assert ask(*map(row, ROUTES), end(), lines=False) == (0, array, "")
    assert ask(*map(row, ROUTES), end(), lines=False, hold=0) == (0, array, "")
    assert ask(end()) == (0, "", "")
    assert ask(end(), lines=False) == (0, "[]\n", "")


def test_what_belongs_to_others_is_passed_over(ask: Ask) -> None:
    stray = row(ROUTES[0], port=STRANGER) + row(ROUTES[0], sequence=2) + message(NOOP, b"")
    first, second, third = map(row, ROUTES)
    assert ask(first, stray, second + stray + third, message(DONE, bytes(4), sequence=2), end()) == (0, LINES, "")


def test_what_is_not_usual_in_a_row_is_shown(ask: Ask) -> None:
    odd = encode_record(ROUTES[0]) + struct.pack("=HHI", 8, 4000, 0)
    status, printed, _ = ask(message(NEWROUTE, odd), *map(row, ROUTES[1:]), end())
    assert status == 0
    first, _, rest = printed.partition("\n")
    assert '"unknown":[{"type":4000' in first
    assert rest == LINES.partition("\n")[2]


INTERRUPTIONS = [
    [row(ROUTES[0], flags=MULTI | INTERRUPTED), end()],
    [row(ROUTES[0]), end(flags=MULTI | INTERRUPTED)],
    [row(ROUTES[0]), message(NOOP, b"") + row(ROUTES[1], flags=MULTI | INTERRUPTED), end()],
    [row(ROUTES[0]), message(NOOP, b"") + end(flags=MULTI | INTERRUPTED)],
]
REFUSALS = [
    [row(ROUTES[0]), end(errno.EPERM)],
    [row(ROUTES[0]), message(ERROR, struct.pack("=i16s", -errno.EPERM, Message(26, 0x301, 1, PORT, b"").pack()))],
]
MALFORMED = [[row(ROUTES[0]), row(ROUTES[1])[:-1], end()], [row(ROUTES[0]), message(ERROR, b""), end()]]


@pytest.mark.parametrize("datagrams", INTERRUPTIONS + REFUSALS + MALFORMED)
def test_before_anything_is_printed_all_trouble_is_left_to_the_whole_way(ask: Ask, datagrams: list[bytes]) -> None:
    assert ask(*datagrams) == (None, "", "")


@pytest.mark.parametrize(
    ("said", "datagrams"),
    [("the table changed during the dump", each) for each in INTERRUPTIONS]
    + [("Operation not permitted", each) for each in REFUSALS]
    + [("bytes", each) for each in MALFORMED],
)
def test_after_that_it_is_said(ask: Ask, said: str, datagrams: list[bytes]) -> None:
    begun = [row(ROUTES[2])] * 65  # more than are read at a stretch
    status, printed, error = ask(*begun, *datagrams, hold=0)
    assert status == 1
    assert printed.startswith(to_json(ROUTES[2]).decode() + "\n")
    assert error.startswith("netlynx: ")
    assert said in error
    assert error.count("\n") == 1


def test_a_kernel_that_stops_is_not_waited_for_any_longer(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ready, "_TIMEOUT", 0.01)
    status, printed, error = ask(row(ROUTES[0]))
    assert (status, printed) == (1, "")
    assert error.endswith(": no answer within 0.01 s\n")
    assert str(route.routes()) not in error


def test_an_interrupt_ends_it(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*arguments: object) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(ready, "_ends", interrupted)
    assert ask(row(ROUTES[0]), end()) == (130, "", "")


def test_a_kernel_without_netlink_is_left_to_the_whole_way(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(protocol: int) -> Any:
        raise OSError(errno.EAFNOSUPPORT, "no such family")

    monkeypatch.setattr(ready, "_opened", refused)
    assert ready.run("rules", lines=False) is None
    monkeypatch.delattr(ready._socket, "AF_NETLINK")
    assert ready.run("rules", lines=False) is None
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("form", ["--json", "--lines"])
@pytest.mark.parametrize("name", ["addresses", "links", "neighbours", "routes", "rules"])
def test_a_table_is_printed_without_loading_what_is_in_it(
    namespace: netns.NetworkNamespace, ip: Any, name: str, form: str
) -> None:
    ip("link set lo up")
    ip("address add 192.0.2.1/24 dev lo")
    ip("route add 10.0.0.0/8 via 192.0.2.7 dev lo")
    ip("neighbour add 192.0.2.9 lladdr 02:00:00:00:00:09 dev lo nud permanent")
    done = netns.run_in(
        namespace,
        subprocess.run,
        [sys.executable, "-I", "-c", f"import sys; sys.path[:] = {sys.path!r}; {PROBE}", name, form],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
        env=environment(PYTHONPATH=os.pathsep.join(sys.path)),
    )
    assert len(done.stdout.splitlines()) > 0
    loaded = done.stderr.split()
    assert "netlynx.cli.ready" in loaded
    assert {"msgspec", "enum", "typing", "socket", "netlynx.route", "netlynx.schema"}.isdisjoint(loaded)


def test_what_stands_twice_to_be_loaded_sooner_is_the_same() -> None:
    from netlynx.engine import dumping
    from netlynx.transport import pool

    assert ready._LINES_HELD == dumping.HELD
    assert ready._STRETCH == dumping.STRETCH
    assert ready._BUFFER == pool.BUFFER
