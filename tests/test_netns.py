"""Network namespaces on the real kernel: made, entered and removed here, and shared with the `ip` command."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import netlynx
import netlynx.usersock
from child import python
from netlynx import netns
from netlynx.errors import AlreadyExists, NetlinkError, NotFound
from netlynx.kernel import VirtualKernel
from netlynx.transport.default_kernel import default_kernel
from netlynx.transport.netlink_socket import NetlinkSocket
from support import PATIENCE, descriptors, ip, named_namespace, needs_root, unique

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="network namespaces are Linux")

needs_ip = pytest.mark.skipif(shutil.which("ip") is None, reason="needs iproute2")

RTM_DELLINK, RTNLGRP_LINK = 17, 1  # linux/rtnetlink.h


def inode() -> int:
    """The namespace of the calling thread, as /proc tells it."""
    return int(os.readlink("/proc/thread-self/ns/net").removeprefix("net:[").removesuffix("]"))


# ----------------------------------------------------------------------------------------- opening, errors


def test_the_current_namespace_has_many_names() -> None:
    path = Path(f"/proc/{os.getpid()}/ns/net")
    with netns.current() as here, path.open() as file:
        for where in (netns.Pid(os.getpid()), str(path), path, here, file, netns.Fd(file.fileno())):
            with netns.open(where) as again:
                assert (again, hash(again), again.inode) == (here, hash(here), inode())
                assert again.fileno() not in (here.fileno(), file.fileno())


def test_a_namespace_is_closed_once() -> None:
    namespace = netns.current()
    with namespace:
        assert f"inode={inode()}" in repr(namespace)
        assert os.fstat(namespace.fileno()).st_ino == namespace.inode
    namespace.close()
    assert (namespace.closed, namespace.fileno()) == (True, -1)
    with pytest.raises(NetlinkError, match="Bad file descriptor"):
        netns.open(namespace)


def test_opening_leaves_no_descriptor_behind() -> None:
    before = descriptors()
    netns.current()  # dropped at once
    for wrong in ("/etc/passwd", "/proc/self/ns/uts"):
        with pytest.raises(NetlinkError, match="not a network namespace"):
            netns.open(wrong)
    assert descriptors() == before


def test_a_name_that_is_missing_is_told_with_those_there_are() -> None:
    missing = unique("none")
    with pytest.raises(NotFound, match=f"no namespace is called '{missing}'; there are") as caught:
        netns.open(missing)
    assert isinstance(caught.value, FileNotFoundError)
    with pytest.raises(FileNotFoundError, match=f"remove network namespace '{missing}'"):
        netns.remove(missing)


def test_a_process_that_is_missing() -> None:
    with pytest.raises(NotFound, match="process 2147483647: there is no such process"):
        netns.open(netns.Pid(2147483647))


@pytest.mark.parametrize(
    "call",
    [
        netns.open,
        lambda where: netns.run_in(where, int),
        lambda where: netns.socket_in(where, socket.AF_UNIX, socket.SOCK_STREAM),
        lambda where: netns.inside(where).__enter__(),
        lambda where: netlynx.connect(netns=where),
        lambda where: netlynx.aconnect(netns=where),
        lambda where: NetlinkSocket("usersock", netns=where),
        lambda where: netlynx.usersock.Peer(netns=where),
    ],
)
def test_a_bare_number_is_refused_with_what_may_be_meant(call: Callable[[Any], object]) -> None:
    with netns.current() as here:
        for number in (here.fileno(), os.getpid(), 0, -1):
            with pytest.raises(TypeError, match=rf"netns\.Pid\({number}\) meant.* netns\.Fd\({number}\)"):
                call(number)
    for nothing in (True, 1.5, b"blue", ()):
        with pytest.raises(TypeError, match="is given by name, by path, as "):
            call(nothing)


def test_a_bare_number_is_refused_of_a_kernel_that_stands_in_too() -> None:
    with default_kernel(VirtualKernel()), pytest.raises(TypeError, match=r"netns\.Fd\(6\)"):
        netlynx.connect(netns=6)  # type: ignore[arg-type]


def test_a_path_that_is_missing() -> None:
    with pytest.raises(FileNotFoundError, match="/nowhere/net"):
        netns.open("/nowhere/net")


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a\0b", "n" * 256, "é" * 128])
@pytest.mark.parametrize("function", [netns.create, netns.remove, netns.exists])
def test_a_name_that_none_can_have(function: Callable[[str], object], name: str) -> None:
    with pytest.raises(ValueError, match="file name of 1 to 255 bytes"):
        function(name)


def test_without_privilege_the_error_names_it() -> None:
    code = (
        "import ctypes, os, pytest\n"  # the new user may not be able to read where modules are
        "from netlynx import netns\n"
        "if os.getuid() == 0:\n"
        "    try:\n"
        "        os.setgroups([]); os.setresgid(65534, 65534, 65534); os.setresuid(65534, 65534, 65534)\n"
        "    except OSError:\n"  # a user namespace with one user
        "        raise SystemExit\n"
        "own = netns.Pid(os.getpid())\n"
        "for call in (netns.anonymous, lambda: netns.run_in(own, int), lambda: netns.create('nlx-no')):\n"
        "    with pytest.raises(PermissionError, match='needs CAP_SYS_ADMIN'):\n"
        "        call()\n"
    )
    with python(code):
        pass


# --------------------------------------------------------------------------------------------- going inside


@pytest.mark.namespace
@needs_root
def test_a_function_runs_inside_and_the_caller_stays_outside() -> None:
    outside = inode()
    with netns.anonymous() as namespace:
        assert namespace.inode != outside
        assert netns.run_in(namespace, inode) == namespace.inode
        assert netns.run_in(namespace, lambda *args, **kwargs: (args, kwargs), 1, a=2) == ((1,), {"a": 2})
    assert inode() == outside


@pytest.mark.namespace
@needs_root
def test_what_a_function_raises_comes_out() -> None:
    with netns.anonymous() as namespace, pytest.raises(ZeroDivisionError):
        netns.run_in(namespace, lambda: 1 // 0)


@pytest.mark.namespace
@needs_root
def test_a_socket_opened_inside_stays_inside() -> None:
    with netns.anonymous() as namespace:
        inner = netns.socket_in(namespace, socket.AF_INET, socket.SOCK_STREAM)
        with inner, socket.socket() as outer:
            outer.bind(("127.0.0.1", 0))
            outer.listen()
            with pytest.raises(OSError, match="unreachable"):  # its loopback is another one, and down
                inner.connect(outer.getsockname())


@pytest.mark.namespace
@needs_root
def test_no_thread_is_left() -> None:
    before = threading.active_count()
    with netns.anonymous() as namespace:
        for _ in range(10):
            netns.run_in(namespace, inode)
    assert threading.active_count() == before


@pytest.mark.namespace
@needs_root
def test_no_helper_process_is_started() -> None:
    code = (
        "import os, pytest, socket\n"
        "from netlynx import netns\n"
        "with netns.anonymous() as namespace:\n"
        "    netns.socket_in(namespace, socket.AF_INET, socket.SOCK_DGRAM).close()\n"
        "with pytest.raises(ChildProcessError):\n"  # there never was a child, or it would wait to be reaped
        "    os.waitpid(-1, os.WNOHANG)\n"
    )
    with python(code):
        pass


@pytest.mark.namespace
@needs_root
def test_an_anonymous_namespace_ends_with_its_descriptor() -> None:
    with netns.anonymous() as home:
        with NetlinkSocket("route", groups=[RTNLGRP_LINK], netns=home) as listener:
            listener.settimeout(PATIENCE)
            with netns.anonymous() as other:
                far_end = f"/proc/{os.getpid()}/fd/{other.fileno()}"
                ip(home, "link", "add", "nlx0", "type", "veth", "peer", "name", "nlx1", "netns", far_end)
            while listener.recv().type != RTM_DELLINK:  # a veth goes when its other end's namespace does
                pass
        assert "nlx0" not in [name for _, name in netns.run_in(home, socket.if_nameindex)]


# -------------------------------------------------------------------------------------------- named, with ip


@pytest.mark.namespace
@needs_root
def test_a_name_is_made_listed_and_removed() -> None:
    with named_namespace() as name:
        assert netns.exists(name)
        assert name in netns.list()
        assert netns.list() == sorted(netns.list())
        with netns.open(name) as namespace:
            assert namespace.inode != inode()
            assert repr(name) in str(namespace)
        with pytest.raises(AlreadyExists, match=f"create network namespace '{name}'") as caught:
            netns.create(name)
        assert isinstance(caught.value, FileExistsError)
        netns.remove(name)
        assert not netns.exists(name)
        assert name not in netns.list()


@pytest.mark.namespace
@needs_root
def test_a_removed_name_leaves_the_namespace_to_those_inside() -> None:
    with named_namespace() as name, netns.open(name) as namespace:
        netns.remove(name)
        assert netns.run_in(namespace, inode) == namespace.inode


@pytest.mark.namespace
@needs_root
def test_a_file_left_behind_is_told_and_can_be_removed() -> None:
    with named_namespace() as name:
        path = Path(netns.DIRECTORY, left := unique("left"))
        path.touch()
        with pytest.raises(NetlinkError, match=r"not a network namespace.*left as an empty file"):
            netns.open(left)
        netns.remove(left)
        assert netns.exists(name)
        assert not path.exists()


@pytest.mark.namespace
@needs_root
@needs_ip
def test_ip_sees_what_is_made_here() -> None:
    with named_namespace() as name, netns.open(name) as namespace:
        command = ["ip", "netns", "exec", name, "readlink", "/proc/self/ns/net"]
        shown = subprocess.run(command, check=True, capture_output=True, text=True, timeout=PATIENCE).stdout
        assert shown.strip() == f"net:[{namespace.inode}]"
        listed = subprocess.run(["ip", "netns"], check=True, capture_output=True, text=True, timeout=PATIENCE)
        assert name in listed.stdout.split()
        subprocess.run(["ip", "netns", "del", name], check=True, timeout=PATIENCE)
        assert not netns.exists(name)


@pytest.mark.namespace
@needs_root
@needs_ip
def test_what_ip_makes_is_seen_here() -> None:
    with named_namespace():  # or names cannot be made at all
        name = unique("ip")
        subprocess.run(["ip", "netns", "add", name], check=True, timeout=PATIENCE)
        try:
            assert name in netns.list()
            with netns.open(name) as namespace, NetlinkSocket("usersock", netns=name) as sock:
                assert netns.run_in(name, inode) == namespace.inode
                with NetlinkSocket("usersock", netns=namespace) as peer:
                    sock.send("hello", to=peer.port)
                    peer.settimeout(PATIENCE)
                    assert peer.recv().text == "hello"
        finally:
            netns.remove(name)
