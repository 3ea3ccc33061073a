"""Two real processes: one serves a kernel with `netlynx kernel serve`, the other one uses it in every way."""

from __future__ import annotations

import errno
import os
import resource
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import netlynx
from bridge.conftest import Process
from forking import forked
from netlynx.engine.operation import EventKind, Group
from support import PATIENCE, Background
from toy import DELETE, NEW, SILENT, Entry, add, entries, entry

ENTRIES: Group[Entry] = Group(
    "toy.ENTRIES", SILENT, (1,), {NEW: (EventKind.NEW, Entry), DELETE: (EventKind.DELETE, Entry)}
)

Serve = Callable[..., Process]


@pytest.fixture
def classical(serve: Serve) -> Process:
    return serve("kernel_classical.py")


def run(*arguments: str, status: int = 0, **more: str) -> subprocess.CompletedProcess[str]:
    done = forked(arguments, more=more)
    assert done.returncode == status, done.stderr
    return done


def test_the_classical_exchange(classical: Process) -> None:
    with netlynx.NetlinkSocket(25, port=100, kernel=classical.at) as sock:
        sock.settimeout(PATIENCE)
        sock.send(b"hello netlink!!")
        message = sock.recv()
    assert message.text == "hello users!!!"
    assert message.source is not None
    assert message.source.portid == 0
    assert "kernel recv from user: hello netlink!!" in classical.end()


def test_the_first_port_is_the_process_id_of_the_client(classical: Process) -> None:
    with netlynx.NetlinkSocket(25, kernel=classical.at) as one, netlynx.NetlinkSocket(25, kernel=classical.at) as two:
        assert one.port == os.getpid()
        assert two.port == 2**32 - 4097


def test_the_variable_names_the_kernel(classical: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETLYNX_KERNEL", classical.at)
    with netlynx.NetlinkSocket(25) as sock, netlynx.connect() as nl:
        sock.settimeout(PATIENCE)
        sock.send(b"hello netlink!!")
        assert sock.recv().text == "hello users!!!"
        assert nl.dump(entries(protocol=SILENT)).all() == []


def test_namespaces_are_found_by_their_names(classical: Process) -> None:
    with netlynx.NetlinkSocket(25, netns="blue", kernel=classical.at) as sock:
        sock.settimeout(PATIENCE)
        sock.send(b"x")
        assert sock.recv().text == "hello from blue"
    with pytest.raises(netlynx.NotFound, match=r"no namespace 'red'.*Those with a name: blue"):
        netlynx.NetlinkSocket(25, netns="red", kernel=classical.at)


def test_a_protocol_that_is_not_there_is_said_to_be_missing(classical: Process) -> None:
    with pytest.raises(netlynx.NotSupported, match=r"this kernel does not have the protocol.*kernel.protocol\(27\)"):
        netlynx.NetlinkSocket(27, kernel=classical.at)


def test_requests_batches_and_dumps(classical: Process) -> None:
    count = 3000
    with netlynx.connect(kernel=classical.at, timeout=PATIENCE) as nl:
        done = nl.batch(add(Entry(number=number), protocol=SILENT) for number in range(count))
        assert done.errors == {}
        assert nl.do(entry(7, protocol=SILENT)).number == 7
        assert [each.number for each in nl.dump(entries(protocol=SILENT))] == list(range(count))
        with pytest.raises(netlynx.NotFound, match="no such entry"):
            nl.do(entry(count, protocol=SILENT))


def test_a_subscription_and_its_overrun(classical: Process) -> None:
    with (
        netlynx.connect(kernel=classical.at, timeout=PATIENCE) as nl,
        nl.subscribe(ENTRIES, receive_buffer=2304) as slow,
        nl.subscribe(ENTRIES) as quick,
    ):
        nl.batch(add(Entry(number=number), protocol=SILENT) for number in range(100))
        assert [event.record.number for event in quick.drain()] == list(range(100))  # type: ignore[union-attr]  # no overrun
        kept = slow.drain()
        assert isinstance(kept[0], netlynx.Overrun)
        assert [event.record.number for event in kept[1:]] == list(range(len(kept) - 1))  # type: ignore[union-attr]  # but one
        assert 1 < len(kept) < 10
        nl.do(add(Entry(number=100), protocol=SILENT))
        assert slow.get(PATIENCE) == netlynx.Event(EventKind.NEW, Entry(number=100))


@pytest.mark.anyio
async def test_the_async_shell(classical: Process, anyio_backend: str) -> None:
    async with netlynx.aconnect(kernel=classical.at, timeout=PATIENCE) as nl, nl.subscribe(ENTRIES) as events:
        await nl.batch(add(Entry(number=number), protocol=SILENT) for number in range(100))
        assert [each.number async for each in nl.dump(entries(protocol=SILENT))] == list(range(100))
        assert (await nl.do(entry(7, protocol=SILENT))).number == 7
        got = [await events.get(PATIENCE) for _ in range(100)]
        assert [event.record.number for event in got] == list(range(100))  # type: ignore[union-attr]  # no overrun


def test_the_commands_take_it_as_an_option_and_from_the_environment(classical: Process) -> None:
    arguments = ("send", "25", "hello netlink!!", "--count", "1", "--wait", "20")
    for done in (run(*arguments, "--kernel", classical.at), run(*arguments, NETLYNX_KERNEL=classical.at)):
        assert "hello users!!!" in done.stdout
    blue = run(*arguments, "--netns", "blue", NETLYNX_KERNEL=classical.at)
    assert "hello from blue" in blue.stdout


def test_one_line_says_where_it_listens_and_the_log_is_followed(classical: Process, tmp_path: Path) -> None:
    assert classical.said == f"serving {Path(__file__).parent / 'kernel_classical.py'} at {classical.at}\n"
    path = tmp_path / "served"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert classical.end() == ""
    assert classical.status == 0
    assert not path.exists()


def test_a_quiet_server_does_not_print_the_log(serve: Serve, tmp_path: Path) -> None:
    served = serve("kernel_classical.py", "--quiet", "--mode", "666")
    assert stat.S_IMODE((tmp_path / "served").stat().st_mode) == 0o666
    with netlynx.NetlinkSocket(25, kernel=served.at) as sock:
        sock.send(b"hello netlink!!")
    assert served.end() == ""


def test_to_an_unprivileged_server_nobody_is_root(serve: Serve) -> None:
    served = serve("kernel_classical.py", "--unprivileged")
    with pytest.raises(netlynx.PermissionDenied):
        netlynx.NetlinkSocket("usersock", groups=[1], kernel=served.at)


def test_a_server_that_is_killed_is_noticed_by_those_who_wait_and_leaves_a_file_that_the_next_one_replaces(
    serve: Serve, tmp_path: Path
) -> None:
    first = serve("kernel_classical.py")
    with netlynx.NetlinkSocket(25, kernel=first.at) as sock:
        sock.settimeout(PATIENCE)
        first.end(kill=True)
        assert first.status == -signal.SIGKILL
        with pytest.raises(netlynx.NetlinkError, match="the process that served it has ended") as caught:
            sock.recv()
        assert caught.value.errno == errno.ECONNRESET
    assert (tmp_path / "served").exists()
    with pytest.raises(ConnectionRefusedError, match=r"nobody serves a kernel there.*netlynx kernel serve"):
        netlynx.NetlinkSocket(25, kernel=first.at)
    again = serve("kernel_classical.py")
    with netlynx.NetlinkSocket(25, kernel=again.at) as sock:
        sock.send(b"x")


def test_a_server_without_descriptors_goes_on_when_some_are_given_back(classical: Process) -> None:
    used = len(os.listdir(f"/proc/{classical.pid}/fd"))
    resource.prlimit(classical.pid, resource.RLIMIT_NOFILE, (used + 3, used + 3))
    socks = [netlynx.NetlinkSocket(25, kernel=classical.at) for _ in range(3)]
    late = Background(lambda: netlynx.NetlinkSocket(25, kernel=classical.at))
    socks.pop().close()
    made = late.result()
    assert isinstance(made, netlynx.NetlinkSocket)
    for sock in (made, *socks):
        sock.close()


def test_serving_says_what_is_wrong(classical: Process, tmp_path: Path) -> None:
    file = str(Path(__file__).parent / "kernel_classical.py")
    path = {"PYTHONPATH": ":".join(sys.path)}
    taken = run("kernel", "serve", file, "--at", classical.at.removeprefix("unix:"), status=1, **path)
    assert "another process listens there" in taken.stderr
    (tmp_path / "letter").write_text("dear me")
    assert "is not a socket" in run("kernel", "serve", file, "--at", str(tmp_path / "letter"), status=1, **path).stderr
    assert (tmp_path / "letter").read_text() == "dear me"
    assert "no `kernel =" in run("kernel", "serve", __file__, "--at", str(tmp_path / "x"), status=2, **path).stderr
    assert "octal" in run("kernel", "serve", file, "--at", "x", "--mode", "9", status=2, **path).stderr
    nobody = run("links", "--kernel", f"unix:{tmp_path}/nobody", status=1)
    assert "nobody serves a kernel there" in nobody.stderr
    assert "netlynx kernel serve FILE.py --at" in nobody.stderr
