"""What several test files share: privileges asked for, namespaces, child processes."""

from __future__ import annotations

import functools
import os
import select
import subprocess
import sys
import threading
import time
import uuid
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from netlynx import netns
from netlynx.transport.netlink_socket import NetlinkSocket
from worth import FULL

CAP_NET_ADMIN = 12  # linux/capability.h
CAP_SYS_ADMIN = 21

PROBE = Path(__file__).parents[1] / "scripts" / "probe-namespaces"

IN_GUEST = "NETLYNX_TEST_MODULES" in os.environ  # of `make test-vm`, whose processor is mostly an emulated one


def rounds(many: int) -> range:
    """So many rounds of what chance has a test try with --full; else half as many, and a quarter in the guest."""
    return range(many if os.environ.get(FULL) else max(1, many // (4 if IN_GUEST else 2)))


PATIENCE = 60.0  # seconds a test waits for an event that should come at once: on a busy machine few things do


def capable(capability: int) -> bool:
    """Whether this process has a capability in its own user namespace."""
    if sys.platform != "linux":
        return False
    with open("/proc/self/status") as status:
        effective = next(line for line in status if line.startswith("CapEff:"))
    return bool(int(effective.split()[1], 16) >> capability & 1)


needs_root = pytest.mark.skipif(
    not (capable(CAP_NET_ADMIN) and capable(CAP_SYS_ADMIN)),
    reason="needs CAP_NET_ADMIN and CAP_SYS_ADMIN: be root, or run under `unshare -Urn`",
)


def is_true_root() -> bool:
    """Whether this process is root, and not just of a user namespace."""
    everybody = ["0", "0", str(2**32 - 1)]
    return sys.platform == "linux" and os.geteuid() == 0 and Path("/proc/self/uid_map").read_text().split() == everybody


needs_true_root = pytest.mark.skipif(not is_true_root(), reason="needs root of the initial user namespace")


@functools.cache
def namespaces_refused() -> str:
    """Why the kernel makes no network namespace for us, or "" if it does. Never hangs, unlike making one."""
    if sys.platform != "linux":
        return "network namespaces are Linux"
    probe = subprocess.run([PROBE], capture_output=True, text=True)
    return probe.stderr.strip().removeprefix("netlynx: ") if probe.returncode else ""


@functools.cache
def named_namespaces_refused() -> str:
    """Why named namespaces cannot be made here, or "" if they can."""
    if reason := namespaces_refused():
        return reason
    name = unique("probe")
    try:
        netns.create(name)
    except OSError as error:
        return str(error)
    netns.remove(name)
    return ""


def unique(word: str) -> str:
    """A name that no other test run uses, short enough for a network device when `word` is."""
    return f"nlx-{word}-{uuid.uuid4().hex[:6]}"


@contextmanager
def named_namespace() -> Iterator[str]:
    """A named namespace that is gone afterwards; skips the test where names cannot be made."""
    if reason := named_namespaces_refused():
        pytest.skip(reason)
    name = unique("test")
    netns.create(name)
    try:
        yield name
    finally:
        if netns.exists(name):
            netns.remove(name)


def ip(where: netns.Where, *arguments: str) -> None:
    """Run the `ip` command in a namespace."""
    netns.run_in(where, subprocess.run, ["ip", *arguments], check=True, timeout=PATIENCE)


class Background:
    """A call in a thread of its own; `result` gives what it returned or raises what it raised."""

    def __init__(self, function: Callable[[], object]) -> None:
        self._function = function
        self._value: object = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._value = self._function()
        except BaseException as error:
            self._error = error

    def result(self, patience: float = PATIENCE) -> object:
        self._thread.join(patience)
        assert not self._thread.is_alive(), "the call did not end"
        if self._error is not None:
            raise self._error
        return self._value


Open = Callable[..., NetlinkSocket]  # what the fixture `connect` of tests/wire gives


def is_empty(sock: NetlinkSocket) -> bool:
    """Whether nothing is there to be received."""
    return sock.pending == 0 and not select.select([sock], [], [], 0)[0]


def until(condition: Callable[[], object]) -> None:
    """Yield the processor until something holds that no event tells of."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it never came to hold"
        os.sched_yield()


def sleeps(thread: threading.Thread) -> bool:
    """Whether the kernel says that a thread of this process sleeps."""
    with open(f"/proc/self/task/{thread.native_id}/stat") as stat:
        return stat.read().rpartition(")")[2].split()[0] == "S"


def resident() -> int:
    """Bytes of memory that this process has in use."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def descriptors() -> int:
    """How many files this process has open."""
    return len(os.listdir("/proc/self/fd"))


def threads() -> set[str]:
    """The threads that this process has, by number, those that Python does not know among them.

    One that was joined is there for a moment longer: the kernel tells of its end before it takes it off the list. So
    what was there before may have fewer of them later, and what begins is found by what was not there before; to see
    that one has ended, wait (`until`) for it.
    """
    return set(os.listdir("/proc/self/task"))


def load(*modules: str) -> None:
    """Load modules of the kernel, with what they are given; the test is skipped where they are not there."""
    for each in modules:
        done = subprocess.run(["modprobe", *each.split()], capture_output=True, text=True, timeout=PATIENCE)
        if done.returncode:
            pytest.skip(f"no {each}: {done.stderr.strip()}")


def in_child(work: Callable[[], str]) -> str:
    """What a function returns in a forked process, or what it raises, as text."""
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # since Python 3.12: there are other threads
        child = os.fork()
    if not child:
        try:
            said = work()
        except BaseException as error:
            said = f"{type(error).__name__}: {error}"
        os.write(writing, said.encode())
        os._exit(0)
    os.close(writing)
    with open(reading) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return said
