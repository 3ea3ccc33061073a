"""Statistics of processes: of the real kernel where it may be asked, of those that end too; exits on a stand-in."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import anyio
import pytest

import netlynx
from netlynx import netns, taskstats
from netlynx.generic import Family, do
from netlynx.generic.message import packed
from netlynx.kernel import Request, VirtualKernel
from netlynx.netns import seeing
from netlynx.schema import Record, attr, string
from netlynx.taskstats import TASKSTATS_CMD, Stats, Usage
from netlynx.wire.message import Message
from support import PATIENCE, namespaces_refused

CPUS = Path("/sys/devices/system/cpu/possible")


@pytest.fixture
def host() -> netlynx.Connection:
    """A connection to this host's kernel, which only reads."""
    nl = netlynx.connect()
    try:
        nl.do(taskstats.process(os.getpid()))
    except (netlynx.PermissionDenied, netlynx.NotSupported) as error:
        nl.close()
        pytest.skip(str(error))
    return nl


def test_a_process_and_its_group(host: netlynx.Connection) -> None:
    with host:
        usage = host.do(taskstats.process(os.getpid()))
        assert usage.stats is not None
        assert (usage.pid, usage.stats.pid, usage.stats.ppid) == (os.getpid(), os.getpid(), os.getppid())
        assert usage.stats.command == Path("/proc/self/comm").read_text().strip()
        assert usage.stats.uid == os.getuid()
        assert usage.stats.user_time > 0
        group = host.do(taskstats.group(os.getpid()))
        assert group.tgid == os.getpid()
        assert group.group_stats is not None
        assert group.group_stats.voluntary_switches >= usage.stats.voluntary_switches


def test_a_process_that_is_not_there(host: netlynx.Connection) -> None:
    with host, pytest.raises(netlynx.NetlinkError) as refused:
        host.do(taskstats.process(2**22))
    assert refused.value.errno == errno.ESRCH


def test_processes_that_end_are_told_of(host: netlynx.Connection) -> None:
    with host, host.subscribe(taskstats.exits(CPUS.read_text().strip())) as events:
        ended = subprocess.Popen([sys.executable, "-c", ""])
        ended.wait()
        for event in iter(lambda: events.get(PATIENCE), None):
            assert isinstance(event, netlynx.Event)
            if event.record.pid == ended.pid:
                break
        assert event.kind == "exit"
        assert event.record.stats is not None
        assert event.record.stats.exit_code == 0


def test_cpus_that_there_are_not_are_refused(host: netlynx.Connection) -> None:
    with host, pytest.raises(netlynx.NetlinkError) as refused:
        host.subscribe(taskstats.exits("1000000"))
    assert refused.value.errno in (errno.EINVAL, errno.ERANGE)


class Registering(Family, name="TASKSTATS"):
    """The part of the kernel's side that takes who wants to hear of exits."""

    class Request(Record):
        register: str | None = attr(3, string)

    listen = do(1, request=Request)


def test_exits_go_to_who_asked_for_them_sync_and_async() -> None:
    with VirtualKernel() as kernel:
        service = kernel.family(Registering)

        @service.listen
        def listen(request: Request) -> None:
            assert request.record.register == "0-1"
            told = packed(Usage(pid=7, stats=Stats(pid=7, command="cat")), TASKSTATS_CMD.NEW, 1)
            request.sock.unicast(Message(service.id, payload=told), to=request.portid)

        with netlynx.connect(kernel=kernel) as nl, nl.subscribe(taskstats.exits("0-1")) as events:
            event = events.get(PATIENCE)
            assert isinstance(event, netlynx.Event)
            assert (event.kind, event.record.pid) == ("exit", 7)

        async def hear() -> None:
            async with netlynx.aconnect(kernel=kernel) as nl, nl.subscribe(taskstats.exits("0-1")) as events:
                event = await events.get(PATIENCE)
                assert isinstance(event, netlynx.Event)
                assert event.record.stats is not None
                assert event.record.stats.command == "cat"

        anyio.run(hear)


@pytest.mark.skipif(bool(namespaces_refused()), reason=namespaces_refused())
def test_exits_are_refused_where_the_kernel_never_tells_them_sync_and_async(host: netlynx.Connection) -> None:
    host.close()
    with netns.anonymous() as space:
        if seeing.is_initial(space.inode) is None:
            pytest.skip("which namespace is the initial one cannot be seen here")
        with netlynx.connect(netns=space) as nl, pytest.raises(netlynx.NotSupported, match="initial network namespace"):
            nl.subscribe(taskstats.exits("0"))

        async def hear() -> None:
            async with netlynx.aconnect(netns=space) as nl:
                with pytest.raises(netlynx.NotSupported, match="initial network namespace"):
                    nl.subscribe(taskstats.exits("0"))

        anyio.run(hear)
