"""What processes do, heard from a virtual kernel: the handshake, filters of new and old kernels, losses in number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import netlynx
from netlynx import connector
from netlynx.connector.constants import Operation
from netlynx.connector.messages import enveloped, said
from netlynx.kernel import Capability, Credentials, VirtualKernel
from netlynx.kernel.processes import Processes
from netlynx.wire.constants import NETLINK
from support import PATIENCE, in_child

EVENTS: dict[str, connector.ProcessEvent] = {
    "fork": connector.Fork(cpu=1, timestamp=5, parent_pid=1, parent_tgid=1, child_pid=7, child_tgid=7),
    "exec": connector.Exec(timestamp=6, pid=7, tgid=7),
    "uid": connector.Uid(pid=7, tgid=7, real_uid=1000, effective_uid=0),
    "gid": connector.Gid(pid=7, tgid=7, real_gid=1000, effective_gid=100),
    "sid": connector.Sid(pid=7, tgid=7),
    "ptrace": connector.Ptrace(pid=7, tgid=7, tracer_pid=9, tracer_tgid=8),
    "comm": connector.Comm(pid=7, tgid=7, command="a name of 15 by"),
    "coredump": connector.Coredump(pid=7, tgid=7, parent_pid=1, parent_tgid=1),
    "exit": connector.Exit(pid=7, tgid=7, exit_code=0, exit_signal=17, parent_pid=1, parent_tgid=1),
}
FAILED = connector.Exit(pid=8, tgid=8, exit_code=3 << 8, exit_signal=17)


@pytest.fixture
def kernel() -> Iterator[VirtualKernel]:
    with VirtualKernel() as made:
        yield made


@pytest.fixture(params=[True, False], ids=["filters", "before 6.6"])
def processes(kernel: VirtualKernel, request: pytest.FixtureRequest) -> Processes:
    return Processes(kernel, filters=request.param)


def tell_all(processes: Processes) -> None:
    for event in (*EVENTS.values(), FAILED):
        processes.tell(event)


def heard(events: netlynx.Subscription[Any]) -> list[Any]:
    return [(each.kind, each.record) if isinstance(each, netlynx.Event) else each for each in events.drain()]


def test_all_that_processes_do_is_heard_as_it_was_said(kernel: VirtualKernel, processes: Processes) -> None:
    with netlynx.connect(kernel=kernel) as nl, nl.subscribe(connector.PROCESSES) as events:
        tell_all(processes)
        assert heard(events) == [*EVENTS.items(), ("exit", FAILED)]


@pytest.mark.anyio
async def test_it_is_heard_asynchronously(kernel: VirtualKernel, processes: Processes) -> None:
    async with netlynx.aconnect(kernel=kernel) as nl, nl.subscribe(connector.processes("exec")) as events:
        tell_all(processes)
        assert await events.get(PATIENCE) == netlynx.Event("exec", EVENTS["exec"])
        assert processes.listeners == 1
    assert processes.listeners == 0


@pytest.mark.parametrize("kinds", [("exec",), ("fork", "exit"), ("comm", "nonzero-exit"), ("coredump",)], ids="+".join)
def test_only_the_kinds_that_are_wanted_are_heard(
    kernel: VirtualKernel, processes: Processes, kinds: tuple[str, ...]
) -> None:
    with netlynx.connect(kernel=kernel) as nl, nl.subscribe(connector.processes(*kinds)) as events:
        tell_all(processes)
        wanted = [(kind, record) for kind, record in EVENTS.items() if kind in kinds]
        wanted += [("exit", FAILED)] if {"exit", "nonzero-exit"} & set(kinds) else []
        assert heard(events) == wanted


def test_a_kernel_that_filters_sends_no_more_than_is_wanted(kernel: VirtualKernel) -> None:
    processes = Processes(kernel)
    with netlynx.connect(kernel=kernel) as nl, nl.subscribe(connector.processes("exec")) as events:
        before = nl.statistics.received_messages
        tell_all(processes)
        assert len(heard(events)) == 1
        assert nl.statistics.received_messages == before + 1


def test_several_groups_are_heard_together(kernel: VirtualKernel, processes: Processes) -> None:
    groups = connector.processes("fork"), connector.processes(["sid", connector.Kinds.NONZERO_EXIT])
    with netlynx.connect(kernel=kernel) as nl, nl.subscribe(*groups) as events:
        tell_all(processes)
        assert [kind for kind, _ in heard(events)] == ["fork", "sid", "exit"]


def test_what_a_newer_kernel_tells_is_heard_where_all_is_wanted(kernel: VirtualKernel, processes: Processes) -> None:
    newer = connector.Unknown(what=0x400, timestamp=9, data=bytes(range(24)))
    with netlynx.connect(kernel=kernel) as nl, nl.subscribe(connector.PROCESSES) as events:
        processes.tell(newer)
        assert heard(events) == [("unknown", newer)]


def test_who_listens_says_so_and_takes_it_back(kernel: VirtualKernel, processes: Processes) -> None:
    with netlynx.connect(kernel=kernel) as nl:
        first, second = nl.subscribe(connector.PROCESSES), nl.subscribe(connector.processes("exec"))
        assert processes.listeners == 2
        first.close()
        first.close()
        assert processes.listeners == 1
        processes.tell(EVENTS["exec"])
        assert heard(second) == [("exec", EVENTS["exec"])]
    assert processes.listeners == 0  # the connection closed what was left
    processes.tell(EVENTS["exec"])


def test_a_child_that_ends_leaves_its_parent_listening(kernel: VirtualKernel, processes: Processes) -> None:
    with netlynx.connect(kernel=kernel) as nl, nl.subscribe(connector.PROCESSES) as events:
        assert in_child(lambda: str(events.close())) == "None"
        assert processes.listeners == 1
        processes.tell(EVENTS["exec"])
        assert heard(events) == [("exec", EVENTS["exec"])]


def test_lost_events_are_counted_where_they_would_have_stood(kernel: VirtualKernel, processes: Processes) -> None:
    with netlynx.connect(kernel=kernel) as nl, nl.subscribe(connector.PROCESSES, receive_buffer=4 * 832) as events:
        heard(events)
        for _ in range(10):
            processes.tell(EVENTS["exec"])
        first = heard(events)
        assert first[-1] == netlynx.Overrun(1, lost=10 - (len(first) - 1))
        assert all(each == ("exec", EVENTS["exec"]) for each in first[:-1])
        processes.tell(EVENTS["sid"])
        assert heard(events) == [("sid", EVENTS["sid"])]  # its number says the same: that is not told again
        assert nl.statistics.dropped == first[-1].lost


def test_what_the_kernel_had_no_memory_to_say_is_counted(kernel: VirtualKernel, processes: Processes) -> None:
    with netlynx.connect(kernel=kernel) as nl, nl.subscribe(connector.PROCESSES) as events:
        processes.tell(EVENTS["exec"])
        processes.tell(EVENTS["fork"])  # on another CPU, which has numbers of its own
        processes.tell(EVENTS["sid"], lost=3)
        assert heard(events) == [
            ("exec", EVENTS["exec"]),
            ("fork", EVENTS["fork"]),
            netlynx.Overrun(1, lost=3),
            ("sid", EVENTS["sid"]),
        ]


def test_what_the_kernel_filtered_is_no_loss(kernel: VirtualKernel) -> None:
    processes = Processes(kernel)
    with (
        netlynx.connect(kernel=kernel) as nl,
        nl.subscribe(connector.processes("sid"), receive_buffer=4 * 832) as events,
    ):
        for _ in range(20):
            processes.tell(EVENTS["exec"])
        for _ in range(10):
            processes.tell(EVENTS["sid"])
        told = heard(events)
        assert told[-1] == netlynx.Overrun(1, lost=10 - (len(told) - 1))


def test_who_wants_to_hear_of_no_loss_hears_of_none(kernel: VirtualKernel, processes: Processes) -> None:
    with netlynx.connect(kernel=kernel) as nl, nl.subscribe(connector.PROCESSES, overruns=False) as events:
        processes.tell(EVENTS["exec"])
        processes.tell(EVENTS["sid"], lost=3)
        assert [kind for kind, _ in heard(events)] == ["exec", "sid"]


def test_what_others_say_to_the_kernel_is_no_event(kernel: VirtualKernel, processes: Processes) -> None:
    with netlynx.connect(kernel=kernel) as nl, nl.subscribe(connector.PROCESSES) as events:
        other = kernel.open(NETLINK.CONNECTOR)
        other.send(said(Operation.LISTEN, 9))
        assert heard(events) == []
        assert nl.statistics.strays == 0


def test_a_malformed_event_is_an_error_in_its_place(kernel: VirtualKernel, processes: Processes) -> None:
    with netlynx.connect(kernel=kernel) as nl, nl.subscribe(connector.PROCESSES) as events:
        processes.tell(EVENTS["exec"])
        cut = enveloped(bytes(40))
        processes._sock.multicast(netlynx.Message(cut.type, payload=cut.payload[:-8]))
        processes._sock.multicast(netlynx.Message(cut.type, payload=b"short"))
        processes.tell(EVENTS["sid"])
        assert isinstance(events.get(PATIENCE), netlynx.Event)
        with pytest.raises(netlynx.DecodeError, match="40 bytes is cut off after 32"):
            events.get(PATIENCE)
        with pytest.raises(netlynx.DecodeError, match="5 bytes has no room"):
            events.get(PATIENCE)
        assert events.get(PATIENCE) == netlynx.Event("sid", EVENTS["sid"])


def test_nobody_but_the_kernel_is_believed(kernel: VirtualKernel, processes: Processes) -> None:
    with netlynx.connect(kernel=kernel) as nl, nl.subscribe(connector.PROCESSES) as events:
        forger = kernel.open(NETLINK.CONNECTOR)
        forger.send(enveloped(bytes(40)).pack(), events._inbox.leases[0].portid)
        assert heard(events) == []
        assert nl.statistics.strays == 1


def test_before_6_6_nobody_listens_without_the_privilege(kernel: VirtualKernel) -> None:
    processes = Processes(kernel, filters=False)
    kernel.credentials = Credentials(pid=1, uid=1000, gid=1000, capabilities=frozenset())
    with netlynx.connect(kernel=kernel) as nl, pytest.raises(netlynx.PermissionDenied):
        nl.subscribe(connector.PROCESSES)
    assert processes.listeners == 0


def test_what_the_kernel_refuses_is_refused(kernel: VirtualKernel) -> None:
    """It lets one join, and hears of another listener, but has not the privilege of this one's."""
    processes = Processes(kernel, filters=False)
    with netlynx.connect(kernel=kernel) as nl, nl.subscribe(connector.PROCESSES):
        kernel.tables[NETLINK.CONNECTOR].flags |= netlynx.kernel.ConfigFlag.NONROOT_RECV
        kernel.credentials = Credentials(2, 1000, 1000, frozenset({Capability.NET_BROADCAST}))
        with (
            netlynx.connect(kernel=kernel) as other,
            pytest.raises(netlynx.PermissionDenied, match="listen to process"),
        ):
            other.subscribe(connector.PROCESSES)
        assert processes.listeners == 1


def test_a_kernel_that_takes_it_and_says_nothing_is_told_of(kernel: VirtualKernel) -> None:
    kernel.protocol(NETLINK.CONNECTOR, lambda sock, message: None)
    with netlynx.connect(kernel=kernel) as nl, pytest.raises(netlynx.NotSupported, match="did not acknowledge it"):
        nl.subscribe(connector.PROCESSES)


def test_they_are_for_one_namespace(kernel: VirtualKernel, processes: Processes) -> None:
    with netlynx.connect(kernel=kernel) as nl, pytest.raises(netlynx.NotSupported, match="for one namespace"):
        nl.subscribe(connector.PROCESSES, all_namespaces=True)
    assert processes.listeners == 0


@pytest.mark.parametrize("kinds", [("forks",), ([],), (0,), (0x400,), (3.5,), ("",)], ids=repr)
def test_what_is_no_kind_is_refused(kinds: Any) -> None:
    with pytest.raises(netlynx.EncodeError, match=r"connector\.processes\(kinds\)"):
        connector.processes(*kinds)


@pytest.mark.parametrize(
    ("code", "status", "signal", "core"),
    [
        (0, 0, None, False),
        (3 << 8, 3, None, False),
        (15, None, 15, False),
        (0x8B, None, 11, True),
        (64, None, 64, False),
    ],
)
def test_an_exit_code_in_words(code: int, status: int | None, signal: int | None, core: bool) -> None:
    ended = connector.Exit(exit_code=code)
    assert (ended.status, ended.signal, ended.core_dumped) == (status, signal, core)
