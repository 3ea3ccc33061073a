"""The server: its file, who may connect and do what, and how it ends."""

from __future__ import annotations

import errno
import os
import socket
import stat
import tempfile
import threading
from pathlib import Path
from typing import Any

import pytest

import netlynx
from netlynx.kernel import Capability, Credentials, Server, VirtualKernel
from netlynx.kernel.server import peer_credentials
from netlynx.transport.default_kernel import default_kernel, other_kernel
from support import PATIENCE, Background, in_child, needs_true_root, until

USERSOCK = 2


def test_the_file_is_private_from_its_first_moment(kernel: VirtualKernel, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with Server(kernel, tmp_path / "k"):
            assert stat.S_IMODE((tmp_path / "k").stat().st_mode) == 0o600
        with Server(kernel, tmp_path / "k", mode=0o660):
            assert stat.S_IMODE((tmp_path / "k").stat().st_mode) == 0o660
    finally:
        os.umask(before)


def test_the_file_goes_with_the_server_and_only_its_own(kernel: VirtualKernel, tmp_path: Path) -> None:
    path = tmp_path / "k"
    with Server(kernel, path):
        pass
    assert not path.exists()
    with Server(kernel, path) as server:
        path.unlink()
        path.write_text("another's")
    assert path.read_text() == "another's"
    assert server.closed
    assert repr(server) == f"<Server {path} closed>"


def test_a_stale_socket_is_replaced(kernel: VirtualKernel, tmp_path: Path) -> None:
    path = tmp_path / "k"
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as dead:
        dead.bind(str(path))
    with Server(kernel, path), netlynx.NetlinkSocket(USERSOCK, kernel=f"unix:{path}"):
        pass


@pytest.mark.parametrize("kind", [socket.SOCK_SEQPACKET, socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_a_socket_that_somebody_has_is_left_alone(kernel: VirtualKernel, tmp_path: Path, kind: int) -> None:
    path = tmp_path / "k"
    with socket.socket(socket.AF_UNIX, kind) as other:
        other.bind(str(path))
        if kind != socket.SOCK_DGRAM:
            other.listen()
        with pytest.raises(netlynx.NetlinkError, match="another process listens there") as caught:
            Server(kernel, path)
        assert caught.value.errno == errno.EADDRINUSE
        if kind != socket.SOCK_SEQPACKET:
            with pytest.raises(netlynx.NetlinkError, match="not a kernel that netlynx serves"):
                netlynx.NetlinkSocket(USERSOCK, kernel=f"unix:{path}")
    assert path.exists()


def test_what_is_no_socket_is_left_alone(kernel: VirtualKernel, tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("dear me")
    (tmp_path / "link").symlink_to("nowhere")
    for name in ("letter", "link", ""):
        with pytest.raises(FileExistsError, match="not a socket"):
            Server(kernel, tmp_path / name)
    assert (tmp_path / "letter").read_text() == "dear me"
    with pytest.raises(netlynx.NetlinkError, match="no more than 107 bytes"):
        Server(kernel, tmp_path / ("x" * 108))
    with pytest.raises(netlynx.NotFound):
        Server(kernel, tmp_path / "nowhere" / "k")


def test_a_path_that_is_too_long_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(netlynx.NetlinkError, match="no more than 107 bytes"):
        netlynx.NetlinkSocket(USERSOCK, kernel=f"unix:{tmp_path}/{'x' * 108}")


def test_closing_ends_all_and_closing_twice_does_no_harm(kernel: VirtualKernel, server: Server, at: str) -> None:
    threads = threading.active_count()
    socks = [netlynx.NetlinkSocket(USERSOCK, kernel=at) for _ in range(5)]
    waiting = Background(server.wait)
    assert server.connections == 5
    assert not server.wait(0)
    for closing in [Background(server.close) for _ in range(3)]:
        closing.result()
    server.close()
    assert waiting.result() is True
    assert kernel.sockets() == []
    until(lambda: threading.active_count() < threads)
    for sock in socks:
        with pytest.raises(netlynx.NetlinkError, match="has ended"):
            sock.getsockname()
        sock.close()
    with netlynx.NetlinkSocket(USERSOCK, kernel=kernel) as sock:  # the kernel itself goes on
        assert sock.port == os.getpid()


def test_a_handler_may_close_the_server(kernel: VirtualKernel, server: Server, at: str) -> None:
    kernel.protocol(25, lambda sock, message: server.close())
    with netlynx.NetlinkSocket(25, kernel=at) as sock:
        with pytest.raises(netlynx.NetlinkError):
            sock.send("the end")
        assert server.wait(PATIENCE)


def test_two_servers_can_serve_one_kernel(kernel: VirtualKernel, tmp_path: Path) -> None:
    with (
        Server(kernel, tmp_path / "a"),
        Server(kernel, tmp_path / "b"),
        netlynx.NetlinkSocket(USERSOCK, port=1, kernel=f"unix:{tmp_path}/a") as a,
        netlynx.NetlinkSocket(USERSOCK, kernel=f"unix:{tmp_path}/b") as b,
    ):
        b.send("hello", to=1)
        assert a.recv().text == "hello"


# ---------------------------------------------------------------------------------------------------- credentials


def test_root_and_the_own_user_have_every_capability_others_none() -> None:
    for uid in (0, os.geteuid()):
        assert peer_credentials(5, uid, 7).may(Capability.NET_ADMIN)
    assert peer_credentials(5, 12345, 7) == Credentials(5, 12345, 7, frozenset())


def test_the_credentials_are_those_that_the_hosts_kernel_tells(kernel: VirtualKernel, tmp_path: Path) -> None:
    asked: list[tuple[int, int, int]] = []

    def rule(pid: int, uid: int, gid: int) -> Credentials:
        asked.append((pid, uid, gid))
        return Credentials(pid, uid, gid, frozenset())

    with (
        Server(kernel, tmp_path / "k", credentials=rule) as server,
        netlynx.NetlinkSocket(USERSOCK, kernel=f"unix:{server.path}") as sock,
    ):
        assert asked == [(os.getpid(), os.geteuid(), os.getegid())]
        assert sock.port == os.getpid()
        with pytest.raises(PermissionError):
            sock.join(1)


def test_a_process_that_is_not_seen_gets_a_port_all_the_same(kernel: VirtualKernel, tmp_path: Path) -> None:
    with (
        Server(kernel, tmp_path / "k", credentials=lambda pid, uid, gid: peer_credentials(0, uid, gid)) as server,
        netlynx.NetlinkSocket(USERSOCK, kernel=f"unix:{server.path}") as sock,
    ):
        assert sock.port == 2**32 - 4097


@needs_true_root  # who can be another user
def test_the_permissions_of_the_file_decide_who_may_connect(kernel: VirtualKernel) -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        path = f"{folder}/k"

        def as_another() -> str:
            os.setgid(12345)
            os.setuid(12345)
            with netlynx.NetlinkSocket(USERSOCK, kernel=f"unix:{path}") as sock:
                sock.join(1)
            return "joined"

        with Server(kernel, path):
            refused = in_child(as_another)
        assert refused.startswith("PermissionDenied: connect to the kernel")
        assert "The permissions of the socket file decide" in refused
        with Server(kernel, path, mode=0o666):
            assert in_child(as_another).startswith("PermissionDenied: join group 1")  # it came that far


# -------------------------------------------------------------------------------------------------- naming kernels


def test_names_of_kernels(kernel: VirtualKernel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NETLYNX_KERNEL", raising=False)
    assert other_kernel(None, None) is None
    assert other_kernel("blue", "host") is None
    assert other_kernel(None, kernel) is kernel
    assert repr(other_kernel("blue", "unix:/run/k")) == "BridgeKernel('unix:/run/k', namespace='blue')"
    monkeypatch.setenv("NETLYNX_KERNEL", "unix:/run/k")
    assert repr(other_kernel(None, None)) == "BridgeKernel('unix:/run/k')"
    assert other_kernel(None, "host") is None
    assert other_kernel(None, kernel) is kernel
    with default_kernel(kernel):
        assert other_kernel(None, None) is kernel
        assert other_kernel(None, "host") is None


@pytest.mark.parametrize(
    ("netns", "name", "words"),
    [
        (None, "kernel.py", "netlynx kernel serve FILE.py --at PATH"),
        (None, "/run/k", "unix:PATH"),
        (None, "unix:", "followed by the path"),
        ("/run/netns/blue", "unix:/run/k", "which have names"),
        (netlynx.netns.Pid(1), "unix:/run/k", "which have names"),
    ],
)
def test_what_names_no_kernel_is_an_error_that_says_what_does(
    netns: Any, name: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ValueError, match=words):
        netlynx.connect(netns=netns, kernel=name)
    monkeypatch.setenv("NETLYNX_KERNEL", name)
    with pytest.raises(ValueError, match=words):
        netlynx.NetlinkSocket(USERSOCK, netns=netns)


def test_a_namespace_of_this_host_does_not_go_with_a_kernel_of_ones_own(kernel: VirtualKernel) -> None:
    with pytest.raises(ValueError, match="has its own"):
        netlynx.NetlinkSocket(USERSOCK, netns="blue", kernel=kernel)
