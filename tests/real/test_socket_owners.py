"""The processes behind sockets, on a real kernel, beside `ss -p` and lsof; and the namespaces they are in."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import netlynx
from child import child
from conftest import Ip
from netlynx import diag, netns
from socket_maker import Maker
from support import named_namespace, needs_true_root

pytestmark = pytest.mark.namespace

HOLD = "import sys; print('ready', flush=True); sys.stdin.readline()"


def inode(made: socket.socket) -> int:
    return os.fstat(made.fileno()).st_ino


def test_a_socket_has_those_who_hold_it(maker: Maker) -> None:
    made = maker.listening()
    again = os.dup(made.fileno())
    with child([sys.executable, "-c", HOLD, "a word", ""], pass_fds=(made.fileno(),)) as other:
        assert other.stdout is not None
        other.stdout.readline()
        held = diag.owners()
        found = held.of(inode(made))
        assert sorted((each.pid, each.fd) for each in found) == sorted(
            [(os.getpid(), made.fileno()), (os.getpid(), again), (other.pid, made.fileno())]
        )
        (theirs,) = (each for each in found if each.pid == other.pid)
        assert theirs.command == (sys.executable, "-c", HOLD, "a word", "")
        assert theirs.name == Path(f"/proc/{other.pid}/comm").read_text().rstrip("\n")
        assert theirs.uid == os.geteuid()
        assert theirs.namespace == os.stat(f"/proc/{other.pid}/ns/net").st_ino
        assert theirs.cgroup in {
            line.split(":", 2)[2] for line in Path(f"/proc/{other.pid}/cgroup").read_text().splitlines()
        }
    os.close(again)
    assert [each.fd for each in diag.owners().of(inode(made))] == [made.fileno()]
    number = inode(made)
    made.close()
    assert diag.owners().of(number) == ()


def test_descriptors_with_gaps_are_all_found(maker: Maker) -> None:
    made = maker.socket()
    numbers = [300, 301, 700, 1009]
    for number in numbers:
        os.dup2(made.fileno(), number)
    try:
        assert [each.fd for each in diag.owners().of(inode(made))] == [made.fileno(), *numbers]
    finally:
        for number in numbers:
            os.close(number)


def test_owners_are_those_of_ss_and_lsof(nl: netlynx.Connection, ip: Ip, maker: Maker) -> None:
    listening = maker.listening()
    maker.connected(listening)
    maker.datagrams()
    maker.socket(socket.AF_UNIX).bind("\0owned")
    held = diag.owners()
    for listing, options in ((diag.tcp(), "-taOHnep"), (diag.udp(), "-uaOHnep"), (diag.unix(), "-xaOHnep")):
        by_ss = {}
        for line in ip(options, tool="ss").splitlines():
            number = re.search(r"ino:(\d+)", line) if "-x" not in options else re.search(r" (\d+) +\* +\d+ ", line)
            assert number is not None
            by_ss[int(number[1])] = {(int(pid), int(fd)) for pid, fd in re.findall(r"pid=(\d+),fd=(\d+)", line)}
        found = {each.inode: {(one.pid, one.fd) for one in held.of(each)} for each in nl.dump(listing)}
        assert found == by_ss
        assert {os.getpid()} == {pid for each in found.values() for pid, _ in each}
    if (lsof := shutil.which("lsof")) is not None:
        said = subprocess.run([lsof, "-nP", "-p", str(os.getpid()), "-a", "-iTCP", "-F", "fi"], capture_output=True)
        numbers = {int(each[1:]) for each in said.stdout.decode().split() if each.startswith("f")}
        ours = {one.fd for each in nl.dump(diag.tcp()) for one in held.of(each)}
        assert not numbers or numbers == ours  # lsof does not know of another namespace's sockets


def test_what_the_kernel_holds_belongs_to_nobody(nl: netlynx.Connection) -> None:
    held = diag.owners()
    kernels = [each for each in nl.dump(diag.netlink()) if each.portid == 0]
    assert kernels
    assert {held.of(each) for each in kernels} == {()}
    with pytest.raises(netlynx.EncodeError, match=r"owners\.of"):
        held.of("socket")


@needs_true_root
def test_what_may_not_be_seen_is_told(maker: Maker) -> None:
    """Another user sees its own processes, and says how many it did not."""
    code = (
        "import os, socket; from netlynx import diag; diag.owners; os.setgroups([]); os.setresgid(*[65534] * 3);"
        "os.setresuid(*[65534] * 3); own = socket.socket(socket.AF_UNIX); held = diag.owners();"
        "print(len(held.of(os.fstat(own.fileno()).st_ino)), held.complete, len(held.unseen), held)"
    )
    with child([sys.executable, "-c", code]) as other:
        out, err = other.communicate()
    assert other.returncode == 0, err
    count, complete, unseen, *words = out.split()
    assert (count, complete) == ("1", "False")
    assert int(unseen) > 0
    said = " ".join(words)
    assert re.search(
        rf"{unseen} could not be looked into \(Permission denied: those of others take CAP_SYS_PTRACE", said
    )


NAMESPACE = "processes outside of this PID namespace are not listed"
HIDING = "/proc does not list the processes of others (it is mounted with hidepid=invisible)"
MOUNT = ["unshare", "-m", "sh", "-c", 'mount -t proc -o hidepid=invisible proc /proc; exec "$0" "$@"']


@needs_true_root
@pytest.mark.parametrize(
    ("around", "user", "hidden"),
    [
        (["unshare", "-pf", "--mount-proc"], 0, {NAMESPACE}),
        (MOUNT, 65534, {HIDING}),
        (MOUNT, 0, set()),  # who may look into all is shown all
    ],
    ids=["PID namespace", "hidepid", "hidepid, privileged"],
)
def test_processes_that_are_not_even_listed_are_told_of(around: list[str], user: int, hidden: set[str]) -> None:
    if shutil.which("unshare") is None:
        pytest.skip("no unshare")
    code = (
        f"import os; from netlynx import diag; import netlynx.netns.privileges; os.setresuid(*[{user}] * 3);"
        "print(*diag.owners().hidden, sep='\\n')"
    )
    with child([*around, sys.executable, "-c", code]) as other:
        out, err = other.communicate()
    if other.returncode:
        pytest.skip(f"{around[0]}: {err.strip()}")
    ours = {*diag.owners().hidden}
    assert {*out.split("\n")} - ours - {""} == hidden - ours


def test_units_are_read_from_cgroups(tmp_path: Path) -> None:
    """The files of /proc as a host with systemd has them."""
    cases = {
        "0::/system.slice/nginx.service\n": ("/system.slice/nginx.service", "nginx.service"),
        "0::/user.slice/user-1.slice/user@1.service/app.slice/x.scope\n": (
            "/user.slice/user-1.slice/user@1.service/app.slice/x.scope",
            "x.scope",
        ),
        "12:cpu:/a\n1:name=systemd:/system.slice/cron.service\n0::/\n": ("/system.slice/cron.service", "cron.service"),
        "0::/\n": ("/", None),
    }
    for number, (text, (path, unit)) in enumerate(cases.items(), 10):
        place = tmp_path / str(number)
        (place / "fd").mkdir(parents=True)
        (place / "fd" / "3").symlink_to(f"socket:[{number}]")
        (place / "cgroup").write_text(text)
        (place / "comm").write_text("a b)\n")
        (place / "status").write_text("Name:\tx\nUid:\t1\t4294967294\t1\t1\n")
        (place / "cmdline").write_bytes(b"")
        (found,) = diag.owners(tmp_path).of(number)
        assert (found.cgroup, found.unit, found.name, found.command) == (path, unit, "a b)", ())
        assert (found.uid, found.user, found.namespace) == (4294967294, None, None)
    (tmp_path / "99").mkdir()  # of one that ended meanwhile
    assert diag.owners(tmp_path).processes == len(cases)
    with pytest.raises(netlynx.NotFound):
        diag.owners(tmp_path / "nowhere")


def test_every_namespace_is_found_once() -> None:
    hold = [sys.executable, "-c", HOLD]
    with named_namespace() as name, netns.open(name) as opened, child(hold, where=name) as other:
        assert other.stdout is not None
        other.stdout.readline()
        everywhere = netns.find()
        inodes = [each.inode for each in everywhere.namespaces]
        assert len(inodes) == len(set(inodes))
        assert everywhere.namespaces[0].inode == os.stat("/proc/thread-self/ns/net").st_ino
        (found,) = (each for each in everywhere.namespaces if each.inode == opened.inode)
        assert found.names == [name]
        assert other.pid in found.processes
        assert found.where == str(found) == name
    with netns.anonymous() as unnamed, child(hold, where=unnamed) as other:
        assert other.stdout is not None
        other.stdout.readline()
        (found,) = (each for each in netns.find().namespaces if each.inode == unnamed.inode)
        assert (found.names, found.processes, str(found)) == ([], [other.pid], f"pid {other.pid}")
        with netns.open(found.where) as again:
            assert again == unnamed
